/** Telephone numbers, dictated in figures or in Korean digits, or pointed at ("이 번호로"). */
import { type Found, found } from './found.ts'
import { spokenDigits } from './korean-number.ts'

const FIGURES =
  /(?<!\d)(?:\+?82[-\s]?)?0?(?:1[016789]|2|[3-6]\d|70)(?:[-\s.,]|다시|에)*\d{3,4}(?:[-\s.,]|다시|에)*\d{4}(?!\d)/
/** Nine to eleven digit names; people put 에, 다시, 국 or pauses between the groups. */
const SPOKEN =
  /(?:[공영일이삼사오육륙칠팔구\d](?:[\s,.-]|다시|에(?=[\s공영일이삼사오육륙칠팔구\d])|국에)*){9,12}/
const THIS_NUMBER =
  /(?:(?:이|지금|현재|같은|제|거신|전화\s*(?:건|드린|하는|한)|걸고\s*있는)\s*(?:전화\s*)?(?:거는\s*|건\s*|쓰는\s*)?(?:번호|전화|핸드폰|휴대폰)(?:로|요|가|입니다|예요|$|이요)|this number|same number)/i

const TRAILING = /(?:으?로\s*(?:해\s*주세요|연락\s*주세요|주세요)|입니다|이에요|예요|이요|요)?/

/** @param callerNumber digits only; empty when withheld. */
export function findPhoneNumber(text: string, callerNumber: string): Found | undefined {
  const spoken = findSpoken(text)
  if (spoken !== undefined) return spoken
  const pointed = THIS_NUMBER.exec(text)
  if (pointed === null || callerNumber === '') return undefined
  return found(text, { index: pointed.index, words: pointed[0] }, callerNumber, 0.95)
}

/** Whether the caller means the number they call from, also when it is withheld. */
export function pointsAtOwnNumber(text: string): boolean {
  return THIS_NUMBER.test(text)
}

function findSpoken(text: string): Found | undefined {
  const match = FIGURES.exec(text) ?? SPOKEN.exec(text)
  if (match === null) return undefined
  const body = match[0].replaceAll(/다시|국에|에|[\s,.+-]/g, '')
  const digits = spokenDigits(body)?.replace(/^82/, '0').replace(/^00/, '0')
  if (digits === undefined || !/^0\d{8,10}$/.test(digits)) return undefined
  const tail =
    TRAILING.exec(text.slice(match.index + match[0].length))?.index === 0 ? matchedTail(text, match) : ''
  return found(text, { index: match.index, words: match[0] + tail }, digits, 0.95)
}

function matchedTail(text: string, match: RegExpExecArray): string {
  return TRAILING.exec(text.slice(match.index + match[0].length))?.[0] ?? ''
}
