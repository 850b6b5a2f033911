/** What a ticket makes of the vendor's word on a delivery, and of its absence when the wreath should be there. */
import type { DeliveryReport } from '../activities/activity-types.ts'
import type { IssueCause } from '../domain/issue-cause.ts'
import { formatKoreanTime, parseIsoTime } from '../domain/korean-time.ts'
import { type DueLateCheck, promisedTime } from '../domain/lateness.ts'
import type { TicketData } from '../domain/ticket.ts'
import { giveUp } from './step-failure.ts'
import { bySystem, byVendor, type Change } from './ticket-run.ts'

/** Fails the step when the vendor has called the order off. */
export function heard({ status, departed, delivered, cancelled, unknown }: DeliveryReport): Change {
  if (cancelled) giveUp('외주업체가 발주를 취소했습니다.', { code: 'vendor_cancelled' })
  return (ticket) => {
    const word = { status, departed, ...(unknown === true ? { unknown } : {}) }
    const reported = ticket.vendorReported({ ...byVendor(), ...word })
    return delivered === null ? reported : reported.delivered({ ...byVendor(), ...delivered })
  }
}

/** @param ticket as it is when that is found. */
export function foundLate(ticket: TicketData, { check }: Pick<DueLateCheck, 'check'>): Change {
  const reason = lateReason(ticket, check)
  const time = promisedTime(ticket)
  const cause: IssueCause = {
    code: check === 'departure' ? 'late_departure' : 'late_arrival',
    ...(time === null ? {} : { params: { time } }),
  }
  return (late) => late.foundLate({ ...bySystem(), check, reason, cause })
}

function lateReason(ticket: TicketData, check: DueLateCheck['check']): string {
  const at = parseIsoTime(promisedTime(ticket) ?? '')
  const time = at === null ? '' : formatKoreanTime(at)
  return check === 'departure'
    ? `${time} 도착 희망인데 화환이 아직 출발하지 않았습니다.`
    : `${time}까지 화환이 도착하지 않았습니다.`
}
