import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  countMorning,
  isPaid,
  koreanDate,
  MORNING_GROUPS,
  type MorningOrder,
  morningGroup,
  nightOf,
} from '../../domain/morning.ts'
import { alarmText, morningText } from '../../domain/owner-texts.ts'
import { SUB_STATES } from '../../domain/ticket.ts'

const TIMES = { nightFrom: 18 * 60, morningAt: 10 * 60 }
const at = (text: string) => Date.parse(`${text}+09:00`)
const order = (change: Partial<MorningOrder>): MorningOrder => ({
  state: 'todo',
  subState: 'order_received',
  outcome: null,
  missing: [],
  ...change,
})

test('the night of a morning runs from the evening before', () => {
  expect(nightOf('2026-03-01', TIMES)).toEqual({
    from: at('2026-02-28T18:00:00'),
    until: at('2026-03-01T10:00:00'),
  })
})

test.each(['2026-02-31', '2026-13-01', '26-01-01', 'today', ''])('%s is no day', (day) => {
  expect(nightOf(day, TIMES)).toBeNull()
})

test('a moment belongs to one night at most, and to none by day', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: at('2020-01-01T00:00:00'), max: at('2040-01-01T00:00:00') }),
      fc.record({
        nightFrom: fc.integer({ min: 0, max: 1439 }),
        morningAt: fc.integer({ min: 0, max: 1439 }),
      }),
      (moment, times) => {
        fc.pre(times.nightFrom >= times.morningAt)
        const day = 86_400_000
        const nights = [-1, 0, 1].map((days) => nightOf(koreanDate(moment + days * day), times))
        const its = nights.filter((night) => night !== null && moment >= night.from && moment < night.until)
        const clock = Math.floor(((moment + 9 * 3_600_000) % day) / 60_000)
        expect(its).toHaveLength(clock >= times.nightFrom || clock < times.morningAt ? 1 : 0)
      },
    ),
  )
})

test('orders are sorted by what they need first', () => {
  const group = (change: Partial<MorningOrder>) => morningGroup(order(change))
  expect(group({ missing: ['room'] })).toBe('missing')
  expect(group({ missing: ['room'], state: 'issue' })).toBe('issues')
  expect(group({})).toBe('awaiting_payment')
  expect(group({ subState: 'awaiting_payment' })).toBe('awaiting_payment')
  expect(group({ state: 'in_progress', subState: 'paid' })).toBe('complete')
  expect(group({ state: 'done', subState: 'delivered', outcome: 'delivered' })).toBe('complete')
  expect(group({ state: 'done', outcome: 'cancelled' })).toBeNull()
})

test('the counts are those of the groups, and an order that waits for payment is not paid', () => {
  const orders = fc.array(
    fc.record({
      state: fc.constantFrom('todo' as const, 'in_progress' as const, 'issue' as const, 'done' as const),
      subState: fc.constantFrom(...SUB_STATES),
      outcome: fc.constantFrom(null, 'delivered', 'refunded', 'cancelled'),
      missing: fc.subarray(['room', 'message'] as const),
    }),
  )
  fc.assert(
    fc.property(orders, (night) => {
      const groups = night.map(morningGroup)
      const counts = countMorning(groups)
      const sum = MORNING_GROUPS.reduce((all, group) => all + counts[group], 0)
      expect(sum).toBe(groups.filter((group) => group !== null).length)
      night.forEach((one, i) => {
        if (groups[i] === 'awaiting_payment') expect(isPaid(one)).toBe(false)
      })
    }),
  )
})

test('the owner reads the counts and where to look', () => {
  const counts = { complete: 4, awaiting_payment: 2, missing: 1, issues: 1 }
  expect(
    morningText('대리 화환', at('2026-11-21T10:00:00'), counts, 'http://x/morning?date=2026-11-21'),
  ).toBe(
    '[대리 화환] 11월 21일(토) 오전 10시 밤사이 주문 8건\n결제 완료 4 · 결제 대기 2 · 정보 부족 1 · 예외 1\nhttp://x/morning?date=2026-11-21',
  )
})

test('many Issues are counted, the first few told, long reasons cut', () => {
  const issues = Array.from({ length: 7 }, (_, i) => ({
    orderNo: `261121-222${i + 2}`,
    kind: 'complaint' as const,
    reason: '아주 긴 사유입니다. '.repeat(20),
  }))
  const lines = alarmText('대리 화환', issues, 'http://x/alarm/y').split('\n')
  expect(lines).toHaveLength(8)
  expect(lines[0]).toBe('[대리 화환] 확인이 필요한 예외 7건')
  expect(lines[6]).toBe('외 2건')
  expect(lines[1]?.length).toBeLessThan(90)
})
