/** Links to an order page hold as long as their version is the order's. */
import type { OrderNo } from '../../domain/ids.ts'
import type { Database } from '../database.ts'

/** Version that a link made now has to carry; null for an order that is not there. */
export async function readLinkVersion(db: Database, orderNo: OrderNo): Promise<number | null> {
  const row = await db
    .selectFrom('orders')
    .select('link_version')
    .where('order_no', '=', orderNo)
    .executeTakeFirst()
  return row?.link_version ?? null
}

/** Ends all links that were given out for the order. */
export async function revokeLinks(db: Database, orderNo: OrderNo): Promise<void> {
  await db
    .updateTable('orders')
    .set((eb) => ({ link_version: eb('link_version', '+', 1) }))
    .where('order_no', '=', orderNo)
    .execute()
}
