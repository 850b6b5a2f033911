/** How long an order may be paid: never beyond the time at which the wreath is wanted. Pure. */
import { parseIsoTime } from './korean-time.ts'
import type { OrderPolicy } from './order-policy.ts'

const HOUR_SECONDS = 3_600

/**
 * Seconds from now, as a customer is told them: whole minutes, of hours every ten. An order that was wanted before
 * now gets the full time: what becomes of it a person must ask.
 */
export function secondsToPay(
  policy: Pick<OrderPolicy, 'paymentExpirySeconds'>,
  deliverBy: string | null,
  nowMs: number,
): number {
  const full = policy.paymentExpirySeconds
  const wantedMs = deliverBy === null ? null : parseIsoTime(deliverBy)
  const left = wantedMs === null ? full : Math.floor((wantedMs - nowMs) / 1000)
  if (left <= 0 || left >= full) return full
  const unit = left >= HOUR_SECONDS ? 600 : 60
  return left < unit ? left : Math.floor(left / unit) * unit
}

/**
 * The end of the time to pay after an Issue held the order, in which nobody could pay: as much later, but not beyond
 * a wanted time that is still to come. Milliseconds since the epoch.
 */
export function endAfterHold(held: {
  readonly endsAtMs: number
  readonly fromMs: number
  readonly untilMs: number
  readonly deliverBy: string | null
}): number {
  const { endsAtMs, fromMs, untilMs, deliverBy } = held
  const later = endsAtMs + (untilMs - fromMs)
  const wantedMs = deliverBy === null ? null : parseIsoTime(deliverBy)
  if (wantedMs === null || wantedMs <= untilMs) return later
  return Math.max(endsAtMs, Math.min(later, wantedMs))
}

/** A time to pay that runs: its end, and how long it is as it was told; what an Issue took counts as not begun. */
export interface PaymentTime {
  readonly endsAtMs: number
  readonly seconds: number
}

/**
 * The time to pay once another wanted time counts: it ends before that, and is as long as any other where that is far
 * away. One that has passed, of the order or of the wanted time, changes nothing: a person must ask.
 */
export function timeAfterEdit(
  policy: Pick<OrderPolicy, 'paymentExpirySeconds'>,
  running: PaymentTime,
  deliverBy: string | null,
  nowMs: number,
): PaymentTime {
  const beganMs = running.endsAtMs - running.seconds * 1000
  const leftSeconds = Math.floor((beganMs + policy.paymentExpirySeconds * 1000 - nowMs) / 1000)
  const wantedMs = deliverBy === null ? null : parseIsoTime(deliverBy)
  if (leftSeconds <= 0 || running.endsAtMs <= nowMs || (wantedMs !== null && wantedMs <= nowMs))
    return running
  const endsAtMs = nowMs + secondsToPay({ paymentExpirySeconds: leftSeconds }, deliverBy, nowMs) * 1000
  return { endsAtMs, seconds: Math.round((endsAtMs - beganMs) / 1000) }
}

/** Less than that is no news for a customer, nor a reason for another account. */
const NOTABLE_MS = 60_000

/** Whether an end differs from another so much that it is told. */
export const isAnotherEnd = (oneMs: number, otherMs: number): boolean =>
  Math.abs(oneMs - otherMs) >= NOTABLE_MS

/** The account takes no more money although the order may still be paid. */
export const isDueTooSoon = (dueAt: string, payableUntil: string | null): boolean =>
  payableUntil !== null && Date.parse(payableUntil) - Date.parse(dueAt) >= NOTABLE_MS

/** Seconds before the end at which the customer is reminded; 0 never. @param seconds of the time to pay. */
export function reminderSeconds(
  policy: Pick<OrderPolicy, 'paymentExpirySeconds' | 'paymentReminderSeconds'>,
  seconds: number,
): number {
  const quarter = Math.floor(seconds / 4)
  const wanted = policy.paymentReminderSeconds ?? quarter
  return seconds < policy.paymentExpirySeconds ? Math.min(wanted, quarter) : wanted
}
