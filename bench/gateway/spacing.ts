/** How evenly packets come: the error of the gap between two, against the 20 ms that it should be. */

const BUCKETS_PER_MS = 20
const LONGEST_MS = 200

export interface SpacingSummary {
  readonly packets: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

/** A histogram of a twentieth of a millisecond, so that a long run takes no more memory than a short one. */
export class SpacingErrors {
  readonly #buckets = new Uint32Array(LONGEST_MS * BUCKETS_PER_MS + 1)
  #packets = 0
  #maxMs = 0

  add(errorMs: number): void {
    const size = Math.abs(errorMs)
    const bucket = Math.min(LONGEST_MS * BUCKETS_PER_MS, Math.floor(size * BUCKETS_PER_MS))
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1
    this.#packets += 1
    this.#maxMs = Math.max(this.#maxMs, size)
  }

  reset(): void {
    this.#buckets.fill(0)
    this.#packets = 0
    this.#maxMs = 0
  }

  get summary(): SpacingSummary {
    const at = (share: number) => {
      let seen = 0
      const index = this.#buckets.findIndex((count) => {
        seen += count
        return seen >= this.#packets * share
      })
      return (Math.max(0, index) + 1) / BUCKETS_PER_MS
    }
    return { packets: this.#packets, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: this.#maxMs }
  }
}
