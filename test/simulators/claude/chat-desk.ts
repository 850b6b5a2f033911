/** A chat without Temporal: the thread's own state and the dialogue's own requests go to the brain, its tools change an order. */

import type { ModelEvent, ModelRequest } from '../../../activities/claude/model.ts'
import { takeChatTurn } from '../../../activities/dialogue/chat-turn.ts'
import type { ChatPhoto } from '../../../domain/chat-photo.ts'
import type { ToolCall, ToolResult } from '../../../domain/dialogue.ts'
import { makeAttachmentId, makeMessageId, makeOrderNo, makeThreadId } from '../../../domain/ids.ts'
import { koreanIso } from '../../../domain/korean-time.ts'
import { missingFields, ORDER_FIELDS } from '../../../domain/order.ts'
import { checkOrderFields } from '../../../domain/order-rules.ts'
import { think } from '../../../simulators/claude/brain/index.ts'
import { look } from '../../../simulators/claude/eye.ts'
import { parseMessagesRequest } from '../../../simulators/claude/protocol.ts'
import { type ChatThreadFacts, newChatThread } from '../../../workflows/chat-thread-data.ts'
import { ChatThreadState } from '../../../workflows/chat-thread-state.ts'

const ORDER_NO = makeOrderNo('261121', [0.1, 0.2, 0.3, 0.4])

export interface ChatDeskOptions {
  readonly channel: 'sms' | 'kakao'
  readonly number: string
  /** Milliseconds since 1970. */
  readonly nowMs: number
}

export class ChatDesk {
  readonly state: ChatThreadState
  confirmed = 0
  readonly toolCalls: ToolCall[] = []
  readonly #options: ChatDeskOptions
  readonly #pictures = new Map<string, Uint8Array>()
  #count = 0

  constructor(options: ChatDeskOptions) {
    this.#options = options
    const facts: ChatThreadFacts = {
      threadId: makeThreadId(options.channel, 'a1b2c3d4e5f6'),
      ownNumber: options.channel === 'sms' ? options.number : '',
      pace: { quietMs: 0, answerWithinMs: 0, idleMs: 86_400_000 },
    }
    this.state = new ChatThreadState(facts, newChatThread(facts, options.nowMs))
  }

  /** The customer writes; what goes back to them. @param picture JPEG or PNG, as we keep it. */
  async write(text: string, picture?: Uint8Array): Promise<string> {
    const { nowMs } = this.#options
    this.#count++
    const messageId = makeMessageId(this.#count.toString(16).padStart(16, '0'))
    const attachmentId = makeAttachmentId(messageId, 0)
    const photos: ChatPhoto[] =
      picture === undefined ? [] : [{ attachmentId, fileKey: `${attachmentId}.jpg`, problem: null }]
    if (picture !== undefined) this.#pictures.set(`${attachmentId}.jpg`, picture)
    const attachments = photos.map((photo) => photo.attachmentId)
    this.state.receive({ messageId, text, attachments, receivedAt: koreanIso(nowMs), callback: null }, nowMs)
    if (photos.length > 0) this.state.photosKept(messageId, photos)
    for (;;) {
      const step = this.state.next(nowMs + 1)
      if (step.do === 'context') {
        this.state.begin()
        const { orderNo, order, orderConfirmed } = this.state
        this.state.contextRead({
          companyName: '대리 화환',
          language: 'ko',
          priceWon: 80_000,
          order: orderNo === null ? null : { orderNo, fields: order, confirmed: orderConfirmed },
        })
      } else if (step.do === 'turn') {
        const input = this.state.turnInput(koreanIso(nowMs))
        const files = { get: async (key: string) => this.#pictures.get(key) ?? null }
        const signal = new AbortController().signal
        this.state.turnTaken(await takeChatTurn({ model: { stream: stream }, files }, input, signal))
      } else if (step.do === 'tools') {
        this.toolCalls.push(...step.calls)
        this.state.toolsDone(step.calls.map((call) => this.#carryOut(call)))
      } else if (step.do === 'reply') {
        return this.state.takeReply(nowMs)?.text ?? ''
      } else throw new Error(`unexpected: ${step.do}`)
    }
  }

  #carryOut(call: ToolCall): ToolResult {
    const result = (ok: boolean, mustTell: boolean, content: object): ToolResult => ({
      toolCallId: call.id,
      ok,
      mustTell,
      content: JSON.stringify({ ok, ...content }),
    })
    if (call.name === 'confirm_order') {
      const missing = missingFields(this.state.order)
      if (missing.length === 0) this.confirmed += 1
      return result(missing.length === 0, true, { missing })
    }
    const told = Object.fromEntries(
      ORDER_FIELDS.flatMap((field) => {
        const fact = call.input[field] as { value: string } | undefined
        return fact === undefined ? [] : [[field, fact.value]]
      }),
    )
    const { fields, problems } = checkOrderFields(told, this.#options.nowMs)
    this.state.orderNo = ORDER_NO
    this.state.order = { ...this.state.order, ...fields }
    const missing = missingFields(this.state.order)
    return result(problems.length === 0, problems.length > 0, { missing, problems })
  }
}

/** The stand-in as a model, past its HTTP. */
export async function* stream(request: ModelRequest): AsyncGenerator<ModelEvent> {
  const { system, tools, messages, maxTokens } = request
  const body = { model: 'claude-haiku-4-5', max_tokens: maxTokens, system, tools, messages }
  const parsed = parseMessagesRequest(JSON.parse(JSON.stringify(body)))
  await look(parsed)
  const answer = think(parsed)
  if (answer.text !== '') yield { type: 'text', text: answer.text }
  for (const [index, use] of answer.toolUses.entries()) {
    yield { type: 'tool', call: { id: `toolu_${messages.length}_${index}`, ...use } }
  }
  yield { type: 'done' }
}
