import type { BulkRequest, TicketState, TicketSubState, TicketSummary } from './types.ts'

/** Column of a sub-state while nothing is wrong. */
export const stateOfStep = (step: TicketSubState): TicketState =>
  step === 'order_received' || step === 'awaiting_payment' ? 'todo' : 'in_progress'

/** The ticket as it will be when the action is accepted; shown until the answer is there. */
export function expectedTicket(ticket: TicketSummary, request: BulkRequest['action']): TicketSummary {
  switch (request.action) {
    case 'cancel':
      return { ...ticket, state: 'done', outcome: 'cancelled' }
    case 'refund_and_close':
      return { ...ticket, state: 'done', outcome: 'refunded', issue_kind: null, issue_reason: null }
    case 'raise_issue':
      return { ...ticket, state: 'issue', issue_kind: request.kind, issue_reason: request.reason }
    case 'confirm_order':
      return { ...ticket, sub_state: 'awaiting_payment' }
    case 'retry_step':
    case 'complete_by_hand':
      return { ...ticket, state: stateOfStep(ticket.sub_state), issue_kind: null, issue_reason: null }
    default:
      return ticket
  }
}
