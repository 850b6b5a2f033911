/**
 * The rule-driven human on the telephone. Knows only the persona and the words that were understood; time and
 * chance come in as arguments, so that the same call goes the same way again.
 */
import { EMPTY_ORDER, ORDER_FIELDS, type OrderField } from '../../domain/order.ts'
import { type Understood, understand } from './hearing.ts'
import { phrasesOf } from './languages.ts'
import type { Persona } from './persona.ts'
import type { PersonPhrases } from './phrases.ts'
import { isOwnNumber, type KnownFacts, wrongFields } from './read-back.ts'

export type PersonAct = { readonly type: 'say'; readonly text: string } | { readonly type: 'hang_up' }

export interface PersonInput {
  readonly persona: Persona
  /** They were called: they say hello first and want nothing themselves. */
  readonly called?: boolean
  /** Digits of the phone in their hand. */
  readonly ownNumber: string
  /** 0 to 1, again and again. */
  readonly random: () => number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Silence after which somebody has finished speaking, as people take it. */
const TURN_SILENCE_MS = 600
/** Silence after a statement that still wants an answer. */
const LONG_SILENCE_MS = 2_500
const JITTER_MS = 150
/** From picking up to the first word. */
const HELLO_AFTER_MS = 500
/** Until "hello?"; nobody waits forever. */
const PATIENCE_MS = 9_000
const MAX_HELLOS = 5
const HANG_UP_AFTER_GOODBYE_MS = 1_500
/** From the last word to the receiver on the hook. */
const HANG_UP_MIDWAY_MS = 700
const HANG_UP_AFTER_THANKS_MS = 6_000
const HOLD_MS = 12_000
/** A mistake is pointed out this often; then it is let pass. */
const MAX_CORRECTIONS = 3
const MAX_PARDONS = 3

export class Person {
  readonly #input: PersonInput
  readonly #phrases: PersonPhrases
  readonly #told = new Map<OrderField, number>()
  /** How often each of the persona's prepared answers was given. */
  readonly #prepared = new Map<number, number>()
  readonly #corrections = new Map<OrderField, number>()
  /** Heard since the person last spoke, and how much of it was already weighed. */
  #heard = ''
  #weighed = 0
  #heardFromMs = 0
  #heardToMs = 0
  #theirTurns = 0
  #ownTurns = 0
  #speaking = false
  #delayMs: number
  /** Last time anything happened on the line. */
  #activeAtMs = 0
  #opened = false
  #interrupted = false
  #noticedMistake = false
  #hellos = 0
  #pardons = 0
  #lastSaid = ''
  #hangUpAtMs: number | undefined
  #hangUpOnceSaid: number | undefined
  /** Hangs up whatever the other side says. */
  #abrupt = false

  constructor(input: PersonInput) {
    this.#input = input
    this.#phrases = phrasesOf(input.persona.language)
    this.#delayMs = this.#nextDelay()
    this.#opened = input.called === true
  }

  /** Words came through. @param text as understood; U+FFFD where not. */
  hear(text: string, fromMs: number, toMs: number): void {
    const words = text.replaceAll('\ufffd', '')
    if (words === '') return
    if (this.#heard === '') {
      this.#heardFromMs = fromMs
      this.#theirTurns += 1
    }
    this.#heard += words
    this.#heardToMs = toMs
    this.#activeAtMs = Math.max(this.#activeAtMs, toMs)
    this.#hellos = 0
    // Somebody who speaks on is listened to before one hangs up.
    if (this.#hangUpAtMs !== undefined && !this.#abrupt)
      this.#hangUpAtMs = Math.max(this.#hangUpAtMs, toMs + TURN_SILENCE_MS * 2)
  }

  /** What the person does now; to be asked every 20 ms or so. */
  tick(nowMs: number): PersonAct | undefined {
    if (this.#speaking) return undefined
    if (this.#hangUpAtMs !== undefined && nowMs >= this.#hangUpAtMs) return { type: 'hang_up' }
    if (this.#input.persona.goal === 'silent') return undefined
    if (this.#input.called === true && this.#ownTurns === 0 && nowMs >= HELLO_AFTER_MS)
      return this.#say(this.#phrases.hello, nowMs)
    const interruption = this.#interruption(nowMs)
    if (interruption !== undefined) return this.#say(interruption, nowMs)
    const silence = nowMs - this.#heardToMs
    if (this.#heard.length > this.#weighed && silence >= TURN_SILENCE_MS + this.#delayMs) {
      const answer = this.#answer(understand(this.#heard))
      this.#weighed = this.#heard.length
      if (answer !== undefined) return this.#say(answer, nowMs)
    }
    if (!this.#opened && this.#heard !== '' && silence >= LONG_SILENCE_MS)
      return this.#say(this.#open(), nowMs)
    if (nowMs - this.#activeAtMs >= PATIENCE_MS && this.#hangUpAtMs === undefined) return this.#callOut(nowMs)
    return undefined
  }

  /** The person's own words are out. */
  said(nowMs: number): void {
    this.#speaking = false
    this.#activeAtMs = nowMs
    this.#delayMs = this.#nextDelay()
    const { hangs_up } = this.#input.persona
    const enough = hangs_up?.after_turns !== undefined && this.#ownTurns >= hangs_up.after_turns
    const toldAll = hangs_up?.after_telling !== undefined && this.#told.has(hangs_up.after_telling)
    if (enough || toldAll) {
      this.#abrupt = true
      this.#hangUpAtMs = nowMs + HANG_UP_MIDWAY_MS
    } else if (this.#hangUpOnceSaid !== undefined) this.#hangUpAtMs = nowMs + this.#hangUpOnceSaid
  }

  #say(text: string, nowMs: number): PersonAct {
    this.#speaking = true
    this.#ownTurns += 1
    this.#heard = ''
    this.#weighed = 0
    this.#activeAtMs = nowMs
    this.#lastSaid = text
    return { type: 'say', text }
  }

  #interruption(nowMs: number): string | undefined {
    const { interrupts } = this.#input.persona.speech
    if (interrupts === undefined || this.#interrupted || this.#theirTurns !== interrupts.at_turn)
      return undefined
    if (this.#heard === '' || nowMs - this.#heardFromMs < interrupts.after_ms) return undefined
    this.#interrupted = true
    // Who breaks in has said what they want; asked again, they tell the purpose in their own words.
    this.#opened = true
    return interrupts.text
  }

  #callOut(nowMs: number): PersonAct {
    this.#hellos += 1
    if (this.#hellos > MAX_HELLOS) return { type: 'hang_up' }
    const { anybodyThere } = this.#phrases
    const hello = anybodyThere[(this.#hellos - 1) % anybodyThere.length] ?? ''
    // After the opening, what was said may have been lost: it is said again.
    const again =
      this.#opened && this.#hellos === 2 && !hello.includes(this.#lastSaid) ? ` ${this.#lastSaid}` : ''
    const last = this.#lastSaid
    const act = this.#say(hello + again, nowMs)
    this.#lastSaid = last
    return act
  }

  #open(): string {
    this.#opened = true
    const { goal, speech } = this.#input.persona
    if (goal === 'hold_and_hang_up') this.#hangUpOnceSaid = HOLD_MS
    if (goal === 'wrong_number') this.#hangUpOnceSaid = HANG_UP_AFTER_GOODBYE_MS
    const volunteered = speech.volunteers.map((field) => this.#tell(field, true))
    return [speech.opening ?? this.#phrases.openings[goal], ...volunteered].join(' ')
  }

  #answer(heard: Understood): string | undefined {
    const phrases = this.#phrases
    if (heard.goodbye) {
      this.#hangUpOnceSaid = HANG_UP_AFTER_GOODBYE_MS
      return this.#pick(phrases.goodbye)
    }
    if (!this.#opened) return heard.question ? this.#open() : undefined
    if (this.#input.persona.goal !== 'order_wreath') return undefined
    const prepared = heard.question ? this.#preparedAnswer() : undefined
    if (prepared !== undefined) return prepared
    if (heard.anythingElse) {
      this.#hangUpOnceSaid = HANG_UP_AFTER_THANKS_MS
      return this.#pick(phrases.nothingMore)
    }
    if (heard.placed && !heard.question) {
      this.#hangUpOnceSaid = HANG_UP_AFTER_THANKS_MS
      return phrases.thanks
    }
    const answers = this.#answers(heard)
    if (answers.length > 0) return answers.join(' ')
    if (!heard.question) return undefined
    if (heard.stillThere) return `${phrases.stillHere} ${this.#lastSaid}`
    if (heard.repeat) return this.#lastSaid
    if (heard.openQuestion) return this.#open()
    if (heard.proposal) return this.#pick(phrases.agree)
    return this.#pardon()
  }

  #preparedAnswer(): string | undefined {
    const index = this.#input.persona.answers.findIndex(({ to }) => this.#heard.includes(to))
    const answer = this.#input.persona.answers[index]
    if (answer === undefined) return undefined
    const times = this.#prepared.get(index) ?? 0
    this.#prepared.set(index, times + 1)
    return answer.says[times % answer.says.length]
  }

  #answers(heard: Understood): string[] {
    const answers: string[] = []
    if (heard.check || heard.whichPart) answers.push(this.#checkReadBack(heard))
    if (heard.ownNumber) answers.push(this.#aboutOwnNumber())
    const asks = heard.asks.filter((field) => field !== 'phone' || !heard.ownNumber)
    for (const field of asks) {
      if (this.#fact(field) === undefined && heard.proposal && field === 'message')
        answers.push(this.#pick(this.#phrases.agree))
      else answers.push(this.#tell(field, asks.length > 1 || heard.repeat))
    }
    return answers
  }

  #checkReadBack(heard: Understood): string {
    const wrong = wrongFields({
      heard: this.#heard,
      facts: this.#truth(),
      ownNumber: this.#input.ownNumber,
      nowMs: this.#input.now(),
    }).filter((field) => (this.#corrections.get(field) ?? 0) < MAX_CORRECTIONS)
    if (wrong.length === 0) {
      const all = ORDER_FIELDS.filter((field) => this.#corrections.has(field))
      // Asked which part is wrong although nothing is: what was corrected last is said once more.
      if (heard.whichPart && all.length > 0) return all.map((field) => this.#correction(field)).join(' ')
      return this.#pick(this.#phrases.allRight)
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
    if (field === 'phone' && isOwnNumber(value)) return this.#phrases.tellOwnNumber[0](value)
    return this.#phrases.correct[field](value)
  }

  #aboutOwnNumber(): string {
    const fact = this.#fact('phone')
    if (fact === undefined || isOwnNumber(fact)) {
      this.#count('phone')
      return this.#pick(this.#phrases.agree)
    }
    return `${this.#phrases.notOwnNumber} ${this.#tell('phone', true)}`
  }

  /** @param plainly say also what it is, because several things are said or the short answer was not understood. */
  #tell(field: OrderField, plainly: boolean): string {
    const value = this.#fact(field)
    if (value === undefined) return this.#pick(this.#phrases.dontKnow)
    const times = this.#count(field)
    const ways =
      field === 'phone' && isOwnNumber(value) ? this.#phrases.tellOwnNumber : this.#phrases.tell[field]
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

  /** What the person would say of a field now: also what they have wrong. */
  #fact(field: OrderField): string | undefined {
    const { facts, corrects } = this.#input.persona
    if (corrects?.field === field) return this.#noticedMistake ? corrects.right : corrects.wrong
    return facts[field]
  }

  /** What is really so. */
  #truth(): KnownFacts {
    const { facts, corrects } = this.#input.persona
    const known = Object.keys(EMPTY_ORDER) as OrderField[]
    return Object.fromEntries(
      known
        .map((field) => [field, corrects?.field === field ? corrects.right : facts[field]] as const)
        .filter(([, value]) => value !== undefined),
    )
  }

  #pardon(): string {
    this.#pardons += 1
    return this.#pardons > MAX_PARDONS ? this.#pick(this.#phrases.agree) : this.#pick(this.#phrases.pardon)
  }

  #pick(variants: readonly string[]): string {
    return variants[this.#ownTurns % variants.length] ?? ''
  }

  #nextDelay(): number {
    return this.#input.persona.speech.answer_delay_ms + this.#input.random() * JITTER_MS
  }
}
