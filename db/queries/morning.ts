/** The orders of a night, and the digest of a morning. */
import { sql } from 'kysely'
import {
  type MorningCounts,
  type MorningGroup,
  type MorningOrder,
  morningGroup,
  type Night,
} from '../../domain/morning.ts'
import type { OrderField } from '../../domain/order.ts'
import type { TicketState, TicketSubState } from '../../domain/ticket-states.ts'
import type { Database } from '../database.ts'

function nightRows(db: Database, { from, until }: Night) {
  return db
    .selectFrom('tickets')
    .innerJoin('orders', 'orders.id', 'tickets.order_id')
    .innerJoin('customers', 'customers.id', 'orders.customer_id')
    .select([
      'tickets.current_state',
      'tickets.sub_state',
      'tickets.outcome',
      'tickets.missing',
      'tickets.issue',
    ])
    .select(['orders.order_no', 'orders.ordered_at', 'orders.channel', 'orders.orderer', 'orders.recipient'])
    .select(['orders.message', 'orders.destination', 'orders.room', 'orders.deliver_by', 'orders.amount'])
    .select('customers.phone as customer_phone')
    .where('orders.ordered_at', '>=', new Date(from))
    .where('orders.ordered_at', '<', new Date(until))
    .orderBy('orders.deliver_by')
    .orderBy('orders.ordered_at')
    .orderBy('orders.id')
}

const readRows = (db: Database, night: Night) => nightRows(db, night).execute()
export type NightRow = Awaited<ReturnType<typeof readRows>>[number]

/** What decides the group of an order. */
export const morningOrder = (row: NightRow): MorningOrder => ({
  state: row.current_state as TicketState,
  subState: row.sub_state as TicketSubState,
  outcome: row.outcome,
  missing: row.missing as OrderField[],
})

/** Each order of the night with its group, by when the wreath is wanted; those that came to nothing are left out. */
export async function readNight(
  db: Database,
  night: Night,
): Promise<readonly { readonly group: MorningGroup; readonly row: NightRow }[]> {
  return (await readRows(db, night)).flatMap((row) => {
    const group = morningGroup(morningOrder(row))
    return group === null ? [] : [{ group, row }]
  })
}

/**
 * Keeps the digest of a day, the first one that was made.
 * @returns its counts; `messageKey` null: no text has been handed to the carrier for it.
 */
export async function openDigest(
  db: Database,
  day: string,
  counts: MorningCounts,
): Promise<{ readonly counts: MorningCounts; readonly messageKey: string | null }> {
  await db
    .insertInto('morning_digests')
    .values({ day, counts: JSON.stringify(counts) })
    .onConflict((conflict) => conflict.column('day').doNothing())
    .execute()
  const row = await db
    .selectFrom('morning_digests')
    .select(['counts', 'message_key'])
    .where('day', '=', sql<Date>`${day}::date`)
    .executeTakeFirstOrThrow()
  return { counts: row.counts as unknown as MorningCounts, messageKey: row.message_key }
}

export async function settleDigest(db: Database, day: string, messageKey: string): Promise<void> {
  await db
    .updateTable('morning_digests')
    .set({ message_key: messageKey })
    .where('day', '=', sql<Date>`${day}::date`)
    .execute()
}
