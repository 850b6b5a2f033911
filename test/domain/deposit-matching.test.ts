import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CandidateOrder, type Deposit, judgeDeposit, plainName } from '../../domain/deposit-matching.ts'
import { makeOrderNo } from '../../domain/ids.ts'

const NOW = Date.parse('2026-11-21T10:00:00+09:00')
let count = 0
const order = (name: string, more: Partial<CandidateOrder> = {}): CandidateOrder => {
  count += 1
  return {
    orderNo: makeOrderNo('261121', [(count % 31) / 31, (Math.floor(count / 31) % 31) / 31, 0, 0.5]),
    state: 'waiting',
    amountWon: 80_000,
    missingWon: 80_000,
    names: [name],
    phoneTails: ['5678'],
    openedAtMs: NOW - 3_600_000,
    ...more,
  }
}
const deposit = (depositor: string, amountWon = 80_000, memo = ''): Deposit => ({
  depositor,
  amountWon,
  memo,
  receivedAtMs: NOW,
})

describe('names', () => {
  test.each([
    ['(주)한빛 상사', '한빛상사'],
    ['㈜한빛상사', '한빛상사'],
    ['주식회사 한빛상사', '한빛상사'],
    [' 김 철 수 ', '김철수'],
    ['Kim, C.S.', 'KIMCS'],
  ])('%s is %s', (written, plain) => {
    expect(plainName(written)).toBe(plain)
  })
})

describe('a deposit is matched by itself', () => {
  test('when the amount is exact and the name that of one waiting order', () => {
    const mine = order('김철수')
    expect(judgeDeposit(deposit('김 철수'), [order('이영희'), mine])).toEqual({
      kind: 'match',
      orderNo: mine.orderNo,
    })
  })

  test('when it is what a part left open', () => {
    const mine = order('김철수', { missingWon: 50_000 })
    expect(judgeDeposit(deposit('김철수', 50_000), [mine])).toMatchObject({ kind: 'match' })
    expect(judgeDeposit(deposit('김철수', 80_000), [mine])).toMatchObject({ doubt: 'over' })
  })

  test('but not when it came before the order', () => {
    const later = order('김철수', { openedAtMs: NOW + 86_400_000 })
    expect(judgeDeposit(deposit('김철수'), [later]).kind).toBe('doubt')
  })
})

describe('a person is shown', () => {
  const doubtOf = (given: Deposit, orders: readonly CandidateOrder[]) => {
    const verdict = judgeDeposit(given, orders)
    return verdict.kind === 'doubt' ? verdict.doubt : verdict.kind
  }
  test.each([
    ['a part', 'part', deposit('김철수', 30_000), [order('김철수')]],
    ['too much', 'over', deposit('김철수', 90_000), [order('김철수')]],
    ['another name', 'wrong_name', deposit('최영자'), [order('김철수')]],
    ['two of one name', 'ambiguous', deposit('김철수'), [order('김철수'), order('김철수')]],
    ['a closed order', 'late', deposit('김철수'), [order('김철수', { state: 'closed', missingWon: 0 })]],
    ['a paid order', 'already_paid', deposit('김철수'), [order('김철수', { state: 'paid', missingWon: 0 })]],
    ['nothing known', 'unknown', deposit('최영자', 12_345), [order('김철수')]],
    ['no orders at all', 'unknown', deposit('김철수'), []],
  ] as const)('%s as %s', (_what, doubt, given, orders) => {
    expect(doubtOf(given, orders)).toBe(doubt)
  })

  test('the likeliest order first, and why', () => {
    const company = order('(주)한빛상사 대표 김민수')
    const namesake = order('김민숙', { missingWon: 80_000 })
    const closed = order('김민수', { state: 'closed', missingWon: 0 })
    const verdict = judgeDeposit(deposit('한빛상사김민', 80_000), [closed, namesake, company])
    expect(verdict).toMatchObject({ kind: 'doubt', doubt: 'wrong_name' })
    const alike = judgeDeposit(deposit('김민순'), [company, namesake, closed])
    if (alike.kind !== 'doubt') throw new Error('matched')
    expect(alike.suggestions.map(({ orderNo }) => orderNo)).toEqual(
      [namesake.orderNo, closed.orderNo, company.orderNo].slice(0, alike.suggestions.length),
    )
    expect(alike.suggestions[0]).toMatchObject({ reasons: ['amount_exact', 'name_alike'] })
  })

  test('an order whose number or phone is in the text', () => {
    const mine = order('김철수')
    const byNumber = judgeDeposit(deposit('화환', 30_000, mine.orderNo.replace('-', '')), [
      order('이영희'),
      mine,
    ])
    expect(byNumber).toMatchObject({ doubt: 'part' })
    if (byNumber.kind === 'doubt') expect(byNumber.suggestions[0]?.orderNo).toBe(mine.orderNo)
    const byPhone = judgeDeposit(deposit('5678화환'), [mine])
    if (byPhone.kind === 'doubt') expect(byPhone.suggestions[0]?.reasons).toContain('phone_in_text')
  })
})

describe('whatever comes in', () => {
  const names = fc.constantFrom('김철수', '김철슈', '이영희', '(주)한빛', '한빛', '', 'A')
  const anyOrder = fc
    .record({
      name: names,
      state: fc.constantFrom('waiting', 'paid', 'closed'),
      missingWon: fc.constantFrom(30_000, 50_000, 80_000),
      openedAtMs: fc.integer({ min: NOW - 10 * 86_400_000, max: NOW + 86_400_000 }),
    })
    .map(({ name, state, missingWon, openedAtMs }) =>
      order(name, { state, missingWon: state === 'waiting' ? missingWon : 0, openedAtMs } as const),
    )
  const anyDeposit = fc
    .record({ name: names, amount: fc.constantFrom(10_000, 30_000, 50_000, 80_000, 90_000) })
    .map(({ name, amount }) => deposit(name, amount))

  test('only what leaves no doubt is matched, and the order of the list does not matter', () => {
    fc.assert(
      fc.property(anyDeposit, fc.array(anyOrder, { maxLength: 8 }), (given, orders) => {
        const verdict = judgeDeposit(given, orders)
        expect(judgeDeposit(given, orders.toReversed())).toEqual(verdict)
        const fitting = orders.filter(
          ({ state, missingWon, names: known, openedAtMs }) =>
            state === 'waiting' &&
            missingWon === given.amountWon &&
            plainName(known[0] ?? '') === plainName(given.depositor) &&
            plainName(given.depositor).length >= 2 &&
            openedAtMs <= NOW + 10 * 60_000,
        )
        if (verdict.kind === 'match') {
          expect(fitting.map(({ orderNo }) => orderNo)).toEqual([verdict.orderNo])
        } else {
          expect(fitting.length).not.toBe(1)
          const scores = verdict.suggestions.map(({ score }) => score)
          expect(scores).toEqual([...scores].sort((a, b) => b - a))
          for (const { reasons } of verdict.suggestions) expect(reasons.length).toBeGreaterThan(0)
        }
      }),
      { numRuns: 400 },
    )
  })
})
