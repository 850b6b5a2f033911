/** Requests as their workflow is started with them, and those whose workflow is gone. */
import type { OutboundId } from '../../domain/ids.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import type { OutboundPriority, OutboundRequest } from '../../domain/outbound-request.ts'
import { newTask, type TaskState } from '../../domain/question-answers.ts'
import type { Database } from '../database.ts'
import { type DataKeys, decryptText } from '../encryption.ts'
import { campaignCallEnded } from './campaign-call-ended.ts'
import { notifyScreens } from './notify.ts'

export interface OutboundStart {
  readonly request: OutboundRequest
  readonly requestedBy: string
  readonly createdAt: string
  readonly dialUntil: string | null
  /** What an earlier call for the same found out; null: nothing. */
  readonly known: TaskState | null
}

/** @throws where there is none. */
export async function readOutboundStart(
  db: Database,
  keys: DataKeys,
  outboundId: OutboundId,
): Promise<OutboundStart> {
  const row = await db
    .selectFrom('outbound_requests')
    .selectAll()
    .where('outbound_id', '=', outboundId)
    .executeTakeFirstOrThrow()
  const task = JSON.parse(decryptText(row.task, keys)) as TaskState
  return {
    request: {
      callerNumber: row.caller_number,
      calleeNumber: decryptText(row.callee_number, keys),
      callerDisplayName: row.caller_display_name,
      purpose: row.purpose,
      questions: task.questions.map(({ text }) => text),
      maxDuration: row.max_duration,
      priority: row.priority as OutboundPriority,
      scheduledAt: row.scheduled_at === null ? null : koreanIso(row.scheduled_at.getTime()),
      retryOnNoAnswer: row.retry_on_no_answer,
      maxRetries: row.max_retries,
      metadata: row.metadata as Record<string, unknown> | null,
    },
    requestedBy: row.requested_by,
    createdAt: koreanIso(row.created_at.getTime()),
    known: task.questions.every(({ status }) => status === 'pending') ? null : task,
    dialUntil: row.dial_until === null ? null : koreanIso(row.dial_until.getTime()),
  }
}

/** Why a request failed whose workflow was ended from outside. */
const WORKFLOW_GONE = 'its workflow is gone'

/** The request is over: nothing runs that could end it. Repeating it changes nothing. */
export async function loseOutbound(
  db: Database,
  keys: DataKeys,
  { outboundId, at }: { readonly outboundId: OutboundId; readonly at: string },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const row = await trx
      .updateTable('outbound_requests')
      .set((is) => ({
        is_over: true,
        state: 'failed',
        failure_reason: WORKFLOW_GONE,
        completed_at: at,
        version: is('version', '+', 1),
      }))
      .where('outbound_id', '=', outboundId)
      .where('is_over', '=', false)
      .returning(['attempt_count', 'started_at', 'task'])
      .executeTakeFirst()
    if (row === undefined) return
    const task: TaskState = JSON.parse(decryptText(row.task, keys)) ?? newTask([])
    const progress = {
      outboundId,
      state: 'failed' as const,
      attemptCount: row.attempt_count,
      startedAt: row.started_at === null ? null : koreanIso(row.started_at.getTime()),
      answeredAt: null,
      completedAt: at,
      failureReason: WORKFLOW_GONE,
      nextTryAt: null,
    }
    await campaignCallEnded(trx, { outboundId, progress, task })
    await notifyScreens(trx, { type: 'outbound_changed', outbound_id: outboundId, event: null })
  })
}
