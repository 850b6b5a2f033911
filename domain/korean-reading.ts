/**
 * How written Korean is read aloud: numbers, dates, times, money, telephone and order numbers, and a few signs. A voice
 * that guesses says "이 개" for 2개 and "육월" for 6월. Pure; texts in other languages are left alone.
 */
import { digitByDigit, nativeKorean, SINO_LIMIT, sinoKorean } from './korean-numerals.ts'
import { spokenCode } from './spoken-code.ts'

/** A piece of a text; `reading` where it is said otherwise than it is written. */
export interface ReadPiece {
  readonly text: string
  readonly reading: string | null
}

type Reader = (groups: readonly string[]) => string | null

const NUMBER = '(\\d{1,3}(?:,\\d{3})+|\\d+)'
/** Counters that take native numbers up to 99. */
const NATIVE_COUNTERS = '개(?!월)|명|장|송이|마리|살|시간|곳|가지|그루|상자|군데'
/** Of these native numbers are usual only where they are small: "스물네 시간" is, "서른여섯 시간" hardly. */
const LARGEST_NATIVE: Readonly<Record<string, number>> = { 시간: 24 }
const WEEKDAY = '\\(([일월화수목금토])\\)'
const MONTHS: Readonly<Record<number, string>> = { 6: '유', 10: '시' }

const numberOf = (written: string): number => Number(written.replaceAll(',', ''))

function sino(written: string): string | null {
  // A number that begins with 0, or is too long, is a code: it is told digit by digit.
  if (/^0\d/.test(written) || numberOf(written) >= SINO_LIMIT) return digitByDigit(written)
  return sinoKorean(numberOf(written))
}

function counted(written: string, counter: string): string | null {
  const value = numberOf(written)
  const isNative = value >= 1 && value <= (LARGEST_NATIVE[counter] ?? 99)
  return `${isNative ? nativeKorean(value) : sino(written)} ${counter}`
}

/** Hours of the twelve-hour clock are native, "15시" is not. */
const hour = (written: string): string | null => {
  const value = numberOf(written)
  return value >= 1 && value <= 12 ? nativeKorean(value) : sino(written)
}

const month = (written: string): string | null => {
  const value = numberOf(written)
  return MONTHS[value] ?? sino(written)
}

/** The first that fits at a place is taken; they are tried in this order. */
const READERS: readonly (readonly [RegExp, Reader])[] = [
  // Order numbers: "261126-7KQ2".
  [
    /(?<![\dA-Z])(\d{6}-[0-9A-Z]{4})(?![\dA-Z])/,
    ([code = '']) => spokenCode(code).replace(/\d/g, digitByDigit),
  ],
  [
    /(?<![\d-])(0\d{1,3}-\d{3,4}-\d{4}|1[568]\d{2}-\d{4})(?![\d-])/,
    ([phone = '']) => phone.split('-').map(digitByDigit).join(', '),
  ],
  // "8만 5,500원", "8만 원"
  [
    new RegExp(`${NUMBER}만(?:\\s*${NUMBER})?\\s*원`),
    ([man = '', rest = '0']) => {
      const won = numberOf(man) * 10_000 + numberOf(rest)
      return won < SINO_LIMIT ? `${sinoKorean(won)} 원` : null
    },
  ],
  [new RegExp(`${NUMBER}\\s*원`), ([won = '']) => `${sino(won)} 원`],
  [
    new RegExp(`(\\d{1,2})월\\s*(\\d{1,2})일${WEEKDAY}`),
    ([m = '', d = '', w = '']) => `${month(m)}월 ${sino(d)}일 ${w}요일`,
  ],
  [/(\d{1,2})월(?=[\s가-힣]|$)/, ([m = '']) => `${month(m)}월`],
  [new RegExp(WEEKDAY), ([weekday = '']) => ` ${weekday}요일`],
  // "10시 30분", "2시 반", "3시"; not the 시간 of a length.
  [
    /(\d{1,2})시(?!간)(?:\s*(\d{1,2})분)?/,
    ([h = '', m]) => `${hour(h)} 시${m === undefined ? '' : ` ${sino(m)} 분`}`,
  ],
  [
    new RegExp(`${NUMBER}\\s*(${NATIVE_COUNTERS})`),
    ([number = '', counter = '']) => counted(number, counter),
  ],
  [
    /(특|VIP|귀빈)?(\d+)(호실|호)/,
    ([kind = '', number = '', unit = '']) => `${kind === '' ? '' : `${kind} `}${sino(number)} ${unit}`,
  ],
  [
    /(\d+)\.(\d+)/,
    ([whole = '', part = '']) => `${sino(whole)} 점 ${digitByDigit(part).replaceAll('공', '영')}`,
  ],
  [/(\d+)\s*%/, ([number = '']) => `${sino(number)} 퍼센트`],
  [new RegExp(NUMBER), ([number = '']) => sino(number)],
  [/\(주\)\s*|㈜\s*/, () => '주식회사 '],
  [/故\s*/, () => '고 '],
  [/謹弔/, () => '근조'],
  [/(?<![A-Za-z])AI(?![A-Za-z])/, () => '에이아이'],
]

/**
 * Cuts a Korean text into pieces; joined they are the text.
 * @example readKorean('8만 원입니다.') // [{ text: '8만 원', reading: '팔만 원' }, { text: '입니다.', reading: null }]
 */
export function readKorean(text: string): readonly ReadPiece[] {
  const pieces: ReadPiece[] = []
  let rest = text
  for (let found = firstReading(rest); found !== null; found = firstReading(rest)) {
    if (found.at > 0) pieces.push({ text: rest.slice(0, found.at), reading: null })
    pieces.push({ text: found.text, reading: found.reading })
    rest = rest.slice(found.at + found.text.length)
  }
  return rest === '' ? pieces : [...pieces, { text: rest, reading: null }]
}

/** The reading that begins first; of several there, the one that is tried first. */
function firstReading(
  text: string,
): { readonly at: number; readonly text: string; readonly reading: string } | null {
  let first: { at: number; text: string; reading: string } | null = null
  for (const [pattern, reader] of READERS) {
    const match = pattern.exec(text)
    if (match === null || (first !== null && match.index >= first.at)) continue
    const reading = reader(match.slice(1))
    if (reading !== null) first = { at: match.index, text: match[0], reading }
  }
  return first
}
