/** Whether somebody may be called for a campaign now; asked right before each call. Pure. */
import { byDay, type CallingHours, closingOf, isOpen, nextOpening } from './calling-hours.ts'
import type { CampaignKind, NotCalledReason, WaitingReason } from './campaign.ts'

/** The newest word on one purpose. */
export interface Consent {
  readonly isGiven: boolean
  readonly atMs: number
}

/** What is known of a number. */
export interface CalleeStanding {
  readonly doNotCall: boolean
  /** Null: they never said anything. */
  readonly advertising: Consent | null
  readonly nightAdvertising: Consent | null
  /** Calls to it within the days of the frequency cap. */
  readonly callsLately: number
}

export type Verdict =
  /** @property untilMs the call has to have been dialled by then. */
  | { readonly do: 'call'; readonly untilMs: number }
  | { readonly do: 'wait'; readonly untilMs: number; readonly why: WaitingReason }
  | { readonly do: 'never'; readonly why: NotCalledReason }

const YEAR_MS = 365 * 86_400_000
/** Consent has to be confirmed anew after two years (Network Act, article 50 (8)). */
export const CONSENT_MS = 2 * YEAR_MS

export interface CallToJudge {
  readonly kind: CampaignKind
  readonly hours: CallingHours
  readonly frequency: { readonly calls: number }
  /** Of who is called. */
  readonly zone: string
  readonly standing: CalleeStanding
  readonly nowMs: number
}

/** What the list says always wins; then consent; then how often; then the hour. */
export function judgeCall(call: CallToJudge): Verdict {
  const { kind, frequency, standing, nowMs, zone } = call
  if (standing.doNotCall) return { do: 'never', why: 'do_not_call' }
  const missing = kind === 'advertising' ? missingConsent(standing.advertising, nowMs) : null
  if (missing !== null) return { do: 'never', why: missing }
  if (standing.callsLately >= frequency.calls) return { do: 'never', why: 'frequency_cap' }
  const hours = hoursFor(call)
  const closesAtMs = closingOf(nowMs, hours, zone)
  if (closesAtMs !== null) return { do: 'call', untilMs: closesAtMs }
  const opensAtMs = nextOpening(nowMs, hours, zone)
  // Hours that never open are refused when a campaign is made; a year on, somebody has looked at it.
  const untilMs = opensAtMs ?? nowMs + YEAR_MS
  const isByNight = hours !== call.hours && isOpen(nowMs, call.hours, zone)
  return { do: 'wait', untilMs, why: isByNight ? 'night' : 'closed_hours' }
}

function hoursFor({ kind, hours, standing, nowMs }: CallToJudge): CallingHours {
  const mayDisturb = missingConsent(standing.nightAdvertising, nowMs) === null
  return kind === 'advertising' && !mayDisturb ? byDay(hours) : hours
}

function missingConsent(consent: Consent | null, nowMs: number): NotCalledReason | null {
  if (consent === null) return 'no_consent'
  if (!consent.isGiven) return 'consent_withdrawn'
  return nowMs - consent.atMs > CONSENT_MS ? 'consent_expired' : null
}
