/** Sounds to detect, and not to detect, through the codec of the line. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { FRAME_SAMPLES, SAMPLES_PER_MS } from '../../../domain/media-socket.ts'
import { decodeG711, encodeG711 } from '../../../media-gateway/rtp/index.ts'

const SAMPLE_RATE = 8_000

/** Numbers from 0 to 1, the same each time. */
export function randomFrom(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

const samplesOf = (ms: number) => Math.round(ms * SAMPLES_PER_MS)
export const pause = (ms: number) => new Int16Array(samplesOf(ms))

/** Several sines together, each with its amplitude; 2 ms of rise and fall. */
export function chord(
  hz: readonly number[],
  ms: number,
  amplitudes: readonly number[] | number = 4_000,
): Int16Array {
  const length = samplesOf(ms)
  return Int16Array.from({ length }, (_, i) => {
    const edge = Math.min(1, (i + 1) / 16, (length - i) / 16)
    return (
      edge *
      hz.reduce((sum, each, at) => {
        const amplitude = typeof amplitudes === 'number' ? amplitudes : (amplitudes[at] ?? 0)
        return sum + amplitude * Math.sin((2 * Math.PI * each * i) / SAMPLE_RATE + at)
      }, 0)
    )
  })
}

export function join(...pieces: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

/** White noise of an even distribution, added. */
export function withNoise(pcm: Int16Array, amplitude: number, random = randomFrom(7)): Int16Array {
  return pcm.map((sample) => clip(sample + amplitude * (2 * random() - 1)))
}

const clip = (sample: number) => Math.max(-32_768, Math.min(32_767, sample))

/** 20 ms frames as a leg hears them: through mu-law, the last one filled up. */
export function framesOf(pcm: Int16Array): Int16Array[] {
  const heard = decodeG711('PCMU', encodeG711('PCMU', pcm))
  return Array.from({ length: Math.ceil(heard.length / FRAME_SAMPLES) }, (_, i) => {
    const frame = new Int16Array(FRAME_SAMPLES)
    frame.set(heard.subarray(i * FRAME_SAMPLES, (i + 1) * FRAME_SAMPLES))
    return frame
  })
}

const SCALE = [220, 247, 262, 294, 330, 349, 392, 440, 494, 523, 587, 659]

/** Hold music: chords with overtones and a tune above, each note with its attack and decay. */
export function music(ms: number, seed = 3): Int16Array {
  const random = randomFrom(seed)
  const whole = new Float64Array(samplesOf(ms))
  const note = (from: number, length: number, hz: number, amplitude: number) => {
    for (let i = 0; i < length && from + i < whole.length; i++) {
      const t = i / SAMPLE_RATE
      const envelope = Math.min(1, i / 80) * Math.exp(-1.5 * t)
      for (const [harmonic, share] of [1, 0.5, 0.3, 0.15].entries()) {
        const frequency = hz * (harmonic + 1)
        if (frequency < 3_600)
          whole[from + i] =
            (whole[from + i] ?? 0) + amplitude * envelope * share * Math.sin(2 * Math.PI * frequency * t)
      }
    }
  }
  const pick = () => SCALE[Math.floor(random() * SCALE.length)] ?? 440
  for (let at = 0; at < whole.length; at += samplesOf(1_000))
    for (let voice = 0; voice < 3; voice++) note(at, samplesOf(1_000), pick(), 1_500)
  for (let at = 0; at < whole.length; at += samplesOf(250))
    note(at, samplesOf(250 + 250 * random()), 2 * pick(), 2_000)
  return Int16Array.from(whole, clip)
}

const ESPEAK = '/usr/bin/espeak-ng'
const SOX = '/usr/bin/sox'
export const hasEspeak = existsSync(ESPEAK) && existsSync(SOX)

/** A synthetic person at 8 kHz, by espeak-ng. @param voice e.g. `ko`, `en+f3`. */
export function espeak(text: string, voice = 'ko', gain = 1): Int16Array {
  const wav = execFileSync(ESPEAK, ['-v', voice, '--stdout', text], { maxBuffer: 1e8 })
  const raw = execFileSync(
    SOX,
    [
      '-t',
      'wav',
      '-',
      '-t',
      'raw',
      '-r',
      '8000',
      '-e',
      'signed',
      '-b',
      '16',
      '-c',
      '1',
      '-',
      'sinc',
      '300-3400',
    ],
    { input: wav, maxBuffer: 1e8, stdio: ['pipe', 'pipe', 'ignore'] },
  )
  const pcm = new Int16Array(Math.floor(raw.length / 2))
  for (let i = 0; i < pcm.length; i++) pcm[i] = clip(raw.readInt16LE(i * 2) * gain)
  return pcm
}
