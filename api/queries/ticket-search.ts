/**
 * Search in orders by words. Every order lists the pairs of letters of its text (`search_grams`), and an index
 * finds the orders with a pair. That is the way to a rare word; for a common one (a hospital, 명복) it would gather
 * tens of thousands of orders, where reading the list from its top finds a page at once. Which way is shorter is
 * decided here and not by the planner: it takes the pairs of a word for independent, and so a hospital for rare.
 */
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import { type DataKeys, phoneHash } from '../../db/encryption.ts'
import { normalizePhone } from '../../domain/phone-number.ts'
import { readStatistics, type SearchStatistics } from './search-statistics.ts'

/** An order number or its beginning: the day, and some of the letters behind it. */
const NUMBER_PREFIX = /^\d{6}(-[0-9a-z]{0,4})?$/i
/** The end of a phone number, of the customer or of the order, or of an order number. */
const TAIL = /^\d{4}$/
/** Digits and Latin letters come in any order: pairs of them are independent. Those of a Korean word are not. */
const CODE = /^[0-9a-z-]+$/i

/** What is searched for, and how far. */
export interface Search {
  readonly text: string
  /** Undefined: tickets of all states. */
  readonly state: string | undefined
  /** So many rows are enough. */
  readonly needed: number
  /** In the order of the list: the index of words knows none, so all of its rows must be seen. */
  readonly ordered: boolean
}

/** Conditions on `orders` that all words of the text fulfil; none for a text without words. */
export async function searchConditions(
  database: Database,
  search: Search,
  keys: DataKeys,
): Promise<RawBuilder<SqlBool>[]> {
  const phone = normalizePhone(search.text)
  if (phone !== null) return [ofCustomer(phone, keys)]
  const texts = search.text.normalize('NFC').split(/\s+/).filter(Boolean)
  if (texts.length === 0) return []
  const exact = texts.flatMap((text) => exactCondition(text, keys) ?? [])
  const words = texts.filter((text) => exactCondition(text, keys) === null).map(wordOf)
  if (words.length === 0) return exact
  const contained = words.map((word) => sql<SqlBool>`strpos(orders.search, ${word}) > 0`)
  const statistics = await readStatistics(database)
  const rarest = rarestWord(words, statistics)
  // A number narrows down more than any word.
  if (rarest === undefined || exact.length > 0 || !isIndexShorter(search, words, statistics))
    return [...exact, ...contained]
  return [sql<SqlBool>`search_grams(orders.search) @> ${gramsOf(rarest)}::int[]`, ...contained]
}

function exactCondition(text: string, keys: DataKeys): RawBuilder<SqlBool> | null {
  const digits = normalizePhone(text)
  if (digits !== null) return ofCustomer(digits, keys)
  if (TAIL.test(text)) return hasTail(text)
  return NUMBER_PREFIX.test(text) ? sql<SqlBool>`orders.order_no like ${`${text.toUpperCase()}%`}` : null
}

/** Gathered first, by three indexes: there are about a hundred among a million. */
const hasTail = (tail: string): RawBuilder<SqlBool> => sql`orders.id = any (array(
  select o.id from orders as o where o.phone_tail = ${tail}
  union select o.id from orders as o where right(o.order_no, 4) = ${tail}
  union select o.id from orders as o join customers as c on c.id = o.customer_id where c.phone_tail = ${tail}))`

const ofCustomer = (digits: string, keys: DataKeys): RawBuilder<SqlBool> =>
  sql`orders.customer_id = (select id from customers where phone_hash = ${phoneHash(digits, keys)})`

/** As `orders.search` has it; a letter alone is the first of a word. */
function wordOf(text: string): string {
  // Like `lower` in collation C, which knows ASCII alone.
  const lower = text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
  return [...lower].length === 1 ? ` ${lower}` : lower
}

/** Rows to look at by either way. */
function isIndexShorter(
  { state, needed, ordered }: Search,
  words: readonly string[],
  statistics: SearchStatistics,
) {
  const { orders, ticketsOf } = statistics
  const shares = words.map((word) => shareOf(word, statistics))
  const share = shares.reduce((product, each) => product * each, 1)
  const found = Math.min(...shares) * orders
  const listed = state === undefined ? orders : ticketsOf(state)
  const read = Math.min(listed, needed / share)
  // Finding a row in the index is a tenth of the work of reading it; of those read, few may be of the state.
  const gathered = found / 10 + (ordered ? found : Math.min(found, (needed * orders) / Math.max(1, listed)))
  return gathered <= read
}

const rarestWord = (words: readonly string[], statistics: SearchStatistics): string | undefined =>
  [...words].sort((a, b) => shareOf(a, statistics) - shareOf(b, statistics))[0]

/** Share of the orders that have the word, 0 to 1: at most that of its rarest pair. */
function shareOf(word: string, { frequencyOf }: SearchStatistics): number {
  const frequencies = gramsOf(word).map(frequencyOf)
  return CODE.test(word)
    ? frequencies.reduce((product, each) => product * each, 1)
    : Math.min(1, ...frequencies)
}

/** The numbers that `search_grams` of the database gives for a word. */
export function gramsOf(word: string): number[] {
  const letters = [...word]
  const pairs = letters.slice(1).map((letter, i) => {
    const [first = 0, second = 0] = [letters[i]?.codePointAt(0), letter.codePointAt(0)]
    return (first << 16) ^ second
  })
  return [...new Set(pairs)]
}
