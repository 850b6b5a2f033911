/** Korean time: +09:00 all year (no summer time since 1988), so plain arithmetic serves workflows too. */
import type { Language } from './money.ts'

const OFFSET_MS = 9 * 3_600_000
const DAY_MS = 86_400_000
const ISO_WITH_OFFSET = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/
const WEEKDAYS_KO = ['일', '월', '화', '수', '목', '금', '토'] as const
const WEEKDAYS_EN = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const
const MONTHS_EN = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
] as const

const two = (n: number): string => String(n).padStart(2, '0')
/** The wall clock in Korea, readable through the UTC getters. */
const wallClock = (epochMs: number): Date => new Date(epochMs + OFFSET_MS)

/**
 * ISO 8601 with +09:00, milliseconds only where there are any: "2026-11-21T14:00:00+09:00".
 * @param epochMs as of Date.now().
 */
export function koreanIso(epochMs: number): string {
  const text = wallClock(epochMs).toISOString()
  // Cut, not replaced: a board shows four times on each of some two hundred cards.
  return `${text.slice(0, text.endsWith('.000Z') ? -5 : -1)}+09:00`
}

/** Milliseconds since the epoch at which the day in Korea began. */
export const startOfKoreanDay = (epochMs: number): number =>
  Math.floor((epochMs + OFFSET_MS) / DAY_MS) * DAY_MS - OFFSET_MS

/** `YYMMDD` in Korea. */
export function koreanDay(epochMs: number): string {
  const at = wallClock(epochMs)
  return `${two(at.getUTCFullYear() % 100)}${two(at.getUTCMonth() + 1)}${two(at.getUTCDate())}`
}

/** Milliseconds since the epoch of an ISO 8601 time that names its offset; null for anything else. */
export function parseIsoTime(text: string): number | null {
  if (!ISO_WITH_OFFSET.test(text)) return null
  const epochMs = Date.parse(text)
  return Number.isNaN(epochMs) ? null : epochMs
}

/** "11월 21일(토) 오후 2시", "Sat 21 Nov 14:00"; minutes in Korean only where there are any. */
export function formatKoreanTime(epochMs: number, language: Language = 'ko'): string {
  const at = wallClock(epochMs)
  const [month, day, weekday] = [at.getUTCMonth(), at.getUTCDate(), at.getUTCDay()]
  const [hour, minute] = [at.getUTCHours(), at.getUTCMinutes()]
  if (language === 'en')
    return `${WEEKDAYS_EN[weekday]} ${day} ${MONTHS_EN[month]} ${two(hour)}:${two(minute)}`
  const half = hour < 12 ? '오전' : '오후'
  const clock = `${half} ${hour % 12 === 0 ? 12 : hour % 12}시${minute === 0 ? '' : ` ${minute}분`}`
  return `${month + 1}월 ${day}일(${WEEKDAYS_KO[weekday]}) ${clock}`
}

/** "10분", "1분 30초", "24시간", "2시간 30분"; "10 minutes" … in English. */
export function formatDuration(seconds: number, language: Language = 'ko'): string {
  const parts: ReadonlyArray<readonly [number, string, string]> = [
    [Math.floor(seconds / 3600), '시간', 'hour'],
    [Math.floor((seconds % 3600) / 60), '분', 'minute'],
    [Math.floor(seconds % 60), '초', 'second'],
  ]
  const shown = parts.filter(([amount]) => amount > 0)
  if (shown.length === 0) return language === 'ko' ? '0초' : '0 seconds'
  return shown
    .map(([amount, ko, en]) =>
      language === 'ko' ? `${amount}${ko}` : `${amount} ${en}${amount === 1 ? '' : 's'}`,
    )
    .join(' ')
}
