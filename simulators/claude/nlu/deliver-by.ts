/** The wanted time of arrival, in the words of a telephone call, as ISO 8601 in Korean time. */
import { type Found, found } from './found.ts'
import { NATIVE_NUMBER, parseNumber, SINO_NUMBER } from './korean-number.ts'

/** `need_hour`: a day without a time. `past`: a time that is over. */
export type DeliverByReading =
  | { readonly kind: 'time'; readonly found: Found }
  | { readonly kind: 'need_hour'; readonly day: string; readonly rest: string }
  | { readonly kind: 'past'; readonly rest: string }

export interface DeliverByContext {
  /** ISO 8601. */
  readonly now: string
  /** A day named in the question, which an answer without one refers to. */
  readonly askedDay?: string | undefined
  /** The caller was asked for it: vague answers count. */
  readonly asked: boolean
}

/** "As soon as possible" means about this long: making and carrying a wreath. */
const SOONEST_HOURS = 3
const KST_OFFSET_MS = 9 * 3_600_000
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

const NUMBER = `\\d{1,2}|${NATIVE_NUMBER}|${SINO_NUMBER}`
const DAY = `(?:내일\\s*모레|오늘|금일|내일|명일|낼|모레|글피|today|tomorrow|(?:\\d{1,2}|${SINO_NUMBER}|유|시)월\\s*(?:\\d{1,2}|${SINO_NUMBER})일|(?:이번\\s*주|다음\\s*주|담\\s*주)?\\s*[월화수목금토일]요일|(?<!\\d)\\d{1,2}일(?!\\d))`
const PART = '(?:오전|오후|아침|점심|저녁|밤|새벽|한낮|낮|morning|afternoon|evening|noon)'
const CLOCK = `(?:(?<!\\d)\\d{1,2}:\\d{2}|정오|자정|(?:\\d{1,2}|${NATIVE_NUMBER}|십\\S?)\\s*시(?![간작도점민청장])(?:\\s*(?:(?:\\d{1,2}|${SINO_NUMBER})\\s*분|반))?)`
const UNTIL =
  '(?:\\s*(?:쯤|경|정도))?(?:\\s*(?:까지는|까지|안으로|이전|전까지|전에|전|중으로|중에|에))?(?:요|입니다|이요|예요)?'

const RELATIVE = new RegExp(
  `(한두|두세|서너|${NUMBER})\\s*(시간|분)\\s*(반)?\\s*(?:정도|쯤)?\\s*(안에|안으로|이내로?|내로|내에|뒤에?|후에?|있다가)?(?:\\s*까지)?(?:요|입니다|이요)?`,
)
const SOON =
  /(?:지금\s*(?:바로|당장)|최대한\s*빨리|최대한\s*빠르게|가능한\s*(?:한\s*)?(?:빨리|빠르게|빠른)|(?:가장|제일)\s*(?:빨리|빠른)|되는\s*대로|빠를수록|asap|as soon as possible|right away|right now)/i
const SOON_WHEN_ASKED = /(?:빨리|바로|당장|급해|급하|아무\s*때나|soon)/i
const ENGLISH =
  /(?:(?:by|at|before|until)\s+)?(?:(today|tomorrow)\s+)?(?:(?:by|at|before|until|in the)\s+)?(\d{1,2})(?::(\d{2}))?\s*(a\.?m\.?|p\.?m\.?|o'?clock)(?:\s+(today|tomorrow))?/i
const ENGLISH_RELATIVE = /(?:in|within)\s+(\d+|an|one|two|three|four|five)\s+(hours?|minutes?)/i
const ENGLISH_NUMBERS: Readonly<Record<string, number>> = {
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
}
const PART_HOURS: Readonly<Record<string, number>> = {
  오전: 12,
  아침: 9,
  점심: 12,
  오후: 18,
  저녁: 18,
  밤: 21,
  새벽: 6,
  한낮: 12,
  낮: 12,
  morning: 10,
  afternoon: 15,
  evening: 18,
  noon: 12,
}

/** @example findDeliverBy('내일 오전 열 시까지요', { now, asked: true }) */
export function findDeliverBy(text: string, context: DeliverByContext): DeliverByReading | undefined {
  return (
    readSoon(text, context) ??
    readEnglish(text, context) ??
    readClock(text, context) ??
    readRelative(text, context) ??
    readPart(text, context)
  )
}

function readSoon(text: string, context: DeliverByContext): DeliverByReading | undefined {
  const match = SOON.exec(text) ?? (context.asked ? SOON_WHEN_ASKED.exec(text) : null)
  if (match === null || new RegExp(CLOCK).test(text) || RELATIVE.exec(text)?.[4] !== undefined)
    return undefined
  const tenMinutes = 10 * MINUTE_MS
  const at = Math.ceil((Date.parse(context.now) + SOONEST_HOURS * HOUR_MS) / tenMinutes) * tenMinutes
  return time(text, match, at, 0.8)
}

function readRelative(text: string, context: DeliverByContext): DeliverByReading | undefined {
  const match = RELATIVE.exec(text)
  if (match === null || (match[4] === undefined && !context.asked)) return undefined
  const rough: Readonly<Record<string, number>> = { 한두: 2, 두세: 3, 서너: 4 }
  const count = rough[match[1] ?? ''] ?? parseNumber(match[1] ?? '')
  if (count === undefined) return undefined
  const unit = match[2] === '분' ? MINUTE_MS : HOUR_MS
  const half = match[3] === undefined ? 0 : unit / 2
  return time(text, match, wholeMinute(Date.parse(context.now) + count * unit + half), 0.9)
}

function readEnglish(text: string, context: DeliverByContext): DeliverByReading | undefined {
  const relative = ENGLISH_RELATIVE.exec(text)
  if (relative !== null) {
    const count = ENGLISH_NUMBERS[relative[1]?.toLowerCase() ?? ''] ?? Number(relative[1])
    const unit = relative[2]?.toLowerCase().startsWith('minute') ? MINUTE_MS : HOUR_MS
    return time(text, relative, wholeMinute(Date.parse(context.now) + count * unit), 0.9)
  }
  const match = ENGLISH.exec(text)
  if (match === null) return undefined
  const part = match[4]?.toLowerCase().startsWith('p')
    ? '오후'
    : match[4]?.toLowerCase().startsWith('a')
      ? '오전'
      : undefined
  const dayWord = (match[1] ?? match[5])?.toLowerCase()
  return atClock(text, match, context, {
    day: dayWord,
    part,
    hour: Number(match[2]),
    minute: Number(match[3] ?? 0),
  })
}

function readClock(text: string, context: DeliverByContext): DeliverByReading | undefined {
  const match = new RegExp(
    `(?:(${DAY})(?:은|에)?\\s*)?(?:(${PART})(?:에)?\\s*)?(${CLOCK})${UNTIL}`,
    'i',
  ).exec(text)
  const clock = match?.[3]
  if (match === null || clock === undefined) return undefined
  const parsed = parseClock(clock)
  if (parsed === undefined) return undefined
  return atClock(text, match, context, { day: match[1], part: match[2], ...parsed })
}

/** "내일 오전까지", "오늘 저녁", "내일". */
function readPart(text: string, context: DeliverByContext): DeliverByReading | undefined {
  const match = new RegExp(`(?:(${DAY})(?:은|에)?\\s*)?(${PART})${UNTIL}`, 'i').exec(text)
  if (match !== null && (match[1] !== undefined || context.asked || /까지|전/.test(match[0]))) {
    return atClock(text, match, context, {
      day: match[1],
      part: undefined,
      hour: PART_HOURS[match[2] ?? ''] ?? 12,
      minute: 0,
      exact: true,
    })
  }
  const day = new RegExp(`(${DAY})${UNTIL}`, 'i').exec(text)
  if (day === null || (!context.asked && !/까지|중/.test(day[0]))) return undefined
  if (/중에|중으로/.test(day[0]))
    return atClock(text, day, context, { day: day[1], part: undefined, hour: 18, minute: 0, exact: true })
  return { kind: 'need_hour', day: day[1] ?? '', rest: removed(text, day) }
}

interface ClockWords {
  readonly day: string | undefined
  readonly part: string | undefined
  readonly hour: number
  readonly minute: number
  /** The hour is on the 24-hour clock already. */
  readonly exact?: boolean
}

function atClock(
  text: string,
  match: RegExpExecArray,
  context: DeliverByContext,
  words: ClockWords,
): DeliverByReading {
  const now = Date.parse(context.now)
  const dayWord = words.day ?? context.askedDay
  const midnight = dayWord === undefined ? undefined : startOfDay(dayWord, now)
  const today = koreanMidnight(now)
  const offset = (hour: number) => hour * HOUR_MS + words.minute * MINUTE_MS
  if (midnight !== undefined) {
    const isToday = midnight === today
    const hours =
      words.exact === true ? [words.hour] : possibleHours(words, isToday ? now - today : undefined)
    const at = hours.map((hour) => midnight + offset(hour)).find((candidate) => candidate > now)
    return at === undefined ? { kind: 'past', rest: removed(text, match) } : time(text, match, at, 0.95)
  }
  const hours = words.exact === true ? [words.hour] : possibleHours(words, now - today)
  const at = hours.map((hour) => today + offset(hour)).find((candidate) => candidate > now)
  return time(text, match, at ?? today + DAY_MS + offset(hours[0] ?? words.hour), 0.85)
}

/**
 * Hours on the 24-hour clock that the words may mean, likeliest first.
 * @param elapsedMs time of day when the day is today: there the next such hour is meant.
 */
function possibleHours(words: ClockWords, elapsedMs: number | undefined): readonly number[] {
  const { hour, part } = words
  if (hour > 12 || hour === 0) return [hour % 24]
  switch (part) {
    case '오전':
    case '아침':
    case 'morning':
      return [hour % 12]
    case '새벽':
      return [hour % 12]
    case '오후':
    case '저녁':
    case '점심':
    case '낮':
    case '한낮':
    case 'afternoon':
    case 'evening':
      // "점심 11시", "낮 11시" is before noon.
      return (part === '점심' || part === '낮' || part === '한낮') && hour >= 10 && hour < 12
        ? [hour]
        : [(hour % 12) + 12]
    case '밤':
      return hour === 12 ? [24] : hour < 5 ? [hour + 24] : [hour + 12]
    default:
      if (elapsedMs !== undefined) return [hour, (hour % 12) + 12]
      return hour === 12 ? [12] : hour < 7 ? [hour + 12] : [hour]
  }
}

function parseClock(clock: string): { hour: number; minute: number } | undefined {
  if (clock === '정오') return { hour: 12, minute: 0 }
  if (clock === '자정') return { hour: 24, minute: 0 }
  const figures = /^(\d{1,2}):(\d{2})$/.exec(clock)
  if (figures !== null) return { hour: Number(figures[1]), minute: Number(figures[2]) }
  const match = /^(.+?)\s*시\s*(?:(.+?)\s*분|(반))?$/.exec(clock)
  const hour = parseNumber(match?.[1] ?? '')
  if (match === null || hour === undefined || hour > 24) return undefined
  const minute = match[3] !== undefined ? 30 : match[2] === undefined ? 0 : parseNumber(match[2])
  return minute === undefined || minute > 59 ? undefined : { hour, minute }
}

const WEEKDAYS = '일월화수목금토'

/** Midnight (ms since 1970) of the day a word names, seen from `now`. */
function startOfDay(word: string, now: number): number | undefined {
  const today = koreanMidnight(now)
  const compact = word.replaceAll(/\s/g, '').toLowerCase()
  const ahead: Readonly<Record<string, number>> = {
    오늘: 0,
    금일: 0,
    today: 0,
    내일: 1,
    명일: 1,
    낼: 1,
    tomorrow: 1,
    모레: 2,
    내일모레: 2,
    글피: 3,
  }
  const days = ahead[compact]
  if (days !== undefined) return today + days * DAY_MS
  const weekday = /^(이번주|다음주|담주)?([월화수목금토일])요일$/.exec(compact)
  if (weekday !== null) return today + daysToWeekday(weekday, today) * DAY_MS
  const date = /^(?:(.+)월)?(.+)일$/.exec(compact)
  return date === null ? undefined : dateMidnight(date[1], date[2] ?? '', today)
}

function daysToWeekday(match: RegExpExecArray, today: number): number {
  const current = new Date(today + KST_OFFSET_MS).getUTCDay()
  const wanted = WEEKDAYS.indexOf(match[2] ?? '')
  if (match[1] === undefined) return (wanted - current + 7) % 7
  // Weeks are said to begin on Monday.
  const fromMonday = ((wanted + 6) % 7) - ((current + 6) % 7)
  return match[1] === '이번주' ? fromMonday : fromMonday + 7
}

function dateMidnight(monthWord: string | undefined, dayWord: string, today: number): number | undefined {
  const korean = new Date(today + KST_OFFSET_MS)
  const months: Readonly<Record<string, number>> = { 유: 6, 시: 10 }
  const month =
    monthWord === undefined ? korean.getUTCMonth() + 1 : (months[monthWord] ?? parseNumber(monthWord))
  const day = parseNumber(dayWord)
  if (month === undefined || day === undefined || day < 1 || day > 31) return undefined
  const at = (year: number, monthIndex: number) => Date.UTC(year, monthIndex, day) - KST_OFFSET_MS
  const candidate = at(korean.getUTCFullYear(), month - 1)
  if (candidate >= today) return candidate
  return monthWord === undefined
    ? at(korean.getUTCFullYear(), month)
    : at(korean.getUTCFullYear() + 1, month - 1)
}

function koreanMidnight(now: number): number {
  return Math.floor((now + KST_OFFSET_MS) / DAY_MS) * DAY_MS - KST_OFFSET_MS
}

function wholeMinute(at: number): number {
  return Math.ceil(at / MINUTE_MS) * MINUTE_MS
}

function time(text: string, match: RegExpExecArray, at: number, confidence: number): DeliverByReading {
  return {
    kind: 'time',
    found: found(text, { index: match.index, words: match[0] }, koreanIso(at), confidence),
  }
}

function removed(text: string, match: RegExpExecArray): string {
  return found(text, { index: match.index, words: match[0] }, '', 0).rest
}

/** @param at milliseconds since 1970. @returns `2026-11-22T10:00:00+09:00`. */
export function koreanIso(at: number): string {
  return `${new Date(at + KST_OFFSET_MS).toISOString().slice(0, 19)}+09:00`
}
