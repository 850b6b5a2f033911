import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  compareStatement,
  mapColumns,
  type OurPurchaseOrder,
  readStatement,
  type StatementRow,
} from '../../domain/statement.ts'

describe('columns are found by their headings', () => {
  test.each([
    [
      ['No', '일자', '주문번호', '참조번호', '공급가액'],
      { day: 1, erp_order_id: 2, reference: 3, amount: 4 },
    ],
    [['Order ID', 'Ref.', 'Amount (KRW)'], { erp_order_id: 0, reference: 1, amount: 2 }],
    [['고객 참조', '정산 금액(원)'], { reference: 0, amount: 1 }],
    [['이름', '주소'], {}],
  ])('%j', (headings, columns) => {
    expect(mapColumns(headings)).toEqual(columns)
  })
})

describe('rows', () => {
  const columns = { reference: 0, amount: 1 }

  test.each([
    ['40,000', 40_000],
    ['40000원', 40_000],
    ['₩40,000', 40_000],
    ['40000.00', 40_000],
    ['-40000', -40_000],
  ])('an amount is read of %s', (text, won) => {
    expect(readStatement([['A-1', text]], columns).rows).toMatchObject([{ amountWon: won }])
  })

  test('that can not be read are named with their line', () => {
    const { rows, problems } = readStatement(
      [
        ['A-1', '40000'],
        ['', ''],
        ['A-2', '모름'],
        ['', '80000'],
        ['A-1', '40000'],
      ],
      columns,
    )
    expect(rows).toHaveLength(1)
    expect(problems).toEqual([
      { line: 4, problem: 'bad_amount', text: '모름' },
      { line: 5, problem: 'no_key', text: '80000' },
      { line: 6, problem: 'twice', text: 'A-1' },
    ])
  })
})

const ours = (reference: string, costWon = 40_000, erpOrderId: string | null = null): OurPurchaseOrder => ({
  reference,
  erpOrderId,
  costWon,
})
const theirs = (reference: string | null, amountWon = 40_000, erpOrderId: string | null = null, line = 2) =>
  ({ line, reference, erpOrderId, amountWon }) satisfies StatementRow

test('every order is matched, differs, or is missing on one side', () => {
  const { lines, totals } = compareStatement(
    [theirs('A-1'), theirs('A-2', 45_000), theirs(null, 40_000, 'HM-3'), theirs('Z-9')],
    [ours('A-1'), ours('A-2'), ours('A-3', 40_000, 'HM-3'), ours('A-4')],
  )
  expect(lines.map(({ verdict, reference }) => [verdict, reference])).toEqual([
    ['matched', 'A-1'],
    ['differs', 'A-2'],
    ['matched', 'A-3'],
    ['missing_here', 'Z-9'],
    ['missing_there', 'A-4'],
  ])
  expect(totals).toEqual({
    matched: 2,
    differs: 1,
    missing_here: 1,
    missing_there: 1,
    ours_won: 160_000,
    theirs_won: 165_000,
  })
})

test('an order of ours answers for one row of theirs', () => {
  const { totals } = compareStatement(
    [theirs('A-1'), theirs(null, 40_000, 'HM-1')],
    [ours('A-1', 40_000, 'HM-1')],
  )
  expect(totals).toMatchObject({ matched: 1, missing_here: 1, missing_there: 0 })
})

test('whatever is compared: no order of either side is lost or counted twice', () => {
  const keys = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 20 })
  fc.assert(
    fc.property(keys, keys, (left, right) => {
      const rows = left.map((n, i) => theirs(`A-${n}`, 40_000, null, i + 2))
      const orders = right.map((n) => ours(`A-${n}`))
      const { lines, totals } = compareStatement(rows, orders)
      expect(lines.filter(({ theirs: won }) => won !== null)).toHaveLength(rows.length)
      expect(lines.filter(({ ours: won }) => won !== null)).toHaveLength(orders.length)
      const both = left.filter((n) => right.includes(n)).length
      expect(totals).toMatchObject({
        matched: both,
        missing_here: left.length - both,
        missing_there: right.length - both,
      })
    }),
  )
})
