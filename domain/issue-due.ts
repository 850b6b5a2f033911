/** Until when an Issue should be dealt with while nobody has said otherwise. */
import type { IssueKind } from './ticket-states.ts'

const MINUTE_MS = 60_000
/** What each kind can wait: a late wreath can't, a complaint is answered the same half-day. */
const PATIENCE_MINUTES: Readonly<Record<IssueKind, number>> = {
  delivery_delay: 30,
  message_typo: 60,
  admin_required: 120,
  complaint: 240,
}
/** The vendor needs this long to make and bring a wreath: later than this before the wanted time is too late. */
const LEAD_MINUTES = 120

/** @param deliverBy when the wreath is wanted; null while unknown. All times as of Date.now(). */
export function dueOf(issue: {
  readonly kind: IssueKind
  readonly raisedAt: number
  readonly deliverBy: number | null
}): number {
  const { kind, raisedAt, deliverBy } = issue
  const due = raisedAt + PATIENCE_MINUTES[kind] * MINUTE_MS
  if (deliverBy === null) return due
  const lastMoment = deliverBy - LEAD_MINUTES * MINUTE_MS
  // One that is raised past the last moment is due at once.
  return Math.max(raisedAt, Math.min(due, lastMoment))
}
