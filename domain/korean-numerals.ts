/** Whole numbers as they are said in Korean: Sino-Korean (팔만), native before counters (두 개), digit by digit (공일공). */

const SINO = ['', '일', '이', '삼', '사', '오', '육', '칠', '팔', '구'] as const
const WITHIN_MYRIAD = ['', '십', '백', '천'] as const
const MYRIADS = ['', '만', '억', '조'] as const
/** The first number that would need a word of its own above 조. */
export const SINO_LIMIT = 10_000 ** MYRIADS.length

const NATIVE_ONES = ['', '한', '두', '세', '네', '다섯', '여섯', '일곱', '여덟', '아홉'] as const
const NATIVE_TENS = ['', '열', '스물', '서른', '마흔', '쉰', '예순', '일흔', '여든', '아흔'] as const
const DIGITS = ['공', '일', '이', '삼', '사', '오', '육', '칠', '팔', '구'] as const

/**
 * @param number whole, from 0 to below `SINO_LIMIT`.
 * @example sinoKorean(85_500) // '팔만오천오백'
 */
export function sinoKorean(number: number): string {
  if (number === 0) return '영'
  let rest = number
  let said = ''
  for (const myriad of MYRIADS) {
    const part = rest % 10_000
    rest = Math.floor(rest / 10_000)
    // "만", not "일만"; but "일억".
    const value = part === 1 && myriad === '만' && rest === 0 ? '' : withinMyriad(part)
    if (part > 0) said = `${value}${myriad}${said}`
  }
  return said
}

function withinMyriad(part: number): string {
  let said = ''
  for (const [power, unit] of WITHIN_MYRIAD.entries()) {
    const digit = Math.floor(part / 10 ** power) % 10
    if (digit === 0) continue
    said = `${digit === 1 && power > 0 ? '' : SINO[digit]}${unit}${said}`
  }
  return said
}

/**
 * Before a counter: "두 개", "스무 송이", "스물한 명".
 * @param number whole, from 1 to 99.
 */
export function nativeKorean(number: number): string {
  if (number === 20) return '스무'
  return `${NATIVE_TENS[Math.floor(number / 10)] ?? ''}${NATIVE_ONES[number % 10] ?? ''}`
}

/** Each digit by itself, 0 as 공: "010" -> "공일공". Other characters are left out. */
export const digitByDigit = (text: string): string =>
  [...text].map((char) => (/\d/.test(char) ? (DIGITS[Number(char)] ?? '') : '')).join('')
