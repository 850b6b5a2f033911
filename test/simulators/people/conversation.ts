/** Plays a person's call on a clock of its own: no audio, no waiting, the same each time. */
import { seededRandom } from '../../../simulators/people/on-the-phone.ts'
import { Person } from '../../../simulators/people/person.ts'
import { type PersonaInput, personaSchema } from '../../../simulators/people/persona.ts'

/** 2026-11-21 13:00 in Korea, a Saturday. */
export const NOW_MS = Date.parse('2026-11-21T13:00:00+09:00')
export const OWN_NUMBER = '01012345678'
const TICK_MS = 20
const CHAR_MS = 160

export class Conversation {
  readonly #person: Person
  #nowMs = 0
  ended = false

  constructor(persona: PersonaInput, called = false) {
    this.#person = new Person({
      persona: personaSchema.parse(persona),
      called,
      ownNumber: OWN_NUMBER,
      random: seededRandom('test'),
      now: () => NOW_MS,
    })
  }

  get nowMs(): number {
    return this.#nowMs
  }

  /** Speaks to the person, character by character; returns what they say meanwhile and next. */
  say(text: string): string | undefined {
    for (const char of text) {
      this.#person.hear(char, this.#nowMs, this.#nowMs + CHAR_MS)
      const interruption = this.wait(CHAR_MS)
      if (interruption !== undefined) return interruption
    }
    return this.wait(8_000)
  }

  /** Silence; returns what the person says in it, if anything. */
  wait(ms: number): string | undefined {
    for (const until = this.#nowMs + ms; this.#nowMs < until && !this.ended; this.#nowMs += TICK_MS) {
      const act = this.#person.tick(this.#nowMs)
      if (act?.type === 'hang_up') this.ended = true
      if (act?.type === 'say') {
        this.#nowMs += act.text.length * CHAR_MS
        this.#person.said(this.#nowMs)
        return act.text
      }
    }
    return undefined
  }
}
