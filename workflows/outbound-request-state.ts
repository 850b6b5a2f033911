/** What a call that was asked for knows beside the conversation: its questions, and when there is nothing more to ask. */
import type { ClosingReason, DialogueContext, ToolCall, ToolResult } from '../domain/dialogue.ts'
import type { OutboundWords } from '../domain/outbound-policy.ts'
import { DEFAULT_DISPLAY_NAME, type OutboundRequest } from '../domain/outbound-request.ts'
import {
  answerReadBacks,
  type HeardAnswer,
  isAllSettled,
  progressOf,
  readReport,
  type TaskState,
} from '../domain/question-answers.ts'
import type { Hearing } from '../domain/read-back.ts'
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

/** A key that was pressed is certain. */
const known = (hearing: Hearing | null): Pick<HeardAnswer, 'confidence' | 'heard'> =>
  hearing === null || hearing.confidence === null
    ? {}
    : { confidence: hearing.confidence, ...(hearing.heard === undefined ? {} : { heard: hearing.heard }) }

export class OutboundRequestState extends CallState<OutboundRequestFacts> {
  #task: TaskState

  constructor(facts: OutboundRequestFacts) {
    super(facts)
    this.#task = facts.task
  }

  get task(): TaskState {
    return this.#task
  }

  /**
   * Takes in what the model reports.
   * @param spokenAtMs when the callee said it, ms from the answer.
   * @param hearing null: how it was heard is not looked at, as in calls of before.
   */
  report(
    calls: readonly ToolCall[],
    spokenAtMs: number | null,
    hearing: Hearing | null = null,
  ): readonly ToolResult[] {
    return calls.map((call) => {
      if (call.name !== 'report_task_state')
        return { toolCallId: call.id, ok: false, content: 'there is no such tool', mustTell: false }
      const before = this.#readBacks
      this.#read(call.input, spokenAtMs, hearing)
      const readBack = this.#readBacks.filter(({ id, answer }) =>
        before.every((one) => one.id !== id || one.answer !== answer),
      )
      const isDue = readBack.length > 0
      const content = JSON.stringify({ ...progressOf(this.#task), ...(isDue ? { read_back: readBack } : {}) })
      return { toolCallId: call.id, ok: true, content, mustTell: isDue }
    })
  }

  get #readBacks(): ReturnType<typeof answerReadBacks> {
    return answerReadBacks(this.#task, this.language)
  }

  protected context(now: string): DialogueContext {
    const { companyName, language, request, words, edition } = this.facts
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
      ...(edition === undefined ? {} : { edition }),
    }
  }

  #read(report: Readonly<Record<string, unknown>>, spokenAtMs: number | null, hearing: Hearing | null): void {
    const last = this.messages.findLast(({ role }) => role === 'caller')
    const words = last?.role === 'caller' ? last.words : null
    this.#task = readReport(
      this.#task,
      report,
      words === null || spokenAtMs === null ? null : { words, atMs: spokenAtMs, ...known(hearing) },
    )
    const { shouldEndCall } = this.#task
    if (shouldEndCall || (this.facts.checksCompletion && isAllSettled(this.#task)))
      this.closeFor(this.#goodbye)
  }

  get #goodbye(): ClosingReason {
    return isAllSettled(this.#task) ? 'all_asked' : 'declined'
  }
}
