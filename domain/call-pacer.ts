/** How many calls may begin now, so that they begin at a given rate: a bucket that fills by the clock. Pure. */

/** What a stall may make up for at once, seconds of the rate: more would be a burst that carriers refuse. */
const AT_ONCE_SECONDS = 0.25
/** What is lost beyond that is made up for slowly, this share above the rate … */
const CATCH_UP_SHARE = 0.02
/** … for so many seconds of the rate at most. */
const OWED_SECONDS = 10

/** What a pacer knows, so that another one can go on. */
export interface Pace {
  /** Calls that may begin at once. */
  readonly tokens: number
  /** Calls that a stall has cost, beyond those. */
  readonly owed: number
  /** Until when both are counted: ms since the epoch. */
  readonly atMs: number
}

export class CallPacer {
  readonly #perSecond: number
  #tokens: number
  #owed: number
  #filledAtMs: number

  /**
   * @param perSecond calls begun a second.
   * @param from of the pacer before this one; absent: it begins with nothing.
   */
  constructor(perSecond: number, nowMs: number, from?: Pace) {
    this.#perSecond = perSecond
    this.#tokens = from?.tokens ?? 0
    this.#owed = from?.owed ?? 0
    this.#filledAtMs = from?.atMs ?? nowMs
  }

  /** Whole calls that may begin. */
  due(nowMs: number): number {
    const gained = (Math.max(0, nowMs - this.#filledAtMs) / 1_000) * this.#perSecond
    const repaid = Math.min(this.#owed, gained * CATCH_UP_SHARE)
    const filled = this.#tokens + gained + repaid
    this.#tokens = Math.min(1 + this.#perSecond * AT_ONCE_SECONDS, filled)
    this.#owed = Math.min(
      this.#perSecond * OWED_SECONDS,
      this.#owed - repaid + Math.max(0, filled - this.#tokens),
    )
    this.#filledAtMs = Math.max(nowMs, this.#filledAtMs)
    // Fractions of floating point are no reason to wait another round.
    return Math.floor(this.#tokens + 1e-9)
  }

  /** So many of them began. */
  took(calls: number): void {
    this.#tokens -= calls
  }

  /** There was nobody to call, or no room: what did not begin is not made up for. */
  forgive(): void {
    this.#owed = 0
  }

  /** ms until the next one may begin; 0: now. */
  nextInMs(nowMs: number): number {
    if (this.due(nowMs) >= 1) return 0
    return Math.ceil(((1 - this.#tokens) / this.#perSecond) * 1000)
  }

  /** To go on with. */
  get pace(): Pace {
    return { tokens: this.#tokens, owed: this.#owed, atMs: this.#filledAtMs }
  }
}
