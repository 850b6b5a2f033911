/** One line listened to from end to end, as a leg does it. */
import { FRAME_SAMPLES, SAMPLES_PER_MS } from '../../domain/media-socket.ts'
import { CallerEar } from '../../media-gateway/legs/caller-ear.ts'
import type { PersonJudge } from '../../media-gateway/legs/person/person-judge.ts'
import type { VoiceDetectorFactory } from '../../media-gateway/legs/voice-detector.ts'
import { encodeG711 } from '../../media-gateway/rtp/index.ts'

/** A sample of this size is sound, -32 dBFS. */
const LOUD = 800
/** Room of the line: about -67 dBFS. */
const FLOOR = 20
/** Before each saying, and after the last. */
const PAUSE_MS = 1_200

/** All times in ms from the beginning of the line. */
export interface Heard {
  readonly speech: readonly { readonly fromMs: number; readonly toMs: number }[]
  readonly bargeInsMs: readonly number[]
}

/** Sayings one after the other, and where each is loud for the first and last time. */
export interface Line {
  readonly pcm: Int16Array
  readonly loud: readonly { readonly fromMs: number; readonly toMs: number }[]
}

/** With noise of the line, and every saying at another place within the 20 ms of a frame. */
export function lineOf(sayings: readonly Int16Array[]): Line {
  const pause = PAUSE_MS * SAMPLES_PER_MS
  const length = sayings.reduce((sum, saying) => sum + saying.length + pause + FRAME_SAMPLES, pause)
  const pcm = new Int16Array(length)
  let seed = 1
  for (let i = 0; i < pcm.length; i++) {
    seed = (seed * 48_271) % 2_147_483_647
    pcm[i] = (seed % (2 * FLOOR)) - FLOOR
  }
  const loud: { fromMs: number; toMs: number }[] = []
  let at = 0
  for (const [index, saying] of sayings.entries()) {
    at += pause + ((index * 37) % FRAME_SAMPLES)
    for (const [i, sample] of saying.entries()) pcm[at + i] = clip((pcm[at + i] ?? 0) + sample)
    const isLoud = (sample: number) => Math.abs(sample) > LOUD
    const [first, last] = [saying.findIndex(isLoud), saying.findLastIndex(isLoud)]
    if (first >= 0) loud.push({ fromMs: (at + first) / SAMPLES_PER_MS, toMs: (at + last) / SAMPLES_PER_MS })
    at += saying.length
  }
  return { pcm, loud }
}

/** How it is listened to. */
export interface Ears {
  readonly newVoiceDetector: VoiceDetectorFactory
  /** Makes who is asked about what breaks in; undefined: nobody is. */
  readonly newPersonJudge: (() => PersonJudge) | undefined
}

/** @param ours what we say meanwhile, from the beginning again and again; undefined: we play silence. */
export function listen(
  pcm: Int16Array,
  { newVoiceDetector, newPersonJudge }: Ears,
  ours?: Int16Array,
): Heard {
  const speech: { fromMs: number; toMs: number }[] = []
  const bargeInsMs: number[] = []
  const ear = new CallerEar({
    codec: 'PCMU',
    voiceDetector: newVoiceDetector(),
    personJudge: newPersonJudge?.(),
    onVoice: ({ type, cursor }) => {
      const ms = cursor / SAMPLES_PER_MS
      const last = speech.at(-1)
      if (type === 'speech.start') speech.push({ fromMs: ms, toMs: Number.POSITIVE_INFINITY })
      else if (last !== undefined) speech[speech.length - 1] = { ...last, toMs: ms }
    },
    onTone: () => {},
    onDigit: () => {},
  })
  const heard = encodeG711('PCMU', pcm)
  const said = ours === undefined ? undefined : encodeG711('PCMU', ours)
  for (let at = 0; at + FRAME_SAMPLES <= heard.length; at += FRAME_SAMPLES) {
    const from = said === undefined ? 0 : at % (said.length - (said.length % FRAME_SAMPLES))
    ear.said(said?.subarray(from, from + FRAME_SAMPLES))
    if (ear.hear(heard.subarray(at, at + FRAME_SAMPLES), at, true)) bargeInsMs.push(at / SAMPLES_PER_MS)
  }
  ear.close()
  return { speech, bargeInsMs }
}

/** A telephone's echo: later, quieter, and dull. @param gain 0.3 is 10 dB. */
export function echoOf(pcm: Int16Array, delayMs: number, gain: number): Int16Array {
  const path = [0.07, 0.36, 0.72, 0.43, -0.22, -0.29, 0.14, 0.07]
  const delay = delayMs * SAMPLES_PER_MS
  return pcm.map((_, i) => gain * path.reduce((sum, share, k) => sum + share * (pcm[i - delay - k] ?? 0), 0))
}

const clip = (sample: number) => Math.max(-32_768, Math.min(32_767, sample))
