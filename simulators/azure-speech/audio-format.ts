/** Audio as it comes from and goes to the clients of the speech service: always 8 kHz, one channel. */
import { compress, expand, type Law } from './g711.ts'

export type Encoding = Law | 'pcm16'

/** WAVE format tags (RFC 2361) that the service takes. */
const ENCODING_OF_TAG: Readonly<Record<number, Encoding>> = { 1: 'pcm16', 6: 'alaw', 7: 'mulaw' }
const TAG_OF_ENCODING: Readonly<Record<Encoding, number>> = { pcm16: 1, alaw: 6, mulaw: 7 }

/** What the service can't hear or say; its clients see it as a bad request. */
export class AudioFormatError extends Error {
  readonly retryable = false
}

/**
 * Reads a RIFF header as the Speech SDK sends it before the audio (lengths are 0 there).
 * @returns the encoding, and what follows the header.
 * @throws AudioFormatError for anything but 8 kHz mono in PCM16, mu-law or A-law.
 */
export function readWaveHeader(bytes: Uint8Array): { encoding: Encoding; rest: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 44 || view.getUint32(0) !== 0x52494646) throw new AudioFormatError('not a RIFF header')
  const encoding = ENCODING_OF_TAG[view.getUint16(20, true)]
  const channels = view.getUint16(22, true)
  const rate = view.getUint32(24, true)
  const bits = view.getUint16(34, true)
  if (encoding === undefined || channels !== 1 || rate !== 8000 || bits !== (encoding === 'pcm16' ? 16 : 8)) {
    throw new AudioFormatError(
      `unsupported audio: format ${view.getUint16(20, true)}, ${rate} Hz, ${bits} bit`,
    )
  }
  return { encoding, rest: bytes.subarray(44) }
}

/** Turns byte pieces of any length into samples; keeps the odd byte of a cut 16-bit sample. */
export class AudioReader {
  readonly #encoding: Encoding
  #odd: number | undefined

  constructor(encoding: Encoding) {
    this.#encoding = encoding
  }

  read(bytes: Uint8Array): Int16Array {
    if (this.#encoding !== 'pcm16') return expand(this.#encoding, bytes)
    const whole = this.#odd === undefined ? bytes : Uint8Array.of(this.#odd, ...bytes)
    this.#odd = whole.length % 2 === 1 ? whole.at(-1) : undefined
    const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength)
    return Int16Array.from({ length: whole.length >> 1 }, (_, i) => view.getInt16(i * 2, true))
  }
}

/** How synthesised audio is wanted. */
export interface OutputFormat {
  readonly encoding: Encoding
  readonly riff: boolean
  readonly bytesPerSecond: number
}

const OUTPUT_FORMATS: Readonly<Record<string, OutputFormat>> = {
  'raw-8khz-8bit-mono-mulaw': { encoding: 'mulaw', riff: false, bytesPerSecond: 8000 },
  'raw-8khz-8bit-mono-alaw': { encoding: 'alaw', riff: false, bytesPerSecond: 8000 },
  'raw-8khz-16bit-mono-pcm': { encoding: 'pcm16', riff: false, bytesPerSecond: 16_000 },
  'riff-8khz-8bit-mono-mulaw': { encoding: 'mulaw', riff: true, bytesPerSecond: 8000 },
  'riff-8khz-8bit-mono-alaw': { encoding: 'alaw', riff: true, bytesPerSecond: 8000 },
  'riff-8khz-16bit-mono-pcm': { encoding: 'pcm16', riff: true, bytesPerSecond: 16_000 },
}

/**
 * @param name `outputFormat` of the message `synthesis.context`.
 * @throws AudioFormatError for a format that is not telephone audio.
 */
export function outputFormatOf(name: string): OutputFormat {
  const format = OUTPUT_FORMATS[name]
  if (format === undefined) throw new AudioFormatError(`unsupported output format: ${name}`)
  return format
}

/** Audio bytes in the wanted encoding. The SDK puts the RIFF header in front by itself. */
export function writeAudio(format: OutputFormat, pcm: Int16Array): Uint8Array {
  if (format.encoding !== 'pcm16') return compress(format.encoding, pcm)
  const bytes = new Uint8Array(pcm.length * 2)
  const view = new DataView(bytes.buffer)
  for (const [i, sample] of pcm.entries()) view.setInt16(i * 2, sample, true)
  return bytes
}

/** A RIFF header of unknown length, as the service sends it in a stream. */
export function waveHeader(format: OutputFormat): Uint8Array {
  const bytes = new Uint8Array(44)
  const view = new DataView(bytes.buffer)
  const bytesPerSample = format.encoding === 'pcm16' ? 2 : 1
  const ascii = (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at)
  ascii(0, 'RIFF')
  ascii(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, TAG_OF_ENCODING[format.encoding], true)
  view.setUint16(22, 1, true)
  view.setUint32(24, 8000, true)
  view.setUint32(28, 8000 * bytesPerSample, true)
  view.setUint16(32, bytesPerSample, true)
  view.setUint16(34, bytesPerSample * 8, true)
  ascii(36, 'data')
  return bytes
}
