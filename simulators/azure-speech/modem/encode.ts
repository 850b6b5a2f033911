/** The modem's mouth: text to 8 kHz audio at speaking pace. */
import {
  BANDS,
  BURST_SAMPLES,
  CHIRP,
  CHIRP_SAMPLES,
  SAMPLE_RATE,
  SYMBOL_SAMPLES,
  SYMBOLS,
  type Syllable,
  TAILS,
  toneHz,
  tonesOf,
} from './voice.ts'

/** A person's way of speaking. */
export interface SpeechOptions {
  /** Syllables per second, 4 to 7; default 6.2, an unhurried Korean speaker. */
  readonly pace?: number
  /** Pitch in Hz, 90 to 260; default 200. It carries nothing. */
  readonly pitch?: number
  /** 1 is about -18 dBFS; default 1. */
  readonly level?: number
}

/** Where a character of the (normalised) text begins. */
export interface SpeechMark {
  readonly char: string
  readonly startSample: number
}

export interface EncodedSpeech {
  readonly pcm: Int16Array
  readonly marks: readonly SpeechMark[]
}

const DEFAULT_PACE = 6.2
const DEFAULT_PITCH_HZ = 200
const TONE_AMPLITUDE = 3300
const CHIRP_AMPLITUDE = 8000
const PITCH_AMPLITUDE = 1600
/** Rise and fall of a symbol: keeps clicks out of the neighbouring tones. */
const FADE_SAMPLES = 16
/**
 * Silence between two syllables, and the least of it for who speaks fast, as a voice falls silent there; a longer slot
 * prolongs the vowel instead.
 */
const GAP_SAMPLES = 0.035 * SAMPLE_RATE
const LEAST_GAP_SAMPLES = 0.028 * SAMPLE_RATE
/** Silence added after what has a pause in speech, ms. */
const PAUSE_MS: Readonly<Record<string, number>> = {
  ' ': 15,
  ',': 70,
  '.': 140,
  '?': 140,
  '!': 140,
  '\n': 140,
}
const LETTER = /[A-Za-z]/

/** Cuts a text into bursts: Latin letters by threes, everything else one code point each. */
function syllablesOf(text: string): Syllable[] {
  const chars = [...text.toWellFormed().normalize('NFC')]
  const syllables: Syllable[] = []
  for (let i = 0; i < chars.length; ) {
    let said = chars[i++] ?? ''
    while (LETTER.test(said[0] ?? '') && said.length < 3 && LETTER.test(chars[i] ?? '')) said += chars[i++]
    const two = TAILS.indexOf(((chars[i] ?? '') + (chars[i + 1] ?? '')) as (typeof TAILS)[number])
    const one = TAILS.indexOf((chars[i] ?? '') as (typeof TAILS)[number])
    const tail = chars[i + 1] !== undefined && two > 0 ? two : Math.max(one, 0)
    i += [...(TAILS[tail] ?? '')].length
    syllables.push({ text: said, tail })
  }
  return syllables
}

/**
 * Says a text (normalised to NFC; lone surrogates become U+FFFD). Ends with the gap after the last syllable,
 * so that pieces may be joined.
 * @example encodeSpeech('네, 맞아요.').pcm // about 0.8 s
 */
export function encodeSpeech(text: string, options: SpeechOptions = {}): EncodedSpeech {
  const pace = Math.min(7, Math.max(4, options.pace ?? DEFAULT_PACE))
  const slot = Math.max(Math.round(SAMPLE_RATE / pace), BURST_SAMPLES + LEAST_GAP_SAMPLES)
  const burst = Math.max(BURST_SAMPLES, Math.round(slot - GAP_SAMPLES))
  const syllables = syllablesOf(text)
  const lengths = syllables.map(({ tail }) => {
    const pause = Math.max(0, ...[...(TAILS[tail] ?? '')].map((char) => PAUSE_MS[char] ?? 0))
    return Math.round(slot + (pause * SAMPLE_RATE) / 1000)
  })
  const pcm = new Int16Array(lengths.reduce((sum, length) => sum + length, 0))
  const marks: SpeechMark[] = []
  let at = 0
  for (const [index, syllable] of syllables.entries()) {
    writeBurst(pcm.subarray(at, at + burst), tonesOf(syllable), options)
    const chars = [...syllable.text]
    for (const [n, char] of chars.entries()) {
      marks.push({ char, startSample: at + Math.round((n * burst) / chars.length) })
    }
    for (const char of TAILS[syllable.tail] ?? '') marks.push({ char, startSample: at + burst })
    at += lengths[index] ?? 0
  }
  return { pcm, marks }
}

function writeBurst(out: Int16Array, tones: readonly number[], options: SpeechOptions): void {
  const level = options.level ?? 1
  const pitch = Math.min(260, Math.max(90, options.pitch ?? DEFAULT_PITCH_HZ))
  const mixed = new Float32Array(out.length)
  for (let i = 0; i < CHIRP_SAMPLES; i++) mixed[i] = (CHIRP[i] ?? 0) * CHIRP_AMPLITUDE
  for (let symbol = 0; symbol < SYMBOLS; symbol++) {
    const from = CHIRP_SAMPLES + symbol * SYMBOL_SAMPLES
    const to = symbol === SYMBOLS - 1 ? out.length : from + SYMBOL_SAMPLES
    for (let band = 0; band < BANDS; band++) {
      const step = (2 * Math.PI * toneHz(band, tones[symbol * BANDS + band] ?? 0)) / SAMPLE_RATE
      // Different phases keep the three tones from peaking together.
      for (let i = from; i < to; i++) {
        const edge = Math.min(1, (i - from + 0.5) / FADE_SAMPLES, (to - i - 0.5) / FADE_SAMPLES)
        mixed[i] = (mixed[i] ?? 0) + Math.sin(step * (i - from) + band * 2.1) * TONE_AMPLITUDE * edge
      }
    }
  }
  for (let i = CHIRP_SAMPLES; i < out.length; i++) {
    const edge = Math.min(1, (i - CHIRP_SAMPLES) / 80, (out.length - i) / 80)
    mixed[i] = (mixed[i] ?? 0) + Math.sin((2 * Math.PI * pitch * i) / SAMPLE_RATE) * PITCH_AMPLITUDE * edge
  }
  for (let i = 0; i < out.length; i++)
    out[i] = Math.round(Math.max(-32767, Math.min(32767, (mixed[i] ?? 0) * level)))
}
