/** What is compared with the gateway, and what the comparisons found. */
import { sql } from 'kysely'
import { type OrderNo, parseOrderNo } from '../../domain/ids.ts'
import type { ReconciliationFinding } from '../../domain/reconciliation.ts'
import type { Database } from '../database.ts'
import { notifyScreens } from './notify.ts'
import { orderIdOf } from './order-ids.ts'

/** A payment of ours that the gateway may see otherwise. */
export interface PaymentToCompare {
  readonly orderNo: OrderNo
  readonly paymentKey: string
  /** Order id at the gateway. */
  readonly gatewayOrderId: string
  readonly counts: boolean
  readonly paid: boolean
  readonly outcome: 'delivered' | 'cancelled' | 'refunded' | null
  readonly refundedWon: number
  readonly toReturn: boolean
}

/** Payments opened longer ago are compared no more, unless their order still runs. */
const COMPARED_DAYS = 30
/** Orders that ended are compared for so long: late webhooks come within three days. */
const ENDED_DAYS = 7
const MAX_PAYMENTS = 1000

const OUTCOMES = ['delivered', 'cancelled', 'refunded'] as const

/** Payments at the gateway whose state could still matter, the newest first. */
export async function readPaymentsToCompare(db: Database): Promise<PaymentToCompare[]> {
  const rows = await db
    .selectFrom('payments')
    .innerJoin('orders', 'orders.id', 'payments.order_id')
    .innerJoin('tickets', 'tickets.order_id', 'orders.id')
    .where('payments.payment_key', 'is not', null)
    .where(sql<boolean>`payments.pg_response->>'orderId' is not null`)
    .where('payments.created_at', '>', daysAgo(COMPARED_DAYS))
    .where(({ eb, or }) =>
      or([
        eb('tickets.outcome', 'is', null),
        eb('tickets.updated_at', '>', daysAgo(ENDED_DAYS)),
        eb('payments.status', 'in', ['READY', 'IN_PROGRESS', 'WAITING_FOR_DEPOSIT']),
      ]),
    )
    // What ended at the gateway without money has nothing more to say.
    .where(({ eb, or }) =>
      or([
        eb('payments.status', 'not in', ['ABORTED', 'EXPIRED', 'CANCELED']),
        eb('payments.counts', '=', true),
      ]),
    )
    .select(({ selectFrom }) => [
      'orders.order_no',
      'payments.payment_key',
      sql<string>`payments.pg_response->>'orderId'`.as('gateway_order_id'),
      'payments.counts',
      'tickets.sub_state',
      'tickets.outcome',
      selectFrom('payment_ledger')
        .whereRef('payment_ledger.order_id', '=', 'orders.id')
        .where('payment_ledger.kind', '=', 'refund')
        .where('payment_ledger.state', '=', 'settled')
        .select(({ fn }) => fn.coalesce(fn.sum<string>('payment_ledger.amount'), sql<string>`0`).as('won'))
        .as('refunded'),
      selectFrom('money_to_return')
        .where(sql<boolean>`money_to_return.key = 'payment:' || payments.payment_key`)
        .select(({ fn }) => fn.countAll<string>().as('count'))
        .as('to_return'),
    ])
    .orderBy('payments.id', 'desc')
    .limit(MAX_PAYMENTS)
    .execute()
  return rows.map((row) => ({
    orderNo: parseOrderNo(row.order_no),
    paymentKey: row.payment_key ?? '',
    gatewayOrderId: row.gateway_order_id,
    counts: row.counts,
    paid: !['order_received', 'awaiting_payment'].includes(row.sub_state),
    outcome: OUTCOMES.find((outcome) => outcome === row.outcome) ?? null,
    refundedWon: Number(row.refunded ?? 0),
    toReturn: Number(row.to_return ?? 0) > 0,
  }))
}

const daysAgo = (days: number) => sql<Date>`now() - make_interval(days => ${days})`

/** Begins a run, or goes on with one that was begun under the same key. @returns its row. */
export async function beginRun(db: Database, key: string, startedBy: string): Promise<number> {
  const row = await db
    .insertInto('reconciliation_runs')
    .values({ run_key: key, started_by: startedBy })
    .onConflict((conflict) => conflict.column('run_key').doUpdateSet({ error: null }))
    .returning('id')
    .executeTakeFirstOrThrow()
  await notifyScreens(db, { type: 'money_changed' })
  return row.id
}

export interface RunEnd {
  readonly checked: number
  readonly findings: readonly ReconciliationFinding[]
  readonly error: string | null
}

export async function endRun(db: Database, id: number, { checked, findings, error }: RunEnd): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx
      .updateTable('reconciliation_runs')
      .set({ checked, findings: JSON.stringify(findings), error, finished_at: new Date() })
      .where('id', '=', id)
      .execute()
    await notifyScreens(trx, { type: 'money_changed' })
  })
}

/** Money at the gateway for an order that is closed: a person returns it. */
export async function listMoneyToReturn(
  db: Database,
  finding: ReconciliationFinding,
  source: 'virtual_account' | 'card',
): Promise<void> {
  await db
    .insertInto('money_to_return')
    .values({
      order_id: await orderIdOf(db, finding.order_no),
      key: `payment:${finding.payment_key}`,
      amount: finding.amount,
      source,
      reason: 'order_closed',
    })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute()
}
