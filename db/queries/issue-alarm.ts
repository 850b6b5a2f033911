/** What the alarms of Issues agree on among themselves: which text and which call tells of which Issues. */
import { sql } from 'kysely'
import type { CallId, OrderNo } from '../../domain/ids.ts'
import type { IssueKind } from '../../domain/ticket-states.ts'
import type { Database, DatabaseTransaction } from '../database.ts'
import { isUnseen } from './issues.ts'

/** An Issue that the owner is told of. */
export interface AlarmIssue {
  readonly id: string
  readonly orderNo: OrderNo
  readonly kind: IssueKind
  readonly reason: string
}

/** One alarm decides at a time: two that ring in the same moment must not both text. */
const lockAlarms = (trx: DatabaseTransaction) =>
  sql`select pg_advisory_xact_lock(hashtext('issue alarms'))`.execute(trx)

const alarmIssues = (trx: Database | DatabaseTransaction) =>
  trx
    .selectFrom('issues')
    .innerJoin('tickets', 'tickets.id', 'issues.ticket_id')
    .innerJoin('orders', 'orders.id', 'tickets.order_id')
    .select(['issues.id', 'orders.order_no', 'issues.kind', 'issues.reason'])
    .orderBy('issues.raised_at')
    .orderBy('issues.id')

const toAlarmIssue = (row: { id: string; order_no: string; kind: string; reason: string }): AlarmIssue => ({
  id: row.id,
  orderNo: row.order_no as OrderNo,
  kind: row.kind as IssueKind,
  reason: row.reason,
})

/**
 * The text that tells of this Issue: one that is under way already, or a new one for everything that waits
 * unseen. Asked again it gives the same.
 * @returns null when nobody has to be told any more.
 */
export async function gatherAlarmText(
  db: Database,
  issueId: string,
  key: string,
): Promise<{
  readonly key: string
  readonly firstId: string
  readonly issues: readonly AlarmIssue[]
} | null> {
  return db.transaction().execute(async (trx) => {
    await lockAlarms(trx)
    const own = await trx
      .selectFrom('issues')
      .select('alarm_text_key')
      .where('id', '=', issueId)
      .where(isUnseen)
      .executeTakeFirst()
    if (own === undefined) return null
    if (own.alarm_text_key === null) {
      await trx
        .updateTable('issues')
        .set({ alarm_text_key: key })
        .where('alarm_text_key', 'is', null)
        .where(isUnseen)
        .execute()
    }
    const textKey = own.alarm_text_key ?? key
    const rows = await alarmIssues(trx).where('issues.alarm_text_key', '=', textKey).execute()
    const issues = rows.map(toAlarmIssue)
    return { key: textKey, firstId: issues[0]?.id ?? issueId, issues }
  })
}

/**
 * The Issues that this call tells of: all that wait unseen, unless another call has told of them lately. Asked
 * again for the same call it gives the same.
 * @returns an empty list when no call is to be made.
 */
export async function planAlarmCall(
  db: Database,
  plan: { readonly issueId: string; readonly callId: CallId; readonly notWithinSeconds: number },
): Promise<readonly AlarmIssue[]> {
  return db.transaction().execute(async (trx) => {
    await lockAlarms(trx)
    const waiting = await trx
      .selectFrom('issues')
      .select(['id', 'alarm_call_id', 'alarm_called_at'])
      .where(isUnseen)
      .execute()
    const own = waiting.find(({ id }) => id === plan.issueId)
    if (own === undefined) return []
    if (own.alarm_call_id !== plan.callId) {
      const since = Date.now() - plan.notWithinSeconds * 1000
      if (own.alarm_called_at !== null && own.alarm_called_at.getTime() > since) return []
      await trx
        .updateTable('issues')
        .set({ alarm_call_id: plan.callId, alarm_called_at: new Date() })
        .where(isUnseen)
        .execute()
    }
    const rows = await alarmIssues(trx).where('issues.alarm_call_id', '=', plan.callId).execute()
    return rows.map(toAlarmIssue)
  })
}

/** The Issues that the text told of which this one belongs to; it alone when no text went out. */
export async function issuesOfAlarmText(db: Database, issueId: string) {
  const text = db.selectFrom('issues').select('alarm_text_key').where('id', '=', issueId)
  return alarmIssues(db)
    .select(['issues.acknowledged_at', 'issues.resolved_at'])
    .where((eb) => eb.or([eb('issues.id', '=', issueId), eb('issues.alarm_text_key', '=', text)]))
    .execute()
}
