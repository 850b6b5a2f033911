/** Compares our books with the gateway's: money that came in silently, money without an order. */
import type { Settings } from '../config/settings.ts'
import type { Database } from '../db/database.ts'
import { recordPayment } from '../db/queries/payments.ts'
import {
  beginRun,
  endRun,
  listMoneyToReturn,
  type PaymentToCompare,
  readPaymentsToCompare,
} from '../db/queries/reconciliation.ts'
import { compareBooks, type ReconciliationFinding } from '../domain/reconciliation.ts'
import type { PaymentActivities } from './activity-types.ts'
import { PartyError } from './http.ts'
import type { ReconciliationActivities } from './money-types.ts'
import { paymentRecordOf, readingOf } from './payments.ts'
import type { TellOfPayment } from './ticket-money.ts'
import type { TossClient, TossPayment } from './toss-client.ts'

export interface ReconciliationDependencies {
  readonly db: Database
  readonly toss: Pick<TossClient, 'readOrder'>
  readonly settings: Pick<Settings, 'dataKey'>
  readonly tell: TellOfPayment
  readonly refund: PaymentActivities['refundPayment']
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** A payment this young is on its way to its ticket by itself. */
const YOUNG_MS = 15_000
const AT_ONCE = 4

export function createReconciliationActivities(deps: ReconciliationDependencies): ReconciliationActivities {
  const { db } = deps
  return {
    async reconcilePayments({ startedBy, key }) {
      const run = await beginRun(db, key, startedBy)
      const findings: ReconciliationFinding[] = []
      let checked = 0
      try {
        const payments = await readPaymentsToCompare(db)
        for (let from = 0; from < payments.length; from += AT_ONCE) {
          const some = payments.slice(from, from + AT_ONCE)
          const found = await Promise.all(some.map((payment) => reconcile(deps, payment)))
          checked += some.length
          findings.push(...found.flatMap((finding) => finding ?? []))
        }
      } catch (error) {
        await endRun(db, run, { checked, findings, error: error instanceof Error ? error.message : 'error' })
        throw error
      }
      await endRun(db, run, { checked, findings, error: null })
      return { checked, findings: findings.length }
    },
  }
}

async function reconcile(
  deps: ReconciliationDependencies,
  payment: PaymentToCompare,
): Promise<ReconciliationFinding | null> {
  const { orderNo } = payment
  const atGateway = await readGateway(deps, payment.gatewayOrderId)
  if (atGateway === null || isYoung(atGateway, deps.now())) return null
  await recordPayment(deps.db, paymentRecordOf(orderNo, atGateway, deps.settings.dataKey))
  const { paymentKey } = atGateway
  // The gateway may have made another payment of the same order id whose answer never reached us.
  const isOurs = paymentKey === payment.paymentKey
  const reading = readingOf(atGateway)
  const finding = compareBooks({
    orderNo,
    paymentKey,
    gateway: {
      status: reading.status,
      method: atGateway.method ?? 'CARD',
      amountWon: atGateway.totalAmount,
      balanceWon: atGateway.balanceAmount ?? atGateway.totalAmount,
    },
    ours: { ...payment, counts: payment.counts && isOurs, toReturn: payment.toReturn && isOurs },
  })
  if (finding !== null) await setRight(deps, finding)
  return finding
}

async function setRight(deps: ReconciliationDependencies, finding: ReconciliationFinding): Promise<void> {
  const { kind, order_no: orderNo, payment_key: paymentKey, amount: amountWon } = finding
  switch (kind) {
    case 'silent_payment':
    case 'payment_gone':
      await deps.tell(orderNo, paymentKey)
      return
    case 'card_returned':
      await deps.refund({
        orderNo,
        paymentKey,
        key: `reconciliation:${paymentKey}`,
        amountWon,
        reason: '끝난 주문에 결제됨',
      })
      return
    case 'money_without_order':
      await listMoneyToReturn(deps.db, finding, 'virtual_account')
      return
    case 'refund_differs':
  }
}

async function readGateway(
  { toss }: ReconciliationDependencies,
  gatewayOrderId: string,
): Promise<TossPayment | null> {
  try {
    return await toss.readOrder(gatewayOrderId)
  } catch (error) {
    if (error instanceof PartyError && error.status === 404) return null
    throw error
  }
}

const isYoung = ({ approvedAt }: TossPayment, nowMs: number): boolean =>
  approvedAt !== null && nowMs - Date.parse(approvedAt) < YOUNG_MS
