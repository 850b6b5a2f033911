/** A call that we place, without audio: the dialogue's own requests go to the brain, whom we called answers it. */
import { flowOf } from '../../../activities/dialogue/flows.ts'
import { toModelMessages } from '../../../activities/dialogue/history.ts'
import type { DialogueContext, DialogueMessage, ToolCall, ToolResult } from '../../../domain/dialogue.ts'
import { think } from '../../../simulators/claude/brain/index.ts'
import { parseMessagesRequest } from '../../../simulators/claude/protocol.ts'
import type { Callee } from '../../../simulators/people/callee.ts'

const TICK_MS = 20
const CHAR_MS = 160
/** Nobody waits longer for an answer. */
const SILENCE_MS = 10_000
const MAX_TURNS = 40

export interface PlayedCall {
  readonly toolCalls: readonly ToolCall[]
  readonly keys: string
  /** Who hung up: we after `end_call`, or they. */
  readonly endedBy: 'us' | 'them' | 'nobody'
  readonly transcript: readonly string[]
}

export interface PlayedCallOptions {
  /** Characters that recognition has not given yet when a turn is taken for over. */
  readonly lag?: number
  /** @returns true: nothing is left to do, we hang up. */
  readonly onTools?: (calls: readonly ToolCall[]) => boolean
}

/**
 * Plays until somebody hangs up; time is counted, not waited for.
 * @param context as it is at each turn.
 */
export async function playCall(
  context: DialogueContext | (() => DialogueContext),
  callee: Callee,
  { lag = 0, onTools = () => false }: PlayedCallOptions = {},
): Promise<PlayedCall> {
  return new Call(typeof context === 'function' ? context : () => context, callee, lag, onTools).play()
}

class Call {
  readonly #contextNow: () => DialogueContext
  readonly #onTools: (calls: readonly ToolCall[]) => boolean
  readonly #callee: Callee
  readonly #messages: DialogueMessage[] = []
  readonly #toolCalls: ToolCall[] = []
  readonly #transcript: string[] = []
  readonly #lag: number
  #keys = ''
  #nowMs = 0

  constructor(
    context: () => DialogueContext,
    callee: Callee,
    lag: number,
    onTools: (calls: readonly ToolCall[]) => boolean,
  ) {
    this.#lag = lag
    this.#contextNow = context
    this.#onTools = onTools
    this.#callee = callee
  }

  get #context(): DialogueContext {
    return this.#contextNow()
  }

  async play(): Promise<PlayedCall> {
    await this.#listen(3_000)
    const { disclosure, question } = flowOf(this.#context).greeting()
    let toolCalls: readonly ToolCall[] = []
    let line = [...disclosure, question].join(' ')
    this.#messages.push({ role: 'assistant', heard: line, interrupted: false, toolCalls: [] })
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      this.#speak(line)
      if (toolCalls.some(({ name }) => name === 'end_call')) return this.#result('us')
      const words = await this.#listen(SILENCE_MS)
      if (words === 'hung up') return this.#result('them')
      if (this.#keys !== '') return this.#result('us')
      const answer = this.#answer(words, toolCalls)
      line = answer.text
      toolCalls = answer.calls
      if (this.#onTools(toolCalls)) {
        this.#transcript.push(`AI: ${line}`)
        return this.#result('us')
      }
    }
    return this.#result('nobody')
  }

  #speak(line: string): void {
    this.#transcript.push(`AI: ${line}`)
    const from = this.#nowMs
    this.#nowMs += line.length * CHAR_MS
    this.#callee.hear(line, from, this.#nowMs)
  }

  /** @returns what they said; null: nothing. */
  async #listen(limitMs: number): Promise<string | null> {
    for (const until = this.#nowMs + limitMs; this.#nowMs < until; this.#nowMs += TICK_MS) {
      // What they look up is there by the next tick.
      await Promise.resolve()
      const act = this.#callee.tick(this.#nowMs)
      if (act?.type === 'hang_up') return 'hung up'
      if (act?.type === 'press') this.#keys += act.digits
      if (act?.type !== 'say') continue
      this.#nowMs += act.text.length * CHAR_MS
      this.#callee.said(this.#nowMs)
      this.#transcript.push(`> ${act.text}`)
      return act.text.slice(0, act.text.length - this.#lag)
    }
    return null
  }

  #answer(words: string | null, asked: readonly ToolCall[]): { text: string; calls: readonly ToolCall[] } {
    const toolResults = asked.map(
      (call): ToolResult => ({ toolCallId: call.id, ok: true, content: 'noted', mustTell: false }),
    )
    const newest = words === null ? ({ kind: 'silence' } as const) : ({ kind: 'words', words } as const)
    const { system, tools } = flowOf(this.#context)
    const request = parseMessagesRequest({
      model: 'claude-haiku-4-5',
      max_tokens: 1000,
      system: [{ type: 'text', text: system }],
      tools,
      messages: toModelMessages({ messages: this.#messages, toolResults, newest, context: this.#context }),
    })
    const { text, toolUses } = think(request)
    this.#messages.push({ role: 'caller', words: words ?? '', toolResults })
    const calls = toolUses.map(
      (use, index): ToolCall => ({ id: `toolu_${this.#messages.length}_${index}`, ...use }),
    )
    this.#messages.push({ role: 'assistant', heard: text, interrupted: false, toolCalls: calls })
    this.#toolCalls.push(...calls)
    return { text, calls }
  }

  #result(endedBy: PlayedCall['endedBy']): PlayedCall {
    return { toolCalls: this.#toolCalls, keys: this.#keys, endedBy, transcript: this.#transcript }
  }
}
