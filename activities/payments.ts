/** Card payments through Toss Payments. Money moves only through a ledger row written before the call. */
import type { Settings } from '../config/settings.ts'
import type { Database } from '../db/database.ts'
import { openLedgerEntry, recordPayment, settleLedgerEntry } from '../db/queries/payments.ts'
import type { OrderNo } from '../domain/ids.ts'
import { makeLinkToken } from '../domain/signed-link.ts'
import type { PaymentActivities, PaymentReading, PaymentReference } from './activity-types.ts'
import { PartyError } from './http.ts'
import type { TossClient, TossPayment } from './toss-client.ts'

export interface PaymentDependencies {
  readonly db: Database
  readonly toss: Pick<TossClient, 'create' | 'confirm' | 'read' | 'cancel'>
  readonly settings: Pick<Settings, 'publicUrl' | 'secret'>
}

/** The gateway speaks of another order or amount than ours: a person must look; retrying will not help. */
class PaymentMismatchError extends Error {
  readonly retryable = false
}

/** Our key is wrong or lacks rights: nobody's card is at fault. */
const isOurFault = (error: PartyError): boolean =>
  error.status === 401 || /API_KEY|UNAUTHORIZED/.test(error.code)

export function createPaymentActivities({ db, toss, settings }: PaymentDependencies): PaymentActivities {
  const record = (orderNo: OrderNo, payment: TossPayment) =>
    recordPayment(db, {
      orderNo,
      paymentKey: payment.paymentKey,
      method: payment.method ?? 'CARD',
      amountWon: payment.totalAmount,
      status: payment.status,
      paidAt: payment.approvedAt,
      response: payment,
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

    async refundPayment({ orderNo, paymentKey, key, amountWon, reason }) {
      await openLedgerEntry(db, { orderNo, key, kind: 'refund', amountWon, reason })
      try {
        await record(orderNo, await toss.cancel(paymentKey, reason.slice(0, 200) || '주문 취소', key))
      } catch (error) {
        if (!(error instanceof PartyError)) throw error
        if (error.code !== 'ALREADY_CANCELED_PAYMENT') {
          if (!error.retryable) await settleLedgerEntry(db, key, 'failed', { code: error.code })
          throw error
        }
        await record(orderNo, await toss.read(paymentKey))
      }
      await settleLedgerEntry(db, key, 'settled', { paymentKey })
    },
  }
}

function mustMatch(payment: TossPayment, reference: PaymentReference): void {
  if (payment.orderId === reference.gatewayOrderId && payment.totalAmount === reference.amountWon) return
  throw new PaymentMismatchError('결제사의 주문번호나 금액이 우리 주문과 다릅니다.')
}

function readingOf(payment: TossPayment): PaymentReading {
  switch (payment.status) {
    case 'DONE':
      return {
        status: 'paid',
        method: payment.method ?? 'CARD',
        paidAt: payment.approvedAt ?? new Date().toISOString(),
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
    case 'PARTIAL_CANCELED':
      return { status: 'taken_back', reason: '결제가 취소되었습니다.' }
  }
}
