/** Payments as the gateway tells of them, and the ledger through which money moves. */
import type { OrderNo } from '../../domain/ids.ts'
import type { Database } from '../database.ts'
import { orderIdOf } from './order-ids.ts'

export interface PaymentRecord {
  readonly orderNo: OrderNo
  readonly paymentKey: string
  readonly method: string
  /** Won. */
  readonly amountWon: number
  /** The gateway's word, e.g. READY, DONE, CANCELED. */
  readonly status: string
  readonly paidAt: string | null
  /** As the gateway answered, without secrets and personal data. */
  readonly response: unknown
  /** Only of a virtual account. */
  readonly account?: {
    readonly bankCode: string
    readonly accountNumber: string
    readonly holder: string
    readonly dueAt: string
  }
  /** (enc) */
  readonly depositSecret?: string
  /** (enc) Where the gateway does not tell it again, what was kept stays. */
  readonly cashReceipt?: string
}

/** Keeps what the gateway last said of a payment. */
export async function recordPayment(db: Database, payment: PaymentRecord): Promise<void> {
  const changing = {
    method: payment.method,
    status: payment.status,
    paid_at: payment.paidAt,
    pg_response: JSON.stringify(payment.response),
    ...(payment.account === undefined
      ? {}
      : {
          account_bank: payment.account.bankCode,
          account_number: payment.account.accountNumber,
          account_holder: payment.account.holder,
          due_at: payment.account.dueAt,
        }),
    ...(payment.depositSecret === undefined ? {} : { deposit_secret: payment.depositSecret }),
    ...(payment.cashReceipt === undefined ? {} : { cash_receipt: payment.cashReceipt }),
  }
  await db
    .insertInto('payments')
    .values({
      ...changing,
      order_id: await orderIdOf(db, payment.orderNo),
      payment_key: payment.paymentKey,
      amount: payment.amountWon,
    })
    .onConflict((conflict) => conflict.column('payment_key').doUpdateSet(changing))
    .execute()
}

/** (enc) What was told for the cash receipt of a payment; null without any. */
export async function readCashReceipt(db: Database, paymentKey: string): Promise<string | null> {
  const row = await db
    .selectFrom('payments')
    .select('cash_receipt')
    .where('payment_key', '=', paymentKey)
    .executeTakeFirst()
  return row?.cash_receipt ?? null
}

export interface LedgerEntry {
  readonly orderNo: OrderNo
  /** Idempotency key, the same that goes to the gateway. */
  readonly key: string
  readonly kind: 'charge' | 'refund'
  /** Won. */
  readonly amountWon: number
  readonly reason?: string
}

/**
 * Before the call: says that money is about to move. A failed try becomes pending again, a settled one stays.
 * @returns how often it has been refused so far.
 */
export async function openLedgerEntry(db: Database, entry: LedgerEntry): Promise<number> {
  await db
    .insertInto('payment_ledger')
    .values({
      order_id: await orderIdOf(db, entry.orderNo),
      idempotency_key: entry.key,
      kind: entry.kind,
      amount: entry.amountWon,
      state: 'pending',
      reason: entry.reason ?? null,
    })
    .onConflict((conflict) =>
      conflict
        .column('idempotency_key')
        .doUpdateSet({ state: 'pending' })
        .where('payment_ledger.state', '=', 'failed'),
    )
    .execute()
  const { refusals } = await db
    .selectFrom('payment_ledger')
    .select('refusals')
    .where('idempotency_key', '=', entry.key)
    .executeTakeFirstOrThrow()
  return refusals
}

/** After the call: says whether it moved. */
export async function settleLedgerEntry(
  db: Database,
  key: string,
  state: 'settled' | 'failed',
  response: unknown,
): Promise<void> {
  await db
    .updateTable('payment_ledger')
    .set(({ eb }) => ({
      state,
      pg_response: JSON.stringify(response),
      settled_at: new Date(),
      refusals: state === 'failed' ? eb('refusals', '+', 1) : eb.ref('refusals'),
    }))
    .where('idempotency_key', '=', key)
    .where('state', '=', 'pending')
    .execute()
}
