/** A payment of Toss Payments and how its status changes. Pure: time comes in as an argument. */
import type { Cancel, PaymentRecord, PaymentStatus, RefundAccount } from './payment-record.ts'
import { TossError } from './toss-error.ts'
import { checkRefundAccount, virtualAccountBody } from './virtual-account.ts'

/** The customer must agree within 30 minutes of READY, and the shop confirm within 10 minutes of that. */
const AUTHENTICATION_LIMIT_MS = 30 * 60_000
const CONFIRMATION_LIMIT_MS = 10 * 60_000

/** The payment as time left it: what waits for the customer expires. */
export function atTime(payment: PaymentRecord, now: number): PaymentRecord {
  const isLate =
    (payment.status === 'WAITING_FOR_DEPOSIT' && now > (payment.virtualAccount?.dueAt ?? 0)) ||
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
    case 'WAITING_FOR_DEPOSIT':
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
  readonly refundReceiveAccount: RefundAccount | undefined
  readonly now: number
  readonly transactionKey: string
}

/** A virtual account that waits is closed by it. */
const CANCELABLE: ReadonlySet<PaymentStatus> = new Set(['DONE', 'PARTIAL_CANCELED', 'WAITING_FOR_DEPOSIT'])

/** Gives money back, all or part. @throws TossError. */
export function cancel(payment: PaymentRecord, input: CancelInput): PaymentRecord {
  if (payment.status === 'CANCELED')
    throw new TossError(400, 'ALREADY_CANCELED_PAYMENT', '이미 취소된 결제 입니다.')
  if (!CANCELABLE.has(payment.status))
    throw new TossError(403, 'NOT_CANCELABLE_PAYMENT', '취소 할 수 없는 결제 입니다.')
  checkRefundAccount(payment, input.refundReceiveAccount)
  const amount = input.amount ?? payment.balance
  if (amount > payment.balance)
    throw new TossError(403, 'NOT_CANCELABLE_AMOUNT', '취소 할 수 없는 금액 입니다.')
  if (payment.approvedAt === null && amount !== payment.balance)
    throw new TossError(403, 'NOT_CANCELABLE_AMOUNT', '입금 전에는 전액만 취소할 수 있습니다.')
  const balance = payment.balance - amount
  const entry: Cancel = {
    transactionKey: input.transactionKey,
    cancelReason: input.reason,
    cancelAmount: amount,
    canceledAt: kst(input.now),
    refundableAmount: balance,
    cancelStatus: 'DONE',
    ...(input.refundReceiveAccount === undefined ? {} : { refundReceiveAccount: input.refundReceiveAccount }),
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
  VIRTUAL_ACCOUNT: '가상계좌',
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
    ...virtualAccountBody(payment, kst),
    transfer:
      isPaid && payment.method === 'TRANSFER' ? { bankCode: '92', settlementStatus: 'INCOMPLETED' } : null,
    cancels: payment.cancels.length === 0 ? null : payment.cancels,
    secret: payment.secret,
    currency: 'KRW',
    // What the customer chooses at the checkout is known once it is paid.
    method: isPaid || payment.virtualAccount !== null ? METHOD_NAMES[payment.method] : null,
    totalAmount: payment.amount,
    balanceAmount: payment.balance,
    suppliedAmount: Math.round(payment.balance / 1.1),
    vat: payment.balance - Math.round(payment.balance / 1.1),
    taxFreeAmount: 0,
    failure: payment.failure,
    receipt: isPaid ? { url: `${origin}/toss/receipt/${payment.id}` } : null,
    checkout: payment.virtualAccount === null ? { url: `${origin}/toss/checkout/${payment.id}` } : null,
    country: 'KR',
  }
}

/** `2026-11-21T13:00:00+09:00`. */
function kst(at: number): string {
  return `${new Date(at + 9 * 3_600_000).toISOString().slice(0, 19)}+09:00`
}
