/**
 * Whether somebody looks after the caller, and when the gateway has to say by itself that they are to wait: dialogue
 * workers die, and Temporal may be away; the caller hears of it in time. Pure: the time is an argument, ms.
 */

/** A silence that is no answer any more; together with what is said then the caller hears no three seconds of it. */
const FIRST_AFTER_MS = 1_800
/** The word is theirs: they may think about what we asked, even where nobody listens yet. */
const THEIRS_AFTER_MS = 6_000
/** From the end of what was said to the next. */
const AGAIN_AFTER_MS = 2_500
/** Between two turns, and until another worker has taken over, nobody attends for a moment. */
const CHANGE_MS = 400

/** What the caller has heard and said, by its latest moment; undefined: not yet. */
export interface Quiet {
  readonly oursMs: number | undefined
  readonly theirsMs: number | undefined
}

export class Attendance {
  /** Who takes a turn now. */
  #holder: object | undefined
  /** Since when nobody does; undefined before the first turn. */
  #goneMs: number | undefined
  #saidMs: number | undefined

  /** A worker takes a turn. */
  take(by: object): void {
    this.#holder = by
    this.#saidMs = undefined
  }

  /** Its turn is over, or it is gone; of one that was taken over from nothing is believed. */
  leave(by: object, nowMs: number): void {
    if (this.#holder !== by) return
    this.#holder = undefined
    this.#goneMs = nowMs
  }

  /** Whether the caller must be told now that they are to wait. */
  isDue(nowMs: number, { oursMs, theirsMs }: Quiet): boolean {
    if (this.#holder !== undefined || this.#goneMs === undefined) return false
    const ours = oursMs ?? Number.NEGATIVE_INFINITY
    const theirs = theirsMs ?? Number.NEGATIVE_INFINITY
    if (this.#saidMs !== undefined) return nowMs - Math.max(this.#saidMs, theirs, ours) >= AGAIN_AFTER_MS
    const dueMs = theirs > ours ? theirs + FIRST_AFTER_MS : Math.max(ours, this.#goneMs) + THEIRS_AFTER_MS
    return nowMs >= Math.max(dueMs, this.#goneMs + CHANGE_MS)
  }

  /** They were told, or begin to speak over it. */
  said(nowMs: number): void {
    this.#saidMs = nowMs
  }
}
