/** When a wreath is late: seen before the customer sees it. Time comes in as an argument. */
import { parseIsoTime } from './korean-time.ts'
import { LATE_WARNING_SECONDS, type OrderPolicy } from './order-policy.ts'
import type { LateCheck, TicketData } from './ticket-data.ts'

export interface DueLateCheck {
  readonly check: LateCheck
  /** Milliseconds since the epoch. */
  readonly atMs: number
}

/** The time that counts: what the customer was told last, else what was wanted. ISO 8601. */
export const promisedTime = (ticket: Pick<TicketData, 'expectedBy' | 'order'>): string | null =>
  ticket.expectedBy ?? ticket.order.deliver_by

/**
 * The next time at which a wreath that is not on its way, or not there, is late; null when nothing is left to
 * check. An order placed shortly before its time gives the vendor half of what was left; one placed after it can't
 * be late any more.
 */
export function nextLateCheck(
  ticket: Pick<
    TicketData,
    'purchaseOrder' | 'deliveredAt' | 'closing' | 'expectedBy' | 'order' | 'subState' | 'lateChecks'
  >,
  policy: Pick<OrderPolicy, 'lateWarningSeconds'>,
): DueLateCheck | null {
  const { purchaseOrder, deliveredAt, closing, subState, lateChecks } = ticket
  if (purchaseOrder === null || deliveredAt !== null || closing !== null) return null
  const promised = promisedTime(ticket)
  const dueMs = promised === null ? null : parseIsoTime(promised)
  const placedMs = purchaseOrder.placedAt === undefined ? null : parseIsoTime(purchaseOrder.placedAt)
  if (dueMs === null || (placedMs !== null && placedMs >= dueMs)) return null
  if (subState === 'po_placed' && !lateChecks.includes('departure') && !lateChecks.includes('arrival')) {
    const warningMs = (policy.lateWarningSeconds ?? LATE_WARNING_SECONDS) * 1000
    const leftMs = placedMs === null ? Number.POSITIVE_INFINITY : dueMs - placedMs
    return { check: 'departure', atMs: dueMs - Math.min(warningMs, leftMs / 2) }
  }
  return lateChecks.includes('arrival') ? null : { check: 'arrival', atMs: dueMs }
}
