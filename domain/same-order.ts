/** Is an order the same one told twice, perhaps on two channels? And which name is whose? Pure. */
import type { OrderNo } from './ids.ts'

/** What is compared of an order. */
export interface ComparedOrder {
  readonly orderNo: OrderNo
  /** Whose order it is; empty while nobody knows. */
  readonly customer: string
  /** Not done and not being closed. */
  readonly open: boolean
  /** ISO 8601. */
  readonly openedAt: string
  readonly recipient: string | null
  /** Funeral hall. */
  readonly destination: string | null
}

/** A family orders one wreath for a funeral of three days; what is told later than this is another one. */
const SAME_WITHIN_MS = 48 * 3_600_000
/** Shorter names of halls ("병원") would be part of nearly every other. */
const SHORTEST_HALL_PART = 3

const HONORIFICS =
  /(?:님|씨|군|양|옹|여사|여사님|선생|선생님|어르신|회장|회장님|사장|사장님|대표|대표님|교수|교수님)$/
const HALL_WORDS = /(?:장례식장|장례문화원|장례문화센터|장례원|funeralhall|funeralhome)$/

const compact = (text: string): string =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')

/** Without honorifics that are words of their own; the first word stays. */
function withoutTitleWords(name: string): string {
  const words = name.trim().split(/\s+/)
  while (words.length > 1 && compact(words.at(-1) ?? '').replace(HONORIFICS, '') === '') words.pop()
  return words.join(' ')
}

/** A name without spaces, "고" before it and honorifics after it: "고 박영자 님" is "박영자". */
export function normalName(name: string): string {
  const late = /^\s*(?:故|고(?=\s)|상주(?=\s))/u
  let bare = compact(withoutTitleWords(name.normalize('NFC').replace(late, '')))
  // Written together: of three letters "고" is the family name (고길동, also as 고길동님), before three it is not.
  bare = /^고\p{Script=Hangul}{2}(?![님씨])\p{Script=Hangul}[님씨]?$/u.test(bare) ? bare.slice(1) : bare
  for (let before = ''; before !== bare; ) {
    before = bare
    const shorter = bare.replace(HONORIFICS, '')
    if ([...shorter].length >= 2) bare = shorter
  }
  return bare
}

/** A hall without spaces and without the word for "funeral hall" at its end. */
export function normalHall(hall: string): string {
  const bare = compact(hall)
  return bare.replace(HALL_WORDS, '') || bare
}

function hallsAlike(a: string, b: string): boolean {
  const [left, right] = [normalHall(a), normalHall(b)]
  if (left === '' || right === '') return false
  const [short, long] = left.length <= right.length ? [left, right] : [right, left]
  return short === long || ([...short].length >= SHORTEST_HALL_PART && long.includes(short))
}

/** Same customer, both open, told within 48 hours, and recipient and hall alike. Symmetric. */
export function looksLikeSameOrder(a: ComparedOrder, b: ComparedOrder): boolean {
  if (a.orderNo === b.orderNo || a.customer === '' || a.customer !== b.customer) return false
  if (!a.open || !b.open) return false
  if (Math.abs(Date.parse(a.openedAt) - Date.parse(b.openedAt)) > SAME_WITHIN_MS) return false
  if (a.recipient === null || b.recipient === null) return false
  if (a.destination === null || b.destination === null) return false
  const name = normalName(a.recipient)
  return name !== '' && name === normalName(b.recipient) && hallsAlike(a.destination, b.destination)
}

/**
 * Whether a name that somebody tells is the one stored: the whole of it, or the person in "한빛상사 대표 김민수".
 * One letter proves nothing, nor does a title.
 */
export function nameMatches(told: string, stored: string): boolean {
  const name = normalName(told)
  // A title alone ("대표") is nobody's name, and is said of many.
  if ([...name].length < 2 || name.replace(HONORIFICS, '') === '') return false
  if (name === normalName(stored)) return true
  return stored.split(/\s+/).some((part) => normalName(part) === name)
}

/** What decides which of two orders is closed when they are one. */
export interface MergeCandidate {
  readonly orderNo: OrderNo
  readonly openedAt: string
  readonly open: boolean
  /** Money has come in, or may be on its way. */
  readonly paid: boolean
}
export type MergePlan =
  | { readonly ok: true; readonly close: OrderNo; readonly into: OrderNo }
  | { readonly ok: false; readonly reason: 'closed' | 'both_paid' }

/** The younger one is closed unless it is the one that is paid. */
export function planMerge(a: MergeCandidate, b: MergeCandidate): MergePlan {
  if (!a.open || !b.open) return { ok: false, reason: 'closed' }
  if (a.paid && b.paid) return { ok: false, reason: 'both_paid' }
  const [older, younger] = isOlder(a, b) ? [a, b] : [b, a]
  return younger.paid
    ? { ok: true, close: older.orderNo, into: younger.orderNo }
    : { ok: true, close: younger.orderNo, into: older.orderNo }
}

/** Of two that were opened at once the number decides, so that everybody plans the same. */
function isOlder(a: MergeCandidate, b: MergeCandidate): boolean {
  const [atA, atB] = [Date.parse(a.openedAt), Date.parse(b.openedAt)]
  return atA === atB ? a.orderNo < b.orderNo : atA < atB
}
