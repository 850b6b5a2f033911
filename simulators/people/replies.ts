/** What a person answers to what they understood, by voice or in writing: facts, corrections, agreement. */
import { EMPTY_ORDER, ORDER_FIELDS, type OrderField } from '../../domain/order.ts'
import type { Understood } from './hearing.ts'
import { phrasesOf } from './languages.ts'
import type { Persona } from './persona.ts'
import type { PersonPhrases } from './phrases.ts'
import { isOwnNumber, type KnownFacts, wrongFields } from './read-back.ts'

export interface RepliesInput {
  readonly persona: Persona
  /** Digits of the phone in their hand. */
  readonly ownNumber: string
  /** The other side can't see the number: "this number" says nothing to them. */
  readonly numberHidden?: boolean
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export interface Reply {
  readonly text: string
  /** With this the person has said all they wanted. */
  readonly ends?: 'goodbye' | 'thanks'
}

/** Stands in a person's words where they fall silent before they go on; spoken, it takes `speech.pause_ms`. */
export const PAUSE = ' … '

/** A persona asks for what it can't do. */
export class PersonaError extends Error {
  readonly retryable = false
}

/** A mistake is pointed out this often; then it is let pass. */
const MAX_CORRECTIONS = 3
const MAX_PARDONS = 3

export class Replies {
  readonly #input: RepliesInput
  readonly #told = new Map<OrderField, number>()
  /** How often each of the persona's prepared answers was given. */
  readonly #prepared = new Map<number, number>()
  readonly #corrections = new Map<OrderField, number>()
  #noticedMistake = false
  #pardons = 0
  #tried = 0
  #insisted = 0
  #turns = 0
  #lastSaid = ''

  constructor(input: RepliesInput) {
    this.#input = input
  }

  /** Who changes the language goes on in the other one. */
  get #phrases(): PersonPhrases {
    const { language, speech } = this.#input.persona
    const { switches } = speech
    return phrasesOf(switches !== undefined && this.#turns >= switches.after_turns ? switches.to : language)
  }

  get turns(): number {
    return this.#turns
  }

  get lastSaid(): string {
    return this.#lastSaid
  }

  hasTold(field: OrderField): boolean {
    return this.#told.has(field)
  }

  /** The person's turn was taken. @param text absent: with words that need not be repeated when asked. */
  spoke(text?: string): void {
    this.#turns += 1
    if (text !== undefined) this.#lastSaid = text
  }

  /** What they want, with what they tell at once. @param instead other words for the wish. */
  opening(instead?: string): string {
    const { goal, speech } = this.#input.persona
    const volunteered = speech.volunteers.map((field) => this.#tell(field, true))
    return [instead ?? speech.opening ?? this.#phrases.openings[goal], ...volunteered].join(' ')
  }

  /** The persona's own answer to a question that holds one of their cues. */
  prepared(words: string): string | undefined {
    const index = this.#input.persona.answers.findIndex(({ to }) => words.includes(to))
    const answer = this.#input.persona.answers[index]
    if (answer === undefined) return undefined
    const times = this.#prepared.get(index) ?? 0
    this.#prepared.set(index, times + 1)
    return answer.says[times % answer.says.length]
  }

  /** Breaks into a read-back that has their own mistake in it. @throws PersonaError where the persona makes none. */
  correctsAtOnce(): string {
    const { corrects } = this.#input.persona
    if (corrects === undefined) throw new PersonaError('who breaks in to correct has something to correct')
    this.#noticedMistake = true
    this.#corrections.set(corrects.field, (this.#corrections.get(corrects.field) ?? 0) + 1)
    return `${this.#phrases.noticed} ${this.#correction(corrects.field)}`
  }

  /** @param words all that was said since the person's last turn. */
  to(words: string, heard: Understood): Reply | undefined {
    const phrases = this.#phrases
    if (heard.goodbye) return { text: this.#pick(phrases.goodbye), ends: 'goodbye' }
    if (this.#input.persona.goal !== 'order_wreath') return undefined
    const attempt = heard.question ? this.#input.persona.tries[this.#tried] : undefined
    if (attempt !== undefined) {
      this.#tried += 1
      return { text: attempt }
    }
    const prepared = heard.question ? this.prepared(words) : undefined
    if (prepared !== undefined) return { text: prepared }
    const again = heard.anythingElse || heard.placed ? this.#input.persona.insists[this.#insisted] : undefined
    if (again !== undefined) {
      this.#insisted += 1
      return { text: again }
    }
    if (heard.anythingElse) return { text: this.#pick(phrases.nothingMore), ends: 'thanks' }
    if (heard.placed && !heard.question) return { text: phrases.thanks, ends: 'thanks' }
    const answers = this.#answers(words, heard)
    if (answers.length > 0) return { text: answers.join(' ') }
    if (!heard.question) return undefined
    if (heard.stillThere) return { text: `${phrases.stillHere} ${this.#lastSaid}` }
    if (heard.repeat) return { text: this.#lastSaid }
    if (heard.openQuestion) return { text: this.opening() }
    if (heard.proposal) return { text: this.#yes(phrases.agree) }
    return { text: this.#pardon() }
  }

  #answers(words: string, heard: Understood): string[] {
    const answers: string[] = []
    if (heard.check || heard.whichPart) answers.push(this.#checkReadBack(words, heard))
    if (heard.ownNumber) answers.push(this.#aboutOwnNumber())
    const asks = heard.asks.filter((field) => field !== 'phone' || !heard.ownNumber)
    for (const field of asks) {
      if (this.#fact(field) === undefined && heard.proposal && field === 'message')
        answers.push(this.#yes(this.#phrases.agree))
      else answers.push(this.#tell(field, asks.length > 1 || heard.repeat))
    }
    return answers
  }

  #checkReadBack(words: string, heard: Understood): string {
    const wrong = wrongFields({
      heard: words,
      facts: this.#truth(),
      ownNumber: this.#input.ownNumber,
      nowMs: this.#input.now(),
    }).filter((field) => (this.#corrections.get(field) ?? 0) < MAX_CORRECTIONS)
    if (wrong.length === 0) {
      const all = ORDER_FIELDS.filter((field) => this.#corrections.has(field))
      // Asked which part is wrong although nothing is: what was corrected last is said once more.
      if (heard.whichPart && all.length > 0) return all.map((field) => this.#correction(field)).join(' ')
      return this.#yes(this.#phrases.allRight)
    }
    const mine = this.#input.persona.corrects
    const mistake = mine !== undefined && wrong.includes(mine.field) && !this.#noticedMistake
    if (mistake) this.#noticedMistake = true
    for (const field of wrong) this.#corrections.set(field, (this.#corrections.get(field) ?? 0) + 1)
    return [
      mistake ? this.#phrases.noticed : this.#phrases.no,
      ...wrong.map((f) => this.#correction(f)),
    ].join(' ')
  }

  #correction(field: OrderField): string {
    const value = this.#truth()[field] ?? ''
    if (field === 'phone' && this.#isThisPhone(value)) return this.#phrases.tellOwnNumber[0](value)
    return this.#phrases.correct[field](value)
  }

  #aboutOwnNumber(): string {
    const fact = this.#fact('phone')
    if (fact === undefined || this.#isThisPhone(fact)) {
      this.#count('phone')
      return this.#yes(this.#phrases.agree)
    }
    return `${this.#phrases.notOwnNumber} ${this.#tell('phone', true)}`
  }

  /** @param plainly say also what it is, because several things are said or the short answer was not understood. */
  #tell(field: OrderField, plainly: boolean): string {
    const value = this.#fact(field)
    if (value === undefined) return this.#pick(this.#phrases.dontKnow)
    const times = this.#count(field)
    const dictated = this.#input.persona.speech.dictates[field]
    if (dictated !== undefined) return `${dictated.join(PAUSE)}.`
    const ways =
      field === 'phone' && this.#isThisPhone(value) ? this.#phrases.tellOwnNumber : this.#phrases.tell[field]
    const way = ways[(times + (plainly && times === 0 ? 1 : 0)) % ways.length] ?? ways[0]
    const sentence = way(value)
    return /[.?!]$/.test(sentence) ? sentence : `${sentence}.`
  }

  /** @returns how often it was told before. */
  #count(field: OrderField): number {
    const times = this.#told.get(field) ?? 0
    this.#told.set(field, times + 1)
    return times
  }

  #isThisPhone(fact: string): boolean {
    return this.#input.numberHidden !== true && isOwnNumber(fact)
  }

  /** What the person would say of a field now: also what they have wrong. */
  #fact(field: OrderField): string | undefined {
    const { facts, corrects } = this.#input.persona
    if (corrects?.field === field) return this.#noticedMistake ? corrects.right : corrects.wrong
    return this.#asTold(field, facts[field])
  }

  /** "This number" is told in digits to who can't see it. */
  #asTold(field: OrderField, fact: string | undefined): string | undefined {
    if (field !== 'phone' || fact === undefined || !isOwnNumber(fact)) return fact
    if (this.#input.numberHidden !== true) return fact
    return this.#input.ownNumber.replace(/^(\d{3})(\d{3,4})(\d{4})$/, '$1-$2-$3')
  }

  /** What is really so. */
  #truth(): KnownFacts {
    const { facts, corrects } = this.#input.persona
    const known = Object.keys(EMPTY_ORDER) as OrderField[]
    return Object.fromEntries(
      known
        .map((field) => {
          const right = corrects?.field === field ? corrects.right : facts[field]
          return [field, this.#asTold(field, right)] as const
        })
        .filter(([, value]) => value !== undefined),
    )
  }

  #pardon(): string {
    this.#pardons += 1
    return this.#pardons > MAX_PARDONS ? this.#pick(this.#phrases.agree) : this.#pick(this.#phrases.pardon)
  }

  #yes(variants: readonly string[]): string {
    return this.#input.persona.speech.terse ? this.#phrases.yes : this.#pick(variants)
  }

  #pick(variants: readonly string[]): string {
    return variants[this.#turns % variants.length] ?? ''
  }
}
