/** A ticket's whole state as plain JSON, and the rules by which it changes. */

import type { OrderNo } from './ids.ts'
import type { Channel, OrderEvidence, OrderFields } from './order.ts'
import type { TicketEvent } from './ticket-events.ts'
import type { TicketIssue, TicketOutcome, TicketState, TicketSubState } from './ticket-states.ts'

export type * from './ticket-events.ts'
export type * from './ticket-states.ts'
export { SUB_STATES } from './ticket-states.ts'

/** What a payment at the gateway is to the ticket. */
export interface TicketPayment {
  readonly paymentKey: string
  /** Won. */
  readonly amountWon: number
}

/** A purchase order at the vendor; a re-order is another one with the next number. */
export interface TicketPurchaseOrder {
  /** Ours: `<orderNo>-<n>`. */
  readonly reference: string
  readonly erpOrderId: string
}

/** Everything a ticket is. Times are ISO 8601 with +09:00. */
export interface TicketData {
  readonly orderNo: OrderNo
  readonly channel: Channel
  readonly callId: string | null
  /** National digits of who ordered; empty when withheld. */
  readonly customerPhone: string
  readonly openedAt: string
  /** Changes with each change of the ticket; the projection ignores older ones. */
  readonly version: number
  readonly subState: TicketSubState
  readonly issue: TicketIssue | null
  readonly outcome: TicketOutcome | null
  readonly order: OrderFields
  readonly evidence: OrderEvidence
  /** Won. */
  readonly amountWon: number
  /** Won. */
  readonly costWon: number
  /** The customer agreed to the order as it stands. */
  readonly confirmed: boolean
  readonly paymentExpiresAt: string | null
  readonly payment: TicketPayment | null
  readonly editWindowEndsAt: string | null
  readonly purchaseOrder: TicketPurchaseOrder | null
  readonly vendorStatus: string | null
  readonly deliveredAt: string | null
  readonly photoKey: string | null
  /** Number of timeline events so far. */
  readonly eventCount: number
}

/** State as the board shows it: an open Issue covers the sub-state it left, an outcome ends all. */
export function ticketState(ticket: Pick<TicketData, 'subState' | 'issue' | 'outcome'>): TicketState {
  if (ticket.outcome !== null) return 'done'
  if (ticket.issue !== null) return 'issue'
  return ticket.subState === 'order_received' || ticket.subState === 'awaiting_payment'
    ? 'todo'
    : 'in_progress'
}

/** A ticket and the timeline events it has brought forth. */
export interface TicketChange {
  readonly ticket: TicketData
  readonly events: readonly TicketEvent[]
}
