import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeOrderNo } from '../../domain/ids.ts'
import {
  type ComparedOrder,
  looksLikeSameOrder,
  nameMatches,
  normalHall,
  normalName,
  planMerge,
} from '../../domain/same-order.ts'

const NO_1 = makeOrderNo('261121', [0, 0, 0, 0])
const NO_2 = makeOrderNo('261121', [0.5, 0, 0, 0])
const FIRST: ComparedOrder = {
  orderNo: NO_1,
  customer: '01012345678',
  open: true,
  openedAt: '2026-11-21T10:00:00+09:00',
  recipient: '고 박영자',
  destination: '서울아산병원 장례식장',
}
const SECOND: ComparedOrder = { ...FIRST, orderNo: NO_2, openedAt: '2026-11-21T12:00:00+09:00' }
const alike = (change: Partial<ComparedOrder>) => looksLikeSameOrder(FIRST, { ...SECOND, ...change })

describe('the same order', () => {
  it.each([
    ['박영자 님', '서울 아산병원'],
    ['故박영자', '서울아산병원장례식장'],
    ['고 박영자 여사님', '아산병원 장례식장'],
    ['고박영자', '서울아산병원 장례식장'],
  ])('is recognised as %s at %s', (recipient, destination) => {
    expect(alike({ recipient, destination })).toBe(true)
  })

  it.each([
    ['another customer', { customer: '01099998888' }],
    ['a customer nobody knows', { customer: '' }],
    ['another recipient', { recipient: '고 박영지' }],
    ['another hall', { destination: '서울성모병원 장례식장' }],
    ['one that is done', { open: false }],
    ['one of more than two days later', { openedAt: '2026-11-23T10:00:01+09:00' }],
    ['one whose recipient is not known yet', { recipient: null }],
    ['one whose hall is not known yet', { destination: null }],
    ['a hall that is no name', { destination: '...' }],
    ['itself', { orderNo: NO_1 }],
  ] as const)('is not %s', (_what, change) => {
    expect(alike(change)).toBe(false)
  })

  it('is not an unknown customer twice', () => {
    expect(looksLikeSameOrder({ ...FIRST, customer: '' }, { ...SECOND, customer: '' })).toBe(false)
  })

  it('is one within exactly 48 hours', () => {
    expect(alike({ openedAt: '2026-11-23T10:00:00+09:00' })).toBe(true)
  })
})

const syllable = fc.integer({ min: 0xac00, max: 0xd7a3 }).map((code) => String.fromCodePoint(code))
const words = (min: number, max: number) =>
  fc.array(syllable, { minLength: min, maxLength: max }).map((letters) => letters.join(''))
const anyOrder = fc.record({
  orderNo: fc.constantFrom(NO_1, NO_2),
  customer: fc.constantFrom('', '01012345678', '01099998888'),
  open: fc.boolean(),
  openedAt: fc.constantFrom(
    '2026-11-21T10:00:00+09:00',
    '2026-11-22T10:00:00+09:00',
    '2026-11-25T10:00:00+09:00',
  ),
  recipient: fc.option(fc.oneof(words(0, 5), fc.constantFrom('고 박영자', '박영자 님', '홍길동'))),
  destination: fc.option(fc.oneof(words(0, 8), fc.constantFrom('서울아산병원', '아산병원 장례식장'))),
})

describe('the rule', () => {
  it('is the same from either side', () => {
    fc.assert(
      fc.property(anyOrder, anyOrder, (a, b) => {
        expect(looksLikeSameOrder(a, b)).toBe(looksLikeSameOrder(b, a))
      }),
    )
  })

  it('does not mind spaces, a late person’s 고 or an honorific', () => {
    const honorific = fc.constantFrom('', '님', ' 님', ' 씨', ' 여사님', ' 어르신')
    // Names as people have them: what is itself an honorific is no name.
    const name = words(2, 4).filter((text) => normalName(text) === text)
    fc.assert(
      fc.property(name, honorific, words(4, 8), (recipient, title, destination) => {
        const told = {
          recipient: `고 ${recipient}${title}`,
          destination: `${destination.split('').join(' ')} 장례식장`,
        }
        const first = { ...FIRST, recipient, destination }
        expect(looksLikeSameOrder(first, { ...SECOND, ...told })).toBe(true)
      }),
    )
  })

  it('normalises what is normal already to itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(normalHall(normalHall(text))).toSatisfy((hall: string) => normalHall(text).startsWith(hall))
        expect(normalName(text)).not.toMatch(/\s/)
      }),
    )
  })
})

describe('a name as a proof', () => {
  it.each([
    ['김민수', '한빛상사 대표 김민수', true],
    ['한빛상사 대표 김민수', '한빛상사 대표 김민수', true],
    ['박영자 님', '고 박영자', true],
    ['박영자', '고박영자', true],
    ['한빛상사', '한빛상사 대표 김민수', true],
    ['고길동', '고길동', true],
    ['고길동', '고길동 씨', true],
    ['고길동님', '고 고길동 군', true],
    ['길동', '고길동', false],
    ['길동', '고길동 씨', false],
    ['김', '김민수', false],
    ['민수', '김민수', false],
    ['', '김민수', false],
    ['님', '고 님', false],
    ['대표', '한빛상사 대표 김민수', false],
    ['대표님', '한빛상사 대표 김민수', false],
    ['여사', '고 박영자 여사', false],
  ])('%s for %s: %s', (told, stored, matches) => {
    expect(nameMatches(told, stored)).toBe(matches)
  })

  it('of fewer than two letters proves nothing', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 1 }), fc.string(), (told, stored) => {
        expect(nameMatches(told, stored)).toBe(false)
      }),
    )
  })
})

describe('which of two tickets is closed', () => {
  const older = { orderNo: NO_1, openedAt: FIRST.openedAt, open: true, paid: false }
  const younger = { orderNo: NO_2, openedAt: SECOND.openedAt, open: true, paid: false }

  it.each([
    ['the younger', older, younger, { ok: true, close: NO_2, into: NO_1 }],
    [
      'the younger when the older is paid',
      { ...older, paid: true },
      younger,
      { ok: true, close: NO_2, into: NO_1 },
    ],
    [
      'the older when the younger is paid',
      older,
      { ...younger, paid: true },
      { ok: true, close: NO_1, into: NO_2 },
    ],
    [
      'neither when both are paid',
      { ...older, paid: true },
      { ...younger, paid: true },
      { ok: false, reason: 'both_paid' },
    ],
    ['neither when one is done', { ...older, open: false }, younger, { ok: false, reason: 'closed' }],
  ] as const)('%s', (_what, a, b, plan) => {
    expect(planMerge(a, b)).toEqual(plan)
    expect(planMerge(b, a)).toEqual(plan)
  })

  it('is the same from either side also when both were opened at once', () => {
    const twin = { ...younger, openedAt: older.openedAt }
    expect(planMerge(older, twin)).toEqual(planMerge(twin, older))
  })
})
