/** A vendor's statement against our own purchase orders. Pure: the file has been read into rows already. */

/** What a column of the statement may be; vendors name them differently. */
export type StatementField = 'reference' | 'erp_order_id' | 'amount' | 'day'

const NAMES: Readonly<Record<StatementField, readonly string[]>> = {
  reference: ['참조번호', '고객참조', '참조', '주문참조', 'reference', 'ref', '발주번호', '우리주문번호'],
  erp_order_id: [
    '주문번호',
    '수주번호',
    '전표번호',
    '접수번호',
    'orderid',
    'orderno',
    'ordernumber',
    'erporderid',
  ],
  amount: ['금액', '공급가', '공급가액', '청구금액', '정산금액', '합계', 'amount', 'price', 'total'],
  day: ['일자', '날짜', '발주일', '배송일', '거래일', '거래일자', 'date', 'day'],
}

export type StatementColumns = Readonly<Partial<Record<StatementField, number>>>

const plain = (text: string): string => text.replaceAll(/[\s_\-().]/g, '').toLowerCase()

/** Which column is what, by its heading; each column is used once, the first that fits. */
export function mapColumns(headings: readonly string[]): StatementColumns {
  const columns: Partial<Record<StatementField, number>> = {}
  const names = headings.map(plain)
  for (const field of ['reference', 'erp_order_id', 'amount', 'day'] as const) {
    const known = NAMES[field].map(plain)
    const taken = new Set(Object.values(columns))
    const exact = names.findIndex((name, i) => !taken.has(i) && known.includes(name))
    const within = names.findIndex(
      (name, i) => !taken.has(i) && name !== '' && known.some((word) => name.includes(word)),
    )
    const index = exact === -1 ? within : exact
    if (index !== -1) columns[field] = index
  }
  return columns
}

/** A row of the statement that could be read. */
export interface StatementRow {
  /** Line of the file, from 1; the heading is line 1. */
  readonly line: number
  readonly reference: string | null
  readonly erpOrderId: string | null
  readonly amountWon: number
}

export interface StatementProblem {
  readonly line: number
  readonly problem: 'no_key' | 'bad_amount' | 'twice'
  /** What stood there. */
  readonly text: string
}

/** Reads the rows below the heading; each that can't be read is named. Empty ones are left out. */
export function readStatement(
  cells: readonly (readonly string[])[],
  columns: StatementColumns,
): { readonly rows: readonly StatementRow[]; readonly problems: readonly StatementProblem[] } {
  const rows: StatementRow[] = []
  const problems: StatementProblem[] = []
  const seen = new Set<string>()
  for (const [index, row] of cells.entries()) {
    const line = index + 2
    if (row.every((text) => text.trim() === '')) continue
    const at = (field: StatementField): string => {
      const column = columns[field]
      return column === undefined ? '' : (row[column] ?? '').trim()
    }
    const [reference, erpOrderId] = [at('reference'), at('erp_order_id')]
    const amountWon = readWon(at('amount'))
    const key = reference === '' ? erpOrderId : reference
    // A line of sums has no key.
    if (key === '') problems.push({ line, problem: 'no_key', text: row.join(' ').trim().slice(0, 80) })
    else if (amountWon === null)
      problems.push({ line, problem: 'bad_amount', text: at('amount').slice(0, 80) })
    else if (seen.has(key)) problems.push({ line, problem: 'twice', text: key.slice(0, 80) })
    else {
      seen.add(key)
      rows.push({
        line,
        reference: reference === '' ? null : reference,
        erpOrderId: erpOrderId === '' ? null : erpOrderId,
        amountWon,
      })
    }
  }
  return { rows, problems }
}

/** "40,000", "₩40,000", "40000원", "40000.00"; null for what is no amount. */
function readWon(text: string): number | null {
  const digits = text.replaceAll(/[\s,₩원]/g, '')
  return /^-?\d+(\.0+)?$/.test(digits) ? Number.parseInt(digits, 10) : null
}

/** A purchase order of ours in the time that the statement covers. */
export interface OurPurchaseOrder {
  readonly reference: string
  readonly erpOrderId: string | null
  readonly costWon: number
}

/** One order, as both sides have it. */
export interface StatementLine {
  readonly verdict: 'matched' | 'differs' | 'missing_here' | 'missing_there'
  readonly reference: string | null
  readonly erp_order_id: string | null
  /** Won; null where the side does not know it. */
  readonly ours: number | null
  readonly theirs: number | null
  /** Line of the vendor's file. */
  readonly line: number | null
}

export interface StatementTotals {
  readonly matched: number
  readonly differs: number
  readonly missing_here: number
  readonly missing_there: number
  readonly ours_won: number
  readonly theirs_won: number
}

/** Every order of either side once: what agrees, what differs, what one side alone has. */
export function compareStatement(
  rows: readonly StatementRow[],
  ours: readonly OurPurchaseOrder[],
): { readonly lines: readonly StatementLine[]; readonly totals: StatementTotals } {
  const left = new Set(ours)
  const byReference = new Map(ours.map((order) => [order.reference, order]))
  const byErpId = new Map(
    ours.flatMap((order) => (order.erpOrderId === null ? [] : [[order.erpOrderId, order]])),
  )
  const lines: StatementLine[] = rows.map((row) => {
    const found =
      (row.reference === null ? undefined : byReference.get(row.reference)) ??
      (row.erpOrderId === null ? undefined : byErpId.get(row.erpOrderId))
    // An order of ours counts for one row of theirs.
    const order = found !== undefined && left.delete(found) ? found : undefined
    return {
      verdict: order === undefined ? 'missing_here' : order.costWon === row.amountWon ? 'matched' : 'differs',
      reference: order?.reference ?? row.reference,
      erp_order_id: order?.erpOrderId ?? row.erpOrderId,
      ours: order?.costWon ?? null,
      theirs: row.amountWon,
      line: row.line,
    }
  })
  for (const { reference, erpOrderId, costWon } of left) {
    lines.push({
      verdict: 'missing_there',
      reference,
      erp_order_id: erpOrderId,
      ours: costWon,
      theirs: null,
      line: null,
    })
  }
  return { lines, totals: totalsOf(lines) }
}

function totalsOf(lines: readonly StatementLine[]): StatementTotals {
  const count = (verdict: StatementLine['verdict']) => lines.filter((line) => line.verdict === verdict).length
  return {
    matched: count('matched'),
    differs: count('differs'),
    missing_here: count('missing_here'),
    missing_there: count('missing_there'),
    ours_won: lines.reduce((sum, { ours }) => sum + (ours ?? 0), 0),
    theirs_won: lines.reduce((sum, { theirs }) => sum + (theirs ?? 0), 0),
  }
}
