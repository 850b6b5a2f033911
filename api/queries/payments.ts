/** Deposits, money to return and reconciliations, as the payments page lists them. */
import { sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import { BANK_FEED } from '../../domain/bank-feed.ts'
import type { Cursor } from './cursor.ts'

const OPEN = ['waiting', 'claimed']
export const DEPOSIT_SORT = 'received_at'

/** Open deposits the oldest first, settled ones the latest first; one more than `limit`, to see whether there are more. */
export function listDeposits(
  db: Database,
  filter: { readonly open: boolean; readonly after: Cursor | null; readonly limit: number },
) {
  const { open, after, limit } = filter
  const direction = open ? 'asc' : 'desc'
  let query = db
    .selectFrom('bank_deposits')
    .leftJoin('orders', 'orders.id', 'bank_deposits.order_id')
    .where('bank_deposits.status', open ? 'in' : 'not in', OPEN)
    .selectAll('bank_deposits')
    .select('orders.order_no')
  if (after !== null) {
    const from = sql`(${after.value}::timestamptz, ${after.id}::int)`
    const place = sql`(bank_deposits.received_at, bank_deposits.id)`
    query = query.where(open ? sql<boolean>`${place} > ${from}` : sql<boolean>`${place} < ${from}`)
  }
  return query
    .orderBy('bank_deposits.received_at', direction)
    .orderBy('bank_deposits.id', direction)
    .limit(limit + 1)
    .execute()
}
export type DepositRow = Awaited<ReturnType<typeof listDeposits>>[number]

export const findDeposit = (db: Database, id: number) =>
  db
    .selectFrom('bank_deposits')
    .leftJoin('orders', 'orders.id', 'bank_deposits.order_id')
    .where('bank_deposits.id', '=', id)
    .selectAll('bank_deposits')
    .select('orders.order_no')
    .executeTakeFirst()

const MAX_RETURNS = 200

const returnRows = (db: Database) =>
  db
    .selectFrom('money_to_return')
    .innerJoin('orders', 'orders.id', 'money_to_return.order_id')
    .leftJoin('refund_accounts', 'refund_accounts.order_id', 'orders.id')
    .selectAll('money_to_return')
    .select(['orders.order_no', 'orders.orderer', 'refund_accounts.account'])

/** Open ones the oldest first, returned ones the latest first. */
export function listMoneyToReturn(db: Database, status: 'open' | 'returned') {
  return returnRows(db)
    .where('money_to_return.status', '=', status)
    .orderBy(status === 'open' ? 'money_to_return.created_at' : 'money_to_return.settled_at', (order) =>
      status === 'open' ? order.asc() : order.desc(),
    )
    .limit(MAX_RETURNS)
    .execute()
}
export type ReturnRow = Awaited<ReturnType<typeof listMoneyToReturn>>[number]

export const findMoneyToReturn = (db: Database, id: number) =>
  returnRows(db).where('money_to_return.id', '=', id).executeTakeFirst()

const SHOWN_RUNS = 20

export const listRuns = (db: Database) =>
  db.selectFrom('reconciliation_runs').selectAll().orderBy('id', 'desc').limit(SHOWN_RUNS).execute()

export const readFeed = (db: Database) =>
  db.selectFrom('feed_cursors').select(['read_at', 'error']).where('feed', '=', BANK_FEED).executeTakeFirst()

export async function countOpen(db: Database): Promise<{ deposits: number; returns: number }> {
  const row = await db
    .selectNoFrom(({ selectFrom }) => [
      selectFrom('bank_deposits')
        .where('status', 'in', OPEN)
        .select(({ fn }) => fn.countAll<string>().as('n'))
        .as('deposits'),
      selectFrom('money_to_return')
        .where('status', '=', 'open')
        .select(({ fn }) => fn.countAll<string>().as('n'))
        .as('returns'),
    ])
    .executeTakeFirstOrThrow()
  return { deposits: Number(row.deposits ?? 0), returns: Number(row.returns ?? 0) }
}
