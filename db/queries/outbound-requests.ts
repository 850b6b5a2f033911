/** The rows of requested calls: taken in once, brought up to date by their workflow. */
import { sql } from 'kysely'
import { outboundRequestWorkflowId } from '../../domain/ids.ts'
import type { OutboundProgress, OutboundRequest } from '../../domain/outbound-request.ts'
import type { OutboundSnapshot } from '../../domain/outbound-snapshot.ts'
import { newTask, progressOf, type TaskState } from '../../domain/question-answers.ts'
import type { Database } from '../database.ts'
import { type DataKeys, encryptNullable, encryptText, phoneHash } from '../encryption.ts'
import { campaignCallEnded } from './campaign-call-ended.ts'
import { isListedNow } from './do-not-call.ts'
import { notifyScreens } from './notify.ts'

export interface NewOutboundRequest {
  readonly request: OutboundRequest
  readonly progress: OutboundProgress
  readonly requestedBy: string
  readonly createdAt: string
  /** ISO 8601: no call is begun after it; absent: at any time. */
  readonly dialUntil?: string
  /** What an earlier call for the same found out; absent: nothing is known yet. */
  readonly known?: TaskState
}

/**
 * Takes a request in.
 * @returns false where the number is being called, or waits to be, for another request.
 */
export async function insertOutbound(
  db: Database,
  keys: DataKeys,
  fresh: NewOutboundRequest,
): Promise<boolean> {
  const { request, progress, requestedBy, createdAt } = fresh
  const { calleeNumber } = request
  const task = fresh.known ?? newTask(request.questions)
  const inserted = await db
    .insertInto('outbound_requests')
    .values({
      outbound_id: progress.outboundId,
      workflow_id: outboundRequestWorkflowId(progress.outboundId),
      caller_number: request.callerNumber,
      callee_number: encryptText(calleeNumber, keys),
      callee_hash: phoneHash(calleeNumber, keys),
      callee_tail: calleeNumber.slice(-4),
      caller_display_name: request.callerDisplayName,
      purpose: request.purpose,
      max_duration: request.maxDuration,
      priority: request.priority,
      scheduled_at: request.scheduledAt,
      dial_until: fresh.dialUntil ?? null,
      retry_on_no_answer: request.retryOnNoAnswer,
      max_retries: request.maxRetries,
      metadata: request.metadata === null ? null : JSON.stringify(request.metadata),
      transfer_to: encryptNullable(request.transferTo ?? null, keys),
      transfer_mode: request.transferMode ?? null,
      requested_by: requestedBy,
      state: progress.state,
      created_at: createdAt,
      task: encryptText(JSON.stringify(task), keys),
      questions_total: request.questions.length,
      questions_settled: progressOf(task).completed,
      version: 0,
    })
    .onConflict((conflict) => conflict.column('callee_hash').where('is_over', '=', false).doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

/**
 * Takes a request of a person or program in, unless its number is on the do-not-call list: whoever lists it at the same
 * moment comes before it, or finds it and calls it off.
 */
export async function takeOutbound(
  db: Database,
  keys: DataKeys,
  fresh: NewOutboundRequest,
): Promise<'taken' | 'duplicate' | 'do_not_call'> {
  return await db.transaction().execute(async (trx) => {
    if (await isListedNow(trx, phoneHash(fresh.request.calleeNumber, keys))) return 'do_not_call'
    return (await insertOutbound(trx, keys, fresh)) ? 'taken' : 'duplicate'
  })
}

/**
 * A request that has ended without success waits to begin anew, unless its number was listed meanwhile.
 * @returns duplicate: it has not ended so, or its number is called for another request.
 */
export async function reopenOutbound(
  db: Database,
  keys: DataKeys,
  row: ReopenedOutbound,
): Promise<'reopened' | 'duplicate' | 'do_not_call'> {
  return await db.transaction().execute(async (trx) => {
    const calleeHash = phoneHash(row.calleeNumber, keys)
    if (await isListedNow(trx, calleeHash)) return 'do_not_call'
    // Whoever inserts the same number meanwhile waits for the index, and then finds this one.
    const other = await trx
      .selectFrom('outbound_requests')
      .select('id')
      .where('callee_hash', '=', calleeHash)
      .where('is_over', '=', false)
      .executeTakeFirst()
    if (other !== undefined) return 'duplicate'
    const reopened = await trx
      .updateTable('outbound_requests')
      .set({ is_over: false, begun: false, state: 'queued', next_try_at: null, scheduled_at: null })
      .where('outbound_id', '=', row.outboundId)
      .where('is_over', '=', true)
      .where('state', '!=', 'completed')
      .returning('id')
      .executeTakeFirst()
    return reopened === undefined ? 'duplicate' : 'reopened'
  })
}

export interface ReopenedOutbound {
  readonly outboundId: string
  /** National digits. */
  readonly calleeNumber: string
}

/** Repeating it, or an older one after a newer one, changes nothing. */
export async function recordOutbound(
  db: Database,
  keys: DataKeys,
  snapshot: OutboundSnapshot,
): Promise<void> {
  const { outboundId, version, progress, task, event } = snapshot
  await db.transaction().execute(async (trx) => {
    const changed = await trx
      .updateTable('outbound_requests')
      .set({
        version,
        begun: true,
        state: progress.state,
        is_over: snapshot.isOver,
        attempt_count: progress.attemptCount,
        call_id: snapshot.callId,
        sip_call_id: snapshot.sipCallId,
        started_at: progress.startedAt,
        answered_at: progress.answeredAt,
        completed_at: progress.completedAt,
        next_try_at: progress.nextTryAt,
        failure_reason: progress.failureReason,
        task: encryptText(JSON.stringify(task), keys),
        questions_settled: progressOf(task).completed,
        summary: encryptNullable(snapshot.summary, keys),
      })
      .where('outbound_id', '=', outboundId)
      .where('version', '<', version)
      .returning('id')
      .executeTakeFirst()
    if (changed === undefined) return
    if (snapshot.isOver) await campaignCallEnded(trx, snapshot)
    await notifyScreens(trx, { type: 'outbound_changed', outbound_id: outboundId, event })
  })
}

/** Requests since a moment. @param requestedBy of one person only. */
export async function countOutboundSince(db: Database, since: Date, requestedBy?: string): Promise<number> {
  let query = db
    .selectFrom('outbound_requests')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('created_at', '>=', since)
  if (requestedBy !== undefined) query = query.where('requested_by', '=', requestedBy)
  const { count } = await query.executeTakeFirstOrThrow()
  return count
}
