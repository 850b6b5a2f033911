/** The Issues of a ticket as rows: part of the ticket's own projection, in its transaction. */
import { type SqlBool, sql } from 'kysely'
import { dueOf } from '../../domain/issue-due.ts'
import { openIssueId, type ResolvedIssue, type TicketData, type TicketIssue } from '../../domain/ticket.ts'
import type { DatabaseTransaction } from '../database.ts'
import { type DataKeys, encryptText } from '../encryption.ts'
import { notifyScreens } from './notify.ts'

/** Writes what the ticket knows of its Issues; what people made of them stays. Only for the newest version. */
export async function projectIssues(
  trx: DatabaseTransaction,
  keys: DataKeys,
  ticketId: number,
  ticket: TicketData,
): Promise<void> {
  const { orderNo, issue, waitingIssues, resolvedIssues } = ticket
  const openId = openIssueId(ticket)
  const changed = new Set<string>()
  for (const over of resolvedIssues) {
    const { id } = over
    if (id !== undefined && (await writeResolved(trx, keys, ticketId, ticket, id, over))) changed.add(id)
  }
  if (issue !== null && openId !== null) {
    if (await writeOpen(trx, keys, ticketId, ticket, openId, issue)) changed.add(openId)
  }
  const openIds = openId === null ? [] : [openId]
  for (const waiting of waitingIssues) {
    const { id } = waiting
    if (id === undefined) continue
    openIds.push(id)
    if (await writeOpen(trx, keys, ticketId, ticket, id, waiting)) changed.add(id)
  }
  for (const id of await resolveOthers(trx, ticketId, openIds)) changed.add(id)
  for (const id of changed)
    await notifyScreens(trx, { type: 'issue_changed', issue_id: id, order_no: orderNo })
}

async function writeOpen(
  trx: DatabaseTransaction,
  keys: DataKeys,
  ticketId: number,
  ticket: TicketData,
  id: string,
  issue: TicketIssue,
): Promise<boolean> {
  const row = rowOf(keys, ticketId, ticket, id, issue)
  const { actions } = issue
  const { reason, cause, evidence } = row
  const written = await trx
    .insertInto('issues')
    .values({ ...row, actions: [...actions] })
    .onConflict((conflict) =>
      conflict
        .column('id')
        // What may be done changes while it is open, e.g. when a part has been refunded; a late wreath gets later.
        .doUpdateSet({ actions: [...actions], reason, cause, evidence })
        .where(sql<SqlBool>`issues.actions <> excluded.actions or issues.reason <> excluded.reason`),
    )
    .returning('id')
    .execute()
  return written.length > 0
}

async function writeResolved(
  trx: DatabaseTransaction,
  keys: DataKeys,
  ticketId: number,
  ticket: TicketData,
  id: string,
  over: ResolvedIssue,
): Promise<boolean> {
  const resolution = {
    resolved_at: over.resolvedAt,
    resolved_by: over.resolvedBy,
    resolution: over.action,
    resolution_note: over.note === '' ? null : encryptText(over.note, keys),
    actions: [],
  }
  const written = await trx
    .insertInto('issues')
    .values({ ...rowOf(keys, ticketId, ticket, id, over), ...resolution })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet(resolution).where('issues.resolved_at', 'is', null),
    )
    .returning('id')
    .execute()
  return written.length > 0
}

/** What the ticket holds no longer resolved itself, e.g. a late wreath that arrived after all. */
async function resolveOthers(
  trx: DatabaseTransaction,
  ticketId: number,
  openIds: readonly string[],
): Promise<string[]> {
  const rows = await trx
    .updateTable('issues')
    .set({ resolved_at: new Date(), resolved_by: 'system', actions: [] })
    .where('ticket_id', '=', ticketId)
    .where('resolved_at', 'is', null)
    .$if(openIds.length > 0, (query) => query.where('id', 'not in', openIds))
    .returning('id')
    .execute()
  return rows.map(({ id }) => id)
}

function rowOf(keys: DataKeys, ticketId: number, ticket: TicketData, id: string, issue: TicketIssue) {
  const { kind, reason, cause, step, evidence = [], wanted, raisedAt, raisedBy } = issue
  const deliverBy = ticket.order.deliver_by
  const due = dueOf({
    kind,
    raisedAt: Date.parse(raisedAt),
    deliverBy: deliverBy === null ? null : Date.parse(deliverBy),
  })
  return {
    id,
    ticket_id: ticketId,
    kind,
    reason,
    cause: cause === undefined ? null : JSON.stringify(cause),
    step,
    evidence: JSON.stringify(
      evidence.map((item) =>
        item.kind === 'words' ? { ...item, text: encryptText(item.text, keys) } : item,
      ),
    ),
    wanted: wanted === undefined ? null : encryptText(JSON.stringify(wanted), keys),
    raised_at: raisedAt,
    raised_by: raisedBy,
    due_at: new Date(due),
  }
}
