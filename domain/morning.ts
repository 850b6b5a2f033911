/**
 * The owner's morning: which orders belong to the night before, and what each still needs. Pure; times as of
 * Date.now(), days as `YYYY-MM-DD` in Korea.
 */
import { koreanIso } from './korean-time.ts'
import type { OrderField } from './order.ts'
import type { TicketState, TicketSubState } from './ticket-states.ts'

/** Wall-clock times in Korea, minutes after midnight. */
export interface MorningTimes {
  /** The night begins on the day before. */
  readonly nightFrom: number
  /** The night ends, and the digest is due. */
  readonly morningAt: number
}

/** From `from` on, before `until`. */
export interface Night {
  readonly from: number
  readonly until: number
}

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const DAY = /^\d{4}-\d{2}-\d{2}$/

/** The night that ends on the morning of this day; null for what is no day. */
export function nightOf(day: string, { nightFrom, morningAt }: MorningTimes): Night | null {
  const midnight = DAY.test(day) ? Date.parse(`${day}T00:00:00+09:00`) : Number.NaN
  // 2026-02-31 is parsed as a day of March.
  if (Number.isNaN(midnight) || koreanDate(midnight) !== day) return null
  return { from: midnight - DAY_MS + nightFrom * MINUTE_MS, until: midnight + morningAt * MINUTE_MS }
}

/** `YYYY-MM-DD` in Korea. */
export const koreanDate = (at: number): string => koreanIso(at).slice(0, 10)

/** The group of an order in the morning, in the order in which they are shown: what needs a person first. */
export const MORNING_GROUPS = ['issues', 'missing', 'awaiting_payment', 'complete'] as const
export type MorningGroup = (typeof MORNING_GROUPS)[number]
export type MorningCounts = Readonly<Record<MorningGroup, number>>

/** What decides the group. */
export interface MorningOrder {
  readonly state: TicketState
  readonly subState: TicketSubState
  readonly outcome: string | null
  readonly missing: readonly OrderField[]
}

/** Null: nothing is left of it, it was called off before it was paid. */
export function morningGroup(order: MorningOrder): MorningGroup | null {
  if (order.outcome === 'cancelled') return null
  if (order.state === 'issue') return 'issues'
  if (order.outcome !== null) return 'complete'
  if (order.missing.length > 0) return 'missing'
  return isPaid(order) ? 'complete' : 'awaiting_payment'
}

/** The money was there when the ticket came to its sub-state. */
export function isPaid({ subState, outcome }: Pick<MorningOrder, 'subState' | 'outcome'>): boolean {
  return outcome === 'delivered' || (subState !== 'order_received' && subState !== 'awaiting_payment')
}

export function countMorning(groups: readonly (MorningGroup | null)[]): MorningCounts {
  const of = (group: MorningGroup) => groups.filter((one) => one === group).length
  return {
    issues: of('issues'),
    missing: of('missing'),
    awaiting_payment: of('awaiting_payment'),
    complete: of('complete'),
  }
}
