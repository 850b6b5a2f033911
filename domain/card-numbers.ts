/** Numbers of payment cards in what was said or written: nobody asks for them, and they are kept nowhere. Pure. */

/** Fifteen or sixteen digits, single blanks or hyphens between them, and no digit beside them. */
const CANDIDATE = /(?<![\d-])\d(?:[ -]?\d){14,15}(?![ -]?\d)/g
const SHOWN_DIGITS = 4

/** The text with all digits but the last four of each card number as `•`. */
export const maskCardNumbers = (text: string): string =>
  text.replaceAll(CANDIDATE, (found) => (isCardNumber(found) ? mask(found) : found))

/** By its check digit (ISO/IEC 7812-1 annex B): of other numbers of that length nine in ten are none. */
function isCardNumber(text: string): boolean {
  const digits = text.replaceAll(/\D/g, '')
  const sum = [...digits].reduceRight((total, digit, index) => {
    const doubled = (digits.length - 1 - index) % 2 === 1 ? Number(digit) * 2 : Number(digit)
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return sum % 10 === 0 && sum > 0
}

function mask(text: string): string {
  const hidden = text.replaceAll(/\D/g, '').length - SHOWN_DIGITS
  let seen = 0
  return text.replaceAll(/\d/g, (digit) => (seen++ < hidden ? '•' : digit))
}
