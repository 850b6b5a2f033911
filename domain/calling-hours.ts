/**
 * When people may be phoned, by the clock of where they are. The law's night (advertising is forbidden from 21:00 to
 * 08:00 without a consent of its own) is apart from the hours that a campaign chooses. Not for workflow code: Intl.
 */
import { dayName, isKoreanHoliday } from './korean-holidays.ts'

export interface CallingHours {
  /** Minutes from midnight. */
  readonly from: number
  /** Minutes from midnight, excluded. */
  readonly until: number
  /** 0 is Sunday. */
  readonly weekdays: readonly number[]
  /** false: nobody is called on Korean public holidays. */
  readonly onHolidays: boolean
  /** More days without calls, "YYYY-MM-DD". */
  readonly closedDays: readonly string[]
}

export const DEFAULT_ZONE = 'Asia/Seoul'
export const DEFAULT_HOURS: CallingHours = {
  from: 9 * 60,
  until: 20 * 60,
  weekdays: [1, 2, 3, 4, 5],
  onHolidays: false,
  closedDays: [],
}

/** Network Act, article 50 (3). */
export const NIGHT = { from: 21 * 60, until: 8 * 60 } as const

const MINUTE_MS = 60_000
const DAY_MINUTES = 24 * 60
/** Nobody waits longer for an open hour than for a long holiday; beyond it there is none. */
const MOST_STEPS = 800

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    })
    formats.set(zone, format)
  }
  return format
}

/** Whether the runtime knows it. */
export function isZone(zone: string): boolean {
  try {
    formatOf(zone)
    return true
  } catch {
    return false
  }
}

interface LocalTime {
  readonly day: string
  readonly weekday: number
  /** Minutes from midnight. */
  readonly minutes: number
}

function localTime(atMs: number, zone: string): LocalTime {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
  const [year, month, day] = [part('year'), part('month'), part('day')]
  return {
    day: dayName(year, month, day),
    weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay(),
    minutes: part('hour') * 60 + part('minute'),
  }
}

const isOpenDay = ({ day, weekday }: LocalTime, hours: CallingHours): boolean =>
  hours.weekdays.includes(weekday) &&
  !hours.closedDays.includes(day) &&
  (hours.onHolidays || !isKoreanHoliday(day))

/** Whether somebody in that zone may be called now, as far as the campaign's own hours go. */
export function isOpen(atMs: number, hours: CallingHours, zone: string): boolean {
  const time = localTime(atMs, zone)
  return isOpenDay(time, hours) && time.minutes >= hours.from && time.minutes < hours.until
}

/** Whether it is night there, as the law means it. */
export function isNight(atMs: number, zone: string): boolean {
  const { minutes } = localTime(atMs, zone)
  return minutes >= NIGHT.from || minutes < NIGHT.until
}

/** @returns the first ms from `atMs` on at which it is open; null: never within two years. */
export function nextOpening(atMs: number, hours: CallingHours, zone: string): number | null {
  let at = atMs
  for (let step = 0; step < MOST_STEPS; step++) {
    const time = localTime(at, zone)
    const wholeMinute = at - (at % MINUTE_MS)
    if (isOpenDay(time, hours) && time.minutes < hours.until && hours.from < hours.until) {
      if (time.minutes >= hours.from) return at
      const next = wholeMinute + (hours.from - time.minutes) * MINUTE_MS
      // Where clocks are put forward in between, the hour has begun before.
      at = localTime(next, zone).minutes > hours.from ? firstOpenOr(next, wholeMinute, hours, zone) : next
    } else at = towardsNextDay(at, time, zone)
  }
  return null
}

/** Minute by minute, since a clock jumps over some of them. @returns `end` where all before it are closed. */
function firstOpenOr(end: number, from: number, hours: CallingHours, zone: string): number {
  let at = from
  while (at < end && !isOpen(at, hours, zone)) at += MINUTE_MS
  return at
}

/** @returns where the day after that of `atMs` begins, or a moment on the way to it. */
function towardsNextDay(atMs: number, { day: today, minutes }: LocalTime, zone: string): number {
  const at = atMs - (atMs % MINUTE_MS) + (DAY_MINUTES - minutes) * MINUTE_MS
  const there = localTime(at, zone)
  // Where clocks are put back in between, the day is not over yet; where they are put forward, the next has begun before.
  if (there.day === today || there.minutes === 0) return at
  const midnight = at - there.minutes * MINUTE_MS
  // Some clocks are put forward at midnight itself: that day begins later.
  return localTime(midnight, zone).day === there.day ? midnight : at
}

/** Hours in which advertising may be spoken to those who gave no consent for the night. */
export const byDay = (hours: CallingHours): CallingHours => ({
  ...hours,
  from: Math.max(hours.from, NIGHT.until),
  until: Math.min(hours.until, NIGHT.from),
})

/** @returns until when it stays open, ms; null: it is closed. */
export function closingOf(atMs: number, hours: CallingHours, zone: string): number | null {
  const time = localTime(atMs, zone)
  if (!isOpen(atMs, hours, zone)) return null
  let closing = atMs - (atMs % MINUTE_MS) + (hours.until - time.minutes) * MINUTE_MS
  // Where clocks are put forward in between, it closes before.
  while (!isOpen(closing - MINUTE_MS, hours, zone)) closing -= MINUTE_MS
  return closing
}
