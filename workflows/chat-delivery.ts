/**
 * How an answer reaches the customer. Kakao holds the line for a moment, then takes one post within a minute, and
 * never anything unasked; a text message always goes, once the number is known. What has no way waits for the next
 * answer.
 */
import { condition, patched, sleep } from '@temporalio/workflow'
import type { ChatAnswer, ChatAuthor } from '../domain/chat.ts'
import type { MessageId } from '../domain/ids.ts'
import { type ChatTables, carrier, kakao } from './chat-thread-activities.ts'
import type { ChatReply } from './chat-thread-data.ts'
import type { ChatThreadInput } from './chat-thread-messages.ts'
import type { ChatThreadState } from './chat-thread-state.ts'

/** Answers that were handed to the line are kept for so many messages, in case it was no longer there. */
const MAX_HANDED = 10
/** Kakao takes a callback only after the line has been told that one follows. */
const CALLBACK_AFTER_LINE_MS = 1_000

/** A message under its idempotency key. */
interface Outgoing {
  readonly key: string
  readonly author: ChatAuthor
  readonly text: string
  readonly callback: { readonly url: string; readonly until: string } | null
}

export interface ChatDeliveryParts {
  readonly input: ChatThreadInput
  readonly state: ChatThreadState
  readonly tables: ChatTables
  /** Idempotency key of an answer. */
  readonly keyOf: (reply: ChatReply) => string
  /** The carrier refused a text for good. */
  readonly onNotSent: () => void
}

export class ChatDelivery {
  readonly #input: ChatThreadInput
  readonly #state: ChatThreadState
  readonly #tables: ChatTables
  readonly #keyOf: ChatDeliveryParts['keyOf']
  readonly #onNotSent: () => void
  /** Kakao requests that wait for their answer: null until there is one. */
  readonly #lines = new Map<MessageId, ChatAnswer | null>()
  #handed: readonly { readonly messageId: MessageId; readonly message: Outgoing }[] = []
  /** One after the other, so that the customer reads them in the order in which they were written. */
  #work: Promise<void> = Promise.resolve()
  #underWay = 0
  /** Epoch milliseconds. */
  #callbacksFromMs = 0

  constructor({ input, state, tables, keyOf, onNotSent }: ChatDeliveryParts) {
    this.#input = input
    this.#state = state
    this.#tables = tables
    this.#keyOf = keyOf
    this.#onNotSent = onNotSent
  }

  get isIdle(): boolean {
    return this.#underWay === 0 && this.#lines.size === 0
  }

  /** The answer to a message whose sender holds the line, if it comes in time. */
  async holdLine(messageId: MessageId, limitMs: number): Promise<ChatAnswer> {
    this.#lines.set(messageId, null)
    await condition(() => this.#lines.get(messageId) !== null, limitMs)
    const answer = this.#lines.get(messageId) ?? null
    this.#lines.delete(messageId)
    this.#callbacksFromMs = Date.now() + CALLBACK_AFTER_LINE_MS
    return answer ?? { kind: 'later' }
  }

  /** The line is told at once that a person answers, and takes what they wrote while no way led to the customer. */
  lineNotHeld(messageId: MessageId, person: ChatAuthor): ChatAnswer {
    this.#callbacksFromMs = Date.now() + CALLBACK_AFTER_LINE_MS
    if (this.#state.data.unsaid.length === 0 || !patched('unsaid-by-line')) return { kind: 'person' }
    const messages = this.#state
      .takeUnsaid()
      .map(({ key, text }): Outgoing => ({ key, author: person, text, callback: null }))
    for (const message of messages) this.#hand(messageId, message)
    this.#queue(async () => {
      for (const message of messages) await this.#answered(message)
    })
    return { kind: 'reply', text: messages.map(({ text }) => text).join('\n\n') }
  }

  /** A person has taken over: nobody holds the line for the AI any more. */
  releaseLines(answer: ChatAnswer): void {
    for (const messageId of this.#lines.keys()) this.#lines.set(messageId, answer)
  }

  /** Writes it down, so that it is on the screens before it is on its way. */
  async note(reply: ChatReply, author: ChatAuthor): Promise<void> {
    await this.#tables.noteChatMessage(this.#row(this.#outgoing(reply, author), this.#input.channel))
  }

  send(reply: ChatReply, author: ChatAuthor): void {
    const target = reply.answers.at(-1)
    for (const { messageId } of reply.answers.slice(0, -1)) this.#answerLine(messageId, { kind: 'merged' })
    const message = this.#outgoing(reply, author)
    if (target === undefined || this.#lines.get(target.messageId) !== null) {
      this.#queue(() => this.#bring(message))
      return
    }
    const unsaid = this.#state.takeUnsaid()
    const text = [...unsaid.map((earlier) => earlier.text), message.text].join('\n\n')
    this.#answerLine(target.messageId, { kind: 'reply', text })
    this.#hand(target.messageId, message)
    this.#queue(async () => {
      for (const { key, text: body } of unsaid) await this.#answered({ ...message, key, text: body })
      await this.#answered(message)
    })
  }

  /** The line was gone when its answer came. */
  lineWasGone(messageId: MessageId): void {
    const handed = this.#handed.filter((one) => one.messageId === messageId)
    if (handed.length === 0) return
    this.#handed = this.#handed.filter((one) => one.messageId !== messageId)
    this.#callbacksFromMs = Date.now() + CALLBACK_AFTER_LINE_MS
    this.#queue(async () => {
      for (const { message } of handed) {
        await this.#tables.noteKakaoUnanswered({ key: message.key })
        await this.#bring(message)
      }
    })
  }

  #hand(messageId: MessageId, message: Outgoing): void {
    this.#handed = [...this.#handed, { messageId, message }].slice(-MAX_HANDED)
  }

  async #bring(message: Outgoing): Promise<void> {
    const { channel, address } = this.#input
    if (channel === 'kakao' && (await this.#postCallback(message))) return
    const to = channel === 'sms' ? address : this.#state.data.phone
    if (to !== '') return this.#text(message, to)
    await this.#tables.noteChatMessage(this.#row(message, channel))
    this.#state.keepUnsaid({ key: message.key, text: message.text })
  }

  async #text(message: Outgoing, to: string): Promise<void> {
    const { key, text, author } = message
    this.#state.textSent({ key, text, author, to })
    await carrier.sendChatText({ ...this.#row(message, 'sms'), to })
  }

  /**
   * The carrier took a text and could not deliver it. It goes to the other number of the order; without one a
   * person must act, and who writes in Kakao gets it with the next answer.
   */
  textFailed(key: string): void {
    const failed = this.#state.textFailed(key)
    if (failed === null) return
    const { text, author, to } = failed
    const other = this.#state.otherNumber(to)
    if (other !== null) {
      this.#queue(() => this.#text({ key: `${failed.key}:other`, author, text, callback: null }, other))
      return
    }
    if (this.#input.channel === 'kakao') this.#state.keepUnsaid({ key: failed.key, text })
    this.#onNotSent()
  }

  async #postCallback(message: Outgoing): Promise<boolean> {
    const { callback } = message
    if (callback === null || Date.parse(callback.until) <= Date.now()) return false
    if (this.#callbacksFromMs > Date.now()) await sleep(this.#callbacksFromMs - Date.now())
    const unsaid = this.#state.takeUnsaid()
    const body = [...unsaid.map((earlier) => earlier.text), message.text].join('\n\n')
    try {
      const posted = await kakao.postKakaoCallback({ ...this.#row(message, 'kakao'), body, ...callback })
      if (posted === 'posted') {
        for (const { key, text } of unsaid) await this.#answered({ ...message, key, text })
        return true
      }
    } catch {
      // Kakao could not be reached in its minute: another way follows.
    }
    for (const earlier of unsaid) this.#state.keepUnsaid(earlier)
    return false
  }

  async #answered(message: Outgoing): Promise<void> {
    await this.#tables.noteKakaoAnswered(this.#row(message, 'kakao'))
  }

  #answerLine(messageId: MessageId, answer: ChatAnswer): void {
    if (this.#lines.get(messageId) === null) this.#lines.set(messageId, answer)
  }

  #queue(work: () => Promise<void>): void {
    this.#underWay++
    this.#work = this.#work
      .then(work)
      .catch(this.#onNotSent)
      .finally(() => {
        this.#underWay--
      })
  }

  #outgoing(reply: ChatReply, author: ChatAuthor): Outgoing {
    const { text, answers } = reply
    return { key: this.#keyOf(reply), author, text, callback: answers.at(-1)?.callback ?? null }
  }

  #row(message: Outgoing, channel: ChatThreadInput['channel']) {
    const { threadId, address } = this.#input
    const { key, author, text } = message
    const orderNo = this.#state.orderNo
    return { key, threadId, orderNo, author, body: text, channel, to: address }
  }
}
