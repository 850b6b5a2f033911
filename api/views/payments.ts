/** Deposits, money to return and reconciliations as the API shows them. */
import { z } from '@hono/zod-openapi'
import { BANKS, isBankCode, maskAccount, type RefundAccount } from '../../domain/banks.ts'
import { type CandidateOrder, judgeDeposit } from '../../domain/deposit-matching.ts'
import type { DepositRow, ReturnRow } from '../queries/payments.ts'
import {
  type DepositView,
  depositReasonSchema,
  depositStatusSchema,
  findingSchema,
  type MoneyToReturnView,
  moneyToReturnSchema,
  type ReconciliationView,
} from '../schemas/payments.ts'
import { shownTime, shownTimeOrNull, type ViewContext } from './view-context.ts'

/** @param orders those that an open deposit may belong to, by number. */
export function viewDeposit(
  row: DepositRow,
  orders: ReadonlyMap<string, CandidateOrder>,
  context: ViewContext,
): DepositView {
  const depositor = context.plain(row.depositor)
  const memo = row.memo === null ? null : context.plain(row.memo)
  const status = depositStatusSchema.parse(row.status)
  return {
    id: row.id,
    received_at: shownTime(row.received_at),
    amount: row.amount,
    depositor,
    memo: memo === '' ? null : memo,
    status,
    reason: status === 'waiting' ? depositReasonSchema.nullable().catch(null).parse(row.reason) : null,
    order_no: row.order_no,
    settled_by: row.settled_by,
    settled_at: shownTimeOrNull(row.settled_at),
    note: row.note,
    suggestions: status === 'waiting' ? suggestionsFor(row, { depositor, memo: memo ?? '' }, orders) : [],
  }
}

function suggestionsFor(
  row: DepositRow,
  words: { readonly depositor: string; readonly memo: string },
  orders: ReadonlyMap<string, CandidateOrder>,
): DepositView['suggestions'] {
  const deposit = { ...words, amountWon: row.amount, receivedAtMs: row.received_at.getTime() }
  const verdict = judgeDeposit(deposit, [...orders.values()])
  // What would be matched by itself is on its way; until then it is simply the best suggestion.
  const found =
    verdict.kind === 'doubt'
      ? verdict.suggestions
      : [{ orderNo: verdict.orderNo, reasons: ['amount_exact', 'name_same'] as const }]
  return found.flatMap(({ orderNo, reasons }) => {
    const order = orders.get(orderNo)
    if (order === undefined) return []
    return [
      {
        order_no: orderNo,
        orderer: order.names[0] ?? null,
        amount: order.amountWon,
        missing: order.missingWon,
        ordered_at: shownTime(new Date(order.openedAtMs)),
        reasons: [...reasons],
        open: order.state !== 'closed',
      },
    ]
  })
}

export function viewReturn(row: ReturnRow, context: ViewContext): MoneyToReturnView {
  const { source, reason, status } = moneyToReturnSchema.shape
  const account = readRefundAccount(row.account, context)
  return {
    id: row.id,
    order_no: row.order_no,
    orderer: row.orderer,
    amount: row.amount,
    source: source.parse(row.source),
    reason: reason.parse(row.reason),
    status: status.parse(row.status),
    account: account === null ? null : maskAccount(account),
    created_at: shownTime(row.created_at),
    settled_by: row.settled_by,
    settled_at: shownTimeOrNull(row.settled_at),
    note: row.note,
  }
}

const storedAccountSchema = z.object({
  bankCode: z.enum(Object.keys(BANKS)).refine(isBankCode),
  accountNumber: z.string(),
  holder: z.string(),
})

/** Column `refund_accounts.account`; null without one, or when its key is gone. */
export function readRefundAccount(stored: string | null, context: ViewContext): RefundAccount | null {
  if (stored === null) return null
  try {
    const { bankCode, ...account } = storedAccountSchema.parse(JSON.parse(context.plain(stored)))
    return isBankCode(bankCode) ? { bankCode, ...account } : null
  } catch {
    return null
  }
}

interface RunRow {
  readonly id: number
  readonly started_at: Date
  readonly finished_at: Date | null
  readonly started_by: string
  readonly checked: number
  readonly findings: unknown
  readonly error: string | null
}

export const viewRun = (row: RunRow): ReconciliationView['runs'][number] => ({
  id: row.id,
  started_at: shownTime(row.started_at),
  finished_at: shownTimeOrNull(row.finished_at),
  started_by: row.started_by,
  checked: row.checked,
  findings: z.array(findingSchema).parse(row.findings),
  error: row.error,
})
