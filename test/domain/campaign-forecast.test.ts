/** When a campaign will probably be through. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEFAULT_HOURS, isOpen } from '../../domain/calling-hours.ts'
import { type CallsToMake, forecastEnd } from '../../domain/campaign-forecast.ts'

const at = (time: string) => Date.parse(time)
const speed = { windowSize: 5, callsPerSecond: 1 }
const input = { speed, hours: DEFAULT_HOURS, meanSeconds: 60 }
const calls = (count: number, zone: string | null = 'Asia/Seoul', notBeforeMs = 0): CallsToMake => ({
  zone,
  count,
  notBeforeMs,
})

describe('the forecast', () => {
  test('goes by the narrower of window and pace', () => {
    const nowMs = at('2026-11-27T12:00:00+09:00')
    expect(forecastEnd({ ...input, nowMs, calls: [calls(50)] })).toBe(nowMs + 600_000)
    const fast = { windowSize: 500, callsPerSecond: 1 }
    expect(forecastEnd({ ...input, speed: fast, nowMs, calls: [calls(50)] })).toBe(nowMs + 50_000)
    expect(forecastEnd({ ...input, nowMs, calls: [calls(0)] })).toBe(nowMs)
    expect(forecastEnd({ ...input, nowMs, calls: [] })).toBe(nowMs)
  })

  test('leaves out nights, weekends and holidays', () => {
    // Friday 19:50: ten minutes are left today; twenty minutes of work end on Monday at 9:10.
    const nowMs = at('2026-11-27T19:50:00+09:00')
    expect(forecastEnd({ ...input, nowMs, calls: [calls(100)] })).toBe(at('2026-11-30T09:10:00+09:00'))
    // The day before a Thursday that is Christmas Day (2025): Friday comes next.
    const eve = at('2025-12-24T19:55:00+09:00')
    expect(forecastEnd({ ...input, nowMs: eve, calls: [calls(50)] })).toBe(at('2025-12-26T09:05:00+09:00'))
  })

  test('waits for the zone that opens last', () => {
    // Friday noon in Seoul is Thursday 22:00 in New York, which opens at 9:00 there: 23:00 in Seoul.
    const nowMs = at('2026-11-27T12:00:00+09:00')
    const both = [calls(50), calls(50, 'America/New_York')]
    expect(forecastEnd({ ...input, nowMs, calls: both })).toBe(at('2026-11-27T23:10:00+09:00'))
    // Who is awake shares the pace, and nobody waits for a turn that another zone does not take.
    const awake = [calls(25), calls(25, 'Asia/Tokyo')]
    expect(forecastEnd({ ...input, nowMs, calls: awake })).toBe(nowMs + 600_000)
  })

  test('waits for calls that are made again, and not for the hours of those under way', () => {
    const nowMs = at('2026-11-27T12:00:00+09:00')
    const again = at('2026-11-27T13:00:00+09:00')
    expect(forecastEnd({ ...input, nowMs, calls: [calls(5), calls(5, 'Asia/Seoul', again)] })).toBe(
      again + 60_000,
    )
    const evening = at('2026-11-27T20:30:00+09:00')
    expect(forecastEnd({ ...input, nowMs: evening, calls: [calls(5, null)] })).toBe(evening + 60_000)
  })

  test('is none where there is no such hour', () => {
    const hours = { ...DEFAULT_HOURS, weekdays: [] }
    expect(forecastEnd({ ...input, hours, nowMs: 0, calls: [calls(1)] })).toBeNull()
  })

  test('is never sooner than the pace allows, ends while somebody may be called, and grows with the list', () => {
    const zone = fc.constantFrom('Asia/Seoul', 'America/New_York', 'Europe/Berlin', 'Asia/Kolkata')
    const group = fc.record({
      zone,
      count: fc.integer({ min: 1, max: 2_000 }),
      notBeforeMs: fc.integer({ min: at('2026-11-20T00:00:00Z'), max: at('2026-12-05T00:00:00Z') }),
    })
    fc.assert(
      fc.property(
        fc.array(group, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: at('2026-11-25T00:00:00Z'), max: at('2026-11-30T00:00:00Z') }),
        (groups, nowMs) => {
          const end = forecastEnd({ ...input, nowMs, calls: groups })
          if (end === null) throw new Error('it ends')
          const total = groups.reduce((sum, { count }) => sum + count, 0)
          expect(end).toBeGreaterThanOrEqual(nowMs + total * 12_000 - 1)
          for (const { notBeforeMs } of groups) expect(end).toBeGreaterThanOrEqual(notBeforeMs)
          // At the end, or just before it, somebody's hours are open.
          const isAnyOpen = groups.some((one) =>
            [Math.floor(end), Math.ceil(end) - 1].some((ms) => isOpen(ms, DEFAULT_HOURS, one.zone)),
          )
          expect(isAnyOpen).toBe(true)
          const more = forecastEnd({ ...input, nowMs, calls: [...groups, calls(100)] })
          expect(more ?? 0).toBeGreaterThanOrEqual(end - 1)
        },
      ),
    )
  })
})
