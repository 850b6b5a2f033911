/**
 * Who a session cookie belongs to, remembered for a moment: a page asks for several things at once, and each of them
 * would look the session up in the database. Whoever signs out here is forgotten at once; at another copy of the API,
 * and where somebody's role or access is changed, it takes as long as the moment.
 */
import type { Person } from '../context.ts'

/** A person who was shut out can still read for so long. */
export const SESSION_MEMORY_MS = 5_000
/** Far more than people who are signed in; a flood of made-up cookies finds nobody and is not kept. */
const MAX_SESSIONS = 1_000

export class SessionCache {
  readonly #known = new Map<string, { readonly person: Person; readonly untilMs: number }>()
  readonly #nowMs: () => number
  /** Grows when everybody is forgotten, so that what was asked for before is not kept after. */
  #generation = 0

  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs
  }

  /** @param token value of the cookie, as it came. @param find looks in the database; null is not remembered. */
  async find(token: string, find: () => Promise<Person | null>): Promise<Person | null> {
    const now = this.#nowMs()
    const known = this.#known.get(token)
    if (known !== undefined && known.untilMs > now) return known.person
    const generation = this.#generation
    const person = await find()
    this.#known.delete(token)
    if (person !== null && generation === this.#generation) {
      this.#makeRoom(now)
      this.#known.set(token, { person, untilMs: now + SESSION_MEMORY_MS })
    }
    return person
  }

  /** A session may have ended, or a person have changed. */
  forget(): void {
    this.#generation++
    this.#known.clear()
  }

  /** The oldest go first: a map keeps the order in which it was filled. */
  #makeRoom(now: number): void {
    for (const [token, { untilMs }] of this.#known) {
      if (untilMs > now && this.#known.size < MAX_SESSIONS) return
      this.#known.delete(token)
    }
  }
}
