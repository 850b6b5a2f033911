/** What a call that was asked for knows beside the conversation: its questions, and when there is nothing more to ask. */
import type { ClosingReason, DialogueContext, ToolCall, ToolResult } from '../domain/dialogue.ts'
import type { OutboundWords } from '../domain/outbound-policy.ts'
import { DEFAULT_DISPLAY_NAME, type OutboundRequest } from '../domain/outbound-request.ts'
import { isAllSettled, progressOf, readReport, type TaskState } from '../domain/question-answers.ts'
import { type CallFacts, CallState } from './call-state.ts'

export interface OutboundRequestFacts extends CallFacts {
  readonly request: OutboundRequest
  readonly words: OutboundWords
  /** See `OutboundPolicy`. */
  readonly checksCompletion: boolean
  /** Who asks for a person may be put through to one. */
  readonly connectsPerson: boolean
  /** What earlier calls have found out. */
  readonly task: TaskState
}

export class OutboundRequestState extends CallState<OutboundRequestFacts> {
  #task: TaskState

  constructor(facts: OutboundRequestFacts) {
    super(facts)
    this.#task = facts.task
  }

  get task(): TaskState {
    return this.#task
  }

  /** Takes in what the model reports. @param spokenAtMs when the callee said it, ms from the answer. */
  report(calls: readonly ToolCall[], spokenAtMs: number | null): readonly ToolResult[] {
    return calls.map((call) => {
      const isReport = call.name === 'report_task_state'
      if (isReport) this.#read(call.input, spokenAtMs)
      return {
        toolCallId: call.id,
        ok: isReport,
        content: isReport ? JSON.stringify(progressOf(this.#task)) : 'there is no such tool',
        mustTell: false,
      }
    })
  }

  protected context(now: string): DialogueContext {
    const { companyName, language, request, words } = this.facts
    return {
      flow: 'outbound_request',
      companyName,
      language,
      now,
      displayName: request.callerDisplayName ?? DEFAULT_DISPLAY_NAME,
      purpose: request.purpose,
      task: this.#task,
      words,
      ...(this.facts.connectsPerson ? { connectsPerson: true as const } : {}),
    }
  }

  #read(report: Readonly<Record<string, unknown>>, spokenAtMs: number | null): void {
    const words = this.messages.findLast(({ role }) => role === 'caller')
    const heard =
      words?.role === 'caller' && spokenAtMs !== null ? { words: words.words, atMs: spokenAtMs } : null
    this.#task = readReport(this.#task, report, heard)
    const { shouldEndCall } = this.#task
    if (shouldEndCall || (this.facts.checksCompletion && isAllSettled(this.#task)))
      this.closeFor(this.#goodbye)
  }

  get #goodbye(): ClosingReason {
    return isAllSettled(this.#task) ? 'all_asked' : 'declined'
  }
}
