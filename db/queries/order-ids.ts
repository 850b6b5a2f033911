/** From the number people use to the key the tables use. */
import type { OrderNo } from '../../domain/ids.ts'
import type { Database, DatabaseTransaction } from '../database.ts'

/** The order is not in the database: its ticket has not been projected yet. */
class OrderNotFoundError extends Error {
  readonly retryable = true
}

/** @throws OrderNotFoundError */
export async function orderIdOf(db: Database | DatabaseTransaction, orderNo: OrderNo): Promise<number> {
  const row = await db.selectFrom('orders').select('id').where('order_no', '=', orderNo).executeTakeFirst()
  if (row === undefined) throw new OrderNotFoundError(`no order ${orderNo}`)
  return row.id
}
