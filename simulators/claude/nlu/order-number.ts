/** Order numbers as they are said and written: six digits of a day, four of an alphabet without look-alikes. */
import { type Found, found } from './found.ts'

const ORDER_NUMBER =
  /(?<![\dA-Za-z])(\d{2}\s?\d{2}\s?\d{2})\s*(?:-|–|다시|에|의|dash)?\s*([2-9A-HJ-NP-Za-hj-np-z](?:\s?[2-9A-HJ-NP-Za-hj-np-z]){3})(?![\dA-Za-z])/
const TAIL = /^\s*(?:번\s*)?(?:이고요|이고|고요|이에요|예요|입니다|이요|요|번이에요|번이요)?/

/** @example findOrderNumber('주문번호는 261121 7kq2고요') // value '261121-7KQ2' */
export function findOrderNumber(text: string): Found | undefined {
  const match = ORDER_NUMBER.exec(text)
  const [, day = '', tail = ''] = match ?? []
  if (match === null) return undefined
  const value = `${day.replaceAll(/\s/g, '')}-${tail.replaceAll(/\s/g, '').toUpperCase()}`
  const ending = TAIL.exec(text.slice(match.index + match[0].length))?.[0] ?? ''
  return found(text, { index: match.index, words: match[0] + ending }, value, 0.95)
}
