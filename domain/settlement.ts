/**
 * What the business earned: revenue, what the vendors get, what went back, what the gateway keeps. Pure; days are
 * Korean, and money counts on the day on which it moved: a refund never changes the day of the sale.
 */
import type { PaymentFees } from './payment-fees.ts'
import { BANK_TRANSFER, isVirtualAccount } from './ticket-money.ts'

/** One movement of money. Amounts are won and never negative. */
export type MoneyMovement =
  | {
      readonly kind: 'sale'
      readonly atMs: number
      readonly amountWon: number
      readonly method: string
      readonly vendor: string | null
    }
  | {
      readonly kind: 'refund'
      readonly atMs: number
      readonly amountWon: number
      readonly method: string
      readonly vendor: string | null
    }
  /** A purchase order that stands. */
  | {
      readonly kind: 'cost'
      readonly atMs: number
      readonly amountWon: number
      readonly vendor: string | null
    }

export type SettlementPeriod = 'day' | 'week' | 'month'

/** Sums of a period, or of a vendor. Won. */
export interface SettlementTotals {
  readonly orders: number
  readonly revenueWon: number
  readonly refundsWon: number
  readonly costWon: number
  readonly feesWon: number
  /** What is left: revenue less refunds, cost and fees. */
  readonly marginWon: number
}

export interface SettlementRow extends SettlementTotals {
  /** First day of the period, `YYYY-MM-DD`. */
  readonly from: string
}

export interface VendorRow extends SettlementTotals {
  /** Null: paid, but not ordered anywhere. */
  readonly vendor: string | null
}

export interface Settlement {
  readonly rows: readonly SettlementRow[]
  readonly vendors: readonly VendorRow[]
  readonly total: SettlementTotals
}

const DAY_MS = 86_400_000
const OFFSET_MS = 9 * 3_600_000

/** Korean day of a moment, `YYYY-MM-DD`. */
export const dayOf = (atMs: number): string => new Date(atMs + OFFSET_MS).toISOString().slice(0, 10)
/** Midnight in Korea at which a day begins. @param day `YYYY-MM-DD`. */
export const startOfDay = (day: string): number => Date.parse(`${day}T00:00:00+09:00`)

/** First day of the period that a day is in; weeks begin on Monday. */
export function periodOf(day: string, period: SettlementPeriod): string {
  if (period === 'day') return day
  if (period === 'month') return `${day.slice(0, 8)}01`
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7
  return addDays(day, -weekday)
}

export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)

/** What the gateway keeps of a payment, won; it keeps nothing of what came to our own account. */
export function feeOf(amountWon: number, method: string, fees: PaymentFees): number {
  if (method === BANK_TRANSFER || method === 'by_hand') return 0
  if (isVirtualAccount(method)) return fees.virtualAccountWon
  return Math.round((amountWon * fees.cardBasisPoints) / 10_000)
}

/** What the gateway gives back of its fee with a refund: of a card its share, of a virtual account nothing. */
const feeBack = (amountWon: number, method: string, fees: PaymentFees): number =>
  isVirtualAccount(method) ? 0 : feeOf(amountWon, method, fees)

const NOTHING: SettlementTotals = {
  orders: 0,
  revenueWon: 0,
  refundsWon: 0,
  costWon: 0,
  feesWon: 0,
  marginWon: 0,
}

function add(totals: SettlementTotals, movement: MoneyMovement, fees: PaymentFees): SettlementTotals {
  const { amountWon } = movement
  switch (movement.kind) {
    case 'sale': {
      const feeWon = feeOf(amountWon, movement.method, fees)
      return {
        ...totals,
        orders: totals.orders + 1,
        revenueWon: totals.revenueWon + amountWon,
        feesWon: totals.feesWon + feeWon,
        marginWon: totals.marginWon + amountWon - feeWon,
      }
    }
    case 'refund': {
      const feeWon = feeBack(amountWon, movement.method, fees)
      return {
        ...totals,
        refundsWon: totals.refundsWon + amountWon,
        feesWon: totals.feesWon - feeWon,
        marginWon: totals.marginWon - amountWon + feeWon,
      }
    }
    case 'cost':
      return {
        ...totals,
        costWon: totals.costWon + amountWon,
        marginWon: totals.marginWon - amountWon,
      }
  }
}

/** @param range days from and to, both included; each period in it has a row, also an empty one. */
export function settle(
  movements: readonly MoneyMovement[],
  range: { readonly from: string; readonly to: string; readonly period: SettlementPeriod },
  fees: PaymentFees,
): Settlement {
  const { from, to, period } = range
  const rows = new Map<string, SettlementTotals>()
  for (let day = from; day <= to; day = addDays(day, 1)) rows.set(periodOf(day, period), NOTHING)
  const vendors = new Map<string | null, SettlementTotals>()
  let total = NOTHING
  for (const movement of movements) {
    const day = dayOf(movement.atMs)
    if (day < from || day > to) continue
    const key = periodOf(day, period)
    rows.set(key, add(rows.get(key) ?? NOTHING, movement, fees))
    vendors.set(movement.vendor, add(vendors.get(movement.vendor) ?? NOTHING, movement, fees))
    total = add(total, movement, fees)
  }
  return {
    rows: [...rows].map(([first, totals]) => ({ from: first, ...totals })),
    vendors: [...vendors]
      .map(([vendor, totals]) => ({ vendor, ...totals }))
      .sort((a, b) => b.revenueWon - a.revenueWon || (a.vendor ?? '').localeCompare(b.vendor ?? '')),
    total,
  }
}
