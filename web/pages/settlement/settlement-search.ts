/** What the address of the settlement page says: the range of days and how they are summed up. */
import type { SettlementRange } from '../../api/settlement.ts'

export interface SettlementSearch {
  readonly from?: string
  readonly to?: string
  readonly period?: SettlementRange['period']
  /** The vendor's statement that is open. */
  readonly statement?: number
}

const DAY = /^\d{4}-\d{2}-\d{2}$/
const PERIODS = ['day', 'week', 'month'] as const

/** Anything else is left out. */
export function readSettlementSearch(search: Record<string, unknown>): SettlementSearch {
  const day = (value: unknown) => (typeof value === 'string' && DAY.test(value) ? value : undefined)
  const [from, to] = [day(search.from), day(search.to)]
  const period = PERIODS.find((known) => known === search.period)
  const statement = Number(search.statement)
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(period === undefined ? {} : { period }),
    ...(Number.isSafeInteger(statement) && statement > 0 ? { statement } : {}),
  }
}

const DAY_MS = 86_400_000
const KST_OFFSET_MS = 9 * 3_600_000
const DEFAULT_DAYS = 30

/** Day in Korea, `YYYY-MM-DD`. */
const koreanDay = (atMs: number): string => new Date(atMs + KST_OFFSET_MS).toISOString().slice(0, 10)

/** The last thirty days, unless the address says otherwise. @param nowMs epoch. */
export const rangeOf = ({ from, to, period }: SettlementSearch, nowMs: number): SettlementRange => ({
  from: from ?? koreanDay(nowMs - (DEFAULT_DAYS - 1) * DAY_MS),
  to: to ?? koreanDay(nowMs),
  period: period ?? 'day',
})
