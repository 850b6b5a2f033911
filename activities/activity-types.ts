/** Signatures of the business activities: all that workflows know of them. JSON in, JSON out. */

import type { BankCode, RefundAccount } from '../domain/banks.ts'
import type { MissedCall } from '../domain/call.ts'
import type { CashReceipt } from '../domain/cash-receipt.ts'
import type { CallId, OrderNo } from '../domain/ids.ts'
import type { MessageKind } from '../domain/notification.ts'
import type { OrderField, OrderFields } from '../domain/order.ts'
import type { OutboundCallResult, VendorCallResult, VendorTask } from '../domain/outbound-call.ts'
import type { MessageType } from '../domain/text-message.ts'
import type { TicketData, TicketEvent, VirtualAccount } from '../domain/ticket.ts'
import type { ChosenVendor, VendorDoorMethod, VendorFailure, VendorMethod } from '../domain/vendor.ts'

export interface ProjectTicketInput {
  readonly workflowId: string
  readonly ticket: TicketData
  readonly events: readonly TicketEvent[]
}

/** What the database knows beyond the ticket; histories of before hold nothing. */
export interface ProjectTicketResult {
  /** Another open order of the customer that looks like this one. */
  readonly looksLike: OrderNo | null
}

/** Local activities: short, idempotent, database only. */
export interface ProjectionActivities {
  /** Writes the ticket for the screens; an older version than the stored one changes nothing. */
  projectTicket(input: ProjectTicketInput): Promise<ProjectTicketResult | undefined>
  /** Notes a call that nobody could answer. */
  recordMissedCall(call: MissedCall): Promise<void>
}

export interface SendMessageInput extends NoticeDetails {
  readonly orderNo: OrderNo
  readonly kind: MessageKind
  /** Idempotency key: workflow id and step. */
  readonly key: string
  /** National digits. */
  readonly to: string
  readonly order: OrderFields
  /** Won. */
  readonly amountWon: number
  readonly editWindowSeconds: number
  readonly paymentExpirySeconds: number
  readonly deliveredAt: string | null
  /** A photo is there to link to. */
  readonly hasPhoto: boolean
  /** Until when the customer may pay. ISO 8601. */
  readonly payUntil?: string
  /** Where to transfer to. */
  readonly account?: VirtualAccount
  /** Won that have come so far. */
  readonly receivedWon?: number
  /** Our copy of the photo; absent or null without one. */
  readonly photoKey?: string | null
  /** Ways that were tried and did not arrive: the next best one is taken. */
  readonly failedTypes?: readonly MessageType[]
}
/** What only some kinds of text tell. */
export interface NoticeDetails {
  /** Fields that were edited. */
  readonly changed?: readonly OrderField[]
  /** Won given back. */
  readonly refundWon?: number
  /** ISO 8601: the time told in place of the wanted one. */
  readonly expectedBy?: string
}
/** A message that was handed to the carrier. */
export interface SendMessageResult {
  readonly messageId: string
  /** Absent in results of older workers. */
  readonly type?: MessageType
  /** The way that is left if this one does not arrive; null: none. */
  readonly fallback?: MessageType | null
  /** Why the carrier would not even take it; only where there is a fallback. */
  readonly refused?: string | null
  /** Only for `merged`: the order that goes on. */
  readonly mergedInto?: OrderNo
}
export interface MessageActivities {
  /**
   * Sends a text once; a key that was sent before only tells its id again. A text that tells of a photo goes by
   * AlimTalk where there is a template, else with the picture, else with a link to it.
   */
  sendMessage(input: SendMessageInput): Promise<SendMessageResult>
}

export interface CreatePaymentInput {
  readonly orderNo: OrderNo
  readonly gatewayOrderId: string
  readonly key: string
  /** Won. */
  readonly amountWon: number
}
export interface CreatePaymentResult {
  readonly paymentKey: string
  readonly checkoutUrl: string
}

export interface PaymentReference {
  readonly orderNo: OrderNo
  readonly paymentKey: string
  readonly gatewayOrderId: string
  /** Won. */
  readonly amountWon: number
}
export interface CreateVirtualAccountInput {
  readonly orderNo: OrderNo
  readonly gatewayOrderId: string
  readonly key: string
  /** Won: the bank refuses any other amount. */
  readonly amountWon: number
  readonly bankCode: BankCode
  readonly customerName: string
  /** ISO 8601 +09:00. */
  readonly dueAt: string
  readonly cashReceipt: CashReceipt | null
  /** Key of the account in whose place this one comes: what was kept for its cash receipt counts on. */
  readonly insteadOf?: string
}
export interface CreateVirtualAccountResult {
  readonly paymentKey: string
  readonly virtualAccount: VirtualAccount
}

/** What the gateway says of a payment. `balanceWon`: what is left after parts went back. */
export type PaymentReading =
  | {
      readonly status: 'paid'
      readonly method: string
      readonly paidAt: string
      readonly balanceWon?: number
    }
  | { readonly status: 'open' }
  | { readonly status: 'refused'; readonly code: string; readonly reason: string }
  | { readonly status: 'taken_back'; readonly reason: string }

export interface RefundInput {
  readonly orderNo: OrderNo
  readonly paymentKey: string
  readonly key: string
  /** Won that go back. */
  readonly amountWon: number
  readonly reason: string
  /** Only `amountWon` goes back; absent: all that is left of the payment. */
  readonly part?: true
  /** Needed for a virtual account that was paid. */
  readonly refundAccount?: RefundAccount
}
export interface PaymentActivities {
  createPayment(input: CreatePaymentInput): Promise<CreatePaymentResult>
  /** Issues an account that takes exactly this amount; the same key gives the same account again. */
  createVirtualAccount(input: CreateVirtualAccountInput): Promise<CreateVirtualAccountResult>
  /** Stops an account from taking money. `paid`: the money was faster; anything else: it takes none any more. */
  closeVirtualAccount(input: PaymentReference & { readonly key: string }): Promise<PaymentReading>
  /** Takes the money exactly once, through a ledger row. */
  confirmPayment(input: PaymentReference & { readonly key: string }): Promise<PaymentReading>
  /** @param input.key of the confirmation: its ledger row is settled if that was still open. */
  readPayment(input: PaymentReference & { readonly key: string }): Promise<PaymentReading>
  /** Gives the money back exactly once, through a ledger row. */
  refundPayment(input: RefundInput): Promise<void>
}

export interface PurchaseOrderInput {
  readonly orderNo: OrderNo
  readonly reference: string
  readonly order: OrderFields
  /** Won, what the vendor gets. */
  readonly priceWon: number
  /** Our reference of the purchase order it takes the place of. */
  readonly replaces?: string | null
}
export type PlaceResult =
  | {
      readonly status: 'placed'
      readonly erpOrderId: string
      readonly found: boolean
      /** How it came there; absent where it was found. */
      readonly method?: VendorMethod
      /** The vendor's word for how far the order is; absent where it was not told. */
      readonly vendorStatus?: string
    }
  | VendorRefusal
/** The vendor could not be reached in any of these ways. */
export interface VendorOut {
  readonly status: 'out'
  readonly failures: readonly VendorFailure[]
  /** The order is there, but not as it was sent: nobody may try on. */
  readonly stop: boolean
}
export interface TryVendorInput {
  readonly orderNo: OrderNo
  readonly reference: string
  readonly order: OrderFields
  /** Our reference of the purchase order it takes the place of. */
  readonly replaces?: string | null
  /** In this order; absent: those that the chosen vendor prefers to a call. */
  readonly doors?: readonly VendorDoorMethod[]
  /** Tries with the pause of the activity's retries between them; the last one comes back with what failed. */
  readonly attempts: number
}
/** The vendor that was tried, and how it went. */
export interface TriedVendor<Outcome> {
  readonly vendor: ChosenVendor
  readonly outcome: Outcome
}
/** What a call to the vendor came to. */
export type VendorCallOutcome =
  | PlaceResult
  | VendorOut
  | { readonly status: 'changed' }
  | { readonly status: 'cancelled' }
  | { readonly status: 'told'; readonly report: DeliveryReport }
export interface VendorCallInput {
  readonly task: VendorTask['kind']
  readonly orderNo: OrderNo
  readonly reference: string
  readonly replaces?: string | null
  readonly vendor: ChosenVendor
  readonly callId: CallId
  readonly call: OutboundCallResult<VendorCallResult>
}
/** The vendor said no; asking again will not help. */
export interface VendorRefusal {
  readonly status: 'refused'
  readonly code: string
  readonly reason: string
}
export interface VendorOrderReference {
  readonly reference: string
  /** Null: to be found by its reference. */
  readonly erpOrderId: string | null
}
export interface FollowDeliveryInput extends VendorOrderReference {
  readonly orderNo: OrderNo
  /** Comes back when the vendor's status is another one. */
  readonly knownStatus: string | null
  /** Polls in a row without an answer after which a person is asked. */
  readonly maxOutages: number
  /** The ticket phones a vendor who has no door; absent in tickets from before it did. */
  readonly asksByPhone?: true
}
/** The vendor has no door to read from. */
export interface AskByPhone {
  readonly askByPhone: ChosenVendor
}
export interface DeliveryReport {
  readonly status: string
  /** The wreath has left the vendor. */
  readonly departed: boolean
  readonly cancelled: boolean
  /** A word of the vendor's that we don't know: told as it stands. */
  readonly unknown?: true
  readonly delivered: { readonly deliveredAt: string; readonly photoUrl: string | null } | null
}
export interface VendorActivities {
  /** The vendor of an order that is placed or tried already, else the one that gets new orders. */
  chooseVendor(input: { readonly reference: string }): Promise<ChosenVendor>
  /** Through one door after the other; each is asked for the reference before anything is ordered. */
  tryVendor(input: TryVendorInput): Promise<TriedVendor<PlaceResult | VendorOut>>
  /** Is it there already? Null: no door could tell. */
  findAtVendor(input: {
    readonly reference: string
    readonly doors: readonly VendorDoorMethod[]
  }): Promise<PlaceResult | { readonly status: 'none' } | null>
  /** Notes what came of a call to the vendor, checked through a door where one answers. */
  recordVendorCall(input: VendorCallInput): Promise<VendorCallOutcome>
  /** Looks the reference up first, so that no order is ever placed twice. */
  placePurchaseOrder(input: PurchaseOrderInput): Promise<PlaceResult>
  shareEdit(
    input: VendorOrderReference & { readonly fields: Partial<Record<OrderField, string | null>> },
  ): Promise<{ readonly status: 'shared' } | VendorRefusal>
  /** One poll an attempt; fails, to be tried again after the interval, while there is nothing new. */
  followDelivery(input: FollowDeliveryInput): Promise<DeliveryReport | AskByPhone>
  cancelPurchaseOrder(
    input: VendorOrderReference & {
      readonly reason: string
      /** The order may never have reached the vendor: not being known there is as good as cancelled. */
      readonly mayBeUnknown: boolean
    },
  ): Promise<{ readonly status: 'cancelled' } | VendorRefusal>
  /** Copies the photo of the delivery into our file store. */
  fetchPhoto(input: {
    readonly orderNo: OrderNo
    readonly reference: string
    readonly photoUrl: string
  }): Promise<{ readonly key: string }>
}
