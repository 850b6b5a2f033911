/** Orders as their customer may hear of them, read from the projection. */
import type { OrderNo } from '../../domain/ids.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import { type OrderInShort, progressOf } from '../../domain/order-in-short.ts'
import { SUB_STATES, type TicketOutcome, type TicketSubState } from '../../domain/ticket-states.ts'
import type { Database } from '../database.ts'
import { type DataKeys, decryptNullable, decryptText, phoneHash } from '../encryption.ts'

/** An order, and what only we see of it. */
export interface CustomerOrder {
  readonly short: OrderInShort
  readonly orderer: string | null
  /** National digits of who ordered; empty while unknown. */
  readonly customerPhone: string
  /** National digits for texts about this order. */
  readonly contactPhone: string
  readonly openedAt: string
  /** The ticket still runs. */
  readonly open: boolean
  /** Past the point where money is awaited. */
  readonly paid: boolean
  /** The order that goes on with this one. */
  readonly mergedInto: OrderNo | null
}

/** A customer asks of what is open, or was a few days ago. */
const RECENT_DAYS = 7
const MAX_ORDERS = 5

function rows(db: Database) {
  return db
    .selectFrom('orders')
    .innerJoin('tickets', 'tickets.order_id', 'orders.id')
    .innerJoin('customers', 'customers.id', 'orders.customer_id')
    .select([
      'orders.order_no',
      'orders.ordered_at',
      'orders.orderer',
      'orders.recipient',
      'orders.destination',
      'orders.room',
      'orders.phone as contact_phone',
      'customers.phone as customer_phone',
      'tickets.current_state',
      'tickets.sub_state',
      'tickets.outcome',
      'tickets.actions',
      'tickets.merged_into',
    ])
    .select((eb) => [
      eb
        .selectFrom('deliveries')
        .whereRef('deliveries.order_id', '=', 'orders.id')
        .select((delivery) => delivery.fn.max('deliveries.delivered_at').as('at'))
        .as('delivered_at'),
      eb
        .exists(
          eb
            .selectFrom('deliveries')
            .whereRef('deliveries.order_id', '=', 'orders.id')
            .where('deliveries.photo_key', 'is not', null)
            .select('deliveries.id'),
        )
        .as('photo'),
    ])
}

/** Open and recent orders of the customer with this number, newest first. @param digits national; empty: none. */
export async function ordersOfCustomer(
  db: Database,
  keys: DataKeys,
  digits: string,
): Promise<CustomerOrder[]> {
  if (digits === '') return []
  const since = new Date(Date.now() - RECENT_DAYS * 86_400_000)
  const found = await rows(db)
    .where('customers.phone_hash', '=', phoneHash(digits, keys))
    // A draft that was merged into another order is that order.
    .where('tickets.merged_into', 'is', null)
    .where((eb) => eb.or([eb('tickets.current_state', '!=', 'done'), eb('tickets.updated_at', '>=', since)]))
    .orderBy('orders.id', 'desc')
    .limit(MAX_ORDERS)
    .execute()
  return found.map((row) => toOrder(row, keys))
}

export async function customerOrder(
  db: Database,
  keys: DataKeys,
  orderNo: string,
): Promise<CustomerOrder | null> {
  const row = await rows(db).where('orders.order_no', '=', orderNo).executeTakeFirst()
  return row === undefined ? null : toOrder(row, keys)
}

type Row = Awaited<ReturnType<ReturnType<typeof rows>['executeTakeFirstOrThrow']>>

function toOrder(row: Row, keys: DataKeys): CustomerOrder {
  const customerPhone = decryptText(row.customer_phone, keys)
  const subState = row.sub_state as TicketSubState
  const hall = [row.destination, row.room].filter((part) => part !== null).join(' ')
  return {
    short: {
      orderNo: row.order_no as OrderNo,
      recipient: row.recipient,
      hall: hall === '' ? null : hall,
      progress: progressOf(subState, row.outcome as TicketOutcome | null),
      deliveredAt: row.delivered_at === null ? null : koreanIso(new Date(row.delivered_at).getTime()),
      photo: Boolean(row.photo),
      mayChange: row.actions.includes('edit_order'),
      attention: row.current_state === 'issue',
    },
    orderer: row.orderer,
    customerPhone,
    contactPhone: decryptNullable(row.contact_phone, keys) ?? customerPhone,
    openedAt: koreanIso(new Date(row.ordered_at).getTime()),
    open: row.current_state !== 'done',
    paid: SUB_STATES.indexOf(subState) >= SUB_STATES.indexOf('paid'),
    mergedInto: row.merged_into as OrderNo | null,
  }
}
