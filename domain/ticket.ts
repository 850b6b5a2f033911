/** Ticket states and their transition rules (SPEC of the product: states, sub-states, issues, outcomes). */

export const SUB_STATES = [
  'order_received',
  'awaiting_payment',
  'paid',
  'message_confirmed',
  'po_placed',
  'in_delivery',
  'delivered',
] as const
export type TicketSubState = (typeof SUB_STATES)[number]
export type TicketState = 'todo' | 'in_progress' | 'issue' | 'done'
export type IssueKind = 'message_typo' | 'delivery_delay' | 'complaint' | 'admin_required'
export type TicketOutcome = 'delivered' | 'cancelled' | 'refunded'
