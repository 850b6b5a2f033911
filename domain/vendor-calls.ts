/**
 * When a vendor without doors is phoned to hear how far an order is: few calls, never at night, around the wanted
 * time. Time comes in as an argument.
 */
import { parseIsoTime } from './korean-time.ts'
import { type DueLateCheck, nextLateCheck, promisedTime } from './lateness.ts'
import { type OrderPolicy, VENDOR_CALLS, type VendorCallPolicy } from './order-policy.ts'
import type { LateCheck, TicketData } from './ticket-data.ts'

type Policy = Pick<OrderPolicy, 'lateWarningSeconds' | 'vendorCalls'>
type Followed = Parameters<typeof nextLateCheck>[0] & Pick<TicketData, 'vendorAsked'>

/** A call to make, or a person to ask. `atMs`: since the epoch, perhaps in the past. */
export type VendorCallDue =
  | { readonly kind: 'call'; readonly atMs: number }
  | { readonly kind: 'ask_person'; readonly why: 'unheard' | 'too_often' }

/**
 * What is due next of an order that is followed by phone: whether it has left, whether it has arrived, then again
 * and again until it is there.
 */
export function nextVendorCall(ticket: Followed, policy: Policy): VendorCallDue {
  const rules = policy.vendorCalls ?? VENDOR_CALLS
  const { calls = 0, unheard = 0, lastAt = null, heardAt = null } = ticket.vendorAsked ?? {}
  if (unheard >= rules.maxUnheard) return { kind: 'ask_person', why: 'unheard' }
  if (calls >= rules.maxCalls) return { kind: 'ask_person', why: 'too_often' }
  const lastMs = timeOf(lastAt)
  const call = (atMs: number) => ({ kind: 'call', atMs }) as const
  if (unheard > 0 && lastMs !== null) return call(forwardIntoHours(lastMs + rules.retrySeconds * 1000, rules))
  const heardMs = timeOf(heardAt)
  const moment = momentsOf(ticket, policy, rules).find((atMs) => heardMs === null || heardMs < atMs)
  if (moment !== undefined) return call(moment)
  const sinceMs = heardMs ?? placedMs(ticket) ?? 0
  return call(forwardIntoHours(sinceMs + rules.repeatSeconds * 1000, rules))
}

/** This moment, or the next at which the vendor may be called. */
export const whenCallable = (atMs: number, { vendorCalls = VENDOR_CALLS }: Policy): number =>
  forwardIntoHours(atMs, vendorCalls)

/** What the vendor's word of this moment makes late: the worse of what is due. */
export function lateByWord(ticket: Followed, policy: Policy, atMs: number): LateCheck | null {
  const due = (check: DueLateCheck | null) => (check !== null && check.atMs <= atMs ? check.check : null)
  const departed = { ...ticket, lateChecks: [...ticket.lateChecks, 'departure' as const] }
  return due(nextLateCheck(departed, policy)) ?? due(nextLateCheck(ticket, policy))
}

/** In their order: when it should have left, when it should be there. */
function momentsOf(ticket: Followed, policy: Policy, rules: VendorCallPolicy): readonly number[] {
  const dueMs = timeOf(promisedTime(ticket))
  const placed = placedMs(ticket)
  if (dueMs === null || (placed !== null && placed >= dueMs)) return []
  const arrival = forwardIntoHours(dueMs, rules)
  const check = nextLateCheck({ ...ticket, lateChecks: [] }, policy)
  if (check === null || check.check !== 'departure') return [arrival]
  const departure = inHours(check.atMs, rules) ? check.atMs : endOfHoursBefore(check.atMs, rules)
  // At night nobody can tell; then the morning's call asks whether it is there.
  return placed !== null && departure < placed ? [arrival] : [departure, arrival]
}

const timeOf = (iso: string | null): number | null => (iso === null ? null : parseIsoTime(iso))
const placedMs = ({ purchaseOrder }: Pick<TicketData, 'purchaseOrder'>): number | null =>
  timeOf(purchaseOrder?.placedAt ?? null)

// --- hours of the Korean day ---------------------------------------------------------------------------

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const OFFSET_MS = 9 * HOUR_MS
/** Before the hours end: nobody is called at the very last minute. */
const LAST_CALL_MS = HOUR_MS / 2

type Hours = Pick<VendorCallPolicy, 'fromHour' | 'toHour'>

/** Milliseconds since midnight in Korea. */
const timeOfDay = (atMs: number): number => (atMs + OFFSET_MS) % DAY_MS

function inHours(atMs: number, { fromHour, toHour }: Hours): boolean {
  const time = timeOfDay(atMs)
  return time >= fromHour * HOUR_MS && time < toHour * HOUR_MS
}

/** This moment, or the next at which the vendor may be called. */
function forwardIntoHours(atMs: number, hours: Hours): number {
  if (inHours(atMs, hours)) return atMs
  const time = timeOfDay(atMs)
  const from = hours.fromHour * HOUR_MS
  return atMs - time + (time < from ? from : from + DAY_MS)
}

/** Shortly before the hours last ended. */
function endOfHoursBefore(atMs: number, hours: Hours): number {
  const time = timeOfDay(atMs)
  const last =
    hours.toHour * HOUR_MS - Math.min(LAST_CALL_MS, ((hours.toHour - hours.fromHour) * HOUR_MS) / 2)
  return atMs - time + (time < last ? last - DAY_MS : last)
}
