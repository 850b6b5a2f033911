/** Korean numerals as they are spoken: native (한, 두 …), Sino-Korean (일, 이 …), single digits (공일공 …). */

const NATIVE_UNITS: Readonly<Record<string, number>> = {
  한: 1,
  하나: 1,
  두: 2,
  둘: 2,
  세: 3,
  셋: 3,
  네: 4,
  넷: 4,
  다섯: 5,
  여섯: 6,
  일곱: 7,
  여덟: 8,
  아홉: 9,
}
const NATIVE_TENS: Readonly<Record<string, number>> = {
  열: 10,
  스물: 20,
  스무: 20,
  서른: 30,
  마흔: 40,
  쉰: 50,
}
const SINO_DIGITS: Readonly<Record<string, number>> = {
  영: 0,
  공: 0,
  일: 1,
  이: 2,
  삼: 3,
  사: 4,
  오: 5,
  육: 6,
  륙: 6,
  칠: 7,
  팔: 8,
  구: 9,
}
const SINO_UNITS: Readonly<Record<string, number>> = { 십: 10, 백: 100, 천: 1000 }

/** Sources of regular expressions, for use inside larger ones. */
export const NATIVE_NUMBER =
  '(?:(?:열|스물|스무|서른|마흔|쉰)\\s?)?(?:하나|한|둘|두|셋|세|넷|네|다섯|여섯|일곱|여덟|아홉)|열|스물|스무|서른|마흔|쉰'
export const SINO_NUMBER = '[일이삼사오육륙칠팔구십백천영공]+'

/** "열두" -> 12; undefined when it is no native numeral. */
export function parseNativeNumber(text: string): number | undefined {
  const compact = text.replaceAll(' ', '')
  if (compact === '') return undefined
  for (const [tens, value] of Object.entries(NATIVE_TENS)) {
    if (compact === tens) return value
    const unit = compact.startsWith(tens) ? NATIVE_UNITS[compact.slice(tens.length)] : undefined
    if (unit !== undefined) return value + unit
  }
  return NATIVE_UNITS[compact]
}

/** "삼십오" -> 35, "백이" -> 102, "삼공일" (digit by digit) -> 301. */
export function parseSinoNumber(text: string): number | undefined {
  if (text === '') return undefined
  if (![...text].some((char) => char in SINO_UNITS)) {
    const digits = spokenDigits(text)
    return digits === undefined ? undefined : Number(digits)
  }
  let total = 0
  let digit: number | undefined
  for (const char of text) {
    const unit = SINO_UNITS[char]
    if (unit !== undefined) {
      total += (digit ?? 1) * unit
      digit = undefined
    } else if (char in SINO_DIGITS && digit === undefined) digit = SINO_DIGITS[char]
    else return undefined
  }
  return total + (digit ?? 0)
}

/** Any spoken or written whole number. */
export function parseNumber(text: string): number | undefined {
  const trimmed = text.trim()
  if (/^\d+$/.test(trimmed)) return Number(trimmed)
  return parseNativeNumber(trimmed) ?? parseSinoNumber(trimmed)
}

/** "공일공" -> "010"; undefined when a character is no digit's name. */
export function spokenDigits(text: string): string | undefined {
  const digits = [...text].map((char) => (/\d/.test(char) ? char : SINO_DIGITS[char]))
  return digits.length === 0 || digits.includes(undefined) ? undefined : digits.join('')
}
