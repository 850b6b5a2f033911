/** What a comparison of our books with the gateway's finds, and what follows from it. Pure. */
import type { OrderNo } from './ids.ts'
import { isVirtualAccount } from './ticket-money.ts'

/** One payment as the gateway has it and as our tables have it. */
export interface ComparedPayment {
  readonly orderNo: OrderNo
  readonly paymentKey: string
  /** `balanceWon`: what the gateway still holds of a paid one. */
  readonly gateway: {
    readonly status: 'paid' | 'open' | 'refused' | 'taken_back'
    readonly method: string
    readonly amountWon: number
    readonly balanceWon: number
  }
  readonly ours: {
    /** The payment that counts for the order is this one. */
    readonly counts: boolean
    /** The order is paid, by this payment or another way. */
    readonly paid: boolean
    readonly outcome: 'delivered' | 'cancelled' | 'refunded' | null
    /** Won that went back through our ledger. */
    readonly refundedWon: number
    /** A person has it on the list of money to return. */
    readonly toReturn: boolean
  }
}

export const FINDING_KINDS = [
  /** Paid, and the order did not know: its webhook was lost. The order hears of it now. */
  'silent_payment',
  /** Our order is paid by it, the gateway says otherwise. The order reads it again. */
  'payment_gone',
  /** A card was charged for an order that is closed: it goes back by itself. */
  'card_returned',
  /** A virtual account was paid for an order that is closed: a person returns it. */
  'money_without_order',
  /** The gateway gave back another sum than our ledger says. */
  'refund_differs',
] as const
export type FindingKind = (typeof FINDING_KINDS)[number]

/** Stored as it is (`reconciliation_runs.findings`). */
export interface ReconciliationFinding {
  readonly kind: FindingKind
  readonly order_no: OrderNo
  readonly payment_key: string
  /** Won. */
  readonly amount: number
}

/** What is wrong with a payment; null when both books agree. */
export function compareBooks({
  orderNo,
  paymentKey,
  gateway,
  ours,
}: ComparedPayment): ReconciliationFinding | null {
  const finding = (kind: FindingKind, amount: number): ReconciliationFinding => ({
    kind,
    order_no: orderNo,
    payment_key: paymentKey,
    amount,
  })
  const backWon = gateway.amountWon - gateway.balanceWon
  if (gateway.status === 'paid') {
    if (ours.outcome === null) {
      if (ours.counts) return backWon === ours.refundedWon ? null : finding('refund_differs', backWon)
      // Its ticket knows of it when it stands on the list already.
      return ours.toReturn ? null : finding('silent_payment', gateway.balanceWon)
    }
    const kept = ours.outcome === 'delivered' && ours.counts
    if (kept) return backWon === ours.refundedWon ? null : finding('refund_differs', backWon)
    if (ours.toReturn) return null
    const kind = isVirtualAccount(gateway.method) ? 'money_without_order' : 'card_returned'
    return finding(kind, gateway.balanceWon)
  }
  const isKept = ours.counts && (ours.outcome === null || ours.outcome === 'delivered')
  return isKept ? finding('payment_gone', gateway.amountWon) : null
}
