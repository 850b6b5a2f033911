/**
 * Korean phone numbers. Kept and compared as national digits ("01012345678", "15880000"); the formatter is
 * our own because the common library prints 0507 numbers wrongly and accepts 010 numbers of ten digits.
 */

interface NumberKind {
  readonly pattern: RegExp
  /** Groups of digits as they are printed. */
  readonly groups: (digits: string) => readonly string[]
}

const split = (digits: string, ...lengths: number[]): string[] => {
  const groups: string[] = []
  let from = 0
  for (const length of lengths) {
    groups.push(digits.slice(from, from + length))
    from += length
  }
  groups.push(digits.slice(from))
  return groups
}
/** Prefix, exchange of what is left over, last four. */
const withPrefix = (prefix: number) => (digits: string) => split(digits, prefix, digits.length - prefix - 4)

const MOBILE: NumberKind = { pattern: /^010\d{8}$/, groups: withPrefix(3) }

/** In this order the first that fits decides. */
const KINDS: readonly NumberKind[] = [
  MOBILE,
  // Mobile prefixes from before 2004, still in use with three-digit exchanges.
  { pattern: /^01[16789]\d{7,8}$/, groups: withPrefix(3) },
  // Numbers that forward to another one (0507: of marketplaces), four-digit prefix.
  { pattern: /^050[2-9]\d{7,8}$/, groups: withPrefix(4) },
  // Internet telephony and freephone.
  { pattern: /^070\d{8}$/, groups: withPrefix(3) },
  { pattern: /^080\d{7,8}$/, groups: withPrefix(3) },
  // Seoul, then the provinces.
  { pattern: /^02\d{7,8}$/, groups: withPrefix(2) },
  { pattern: /^0(3[1-3]|4[1-4]|5[1-5]|6[1-4])\d{7,8}$/, groups: withPrefix(3) },
  // Representative numbers have exactly eight digits and no area code.
  { pattern: /^1[568]\d{6}$/, groups: (digits) => split(digits, 4) },
]

const kindOf = (digits: string): NumberKind | undefined => KINDS.find(({ pattern }) => pattern.test(digits))

/**
 * National digits of a number written in any way: dashes, spaces, dots, brackets, +82, 0082, 82.
 * @returns null when it is not a Korean number of a length that exists.
 */
export function normalizePhone(text: string): string | null {
  const compact = text.replace(/[\s().\-–—·]/g, '')
  if (!/^\+?\d+$/.test(compact)) return null
  const digits = nationalDigits(compact)
  return kindOf(digits) === undefined ? null : digits
}

function nationalDigits(compact: string): string {
  const foreign = /^(?:\+82|0082|82)(\d+)$/.exec(compact)?.[1]
  if (foreign === undefined) return compact.replace(/^\+/, '')
  if (foreign.startsWith('0')) return foreign
  return /^1[568]\d{6}$/.test(foreign) ? foreign : `0${foreign}`
}

/** True for numbers that receive text messages. */
export const isMobile = (digits: string): boolean => MOBILE.pattern.test(digits) || /^01[16789]/.test(digits)

/** For reading: "010-1234-5678", "02-123-4567", "1588-0000"; unknown digits stay as they are. */
export function formatPhone(digits: string): string {
  const kind = kindOf(digits)
  return kind === undefined ? digits : kind.groups(digits).join('-')
}

/** For screens by default: "010-****-5678"; of short numbers only the last digits stay. */
export function maskPhone(digits: string): string {
  const groups = kindOf(digits)?.groups(digits)
  if (groups === undefined) return digits.replace(/\d(?=\d{2})/g, '*')
  if (groups.length < 3)
    return groups.map((group, i) => (i === 0 ? group : '*'.repeat(group.length))).join('-')
  const [first = '', middle = '', last = ''] = groups
  return [first, '*'.repeat(middle.length), last].join('-')
}

/** A name with its middle hidden: "김*수", "김*", "남**수"; a single character is hidden whole. */
export function maskName(name: string): string {
  const letters = [...name.trim()]
  if (letters.length <= 1) return '*'.repeat(letters.length)
  if (letters.length === 2) return `${letters[0]}*`
  return letters
    .map((letter, i) => (i === 0 || i === letters.length - 1 || letter === ' ' ? letter : '*'))
    .join('')
}
