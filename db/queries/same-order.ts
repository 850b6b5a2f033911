/** Finds an order that was told twice: the candidates here, the rule in domain/same-order.ts. */
import type { OrderNo } from '../../domain/ids.ts'
import { looksLikeSameOrder } from '../../domain/same-order.ts'
import type { TicketData } from '../../domain/ticket.ts'
import type { DatabaseTransaction } from '../database.ts'

/**
 * The newest other open order of the customer that looks like this one. Pairs that are suspected already, from
 * either side, or were ruled out by a person or the customer are left out.
 */
export async function findSameOrder(trx: DatabaseTransaction, ticket: TicketData): Promise<OrderNo | null> {
  const { orderNo, customerPhone, order, notSameAs, possibleDuplicateOf, closing, outcome } = ticket
  if (customerPhone === '' || possibleDuplicateOf !== null || closing !== null || outcome !== null)
    return null
  if (order.recipient === null || order.destination === null) return null
  const candidates = await trx
    .selectFrom('orders')
    .innerJoin('tickets', 'tickets.order_id', 'orders.id')
    .innerJoin('orders as mine', 'mine.customer_id', 'orders.customer_id')
    .select([
      'orders.order_no',
      'orders.ordered_at',
      'orders.recipient',
      'orders.destination',
      'tickets.not_same_as',
      'tickets.possible_duplicate_of',
    ])
    .where('mine.order_no', '=', orderNo)
    .where('orders.order_no', '!=', orderNo)
    .where('tickets.current_state', '!=', 'done')
    .where('tickets.merged_into', 'is', null)
    .orderBy('orders.id', 'desc')
    .limit(20)
    .execute()
  // The rule compares customers as well; these are all of one.
  const customer = customerPhone
  const { recipient, destination } = order
  const self = { orderNo, customer, open: true, openedAt: ticket.openedAt, recipient, destination }
  const found = candidates.find((other) => {
    const otherNo = other.order_no as OrderNo
    if (notSameAs.includes(otherNo) || other.not_same_as.includes(orderNo)) return false
    if (other.possible_duplicate_of === orderNo) return false
    return looksLikeSameOrder(self, {
      orderNo: otherNo,
      customer,
      open: true,
      openedAt: new Date(other.ordered_at).toISOString(),
      recipient: other.recipient,
      destination: other.destination,
    })
  })
  return found === undefined ? null : (found.order_no as OrderNo)
}
