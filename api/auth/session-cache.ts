/**
 * Who a session cookie belongs to, remembered for a moment: a page asks for several things at once, and each of them
 * would look the session up in the database. The database tells every copy of the API when a session ends or a person
 * changes, and all are forgotten then; while it can't be heard, nobody is remembered.
 */
import type { Person } from '../context.ts'

/** What a connection that vanished without a word failed to tell is noticed after so long. */
export const SESSION_MEMORY_MS = 5_000
/** Far more than people who are signed in; a flood of made-up cookies finds nobody and is not kept. */
const MAX_SESSIONS = 1_000

export class SessionCache {
  readonly #known = new Map<string, { readonly person: Person; readonly untilMs: number }>()
  readonly #nowMs: () => number
  /** Grows when everybody is forgotten, so that what was asked for before is not kept after. */
  #generation = 0
  #isHearing = false

  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs
  }

  /** Whether it is told when sessions end; nobody is remembered otherwise, nor anybody from before. */
  hear(isHearing: boolean): void {
    this.#isHearing = isHearing
    this.forget()
  }

  /** @param token value of the cookie, as it came. @param find looks in the database; null is not remembered. */
  async find(token: string, find: () => Promise<Person | null>): Promise<Person | null> {
    const now = this.#nowMs()
    const known = this.#known.get(token)
    if (known !== undefined && known.untilMs > now) return known.person
    const generation = this.#generation
    const person = await find()
    this.#known.delete(token)
    if (person !== null && this.#isHearing && generation === this.#generation) {
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
