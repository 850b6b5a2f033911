/** The rules of calls to many: hours, holidays, consent, pace, retries and the circuit breaker. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CallPacer } from '../../domain/call-pacer.ts'
import {
  byDay,
  type CallingHours,
  closingOf,
  DEFAULT_HOURS,
  isNight,
  isOpen,
  nextOpening,
} from '../../domain/calling-hours.ts'
import { afterCall, callerOf, DEFAULT_BREAKER, isTripped } from '../../domain/campaign.ts'
import { CONSENT_MS, judgeCall } from '../../domain/campaign-law.ts'
import { fillRow, tooLong, variablesOf } from '../../domain/campaign-template.ts'
import { campaignWords } from '../../domain/campaign-words.ts'
import { isKoreanHoliday, koreanHolidays } from '../../domain/korean-holidays.ts'

const at = (time: string) => Date.parse(time)
const SEOUL = 'Asia/Seoul'

describe('Korean holidays', () => {
  test.each([
    // Those of the official calendar, with the days that stand in for weekends.
    [
      2025,
      '01-01 01-28 01-29 01-30 03-01 03-03 05-01 05-05 05-06 06-06 08-15 10-03 10-05 10-06 10-07 10-08 10-09 12-25',
    ],
    [
      2026,
      '01-01 02-16 02-17 02-18 03-01 03-02 05-01 05-05 05-24 05-25 06-06 07-17 08-15 08-17 09-24 09-25 09-26 10-03 10-05 10-09 12-25',
    ],
    [
      2027,
      '01-01 02-06 02-07 02-08 02-09 03-01 05-01 05-05 05-13 06-06 07-17 08-15 08-16 09-14 09-15 09-16 10-03 10-04 10-09 10-11 12-25 12-27',
    ],
  ])('of %i', (year, days) => {
    const found = [...koreanHolidays(year)].toSorted().map((day) => day.slice(5))
    expect(found.join(' ')).toBe(days)
  })

  test('are known whatever year it is', () => {
    for (let year = 2024; year < 2060; year++) expect(koreanHolidays(year).size).toBeGreaterThanOrEqual(15)
    expect(isKoreanHoliday('2026-09-25')).toBe(true)
    expect(isKoreanHoliday('2026-09-23')).toBe(false)
  })
})

describe('calling hours', () => {
  test.each([
    ['a Friday at noon', '2026-11-27T12:00:00+09:00', true],
    ['its first minute', '2026-11-27T09:00:00+09:00', true],
    ['the minute before', '2026-11-27T08:59:59+09:00', false],
    ['the last second', '2026-11-27T19:59:59+09:00', true],
    ['its end', '2026-11-27T20:00:00+09:00', false],
    ['a Saturday', '2026-11-28T12:00:00+09:00', false],
    ['Chuseok', '2026-09-25T12:00:00+09:00', false],
    ['the day that stands in for Liberation Day', '2026-08-17T12:00:00+09:00', false],
  ])('%s', (_what, time, open) => {
    expect(isOpen(at(time), DEFAULT_HOURS, SEOUL)).toBe(open)
  })

  test('count by the clock of who is called', () => {
    // 20:30 in Seoul is half past eight in the morning in Berlin… in winter 12:30.
    const time = at('2026-11-27T20:30:00+09:00')
    expect(isOpen(time, DEFAULT_HOURS, SEOUL)).toBe(false)
    expect(isOpen(time, DEFAULT_HOURS, 'Europe/Berlin')).toBe(true)
    expect(isNight(at('2026-11-27T21:00:00+09:00'), SEOUL)).toBe(true)
    expect(isNight(at('2026-11-27T07:59:00+09:00'), SEOUL)).toBe(true)
    expect(isNight(at('2026-11-27T08:00:00+09:00'), SEOUL)).toBe(false)
  })

  test('begin again after a long weekend of holidays', () => {
    // Wednesday evening before Chuseok 2026 (Thu to Sat): Monday.
    const opening = nextOpening(at('2026-09-23T20:00:00+09:00'), DEFAULT_HOURS, SEOUL)
    expect(opening).toBe(at('2026-09-28T09:00:00+09:00'))
  })

  const hours: fc.Arbitrary<CallingHours> = fc.record({
    from: fc.integer({ min: 0, max: 1439 }),
    until: fc.integer({ min: 0, max: 1440 }),
    weekdays: fc.uniqueArray(fc.integer({ min: 0, max: 6 })),
    onHolidays: fc.boolean(),
    closedDays: fc.constant(['2026-11-27']),
  })
  const zones = fc.constantFrom(SEOUL, 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Apia')
  const times = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2028-01-01T00:00:00Z') })

  test('the next opening is open, is not in the past, and nothing before it is', () => {
    fc.assert(
      fc.property(times, hours, zones, (time, when, zone) => {
        const opening = nextOpening(time, when, zone)
        if (opening === null) {
          expect(when.weekdays.length === 0 || when.from >= when.until).toBe(true)
          return
        }
        expect(opening).toBeGreaterThanOrEqual(time)
        expect(isOpen(opening, when, zone)).toBe(true)
        if (opening > time) {
          expect(isOpen(time, when, zone)).toBe(false)
          expect(isOpen(opening - 60_000, when, zone) && opening - 60_000 > time).toBe(false)
        }
        const closing = closingOf(opening, when, zone)
        expect(closing).toBeGreaterThan(opening)
      }),
      { numRuns: 200 },
    )
  })

  test.each([
    ['before clocks are put forward', '2026-03-08T00:30:00-05:00', 540, 1_200, '2026-03-08T13:00:00Z'],
    ['before they are put back', '2026-11-01T00:30:00-04:00', 540, 1_200, '2026-11-01T14:00:00Z'],
    ['into the hour that is left out', '2026-03-08T00:30:00-05:00', 150, 190, '2026-03-08T07:00:00Z'],
    ['wholly within it: the next day', '2026-03-08T00:30:00-05:00', 130, 170, '2026-03-09T06:10:00Z'],
    ['the night after it', '2026-03-08T01:30:00-05:00', 30, 60, '2026-03-09T04:30:00Z'],
  ])('open by a clock that changes: %s', (_what, time, from, until, expected) => {
    const everyDay = { from, until, weekdays: [0, 1, 2, 3, 4, 5, 6], onHolidays: true, closedDays: [] }
    const opening = nextOpening(at(time), everyDay, 'America/New_York')
    expect(opening).toBe(at(expected))
  })

  test('close by a clock that is put forward meanwhile', () => {
    const long = { from: 30, until: 1_200, weekdays: [0], onHolidays: true, closedDays: [] }
    const closing = closingOf(at('2026-03-08T01:30:00-05:00'), long, 'America/New_York')
    expect(closing).toBe(at('2026-03-08T20:00:00-04:00'))
  })

  test('by day never reach into the night of the law', () => {
    fc.assert(
      fc.property(times, hours, (time, when) => {
        if (isOpen(time, byDay(when), SEOUL)) expect(isNight(time, SEOUL)).toBe(false)
      }),
    )
  })
})

const NOON = at('2026-11-27T12:00:00+09:00')
const given = (atMs: number) => ({ isGiven: true, atMs })
const NOBODY = { doNotCall: false, advertising: null, nightAdvertising: null, callsLately: 0 }
const judge = (more: Partial<Parameters<typeof judgeCall>[0]>) =>
  judgeCall({
    kind: 'survey',
    hours: DEFAULT_HOURS,
    frequency: { calls: 3 },
    zone: SEOUL,
    standing: NOBODY,
    nowMs: NOON,
    ...more,
  })

describe('whether somebody may be called', () => {
  test('a survey by day needs no consent; it has to be dialled before the hours end', () => {
    expect(judge({})).toEqual({ do: 'call', untilMs: at('2026-11-27T20:00:00+09:00') })
  })
  test('the do-not-call list wins over any consent', () => {
    const standing = { ...NOBODY, doNotCall: true, advertising: given(NOON) }
    expect(judge({ kind: 'advertising', standing })).toEqual({ do: 'never', why: 'do_not_call' })
  })
  test.each([
    ['unknown', null, 'no_consent'],
    ['withdrawn', { isGiven: false, atMs: NOON }, 'consent_withdrawn'],
    ['older than two years', given(NOON - CONSENT_MS - 1), 'consent_expired'],
  ])('advertising without consent (%s) is blocked', (_what, advertising, why) => {
    const standing = { ...NOBODY, advertising }
    expect(judge({ kind: 'advertising', standing })).toEqual({ do: 'never', why })
  })
  test('who was called often enough is left alone', () => {
    expect(judge({ standing: { ...NOBODY, callsLately: 3 } })).toEqual({ do: 'never', why: 'frequency_cap' })
  })

  describe('campaign-night-hours', () => {
    const hours = { ...DEFAULT_HOURS, from: 0, until: 24 * 60 }
    const nowMs = at('2026-11-26T22:30:00+09:00')
    test('advertising waits from 21:00 to 08:00', () => {
      const standing = { ...NOBODY, advertising: given(NOON) }
      expect(judge({ kind: 'advertising', hours, nowMs, standing })).toEqual({
        do: 'wait',
        untilMs: at('2026-11-27T08:00:00+09:00'),
        why: 'night',
      })
    })
    test('unless they agreed to the night as well', () => {
      const standing = { ...NOBODY, advertising: given(NOON), nightAdvertising: given(NOON) }
      expect(judge({ kind: 'advertising', hours, nowMs, standing }).do).toBe('call')
    })
    test('outside its own hours a campaign waits for them, also past a weekend', () => {
      expect(judge({ nowMs: at('2026-11-27T21:30:00+09:00') })).toEqual({
        do: 'wait',
        untilMs: at('2026-11-30T09:00:00+09:00'),
        why: 'closed_hours',
      })
    })
    test('no advertising call is ever made by night without its consent', () => {
      fc.assert(
        fc.property(
          fc.integer({ min: NOON, max: NOON + 400 * 86_400_000 }),
          fc.integer({ min: 0, max: 1439 }),
          fc.integer({ min: 1, max: 1440 }),
          (now, from, until) => {
            const standing = { ...NOBODY, advertising: given(now) }
            const verdict = judge({
              kind: 'advertising',
              hours: { ...hours, from, until },
              nowMs: now,
              standing,
            })
            if (verdict.do !== 'call') return
            expect(isNight(now, SEOUL)).toBe(false)
            expect(isNight(verdict.untilMs - 1, SEOUL)).toBe(false)
          },
        ),
      )
    })
  })
})

describe('after a call', () => {
  const plan = { retries: { no_answer: 3_600, busy: 900 }, maxRetries: 2 }
  const ended = (outcome: 'completed' | 'no_answer' | 'busy' | 'rejected' | 'cancelled', attempts: number) =>
    afterCall({ outcome, attempts, endedAtMs: 1_000 }, plan)
  test('it is made again as its outcome says, while tries are left', () => {
    expect(ended('no_answer', 1)).toEqual({ state: 'waiting', dueAtMs: 3_601_000, why: 'retry' })
    expect(ended('busy', 2)).toEqual({ state: 'waiting', dueAtMs: 901_000, why: 'retry' })
    expect(ended('busy', 3)).toEqual({ state: 'done' })
    for (const outcome of ['completed', 'rejected', 'cancelled'] as const)
      expect(ended(outcome, 1)).toEqual({ state: 'done' })
  })
  test('half of at least five failed ones trip the breaker', () => {
    expect(isTripped({ ended: 4, failed: 4 }, DEFAULT_BREAKER)).toBe(false)
    expect(isTripped({ ended: 5, failed: 2 }, DEFAULT_BREAKER)).toBe(false)
    expect(isTripped({ ended: 5, failed: 3 }, DEFAULT_BREAKER)).toBe(true)
    expect(isTripped({ ended: 0, failed: 0 }, { ...DEFAULT_BREAKER, minCalls: 0, share: 0 })).toBe(false)
  })
  test('each number of the pool is shown in its turn', () => {
    const plan3 = { callerNumbers: ['a', 'b', 'c'] }
    expect([0, 1, 2, 3].map((turn) => callerOf(plan3, turn))).toEqual(['a', 'b', 'c', 'a'])
  })
})

describe('what is said', () => {
  const plan = { purpose: '{이름} 님, {상품} 안내', questions: ['{이름} 님 만족하셨나요?', '다른 의견은?'] }
  test('names are filled in; unknown ones stay', () => {
    expect(variablesOf(plan)).toEqual(['이름', '상품'])
    expect(fillRow(plan, { 이름: '김철수' })).toEqual({
      purpose: '김철수 님, {상품} 안내',
      questions: ['김철수 님 만족하셨나요?', '다른 의견은?'],
    })
    expect(tooLong({ purpose: 'ㄱ'.repeat(501), questions: [] })).toBe('purpose')
    expect(tooLong({ purpose: '', questions: ['ㄱ'.repeat(201)] })).toBe('question')
  })
  test('no value is taken for a template of its own', () => {
    expect(fillRow(plan, { 이름: '{상품}', 상품: '$&' }).purpose).toBe('{상품} 님, $& 안내')
  })
  test('every greeting says that an AI speaks and how to get no more calls; advertising says what it is first', () => {
    const words = { greeting: '안녕하세요.', closing: '' }
    expect(campaignWords(words, 'survey').greeting).toMatch(/AI.*9번/)
    expect(campaignWords(words, 'advertising').greeting).toMatch(/^광고 전화입니다\. .*AI.*9번/)
  })
})

describe('the pace', () => {
  test('is kept within 2 % at any rate, whenever it is looked at, and never exceeded', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 50, noNaN: true }),
        fc.array(fc.integer({ min: 1, max: 240 }), { minLength: 300, maxLength: 600 }),
        (rate, steps) => {
          const pacer = new CallPacer(rate, 0)
          let now = 0
          let calls = 0
          for (const step of steps) {
            now += step
            const due = pacer.due(now)
            pacer.took(due)
            calls += due
          }
          const ideal = (now / 1000) * rate
          expect(calls).toBeLessThanOrEqual(ideal + 1e-6)
          expect(calls).toBeGreaterThan(ideal * 0.98 - 1)
        },
      ),
      { numRuns: 200 },
    )
  })
  test('what a long stall lost is not made up for at once', () => {
    const pacer = new CallPacer(10, 0)
    expect(pacer.due(60_000)).toBe(3)
  })
  test('but little by little, never two hundredths above the rate, whoever goes on', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 50, noNaN: true }),
        fc.integer({ min: 300, max: 8_000 }),
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 50, maxLength: 300 }),
        (rate, stallMs, steps) => {
          let pacer = new CallPacer(rate, 0)
          const take = (nowMs: number) => {
            const due = pacer.due(nowMs)
            pacer.took(due)
            return due
          }
          const atOnce = take(stallMs)
          expect(atOnce).toBeLessThanOrEqual(1 + rate * 0.25)
          let now = stallMs
          let calls = atOnce
          for (const step of steps) {
            now += step
            calls += take(now)
            pacer = new CallPacer(rate, now, pacer.pace)
          }
          const afterMs = now - stallMs
          expect(calls).toBeLessThanOrEqual(1 + rate * 0.25 + (afterMs / 1_000) * rate * 1.02 + 1e-6)
          expect(calls).toBeLessThanOrEqual((now / 1_000) * rate + 1e-6)
          // Nothing is made up for where there was nobody to call.
          pacer.forgive()
          expect(pacer.pace.owed).toBe(0)
        },
      ),
      { numRuns: 200 },
    )
  })
  test('tells when the next one is due', () => {
    const pacer = new CallPacer(2, 0)
    expect(pacer.nextInMs(0)).toBe(500)
    expect(pacer.nextInMs(500)).toBe(0)
  })
})
