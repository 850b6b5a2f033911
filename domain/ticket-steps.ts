/** What a ticket does next and what a person may do now: both read off its state alone. */
import { missingFields } from './order.ts'
import { dueNotice } from './owed-notices.ts'
import { isDueTooSoon } from './payment-time.ts'
import { isHeld, openIssueId, refundableWon, type TicketData } from './ticket-data.ts'
import {
  depositedWon,
  isBankPayment,
  isRefundDue,
  missingWon,
  openAccount,
  surplusInReach,
} from './ticket-money.ts'
import type { IssueAction, TicketAction, TicketIssue, TicketStep } from './ticket-states.ts'

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

/** What the ticket owes its customer whatever its sub-state is, and also while an Issue holds it. */
export type OwedStep = Extract<TicketStep, 'refund_part' | 'send_notice'>

export const isOwedStep = (move: NextMove): move is OwedStep =>
  move === 'refund_part' || move === 'send_notice'

/** The next move; the workflow is a loop around it, so a ticket can go on from any state. */
export function nextMove(ticket: TicketData): NextMove {
  if (ticket.outcome !== null) return 'finished'
  if (isNewsOfFallenPayment(ticket)) return 'reread_fallen_payment'
  // A step that failed is not taken again before a person has said so.
  if (ticket.issue !== null && ticket.issue.step !== null) return 'await_person'
  if (ticket.partRefunds.some(({ done }) => !done)) return 'refund_part'
  if (dueNotice(ticket) !== null) return 'send_notice'
  if (isHeld(ticket)) return 'await_person'
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
      if (!ticket.deliveredNoticeSent) return 'send_delivered'
      return tidyingMove(ticket) ?? (ticket.issue === null ? 'finish' : 'await_person')
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
  if (account !== null && isDueTooSoon(account.virtualAccount.dueAt, ticket.paymentExpiresAt)) {
    return 'renew_account'
  }
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
  if (isRefundDue(ticket)) return 'refund'
  if (surplusInReach(ticket) !== undefined) return 'return_surplus'
  if (ticket.mergedInto !== null && !ticket.mergeTold) return 'tell_merge'
  // Who never confirmed an order needs not hear that it is off, but that two are one.
  const isDraft = ticket.subState === 'order_received' && ticket.mergedInto === null
  return ticket.closingNoticeSent || isDraft ? 'finish' : 'send_cancelled'
}

/** The wreath is there as it was, and what was changed meanwhile never reached the vendor. */
export function missedTheDoor(ticket: TicketData): boolean {
  const { subState, closing, outcome, unshared } = ticket
  const isThere = subState === 'delivered' && closing === null && outcome === null
  return isThere && Object.keys(unshared).length > 0
}

/** The order may still be changed; after the purchase order the vendor decides. */
export function isEditable(ticket: TicketData): boolean {
  return ticket.outcome === null && ticket.closing === null && ticket.subState !== 'delivered'
}

/** Money has come in, or may be on its way: what becomes of it, a person or policy decides. */
export function holdsMoney(ticket: TicketData): boolean {
  const { payment, paymentToConfirm, paymentToRead, fallenPayment } = ticket
  const known = [payment, paymentToConfirm, paymentToRead, fallenPayment].some((part) => part !== null)
  return known || depositedWon(ticket) > 0
}

/** May be called off. */
export function isCancellable(ticket: TicketData): boolean {
  return isEditable(ticket)
}

/** An Issue as it is about to be raised. */
type Raised = Pick<TicketIssue, 'id' | 'kind' | 'step' | 'wanted'>

/** The vendor has the order or has delivered it. */
function isAtVendor({ subState }: TicketData): boolean {
  return subState === 'po_placed' || subState === 'in_delivery' || subState === 'delivered'
}

/** The delivery is followed, the photo fetched and the customer told although somebody complains or it is late. */
export function movesOnBeneath(ticket: TicketData, { kind, step }: Raised): boolean {
  if (step !== null || ticket.closing !== null) return false
  return (kind === 'delivery_delay' || kind === 'complaint') && isAtVendor(ticket)
}

/** What an Issue offers, the likeliest first. One that a person raised has no step: carrying on or closing resolves it. */
export function issueActions(ticket: TicketData, raised: Raised): IssueAction[] {
  const { kind, step } = raised
  const actions: IssueAction[] = amends(ticket, raised)
  const isRefund = step === 'refund' || step === 'refund_part'
  if (isRefund && ticket.refundAccount === null && isBankPayment(ticket)) actions.push('set_refund_account')
  // Somebody complains: most often a word is what helps.
  if (kind === 'complaint') actions.unshift('retry_step')
  else actions.push('retry_step')
  if (step !== null) actions.push('complete_by_hand')
  if (ticket.closing === null) actions.push('refund_and_close')
  return actions
}

/** Where the vendor's wreath is wrong or late: a new one, part of the money (once an Issue), or a word. */
function amends(ticket: TicketData, { id, kind, step, wanted }: Raised): IssueAction[] {
  if (step !== null || ticket.closing !== null || ticket.purchaseOrder === null) return []
  const isWrong = kind === 'message_typo' || kind === 'complaint' || wanted !== undefined
  const actions: IssueAction[] = []
  if (isWrong) actions.push('reorder')
  if (kind === 'delivery_delay' && ticket.subState !== 'delivered') actions.push('tell_delay')
  const isRefunded = ticket.partRefunds.some(({ issueId }) => issueId === id)
  if ((isWrong || kind === 'delivery_delay') && refundableWon(ticket) > 0 && !isRefunded) {
    actions.push('partial_refund')
  }
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
  if (ticket.possibleDuplicateOf !== null) actions.push('merge_order', 'keep_both')
  return actions
}
