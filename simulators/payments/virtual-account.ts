/** A virtual account of Toss Payments: an account number for one payment. Pure: time comes in as an argument. */
import type { PaymentRecord, RefundAccount } from './payment-record.ts'
import { TossError } from './toss-error.ts'

/** Codes of the banks that issue virtual accounts or take refunds, with the names Toss takes instead. */
const BANKS: Readonly<Record<string, string>> = {
  '39': '경남',
  '34': '광주',
  '45': '새마을',
  '11': '농협',
  '31': '대구',
  '32': '부산',
  '07': '수협',
  '88': '신한',
  '48': '신협',
  '20': '우리',
  '71': '우체국',
  '37': '전북',
  '35': '제주',
  '90': '카카오뱅크',
  '89': '케이뱅크',
  '92': '토스뱅크',
  '81': '하나',
  '06': '국민',
  '03': '기업',
  '23': 'SC제일',
}
/** Banks without virtual accounts of their own. */
const NO_VIRTUAL_ACCOUNTS = new Set(['48', '35', '90', '89', '92', '23'])

/** The bank takes this deposit back to its sender. */
export class DepositRefusedError extends Error {
  readonly retryable = false
  readonly code: 'CLOSED' | 'LATE' | 'AMOUNT'
  constructor(code: DepositRefusedError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** @param bank code or name. @throws TossError INVALID_BANK. */
function bankCode(bank: string): string {
  const code = bank in BANKS ? bank : Object.keys(BANKS).find((key) => BANKS[key] === bank)
  if (code === undefined) throw new TossError(400, 'INVALID_BANK', '유효하지 않은 은행입니다.')
  return code
}

/** @throws TossError INVALID_BANK. */
export function issuingBank(bank: string): string {
  const code = bankCode(bank)
  if (NO_VIRTUAL_ACCOUNTS.has(code))
    throw new TossError(400, 'INVALID_BANK', '가상계좌를 발급할 수 없는 은행입니다.')
  return code
}

export interface DepositInput {
  /** Won. */
  readonly amount: number
  /** Anybody's: only the account and the amount count. */
  readonly depositor: string
  readonly now: number
  readonly transactionKey: string
}

/** Money comes in. @throws DepositRefusedError unless it is the exact amount in time for an open account. */
export function deposit(payment: PaymentRecord, input: DepositInput): PaymentRecord {
  const account = payment.virtualAccount
  if (account === null) throw new DepositRefusedError('CLOSED', '가상계좌가 아닙니다.')
  if (payment.status === 'EXPIRED') throw new DepositRefusedError('LATE', '입금 기한이 지난 계좌입니다.')
  if (payment.status !== 'WAITING_FOR_DEPOSIT')
    throw new DepositRefusedError('CLOSED', '더 이상 입금할 수 없는 계좌입니다.')
  if (payment.amount !== input.amount)
    throw new DepositRefusedError(
      'AMOUNT',
      `${payment.amount.toLocaleString('ko-KR')}원만 입금할 수 있습니다.`,
    )
  return {
    ...payment,
    status: 'DONE',
    approvedAt: input.now,
    lastTransactionKey: input.transactionKey,
    virtualAccount: { ...account, depositor: input.depositor },
  }
}

/** The bank takes a deposit back that it has told already, e.g. after an error at the branch. */
export function fallBack(payment: PaymentRecord): PaymentRecord {
  if (payment.status !== 'DONE' || payment.virtualAccount === null)
    throw new DepositRefusedError('CLOSED', '입금이 완료된 가상계좌가 아닙니다.')
  const virtualAccount = { ...payment.virtualAccount, depositor: null }
  return { ...payment, status: 'WAITING_FOR_DEPOSIT', approvedAt: null, virtualAccount }
}

/** @throws TossError for a paid virtual account without a place for its money. */
export function checkRefundAccount(payment: PaymentRecord, account: RefundAccount | undefined): void {
  if (payment.virtualAccount === null || payment.approvedAt === null) return
  if (account === undefined)
    throw new TossError(
      400,
      'INVALID_REQUEST',
      '가상계좌 결제를 취소하려면 환불 계좌(refundReceiveAccount)가 필요합니다.',
    )
  bankCode(account.bank)
  if (!/^\d{8,20}$/.test(account.accountNumber))
    throw new TossError(400, 'INVALID_REFUND_ACCOUNT_NUMBER', '잘못된 환불 계좌번호입니다.')
}

/** `virtualAccount` and `cashReceipt` of the `Payment` object. @param kst writes a time as the API does. */
export function virtualAccountBody(payment: PaymentRecord, kst: (at: number) => string): object {
  const account = payment.virtualAccount
  if (account === null) return { virtualAccount: null, cashReceipt: null }
  const { accountNumber, bankCode: bank, customerName, depositor, dueAt, cashReceipt } = account
  const isPaid = payment.approvedAt !== null
  const refunded = payment.cancels.some((cancel) => cancel.refundReceiveAccount !== undefined)
  return {
    virtualAccount: {
      accountType: '일반',
      accountNumber,
      bankCode: bank,
      customerName,
      depositorName: depositor,
      dueDate: kst(dueAt),
      expired: payment.status === 'EXPIRED',
      settlementStatus: 'INCOMPLETED',
      refundStatus: refunded ? 'COMPLETED' : 'NONE',
      refundReceiveAccount: payment.cancels.at(-1)?.refundReceiveAccount ?? null,
    },
    cashReceipt:
      isPaid && cashReceipt !== null && cashReceipt.type !== '미발행'
        ? {
            type: cashReceipt.type,
            receiptKey: payment.id.slice(-16),
            issueNumber: payment.id.slice(-9),
            amount: payment.balance,
            taxFreeAmount: 0,
          }
        : null,
  }
}
