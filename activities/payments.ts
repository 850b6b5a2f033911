/** Cards and virtual accounts through Toss Payments. Money moves only through a ledger row written before the call. */

import type { Settings } from '../config/settings.ts'
import type { Database } from '../db/database.ts'
import { type DataKeys, decryptText, encryptText } from '../db/encryption.ts'
import {
  openLedgerEntry,
  type PaymentRecord,
  readCashReceipt,
  recordPayment,
  settleLedgerEntry,
} from '../db/queries/payments.ts'
import { isBankCode, type RefundAccount } from '../domain/banks.ts'
import { CASH_RECEIPT_TYPES, type CashReceipt, parseCashReceipt } from '../domain/cash-receipt.ts'
import type { OrderNo } from '../domain/ids.ts'
import type { IssueCause } from '../domain/issue-cause.ts'
import { koreanIso } from '../domain/korean-time.ts'
import { makeLinkToken } from '../domain/signed-link.ts'
import type { VirtualAccount } from '../domain/ticket-money-data.ts'
import type { PaymentActivities, PaymentReading, PaymentReference } from './activity-types.ts'
import { PartyError } from './http.ts'
import type { TossCancellation, TossClient, TossPayment } from './toss-client.ts'

export interface PaymentDependencies {
  readonly db: Database
  readonly toss: Pick<TossClient, 'create' | 'createVirtualAccount' | 'confirm' | 'read' | 'cancel'>
  readonly settings: Pick<Settings, 'publicUrl' | 'secret' | 'dataKey'>
}

/** The gateway speaks of another order or amount than ours: a person must look; retrying will not help. */
class PaymentMismatchError extends Error {
  readonly issueCause: IssueCause = { code: 'payment_mismatch' }
  readonly retryable = false
}

/** Our key is wrong or lacks rights: nobody's card is at fault. */
const isOurFault = (error: PartyError): boolean =>
  error.status === 401 || /API_KEY|UNAUTHORIZED/.test(error.code)

export function createPaymentActivities({ db, toss, settings }: PaymentDependencies): PaymentActivities {
  const record = (orderNo: OrderNo, payment: TossPayment, cashReceipt: CashReceipt | null = null) =>
    recordPayment(db, {
      ...paymentRecordOf(orderNo, payment, settings.dataKey),
      ...(cashReceipt === null
        ? {}
        : { cashReceipt: encryptText(JSON.stringify(cashReceipt), settings.dataKey) }),
    })

  async function read(reference: PaymentReference): Promise<PaymentReading> {
    const payment = await toss.read(reference.paymentKey)
    mustMatch(payment, reference)
    await record(reference.orderNo, payment)
    return readingOf(payment)
  }

  /** Whatever is uncertain stays pending in the ledger. */
  async function settle(key: string, reading: PaymentReading): Promise<void> {
    if (reading.status === 'open') return
    await settleLedgerEntry(db, key, reading.status === 'paid' ? 'settled' : 'failed', reading)
  }

  async function confirm(reference: PaymentReference, key: string): Promise<PaymentReading> {
    const { paymentKey, gatewayOrderId, amountWon, orderNo } = reference
    try {
      const payment = await toss.confirm({ paymentKey, orderId: gatewayOrderId, amount: amountWon }, key)
      mustMatch(payment, reference)
      await record(orderNo, payment)
      return readingOf(payment)
    } catch (error) {
      if (!(error instanceof PartyError) || error.retryable || isOurFault(error)) throw error
      // Confirmed by a try whose answer was lost: the payment itself knows.
      if (error.code === 'ALREADY_PROCESSED_PAYMENT') return read(reference)
      return { status: 'refused', code: error.code, reason: error.message }
    }
  }

  /** What the customer told for the cash receipt of this payment. */
  async function keptCashReceipt(paymentKey: string): Promise<CashReceipt | null> {
    const kept = await readCashReceipt(db, paymentKey)
    return kept === null ? null : parseCashReceipt(decryptText(kept, settings.dataKey))
  }

  return {
    async createPayment({ orderNo, gatewayOrderId, key, amountWon }) {
      const page = `${settings.publicUrl}/pay/${makeLinkToken('pay', orderNo, settings.secret)}`
      const payment = await toss.create(
        {
          method: 'CARD',
          amount: amountWon,
          orderId: gatewayOrderId,
          orderName: '근조화환',
          successUrl: `${page}/success`,
          failUrl: `${page}/fail`,
        },
        key,
      )
      const checkoutUrl = payment.checkout?.url
      if (checkoutUrl === undefined) throw new PaymentMismatchError('결제사가 결제 페이지를 주지 않았습니다.')
      await record(orderNo, payment)
      return { paymentKey: payment.paymentKey, checkoutUrl }
    },

    async createVirtualAccount({ orderNo, gatewayOrderId, key, amountWon, bankCode, ...input }) {
      const { customerName, dueAt, insteadOf } = input
      const cashReceipt = insteadOf === undefined ? input.cashReceipt : await keptCashReceipt(insteadOf)
      const payment = await toss.createVirtualAccount(
        {
          amount: amountWon,
          orderId: gatewayOrderId,
          orderName: '근조화환',
          customerName: customerName.slice(0, MAX_CUSTOMER_NAME) || '고객',
          bank: bankCode,
          dueDate: dueAt.slice(0, 'YYYY-MM-DDThh:mm:ss'.length),
          ...(cashReceipt === null
            ? {}
            : {
                cashReceipt: {
                  type: CASH_RECEIPT_TYPES[cashReceipt.kind],
                  registrationNumber: cashReceipt.number,
                },
              }),
        },
        key,
      )
      mustMatch(payment, { gatewayOrderId, amountWon })
      const virtualAccount = accountOf(payment)
      if (virtualAccount === null) throw new PaymentMismatchError('결제사가 가상계좌를 주지 않았습니다.')
      await record(orderNo, payment, cashReceipt)
      return { paymentKey: payment.paymentKey, virtualAccount }
    },

    async closeVirtualAccount({ key: _key, ...reference }) {
      const reading = await read(reference)
      if (reading.status !== 'open') return reading
      try {
        const key = `close:${reference.paymentKey}`
        const payment = await toss.cancel(reference.paymentKey, { cancelReason: '다른 방법으로 결제' }, key)
        await record(reference.orderNo, payment)
        return readingOf(payment)
      } catch (error) {
        if (!(error instanceof PartyError) || error.retryable || isOurFault(error)) throw error
        // The money was faster, or the gateway keeps the account until it is due: it says itself.
        return read(reference)
      }
    },

    async confirmPayment({ key, ...reference }) {
      const { orderNo, amountWon } = reference
      await openLedgerEntry(db, { orderNo, key, kind: 'charge', amountWon })
      const reading = await confirm(reference, key)
      await settle(key, reading)
      return reading
    },

    async readPayment({ key, ...reference }) {
      const reading = await read(reference)
      // A confirmation whose answer was lost is settled by what the gateway says now.
      await settle(key, reading)
      return reading
    },

    async refundPayment({ orderNo, paymentKey, key, amountWon, reason, part, refundAccount }) {
      const refusals = await openLedgerEntry(db, { orderNo, key, kind: 'refund', amountWon, reason })
      // The gateway repeats its answer to a key: a refused request that was mended is another one.
      const gatewayKey = refusals === 0 ? key : `${key}:${refusals}`
      const cancellation: TossCancellation = {
        cancelReason: reason.slice(0, 200) || '주문 취소',
        ...(part === true ? { cancelAmount: amountWon } : {}),
        ...(refundAccount === undefined ? {} : { refundReceiveAccount: receiverOf(refundAccount) }),
      }
      try {
        await record(orderNo, await toss.cancel(paymentKey, cancellation, gatewayKey))
      } catch (error) {
        if (!(error instanceof PartyError)) throw error
        if (error.code !== 'ALREADY_CANCELED_PAYMENT' || part === true) {
          if (!error.retryable) await settleLedgerEntry(db, key, 'failed', { code: error.code })
          throw error
        }
        await record(orderNo, await toss.read(paymentKey))
      }
      await settleLedgerEntry(db, key, 'settled', { paymentKey })
    },
  }
}

/** The longest name the gateway takes. */
const MAX_CUSTOMER_NAME = 100

const receiverOf = ({ bankCode, accountNumber, holder }: RefundAccount) => ({
  bank: bankCode,
  accountNumber,
  holderName: holder,
})

/** A payment as it is kept: secrets encrypted apart, what is personal left out of the gateway's answer. */
export function paymentRecordOf(orderNo: OrderNo, payment: TossPayment, keys: DataKeys): PaymentRecord {
  const { secret, virtualAccount: _account, cancels, ...rest } = payment
  const response = {
    ...rest,
    cancels: cancels?.map(({ refundReceiveAccount: _to, ...kept }) => kept) ?? null,
  }
  const account = accountOf(payment)
  return {
    orderNo,
    paymentKey: payment.paymentKey,
    method: payment.method ?? (account === null ? 'CARD' : 'VIRTUAL_ACCOUNT'),
    amountWon: payment.totalAmount,
    status: payment.status,
    paidAt: payment.approvedAt,
    response,
    ...(account === null ? {} : { account }),
    ...(secret ? { depositSecret: encryptText(secret, keys) } : {}),
  }
}

function accountOf({ virtualAccount }: TossPayment): VirtualAccount | null {
  if (virtualAccount === undefined || virtualAccount === null) return null
  const { bankCode, accountNumber, customerName, dueDate } = virtualAccount
  if (!isBankCode(bankCode)) throw new PaymentMismatchError(`결제사가 모르는 은행을 알려 주었습니다.`)
  const dueAt = /(Z|[+-]\d{2}:\d{2})$/.test(dueDate) ? dueDate : `${dueDate}+09:00`
  return { bankCode, accountNumber, holder: customerName, dueAt: koreanIso(Date.parse(dueAt)) }
}

function mustMatch(
  payment: TossPayment,
  reference: Pick<PaymentReference, 'gatewayOrderId' | 'amountWon'>,
): void {
  if (payment.orderId === reference.gatewayOrderId && payment.totalAmount === reference.amountWon) return
  throw new PaymentMismatchError('결제사의 주문번호나 금액이 우리 주문과 다릅니다.')
}

/** The gateway’s word as we act on it. */
export function readingOf(payment: TossPayment): PaymentReading {
  switch (payment.status) {
    case 'DONE':
    case 'PARTIAL_CANCELED':
      return {
        status: 'paid',
        method: payment.method ?? 'CARD',
        paidAt: payment.approvedAt ?? new Date().toISOString(),
        ...(payment.balanceAmount === undefined ? {} : { balanceWon: payment.balanceAmount }),
      }
    case 'READY':
    case 'IN_PROGRESS':
    case 'WAITING_FOR_DEPOSIT':
      return { status: 'open' }
    case 'ABORTED':
    case 'EXPIRED':
      return {
        status: 'refused',
        code: payment.failure?.code ?? payment.status,
        reason: payment.failure?.message ?? '결제가 승인되지 않았습니다.',
      }
    case 'CANCELED':
      return { status: 'taken_back', reason: '결제가 취소되었습니다.' }
  }
}
