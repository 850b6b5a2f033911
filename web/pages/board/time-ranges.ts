/** Times by name, as people at the board say them; always Korean time. */
const KST_MS = 9 * 3_600_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** `tonight` runs from 18:00 to 06:00, also for those who look at four in the morning. */
const TIME_NAMES = ['today', 'tonight', 'tomorrow', 'yesterday', 'overdue'] as const
export type TimeName = (typeof TIME_NAMES)[number]
/** When the wreath is wanted, and when it was ordered. */
export const DELIVER_TIMES = [
  'overdue',
  'today',
  'tonight',
  'tomorrow',
] as const satisfies readonly TimeName[]
export const ORDERED_TIMES = ['today', 'tonight', 'yesterday'] as const satisfies readonly TimeName[]

export interface TimeRange {
  readonly from?: string
  readonly to?: string
}

/** @param nowMs epoch; the range changes with the day only, and that of `overdue` with the minute. */
export function timeRange(name: TimeName, nowMs: number): TimeRange {
  const midnight = Math.floor((nowMs + KST_MS) / DAY_MS) * DAY_MS - KST_MS
  const between = (from: number, to: number) => ({ from: iso(from), to: iso(to) })
  switch (name) {
    case 'today':
      return between(midnight, midnight + DAY_MS)
    case 'tomorrow':
      return between(midnight + DAY_MS, midnight + 2 * DAY_MS)
    case 'yesterday':
      return between(midnight - DAY_MS, midnight)
    case 'tonight': {
      const evening = midnight + (nowMs < midnight + 6 * HOUR_MS ? -6 : 18) * HOUR_MS
      return between(evening, evening + 12 * HOUR_MS)
    }
    case 'overdue':
      return { to: iso(nowMs) }
  }
}

const iso = (epochMs: number): string => new Date(epochMs).toISOString()
