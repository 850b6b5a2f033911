/** Which of the facts a read-back got wrong. */
import { ORDER_FIELDS, type OrderField } from '../../domain/order.ts'
import { readSpokenTime, sameTime } from './spoken-time.ts'

export type KnownFacts = Partial<Readonly<Record<OrderField, string>>>

export interface ReadBackInput {
  readonly heard: string
  readonly facts: KnownFacts
  /** Digits of the phone that the person holds. */
  readonly ownNumber: string
  /** Milliseconds since 1970. */
  readonly nowMs: number
}

/** How a read-back announces a field. A field it does not announce is not judged. */
const LABELS: Readonly<Record<OrderField, RegExp>> = {
  orderer: /보내시는|보내는|보내실|주문자|주문하시는|\bfrom\b|sender/i,
  recipient: /받으시는|받는|고인(?:은|께|분|\s*성함|\s*이름)|수령|\bfor\b|recipient|deceased/i,
  destination: /장례식장|장소|도착지|배송지|병원|funeral|\bto\b/i,
  room: /호실|빈소|\d\s*호(?!\s*선)|\broom\b/i,
  message: /문구|리본|글귀|ribbon/i,
  deliver_by: /\d\s*시|[한두세네섯곱덟홉열]\s*시|\b(?:am|pm)\b/i,
  phone: /연락처|전화|번호|phone/i,
}

/** @returns the fields that were named with another value, in the order of the questions. */
export function wrongFields(input: ReadBackInput): OrderField[] {
  const rest = withoutKnownValues(input)
  return ORDER_FIELDS.filter((field) => {
    const fact = input.facts[field]
    if (fact === undefined) return false
    switch (field) {
      case 'deliver_by':
        return isWrongTime(input.heard, fact, input.nowMs)
      case 'phone':
        return isWrongNumber(input.heard, fact, input.ownNumber)
      default:
        return !isNamed(field, input.heard, fact) && LABELS[field].test(rest)
    }
  })
}

/** The digits that a fact about a phone means: "이 번호로" is this phone. */
function phoneDigits(fact: string, ownNumber: string): string {
  const digits = fact.replace(/\D/g, '')
  return digits.length >= 8 ? digits : ownNumber
}

/** True when the fact is "this phone". */
export const isOwnNumber = (fact: string): boolean => fact.replace(/\D/g, '').length < 8

function isNamed(field: OrderField, heard: string, fact: string): boolean {
  const [said, known] = [core(field, heard), core(field, fact)]
  // "2호" is neither in "12호" nor in "특2호".
  if (field === 'room')
    return new RegExp(`(?<![\\d특])${known.replace(/[\\^$*+?.()|[\]{}]/g, '\\$&')}`).test(said)
  return said.includes(known)
}

/** What must agree: blanks, punctuation and titles may differ. */
function core(field: OrderField, text: string): string {
  const bare = text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s.,!?"'“”‘’·~()-]/g, '')
  switch (field) {
    case 'recipient':
      return bare.replace(/^(?:고인|고|故|상주)(?=.{2})/, '')
    case 'destination':
      return bare.replace(/장례식장|대학교|대학/g, (word) => (word === '장례식장' ? '' : '대'))
    case 'room':
      return bare.replace(/호실/g, '호')
    default:
      return bare
  }
}

/** Values hold words that are labels elsewhere ("고인의 명복"): they are taken out before labels are looked for. */
function withoutKnownValues({ heard, facts }: ReadBackInput): string {
  return Object.values(facts)
    .filter((fact) => fact !== undefined)
    .sort((a, b) => b.length - a.length)
    .reduce((rest, fact) => rest.replaceAll(fact, ' ◦ '), heard.normalize('NFC'))
}

function isWrongTime(heard: string, fact: string, nowMs: number): boolean {
  const mine = readSpokenTime(fact, nowMs)
  const theirs = readSpokenTime(heard, nowMs)
  return mine !== undefined && theirs !== undefined && !sameTime(mine, theirs)
}

function isWrongNumber(heard: string, fact: string, ownNumber: string): boolean {
  const named = heard.match(/0\d[\d\s-]{6,}\d/g)?.map((number) => number.replace(/\D/g, '')) ?? []
  const right = phoneDigits(fact, ownNumber)
  return named.length > 0 && !named.includes(right)
}
