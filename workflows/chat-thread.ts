/**
 * The conversation with one customer on one channel: messages come in, are gathered for a moment, answered by the
 * model or by a person, and the answer goes out. `next` of the state says what is to be done; this carries it out.
 * Nothing is lost and nobody is left in silence: what fails becomes an honest sentence and an Issue on the board.
 */
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  isCancellation,
  patched,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import { WRITTEN_CONCERN_REASONS } from '../domain/caller-concerns.ts'
import type { ChatTurnResult, InboundChatMessage } from '../domain/chat.ts'
import type { ToolCall } from '../domain/dialogue.ts'
import { koreanIso } from '../domain/korean-time.ts'
import { missingFields } from '../domain/order.ts'
import type { OrderSource } from '../domain/order-source.ts'
import { ORDER_NO } from '../temporal/search-attributes.ts'
import { callBacks } from './call-activities.ts'
import { ChatDelivery } from './chat-delivery.ts'
import { attachments, chatTables, dialogue } from './chat-thread-activities.ts'
import { type HandOverReason, newChatThread } from './chat-thread-data.ts'
import type { ChatThreadInput, ChatThreadResult } from './chat-thread-messages.ts'
import * as messages from './chat-thread-messages.ts'
import { ChatThreadState } from './chat-thread-state.ts'
import { OrderTools } from './order-tools.ts'

/** Threads of before heard of no concerns. */
const asKnown = ({ concern, ...result }: ChatTurnResult): ChatTurnResult =>
  concern !== undefined && patched('chat-concerns') ? { ...result, concern } : result

const HAND_OVERS = {
  emergency: { cause: 'chat_emergency', reason: WRITTEN_CONCERN_REASONS.emergency },
  self_harm: { cause: 'chat_self_harm', reason: WRITTEN_CONCERN_REASONS.self_harm },
  abuse: { cause: 'chat_abuse', reason: WRITTEN_CONCERN_REASONS.abuse },
  model_failed: {
    cause: 'chat_unanswered',
    reason: 'AI가 메시지에 답하지 못했습니다. 대화를 보고 고객에게 답해 주세요.',
  },
  tool_failed: {
    cause: 'chat_request_failed',
    reason: '고객의 요청을 처리하지 못했습니다. 대화를 보고 고객에게 연락해 주세요.',
  },
  person_wanted: {
    cause: 'chat_person_wanted',
    reason: '고객이 담당자를 찾습니다. 대화를 보고 고객에게 답해 주세요.',
  },
  not_sent: {
    cause: 'chat_not_sent',
    reason: '고객에게 답장을 보내지 못했습니다. 다른 방법으로 연락해 주세요.',
  },
} as const satisfies Readonly<Record<HandOverReason, object>>

export async function chatThread(input: ChatThreadInput): Promise<ChatThreadResult> {
  return await new ChatThread(input).run()
}

class ChatThread {
  readonly #input: ChatThreadInput
  readonly #state: ChatThreadState
  readonly #delivery: ChatDelivery
  readonly #tools: OrderTools
  readonly #tables = chatTables()
  /** Begins the keys of what this thread does. */
  readonly #prefix: string
  /** What the tables are told in the background, in order. */
  #noted: Promise<void> = Promise.resolve()
  /** Background work that must end before the thread continues as new. */
  #background = 0
  /** Grows with everything that may change the next step. */
  #changes = 0

  constructor(input: ChatThreadInput) {
    this.#input = input
    const { workflowId, firstExecutionRunId } = workflowInfo()
    const facts = {
      threadId: input.threadId,
      ownNumber: input.channel === 'sms' ? input.address : '',
      pace: input.pace,
    }
    this.#state = new ChatThreadState(facts, input.carried ?? newChatThread(facts, Date.now()))
    // A thread that ended and began anew counts its answers anew: the first run's id keeps their keys apart.
    const prefix = `${workflowId}:${firstExecutionRunId.slice(0, 8)}`
    this.#delivery = new ChatDelivery({
      input,
      state: this.#state,
      tables: this.#tables,
      keyOf: (reply) => `${prefix}:${reply.index}`,
      onNotSent: () => {
        this.#state.notSent()
        this.#changes++
      },
    })
    this.#prefix = prefix
    this.#tools = new OrderTools({
      state: this.#state,
      workflowId,
      customerNumber: facts.ownNumber,
      offered: () => this.#state.data.edition?.content.tools ?? null,
      onTicketOpened: () => this.#orderOpened(),
    })
    this.#handleMessages()
  }

  async run(): Promise<ChatThreadResult> {
    for (;;) {
      if (this.#mayContinueAsNew()) {
        await continueAsNew<typeof chatThread>({ ...this.#input, carried: this.#state.data })
      }
      if (this.#state.mustHandOver) this.#inBackground(this.#handOver())
      const step = this.#state.next(Date.now())
      switch (step.do) {
        case 'wait':
          await this.#wait(step.untilMs)
          break
        case 'context':
          await this.#readContext()
          break
        case 'turn':
          await this.#turn()
          break
        case 'tools':
          await this.#runTools(step.calls)
          break
        case 'reply':
          this.#reply()
          break
        case 'end':
          if (this.#isIdle()) return { threadId: this.#input.threadId, orderNo: this.#state.orderNo }
          await condition(() => this.#isIdle())
      }
    }
  }

  #handleMessages(): void {
    const { pace } = this.#input
    setHandler(messages.messageReceived, (message) => {
      this.#receive(message)
    })
    setHandler(messages.answerMessage, async (message) => {
      if (!this.#receive(message)) return { kind: 'merged' }
      const { pausedBy } = this.#state.data
      if (pausedBy !== null) return this.#delivery.lineNotHeld(message.messageId, pausedBy)
      return await this.#delivery.holdLine(message.messageId, pace.answerWithinMs)
    })
    setHandler(messages.answerNotDelivered, ({ messageId }) => this.#delivery.lineWasGone(messageId))
    setHandler(messages.textFailed, ({ key }) => this.#delivery.textFailed(key))
    setHandler(messages.writeAsPerson, async ({ text, by }) => {
      await this.#takeOver(by)
      const reply = this.#state.personWrote(text, Date.now())
      this.#changes++
      await this.#delivery.note(reply, by)
      this.#delivery.send(reply, by)
      return { key: `${reply.index}` }
    })
    setHandler(messages.takeOver, async ({ by }) => {
      await this.#takeOver(by)
      return null
    })
  }

  #receive(message: InboundChatMessage): boolean {
    const isNew = this.#state.receive(message, Date.now())
    if (!isNew) return false
    this.#changes++
    if (message.attachments.length > 0) this.#inBackground(this.#keepPhotos(message))
    return true
  }

  /** Also while a person has the word: they want to see the picture. */
  async #keepPhotos({ messageId, attachments: ids }: InboundChatMessage): Promise<void> {
    const lost = () =>
      ids.map((attachmentId) => ({ attachmentId, fileKey: null, problem: 'unreachable' as const }))
    const photos = await attachments.keepAttachments({ attachments: ids }).catch(lost)
    this.#state.photosKept(messageId, photos)
    this.#changes++
  }

  async #takeOver(by: string | null): Promise<void> {
    if (this.#state.data.pausedBy === by) return
    this.#state.pause(by)
    this.#changes++
    if (by !== null) this.#delivery.releaseLines({ kind: 'person' })
    await this.#tables.projectTakeOver({ threadId: this.#input.threadId, by })
  }

  async #wait(untilMs: number): Promise<void> {
    const before = this.#changes
    const woken = () => this.#changes !== before || this.#mayContinueAsNew()
    if (untilMs === Infinity) await condition(woken)
    else await condition(woken, Math.max(1, untilMs - Date.now()), { summary: '고객의 다음 메시지' })
  }

  async #readContext(): Promise<void> {
    const state = this.#state
    if (state.data.phase === 'idle') state.begin()
    const { threadId, channel, address } = this.#input
    const known = state.orderNo
    const ownNumber = channel === 'sms' ? address : ''
    const pin = state.data.edition === undefined
    state.contextRead(await this.#tables.readChatContext({ threadId, orderNo: known, ownNumber, pin }))
    if (state.orderNo !== null && state.orderNo !== known) this.#orderOpened()
    this.#show()
  }

  async #turn(): Promise<void> {
    try {
      const result = await dialogue.takeChatTurn(this.#state.turnInput(koreanIso(Date.now())))
      this.#state.turnTaken(asKnown(result))
    } catch (error) {
      if (isCancellation(error)) throw error
      this.#state.turnFailed()
    }
  }

  async #runTools(calls: readonly ToolCall[]): Promise<void> {
    this.#state.toolsDone(await this.#tools.run(calls, { source: this.#source(), atMs: null }))
    // One that takes long goes on while the customer is answered.
    this.#inBackground(this.#tools.finished())
    this.#show()
  }

  #reply(): void {
    const reply = this.#state.takeReply(Date.now())
    if (reply !== null) this.#delivery.send(reply, 'ai')
  }

  /** Where the words under way were written. */
  #source(): OrderSource {
    const { threadId, channel } = this.#input
    const { batch, seen } = this.#state.data
    const messageId = batch.at(-1)?.messageId ?? seen.at(-1)
    return { kind: 'chat', threadId, channel, ...(messageId === undefined ? {} : { messageId }) }
  }

  #orderOpened(): void {
    const { orderNo, since, phone } = this.#state.data
    if (orderNo === null) return
    const { threadId } = this.#input
    upsertSearchAttributes([{ key: ORDER_NO, value: orderNo }])
    this.#noted = this.#noted.then(() => this.#tables.linkThreadToOrder({ threadId, orderNo, since, phone }))
    this.#inBackground(this.#noted)
  }

  /** An Issue on the order that is talked about; who talked of none gets a ticket for it. */
  async #handOver(): Promise<void> {
    const { handOver, nextHandOver = null, orderNo: known, replyIndex } = this.#state.data
    if (handOver === null) return
    this.#state.handedOver()
    const source = this.#source()
    const customerPhone = this.#state.data.phone
    const orderNo = known ?? (await callBacks.openTicket({ source, customerPhone })).orderNo
    if (this.#state.orderNo === null) {
      this.#state.orderNo = orderNo
      this.#orderOpened()
    }
    const key = `${this.#prefix}:hand-over-${replyIndex}`
    await callBacks.askToCallBack({ orderNo, key, ...HAND_OVERS[handOver] })
    if (nextHandOver !== null)
      await callBacks.askToCallBack({ orderNo, key: `${key}-next`, ...HAND_OVERS[nextHandOver] })
  }

  #inBackground(work: Promise<void>): void {
    this.#background++
    work
      // The activities are tried for as long as it takes; what still fails must not end the conversation.
      .catch(() => {})
      .finally(() => {
        this.#background--
      })
  }

  #isIdle(): boolean {
    return this.#background === 0 && this.#delivery.isIdle && allHandlersFinished()
  }

  #mayContinueAsNew(): boolean {
    const { continueAsNewSuggested, historyLength } = workflowInfo()
    const isLong = continueAsNewSuggested || (this.#input.continueAfterEvents ?? Infinity) <= historyLength
    return isLong && this.#state.isQuiet && this.#isIdle()
  }

  #show(): void {
    const { orderNo, order, pausedBy } = this.#state.data
    const missing = missingFields(order)
    const told =
      orderNo === null
        ? '아직 주문이 없습니다.'
        : `주문 ${orderNo}, ${missing.length === 0 ? '모두 확인됨' : `남은 항목: ${missing.join(', ')}`}`
    const who = pausedBy === null ? 'AI가 답합니다.' : '상담원이 답합니다.'
    setCurrentDetails(`${who}\n\n- 대화: ${this.#input.threadId}\n- ${told}`)
  }
}
