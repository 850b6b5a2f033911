/** A call without audio: the dialogue's own requests go to the brain, its tools change an order. */
import { toModelMessages } from '../../../activities/dialogue/history.ts'
import { greeting } from '../../../activities/dialogue/phrases.ts'
import { ORDER_INTAKE } from '../../../activities/dialogue/prompt.ts'
import { ORDER_INTAKE_TOOLS } from '../../../activities/dialogue/tool-schemas.ts'
import type { DialogueContext, DialogueMessage, ToolCall, ToolResult } from '../../../domain/dialogue.ts'
import { makeOrderNo } from '../../../domain/ids.ts'
import { EMPTY_ORDER, missingFields, ORDER_FIELDS, type OrderFields } from '../../../domain/order.ts'
import type { OrderInShort } from '../../../domain/order-in-short.ts'
import type { Doubts } from '../../../domain/read-back.ts'
import { NOT_UNDERSTOOD } from '../../../domain/talk-misses.ts'
import { think } from '../../../simulators/claude/brain/index.ts'
import { parseMessagesRequest } from '../../../simulators/claude/protocol.ts'

export interface DeskOptions {
  readonly callerNumber?: string
  readonly language?: 'ko' | 'en'
  /** Saturday afternoon unless told otherwise. */
  readonly now?: string
  /** Fields the ticket does not take, with what it says. */
  readonly refuses?: Partial<Record<keyof OrderFields, string>>
  /** What `confirm_order` answers when it does not do it. */
  readonly confirmFails?: string
  readonly medium?: 'voice' | 'text'
  /** What the customer, known by their number, has ordered. */
  readonly orders?: readonly OrderInShort[]
  readonly maybeSameAs?: OrderInShort
  /** Answers of tools about placed orders, by name, one after another; the last one stays. */
  readonly results?: Readonly<Record<string, readonly Pick<ToolResult, 'ok' | 'content'>[]>>
}

const PLACED_AS = makeOrderNo('261121', [0.1, 0.2, 0.3, 0.4])

export class OrderDesk {
  order: OrderFields = EMPTY_ORDER
  ended: string | undefined
  confirmed = 0
  /** As the call's workflow keeps them. */
  doubts: Doubts = {}
  readonly said: string[] = []
  readonly toolCalls: ToolCall[] = []
  readonly #messages: DialogueMessage[] = []
  readonly #options: DeskOptions
  readonly #answered = new Map<string, number>()
  /** Orders that were proved in this conversation. */
  #proved: readonly OrderInShort[] = []
  #maybeSameAs: OrderInShort | null
  #results: ToolResult[] = []

  constructor(options: DeskOptions = {}) {
    this.#options = options
    this.#maybeSameAs = options.maybeSameAs ?? null
    const { disclosure, question } = greeting({
      companyName: '대리 화환',
      language: options.language ?? 'ko',
    })
    const heard = [...disclosure, question].join(' ')
    this.#messages.push({ role: 'assistant', heard, interrupted: false, toolCalls: [] })
    this.said.push(heard)
  }

  get last(): string {
    return this.said.at(-1) ?? ''
  }

  /** The caller speaks; the answer, and what follows it without the caller, is spoken. */
  hear(words: string): string {
    return this.#turn({ kind: 'words', words })
  }

  silence(): string {
    return this.#turn({ kind: 'silence' })
  }

  /** We say something that the model did not think of. */
  say(text: string): void {
    this.#messages.push({ role: 'assistant', heard: text, interrupted: false, toolCalls: [] })
  }

  /** The caller broke in: only this much of the last answer was heard. */
  cutLastAnswer(heard: string): void {
    const last = this.#messages.at(-1)
    if (last?.role !== 'assistant') throw new Error('nothing to cut')
    this.#messages[this.#messages.length - 1] = { ...last, heard, interrupted: true }
  }

  #turn(newest: { kind: 'words'; words: string } | { kind: 'silence' } | { kind: 'continue' }): string {
    const toolResults = this.#results
    const { medium = 'voice' } = this.#options
    const context: DialogueContext = {
      flow: 'order_intake',
      companyName: '대리 화환',
      language: this.#options.language ?? 'ko',
      callerNumber: this.#options.callerNumber ?? '01012345678',
      now: this.#options.now ?? '2026-11-21T13:10:00+09:00',
      priceWon: 80_000,
      order: this.order,
      medium,
      placedAs: this.confirmed > 0 ? PLACED_AS : null,
      orders: [...this.#proved, ...(this.#options.orders ?? [])],
      maybeSameAs: this.#maybeSameAs,
      doubts: this.doubts,
    }
    const request = parseMessagesRequest({
      model: 'claude-haiku-4-5',
      max_tokens: 1000,
      system: [{ type: 'text', text: ORDER_INTAKE[medium] }],
      tools: ORDER_INTAKE_TOOLS[medium],
      messages: toModelMessages({ messages: this.#messages, toolResults, newest, context }),
    })
    const answer = think(request)
    if (newest.kind !== 'continue' || toolResults.length > 0) {
      this.#messages.push({ role: 'caller', words: newest.kind === 'words' ? newest.words : '', toolResults })
    }
    const calls = answer.toolUses.map(
      (use, index): ToolCall => ({ id: `toolu_${this.#messages.length}_${index}`, ...use }),
    )
    this.#messages.push({ role: 'assistant', heard: answer.text, interrupted: false, toolCalls: calls })
    this.said.push(answer.text)
    this.toolCalls.push(...calls)
    this.#results = calls.map((call) => this.#carryOut(call))
    if (this.ended === undefined && this.#results.some((result) => result.mustTell)) {
      return `${answer.text} ${this.#turn({ kind: 'continue' })}`
    }
    return answer.text
  }

  #scripted(call: ToolCall): ToolResult | undefined {
    const answers = this.#options.results?.[call.name]
    if (answers === undefined) return undefined
    const count = this.#answered.get(call.name) ?? 0
    this.#answered.set(call.name, count + 1)
    if (call.name === 'same_order') this.#maybeSameAs = null
    const answer = answers[Math.min(count, answers.length - 1)]
    return answer === undefined ? undefined : { toolCallId: call.id, mustTell: true, ...answer }
  }

  /** From now on the state shows them too, as the call's workflow does. */
  prove(orders: readonly OrderInShort[]): void {
    this.#proved = orders
  }

  #carryOut(call: ToolCall): ToolResult {
    const result = (ok: boolean, mustTell: boolean, extra: object = {}): ToolResult => ({
      toolCallId: call.id,
      ok,
      mustTell,
      content: JSON.stringify({ ok, ...extra }),
    })
    const scripted = this.#scripted(call)
    if (scripted !== undefined) return scripted
    switch (call.name) {
      case 'set_order_fields': {
        const values = ORDER_FIELDS.flatMap((field) => {
          const fact = call.input[field] as { value: string } | undefined
          return fact === undefined ? [] : [[field, fact.value] as const]
        })
        const refused = values.filter(([field]) => this.#options.refuses?.[field] !== undefined)
        this.order = {
          ...this.order,
          ...Object.fromEntries(values.filter((entry) => !refused.includes(entry))),
        }
        const problems = refused.map(([field]) => ({ field, message: this.#options.refuses?.[field] ?? '' }))
        return refused.length > 0 ? result(false, true, { missing: [], problems }) : result(true, false)
      }
      case 'confirm_order': {
        const missing = missingFields(this.order)
        const { confirmFails } = this.#options
        if (confirmFails !== undefined)
          return { toolCallId: call.id, ok: false, mustTell: true, content: confirmFails }
        if (missing.length === 0) this.confirmed += 1
        return result(missing.length === 0, true, { missing })
      }
      case NOT_UNDERSTOOD:
        return result(true, false)
      default:
        this.ended = String(call.input.reason)
        return result(true, false)
    }
  }
}
