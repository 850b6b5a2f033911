/**
 * How loud a line is while nobody speaks on it. Pure.
 *
 * Speech falls nearly silent between syllables and words, several times in any second and a half; what never does, noise
 * of a car or an engine or a held chord, is what the line sounds like. So the quietest 20 ms of that time are its noise,
 * however loud they are (in the manner of R. Martin's minimum statistics, 2001).
 */

/** 1.5 s, in blocks, so that a frame costs one comparison. */
const BLOCKS = 5
const BLOCK_FRAMES = 15

export class LineNoise {
  /** The quietest frame of each of the last blocks; a ring. */
  readonly #quietest = new Float64Array(BLOCKS)
  #block = 0
  #frames = 0

  /** @param rms of the line at first; until a whole window was heard it is taken to be no louder. */
  constructor(rms: number) {
    this.#quietest.fill(rms)
  }

  /** Root mean square of the noise. */
  get rms(): number {
    let least = Number.POSITIVE_INFINITY
    for (let i = 0; i < BLOCKS; i++) least = Math.min(least, this.#quietest[i] as number)
    return least
  }

  /** @param rms of the next 20 ms. */
  push(rms: number): void {
    if (this.#frames === BLOCK_FRAMES) {
      this.#frames = 0
      this.#block = (this.#block + 1) % BLOCKS
    }
    const before = this.#frames++ === 0 ? Number.POSITIVE_INFINITY : (this.#quietest[this.#block] as number)
    this.#quietest[this.#block] = Math.min(before, rms)
  }
}
