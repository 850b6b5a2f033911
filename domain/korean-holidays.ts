/**
 * Korean public holidays, with the days that stand in for those which fall on a weekend. The lunar ones come from
 * the calendar of ICU. Not for workflow code: Intl's data is not what a replay may depend on.
 */

/** "2026-09-25". */
type Day = string

const DAY_MS = 86_400_000
const two = (n: number): string => String(n).padStart(2, '0')
const dayOf = (ms: number): Day => new Date(ms).toISOString().slice(0, 10)
const msOf = (day: Day): number => Date.parse(`${day}T00:00:00Z`)
const LUNAR = new Intl.DateTimeFormat('en-u-ca-dangi', { month: 'numeric', day: 'numeric', timeZone: 'UTC' })

/** "1-1" for the first day of the lunar year; leap months have a mark and match nothing. */
function lunarDay(ms: number): string {
  const parts = LUNAR.formatToParts(ms)
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? ''
  return `${part('month')}-${part('day')}`
}

/** Which weekends move a holiday (Presidential Decree on holidays of public offices, article 3). */
type Moved = 'never' | 'sunday' | 'weekend'

/** Labour Day and, from 2026, Constitution Day are no day to phone people either. */
const FIXED: readonly (readonly [day: string, moved: Moved, from?: number])[] = [
  ['01-01', 'never'],
  ['03-01', 'weekend'],
  ['05-01', 'never'],
  ['05-05', 'weekend'],
  ['06-06', 'never'],
  ['07-17', 'never', 2026],
  ['08-15', 'weekend'],
  ['10-03', 'weekend'],
  ['10-09', 'weekend'],
  ['12-25', 'weekend'],
]

const known = new Map<number, ReadonlySet<Day>>()

/** Holidays of a year, "YYYY-MM-DD". */
export function koreanHolidays(year: number): ReadonlySet<Day> {
  const before = known.get(year)
  if (before !== undefined) return before
  const holidays = computeHolidays(year)
  known.set(year, holidays)
  return holidays
}

function computeHolidays(year: number): ReadonlySet<Day> {
  const days: { day: Day; moved: Moved }[] = FIXED.filter(([, , from = 0]) => year >= from).map(
    ([day, moved]) => ({ day: `${year}-${day}`, moved }),
  )
  for (let ms = Date.UTC(year, 0, 1); ms < Date.UTC(year + 1, 0, 1); ms += DAY_MS) {
    const lunar = lunarDay(ms)
    if (lunar === '1-1' || lunar === '8-15')
      for (const at of [ms - DAY_MS, ms, ms + DAY_MS]) days.push({ day: dayOf(at), moved: 'sunday' })
    if (lunar === '4-8') days.push({ day: dayOf(ms), moved: 'weekend' })
  }
  const holidays = new Set(days.map(({ day }) => day))
  const seen = new Set<Day>()
  for (const { day, moved } of days.toSorted((a, b) => a.day.localeCompare(b.day))) {
    const weekday = new Date(msOf(day)).getUTCDay()
    const isTwice = seen.has(day)
    seen.add(day)
    if (moved === 'never') continue
    if (isTwice || weekday === 0 || (moved === 'weekend' && weekday === 6))
      holidays.add(nextFree(day, holidays))
  }
  return holidays
}

/** The first day after it that is neither a holiday nor a weekend. */
function nextFree(day: Day, holidays: ReadonlySet<Day>): Day {
  for (let ms = msOf(day) + DAY_MS; ; ms += DAY_MS) {
    const weekday = new Date(ms).getUTCDay()
    if (weekday !== 0 && weekday !== 6 && !holidays.has(dayOf(ms))) return dayOf(ms)
  }
}

/** @param day "YYYY-MM-DD". */
export const isKoreanHoliday = (day: Day): boolean => koreanHolidays(Number(day.slice(0, 4))).has(day)

/** "YYYY-MM-DD". */
export const dayName = (year: number, month: number, day: number): Day => `${year}-${two(month)}-${two(day)}`
