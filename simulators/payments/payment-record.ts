/** What is kept of a payment. */
type CashReceiptType = '소득공제' | '지출증빙' | '미발행'

export interface VirtualAccount {
  readonly accountNumber: string
  readonly bankCode: string
  readonly customerName: string
  /** Milliseconds since 1970: after it the bank takes no money. */
  readonly dueAt: number
  /** Whose name came with the money. */
  readonly depositor: string | null
  readonly cashReceipt: { readonly type: CashReceiptType; readonly registrationNumber?: string } | null
}

/** Where the money of a paid virtual account goes back to. */
export interface RefundAccount {
  readonly bank: string
  readonly accountNumber: string
  readonly holderName: string
}

export type PaymentStatus =
  | 'READY'
  | 'IN_PROGRESS'
  | 'WAITING_FOR_DEPOSIT'
  | 'DONE'
  | 'CANCELED'
  | 'PARTIAL_CANCELED'
  | 'ABORTED'
  | 'EXPIRED'

export interface Cancel {
  readonly transactionKey: string
  readonly cancelReason: string
  readonly cancelAmount: number
  readonly canceledAt: string
  readonly refundableAmount: number
  readonly cancelStatus: 'DONE'
  readonly refundReceiveAccount?: RefundAccount
}

/** What is kept; `paymentBody` shows it as the API does. Amounts in won, times in ms since 1970. */
export interface PaymentRecord {
  /** paymentKey. */
  readonly id: string
  readonly orderId: string
  readonly orderName: string
  readonly method: 'CARD' | 'TRANSFER' | 'MOBILE_PHONE' | 'VIRTUAL_ACCOUNT'
  readonly amount: number
  readonly balance: number
  readonly status: PaymentStatus
  /** Where the customer goes after the checkout; empty for a virtual account, which has none. */
  readonly successUrl: string
  readonly failUrl: string
  readonly virtualAccount: VirtualAccount | null
  /** Proves the deposit callbacks of a virtual account. */
  readonly secret: string | null
  readonly requestedAt: number
  /** When the customer agreed on the checkout page. */
  readonly authenticatedAt: number | null
  readonly approvedAt: number | null
  readonly lastTransactionKey: string | null
  readonly failure: { readonly code: string; readonly message: string } | null
  readonly cancels: readonly Cancel[]
}
