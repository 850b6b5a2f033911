import type { TicketSubState } from '../api/types.ts'

/** In the order in which a ticket passes them. `satisfies` and the test keep it equal to the domain's list. */
export const SUB_STATES = [
  'order_received',
  'awaiting_payment',
  'paid',
  'message_confirmed',
  'po_placed',
  'in_delivery',
  'delivered',
] as const satisfies readonly TicketSubState[]
