/** What a ticket does next and what a person may do now: both read off its state alone. */
import { missingFields } from './order.ts'
import { openIssueId, type TicketData } from './ticket-data.ts'
import {
  BANK_TRANSFER,
  depositedWon,
  isVirtualAccount,
  missingWon,
  openAccount,
  surplusInReach,
} from './ticket-money.ts'
import type { IssueAction, TicketAction, TicketStep } from './ticket-states.ts'

/** A step to take, something to wait for, or the end. */
export type NextMove =
  | TicketStep
  | 'await_order'
  | 'await_payment'
  | 'await_edit_window'
  | 'await_person'
  /** The Issue is that a payment fell back, and there is news of it. */
  | 'reread_fallen_payment'
  /** Transfers to our own account reach the amount. */
  | 'take_deposits'
  | 'finish'
  | 'finished'

/** The next move; the workflow is a loop around it, so a ticket can go on from any state. */
export function nextMove(ticket: TicketData): NextMove {
  if (ticket.outcome !== null) return 'finished'
  if (ticket.issue !== null) return isNewsOfFallenPayment(ticket) ? 'reread_fallen_payment' : 'await_person'
  if (ticket.closing !== null) return closingMove(ticket)
  if (ticket.paymentToRead !== null) return 'read_payment'
  switch (ticket.subState) {
    case 'order_received':
      return 'await_order'
    case 'awaiting_payment':
      return paymentMove(ticket)
    case 'paid':
      return ticket.confirmationSent ? (tidyingMove(ticket) ?? 'await_edit_window') : 'send_confirmation'
    case 'message_confirmed':
      return ticket.paymentChecked ? (tidyingMove(ticket) ?? 'place_purchase_order') : 'check_payment'
    case 'po_placed':
    case 'in_delivery':
      if (Object.keys(ticket.unshared).length > 0) return 'share_edit'
      return tidyingMove(ticket) ?? 'follow_delivery'
    case 'delivered':
      if (!ticket.photoSettled) return 'fetch_photo'
      return ticket.deliveredNoticeSent ? (tidyingMove(ticket) ?? 'finish') : 'send_delivered'
  }
}

const isNewsOfFallenPayment = (ticket: TicketData): boolean =>
  ticket.fallenPayment !== null &&
  ticket.paymentToRead !== null &&
  openIssueId(ticket) === ticket.fallenPayment.issueId

function paymentMove(ticket: TicketData): NextMove {
  const deposited = depositedWon(ticket)
  if (deposited > 0 && missingWon(ticket) === 0) return 'take_deposits'
  if (ticket.paymentToConfirm !== null) return 'confirm_payment'
  if (!ticket.paymentLinkSent) return 'send_payment_link'
  const account = openAccount(ticket)
  if (account !== null && account.paymentKey !== ticket.accountTold) return 'send_account'
  if (deposited > ticket.partTold) return 'send_deposit_part'
  return ticket.reminder === 'due' ? 'send_reminder' : 'await_payment'
}

/** Ways to pay that are not needed any more are closed, and what came through them goes back. */
function tidyingMove(ticket: TicketData): TicketStep | null {
  if (openAccount(ticket) !== null) return 'close_virtual_account'
  return surplusInReach(ticket) === undefined ? null : 'return_surplus'
}

/** What is uncertain first; then the vendor, the money, and the customer hears of it. */
function closingMove(ticket: TicketData): NextMove {
  if (ticket.paymentToRead !== null) return 'read_payment'
  const maybeAtVendor = ticket.purchaseOrder !== null || ticket.purchaseOrderSent !== null
  const atVendor = maybeAtVendor && ticket.subState !== 'delivered'
  if (atVendor && !ticket.purchaseOrderCancelled) return 'cancel_purchase_order'
  if (openAccount(ticket) !== null || ticket.fallenPayment !== null) return 'close_virtual_account'
  if (ticket.payment !== null && !ticket.refunded) return 'refund'
  if (surplusInReach(ticket) !== undefined) return 'return_surplus'
  // Who never confirmed an order needs not hear that it is off.
  const isDraft = ticket.subState === 'order_received'
  return ticket.closingNoticeSent || isDraft ? 'finish' : 'send_cancelled'
}

/** The order may still be changed; after the purchase order the vendor decides. */
export function isEditable(ticket: TicketData): boolean {
  return ticket.outcome === null && ticket.closing === null && ticket.subState !== 'delivered'
}

/** May be called off. */
export function isCancellable(ticket: TicketData): boolean {
  return isEditable(ticket)
}

/** Money that came through a bank goes back to an account that the customer names. */
const isBankPayment = ({ payment }: TicketData): boolean =>
  payment !== null && (payment.method === BANK_TRANSFER || isVirtualAccount(payment.method))

/** What resolves an Issue. One that a person raised has no step: carrying on or closing resolves it. */
export function issueActions(ticket: TicketData, step: TicketStep | null): IssueAction[] {
  const actions: IssueAction[] = ['retry_step']
  if (step === 'refund' && ticket.refundAccount === null && isBankPayment(ticket)) {
    actions.unshift('set_refund_account')
  }
  if (step !== null) actions.push('complete_by_hand')
  if (ticket.closing === null) actions.push('refund_and_close')
  return actions
}

/** Everything a person may do now. */
export function allowedActions(ticket: TicketData): TicketAction[] {
  if (ticket.outcome !== null) return []
  const actions: TicketAction[] = []
  if (isEditable(ticket)) actions.push('edit_order')
  if (ticket.issue !== null) return [...actions, ...ticket.issue.actions]
  if (ticket.closing !== null) return []
  if (ticket.subState === 'order_received' && missingFields(ticket.order).length === 0) {
    actions.push('confirm_order')
  }
  if (isCancellable(ticket)) actions.push('cancel')
  actions.push('raise_issue')
  return actions
}
