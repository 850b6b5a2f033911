/** The money of one order: how it was paid, where it is to be transferred to, what came and what went back. */
import { z } from '@hono/zod-openapi'
import { parseJson } from '../parse-json.ts'
import type { TicketParts } from '../queries/tickets.ts'
import { type TicketDetail, ticketDetailSchema } from '../schemas/tickets.ts'
import { shownTime, shownTimeOrNull, type ViewContext } from './view-context.ts'

/** Column `payments.cash_receipt`, decrypted: CashReceipt of domain/cash-receipt.ts. */
const cashReceiptSchema = z.object({
  kind: z.enum(['income_deduction', 'business_expense']),
  number: z.string(),
})
const refundState = ticketDetailSchema.shape.refunds.element.shape.state

type Money = Pick<TicketDetail, 'payments' | 'deposits' | 'refunds' | 'refunded'>
type MoneyParts = Pick<TicketParts, 'payments' | 'deposits' | 'refunds'>

export function viewMoney({ payments, deposits, refunds }: MoneyParts, context: ViewContext): Money {
  return {
    payments: payments.map((payment) => ({
      id: payment.id,
      method: payment.method,
      amount: payment.amount,
      status: payment.status,
      paid_at: shownTimeOrNull(payment.paid_at),
      created_at: shownTime(payment.created_at),
      account: viewAccount(payment),
      cash_receipt: payment.cash_receipt === null ? null : viewCashReceipt(payment.cash_receipt, context),
    })),
    deposits: deposits.map(({ depositor, received_at, ...deposit }) => ({
      ...deposit,
      depositor: context.plain(depositor),
      received_at: shownTime(received_at),
    })),
    refunds: refunds.map(({ id, amount, state, created_at, settled_at }) => ({
      id,
      amount,
      state: refundState.parse(state),
      created_at: shownTime(created_at),
      settled_at: shownTimeOrNull(settled_at),
    })),
    refunded: refunds.filter(({ state }) => state === 'settled').reduce((sum, { amount }) => sum + amount, 0),
  }
}

function viewAccount({
  account_bank: bank,
  account_number: number,
  account_holder: holder,
  due_at: dueAt,
}: TicketParts['payments'][number]): Money['payments'][number]['account'] {
  if (bank === null || number === null) return null
  return { bank_code: bank, number, holder: holder ?? '', due_at: shownTimeOrNull(dueAt) }
}

/** The last four digits tell whose it is to somebody who is asked. */
function viewCashReceipt(stored: string, context: ViewContext): Money['payments'][number]['cash_receipt'] {
  const receipt = cashReceiptSchema.safeParse(parseJson(context.plain(stored)))
  if (!receipt.success) return null
  const { kind, number } = receipt.data
  return { kind, number: `***-${number.slice(-4)}` }
}
