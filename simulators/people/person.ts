/**
 * The rule-driven human on the telephone. Knows only the persona and the words that were understood; time and
 * chance come in as arguments, so that the same call goes the same way again.
 */
import { type Understood, understand } from './hearing.ts'
import { phrasesOf } from './languages.ts'
import type { Persona } from './persona.ts'
import type { PersonPhrases } from './phrases.ts'
import { Replies } from './replies.ts'

export type PersonAct =
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'hang_up' }
  /** A sound that is no words. */
  | { readonly type: 'make_noise'; readonly ms: number }

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

export class Person {
  readonly #input: PersonInput
  readonly #phrases: PersonPhrases
  readonly #replies: Replies
  /** Heard since the person last spoke, and how much of it was already weighed. */
  #heard = ''
  #weighed = 0
  #heardFromMs = 0
  #heardToMs = 0
  #theirTurns = 0
  #speaking = false
  #delayMs: number
  /** Last time anything happened on the line. */
  #activeAtMs = 0
  #opened = false
  #interrupted = false
  /** Which of the things that are done while the other side speaks are done. */
  readonly #doneMeanwhile = new Set<number>()
  #hellos = 0
  #hangUpAtMs: number | undefined
  #hangUpOnceSaid: number | undefined
  /** Hangs up whatever the other side says. */
  #abrupt = false

  constructor(input: PersonInput) {
    this.#input = input
    this.#phrases = phrasesOf(input.persona.language)
    this.#replies = new Replies(input)
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
    if (this.#input.called === true && this.#replies.turns === 0 && nowMs >= HELLO_AFTER_MS)
      return this.#say(this.#phrases.hello, nowMs)
    const interruption = this.#interruption(nowMs)
    if (interruption !== undefined) return this.#say(interruption, nowMs)
    const meanwhile = this.#meanwhile(nowMs)
    if (meanwhile !== undefined) return meanwhile
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
    const enough = hangs_up?.after_turns !== undefined && this.#replies.turns >= hangs_up.after_turns
    const toldAll = hangs_up?.after_telling !== undefined && this.#replies.hasTold(hangs_up.after_telling)
    if (enough || toldAll) {
      this.#abrupt = true
      this.#hangUpAtMs = nowMs + HANG_UP_MIDWAY_MS
    } else if (this.#hangUpOnceSaid !== undefined) this.#hangUpAtMs = nowMs + this.#hangUpOnceSaid
  }

  /** @param remember what is repeated when asked to. */
  #say(text: string, nowMs: number, remember: string | undefined = text): PersonAct {
    this.#speaking = true
    this.#replies.spoke(remember)
    this.#heard = ''
    this.#weighed = 0
    this.#activeAtMs = nowMs
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

  /** What is no turn of theirs leaves what they have heard as it is. */
  #meanwhile(nowMs: number): PersonAct | undefined {
    const { meanwhile } = this.#input.persona.speech
    const heard = this.#heard.replaceAll(/\s+/g, '')
    const index = meanwhile.findIndex(
      ({ once_heard }, at) =>
        !this.#doneMeanwhile.has(at) && heard.includes(once_heard.replaceAll(/\s+/g, '')),
    )
    const act = meanwhile[index]
    if (act === undefined) return undefined
    this.#doneMeanwhile.add(index)
    const turn = act.corrects === true ? this.#replies.correctsAtOnce() : act.breaks_in
    if (turn !== undefined) {
      this.#opened = true
      return this.#say(turn, nowMs)
    }
    this.#speaking = true
    this.#activeAtMs = nowMs
    if (act.listens !== undefined) return { type: 'say', text: act.listens }
    return { type: 'make_noise', ms: act.makes_noise ?? 0 }
  }

  #callOut(nowMs: number): PersonAct {
    this.#hellos += 1
    if (this.#hellos > MAX_HELLOS) return { type: 'hang_up' }
    const { anybodyThere } = this.#phrases
    const hello = anybodyThere[(this.#hellos - 1) % anybodyThere.length] ?? ''
    // After the opening, what was said may have been lost: it is said again.
    const last = this.#replies.lastSaid
    const again = this.#opened && this.#hellos === 2 && !hello.includes(last) ? ` ${last}` : ''
    return this.#say(hello + again, nowMs, last)
  }

  #open(): string {
    this.#opened = true
    const { goal } = this.#input.persona
    if (goal === 'hold_and_hang_up') this.#hangUpOnceSaid = HOLD_MS
    if (goal === 'wrong_number') this.#hangUpOnceSaid = HANG_UP_AFTER_GOODBYE_MS
    return this.#replies.opening()
  }

  #answer(heard: Understood): string | undefined {
    if (!this.#opened && !heard.goodbye) return heard.question ? this.#open() : undefined
    const reply = this.#replies.to(this.#heard, heard)
    if (reply?.ends === 'goodbye') this.#hangUpOnceSaid = HANG_UP_AFTER_GOODBYE_MS
    if (reply?.ends === 'thanks') this.#hangUpOnceSaid = HANG_UP_AFTER_THANKS_MS
    return reply?.text
  }

  #nextDelay(): number {
    return this.#input.persona.speech.answer_delay_ms + this.#input.random() * JITTER_MS
  }
}
