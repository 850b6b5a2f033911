/**
 * What encoder and decoder of the modem voice agree on.
 *
 * One burst is one syllable: an upward chirp (the "consonant", which the decoder finds it by), then four
 * symbols of 25 ms (the "vowel"), each three simultaneous tones, one of eight in each of three "formant"
 * bands: 9 bits a symbol, 36 bits a burst:
 *
 * ```
 * | 1 mode | 21 body | 4 tail | 10 CRC |
 * ```
 *
 * Mode 0: the body is one code point. Mode 1: up to three Latin letters of 7 bits, because an English
 * syllable is about three letters. The tail is the space or punctuation that follows, which takes no burst
 * of its own.
 *
 * Tones lie on multiples of 40 Hz (whole periods in a symbol, so they don't leak into each other) and keep
 * clear of the DTMF columns (1209 to 1633 Hz), so that no voice is taken for a key.
 */

export const SAMPLE_RATE = 8000
/** 12 ms; the first symbol follows at once. */
export const CHIRP_SAMPLES = 96
export const SYMBOL_SAMPLES = 200
export const SYMBOLS = 4
/** Shortest burst; a slow speaker prolongs the last symbol, which the decoder need not know. */
export const BURST_SAMPLES = CHIRP_SAMPLES + SYMBOLS * SYMBOL_SAMPLES
export const BANDS = 3
export const TONES_PER_BAND = 8

const TONE_STEP_HZ = 80
const BAND_START_HZ = [400, 1720, 2440] as const

/** Frequency of tone `tone` (0-7) in band `band` (0-2). */
export const toneHz = (band: number, tone: number): number => (BAND_START_HZ[band] ?? 0) + tone * TONE_STEP_HZ

const CHIRP_FROM_HZ = 600
const CHIRP_TO_HZ = 3000

/** The chirp at amplitude 1, its first and last millisecond faded. */
export const CHIRP: Float32Array = Float32Array.from({ length: CHIRP_SAMPLES }, (_, i) => {
  const t = i / SAMPLE_RATE
  const duration = CHIRP_SAMPLES / SAMPLE_RATE
  const phase = 2 * Math.PI * (CHIRP_FROM_HZ * t + ((CHIRP_TO_HZ - CHIRP_FROM_HZ) / (2 * duration)) * t * t)
  const edge = Math.min(1, (i + 0.5) / 8, (CHIRP_SAMPLES - i - 0.5) / 8)
  return Math.sin(phase) * edge
})

/** What may follow a syllable without a burst of its own; the index is sent. */
export const TAILS = [
  '',
  ' ',
  '.',
  ',',
  '?',
  '!',
  '. ',
  ', ',
  '? ',
  '! ',
  '-',
  ': ',
  '~',
  '\n',
  '"',
  '" ',
] as const

/** Body of one burst: the characters it says and what follows them. */
export interface Syllable {
  /** One code point, or one to three Latin letters. */
  readonly text: string
  /** Index into TAILS. */
  readonly tail: number
}

const LETTERS = /^[A-Za-z]{2,3}$/

/** The twelve tones (0-7) of a syllable, symbol by symbol, band by band. */
export function tonesOf({ text, tail }: Syllable): number[] {
  const letters = LETTERS.test(text)
  const body = letters
    ? [...text].reduce((bits, letter, index) => bits + letter.charCodeAt(0) * 2 ** (14 - 7 * index), 0)
    : (text.codePointAt(0) ?? 0)
  const payload = ((letters ? 1 : 0) * 2 ** 21 + body) * 16 + tail
  // 36 bits are more than a bitwise operator takes, so the arithmetic is on numbers.
  let word = payload * 1024 + crc10(payload)
  const tones = new Array<number>(SYMBOLS * BANDS)
  for (let i = tones.length - 1; i >= 0; i--) {
    tones[i] = word % TONES_PER_BAND
    word = Math.floor(word / TONES_PER_BAND)
  }
  return tones
}

/** The inverse of `tonesOf`; undefined when the checksum or the code point is wrong. */
export function syllableOf(tones: readonly number[]): Syllable | undefined {
  const word = tones.reduce((bits, tone) => bits * TONES_PER_BAND + tone, 0)
  const payload = Math.floor(word / 1024)
  if (crc10(payload) !== word % 1024) return undefined
  const tail = payload % 16
  const body = Math.floor(payload / 16) % 2 ** 21
  if (payload < 2 ** 25) {
    if (body > 0x10ffff || (body >= 0xd800 && body <= 0xdfff)) return undefined
    return { text: String.fromCodePoint(body), tail }
  }
  const text = String.fromCharCode(body >> 14, (body >> 7) & 0x7f, body & 0x7f).replaceAll('\0', '')
  return LETTERS.test(text) ? { text, tail } : undefined
}

/** CRC-10/ATM (ITU-T I.610, polynomial 0x233) over the 26 bits, started at all ones. */
function crc10(payload: number): number {
  let crc = 0x3ff
  for (let bit = 25; bit >= 0; bit--) {
    const incoming = Math.floor(payload / 2 ** bit) & 1
    const carry = ((crc >> 9) & 1) ^ incoming
    crc = (crc << 1) & 0x3ff
    if (carry === 1) crc ^= 0x233
  }
  return crc
}
