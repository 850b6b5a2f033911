/**
 * Whose money a deposit on the company's own account is. Only what leaves no doubt is matched by itself: exactly
 * what one waiting order still lacks, sent under the name of its orderer. Everything else is shown to a person,
 * with the orders it may belong to and why.
 */
import type { OrderNo } from './ids.ts'

/** A row of the bank. Times are milliseconds since the epoch. */
export interface Deposit {
  readonly amountWon: number
  readonly receivedAtMs: number
  /** As the bank writes it, often cut off. */
  readonly depositor: string
  readonly memo: string
}

/** An order that a deposit may belong to. */
export interface CandidateOrder {
  readonly orderNo: OrderNo
  /** `closed`: expired or called off without being paid. */
  readonly state: 'waiting' | 'paid' | 'closed'
  readonly amountWon: number
  /** What it still lacks; 0 unless it waits. */
  readonly missingWon: number
  /** Orderer and customer, as far as they are known. */
  readonly names: readonly string[]
  /** Last four digits of its numbers. */
  readonly phoneTails: readonly string[]
  readonly openedAtMs: number
}

export const SUGGESTION_REASONS = [
  'amount_exact',
  'amount_part',
  'amount_over',
  'name_same',
  'name_within',
  'name_alike',
  'order_no_in_text',
  'phone_in_text',
  'already_paid',
  'order_closed',
] as const
export type SuggestionReason = (typeof SUGGESTION_REASONS)[number]

export interface DepositSuggestion {
  readonly orderNo: OrderNo
  /** The higher the likelier; only for the order of the list. */
  readonly score: number
  readonly reasons: readonly SuggestionReason[]
}

/** Why a person has to look. */
export const DEPOSIT_DOUBTS = [
  'part',
  'over',
  'wrong_name',
  'ambiguous',
  'late',
  'already_paid',
  'unknown',
] as const
export type DepositDoubt = (typeof DEPOSIT_DOUBTS)[number]

export type DepositVerdict =
  | { readonly kind: 'match'; readonly orderNo: OrderNo }
  | {
      readonly kind: 'doubt'
      readonly doubt: DepositDoubt
      readonly suggestions: readonly DepositSuggestion[]
    }

const SCORES: Readonly<Record<SuggestionReason, number>> = {
  order_no_in_text: 60,
  amount_exact: 40,
  name_same: 40,
  name_within: 25,
  phone_in_text: 20,
  name_alike: 18,
  amount_part: 12,
  amount_over: 10,
  already_paid: -10,
  order_closed: -12,
}
/** Below this an order is no better than any other. */
const MIN_SCORE = 20
const MAX_SUGGESTIONS = 5
/** Who pays while still on the phone may be a little ahead of our note of the order. */
const EARLY_SLACK_MS = 10 * 60_000

const LEGAL_FORMS = /\(주\)|（주）|㈜|주식회사|\(유\)|유한회사|재단법인|사단법인/g

/** A name as banks and people write it differently, in one form. */
export function plainName(name: string): string {
  return name
    .normalize('NFKC')
    .replaceAll(LEGAL_FORMS, '')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .toUpperCase()
}

/** The verdict on one deposit. @param orders in any order; it does not matter. */
export function judgeDeposit(deposit: Deposit, orders: readonly CandidateOrder[]): DepositVerdict {
  const seen = orders.map((order) => ({ order, reasons: reasonsFor(deposit, order) }))
  const fitting = seen.filter(({ order, reasons }) => isWithoutDoubt(deposit, order, reasons))
  const [only, ...others] = fitting
  if (only !== undefined && others.length === 0) return { kind: 'match', orderNo: only.order.orderNo }
  const suggestions = seen
    .map(({ order, reasons }) => ({
      orderNo: order.orderNo,
      reasons,
      score: scoreOf(deposit, order, reasons),
    }))
    .filter(({ score }) => score >= MIN_SCORE)
    .sort((a, b) => b.score - a.score || (a.orderNo < b.orderNo ? -1 : 1))
    .slice(0, MAX_SUGGESTIONS)
  const doubt = fitting.length > 1 ? 'ambiguous' : doubtOf(seen)
  return { kind: 'doubt', doubt, suggestions }
}

function isWithoutDoubt(
  { receivedAtMs }: Deposit,
  { state, openedAtMs }: CandidateOrder,
  reasons: readonly SuggestionReason[],
): boolean {
  const fits = reasons.includes('amount_exact') && reasons.includes('name_same')
  return state === 'waiting' && fits && receivedAtMs >= openedAtMs - EARLY_SLACK_MS
}

function reasonsFor(deposit: Deposit, order: CandidateOrder): SuggestionReason[] {
  const reasons: SuggestionReason[] = []
  const expectedWon = order.state === 'waiting' ? order.missingWon : order.amountWon
  if (deposit.amountWon === expectedWon) reasons.push('amount_exact')
  else reasons.push(deposit.amountWon < expectedWon ? 'amount_part' : 'amount_over')
  const name = nameReason(deposit.depositor, order.names)
  if (name !== null) reasons.push(name)
  const text = plainName(`${deposit.depositor} ${deposit.memo}`)
  if (text.includes(plainName(order.orderNo))) reasons.push('order_no_in_text')
  if (order.phoneTails.some((tail) => tail !== '' && text.includes(tail))) reasons.push('phone_in_text')
  if (order.state === 'paid') reasons.push('already_paid')
  if (order.state === 'closed') reasons.push('order_closed')
  return reasons
}

function nameReason(depositor: string, names: readonly string[]): SuggestionReason | null {
  const given = plainName(depositor)
  const known = names.map(plainName).filter((name) => name.length >= 2)
  if (given.length < 2) return null
  if (known.includes(given)) return 'name_same'
  // Banks cut long names off; companies pay under a person's name, persons under a company's.
  if (known.some((name) => name.includes(given) || given.includes(name))) return 'name_within'
  return known.some((name) => isOneOff(name, given)) ? 'name_alike' : null
}

/** Of names of three letters and more: one letter is another, too many or missing. */
function isOneOff(a: string, b: string): boolean {
  const [long, short] = a.length >= b.length ? [a, b] : [b, a]
  if (short.length < 2 || long.length < 3 || long.length - short.length > 1) return false
  let start = 0
  while (start < short.length && long[start] === short[start]) start += 1
  let end = 0
  while (end < short.length - start && long.at(-1 - end) === short.at(-1 - end)) end += 1
  return long.length - start - end <= 1
}

function scoreOf(deposit: Deposit, order: CandidateOrder, reasons: readonly SuggestionReason[]): number {
  // The amount alone, when it is another one, says nothing.
  if (reasons.every((reason) => reason === 'amount_part' || reason === 'amount_over')) return 0
  const known = reasons.some((reason) => reason.startsWith('name_') || reason.endsWith('_in_text'))
  if (!known && (!reasons.includes('amount_exact') || order.state !== 'waiting')) return 0
  const daysApart = Math.abs(deposit.receivedAtMs - order.openedAtMs) / 86_400_000
  return reasons.reduce((sum, reason) => sum + SCORES[reason], 0) - Math.min(5, Math.floor(daysApart))
}

interface Seen {
  readonly order: CandidateOrder
  readonly reasons: readonly SuggestionReason[]
}

/** The first that holds says best what is wrong. */
function doubtOf(seen: readonly Seen[]): DepositDoubt {
  const isNamed = ({ reasons }: Seen) => reasons.includes('name_same') || reasons.includes('order_no_in_text')
  const of = (state: CandidateOrder['state']) => seen.filter(({ order }) => order.state === state)
  const has = (reason: SuggestionReason) => (one: Seen) => one.reasons.includes(reason)
  const waiting = of('waiting')
  const named = waiting.filter(isNamed)
  if (named.some(has('amount_exact'))) return 'wrong_name'
  if (named.some(has('amount_part'))) return 'part'
  if (named.some(has('amount_over'))) return 'over'
  if (of('closed').some((one) => isNamed(one) && one.reasons.includes('amount_exact'))) return 'late'
  if (of('paid').some(isNamed)) return 'already_paid'
  if (waiting.some(has('amount_exact'))) return 'wrong_name'
  if (of('closed').some(isNamed)) return 'late'
  return 'unknown'
}
