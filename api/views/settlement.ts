/** Earnings and statements as the API shows them, and as spreadsheets take them. */
import { z } from '@hono/zod-openapi'
import { toCsv } from '../../domain/csv.ts'
import type { Language } from '../../domain/money.ts'
import type { Settlement, SettlementTotals } from '../../domain/settlement.ts'
import {
  type SettlementView,
  type StatementSummary,
  type StatementView,
  statementLineSchema,
  statementProblemSchema,
  statementTotalsSchema,
} from '../schemas/settlement.ts'
import { shownTime } from './view-context.ts'

const viewTotals = (totals: SettlementTotals): SettlementView['total'] => ({
  orders: totals.orders,
  revenue: totals.revenueWon,
  refunds: totals.refundsWon,
  cost: totals.costWon,
  fees: totals.feesWon,
  margin: totals.marginWon,
})

export const viewSettlement = (
  { rows, vendors, total }: Settlement,
  range: Pick<SettlementView, 'from' | 'to' | 'period' | 'vendor_names'>,
): SettlementView => ({
  ...range,
  rows: rows.map((row) => ({ from: row.from, ...viewTotals(row) })),
  vendors: vendors.map((row) => ({ vendor: row.vendor, ...viewTotals(row) })),
  total: viewTotals(total),
})

interface StatementRow {
  readonly id: number
  readonly vendor: string
  readonly file_name: string
  readonly uploaded_by: string
  readonly uploaded_at: Date
  readonly from_day: string
  readonly to_day: string
  readonly totals: unknown
}

export const viewStatementSummary = (row: StatementRow): StatementSummary => ({
  id: row.id,
  vendor: row.vendor,
  file_name: row.file_name,
  uploaded_by: row.uploaded_by,
  uploaded_at: shownTime(row.uploaded_at),
  from: row.from_day,
  to: row.to_day,
  totals: statementTotalsSchema.parse(row.totals),
})

export const viewStatement = (
  row: StatementRow & { readonly lines: unknown; readonly problems: unknown },
): StatementView => ({
  ...viewStatementSummary(row),
  lines: z.array(statementLineSchema).parse(row.lines),
  problems: z.array(statementProblemSchema).parse(row.problems),
})

const SETTLEMENT_HEADING = {
  ko: ['기간 시작', '주문', '매출', '환불', '외주 원가', '결제 수수료', '마진'],
  en: ['From', 'Orders', 'Revenue', 'Refunds', 'Vendor cost', 'Payment fees', 'Margin'],
} as const
const TOTAL = { ko: '합계', en: 'Total' } as const
const VENDOR_HEADING = { ko: '외주업체', en: 'Vendor' } as const

const figures = ({ orders, revenue, refunds, cost, fees, margin }: SettlementView['total']) =>
  [orders, revenue, refunds, cost, fees, margin] as const

/** The table, its total, and the vendors below it. */
export function settlementCsv({ rows, vendors, total }: SettlementView, language: Language): string {
  const heading = SETTLEMENT_HEADING[language]
  return toCsv(heading, [
    ...rows.map((row) => [row.from, ...figures(row)]),
    [TOTAL[language], ...figures(total)],
    [],
    [VENDOR_HEADING[language], ...heading.slice(1)],
    ...vendors.map((row) => [row.vendor ?? '', ...figures(row)]),
  ])
}

const STATEMENT_HEADING = {
  ko: ['결과', '참조번호', '업체 주문번호', '우리 금액', '업체 금액', '파일의 줄'],
  en: ['Result', 'Reference', 'Vendor’s number', 'Ours', 'Theirs', 'Line of the file'],
} as const
const VERDICTS = {
  ko: {
    matched: '일치',
    differs: '금액 다름',
    missing_here: '우리 쪽에 없음',
    missing_there: '업체 쪽에 없음',
  },
  en: {
    matched: 'matches',
    differs: 'differs',
    missing_here: 'missing here',
    missing_there: 'missing there',
  },
} as const

export const statementCsv = ({ lines }: StatementView, language: Language): string =>
  toCsv(
    STATEMENT_HEADING[language],
    lines.map(({ verdict, reference, erp_order_id, ours, theirs, line }) => [
      VERDICTS[language][verdict],
      reference,
      erp_order_id,
      ours,
      theirs,
      line,
    ]),
  )
