/** The modem's ear: audio to text while it arrives, and nothing for what is not the modem's voice. */
import {
  BANDS,
  BURST_SAMPLES,
  CHIRP,
  CHIRP_SAMPLES,
  SAMPLE_RATE,
  SYMBOL_SAMPLES,
  SYMBOLS,
  syllableOf,
  TAILS,
  TONES_PER_BAND,
  toneHz,
} from './voice.ts'

/** Stands for a syllable that was heard to begin but not understood. */
export const DAMAGED = '\ufffd'

/** Samples are counted from the first one pushed. */
export interface DecodedChar {
  /** One code point; DAMAGED where it could not be understood. */
  readonly char: string
  readonly startSample: number
  readonly endSample: number
}

/** Below this the ear hears nothing (about -62 dBFS): line noise is not searched for chirps. */
const AUDIBLE_PEAK = 40
/** Squared normalised correlation at which something may be a chirp; noise alone stays below 0.35. */
const CHIRP_MATCH = 0.5
/** The true chirp is the best match within this distance (0.75 ms). */
const PEAK_RADIUS = 6
/** A tone is clear when it is this many times stronger than the next of its band. */
const CLEAR_RATIO = 3
/** Tones of twelve that must be clear before an unreadable burst counts as a damaged syllable. */
const DAMAGED_CLEAR_TONES = 6

const CHIRP_ENERGY = CHIRP.reduce((sum, value) => sum + value * value, 0)

/** cos and sin of every tone over one symbol. */
const COSINES = Array.from({ length: BANDS * TONES_PER_BAND }, (_, index) => waveOf(index, Math.cos))
const SINES = Array.from({ length: BANDS * TONES_PER_BAND }, (_, index) => waveOf(index, Math.sin))

function waveOf(index: number, wave: (phase: number) => number): Float32Array {
  const hz = toneHz(Math.floor(index / TONES_PER_BAND), index % TONES_PER_BAND)
  return Float32Array.from({ length: SYMBOL_SAMPLES }, (_, i) => wave((2 * Math.PI * hz * i) / SAMPLE_RATE))
}

/**
 * Decodes a stream pushed in pieces of any size. A character is reported once its burst is complete.
 * Costs about 0.3 % of a core for one stream.
 */
export class SpeechDecoder {
  #buffer = new Float32Array(4096)
  #length = 0
  /** Samples before the buffer. */
  #base = 0
  /** Next sample, within the buffer, at which a chirp may begin. */
  #search = 0
  /** A burst that could not be read; reported unless a readable one turns out to begin inside it. */
  #damagedAt: number | undefined

  /** Samples pushed so far. */
  get position(): number {
    return this.#base + this.#length
  }

  push(pcm: Int16Array): DecodedChar[] {
    this.#append(pcm)
    const decoded: DecodedChar[] = []
    while (this.#search + BURST_SAMPLES + PEAK_RADIUS < this.#length) {
      const start = this.#findChirp()
      if (start === undefined) break
      this.#readBurst(start, decoded)
    }
    this.#flushDamaged(this.#base + this.#search, decoded)
    this.#trim()
    return decoded
  }

  /** Reads one burst whose chirp begins at `start` of the buffer, and moves the search on. */
  #readBurst(start: number, decoded: DecodedChar[]): void {
    const { tones, clear } = this.#readTones(start + CHIRP_SAMPLES)
    const syllable = syllableOf(tones)
    const at = this.#base + start
    if (syllable === undefined) {
      if (clear >= DAMAGED_CLEAR_TONES && this.#damagedAt === undefined) this.#damagedAt = at
      this.#search = start + PEAK_RADIUS + 1
      return
    }
    this.#flushDamaged(at, decoded)
    this.#damagedAt = undefined
    const chars = [...syllable.text]
    const width = BURST_SAMPLES / chars.length
    for (const [index, char] of chars.entries()) {
      decoded.push({
        char,
        startSample: at + Math.round(index * width),
        endSample: at + Math.round((index + 1) * width),
      })
    }
    const end = at + BURST_SAMPLES
    for (const char of TAILS[syllable.tail] ?? '') decoded.push({ char, startSample: end, endSample: end })
    this.#search = start + BURST_SAMPLES
  }

  /** Reports a damaged burst once nothing before `limit` was found to begin inside it. */
  #flushDamaged(limit: number, decoded: DecodedChar[]): void {
    const at = this.#damagedAt
    if (at === undefined || limit < at + BURST_SAMPLES) return
    this.#damagedAt = undefined
    decoded.push({ char: DAMAGED, startSample: at, endSample: at + BURST_SAMPLES })
  }

  /** The next chirp whose whole burst is in the buffer; moves the search on where there is none. */
  #findChirp(): number | undefined {
    const last = this.#length - BURST_SAMPLES - PEAK_RADIUS
    for (let i = this.#search; i < last; i++) {
      // Silence is most of a call: skip it 10 ms at a time.
      if (i + 80 < last && this.#isSilent(i, i + CHIRP_SAMPLES + 80)) {
        i += 79
        continue
      }
      let match = this.#chirpMatch(i)
      if (match < CHIRP_MATCH) continue
      let best = i
      for (let j = i + 1; j <= i + PEAK_RADIUS; j++) {
        const other = this.#chirpMatch(j)
        if (other > match) {
          match = other
          best = j
        }
      }
      this.#search = i
      return best
    }
    this.#search = Math.max(this.#search, last)
    return undefined
  }

  #isSilent(from: number, to: number): boolean {
    for (let i = from; i < to; i += 2) if (Math.abs(this.#buffer[i] ?? 0) > AUDIBLE_PEAK) return false
    return true
  }

  /** Squared normalised correlation with the chirp, 0 to 1, whatever the level. */
  #chirpMatch(at: number): number {
    const buffer = this.#buffer
    let dot = 0
    let energy = 0
    for (let i = 0; i < CHIRP_SAMPLES; i++) {
      const sample = buffer[at + i] as number
      dot += sample * (CHIRP[i] as number)
      energy += sample * sample
    }
    return energy < AUDIBLE_PEAK * AUDIBLE_PEAK * 8 ? 0 : (dot * dot) / (energy * CHIRP_ENERGY)
  }

  #readTones(at: number): { tones: number[]; clear: number } {
    const tones: number[] = []
    let clear = 0
    for (let symbol = 0; symbol < SYMBOLS; symbol++) {
      for (let band = 0; band < BANDS; band++) {
        let best = 0
        let bestPower = -1
        let secondPower = 0
        for (let tone = 0; tone < TONES_PER_BAND; tone++) {
          const power = this.#tonePower(at + symbol * SYMBOL_SAMPLES, band * TONES_PER_BAND + tone)
          if (power > bestPower) {
            secondPower = Math.max(bestPower, 0)
            bestPower = power
            best = tone
          } else if (power > secondPower) secondPower = power
        }
        tones.push(best)
        if (bestPower > 1e6 && bestPower > CLEAR_RATIO * secondPower) clear++
      }
    }
    return { tones, clear }
  }

  #tonePower(at: number, tone: number): number {
    const buffer = this.#buffer
    const cosine = COSINES[tone] as Float32Array
    const sine = SINES[tone] as Float32Array
    let re = 0
    let im = 0
    for (let i = 0; i < SYMBOL_SAMPLES; i++) {
      const sample = buffer[at + i] as number
      re += sample * (cosine[i] as number)
      im += sample * (sine[i] as number)
    }
    return re * re + im * im
  }

  #append(pcm: Int16Array): void {
    if (this.#length + pcm.length > this.#buffer.length) {
      const grown = new Float32Array(Math.max(this.#buffer.length * 2, this.#length + pcm.length))
      grown.set(this.#buffer.subarray(0, this.#length))
      this.#buffer = grown
    }
    this.#buffer.set(pcm, this.#length)
    this.#length += pcm.length
  }

  /** Drops what lies before the search. */
  #trim(): void {
    if (this.#search < 2048) return
    this.#buffer.copyWithin(0, this.#search, this.#length)
    this.#base += this.#search
    this.#length -= this.#search
    this.#search = 0
  }
}
