/** Money that people send back: settled by one of them, with what proves it. */
import type { OrderNo } from '../../domain/ids.ts'
import type { Database } from '../database.ts'
import { notifyScreens } from './notify.ts'

/** @returns false when it is settled already. */
export function settleReturn(db: Database, id: number, by: string, note: string): Promise<boolean> {
  return change(db, id, 'open', { status: 'returned', settled_by: by, settled_at: new Date(), note })
}

/** It was not sent back after all, e.g. because its order is doing so by itself. */
export function reopenReturn(db: Database, id: number): Promise<boolean> {
  return change(db, id, 'returned', { status: 'open', settled_by: null, settled_at: null, note: null })
}

/** What a person sent back to whose customer; null when it still is to be sent back. */
export async function readReturnedMoney(
  db: Database,
  id: number,
): Promise<{ readonly orderNo: string; readonly amountWon: number } | null> {
  const row = await db
    .selectFrom('money_to_return')
    .innerJoin('orders', 'orders.id', 'money_to_return.order_id')
    .select(['orders.order_no', 'money_to_return.amount'])
    .where('money_to_return.id', '=', id)
    .where('money_to_return.status', '=', 'returned')
    .executeTakeFirst()
  return row === undefined ? null : { orderNo: row.order_no, amountWon: row.amount }
}

/**
 * Where the money of an order that has ended goes to, as its customer told it; a running ticket projects its own.
 * @param account (enc) RefundAccount of domain/banks.ts.
 * @returns false when one is known already.
 */
export async function keepRefundAccount(db: Database, orderNo: OrderNo, account: string): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const kept = await trx
      .insertInto('refund_accounts')
      .values({ order_id: trx.selectFrom('orders').select('id').where('order_no', '=', orderNo), account })
      .onConflict((conflict) => conflict.column('order_id').doNothing())
      .returning('order_id')
      .execute()
    if (kept.length > 0) await notifyScreens(trx, { type: 'money_changed' })
    return kept.length > 0
  })
}

async function change(
  db: Database,
  id: number,
  from: 'open' | 'returned',
  values: {
    readonly status: string
    readonly settled_by: string | null
    readonly settled_at: Date | null
    readonly note: string | null
  },
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const changed = await trx
      .updateTable('money_to_return')
      .set(values)
      .where('id', '=', id)
      .where('status', '=', from)
      .returning('id')
      .execute()
    if (changed.length > 0) await notifyScreens(trx, { type: 'money_changed' })
    return changed.length > 0
  })
}
