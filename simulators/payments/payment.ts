/** A payment of Toss Payments and how its status changes. Pure: time comes in as an argument. */

export type PaymentStatus =
  | 'READY'
  | 'IN_PROGRESS'
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
}

/** What is kept; `paymentBody` shows it as the API does. Amounts in won, times in ms since 1970. */
export interface PaymentRecord {
  /** paymentKey. */
  readonly id: string
  readonly orderId: string
  readonly orderName: string
  readonly method: 'CARD' | 'TRANSFER' | 'MOBILE_PHONE'
  readonly amount: number
  readonly balance: number
  readonly status: PaymentStatus
  readonly successUrl: string
  readonly failUrl: string
  readonly requestedAt: number
  /** When the customer agreed on the checkout page. */
  readonly authenticatedAt: number | null
  readonly approvedAt: number | null
  readonly lastTransactionKey: string | null
  readonly failure: { readonly code: string; readonly message: string } | null
  readonly cancels: readonly Cancel[]
}

/** The customer must agree within 30 minutes of READY, and the shop confirm within 10 minutes of that. */
const AUTHENTICATION_LIMIT_MS = 30 * 60_000
const CONFIRMATION_LIMIT_MS = 10 * 60_000

/** An error of the API: `code` and `message` as Toss gives them. */
export class TossError extends Error {
  readonly retryable = false
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** The payment as time left it: READY and IN_PROGRESS expire. */
export function atTime(payment: PaymentRecord, now: number): PaymentRecord {
  const isLate =
    (payment.status === 'READY' && now - payment.requestedAt > AUTHENTICATION_LIMIT_MS) ||
    (payment.status === 'IN_PROGRESS' && now - (payment.authenticatedAt ?? 0) > CONFIRMATION_LIMIT_MS)
  return isLate ? { ...payment, status: 'EXPIRED' } : payment
}

/** The customer agreed on the checkout page. @throws TossError when the page is out of date. */
export function authenticate(payment: PaymentRecord, now: number): PaymentRecord {
  if (payment.status === 'IN_PROGRESS') return payment
  if (payment.status !== 'READY')
    throw new TossError(400, 'ALREADY_PROCESSED_PAYMENT', '이미 처리된 결제 입니다.')
  return { ...payment, status: 'IN_PROGRESS', authenticatedAt: now }
}

export interface ConfirmInput {
  readonly orderId: string
  readonly amount: number
  readonly now: number
  readonly transactionKey: string
}

/** Takes the money. @throws TossError. */
export function confirm(payment: PaymentRecord, input: ConfirmInput): PaymentRecord {
  switch (payment.status) {
    case 'DONE':
    case 'CANCELED':
    case 'PARTIAL_CANCELED':
      throw new TossError(400, 'ALREADY_PROCESSED_PAYMENT', '이미 처리된 결제 입니다.')
    case 'ABORTED':
    case 'EXPIRED':
    case 'READY':
      throw new TossError(
        404,
        'NOT_FOUND_PAYMENT_SESSION',
        '결제 시간이 만료되어 결제 진행 데이터가 존재하지 않습니다.',
      )
    case 'IN_PROGRESS':
      break
  }
  if (payment.orderId !== input.orderId || payment.amount !== input.amount) {
    throw new TossError(403, 'FORBIDDEN_REQUEST', '허용되지 않은 요청입니다.')
  }
  return { ...payment, status: 'DONE', approvedAt: input.now, lastTransactionKey: input.transactionKey }
}

export function abort(
  payment: PaymentRecord,
  failure: { readonly code: string; readonly message: string },
): PaymentRecord {
  return payment.status === 'READY' || payment.status === 'IN_PROGRESS'
    ? { ...payment, status: 'ABORTED', failure }
    : payment
}

export interface CancelInput {
  readonly reason: string
  /** Absent: all that is left. */
  readonly amount: number | undefined
  readonly now: number
  readonly transactionKey: string
}

/** Gives money back, all or part. @throws TossError. */
export function cancel(payment: PaymentRecord, input: CancelInput): PaymentRecord {
  if (payment.status === 'CANCELED')
    throw new TossError(400, 'ALREADY_CANCELED_PAYMENT', '이미 취소된 결제 입니다.')
  if (payment.status !== 'DONE' && payment.status !== 'PARTIAL_CANCELED') {
    throw new TossError(403, 'NOT_CANCELABLE_PAYMENT', '취소 할 수 없는 결제 입니다.')
  }
  const amount = input.amount ?? payment.balance
  if (amount > payment.balance)
    throw new TossError(403, 'NOT_CANCELABLE_AMOUNT', '취소 할 수 없는 금액 입니다.')
  const balance = payment.balance - amount
  const entry: Cancel = {
    transactionKey: input.transactionKey,
    cancelReason: input.reason,
    cancelAmount: amount,
    canceledAt: kst(input.now),
    refundableAmount: balance,
    cancelStatus: 'DONE',
  }
  return {
    ...payment,
    balance,
    status: balance === 0 ? 'CANCELED' : 'PARTIAL_CANCELED',
    lastTransactionKey: input.transactionKey,
    cancels: [...payment.cancels, entry],
  }
}

const METHOD_NAMES: Readonly<Record<PaymentRecord['method'], string>> = {
  CARD: '카드',
  TRANSFER: '계좌이체',
  MOBILE_PHONE: '휴대폰',
}

/** The `Payment` object of the API. @param origin address of this world, for `checkout.url`. */
export function paymentBody(payment: PaymentRecord, origin: string): object {
  const isPaid = payment.approvedAt !== null
  const card = {
    amount: payment.amount,
    issuerCode: '61',
    acquirerCode: '31',
    number: '12345678****000*',
    installmentPlanMonths: 0,
    approveNo: '00000000',
    cardType: '신용',
    ownerType: '개인',
    isInterestFree: false,
  }
  return {
    mId: 'tvivarepublica',
    version: '2022-11-16',
    paymentKey: payment.id,
    type: 'NORMAL',
    status: payment.status,
    lastTransactionKey: payment.lastTransactionKey,
    orderId: payment.orderId,
    orderName: payment.orderName,
    requestedAt: kst(payment.requestedAt),
    approvedAt: payment.approvedAt === null ? null : kst(payment.approvedAt),
    useEscrow: false,
    cultureExpense: false,
    card: isPaid && payment.method === 'CARD' ? card : null,
    virtualAccount: null,
    transfer:
      isPaid && payment.method === 'TRANSFER' ? { bankCode: '92', settlementStatus: 'INCOMPLETED' } : null,
    cancels: payment.cancels.length === 0 ? null : payment.cancels,
    secret: null,
    currency: 'KRW',
    method: isPaid ? METHOD_NAMES[payment.method] : null,
    totalAmount: payment.amount,
    balanceAmount: payment.balance,
    suppliedAmount: Math.round(payment.balance / 1.1),
    vat: payment.balance - Math.round(payment.balance / 1.1),
    taxFreeAmount: 0,
    failure: payment.failure,
    receipt: isPaid ? { url: `${origin}/toss/receipt/${payment.id}` } : null,
    checkout: { url: `${origin}/toss/checkout/${payment.id}` },
    country: 'KR',
  }
}

/** `2026-11-21T13:00:00+09:00`. */
function kst(at: number): string {
  return `${new Date(at + 9 * 3_600_000).toISOString().slice(0, 19)}+09:00`
}
