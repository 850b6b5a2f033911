/** The conditions of a filter. Those on a ticket's own columns hold for `ticket_counts` as well, which has the same. */
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { TicketFilterQuery } from '../schemas/board.ts'
import type { IssueKind, TicketState, TicketSubState } from '../schemas/tickets.ts'

/** Which tickets; parts that are left out let everything through. Times are ISO 8601. */
export interface TicketFilter {
  readonly state?: TicketState | undefined
  readonly subStates?: readonly TicketSubState[] | undefined
  readonly payment?: TicketFilterQuery['payment']
  readonly issueKinds?: readonly IssueKind[] | undefined
  readonly channels?: readonly string[] | undefined
  /** Issues, and open orders in which something is missing. */
  readonly attention?: boolean | undefined
  /** E-mail of who looks after an open Issue of it; 'none': it has one that nobody looks after. */
  readonly assignee?: string | undefined
  /** Not done. */
  readonly open?: boolean | undefined
  /** A call about the order is going on. */
  readonly onCall?: boolean | undefined
  /** Wanted at or after, and before. */
  readonly deliverFrom?: string | undefined
  readonly deliverTo?: string | undefined
  readonly orderedFrom?: string | undefined
  readonly orderedTo?: string | undefined
  /** Words of the order, an order number or its start, a phone number or its last four digits. */
  readonly text?: string | undefined
}

/** The filter as a request names it. */
export const readTicketFilter = (query: TicketFilterQuery): TicketFilter => ({
  subStates: query.sub_state,
  payment: query.payment,
  issueKinds: query.issue_kind,
  channels: query.channel,
  attention: query.attention,
  assignee: query.assignee,
  open: query.open,
  onCall: query.on_call,
  deliverFrom: query.deliver_from,
  deliverTo: query.deliver_to,
  orderedFrom: query.ordered_from,
  orderedTo: query.ordered_to,
  text: query.q,
})

type Condition = RawBuilder<SqlBool>

/** On the columns by which tickets are counted as they change. */
export function countedConditions(table: 'tickets' | 'ticket_counts', filter: TicketFilter): Condition[] {
  const column = (name: string) => sql.ref(`${table}.${name}`)
  const among = (name: string, values: readonly string[] | undefined) =>
    values === undefined ? [] : [sql<SqlBool>`${column(name)} in (${sql.join(values)})`]
  return [
    ...among('current_state', filter.state === undefined ? undefined : [filter.state]),
    ...among('sub_state', filter.subStates),
    ...among('issue_kind', filter.issueKinds),
    ...among('channel', filter.channels),
    ...(filter.payment === undefined ? [] : [paymentCondition(filter.payment, column)]),
    ...(filter.open === true ? [sql<SqlBool>`${column('current_state')} <> 'done'`] : []),
    ...(filter.attention === true
      ? [
          sql<SqlBool>`(${column('current_state')} = 'issue' or (${column('current_state')} <> 'done' and ${column('incomplete')}))`,
        ]
      : []),
  ]
}

function paymentCondition(
  payment: NonNullable<TicketFilter['payment']>,
  column: (name: string) => RawBuilder<unknown>,
): Condition {
  switch (payment) {
    case 'unpaid':
      return sql`(${column('sub_state')} = 'order_received' and ${column('outcome')} is null)`
    case 'awaiting':
      return sql`(${column('sub_state')} = 'awaiting_payment' and ${column('outcome')} is null)`
    case 'paid':
      return sql`(${column('sub_state')} not in ('order_received', 'awaiting_payment') and ${column('outcome')} is distinct from 'refunded')`
    case 'refunded':
      return sql`${column('outcome')} = 'refunded'`
  }
}

/** On times and calls; the tables are `tickets` and, for calls, any. */
export function otherConditions(filter: TicketFilter): Condition[] {
  const { deliverFrom, deliverTo, orderedFrom, orderedTo } = filter
  return [
    ...(deliverFrom === undefined ? [] : [sql<SqlBool>`tickets.deliver_by >= ${deliverFrom}::timestamptz`]),
    ...(deliverTo === undefined ? [] : [sql<SqlBool>`tickets.deliver_by < ${deliverTo}::timestamptz`]),
    // Nothing changes before it was ordered: said as well, it lets the index of a column's order serve.
    ...(orderedFrom === undefined
      ? []
      : [
          sql<SqlBool>`tickets.created_at >= ${orderedFrom}::timestamptz`,
          sql<SqlBool>`tickets.updated_at >= ${orderedFrom}::timestamptz`,
        ]),
    ...(orderedTo === undefined ? [] : [sql<SqlBool>`tickets.created_at < ${orderedTo}::timestamptz`]),
    ...(filter.assignee === undefined
      ? []
      : [
          // Open Issues are few: they are gathered, and their tickets found by their ids.
          sql<SqlBool>`tickets.id in (select ticket_id from issues where resolved_at is null and ${
            filter.assignee === 'none' ? sql`assignee is null` : sql`assignee = ${filter.assignee}`
          })`,
        ]),
    ...(filter.onCall === true
      ? [
          sql<SqlBool>`tickets.order_id in (select order_id from call_records where state in ('ringing', 'live'))`,
        ]
      : []),
  ]
}

/** Whether the counts kept by the database answer for it. */
export function isCounted({
  deliverFrom,
  deliverTo,
  orderedFrom,
  orderedTo,
  assignee,
  onCall,
  text,
}: TicketFilter): boolean {
  const others = [deliverFrom, deliverTo, orderedFrom, orderedTo, assignee]
  return others.every((part) => part === undefined) && onCall !== true && (text ?? '').trim() === ''
}

const FEW_DAYS_MS = 8 * 24 * 3_600_000

/** Wanted within a time so short that its orders are easily gathered. */
export function isFewDays({ deliverFrom, deliverTo }: TicketFilter): boolean {
  if (deliverFrom === undefined || deliverTo === undefined) return false
  return Date.parse(deliverTo) - Date.parse(deliverFrom) <= FEW_DAYS_MS
}
