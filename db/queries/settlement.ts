/** Movements of money out of the timeline and the purchase orders, and the statements of vendors. */
import { sql } from 'kysely'
import type { MoneyMovement } from '../../domain/settlement.ts'
import type {
  OurPurchaseOrder,
  StatementLine,
  StatementProblem,
  StatementTotals,
} from '../../domain/statement.ts'
import { vendorStage } from '../../domain/vendor-status.ts'
import type { Database } from '../database.ts'

/** From the first moment on, until before the second. */
export interface Interval {
  readonly from: Date
  readonly until: Date
}

/** Sales and refunds as the timeline tells them, and what purchase orders cost. */
export async function readMovements(db: Database, { from, until }: Interval): Promise<MoneyMovement[]> {
  const vendor = sql<string | null>`(
    select vendor from purchase_orders where order_id = orders.id order by id desc limit 1
  )`
  const events = await db
    .selectFrom('ticket_events')
    .innerJoin('tickets', 'tickets.id', 'ticket_events.ticket_id')
    .innerJoin('orders', 'orders.id', 'tickets.order_id')
    .where('ticket_events.kind', 'in', ['paid', 'refunded', 'part_refunded'])
    .where('ticket_events.at', '>=', from)
    .where('ticket_events.at', '<', until)
    .select([
      'ticket_events.kind',
      'ticket_events.at',
      sql<number>`(ticket_events.data->>'amount')::int`.as('amount'),
      sql<string>`coalesce(ticket_events.data->>'method', (
        select paid.data->>'method' from ticket_events paid
        where paid.ticket_id = ticket_events.ticket_id and paid.kind = 'paid' limit 1
      ), '')`.as('method'),
      vendor.as('vendor'),
    ])
    .execute()
  const orders = await db
    .selectFrom('purchase_orders')
    .where('requested_at', '>=', from)
    .where('requested_at', '<', until)
    .select(['requested_at', 'status', 'vendor', 'cost'])
    .execute()
  return [
    ...events
      .filter(({ amount }) => amount > 0)
      .map(
        ({ kind, at, amount, method, vendor: name }): MoneyMovement => ({
          kind: kind === 'paid' ? 'sale' : 'refund',
          atMs: at.getTime(),
          amountWon: amount,
          method,
          vendor: name,
        }),
      ),
    ...orders
      .filter(({ status }) => stands(status))
      .map(
        ({ requested_at, cost, vendor: name }): MoneyMovement => ({
          kind: 'cost',
          atMs: requested_at.getTime(),
          amountWon: cost,
          vendor: name,
        }),
      ),
  ]
}

/** The vendor has the order and has not called it off. */
const stands = (status: string): boolean =>
  status !== 'requested' &&
  status !== 'refused' &&
  status !== 'cancelled' &&
  vendorStage(status) !== 'cancelled'

/** Vendors that anything was ordered from. */
export async function readVendorNames(db: Database): Promise<string[]> {
  const rows = await db.selectFrom('purchase_orders').select('vendor').distinct().orderBy('vendor').execute()
  return rows.map(({ vendor }) => vendor)
}

/** Our own list for a statement. */
export async function readPurchaseOrders(
  db: Database,
  vendor: string,
  { from, until }: Interval,
): Promise<OurPurchaseOrder[]> {
  const rows = await db
    .selectFrom('purchase_orders')
    .where('vendor', '=', vendor)
    .where('requested_at', '>=', from)
    .where('requested_at', '<', until)
    .select(['reference', 'erp_order_id', 'status', 'cost'])
    .orderBy('id')
    .execute()
  return rows
    .filter(({ status }) => stands(status))
    .map(({ reference, erp_order_id, cost }) => ({ reference, erpOrderId: erp_order_id, costWon: cost }))
}

export interface NewStatement {
  readonly vendor: string
  readonly fileName: string
  readonly uploadedBy: string
  /** Korean days, `YYYY-MM-DD`, both included. */
  readonly fromDay: string
  readonly toDay: string
  readonly totals: StatementTotals
  readonly lines: readonly StatementLine[]
  readonly problems: readonly StatementProblem[]
}

export async function keepStatement(db: Database, statement: NewStatement): Promise<number> {
  const row = await db
    .insertInto('vendor_statements')
    .values({
      vendor: statement.vendor,
      file_name: statement.fileName,
      uploaded_by: statement.uploadedBy,
      from_day: statement.fromDay,
      to_day: statement.toDay,
      totals: JSON.stringify(statement.totals),
      lines: JSON.stringify(statement.lines),
      problems: JSON.stringify(statement.problems),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

const statements = (db: Database) =>
  db
    .selectFrom('vendor_statements')
    .select(['id', 'vendor', 'file_name', 'uploaded_by', 'uploaded_at', 'totals'])
    // As text: a day is no moment.
    .select([sql<string>`from_day::text`.as('from_day'), sql<string>`to_day::text`.as('to_day')])

const SHOWN_STATEMENTS = 24

export const listStatements = (db: Database) =>
  statements(db).orderBy('id', 'desc').limit(SHOWN_STATEMENTS).execute()

export const findStatement = (db: Database, id: number) =>
  statements(db).select(['lines', 'problems']).where('id', '=', id).executeTakeFirst()
