/** Reads tickets for the screens: one query a list, keyset pages, nothing asked of Temporal. */
import { type CompiledQuery, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import type { DataKeys } from '../../db/encryption.ts'
import { KEPT } from '../../db/kept-statements.ts'
import { findAttachmentsOfOrder, findThreadsOfOrder } from './chats.ts'
import { type Cursor, encodeCursor } from './cursor.ts'
import { countedConditions, isFewDays, otherConditions, type TicketFilter } from './ticket-filter.ts'
import { searchConditions } from './ticket-search.ts'

/** By which time a list is ordered; the newest or soonest first. */
export const TICKET_SORTS = ['updated_at', 'created_at', 'deliver_by'] as const
export type TicketSort = (typeof TICKET_SORTS)[number]

/** A page of a list. */
export interface TicketPage {
  readonly rows: readonly TicketCardRow[]
  /** Null on the last page. */
  readonly nextCursor: string | null
}

/** What a card shows. */
export type TicketCardRow = Awaited<ReturnType<typeof readCardRows>>[number]
/** With what the ticket's own page shows besides. */
export type TicketRow = Awaited<ReturnType<typeof readTicketRows>>[number]

function cardRows(database: Database) {
  return (
    database
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
        'tickets.possible_duplicate_of',
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
        'orders.amount',
        'orders.channel',
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
      // Only what is an Issue has open ones: the look is spared for all others.
      .select(
        sql<(string | null)[]>`case when tickets.issue_kind is null then '{}' else array(
        select assignee from issues where issues.ticket_id = tickets.id and resolved_at is null order by raised_at, id
      ) end`.as('assignees'),
      )
  )
}

const ticketRows = (database: Database) =>
  cardRows(database).select([
    'tickets.workflow_id',
    'orders.phone as order_phone',
    'orders.cost',
    // Long: the words of each field, encrypted.
    'orders.evidence',
    'orders.link_version',
    'orders.customer_id',
  ])

const readCardRows = (database: Database) => cardRows(database).execute()
const readTicketRows = (database: Database) => ticketRows(database).execute()

/** What each order goes by. `deliver_by` of a ticket is infinity while the order has none: such come last. */
const SORT_COLUMNS = {
  updated_at: 'tickets.updated_at',
  created_at: 'tickets.created_at',
  deliver_by: 'tickets.deliver_by',
} as const satisfies Record<TicketSort, string>
const DIRECTIONS = { updated_at: 'desc', created_at: 'desc', deliver_by: 'asc' } as const

/**
 * One page of the tickets that fit the filter. The orders of a few days are gathered and sorted: by the index of
 * the list's own order Postgres would read through years to come to them, not knowing that the two go together.
 */
export async function listTickets(
  database: Database,
  filter: TicketFilter,
  page: { readonly sort: TicketSort; readonly limit: number; readonly cursor: Cursor | undefined },
  keys: DataKeys,
): Promise<TicketPage> {
  if (isFirstSight(filter, page)) return pageOf(await readFirstSight(database, filter, page.sort), page)
  const column = SORT_COLUMNS[page.sort]
  const direction = DIRECTIONS[page.sort]
  let query = sortedRows(database, page.sort, isFewDays(filter)).limit(page.limit + 1)
  const wanted = { needed: page.limit + 1, ordered: true }
  for (const condition of await ticketConditions(database, filter, wanted, keys))
    query = query.where(condition)
  if (page.cursor !== undefined) {
    const comparison = sql.raw(direction === 'desc' ? '<' : '>')
    const { value, id } = page.cursor
    query = query.where(
      sql<SqlBool>`(${sql.ref(column)}, tickets.id) ${comparison} (${value}::timestamptz, ${id})`,
    )
  }
  return pageOf(await query.execute(), page)
}

/** @param gathered what fits is few: it is found by other indexes than that of the order. */
function sortedRows(database: Database, sort: TicketSort, gathered = false) {
  const column = SORT_COLUMNS[sort]
  return (
    cardRows(database)
      // As text with all its microseconds: a Date would round it and skip or repeat rows.
      .select(sql<string>`${sql.ref(column)}::text`.as('sort_key'))
      .orderBy(gathered ? sql`${sql.ref(column)} + interval '0'` : column, DIRECTIONS[sort])
      .orderBy('tickets.id', DIRECTIONS[sort])
  )
}
type SortedRow = TicketCardRow & { readonly sort_key: string }

/** @param rows one more than the page shows, where there are more. */
function pageOf(
  rows: readonly SortedRow[],
  { sort, limit }: { readonly sort: TicketSort; readonly limit: number },
): TicketPage {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const more = rows.length > limit && last !== undefined
  return { rows: shown, nextCursor: more ? encodeCursor({ sort, value: last.sort_key, id: last.id }) : null }
}

/** Cards of a column that a board asks for at first. */
export const FIRST_PAGE = 50

/** What everybody who opens the board reads of each column, and again after every break: the same statements always. */
const isFirstSight = (
  { state, onCall, ...others }: TicketFilter,
  { limit, cursor }: { readonly limit: number; readonly cursor: Cursor | undefined },
): boolean =>
  (state !== undefined || onCall === true) &&
  limit === FIRST_PAGE &&
  cursor === undefined &&
  Object.values(others).every((part) => part === undefined)

const firstSights = new Map<string, CompiledQuery<SortedRow>>()

/** Made once, and planned once a connection. */
async function readFirstSight(
  database: Database,
  { state, onCall }: Pick<TicketFilter, 'state' | 'onCall'>,
  sort: TicketSort,
): Promise<readonly SortedRow[]> {
  const name = `${state} ${onCall} ${sort}`
  let query = firstSights.get(name)
  if (query === undefined) {
    let rows = sortedRows(database, sort)
      .modifyFront(KEPT)
      .limit(sql.lit(FIRST_PAGE + 1))
    // By value: the plan of a column that is nearly all of the table is not that of the others.
    if (state !== undefined) rows = rows.where(sql<SqlBool>`tickets.current_state = ${sql.lit(state)}`)
    for (const condition of otherConditions({ onCall })) rows = rows.where(condition)
    query = rows.compile()
    firstSights.set(name, query)
  }
  return (await database.executeQuery(query)).rows
}

/**
 * Conditions on `tickets` and, for words, on `orders`.
 * @param wanted how many rows are enough, and whether in the order of the list.
 */
export async function ticketConditions(
  database: Database,
  filter: TicketFilter,
  wanted: { readonly needed: number; readonly ordered: boolean },
  keys: DataKeys,
): Promise<RawBuilder<SqlBool>[]> {
  const { state, text = '' } = filter
  return [
    ...countedConditions('tickets', filter),
    ...otherConditions(filter),
    ...(await searchConditions(database, { text, state, ...wanted }, keys)),
  ]
}

/** Tickets by their order numbers, in no particular order; unknown numbers are left out. */
export function findTickets(database: Database, orderNos: readonly string[]): Promise<TicketRow[]> {
  if (orderNos.length === 0) return Promise.resolve([])
  return ticketRows(database).where('orders.order_no', 'in', orderNos).execute()
}

/** Open tickets that were suspected to be the same order, from either side. */
export function findLookAlikes(
  database: Database,
  ticket: Pick<TicketRow, 'order_no' | 'possible_duplicate_of' | 'current_state'>,
): Promise<TicketRow[]> {
  if (ticket.current_state === 'done') return Promise.resolve([])
  return ticketRows(database)
    .where('tickets.current_state', '!=', 'done')
    .where((eb) =>
      eb.or([
        eb('tickets.possible_duplicate_of', '=', ticket.order_no),
        eb('orders.order_no', '=', ticket.possible_duplicate_of ?? ''),
      ]),
    )
    .execute()
}

/** Everything that hangs on one order, each in its own order of time. */
export async function readTicketParts(database: Database, ticketId: number, orderId: number) {
  const [timeline, messages, threads, attachments, payments, purchaseOrders, deliveries, refunds, deposits] =
    await Promise.all([
      database
        .selectFrom('ticket_events')
        .select(['seq', 'at', 'kind', 'actor', 'data'])
        .where('ticket_id', '=', ticketId)
        .orderBy('seq')
        .execute(),
      database.selectFrom('messages').selectAll().where('order_id', '=', orderId).orderBy('id').execute(),
      findThreadsOfOrder(database, orderId),
      findAttachmentsOfOrder(database, orderId),
      database
        .selectFrom('payments')
        .select(['id', 'method', 'amount', 'status', 'paid_at', 'created_at'])
        .select(['account_bank', 'account_number', 'account_holder', 'due_at', 'cash_receipt'])
        .where('order_id', '=', orderId)
        .orderBy('id')
        .execute(),
      database
        .selectFrom('purchase_orders')
        .leftJoin('purchase_orders as replaced', 'replaced.id', 'purchase_orders.replaces_id')
        .selectAll('purchase_orders')
        .select('replaced.reference as replaces')
        .where('purchase_orders.order_id', '=', orderId)
        .orderBy('purchase_orders.id')
        .execute(),
      database
        .selectFrom('deliveries')
        .leftJoin('purchase_orders', 'purchase_orders.id', 'deliveries.purchase_order_id')
        .selectAll('deliveries')
        .select('purchase_orders.reference')
        .where('deliveries.order_id', '=', orderId)
        .orderBy('deliveries.id')
        .execute(),
      database
        .selectFrom('payment_ledger')
        .select(['id', 'amount', 'state', 'created_at', 'settled_at'])
        .where('order_id', '=', orderId)
        .where('kind', '=', 'refund')
        .orderBy('id')
        .execute(),
      database
        .selectFrom('bank_deposits')
        .select(['id', 'amount', 'depositor', 'received_at', 'settled_by'])
        .where('order_id', '=', orderId)
        .where('status', '=', 'matched')
        .orderBy('received_at')
        .orderBy('id')
        .execute(),
    ])
  return { timeline, messages, threads, attachments, payments, purchaseOrders, deliveries, refunds, deposits }
}

export type TicketParts = Awaited<ReturnType<typeof readTicketParts>>
