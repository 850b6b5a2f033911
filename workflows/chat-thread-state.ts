/**
 * What a chat thread does with what it knows, and what is to be done next. Pure: fed with messages, answers of
 * the model and results of tools, asked for the next step. The workflow beside it only carries it out.
 */
import type { CallerConcern } from '../domain/caller-concerns.ts'
import type { ChatContext, ChatTurnInput, ChatTurnResult, InboundChatMessage } from '../domain/chat.ts'
import type { ChatPhoto } from '../domain/chat-photo.ts'
import { type ChatSpeaker, chatFault, chatLanguage, labelled } from '../domain/chat-texts.ts'
import type { DialogueMessage, OrderIntakeContext, ToolResult } from '../domain/dialogue.ts'
import type { MessageId, OrderNo } from '../domain/ids.ts'
import { EMPTY_ORDER, type OrderFields } from '../domain/order.ts'
import { EMPTY_SERVICE_MEMORY, type ServiceMemory, withOrders } from '../domain/service-memory.ts'
import {
  type ChatReply,
  type ChatStep,
  type ChatThreadData,
  type ChatThreadFacts,
  concernsWith,
  type QueuedMessage,
  type SentText,
  type UnsaidText,
} from './chat-thread-data.ts'
import { photosOf, withMessage, wordsOf } from './chat-thread-history.ts'
import { toolContext } from './order-tool-context.ts'
import { distinctCalls } from './tool-calls.ts'

/** The model may be asked again with results so often for one answer; then what it wrote goes out. */
const MAX_CONTINUATIONS = 4
/** Somebody who keeps writing is answered all the same after so many quiet times. */
const MAX_QUIET_TIMES = 5
const MAX_SEEN = 200
/** The carrier tells within minutes what did not arrive. */
const MAX_SENT = 20

export class ChatThreadState {
  readonly #facts: ChatThreadFacts
  #data: ChatThreadData

  constructor(facts: ChatThreadFacts, data: ChatThreadData) {
    this.#facts = facts
    this.#data = data
  }

  get data(): ChatThreadData {
    return this.#data
  }

  // --- what the tools of the model read and write ------------------------------------------------------

  get order(): OrderFields {
    return this.#data.order
  }
  set order(order: OrderFields) {
    const { ownNumber } = this.#facts
    this.#set({ order, phone: ownNumber === '' ? (order.phone ?? this.#data.phone) : ownNumber })
  }
  get orderNo(): OrderNo | null {
    return this.#data.orderNo
  }
  set orderNo(orderNo: OrderNo | null) {
    this.#set({ orderNo })
  }
  get orderConfirmed(): boolean {
    return this.#data.orderConfirmed
  }
  set orderConfirmed(orderConfirmed: boolean) {
    this.#set({ orderConfirmed })
  }
  get callBackPromised(): boolean {
    return this.#data.handOver !== null
  }
  set callBackPromised(promised: boolean) {
    if (promised) this.#set({ handOver: this.#data.handOver ?? 'tool_failed' })
  }

  get service(): ServiceMemory {
    return this.#data.service ?? EMPTY_SERVICE_MEMORY
  }
  set service(service: ServiceMemory) {
    const asksForPerson = service.handedOver !== null && this.service.handedOver === null
    this.#set({ service, ...(asksForPerson ? { handOver: 'person_wanted' } : {}) })
  }

  // --- messages ----------------------------------------------------------------------------------------

  /** @returns false for one that came before. */
  receive(message: InboundChatMessage, nowMs: number): boolean {
    const { seen, inbox } = this.#data
    if (seen.includes(message.messageId)) return false
    const photos = message.attachments.length === 0 ? [] : null
    this.#set({
      seen: [...seen, message.messageId].slice(-MAX_SEEN),
      inbox: [...inbox, { ...message, arrivedAtMs: nowMs, photos }],
      lastActivityMs: nowMs,
    })
    return true
  }

  photosKept(messageId: MessageId, photos: readonly ChatPhoto[]): void {
    const inbox = this.#data.inbox.map((message) =>
      message.messageId === messageId ? { ...message, photos } : message,
    )
    this.#set({ inbox })
  }

  /** A person of ours writes: what the customer wrote up to now is answered by it. @returns what goes out. */
  personWrote(text: string, nowMs: number): ChatReply {
    const { phase, batch, inbox, continuations } = this.#data
    // An answer that the model has not begun to write is the person's now.
    const begun = phase === 'context' || (phase === 'turn' && continuations === 0)
    const answers = begun ? [...batch, ...inbox] : inbox
    if (begun) this.#set({ phase: 'idle', batch: [] })
    if (answers.length === 0) this.#settleResults()
    else this.#remember(answers)
    this.#set({ inbox: [] })
    this.#push({ role: 'assistant', heard: text, interrupted: false, toolCalls: [], byPerson: true })
    return this.#speak('person', text, answers, nowMs)
  }

  pause(by: string | null): void {
    this.#set({ pausedBy: by })
  }

  // --- the next step -----------------------------------------------------------------------------------

  next(nowMs: number): ChatStep {
    const { phase, inbox, pausedBy, toolCalls, lastActivityMs } = this.#data
    switch (phase) {
      case 'context':
        return { do: 'context' }
      case 'turn':
        return { do: 'turn' }
      case 'tools':
        return { do: 'tools', calls: toolCalls }
      case 'reply':
        return { do: 'reply' }
      case 'idle': {
        if (inbox.length > 0 && pausedBy === null) return this.#gather(nowMs)
        const untilMs = lastActivityMs + this.#facts.pace.idleMs
        return untilMs > nowMs ? { do: 'wait', untilMs } : { do: 'end' }
      }
    }
  }

  /** Nothing is under way and nobody waits: the moment to continue as new. */
  get isQuiet(): boolean {
    const { phase, inbox, pausedBy, handOver } = this.#data
    const photosSettled = inbox.every((message) => message.photos !== null)
    return phase === 'idle' && handOver === null && photosSettled && (inbox.length === 0 || pausedBy !== null)
  }

  /** The messages that are there are taken up together; later ones are answered next. */
  begin(): void {
    const { inbox } = this.#data
    this.#set({
      phase: 'context',
      batch: inbox,
      inbox: [],
      draft: '',
      continuations: 0,
      toolCalls: [],
      since: this.#data.since ?? inbox[0]?.receivedAt ?? null,
    })
  }

  /** What is true now. An order that is done makes room for the next one. */
  contextRead(context: ChatContext): void {
    if (this.#data.phase !== 'context') return
    const { companyName, priceWon, order } = context
    const words = wordsOf(this.#data.batch)
    const language = words === '' ? this.#data.language : chatLanguage(words)
    const { edition = context.edition ?? null } = this.#data
    this.#set({ phase: 'turn', companyName, priceWon, language, edition })
    if (this.#data.orderNo !== null && order?.orderNo !== this.#data.orderNo) {
      this.#set({ history: [], toolResults: [], order: EMPTY_ORDER, orderNo: null, orderConfirmed: false })
      this.#set({ since: this.#data.batch[0]?.receivedAt ?? null })
    }
    this.service = withOrders(this.service, context.orders ?? [])
    if (order !== null) {
      this.#set({ orderNo: order.orderNo, orderConfirmed: order.confirmed })
      this.order = order.fields
    }
  }

  /** @param now ISO 8601 +09:00. */
  turnInput(now: string): ChatTurnInput {
    const { batch, history, toolResults, continuations, turnIndex } = this.#data
    return {
      threadId: this.#facts.threadId,
      turnId: `${this.#facts.threadId}-t${turnIndex}`,
      context: this.#context(now),
      messages: history,
      newest: continuations > 0 ? null : { words: wordsOf(batch), photos: photosOf(batch) },
      toolResults,
      ...(this.#data.warned === true ? { warned: true } : {}),
    }
  }

  /** What came back after a person had answered instead is dropped. */
  turnTaken(result: ChatTurnResult): void {
    if (this.#data.phase !== 'turn') return
    const { turnIndex } = this.#data
    const toolCalls = distinctCalls(result.toolCalls)
    this.#answered()
    this.#push({ role: 'assistant', heard: result.text, interrupted: false, toolCalls })
    this.#set({
      phase: toolCalls.length > 0 ? 'tools' : 'reply',
      draft: result.text,
      toolCalls,
      turnIndex: turnIndex + 1,
    })
    if (result.concern !== undefined) this.#noteConcern(result.concern)
  }

  /** Told to a person once an hour; abuse when it goes on after the warning. What else they must know follows. */
  #noteConcern(concern: CallerConcern): void {
    const concerns = concernsWith(this.#data, concern)
    this.#set({
      ...(concerns === null ? {} : { handOver: concern, nextHandOver: this.#data.handOver, concerns }),
      ...(concern === 'abuse' ? { warned: true } : {}),
    })
  }

  /**
   * The tools were carried out. Nothing has gone out yet, so what was written before their results counts only
   * if they need no answer.
   */
  toolsDone(results: readonly ToolResult[]): void {
    const { draft, continuations } = this.#data
    const speaksOn = results.some((result) => result.mustTell) || draft.trim() === ''
    if (!speaksOn || continuations >= MAX_CONTINUATIONS) {
      // They are told with the next answer.
      this.#set({ phase: 'reply', toolCalls: [], toolResults: results })
      return
    }
    this.#unsay()
    this.#set({
      phase: 'turn',
      draft: '',
      toolCalls: [],
      toolResults: results,
      continuations: continuations + 1,
    })
  }

  /** The model gave no answer after all tries: the customer is told so, and a person. */
  turnFailed(): void {
    if (this.#data.phase !== 'turn') return
    const { language, turnIndex } = this.#data
    this.#answered()
    const draft = chatFault(language)
    this.#push({ role: 'assistant', heard: draft, interrupted: false, toolCalls: [] })
    this.#set({
      phase: 'reply',
      draft,
      toolCalls: [],
      turnIndex: turnIndex + 1,
      handOver: 'model_failed',
    })
  }

  /** The answer under way, once; null when a person has taken over meanwhile. Silence is no answer. */
  takeReply(nowMs: number): ChatReply | null {
    const { draft, batch, pausedBy, language } = this.#data
    this.#set({ phase: 'idle', batch: [], draft: '' })
    if (pausedBy !== null) {
      this.#unsay()
      return null
    }
    const text = draft.trim()
    if (text === '') this.#set({ handOver: this.#data.handOver ?? 'model_failed' })
    return this.#speak('ai', text === '' ? chatFault(language) : text, batch, nowMs)
  }

  /** The carrier refused a text. */
  notSent(): void {
    this.#set({ handOver: this.#data.handOver ?? 'not_sent' })
  }

  /** A text is about to be handed to the carrier. */
  textSent(text: SentText): void {
    this.#set({ sent: [...(this.#data.sent ?? []), text].slice(-MAX_SENT) })
  }

  /** The carrier reports that it did not arrive, or a part of it. @returns null for one that is known as such. */
  textFailed(key: string): SentText | null {
    const { sent = [] } = this.#data
    const failed = sent.find((text) => key === text.key || key.startsWith(`${text.key}:`))
    if (failed === undefined) return null
    this.#set({ sent: sent.filter((text) => text !== failed) })
    return failed
  }

  /** The order names another number than this one. */
  otherNumber(than: string): string | null {
    const { phone } = this.#data.order
    return phone === than ? null : phone
  }

  /** No way leads to the customer now. */
  keepUnsaid(unsaid: UnsaidText): void {
    this.#set({ unsaid: [...this.#data.unsaid, unsaid] })
  }

  /** @returns what goes out now before anything else. */
  takeUnsaid(): readonly UnsaidText[] {
    const { unsaid } = this.#data
    this.#set({ unsaid: [] })
    return unsaid
  }

  /** A person must act; they are told once the customer has been. */
  get mustHandOver(): boolean {
    return this.#data.handOver !== null && this.#data.phase === 'idle'
  }

  handedOver(): void {
    this.#set({ handOver: null, nextHandOver: null, service: { ...this.service, handedOver: null } })
  }

  // ---------------------------------------------------------------------------------------------------

  #gather(nowMs: number): ChatStep {
    const { inbox, lastActivityMs } = this.#data
    const { quietMs } = this.#facts.pace
    if (inbox.some((message) => message.photos === null)) return { do: 'wait', untilMs: Infinity }
    const oldest = inbox[0]?.arrivedAtMs ?? nowMs
    const newest = inbox.at(-1)?.arrivedAtMs ?? lastActivityMs
    const untilMs = Math.min(newest + quietMs, oldest + MAX_QUIET_TIMES * quietMs)
    return untilMs > nowMs ? { do: 'wait', untilMs } : { do: 'context' }
  }

  #context(now: string): OrderIntakeContext {
    const { companyName, language, priceWon, edition = null } = this.#data
    return {
      flow: 'order_intake',
      medium: 'text',
      companyName,
      language,
      callerNumber: this.#facts.ownNumber,
      now,
      priceWon,
      ...toolContext(this),
      ...(edition === null ? {} : { edition }),
    }
  }

  /** What goes out says who speaks. */
  #speak(speaker: ChatSpeaker, text: string, answers: readonly QueuedMessage[], nowMs: number): ChatReply {
    const { lastSpeaker, companyName, language, replyIndex } = this.#data
    this.#set({ lastSpeaker: speaker, replyIndex: replyIndex + 1, lastActivityMs: nowMs })
    return {
      index: replyIndex,
      text: labelled(text, speaker, lastSpeaker, companyName, language),
      answers,
    }
  }

  /** What the model has just answered becomes part of its history. */
  #answered(): void {
    if (this.#data.continuations > 0) this.#settleResults()
    else this.#remember(this.#data.batch)
  }

  /** Results that no message of the customer carries. */
  #settleResults(): void {
    const { toolResults } = this.#data
    if (toolResults.length === 0) return
    this.#push({ role: 'caller', words: '', toolResults })
    this.#set({ toolResults: [] })
  }

  #remember(messages: readonly QueuedMessage[]): void {
    const photos = photosOf(messages)
    this.#push({
      role: 'caller',
      words: wordsOf(messages),
      toolResults: this.#data.toolResults,
      ...(photos.length === 0 ? {} : { photos }),
    })
    this.#set({ toolResults: [] })
  }

  #push(message: DialogueMessage): void {
    this.#set({ history: withMessage(this.#data.history, message) })
  }

  /** The last words of ours did not go out. */
  #unsay(): void {
    const { history } = this.#data
    const last = history.at(-1)
    if (last?.role !== 'assistant') return
    this.#set({ history: [...history.slice(0, -1), { ...last, heard: '' }] })
  }

  #set(patch: Partial<ChatThreadData>): void {
    this.#data = { ...this.#data, ...patch }
  }
}
