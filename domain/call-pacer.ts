/** How many calls may begin now, so that they begin at a given rate: a bucket that fills by the clock. Pure. */

/** What a stall may make up for at once, seconds of the rate. */
const CATCH_UP_SECONDS = 1

export class CallPacer {
  readonly #perSecond: number
  #tokens = 0
  #filledAtMs: number

  /** @param perSecond calls begun a second. */
  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond
    this.#filledAtMs = nowMs
  }

  /** Whole calls that may begin. */
  due(nowMs: number): number {
    const passedMs = Math.max(0, nowMs - this.#filledAtMs)
    const most = 1 + this.#perSecond * CATCH_UP_SECONDS
    this.#tokens = Math.min(most, this.#tokens + (passedMs / 1000) * this.#perSecond)
    this.#filledAtMs = Math.max(nowMs, this.#filledAtMs)
    // Fractions of floating point are no reason to wait another round.
    return Math.floor(this.#tokens + 1e-9)
  }

  /** So many of them began. */
  took(calls: number): void {
    this.#tokens -= calls
  }

  /** ms until the next one may begin; 0: now. */
  nextInMs(nowMs: number): number {
    if (this.due(nowMs) >= 1) return 0
    return Math.ceil(((1 - this.#tokens) / this.#perSecond) * 1000)
  }
}
