import type { TicketSummary } from '../api/types.ts'
import type { Tone } from './tone.ts'

export type PaymentState = 'unpaid' | 'awaiting' | 'paid' | 'refunded' | 'cancelled'

/** What the ticket's state tells about the money. */
export function paymentState(ticket: Pick<TicketSummary, 'sub_state' | 'outcome'>): PaymentState {
  if (ticket.outcome === 'refunded') return 'refunded'
  if (ticket.sub_state === 'order_received') return ticket.outcome === 'cancelled' ? 'cancelled' : 'unpaid'
  if (ticket.sub_state === 'awaiting_payment')
    return ticket.outcome === 'cancelled' ? 'cancelled' : 'awaiting'
  return 'paid'
}

export const toneOfPayment: Readonly<Record<PaymentState, Tone>> = {
  unpaid: 'done',
  awaiting: 'warn',
  paid: 'progress',
  refunded: 'warn',
  cancelled: 'done',
}
