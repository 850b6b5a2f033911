/** Requested calls as the API shows them. */
import type { OutboundEvent } from '../../domain/outbound-events.ts'
import { answerTo, secondsTalked, turnsOf } from '../../domain/outbound-result.ts'
import { isAllSettled, progressOf, type TaskState } from '../../domain/question-answers.ts'
import type { TurnRow } from '../queries/calls.ts'
import type { OutboundRow } from '../queries/outbound.ts'
import {
  type OutboundLiveEvent,
  type OutboundRecord,
  type OutboundResultView,
  outboundStateSchema,
} from '../schemas/outbound.ts'
import { viewTurn } from './calls.ts'
import { shownTime, shownTimeOrNull, type ViewContext } from './view-context.ts'

export const taskOf = (row: OutboundRow, context: ViewContext): TaskState =>
  JSON.parse(context.plain(row.task)) as TaskState

const timesOf = ({ answered_at, completed_at }: OutboundRow) => ({
  answeredAt: shownTimeOrNull(answered_at),
  completedAt: shownTimeOrNull(completed_at),
})

/** A request as it stands. */
export function viewOutbound(row: OutboundRow, context: ViewContext): OutboundRecord {
  const task = taskOf(row, context)
  return {
    outbound_id: row.outbound_id,
    call_id: row.sip_call_id,
    state: outboundStateSchema.parse(row.state),
    caller_number: row.caller_number,
    callee_number: context.maskedPhone(row.callee_number),
    caller_display_name: row.caller_display_name,
    purpose: row.purpose,
    questions: task.questions.map(({ text }) => text),
    max_duration: row.max_duration,
    priority: row.priority,
    scheduled_at: shownTimeOrNull(row.scheduled_at),
    retry_on_no_answer: row.retry_on_no_answer,
    max_retries: row.max_retries,
    metadata: row.metadata as Record<string, unknown> | null,
    created_at: shownTime(row.created_at),
    started_at: shownTimeOrNull(row.started_at),
    answered_at: shownTimeOrNull(row.answered_at),
    completed_at: shownTimeOrNull(row.completed_at),
    next_try_at: shownTimeOrNull(row.next_try_at),
    duration_seconds: secondsTalked(timesOf(row)),
    attempt_count: row.attempt_count,
    failure_reason: row.failure_reason,
    requested_by: row.requested_by,
    call_back_wanted: task.callBackWanted === true,
    progress: progressOf(task),
    is_over: row.is_over,
    answers: task.questions.map(answerTo),
    summary: row.summary === null ? null : context.plain(row.summary),
    // Nothing of a call is kept before somebody's phone is rung.
    record_id: row.started_at === null ? null : row.call_id,
  }
}

/** What a request brought. @param turns of its last call, in their order. */
export function viewOutboundResult(
  row: OutboundRow,
  turns: readonly TurnRow[],
  context: ViewContext,
): OutboundResultView {
  const record = viewOutbound(row, context)
  const transcript = turns.map((turn) => {
    const { timestamp, speaker, text } = viewTurn(turn, context)
    return { timestamp, speaker, text }
  })
  return {
    outbound_id: record.outbound_id,
    state: record.state,
    caller_number: record.caller_number,
    callee_number: record.callee_number,
    purpose: record.purpose,
    duration_seconds: record.duration_seconds,
    task_completed: row.answered_at !== null && isAllSettled(taskOf(row, context)),
    answers: record.answers,
    summary: record.summary,
    transcript,
    ai_turns: turnsOf(transcript, 'ai'),
    customer_turns: turnsOf(transcript, 'customer'),
    created_at: record.created_at,
    answered_at: record.answered_at,
    completed_at: record.completed_at,
  }
}

/** What happened, with what the workflow does not tell. */
export function viewOutboundEvent(event: OutboundEvent, record: OutboundRecord): OutboundLiveEvent {
  const { outbound_id, callee_number, purpose, summary } = record
  switch (event.type) {
    case 'outbound_queued':
      return { ...event, outbound_id, callee_number, purpose }
    case 'outbound_completed':
      return { ...event, outbound_id, summary }
    default:
      return { ...event, outbound_id }
  }
}
