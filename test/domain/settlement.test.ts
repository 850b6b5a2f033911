import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toCsv } from '../../domain/csv.ts'
import { addDays, dayOf, feeOf, type MoneyMovement, periodOf, settle } from '../../domain/settlement.ts'

const FEES = { cardBasisPoints: 352, virtualAccountWon: 440 }
const at = (iso: string): number => Date.parse(iso)
const sale = (iso: string, method = '카드', vendor: string | null = 'erp'): MoneyMovement => ({
  kind: 'sale',
  atMs: at(iso),
  amountWon: 80_000,
  method,
  vendor,
})
const refund = (iso: string, amountWon = 80_000, method = '카드'): MoneyMovement => ({
  kind: 'refund',
  atMs: at(iso),
  amountWon,
  method,
  vendor: 'erp',
})
const cost = (iso: string, vendor = 'erp'): MoneyMovement => ({
  kind: 'cost',
  atMs: at(iso),
  amountWon: 40_000,
  vendor,
})
const NOVEMBER = { from: '2026-11-01', to: '2026-11-30', period: 'day' } as const

describe('days are Korean', () => {
  test.each([
    ['2026-11-20T14:59:59Z', '2026-11-20'],
    ['2026-11-20T15:00:00Z', '2026-11-21'],
    ['2026-12-31T15:30:00Z', '2027-01-01'],
  ])('%s is on %s', (moment, day) => {
    expect(dayOf(at(moment))).toBe(day)
  })

  test.each([
    ['2026-11-22', '2026-11-16'],
    ['2026-11-23', '2026-11-23'],
    ['2026-11-29', '2026-11-23'],
  ])('the week of %s begins on Monday %s', (day, monday) => {
    expect(periodOf(day, 'week')).toBe(monday)
  })
})

test('what the gateway keeps depends on how it was paid', () => {
  expect(feeOf(80_000, '카드', FEES)).toBe(2_816)
  expect(feeOf(80_000, '가상계좌', FEES)).toBe(440)
  expect(feeOf(80_000, 'bank_transfer', FEES)).toBe(0)
})

test('an order earns its price less cost and fee', () => {
  const { total, rows } = settle(
    [sale('2026-11-21T10:00:00+09:00'), cost('2026-11-21T10:10:00+09:00')],
    NOVEMBER,
    FEES,
  )
  expect(total).toEqual({
    orders: 1,
    revenueWon: 80_000,
    refundsWon: 0,
    costWon: 40_000,
    feesWon: 2_816,
    marginWon: 37_184,
  })
  expect(rows).toHaveLength(30)
  expect(rows.find(({ from }) => from === '2026-11-21')?.marginWon).toBe(37_184)
  expect(rows.find(({ from }) => from === '2026-11-22')?.marginWon).toBe(0)
})

test('a refund counts on the day on which it was made and leaves the day of the sale alone', () => {
  const movements = [sale('2026-11-21T23:50:00+09:00'), refund('2026-11-22T00:10:00+09:00')]
  const { rows, total } = settle(movements, NOVEMBER, FEES)
  expect(rows.find(({ from }) => from === '2026-11-21')).toMatchObject({ revenueWon: 80_000, refundsWon: 0 })
  expect(rows.find(({ from }) => from === '2026-11-22')).toMatchObject({
    revenueWon: 0,
    refundsWon: 80_000,
    feesWon: -2_816,
    marginWon: -77_184,
  })
  expect(total.marginWon).toBe(0)
})

test('the fee of a virtual account does not come back', () => {
  const movements = [
    sale('2026-11-21T10:00:00+09:00', '가상계좌'),
    refund('2026-11-21T11:00:00+09:00', 80_000, '가상계좌'),
  ]
  expect(settle(movements, NOVEMBER, FEES).total.marginWon).toBe(-440)
})

test('vendors are told apart, the one with the most revenue first', () => {
  const movements = [
    sale('2026-11-21T10:00:00+09:00', '카드', 'erp'),
    cost('2026-11-21T10:00:00+09:00', 'erp'),
    sale('2026-11-21T10:00:00+09:00', '카드', 'phone'),
    sale('2026-11-21T10:00:00+09:00', '카드', 'phone'),
    sale('2026-11-21T10:00:00+09:00', '카드', null),
  ]
  const { vendors } = settle(movements, NOVEMBER, FEES)
  expect(vendors.map(({ vendor, revenueWon, costWon }) => [vendor, revenueWon, costWon])).toEqual([
    ['phone', 160_000, 0],
    [null, 80_000, 0],
    ['erp', 80_000, 40_000],
  ])
})

describe('whatever moved', () => {
  const movement: fc.Arbitrary<MoneyMovement> = fc
    .record({
      kind: fc.constantFrom('sale', 'refund', 'cost'),
      atMs: fc.integer({ min: at('2026-10-25T00:00:00Z'), max: at('2026-12-05T00:00:00Z') }),
      amountWon: fc.integer({ min: 1, max: 500_000 }),
      method: fc.constantFrom('카드', '가상계좌', 'bank_transfer', 'by_hand'),
      vendor: fc.constantFrom('erp', 'phone', null),
    })
    .map((all) => all as MoneyMovement)

  test('days, weeks, months and vendors add up to the same total, and the margin is what is left', () => {
    fc.assert(
      fc.property(fc.array(movement, { maxLength: 60 }), (movements) => {
        const totals = (['day', 'week', 'month'] as const).map((period) => {
          const { rows, vendors, total } = settle(movements, { ...NOVEMBER, period }, FEES)
          for (const of of [rows, vendors]) {
            expect(of.reduce((sum, row) => sum + row.marginWon, 0)).toBe(total.marginWon)
            expect(of.reduce((sum, row) => sum + row.revenueWon, 0)).toBe(total.revenueWon)
            expect(of.reduce((sum, row) => sum + row.feesWon, 0)).toBe(total.feesWon)
          }
          expect(total.marginWon).toBe(total.revenueWon - total.refundsWon - total.costWon - total.feesWon)
          return total
        })
        expect(totals[1]).toEqual(totals[0])
        expect(totals[2]).toEqual(totals[0])
      }),
    )
  })

  test('a day more than a range is not in it', () => {
    fc.assert(
      fc.property(fc.array(movement, { maxLength: 30 }), (movements) => {
        const inside = movements.filter(
          ({ atMs }) => dayOf(atMs) >= '2026-11-01' && dayOf(atMs) <= '2026-11-30',
        )
        expect(settle(movements, NOVEMBER, FEES)).toEqual(settle(inside, NOVEMBER, FEES))
      }),
    )
  })
})

test('days are counted through months and years', () => {
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
  expect(addDays('2028-02-28', 1)).toBe('2028-02-29')
  expect(addDays('2026-03-01', -1)).toBe('2026-02-28')
})

describe('CSV', () => {
  test('begins with a byte order mark and quotes what needs it', () => {
    expect(
      toCsv(
        ['이름', '금액'],
        [
          ['김,철수', 80_000],
          ['그는 "네"라고', null],
        ],
      ),
    ).toBe('\uFEFF이름,금액\r\n"김,철수",80000\r\n"그는 ""네""라고",\r\n')
  })

  test.each(['=1+1', '+82', '-1', '@SUM(A1)', '\t=1', '\r=1'])('%j is no formula in it', (text) => {
    const csv = toCsv(['a'], [[text]])
    expect(csv.split('\r\n')[1]?.replace(/^"/, '').startsWith("'")).toBe(true)
  })

  test('numbers stay numbers, also negative ones', () => {
    expect(toCsv(['a'], [[-440]])).toContain('\r\n-440\r\n')
  })
})
