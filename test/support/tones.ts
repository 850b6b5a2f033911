/** Tones to speak with and to listen for: how audio is proved to have come through. */
import { type Codec, SAMPLES_PER_MS } from '../../domain/media-socket.ts'
import { decodeG711, encodeG711 } from '../../media-gateway/rtp/index.ts'

const SAMPLE_RATE = 8_000

/** @returns 16-bit at 8 kHz. */
export const tonePcm = (hz: number, ms: number, amplitude = 8_000): Int16Array =>
  Int16Array.from({ length: ms * SAMPLES_PER_MS }, (_, i) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * hz * i) / SAMPLE_RATE)),
  )

/** @returns G.711 bytes. */
export const tone = (codec: Codec, hz: number, ms: number, amplitude?: number): Uint8Array =>
  encodeG711(codec, tonePcm(hz, ms, amplitude))

/** Amplitude of one frequency in a piece of sound (Goertzel). */
export function amplitudeOf(hz: number, pcm: Int16Array): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * hz) / SAMPLE_RATE)
  let before = 0
  let last = 0
  for (const sample of pcm) {
    const next = sample + coefficient * last - before
    before = last
    last = next
  }
  const power = last * last + before * before - coefficient * last * before
  return (2 * Math.sqrt(Math.max(0, power))) / pcm.length
}

/** Amplitudes of several frequencies in the G.711 frames, together. */
export function spectrum(codec: Codec, frames: readonly Uint8Array[], hz: readonly number[]): number[] {
  const pcm = decodeG711(codec, Buffer.concat(frames))
  return hz.map((each) => Math.round(amplitudeOf(each, pcm)))
}

/** A WAV file of one channel. @param pcm 8,000 samples a second. */
export function monoWav(pcm: Int16Array): Buffer {
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + pcm.byteLength, 4)
  header.write('WAVEfmt ', 8)
  for (const [at, value] of [
    [16, 16],
    [24, 8_000],
    [28, 16_000],
    [40, pcm.byteLength],
  ] as const)
    header.writeUInt32LE(value, at)
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const)
    header.writeUInt16LE(value, at)
  header.write('data', 36)
  return Buffer.concat([header, Buffer.from(pcm.buffer)])
}
