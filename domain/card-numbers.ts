/** Numbers of payment cards in what was said or written: nobody asks for them, and they are kept nowhere. Pure. */

/** Fifteen or sixteen digits, single blanks or hyphens between them, and no digit beside them. */
const CANDIDATE = /(?<![\d-])\d(?:[ -]?\d){14,15}(?![ -]?\d)/g
const SHOWN_DIGITS = 4

const SPOKEN: Readonly<Record<string, string>> = {
  공: '0',
  영: '0',
  빵: '0',
  일: '1',
  이: '2',
  삼: '3',
  사: '4',
  오: '5',
  육: '6',
  륙: '6',
  칠: '7',
  팔: '8',
  구: '9',
}
const DIGIT = `[\\d${Object.keys(SPOKEN).join('')}]`
/** Digits one after the other, as they are dictated: "사일일일에 일일일일, 1111". */
const DICTATED = new RegExp(`(?<![가-힣\\d])${DIGIT}(?:(?:, ?|[ -]|에 ?|의 ?| 다시 )?${DIGIT})*`, 'g')
/** After the last of them: its "이" is no digit then ("일이에요", "일이고요"). */
const COPULA = /^(?:에요|예요|고요?|구요?|라고|라는|며|요|ㅂ니다)/
const ENDS_IN_COPULA = /이$/
/** As they stand on a card. */
const GROUPS = /^\d{4}, ?(?:\d{4}, ?\d{4}, ?\d{3,4}|\d{6}, ?\d{5})$/

/** From here on it may be a card's; what was said before tells nobody more than its bank. */
const TELLING_DIGITS = 6
/** Of a card's number the first is none of those that telephone numbers begin with. */
const CARD_START = /^[2-69]/
const ABOUT_CARDS = /카드\s*번호|카드의?\s*번호|card\s*number/i

/** The text with all digits but the last four of each card number as `•`, also of numbers in words. */
export const maskCardNumbers = (text: string): string =>
  text
    .replaceAll(CANDIDATE, (found) => (isCardNumber(digitsOf(found)) ? mask(found) : found))
    .replaceAll(DICTATED, (found, offset: number, whole: string) => maskDictated(found, whole, offset))

/**
 * Whether a card number may be on its way in what somebody is saying: they say so, or dictate digits that a card's may begin
 * with. Now and then it is an account: leaving that out of a recording does no harm.
 */
export function mayTellCardNumber(words: string): boolean {
  if (ABOUT_CARDS.test(words)) return true
  return [...words.matchAll(DICTATED)].some(({ 0: run }) => {
    const digits = digitsOf(run)
    return digits.length >= TELLING_DIGITS && CARD_START.test(digits)
  })
}

/** By its check digit (ISO/IEC 7812-1 annex B): of other numbers of that length nine in ten are none. */
function isCardNumber(digits: string): boolean {
  const sum = [...digits].reduceRight((total, digit, index) => {
    const doubled = (digits.length - 1 - index) % 2 === 1 ? Number(digit) * 2 : Number(digit)
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return sum % 10 === 0 && sum > 0
}

const digitsOf = (text: string): string =>
  [...text].map((letter) => (/\d/.test(letter) ? letter : (SPOKEN[letter] ?? ''))).join('')

function maskDictated(found: string, whole: string, offset: number): string {
  const isCopula = ENDS_IN_COPULA.test(found) && COPULA.test(whole.slice(offset + found.length))
  const run = isCopula ? found.slice(0, -1) : found
  const digits = digitsOf(run)
  const isLong = digits.length === 15 || digits.length === 16
  // Numerals alone were judged already, but for commas: between other groups they part two numbers.
  const isOne = /[^\d ,-]/.test(run) || GROUPS.test(run)
  if (!isLong || !isOne || !isCardNumber(digits)) return found
  return `${mask(run)}${found.slice(run.length)}`
}

function mask(text: string): string {
  const hidden = digitsOf(text).length - SHOWN_DIGITS
  let seen = 0
  return [...text]
    .map((letter) => (digitsOf(letter) === '' ? letter : seen++ < hidden ? '•' : letter))
    .join('')
}
