/** A ticket's whole state as plain JSON: what the workflow carries, projects and hands on. */
import type { OrderNo } from './ids.ts'
import type { MessageKind } from './notification.ts'
import { type Channel, EMPTY_ORDER, type OrderEvidence, type OrderField, type OrderFields } from './order.ts'
import { type OrderPolicy, TYPO_REFUND_WON } from './order-policy.ts'
import type { Actor } from './ticket-events.ts'
import { NO_MONEY, type TicketMoney, type VirtualAccount } from './ticket-money-data.ts'
import {
  type ResolvedIssue,
  STATE_OF,
  type TicketIssue,
  type TicketOutcome,
  type TicketState,
  type TicketSubState,
} from './ticket-states.ts'
import type { UnsharedEdits } from './unshared-edits.ts'

/** A payment page or virtual account that was opened at the gateway. */
export interface OpenedPayment {
  readonly paymentKey: string
  /** Order id at the gateway: `<orderNo>-P<n>`, of a virtual account `<orderNo>-V<n>`. */
  readonly gatewayOrderId: string
  /** Null of a virtual account. */
  readonly checkoutUrl: string | null
  readonly openedAt: string
  /** The gateway or bank said no: its page is dead, the next try is another payment. */
  readonly refused?: true
  readonly virtualAccount?: VirtualAccount
}

/** Money that has arrived. */
export interface ReceivedPayment {
  /** Null when a person vouched for it. */
  readonly paymentKey: string | null
  /** Won. */
  readonly amountWon: number
  readonly method: string
  readonly paidAt: string
}

/** The purchase order at the vendor. */
export interface TicketPurchaseOrder {
  /** Ours: `<orderNo>-<n>`. */
  readonly reference: string
  /** Null when a person placed it without telling the vendor's number. */
  readonly erpOrderId: string | null
  /** ISO 8601; absent in orders placed before it was kept. */
  readonly placedAt?: string
}

/** How a vendor without doors was asked by phone about the wreath that is being followed. Times are ISO 8601. */
export interface VendorAsked {
  /** Calls since a person last looked after it. */
  readonly calls: number
  /** The latest of them that told nothing. */
  readonly unheard: number
  readonly lastAt: string | null
  /** When the vendor last told how far it is. */
  readonly heardAt: string | null
}

/** `departure`: it should have left the vendor by now; `arrival`: it should be there. */
export type LateCheck = 'departure' | 'arrival'

/** What is told of each text that is owed besides those of the sub-states. */
interface Owed {
  /** Tells this text from all others of the ticket. */
  readonly key: string
  /** The text may be on its way: it is no longer changed. */
  readonly sending?: true
}

export type OwedNotice = Owed &
  (
    | { readonly kind: 'edit_applied'; readonly fields: readonly OrderField[]; readonly editedAt: string }
    | { readonly kind: 'part_refunded'; readonly amountWon: number }
    | { readonly kind: 'reordered' }
    | { readonly kind: 'delay_notice'; readonly expectedBy: string }
    | { readonly kind: 'payment_until' }
    | { readonly kind: 'refund_account'; readonly amountWon: number }
  )

/** Money given back as amends while the order goes on; won. */
export interface PartRefund {
  /** `<orderNo>-I<n>` of the Issue it makes amends for. */
  readonly issueId: string
  readonly amountWon: number
  /** False: asked for, and not yet sure to have moved. */
  readonly done: boolean
}

/** Why and by whom a ticket is being closed before delivery. */
export interface TicketClosing {
  /** `merged`: another ticket goes on with this order. */
  readonly cause: 'payment_expired' | 'requested' | 'merged'
  readonly reason: string
  readonly actor: Actor
}

/** A text that was handed to the carrier. */
export interface SentMessage {
  readonly kind: MessageKind
  /** `messages.idempotency_key`. */
  readonly key: string
  readonly messageId: string
  /** Null until the carrier reports. */
  readonly report: 'delivered' | 'failed' | null
}

export interface TicketOpening {
  readonly orderNo: OrderNo
  readonly channel: Channel
  readonly callId: string | null
  /** National digits; empty when withheld. */
  readonly customerPhone: string
  readonly policy: OrderPolicy
  /** The customer is asked for a bank account when money has to go back to one. */
  readonly asksForAccount?: boolean
}

/** Everything a ticket is. Times are ISO 8601 with +09:00. */
export interface TicketData extends TicketMoney {
  readonly orderNo: OrderNo
  readonly channel: Channel
  readonly callId: string | null
  /** National digits of who ordered; empty while unknown. */
  readonly customerPhone: string
  readonly openedAt: string
  /** Grows with each change; the projection ignores older ones. */
  readonly version: number
  /** Number of timeline events so far. */
  readonly eventCount: number

  readonly subState: TicketSubState
  readonly issue: TicketIssue | null
  /** Issues so far, the open one included. */
  readonly issueCount: number
  /** The latest that are over, the newest last; earlier ones have been projected long since. */
  readonly resolvedIssues: readonly ResolvedIssue[]
  /** Open ones beneath `issue`; the first comes up when that is resolved. */
  readonly waitingIssues: readonly TicketIssue[]
  readonly closing: TicketClosing | null
  readonly outcome: TicketOutcome | null

  readonly order: OrderFields
  readonly evidence: OrderEvidence
  /** Won. */
  readonly amountWon: number
  /** Won. */
  readonly costWon: number
  /** Won that a wrong text gives back; absent in tickets of before. */
  readonly partRefundWon?: number

  readonly paymentLinkSent: boolean
  readonly paymentExpiresAt: string | null
  /** The time to pay as it was told; null in tickets from before it depended on the order: the policy's. */
  readonly paymentSeconds: number | null
  readonly paymentsOpened: number
  readonly openedPayments: readonly OpenedPayment[]
  /** Authenticated by the customer, not yet confirmed by us. */
  readonly paymentToConfirm: string | null
  /** A webhook spoke of it; to be read again. */
  readonly paymentToRead: string | null
  readonly payment: ReceivedPayment | null

  readonly confirmationSent: boolean
  readonly editWindowEndsAt: string | null
  readonly editsInWindow: number
  readonly paymentChecked: boolean

  readonly purchaseOrders: number
  readonly purchaseOrder: TicketPurchaseOrder | null
  /** What may be at the vendor: it was sent and no answer is certain yet. As it was first sent. */
  readonly purchaseOrderSent: {
    readonly reference: string
    readonly order: OrderFields
    /** A clerk heard it on the phone and may have written it down. */
    readonly toldByPhone?: true
  } | null
  readonly unshared: UnsharedEdits
  /** Purchase orders that a re-order took the place of, the oldest first: what becomes of them is no news. */
  readonly replacedOrders: readonly TicketPurchaseOrder[]
  readonly vendorStatus: string | null
  /** Null: the vendor is followed through a door, or not yet at all. */
  readonly vendorAsked: VendorAsked | null

  readonly deliveredAt: string | null
  /** Where the vendor shows the photo; null without one. */
  readonly photoUrl: string | null
  /** Our copy in the file store. */
  readonly photoKey: string | null
  /** Fetched, or there is none. */
  readonly photoSettled: boolean
  readonly deliveredNoticeSent: boolean
  readonly messages: readonly SentMessage[]
  /** Texts the customer is to get besides those of the sub-states, in this order. */
  readonly notices: readonly OwedNotice[]
  /** How many there have been: their keys count on. */
  readonly noticeCount: number
  /** Which checks of the wanted time have found the wreath late. */
  readonly lateChecks: readonly LateCheck[]
  /** When a person told the customer it would come instead. */
  readonly expectedBy: string | null

  readonly partRefunds: readonly PartRefund[]
  readonly purchaseOrderCancelled: boolean
  readonly refunded: boolean
  readonly closingNoticeSent: boolean

  /** The customer may have told this order before: as that one. */
  readonly possibleDuplicateOf: OrderNo | null
  /** Orders that look like this one and are not. */
  readonly notSameAs: readonly OrderNo[]
  /** The ticket that goes on with this order. */
  readonly mergedInto: OrderNo | null
  /** It has been given what it lacked. */
  readonly mergeTold: boolean
  /** Tickets that turned out to be this order. */
  readonly mergedFrom: readonly OrderNo[]
}

/** State as the board shows it: an open Issue covers the sub-state it left, an outcome ends all. */
export function ticketState(ticket: Pick<TicketData, 'subState' | 'issue' | 'outcome'>): TicketState {
  if (ticket.outcome !== null) return 'done'
  return ticket.issue === null ? STATE_OF[ticket.subState] : 'issue'
}

/** `<orderNo>-I<n>` of the open Issue, also of one that was raised before Issues had numbers; null without one. */
export function openIssueId(ticket: Pick<TicketData, 'orderNo' | 'issue' | 'issueCount'>): string | null {
  if (ticket.issue === null) return null
  return ticket.issue.id ?? `${ticket.orderNo}-I${Math.max(1, ticket.issueCount)}`
}

/** Every open Issue with its id, the one on top first. */
export function openIssues(
  ticket: Pick<TicketData, 'orderNo' | 'issue' | 'issueCount' | 'waitingIssues'>,
): readonly { readonly id: string; readonly issue: TicketIssue }[] {
  const { issue, waitingIssues } = ticket
  const topId = openIssueId(ticket)
  const top = issue === null || topId === null ? [] : [{ id: topId, issue }]
  return [
    ...top,
    ...waitingIssues.flatMap((one) => (one.id === undefined ? [] : [{ id: one.id, issue: one }])),
  ]
}

/** An open Issue holds the ticket where it is, unless it is of those beneath which the delivery goes on. */
export function isHeld({ issue }: Pick<TicketData, 'issue'>): boolean {
  return issue !== null && issue.holds !== false
}

/** Won that can still be given back: what was paid less the part refunds, also those that are under way. */
export function refundableWon(ticket: Pick<TicketData, 'payment' | 'partRefunds'>): number {
  const back = ticket.partRefunds.reduce((sum, { amountWon }) => sum + amountWon, 0)
  return Math.max(0, (ticket.payment?.amountWon ?? 0) - back)
}

/** Fields that were added later, as they are in a ticket carried over from before. */
export const LATER_FIELDS: Pick<
  TicketData,
  | 'issueCount'
  | 'waitingIssues'
  | 'resolvedIssues'
  | 'replacedOrders'
  | 'vendorAsked'
  | 'paymentSeconds'
  | 'notices'
  | 'noticeCount'
  | 'lateChecks'
  | 'expectedBy'
  | 'partRefunds'
  | 'possibleDuplicateOf'
  | 'notSameAs'
  | 'mergedInto'
  | 'mergeTold'
  | 'mergedFrom'
> &
  TicketMoney = {
  issueCount: 0,
  waitingIssues: [],
  resolvedIssues: [],
  ...NO_MONEY,
  replacedOrders: [],
  vendorAsked: null,
  paymentSeconds: null,
  notices: [],
  noticeCount: 0,
  lateChecks: [],
  expectedBy: null,
  partRefunds: [],
  possibleDuplicateOf: null,
  notSameAs: [],
  mergedInto: null,
  mergeTold: false,
  mergedFrom: [],
}

/** A ticket about which nothing is known yet. @param openedAt ISO 8601 +09:00. */
export function newTicketData(opening: TicketOpening, openedAt: string): TicketData {
  return {
    orderNo: opening.orderNo,
    channel: opening.channel,
    callId: opening.callId,
    customerPhone: opening.customerPhone,
    openedAt,
    version: 0,
    eventCount: 0,
    subState: 'order_received',
    issue: null,
    ...LATER_FIELDS,
    accountAsk: opening.asksForAccount === true ? 'not_yet' : 'never',
    closing: null,
    outcome: null,
    order: EMPTY_ORDER,
    evidence: {},
    amountWon: opening.policy.priceWon,
    costWon: opening.policy.costWon,
    partRefundWon: opening.policy.typoRefundWon ?? TYPO_REFUND_WON,
    paymentLinkSent: false,
    paymentExpiresAt: null,
    paymentsOpened: 0,
    openedPayments: [],
    paymentToConfirm: null,
    paymentToRead: null,
    payment: null,
    confirmationSent: false,
    editWindowEndsAt: null,
    editsInWindow: 0,
    paymentChecked: false,
    purchaseOrders: 0,
    purchaseOrder: null,
    purchaseOrderSent: null,
    unshared: {},
    vendorStatus: null,
    deliveredAt: null,
    photoUrl: null,
    photoKey: null,
    photoSettled: false,
    deliveredNoticeSent: false,
    messages: [],
    purchaseOrderCancelled: false,
    refunded: false,
    closingNoticeSent: false,
  }
}
