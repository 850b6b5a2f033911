/**
 * What the outside says to a running ticket: updates for what a person must see accepted or refused,
 * signals for what merely happened. A refused update fails with an ApplicationFailure of type
 * `TicketRefusal`, whose first detail is a `TicketRefusalCode`.
 */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow'
import type { RefundAccountTold } from '../domain/banks.ts'
import type { CashReceipt } from '../domain/cash-receipt.ts'
import type { OrderNo } from '../domain/ids.ts'
import type { IssueCause } from '../domain/issue-cause.ts'
import type { Channel, OrderEvidence, OrderField, OrderFields } from '../domain/order.ts'
import type { OrderPolicy } from '../domain/order-policy.ts'
import type { TicketData, TicketEvent, VirtualAccount } from '../domain/ticket.ts'
import type { MergedOrder } from '../domain/ticket-duplicate.ts'
import type { Actor, Deed } from '../domain/ticket-events.ts'
import type { IssueEvidence, IssueKind, ResolvingAction, TicketOutcome } from '../domain/ticket-states.ts'

export type { TicketRefusalCode } from '../domain/ticket.ts'

/** Some fields, already validated and normalised (`checkOrderFields` of domain/order-rules.ts). */
export type FieldPatch = Partial<OrderFields>

export interface SetFieldsInput {
  readonly fields: FieldPatch
  readonly evidence: OrderEvidence
  readonly actor: Actor
  readonly channel: Channel
  readonly callId?: string | null
}
export interface SetFieldsResult {
  readonly order: OrderFields
  readonly missing: readonly OrderField[]
  /** The customer may have told this order before. */
  readonly possibleDuplicateOf?: OrderNo | null
}
/** Fields told by the customer while the order is taken down (and in the edit window). */
export const setFields = defineUpdate<SetFieldsResult, [SetFieldsInput]>('setFields')

export interface ConfirmByCustomerInput {
  readonly actor: Actor
  readonly callId?: string | null
}
export interface ConfirmByCustomerResult {
  /** False: `missing` must be told first. Confirming twice is ok. */
  readonly ok: boolean
  readonly missing: readonly OrderField[]
}
/** The customer (or a person for them) agreed to the order as it stands: the payment link goes out. */
export const confirmByCustomer = defineUpdate<ConfirmByCustomerResult, [ConfirmByCustomerInput]>(
  'confirmByCustomer',
)

export interface EditOrderInput {
  readonly fields: FieldPatch
  /** Where a customer told it; absent when a person changes it. */
  readonly evidence?: OrderEvidence
  readonly actor: Actor
  readonly channel?: Channel
}
/** A change by a person; after the purchase order it goes to the vendor too. */
export const editOrder = defineUpdate<SetFieldsResult, [EditOrderInput]>('editOrder')

export interface ResolveIssueInput {
  readonly action: ResolvingAction
  /** Why, or the evidence for `complete_by_hand` (required there). */
  readonly note: string
  readonly actor: Actor
}
export const resolveIssue = defineUpdate<TicketReceipt, [ResolveIssueInput]>('resolveIssue')

export interface PartialRefundInput {
  readonly actor: Actor
}
/** Amends: part of the money goes back with an apology (the amount is the policy's); the Issue stays open. */
export const partialRefund = defineUpdate<TicketReceipt, [PartialRefundInput]>('partialRefund')

export interface ReorderInput {
  /** What the new wreath is to be like besides what the customer wanted. */
  readonly fields?: FieldPatch
  readonly actor: Actor
}
/** Another wreath in place of the one that is wrong; resolves the Issue. */
export const reorder = defineUpdate<TicketReceipt, [ReorderInput]>('reorder')

export interface TellDelayInput {
  /** When it comes instead; ISO 8601 +09:00. */
  readonly expectedBy: string
  readonly actor: Actor
}
/** The customer hears that it comes later; resolves the Issue. */
export const tellDelay = defineUpdate<TicketReceipt, [TellDelayInput]>('tellDelay')

export interface CancelOrderInput {
  readonly reason: string
  readonly actor: Actor
  /** Refused (`already_paid`) once money has come in or may be on its way. */
  readonly onlyUnpaid?: boolean
}
/** Accepted at once; purchase order and money are taken back after it. */
export const cancelOrder = defineUpdate<TicketReceipt, [CancelOrderInput]>('cancelOrder')

export interface SendOrderLinkInput {
  readonly actor: Actor
}
/** Texts the customer the link to their order page once more, e.g. after older links were revoked. */
export const sendOrderLink = defineUpdate<TicketReceipt, [SendOrderLinkInput]>('sendOrderLink')

export interface RaiseIssueInput {
  readonly kind: IssueKind
  /** Korean, for the person who must act. */
  readonly reason: string
  readonly actor: Actor
  readonly evidence?: readonly IssueEvidence[]
  /** What the reason says, for readers of every language. */
  readonly cause?: IssueCause
}
export const raiseIssue = defineUpdate<TicketReceipt, [RaiseIssueInput]>('raiseIssue')

export interface AddIssueEvidenceInput {
  readonly kind: IssueKind
  readonly evidence: IssueEvidence
  readonly actor: Actor
}
/** More to the open Issue of this kind; refused (`no_issue`) when there is none. */
export const addIssueEvidence = defineUpdate<TicketReceipt, [AddIssueEvidenceInput]>('addIssueEvidence')

export interface MergeOrderInput {
  /** The ticket that goes on. */
  readonly into: OrderNo
  readonly actor: Actor
}
/** Both tickets are one order: this one, which must be unpaid, is closed and gives the other what it lacks. */
export const mergeOrder = defineUpdate<TicketReceipt, [MergeOrderInput]>('mergeOrder')

export interface KeepBothInput {
  readonly other: OrderNo
  readonly actor: Actor
}
/** They look alike and are two orders. */
export const keepBoth = defineUpdate<TicketReceipt, [KeepBothInput]>('keepBoth')

/** From the ticket that is closed to the one that goes on. */
export const takeMerged = defineSignal<[MergedOrder & Deed]>('takeMerged')

/** The version at which the projection shows what was accepted. */
export interface TicketReceipt {
  readonly version: number
}

export interface OpenPaymentResult {
  /** The gateway's page; `already_paid` and `closed` have none. */
  readonly status: 'ready' | 'already_paid' | 'closed'
  readonly checkoutUrl: string | null
}
/** The customer opened their payment link: creates the payment at the gateway (or returns the open one). */
export const openPayment = defineUpdate<OpenPaymentResult, []>('openPayment')

export interface ConfirmPaymentInput {
  readonly paymentKey: string
  /** Won, from the success redirect; compared with the order's amount. */
  readonly amount: number
}
export interface ConfirmPaymentResult {
  /**
   * `refused`: the gateway or bank said no, the customer may try again; `pending`: not settled yet, a
   * person or a later try finishes it; `closed`: the ticket no longer takes payments.
   */
  readonly status: 'paid' | 'refused' | 'pending' | 'closed'
  readonly reason: string | null
}
/** The success redirect came back: confirms exactly once and tells how it went. */
export const confirmPayment = defineUpdate<ConfirmPaymentResult, [ConfirmPaymentInput]>('confirmPayment')

export interface OpenVirtualAccountInput {
  /** Code of a bank of `VIRTUAL_ACCOUNT_BANKS` (domain/banks.ts). */
  readonly bankCode: string
  /** The customer wants a cash receipt (현금영수증); checked by `checkCashReceipt` (domain/cash-receipt.ts). */
  readonly cashReceipt?: CashReceipt
}
export interface OpenVirtualAccountResult {
  /** `ready`: the account takes the money; `already_paid` and `closed` have none. */
  readonly status: 'ready' | 'already_paid' | 'closed'
  readonly account: VirtualAccount | null
}
/**
 * The customer chose bank transfer: issues a virtual account, and its number goes out by text too. One at a
 * time: asked again it is the same account, whatever bank is named. Paying by card stays possible
 * (`openPayment`). Refused with `bad_bank`, `bad_cash_receipt`.
 */
export const openVirtualAccount = defineUpdate<OpenVirtualAccountResult, [OpenVirtualAccountInput]>(
  'openVirtualAccount',
)

export interface SetRefundAccountInput extends RefundAccountTold {
  readonly actor: Actor
}
/**
 * Where the customer wants money sent back to: needed when a bank transfer is refunded. Told again it replaces
 * the earlier one. Resolves an Issue that offers `set_refund_account`. Refused with `bad_refund_account`, `closed`.
 */
export const setRefundAccount = defineUpdate<TicketReceipt, [SetRefundAccountInput]>('setRefundAccount')

export interface DepositReceivedInput {
  /** The bank's own id of the row: the same one again changes nothing. */
  readonly depositId: string
  readonly amountWon: number
  /** ISO 8601. */
  readonly receivedAt: string
  /** 'system' when it was matched by itself, else who matched it. */
  readonly actor: Actor
}
export interface DepositReceivedResult {
  /** Of this order's money after this deposit. */
  readonly receivedWon: number
  readonly missingWon: number
  /** Won of this deposit that the order does not need: they go back by hand. */
  readonly toReturnWon: number
}
/** Money on the company's own account is for this order. Refused with `closed`, `not_allowed_now`, `bad_amount`. */
export const depositReceived = defineUpdate<DepositReceivedResult, [DepositReceivedInput]>('depositReceived')

export interface MoneyReturnedInput {
  /** `MoneyToReturn.key` of domain/ticket-money-data.ts. */
  readonly key: string
  /** What proves it. */
  readonly note?: string
  readonly actor: Actor
}
/**
 * A person sent money back by hand: the ticket must not return it through the gateway as well. Refused with
 * `not_allowed_now` when the ticket is returning it, or has done so, by itself.
 */
export const moneyReturned = defineUpdate<TicketReceipt, [MoneyReturnedInput]>('moneyReturned')

/** First message after the start: returns once the ticket can be read from the database. */
export const whenOpened = defineUpdate<TicketReceipt, []>('whenOpened')

export interface PaymentChangedSignal {
  readonly paymentKey: string
}
/** A payment webhook arrived; the ticket reads the payment again before it acts. */
export const paymentChanged = defineSignal<[PaymentChangedSignal]>('paymentChanged')

export interface DeliveryChangedSignal {
  readonly erpOrderId: string
}
/** A vendor webhook arrived; ends the wait between two polls. */
export const deliveryChanged = defineSignal<[DeliveryChangedSignal]>('deliveryChanged')

export interface MessageReportedSignal {
  /** `messages.idempotency_key`. */
  readonly messageKey: string
  readonly status: 'delivered' | 'failed'
  readonly at: string
  readonly reason?: string
}
/** A delivery report of a text message. */
export const messageReported = defineSignal<[MessageReportedSignal]>('messageReported')

/** Start input of the workflow `ticket`. */
export interface TicketInput {
  readonly orderNo: OrderNo
  readonly channel: Channel
  readonly callId: string | null
  /** National digits; empty when withheld. */
  readonly customerPhone: string
  readonly policy: OrderPolicy
  /** Rules the ticket was opened under (`TICKET_REVISION`); absent in tickets from before there were any. */
  readonly revision?: number
  /** History length at which the ticket continues as new; unset: when the server suggests it. */
  readonly continueAfterEvents?: number
  /** What an earlier run of the same ticket left; only the workflow itself sets it. */
  readonly carried?: CarriedTicket
}

/** All a ticket is between two runs, as plain JSON. */
export interface CarriedTicket {
  readonly ticket: TicketData
  /** Events that had not been projected. */
  readonly events: readonly TicketEvent[]
}

/** How a ticket ended. */
export interface TicketResult {
  readonly orderNo: OrderNo
  readonly outcome: TicketOutcome
}

/**
 * Rises with a change of the workflow's commands. Tickets opened under it need no patch marker, of which each
 * costs two actions: `TicketRun.since`.
 */
export const TICKET_REVISION = 5

/** Type of the workflow that is one ticket. */
export const TICKET_WORKFLOW = 'ticket'
/** What Temporal's lists call a ticket, whoever starts it. */
export const ticketSummary = (orderNo: OrderNo): string => `주문 ${orderNo}`

/** The ticket as it stands; screens read the projection instead. */
export const snapshot = defineQuery<TicketData>('snapshot')

/** `type` of the ApplicationFailure with which an update is refused. */
export const TICKET_REFUSAL = 'TicketRefusal'
