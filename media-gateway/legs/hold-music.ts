/** What somebody hears who waits: quiet music of our own, that comes and goes softly. */
import { FRAME_SAMPLES } from '../../domain/media-socket.ts'

const SAMPLE_RATE = 8_000
/** In and out; a sudden chord in the ear is a fright. */
const FADE_SAMPLES = 0.4 * SAMPLE_RATE
/** About -20 dBFS at its loudest: quieter than a voice. */
const PEAK = 3_200
const NOTE_SECONDS = 0.5
/** Four slow broken chords (C, A minor, F, G), as semitones above c'. */
const NOTES = [
  [0, 7, 12, 16, 19, 16, 12, 7],
  [-3, 4, 9, 12, 16, 12, 9, 4],
  [-7, 0, 5, 9, 12, 9, 5, 0],
  [-5, 2, 7, 11, 14, 11, 7, 2],
].flat()
const C4_HZ = 261.63

let piece: Int16Array | undefined

/** What is played to all who wait; ours is sixteen seconds that can be repeated without a seam, made once. */
export function holdMusic(): Int16Array {
  piece ??= compose()
  return piece
}

/** For those who are put on hold from now on. @param music 16-bit at 8 kHz; undefined: ours again. */
export function setHoldMusic(music: Int16Array | undefined): void {
  piece = music
}

function compose(): Int16Array {
  const step = NOTE_SECONDS * SAMPLE_RATE
  const sum = new Float32Array(NOTES.length * step)
  for (const [index, semitones] of NOTES.entries()) {
    const hz = C4_HZ * 2 ** (semitones / 12)
    // Each note rings on into the next three and past the end into the beginning.
    for (let i = 0; i < 4 * step; i++) {
      const seconds = i / SAMPLE_RATE
      const envelope = Math.min(1, seconds / 0.03) * Math.exp(-seconds * 1.8) * (1 - i / (4 * step))
      const tone = Math.sin(2 * Math.PI * hz * seconds) + 0.25 * Math.sin(4 * Math.PI * hz * seconds)
      const at = (index * step + i) % sum.length
      sum[at] = (sum[at] as number) + envelope * tone
    }
  }
  const loudest = sum.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9)
  return Int16Array.from(sum, (value) => Math.round((value / loudest) * PEAK))
}

/** Plays a piece round and round to one listener. */
export class MusicPlayer {
  readonly #piece: Int16Array
  #position = 0
  #gain = 0
  #playing = true

  /** @param piece 16-bit at 8 kHz, not empty. */
  constructor(piece: Int16Array = holdMusic()) {
    this.#piece = piece
  }

  /** From now on it gets louder. */
  play(): void {
    this.#playing = true
  }

  /** From now on it gets quieter, and then `next` gives nothing. */
  stop(): void {
    this.#playing = false
  }

  /** 160 samples; undefined once it has faded out. */
  next(): Int16Array | undefined {
    if (!this.#playing && this.#gain === 0) return undefined
    const frame = new Int16Array(FRAME_SAMPLES)
    const change = (this.#playing ? 1 : -1) / FADE_SAMPLES
    for (let i = 0; i < FRAME_SAMPLES; i++) {
      this.#gain = Math.min(1, Math.max(0, this.#gain + change))
      frame[i] = Math.round((this.#piece[this.#position] ?? 0) * this.#gain)
      this.#position = (this.#position + 1) % this.#piece.length
    }
    return frame
  }
}
