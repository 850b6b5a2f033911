/** Who is taken for a person: music, tones and our own echo beside voices, through the line's codec. */
import { describe, expect, test } from 'vitest'
import { FRAME_SAMPLES, SAMPLES_PER_MS } from '../../../domain/media-socket.ts'
import { CallerEar } from '../../../media-gateway/legs/caller-ear.ts'
import { holdMusic } from '../../../media-gateway/legs/hold-music.ts'
import { loadVoiceDetector } from '../../../media-gateway/legs/voice-detector.ts'
import { encodeG711 } from '../../../media-gateway/rtp/index.ts'
import { encodeSpeech } from '../../../simulators/azure-speech/modem/encode.ts'
import { chord, espeak, hasEspeak, join, music, pause, randomFrom, withNoise } from '../tones/sounds.ts'

const newDetector = await loadVoiceDetector()
const OURS = '안녕하세요. 대리 화환입니다. 어느 장례식장으로 보내 드릴까요? 리본 문구도 함께 말씀해 주세요.'
const THEIRS = '네, 잠깐만요. 근조화환 하나 서울성모장례식장 삼호실로 보내려고요.'

/** Read back in one breath: long, and with many digits. */
const LONG =
  '네, 보내는 분 한빛상사 대표 권도현, 받는 분 고 권오성, 장례식장 서울대학교병원 장례식장, 호실 특2호실, 리본 문구 ' +
  '삼가 고인의 명복을 빕니다, 배송 희망 시각 11월 27일 금요일 오후 10시 54분, 연락처 010-5078-7021, 금액 4만 원. ' +
  '이렇게 적었습니다.'

interface Told {
  readonly speech: readonly number[]
  /** ms at which it was over. */
  readonly ends: readonly number[]
  /** ms, from the beginning. */
  readonly bargeIns: readonly number[]
}

/** Both directions of a line, 20 ms at a time. @param ours undefined: we are silent. */
function listen(heard: Int16Array, ours?: Int16Array, thresholds = {}): Told {
  const speech: number[] = []
  const ends: number[] = []
  const bargeIns: number[] = []
  const ear = new CallerEar({
    codec: 'PCMU',
    voiceDetector: newDetector(),
    onVoice: ({ type, cursor }) => (type === 'speech.start' ? speech : ends).push(cursor / SAMPLES_PER_MS),
    onTone: () => {},
    onDigit: () => {},
  })
  ear.listen(thresholds)
  const frame = (pcm: Int16Array, at: number) => {
    const whole = new Int16Array(FRAME_SAMPLES)
    whole.set(pcm.subarray(at, at + FRAME_SAMPLES))
    return encodeG711('PCMU', whole)
  }
  for (let at = 0; at < heard.length; at += FRAME_SAMPLES) {
    const playing = ours !== undefined && at < ours.length
    ear.said(playing ? frame(ours, at) : undefined)
    if (ear.hear(frame(heard, at), at, playing)) bargeIns.push(at / SAMPLES_PER_MS)
  }
  ear.close()
  return { speech, ends, bargeIns }
}

const quietLine = (ms: number) => withNoise(pause(ms), 30)

/** Any line of that length: whether something would stop us on it. */
const stops = (heard: Int16Array) => listen(heard, new Int16Array(heard.length)).bargeIns

describe('music and tones do not break in', () => {
  test('hold music, ours and others, from its first note on', () => {
    // Where two notes meet at its very beginning the strongest one is in doubt.
    expect(stops(join(quietLine(500), holdMusic())).length).toBeLessThanOrEqual(2)
    const broken = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(
      (seed) => stops(join(quietLine(500), music(10_000, seed))).length,
    )
    // 100 s of ten pieces: without the check each breaks in every quarter of a second, 380 times.
    expect(broken.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(12)
  })

  test('steady tones, ringing, busy and beeps', () => {
    for (const hz of [[1_000], [440, 480], [480, 620], [350, 440], [2_100], [425]]) {
      const told = listen(join(quietLine(500), chord(hz, 3_000)), new Int16Array(3_500 * 8))
      expect([hz, told.bargeIns, told.speech]).toEqual([hz, [], []])
    }
  })
})

describe('who speaks in one breath', () => {
  test.each([100, 120, 140, 180, 220])('is not over before they are (pitch %d)', (pitch) => {
    const said = encodeSpeech(LONG, { pitch }).pcm
    const { speech, ends } = listen(join(quietLine(300), said, quietLine(600)))
    expect(speech).toHaveLength(1)
    expect(ends).toHaveLength(1)
    expect(ends[0]).toBeGreaterThan(300 + said.length / SAMPLES_PER_MS - 500)
  })

  test('may be followed by music, which is heard out as none', () => {
    const said = encodeSpeech(THEIRS).pcm
    const { ends } = listen(join(quietLine(300), said, music(10_000, 3)))
    expect(ends[0]).toBeLessThan(300 + said.length / SAMPLES_PER_MS + 2_500)
  })
})

const voices: [string, () => Int16Array][] = [
  ["the stand-in's voice", () => encodeSpeech(THEIRS).pcm],
  ["the stand-in's deep voice", () => encodeSpeech(THEIRS, { pitch: 100 }).pcm],
]
if (hasEspeak)
  for (const variant of ['ko', 'ko+m3', 'ko+m7', 'ko+f2', 'ko+f4', 'en+f3'])
    voices.push([variant, () => espeak(THEIRS, variant)])

describe.each(voices)('a person (%s)', (_, say) => {
  const loudFrom = (pcm: Int16Array) => pcm.findIndex((sample) => Math.abs(sample) > 800) / SAMPLES_PER_MS

  test('breaks in within 400 ms of the voice, while we speak and while we are silent', () => {
    const voice = say()
    for (const ours of [encodeSpeech(OURS + OURS).pcm, new Int16Array(voice.length + 8_000)]) {
      const { bargeIns } = listen(join(quietLine(1_000), voice), ours)
      expect((bargeIns[0] ?? 1e9) - 1_000 - loudFrom(voice)).toBeLessThanOrEqual(400)
    }
  })

  test('breaks in also where our own sound comes back', () => {
    const voice = say()
    const ours = encodeSpeech(OURS + OURS).pcm
    const line = join(quietLine(2_000), voice)
    const returned = echo(ours, 180, 0.12)
    const { bargeIns } = listen(
      line.map((sample, i) => sample + (returned[i] ?? 0)),
      ours,
    )
    expect(bargeIns.length).toBeGreaterThan(0)
    expect((bargeIns[0] ?? 1e9) - 2_000 - loudFrom(voice)).toBeLessThanOrEqual(600)
    expect(bargeIns.filter((at) => at < 2_000)).toEqual([])
  })
})

/** A telephone's echo: later, quieter, and dull. @param gain 0.3 is 10 dB. */
function echo(pcm: Int16Array, delayMs: number, gain: number): Int16Array {
  const path = [0.07, 0.36, 0.72, 0.43, -0.22, -0.29, 0.14, 0.07]
  const delay = delayMs * SAMPLES_PER_MS
  return pcm.map((_, i) => gain * path.reduce((sum, share, k) => sum + share * (pcm[i - delay - k] ?? 0), 0))
}

describe('our own sound that comes back', () => {
  const speakers: [string, () => Int16Array][] = [["the stand-in's voice", () => encodeSpeech(OURS).pcm]]
  if (hasEspeak)
    for (const variant of ['ko', 'ko+f2', 'ko+m3']) speakers.push([variant, () => espeak(OURS, variant)])

  test.each(speakers)('does not stop us (%s), at any delay and loudness of a line', (_, say) => {
    const ours = say()
    const random = randomFrom(5)
    let stopped = 0
    for (const delayMs of [20, 75, 130, 210, 333, 480])
      for (const gain of [0.3, 0.2, 0.1]) {
        const line = withNoise(echo(ours, delayMs, gain), 40, random)
        stopped += listen(line, ours).bargeIns.length
      }
    expect(stopped).toBe(0)
  })

  test('is no speech any more once its delay is known', () => {
    const ours = encodeSpeech(OURS + OURS + OURS).pcm
    const line = withNoise(echo(ours, 160, 0.2), 40)
    const { speech } = listen(line, ours)
    expect(speech.filter((at) => at > 3_000).length).toBeLessThanOrEqual(1)
  })
})

describe('thresholds of a flow', () => {
  const voice = () => join(quietLine(1_000), encodeSpeech(THEIRS).pcm)

  test('more voice may be asked for, or less', () => {
    const at = (bargeInMs: number) =>
      listen(voice(), new Int16Array(80_000), { bargeInMs }).bargeIns[0] ?? 1e9
    expect(at(120)).toBeLessThan(at(250))
    expect(at(250)).toBeLessThan(at(700))
  })

  test('what is quieter than asked for is no voice', () => {
    const quiet = voice().map((sample) => sample / 8)
    expect(listen(quiet, new Int16Array(80_000)).bargeIns.length).toBeGreaterThan(0)
    expect(listen(quiet, new Int16Array(80_000), { minVoiceDbfs: -25 })).toEqual({
      speech: [],
      ends: [],
      bargeIns: [],
    })
  })
})
