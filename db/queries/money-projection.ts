/** What a ticket knows of its money, as rows: part of the ticket's own projection, in its transaction. */
import { sql } from 'kysely'
import type { TicketData } from '../../domain/ticket.ts'
import { moneyToReturn } from '../../domain/ticket-money.ts'
import type { DatabaseTransaction } from '../database.ts'
import { type DataKeys, encryptText } from '../encryption.ts'
import { notifyScreens } from './notify.ts'

/** Only for the newest version of a ticket; what people made of the rows stays. */
export async function projectMoney(
  trx: DatabaseTransaction,
  keys: DataKeys,
  orderId: number,
  ticket: TicketData,
): Promise<void> {
  const { payment, openedPayments, deposits, surplus } = ticket
  if (payment !== null || openedPayments.length > 0) await markPayment(trx, orderId, ticket)
  await writeRefundAccount(trx, keys, orderId, ticket)
  if (deposits.length + surplus.length === 0) return
  if (await writeMoneyToReturn(trx, orderId, ticket)) await notifyScreens(trx, { type: 'money_changed' })
}

/** Says which payment paid the order; one that no gateway knows gets its row here. */
async function markPayment(trx: DatabaseTransaction, orderId: number, ticket: TicketData): Promise<void> {
  const { payment, orderNo, refunded } = ticket
  if (payment !== null && payment.paymentKey === null) {
    const status = refunded ? 'CANCELED' : 'DONE'
    await trx
      .insertInto('payments')
      .values({
        order_id: orderId,
        payment_key: `${payment.method}:${orderNo}`,
        method: payment.method,
        amount: payment.amountWon,
        status,
        paid_at: payment.paidAt,
        counts: true,
      })
      .onConflict((conflict) => conflict.column('payment_key').doUpdateSet({ status }))
      .execute()
    return
  }
  const paymentKey = payment?.paymentKey ?? null
  await sql`
    update payments set counts = payment_key is not distinct from ${paymentKey}
    where order_id = ${orderId} and counts <> (payment_key is not distinct from ${paymentKey})
  `.execute(trx)
}

async function writeRefundAccount(
  trx: DatabaseTransaction,
  keys: DataKeys,
  orderId: number,
  { refundAccount }: TicketData,
): Promise<void> {
  if (refundAccount === null) return
  const account = encryptText(JSON.stringify(refundAccount), keys)
  await trx
    .insertInto('refund_accounts')
    .values({ order_id: orderId, account })
    .onConflict((conflict) => conflict.column('order_id').doUpdateSet({ account, updated_at: new Date() }))
    .execute()
}

/** @returns whether the list is another one now. */
async function writeMoneyToReturn(
  trx: DatabaseTransaction,
  orderId: number,
  ticket: TicketData,
): Promise<boolean> {
  const due = moneyToReturn(ticket)
  let changed = false
  for (const { key, amountWon, source, reason } of due) {
    const written = await trx
      .insertInto('money_to_return')
      .values({ order_id: orderId, key, amount: amountWon, source, reason })
      .onConflict((conflict) =>
        conflict
          .column('key')
          .doUpdateSet({ amount: amountWon })
          .where('money_to_return.status', '=', 'open')
          .where('money_to_return.amount', '<>', amountWon),
      )
      .returning('id')
      .execute()
    changed ||= written.length > 0
  }
  // What the ticket has given back by itself needs nobody any more.
  const settled = await trx
    .updateTable('money_to_return')
    .set({ status: 'returned', settled_by: 'system', settled_at: new Date() })
    .where('order_id', '=', orderId)
    .where('status', '=', 'open')
    .$if(due.length > 0, (query) =>
      query.where(
        'key',
        'not in',
        due.map(({ key }) => key),
      ),
    )
    .returning('id')
    .execute()
  return changed || settled.length > 0
}
