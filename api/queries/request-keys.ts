/** Repeated requests: the first one decides which order it was. */
import { sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import { type OrderNo, parseOrderNo } from '../../domain/ids.ts'

/** Keeps the number for this key, or gives the one that an earlier request with it kept. */
export async function keepOrderNo(database: Database, key: string, orderNo: OrderNo): Promise<OrderNo> {
  const { rows } = await sql<{ order_no: string }>`
    insert into request_keys (key, order_no) values (${key}, ${orderNo})
    on conflict (key) do update set key = excluded.key
    returning order_no`.execute(database)
  return parseOrderNo(rows[0]?.order_no ?? orderNo)
}
