/** Reads tickets for the screens: one query a list, keyset pages, nothing asked of Temporal. */
import { type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import { type DataKeys, phoneHash } from '../../db/encryption.ts'
import type { DB } from '../../db/generated/types.ts'
import { normalizePhone } from '../../domain/phone-number.ts'
import type { TicketState, TicketSubState } from '../schemas/tickets.ts'
import { type Cursor, encodeCursor } from './cursor.ts'

/** By which time a list is ordered; the newest or soonest first. */
export const TICKET_SORTS = ['updated_at', 'created_at', 'deliver_by'] as const
export type TicketSort = (typeof TICKET_SORTS)[number]

/** What a list shows. */
export interface TicketFilter {
  readonly state?: TicketState | undefined
  readonly subState?: TicketSubState | undefined
  /** Words of the order, an order number, a phone number or its last four digits. */
  readonly text?: string | undefined
}

/** A page of a list. */
export interface TicketPage {
  readonly rows: readonly TicketRow[]
  /** Null on the last page. */
  readonly nextCursor: string | null
}

export type TicketRow = Awaited<ReturnType<typeof readTicketRows>>[number]

type Tables = 'tickets' | 'orders' | 'customers'

function ticketRows(database: Database) {
  return database
    .selectFrom('tickets')
    .innerJoin('orders', 'orders.id', 'tickets.order_id')
    .innerJoin('customers', 'customers.id', 'orders.customer_id')
    .select([
      'tickets.id',
      'tickets.order_id',
      'tickets.current_state',
      'tickets.sub_state',
      'tickets.issue_kind',
      'tickets.issue',
      'tickets.outcome',
      'tickets.missing',
      'tickets.actions',
      'tickets.edit_window_ends_at',
      'tickets.workflow_id',
      'tickets.version',
      'tickets.created_at',
      'tickets.updated_at',
      'orders.order_no',
      'orders.orderer',
      'orders.recipient',
      'orders.message',
      'orders.destination',
      'orders.room',
      'orders.deliver_by',
      'orders.phone as order_phone',
      'orders.amount',
      'orders.cost',
      'orders.channel',
      'orders.evidence',
      'customers.phone as customer_phone',
    ])
    .select((eb) =>
      eb
        .selectFrom('call_records')
        .whereRef('call_records.order_id', '=', 'tickets.order_id')
        .where('call_records.state', 'in', ['ringing', 'live'])
        .select('call_records.call_id')
        .orderBy('call_records.id', 'desc')
        .limit(1)
        .as('live_call_id'),
    )
}

const readTicketRows = (database: Database) => ticketRows(database).execute()

/** The sort value as text with all its microseconds: a Date would round it and skip or repeat rows. */
const SORT_KEYS = {
  updated_at: sql<string>`to_char(tickets.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')`,
  created_at: sql<string>`to_char(tickets.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')`,
  // Orders without a wanted time come last.
  deliver_by: sql<string>`coalesce(to_char(orders.deliver_by at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '9')`,
} as const
const DIRECTIONS = { updated_at: 'desc', created_at: 'desc', deliver_by: 'asc' } as const

/** One page of the tickets that fit the filter. */
export async function listTickets(
  database: Database,
  filter: TicketFilter,
  page: { readonly sort: TicketSort; readonly limit: number; readonly cursor: Cursor | undefined },
  keys: DataKeys,
): Promise<TicketPage> {
  const key = SORT_KEYS[page.sort]
  const direction = DIRECTIONS[page.sort]
  let query = ticketRows(database)
    .select(key.as('sort_key'))
    .orderBy(key, direction)
    .orderBy('tickets.id', direction)
    .limit(page.limit + 1)
  if (filter.state !== undefined) query = query.where('tickets.current_state', '=', filter.state)
  if (filter.subState !== undefined) query = query.where('tickets.sub_state', '=', filter.subState)
  const { text } = filter
  if (text !== undefined && text.trim() !== '') query = query.where((eb) => fitsText(eb, text.trim(), keys))
  if (page.cursor !== undefined) {
    const comparison = sql.raw(direction === 'desc' ? '<' : '>')
    const { value, id } = page.cursor
    query = query.where(sql<SqlBool>`(${key}, tickets.id) ${comparison} (${value}, ${id})`)
  }
  const rows = await query.execute()
  const shown = rows.slice(0, page.limit)
  const last = shown.at(-1)
  const nextCursor =
    rows.length > page.limit && last !== undefined
      ? encodeCursor({ sort: page.sort, value: last.sort_key, id: last.id })
      : null
  return { rows: shown, nextCursor }
}

function fitsText(eb: ExpressionBuilder<DB, Tables>, text: string, keys: DataKeys) {
  const pattern = `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`
  const columns = [
    'orders.order_no',
    'orders.orderer',
    'orders.recipient',
    'orders.message',
    'orders.destination',
    'orders.room',
  ] as const
  const digits = normalizePhone(text)
  return eb.or([
    ...columns.map((column) => eb(column, 'ilike', pattern)),
    ...(/^\d{4}$/.test(text) ? [eb('customers.phone_tail', '=', text)] : []),
    ...(digits === null ? [] : [eb('customers.phone_hash', '=', phoneHash(digits, keys))]),
  ])
}

/** How many tickets are in each state. */
export async function countTickets(database: Database): Promise<ReadonlyMap<string, number>> {
  const rows = await database
    .selectFrom('tickets')
    .select(['current_state', (eb) => eb.fn.countAll<string>().as('total')])
    .groupBy('current_state')
    .execute()
  return new Map(rows.map((row) => [row.current_state, Number(row.total)]))
}

/** Tickets by their order numbers, in no particular order; unknown numbers are left out. */
export function findTickets(database: Database, orderNos: readonly string[]): Promise<TicketRow[]> {
  if (orderNos.length === 0) return Promise.resolve([])
  return ticketRows(database).where('orders.order_no', 'in', orderNos).execute()
}

/** Everything that hangs on one order, each in its own order of time. */
export async function readTicketParts(database: Database, ticketId: number, orderId: number) {
  const [timeline, messages, payments, purchaseOrders, deliveries] = await Promise.all([
    database
      .selectFrom('ticket_events')
      .select(['seq', 'at', 'kind', 'actor', 'data'])
      .where('ticket_id', '=', ticketId)
      .orderBy('seq')
      .execute(),
    database.selectFrom('messages').selectAll().where('order_id', '=', orderId).orderBy('id').execute(),
    database
      .selectFrom('payments')
      .select(['id', 'method', 'amount', 'status', 'paid_at', 'created_at', 'payment_key'])
      .where('order_id', '=', orderId)
      .orderBy('id')
      .execute(),
    database
      .selectFrom('purchase_orders')
      .selectAll()
      .where('order_id', '=', orderId)
      .orderBy('id')
      .execute(),
    database.selectFrom('deliveries').selectAll().where('order_id', '=', orderId).orderBy('id').execute(),
  ])
  return { timeline, messages, payments, purchaseOrders, deliveries }
}

export type TicketParts = Awaited<ReturnType<typeof readTicketParts>>
