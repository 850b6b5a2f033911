/** What somebody who phones answers, sentence for sentence: by rules here, by Claude in `claude-mind.ts`. */
import { understand } from './hearing.ts'
import { phrasesOf } from './languages.ts'
import type { Persona } from './persona.ts'
import { Replies } from './replies.ts'

/** What the caller does once the other side has fallen silent, or before it has. */
export type CallerAct =
  | {
      readonly do: 'say'
      readonly text: string
      /** They broke into what was being said. */
      readonly interrupts?: true
      /** They put the phone down right after it. */
      readonly hangsUp?: true
    }
  /** They wait for the other side. */
  | { readonly do: 'wait' }
  | { readonly do: 'hang_up' }

/** A caller's head; without ears and mouth, so that it serves on a telephone and in writing. */
export interface CallerMind {
  /** @param heard what was said since they last spoke; empty: nothing. */
  answer(heard: string): Promise<CallerAct>
}

export interface CallerMindInput {
  readonly persona: Persona
  /** Digits of the phone in their hand. */
  readonly ownNumber: string
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Knows only the persona and the words: the same answers as the person on the telephone, without the time they take. */
export class RuleMind implements CallerMind {
  readonly #persona: Persona
  readonly #replies: Replies
  readonly #phrases: ReturnType<typeof phrasesOf>
  #opened = false
  #theirTurns = 0
  #interrupted = false
  #leaving = false
  #hellos = 0

  constructor(input: CallerMindInput) {
    this.#persona = input.persona
    this.#replies = new Replies(input)
    this.#phrases = phrasesOf(input.persona.language)
  }

  async answer(heard: string): Promise<CallerAct> {
    return this.next(heard)
  }

  /** As `answer`, at once. */
  next(heard: string): CallerAct {
    if (this.#persona.goal === 'silent') return { do: 'wait' }
    if (heard !== '') this.#theirTurns += 1
    const interruption = this.#interruption()
    if (interruption !== undefined) return this.#say(interruption, { interrupts: true })
    if (this.#leaving) return { do: 'hang_up' }
    const understood = understand(heard)
    if (!this.#opened && !understood.goodbye) return this.#open(understood.question)
    const reply = this.#replies.to(heard, understood)
    if (reply === undefined) return this.#callOut(heard)
    this.#hellos = 0
    this.#leaving = reply.ends !== undefined
    return this.#say(reply.text)
  }

  #open(isAsked: boolean): CallerAct {
    if (!isAsked) return { do: 'wait' }
    this.#opened = true
    if (this.#persona.goal !== 'order_wreath') this.#leaving = true
    return this.#say(this.#replies.opening())
  }

  /** Nothing was asked: they wait, then wonder whether anybody is there. */
  #callOut(heard: string): CallerAct {
    if (heard !== '') return { do: 'wait' }
    const hello = this.#phrases.anybodyThere[this.#hellos]
    this.#hellos += 1
    return hello === undefined ? { do: 'hang_up' } : this.#say(hello)
  }

  #interruption(): string | undefined {
    const { interrupts } = this.#persona.speech
    if (interrupts === undefined || this.#interrupted || this.#theirTurns !== interrupts.at_turn)
      return undefined
    this.#interrupted = true
    this.#opened = true
    return interrupts.text
  }

  #say(text: string, how: { readonly interrupts?: true } = {}): CallerAct {
    this.#replies.spoke(text)
    const { hangs_up } = this.#persona
    const enough = hangs_up?.after_turns !== undefined && this.#replies.turns >= hangs_up.after_turns
    const toldAll = hangs_up?.after_telling !== undefined && this.#replies.hasTold(hangs_up.after_telling)
    return { do: 'say', text, ...how, ...(enough || toldAll ? { hangsUp: true } : {}) }
  }
}
