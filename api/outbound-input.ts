/** What starts the workflow of a requested call, made of its row: so it can be started again at any time. */
import { outboundPolicyOf } from '../activities/outbound-start.ts'
import type { Settings } from '../config/settings.ts'
import { makeOutboundId } from '../domain/ids.ts'
import type { PersonTransferMode } from '../domain/outbound-policy.ts'
import type { OutboundPriority, OutboundRequest } from '../domain/outbound-request.ts'
import type { OutboundRequestInput } from '../workflows/outbound-request-messages.ts'
import type { OutboundRow } from './queries/outbound.ts'
import { outboundStateSchema } from './schemas/outbound.ts'
import { taskOf } from './views/outbound.ts'
import { shownTime, shownTimeOrNull, type ViewContext } from './views/view-context.ts'

export type OutboundInputSettings = Pick<Settings, 'outbound' | 'company'>

export function outboundInput(
  row: OutboundRow,
  { outbound, company }: OutboundInputSettings,
  view: ViewContext,
): OutboundRequestInput {
  const outboundId = makeOutboundId(row.outbound_id.slice('ob-'.length))
  const task = taskOf(row, view)
  const request = requestOf(
    row,
    view,
    task.questions.map(({ text }) => text),
  )
  return {
    outboundId,
    request,
    policy: outboundPolicyOf(outbound, row.metadata, request),
    takesOptOut: true,
    ...(row.dial_until === null ? {} : { dialUntil: shownTime(row.dial_until) }),
    companyName: company.name,
    requestedBy: row.requested_by,
    createdAt: shownTime(row.created_at),
    ...(row.version === 0
      ? task.questions.every(({ status }) => status === 'pending')
        ? {}
        : { known: task }
      : { before: { progress: progressOf(row, outboundId), task, version: row.version } }),
  }
}

const requestOf = (row: OutboundRow, view: ViewContext, questions: readonly string[]): OutboundRequest => ({
  callerNumber: row.caller_number,
  calleeNumber: view.plain(row.callee_number),
  callerDisplayName: row.caller_display_name,
  purpose: row.purpose,
  questions,
  maxDuration: row.max_duration,
  priority: row.priority as OutboundPriority,
  scheduledAt: shownTimeOrNull(row.scheduled_at),
  retryOnNoAnswer: row.retry_on_no_answer,
  maxRetries: row.max_retries,
  metadata: row.metadata as Record<string, unknown> | null,
  ...(row.transfer_to === null ? {} : { transferTo: view.plain(row.transfer_to) }),
  ...(row.transfer_mode === null ? {} : { transferMode: row.transfer_mode as PersonTransferMode }),
})

const progressOf = (row: OutboundRow, outboundId: OutboundRequestInput['outboundId']) => ({
  outboundId,
  state: outboundStateSchema.parse(row.state),
  attemptCount: row.attempt_count,
  startedAt: shownTimeOrNull(row.started_at),
  answeredAt: shownTimeOrNull(row.answered_at),
  completedAt: shownTimeOrNull(row.completed_at),
  failureReason: row.failure_reason,
  nextTryAt: null,
})
