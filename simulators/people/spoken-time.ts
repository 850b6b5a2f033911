/** Times as people say them, far enough to notice that a time read back is another one. */

export interface SpokenTime {
  /** Days since 1970 in Korean time; undefined where no day was named. */
  readonly day: number | undefined
  readonly hour: number
  readonly minute: number
  /** The hour may also be twelve hours later. */
  readonly ambiguous: boolean
}

const DAY_MS = 86_400_000
const KST_OFFSET_MS = 9 * 3_600_000
const HOURS = ['', '한', '두', '세', '네', '다섯', '여섯', '일곱', '여덟', '아홉', '열', '열한', '열두']
const UNITS = '일이삼사오육칠팔구'
const CLOCK =
  /(새벽|아침|오전|정오|낮|점심|오후|저녁|밤)?\s*(\d{1,2}|열두|열한|열|한|두|세|네|다섯|여섯|일곱|여덟|아홉)\s*시(?!간)\s*(?:(\d{1,2}|[이삼사오]?십[일이삼사오육칠팔구]?)\s*분|(반))?/
const ENGLISH_CLOCK = /(\d{1,2})(?::(\d{2}))?\s*(am|pm|a\.m\.|p\.m\.|o'clock)/i
const LATE = /오후|저녁|밤/
const NOONISH = /낮|점심/

/** @param nowMs milliseconds since 1970. */
export function readSpokenTime(text: string, nowMs: number): SpokenTime | undefined {
  const day = readDay(text, nowMs)
  const english = ENGLISH_CLOCK.exec(text)
  if (english !== null) {
    const half = (english[3] ?? '').toLowerCase()
    const hour = Number(english[1]) % 12
    const late = half.startsWith('p')
    return {
      day,
      hour: late ? hour + 12 : hour,
      minute: Number(english[2] ?? 0),
      ambiguous: half.startsWith('o'),
    }
  }
  const match = CLOCK.exec(text)
  if (match === null) return undefined
  const said = Number.isNaN(Number(match[2])) ? HOURS.indexOf(match[2] ?? '') : Number(match[2])
  const part = match[1] ?? ''
  const late = (LATE.test(part) && said < 12) || (NOONISH.test(part) && said < 7)
  const midnight = /밤/.test(part) && said === 12
  const early = /새벽|오전|아침/.test(part) && said === 12
  return {
    day,
    hour: midnight || early ? 0 : late ? said + 12 : said,
    minute: match[4] !== undefined ? 30 : readMinute(match[3]),
    ambiguous: part === '' && said <= 12,
  }
}

/** Whether two people who said these could mean the same moment. */
export function sameTime(a: SpokenTime, b: SpokenTime): boolean {
  if (a.minute !== b.minute) return false
  if (a.day !== undefined && b.day !== undefined && a.day !== b.day) return false
  return a.ambiguous || b.ambiguous ? a.hour % 12 === b.hour % 12 : a.hour === b.hour
}

function readMinute(word: string | undefined): number {
  if (word === undefined) return 0
  if (!Number.isNaN(Number(word))) return Number(word)
  const [tens = '', units = ''] = word.split('십')
  return (tens === '' ? 1 : UNITS.indexOf(tens) + 1) * 10 + (units === '' ? 0 : UNITS.indexOf(units) + 1)
}

const NEAR_DAYS: ReadonlyArray<readonly [RegExp, number]> = [
  [/글피/, 3],
  [/모레|day after tomorrow/i, 2],
  [/내일|tomorrow/i, 1],
  [/오늘|today|tonight/i, 0],
]

function readDay(text: string, nowMs: number): number | undefined {
  const today = Math.floor((nowMs + KST_OFFSET_MS) / DAY_MS)
  const near = NEAR_DAYS.find(([word]) => word.test(text))
  if (near !== undefined) return today + near[1]
  const date = /(\d{1,2})\s*월\s*(\d{1,2})\s*일/.exec(text)
  if (date === null) return undefined
  const year = new Date(today * DAY_MS).getUTCFullYear()
  const day = Date.UTC(year, Number(date[1]) - 1, Number(date[2])) / DAY_MS
  return day < today ? Date.UTC(year + 1, Number(date[1]) - 1, Number(date[2])) / DAY_MS : day
}
