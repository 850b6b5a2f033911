/** Whoever holds a phone: hears words as they come, and says or does something when asked. */
import type { PersonAct } from './person.ts'

export type CalleeAct =
  | PersonAct
  | { readonly type: 'press'; readonly digits: string }
  /** The tone after which a machine records. */
  | { readonly type: 'beep' }

export interface Callee {
  /** Words came through. @param text as understood; U+FFFD where not. */
  hear(text: string, fromMs: number, toMs: number): void
  /** What they do now; to be asked every 20 ms or so. */
  tick(nowMs: number): CalleeAct | undefined
  /** Their own words are out. */
  said(nowMs: number): void
}

/** From picking up to the first word. */
const HELLO_AFTER_MS = 400
/** Silence after which somebody has finished speaking, as people take it. */
const TURN_SILENCE_MS = 700
const PATIENCE_MS = 15_000
const MAX_HELLOS = 3
const HANG_UP_AFTER_GOODBYE_MS = 1_200

/** What somebody who was called answers to one utterance. */
export interface Reply {
  readonly text: string
  /** They press this key as well. */
  readonly key?: string
  /** It was their last word. */
  readonly goodbye?: true
  /** They put the phone down, without a word where there is no text. */
  readonly hangsUp?: true
}

export interface ListenerInput {
  /** Null: they have phoned themselves, and the other side speaks first. */
  readonly hello: string | null
  /** Said into a long silence. */
  readonly anybodyThere?: string
  readonly answerDelayMs: number
  /** Null: they go on listening. */
  readonly reply: (words: string) => Promise<Reply | null>
}

/** Somebody who was called: says hello, listens to whole sentences, answers each, and hangs up after a goodbye. */
export class Listener implements Callee {
  readonly #input: ListenerInput
  #heard = ''
  #heardToMs = 0
  #activeAtMs = 0
  #greeted = false
  #speaking = false
  #thinking = false
  #reply: Reply | null = null
  #hellos = 0
  #leaving = false
  #hangUpAtMs: number | undefined

  constructor(input: ListenerInput) {
    this.#input = input
    this.#greeted = input.hello === null
  }

  hear(text: string, _fromMs: number, toMs: number): void {
    this.#heard += text.replaceAll('\ufffd', '')
    this.#heardToMs = toMs
    this.#activeAtMs = Math.max(this.#activeAtMs, toMs)
  }

  tick(nowMs: number): CalleeAct | undefined {
    if (this.#speaking) return undefined
    if (this.#hangUpAtMs !== undefined) return nowMs >= this.#hangUpAtMs ? { type: 'hang_up' } : undefined
    const { hello } = this.#input
    if (!this.#greeted && hello !== null) {
      if (nowMs < HELLO_AFTER_MS) return undefined
      this.#greeted = true
      return this.#say(hello, nowMs)
    }
    if (this.#reply !== null) return this.#answer(this.#reply, nowMs)
    if (this.#thinking) return undefined
    const silence = nowMs - this.#heardToMs
    if (this.#heard !== '' && silence >= TURN_SILENCE_MS + this.#input.answerDelayMs) this.#think()
    else if (this.#heard === '' && nowMs - this.#activeAtMs >= PATIENCE_MS) return this.#callOut(nowMs)
    return undefined
  }

  said(nowMs: number): void {
    this.#speaking = false
    this.#activeAtMs = nowMs
    if (this.#leaving) this.#hangUpAtMs = nowMs + HANG_UP_AFTER_GOODBYE_MS
  }

  #think(): void {
    const words = this.#heard
    this.#heard = ''
    this.#thinking = true
    this.#input.reply(words).then(
      (reply) => {
        this.#reply = reply
        this.#thinking = false
      },
      () => {
        this.#reply = { text: '죄송합니다, 지금 확인이 안 됩니다. 나중에 다시 걸어 주세요.', goodbye: true }
        this.#thinking = false
      },
    )
  }

  #answer(reply: Reply, nowMs: number): CalleeAct {
    this.#reply = null
    if (reply.hangsUp === true && reply.text === '') return { type: 'hang_up' }
    this.#leaving = reply.goodbye === true || reply.hangsUp === true
    if (reply.key !== undefined && reply.text === '') return { type: 'press', digits: reply.key }
    return this.#say(reply.text, nowMs)
  }

  #callOut(nowMs: number): CalleeAct {
    this.#hellos += 1
    if (this.#hellos > MAX_HELLOS) return { type: 'hang_up' }
    return this.#say(this.#input.anybodyThere ?? '여보세요?', nowMs)
  }

  #say(text: string, nowMs: number): CalleeAct {
    this.#speaking = true
    this.#activeAtMs = nowMs
    return { type: 'say', text }
  }
}
