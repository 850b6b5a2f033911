/** The company's side of a call without a line: the real prompt and history, thought for by the Claude stand-in. */
import { toModelMessages } from '../../../activities/dialogue/history.ts'
import { greeting } from '../../../activities/dialogue/phrases.ts'
import { ORDER_INTAKE } from '../../../activities/dialogue/prompt.ts'
import { ORDER_INTAKE_TOOLS } from '../../../activities/dialogue/tool-schemas.ts'
import type { DialogueContext, DialogueMessage, ToolCall, ToolResult } from '../../../domain/dialogue.ts'
import { EMPTY_ORDER, type OrderFields } from '../../../domain/order.ts'
import { think } from '../../../simulators/claude/brain/index.ts'
import { parseMessagesRequest } from '../../../simulators/claude/protocol.ts'
import { NOW_MS, OWN_NUMBER } from './conversation.ts'

export class OrderTaker {
  readonly #messages: DialogueMessage[] = []
  #order: OrderFields = EMPTY_ORDER
  #results: ToolResult[] = []
  #calls = 0
  ended: string | undefined
  placed: OrderFields | undefined

  get order(): OrderFields {
    return this.#order
  }

  greet(language: 'ko' | 'en' = 'ko'): string {
    const { disclosure, question } = greeting({ companyName: '대리 화환', language })
    const text = [...disclosure, question].join(' ')
    this.#messages.push({ role: 'assistant', heard: text, interrupted: false, toolCalls: [] })
    return text
  }

  /** @param words null: nobody spoke. */
  answer(words: string | null): string {
    const context: DialogueContext = {
      flow: 'order_intake',
      companyName: '대리 화환',
      language: 'ko',
      callerNumber: OWN_NUMBER,
      now: `${new Date(NOW_MS + 9 * 3_600_000).toISOString().slice(0, 19)}+09:00`,
      priceWon: 80_000,
      order: this.#order,
    }
    const newest =
      words !== null
        ? ({ kind: 'words', words } as const)
        : this.#results.length > 0
          ? ({ kind: 'continue' } as const)
          : ({ kind: 'silence' } as const)
    const messages = toModelMessages({
      messages: this.#messages,
      toolResults: this.#results,
      newest,
      context,
    })
    const { text, toolUses } = think(
      parseMessagesRequest({
        model: 'm',
        max_tokens: 500,
        system: ORDER_INTAKE.voice,
        tools: ORDER_INTAKE_TOOLS.voice,
        messages,
      }),
    )
    const toolCalls = toolUses.map(({ name, input }) => ({ id: `toolu_${this.#calls++}`, name, input }))
    this.#messages.push({ role: 'caller', words: words ?? '', toolResults: this.#results })
    this.#messages.push({ role: 'assistant', heard: text, interrupted: false, toolCalls })
    this.#results = toolCalls.map((call) => this.#run(call))
    const tellsMore = this.#results.some(({ mustTell }) => mustTell)
    return tellsMore && this.ended === undefined ? `${text} ${this.answer(null)}` : text
  }

  #run(call: ToolCall): ToolResult {
    let mustTell = false
    if (call.name === 'set_order_fields') {
      const values = Object.entries(call.input).map(([field, fact]) => [
        field,
        (fact as { value: string }).value,
      ])
      this.#order = { ...this.#order, ...Object.fromEntries(values) }
    } else if (call.name === 'confirm_order') {
      this.placed = this.#order
      mustTell = true
    } else if (call.name === 'end_call') this.ended = String(call.input.reason)
    return { toolCallId: call.id, ok: true, content: '{"ok":true}', mustTell }
  }
}
