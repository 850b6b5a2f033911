/** How much of a piece of sound is one frequency. Pure; 8 kHz. */
const SAMPLE_RATE = 8_000

/** For one frequency; make it once and use it for every block. */
export class Goertzel {
  readonly hz: number
  readonly #coefficient: number

  constructor(hz: number) {
    this.hz = hz
    this.#coefficient = 2 * Math.cos((2 * Math.PI * hz) / SAMPLE_RATE)
  }

  /**
   * Energy of `length` samples that this frequency explains: for a tone of exactly this frequency all of it, for others
   * less with each step of 8000 / `length` Hz.
   */
  energy(pcm: Int16Array, start: number, length: number): number {
    const coefficient = this.#coefficient
    let before = 0
    let last = 0
    for (let i = start; i < start + length; i++) {
      const next = (pcm[i] as number) + coefficient * last - before
      before = last
      last = next
    }
    return (2 * (last * last + before * before - coefficient * last * before)) / length
  }
}

/** Sum of squares. */
export function energyOf(pcm: Int16Array, start: number, length: number): number {
  let sum = 0
  for (let i = start; i < start + length; i++) sum += (pcm[i] as number) ** 2
  return sum
}
