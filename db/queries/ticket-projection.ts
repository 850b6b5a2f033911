/** Writes a ticket, its order and customer, and new timeline lines, in one transaction. */
import { sql } from 'kysely'
import type { OrderNo } from '../../domain/ids.ts'
import { missingFields, ORDER_FIELDS, type OrderEvidence } from '../../domain/order.ts'
import {
  allowedActions,
  type TicketData,
  type TicketEvent,
  type TicketIssue,
  ticketState,
} from '../../domain/ticket.ts'
import type { Database, DatabaseTransaction } from '../database.ts'
import { type DataKeys, encryptNullable, encryptText, phoneHash } from '../encryption.ts'
import { projectIssues } from './issue-projection.ts'
import { projectMoney } from './money-projection.ts'
import { notifyScreens } from './notify.ts'
import { findSameOrder } from './same-order.ts'

export interface TicketProjection {
  readonly workflowId: string
  readonly ticket: TicketData
  readonly events: readonly TicketEvent[]
}

/**
 * Repeating it, or an older one after a newer one, changes nothing but adds events that were missing.
 * @returns another open order of the customer that looks like this one.
 */
export async function projectTicket(
  db: Database,
  keys: DataKeys,
  projection: TicketProjection,
): Promise<{ readonly looksLike: OrderNo | null }> {
  const { ticket, events } = projection
  return db.transaction().execute(async (trx) => {
    // One ticket at a time: two workers may project the same one after a lost heartbeat.
    await sql`select pg_advisory_xact_lock(hashtext(${ticket.orderNo}))`.execute(trx)
    const stored = await storedVersion(trx, ticket)
    const known = stored !== undefined && stored.version >= ticket.version
    const ticketId = known ? stored.id : await writeNewest(trx, keys, projection)
    await writeByHand(trx, ticket)
    const added = await addEvents(trx, ticketId, events)
    if (stored === undefined || stored.version < ticket.version || added) {
      await notifyScreens(trx, { type: 'ticket_changed', order_no: ticket.orderNo })
    }
    return { looksLike: await findSameOrder(trx, ticket) }
  })
}

async function writeNewest(
  trx: DatabaseTransaction,
  keys: DataKeys,
  projection: TicketProjection,
): Promise<number> {
  const { ticket } = projection
  const orderId = await writeOrder(trx, keys, ticket)
  const ticketId = await writeTicket(trx, projection, orderId)
  await projectIssues(trx, keys, ticketId, ticket)
  await projectMoney(trx, keys, orderId, ticket)
  return ticketId
}

function storedVersion(trx: DatabaseTransaction, ticket: TicketData) {
  return trx
    .selectFrom('tickets')
    .innerJoin('orders', 'orders.id', 'tickets.order_id')
    .select(['tickets.id', 'tickets.version'])
    .where('orders.order_no', '=', ticket.orderNo)
    .executeTakeFirst()
}

async function writeOrder(trx: DatabaseTransaction, keys: DataKeys, ticket: TicketData): Promise<number> {
  const customerId = await writeCustomer(trx, keys, ticket.customerPhone)
  const { order } = ticket
  const changing = {
    customer_id: customerId,
    orderer: order.orderer,
    recipient: order.recipient,
    message: order.message,
    destination: order.destination,
    room: order.room,
    deliver_by: order.deliver_by,
    phone: encryptNullable(order.phone, keys),
    phone_tail: order.phone?.slice(-4) ?? null,
    cost: ticket.costWon,
    part_refund: ticket.partRefundWon ?? null,
    evidence: JSON.stringify(encryptEvidence(ticket.evidence, keys)),
  }
  const row = await trx
    .insertInto('orders')
    .values({
      ...changing,
      order_no: ticket.orderNo,
      ordered_at: ticket.openedAt,
      amount: ticket.amountWon,
      channel: ticket.channel,
    })
    .onConflict((conflict) => conflict.column('order_no').doUpdateSet(changing))
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

/** The customer is known by number; the name is that of the latest order. */
async function writeCustomer(trx: DatabaseTransaction, keys: DataKeys, phone: string): Promise<number> {
  const row = await trx
    .insertInto('customers')
    .values({
      phone: encryptText(phone, keys),
      phone_hash: phoneHash(phone, keys),
      phone_tail: phone.slice(-4),
    })
    // An update that changes nothing: without it the existing row would not be returned.
    .onConflict((conflict) => conflict.column('phone_hash').doUpdateSet({ phone_tail: phone.slice(-4) }))
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

function encryptEvidence(evidence: OrderEvidence, keys: DataKeys): OrderEvidence {
  return Object.fromEntries(
    ORDER_FIELDS.flatMap((field) => {
      const given = evidence[field]
      return given === undefined ? [] : [[field, { ...given, words: encryptText(given.words, keys) }]]
    }),
  )
}

async function writeTicket(
  trx: DatabaseTransaction,
  { workflowId, ticket }: TicketProjection,
  orderId: number,
): Promise<number> {
  const changing = {
    current_state: ticketState(ticket),
    sub_state: ticket.subState,
    issue_kind: ticket.issue?.kind ?? null,
    issue: ticket.issue === null ? null : JSON.stringify(withoutEvidence(ticket.issue)),
    outcome: ticket.outcome,
    missing: missingFields(ticket.order),
    actions: allowedActions(ticket),
    edit_window_ends_at: ticket.editWindowEndsAt,
    payment_expires_at: ticket.paymentExpiresAt,
    deliver_by: ticket.order.deliver_by ?? 'infinity',
    possible_duplicate_of: ticket.possibleDuplicateOf,
    not_same_as: [...ticket.notSameAs],
    merged_into: ticket.mergedInto,
    version: ticket.version,
    updated_at: sql<Date>`now()`,
  }
  const row = await trx
    .insertInto('tickets')
    .values({
      ...changing,
      order_id: orderId,
      channel: ticket.channel,
      workflow_id: workflowId,
      created_at: ticket.openedAt,
    })
    .onConflict((conflict) => conflict.column('order_id').doUpdateSet(changing))
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

/** Evidence holds personal data: it is kept in `issues`, encrypted. */
function withoutEvidence({ evidence: _evidence, wanted: _wanted, ...issue }: TicketIssue): TicketIssue {
  return issue
}

/** @returns whether any of them was new. */
async function addEvents(
  trx: DatabaseTransaction,
  ticketId: number,
  events: readonly TicketEvent[],
): Promise<boolean> {
  if (events.length === 0) return false
  const rows = events.map(({ seq, at, kind, actor, data }) => ({
    ticket_id: ticketId,
    seq,
    at,
    kind,
    actor,
    data: JSON.stringify(data),
  }))
  const added = await trx
    .insertInto('ticket_events')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['ticket_id', 'seq']).doNothing())
    .returning('id')
    .execute()
  return added.length > 0
}

/** What a person placed or saw delivered has no row from an activity yet. */
async function writeByHand(trx: DatabaseTransaction, ticket: TicketData): Promise<void> {
  const { purchaseOrder, replacedOrders, deliveredAt, orderNo, costWon } = ticket
  if (purchaseOrder === null) return
  const order = trx.selectFrom('orders').select('id').where('order_no', '=', orderNo)
  await trx
    .insertInto('purchase_orders')
    .values({
      order_id: order,
      reference: purchaseOrder.reference,
      vendor: 'erp',
      cost: costWon,
      erp_order_id: purchaseOrder.erpOrderId,
      status: 'by_hand',
      replaces_id: trx
        .selectFrom('purchase_orders')
        .select('id')
        .where('reference', '=', replacedOrders.at(-1)?.reference ?? ''),
    })
    .onConflict((conflict) =>
      conflict
        .column('reference')
        .doUpdateSet({ status: 'by_hand', erp_order_id: purchaseOrder.erpOrderId, error: null })
        .where('purchase_orders.status', 'in', ['requested', 'refused']),
    )
    .execute()
  if (deliveredAt === null) return
  await trx
    .insertInto('deliveries')
    .values({
      order_id: order,
      purchase_order_id: trx
        .selectFrom('purchase_orders')
        .select('id')
        .where('reference', '=', purchaseOrder.reference),
      status: 'by_hand',
      delivered_at: deliveredAt,
    })
    .onConflict((conflict) => conflict.column('purchase_order_id').doNothing())
    .execute()
}
