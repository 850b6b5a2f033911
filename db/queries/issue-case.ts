/** What is known of an Issue, for whoever is asked what helps. No phone numbers. */

import type { AdviceFacts } from '../../domain/issue-advice.ts'
import { readIssueCause } from '../../domain/issue-cause.ts'
import type {
  IssueAction,
  IssueEvidence,
  IssueKind,
  TicketStep,
  TicketSubState,
} from '../../domain/ticket-states.ts'
import type { Database } from '../database.ts'
import { type DataKeys, decryptText } from '../encryption.ts'

/** The Issue has not been projected yet. */
class IssueNotFoundError extends Error {
  readonly retryable = true
}

/** Null once it is over. @throws IssueNotFoundError */
export async function readIssueCase(db: Database, keys: DataKeys, id: string): Promise<AdviceFacts | null> {
  const row = await db
    .selectFrom('issues')
    .innerJoin('tickets', 'tickets.id', 'issues.ticket_id')
    .innerJoin('orders', 'orders.id', 'tickets.order_id')
    .select([
      'issues.kind',
      'issues.reason',
      'issues.cause',
      'issues.step',
      'issues.actions',
      'issues.evidence',
    ])
    .select(['issues.resolved_at', 'issues.ticket_id', 'tickets.sub_state', 'tickets.missing'])
    .select(['orders.amount', 'orders.cost', 'orders.channel', 'orders.message', 'orders.recipient'])
    .select(['orders.orderer', 'orders.destination', 'orders.room', 'orders.deliver_by'])
    .where('issues.id', '=', id)
    .executeTakeFirst()
  if (row === undefined) throw new IssueNotFoundError(`no Issue ${id}`)
  if (row.resolved_at !== null) return null
  const earlier = await db
    .selectFrom('issues')
    .select(['kind', 'resolution'])
    .where('ticket_id', '=', row.ticket_id)
    .where('id', '!=', id)
    .orderBy('raised_at')
    .execute()
  const evidence = row.evidence as unknown as readonly IssueEvidence[]
  return {
    kind: row.kind as IssueKind,
    cause: readIssueCause(row.cause)?.code ?? null,
    step: row.step as TicketStep | null,
    actions: row.actions as IssueAction[],
    reason: row.reason,
    subState: row.sub_state as TicketSubState,
    channel: row.channel,
    missing: row.missing,
    amountWon: row.amount,
    costWon: row.cost,
    order: {
      orderer: row.orderer,
      recipient: row.recipient,
      message: row.message,
      destination: row.destination,
      room: row.room,
    },
    deliverBy: row.deliver_by,
    evidence: evidence.map((item) =>
      item.kind === 'words' ? { ...item, text: decryptText(item.text, keys) } : item,
    ),
    earlier: earlier.map(({ kind, resolution }) => ({ kind: kind as IssueKind, resolution })),
  }
}
