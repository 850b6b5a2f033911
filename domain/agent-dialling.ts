/** What our own people may dial by their telephones, or transfer a call to. */
import { normalizePhone } from './phone-number.ts'

/** Which numbers may be dialled; the longest beginning that fits decides, and without one the number may not. */
export interface DialRules {
  /** Beginnings of national numbers, e.g. `0`; `00` and `+` are foreign countries. */
  readonly allowed: readonly string[]
  readonly forbidden: readonly string[]
}

export type DialledNumber =
  | { readonly kind: 'number'; readonly number: string }
  /** `unknown`: no telephone number; `forbidden`: the rules exclude it. */
  | { readonly kind: 'refused'; readonly why: 'unknown' | 'forbidden' }

/** Short numbers of the state and of telephone companies: 112, 119, 114, 1345, 1588 without more … */
const SHORT_NUMBER = /^1\d{2,3}$/
/** With the country code, or by one of the dialling codes of a telephone company. */
const FOREIGN_NUMBER = /^(?:\+|00)[1-9]\d{6,16}$/

/** @param dialled digits, perhaps with dashes and a leading +. */
export function readDialled(dialled: string, rules: DialRules): DialledNumber {
  const compact = dialled.replaceAll(/[\s().-]/g, '')
  const number = normalizePhone(compact) ?? specialNumber(compact)
  if (number === null) return { kind: 'refused', why: 'unknown' }
  // Whatever code it is dialled by, it leads abroad.
  const asWritten = number.replace(/^\+/, '00')
  const isAllowed = longest(rules.allowed, asWritten) > longest(rules.forbidden, asWritten)
  return isAllowed ? { kind: 'number', number } : { kind: 'refused', why: 'forbidden' }
}

/** 060 numbers cost the caller by the minute and are known to no other rule. */
const PREMIUM_NUMBER = /^060\d{7,8}$/

function specialNumber(compact: string): string | null {
  return [SHORT_NUMBER, FOREIGN_NUMBER, PREMIUM_NUMBER].some((kind) => kind.test(compact)) ? compact : null
}

/** Length of the longest beginning that fits; -1: none. A tie is decided against dialling. */
const longest = (beginnings: readonly string[], number: string): number =>
  Math.max(-1, ...beginnings.filter((beginning) => number.startsWith(beginning)).map(({ length }) => length))
