/** The steps of a ticket that follow the wreath to the door: news from the vendor, lateness, the photo. */
import { CancellationScope, condition, sleep } from '@temporalio/workflow'
import type { DeliveryReport } from '../activities/activity-types.ts'
import type { IssueCause } from '../domain/issue-cause.ts'
import { formatKoreanTime, parseIsoTime } from '../domain/korean-time.ts'
import { type DueLateCheck, nextLateCheck, promisedTime } from '../domain/lateness.ts'
import { nextMove, type TicketData } from '../domain/ticket.ts'
import { giveUp } from './step-failure.ts'
import { bySystem, byVendor, type Change, type TicketRun, unchanged } from './ticket-run.ts'

/** Until the vendor has news, a webhook brings some, the wreath is late, or something else is to be done first. */
export async function followDelivery(run: TicketRun): Promise<Change> {
  const { purchaseOrder, vendorStatus, orderNo } = run.data
  if (purchaseOrder === null) return unchanged
  run.vendorHasNews = false
  const late = run.since(1, 'late-deliveries') ? setLateTimer(run) : null
  if (late !== null && isDue(run, late)) return foundLate(run, late)
  const scope = new CancellationScope()
  const { reference, erpOrderId } = purchaseOrder
  const report = scope.run(() =>
    run.activities.followDelivery({
      reference,
      erpOrderId,
      orderNo,
      knownStatus: vendorStatus,
      maxOutages: run.input.policy.stepMaxAttempts,
    }),
  )
  const interrupted = scope.run(() =>
    condition(
      () =>
        run.vendorHasNews ||
        nextMove(run.data) !== 'follow_delivery' ||
        (late !== null && (isDue(run, late) || isOutdated(run, late))),
    ).then(() => null),
  )
  try {
    const news = await Promise.race([report, interrupted])
    return news === null ? unchanged : heard(news)
  } finally {
    scope.cancel()
    await Promise.allSettled([report, interrupted])
  }
}

function heard({ status, departed, delivered, cancelled, unknown }: DeliveryReport): Change {
  if (cancelled) giveUp('외주업체가 발주를 취소했습니다.', { code: 'vendor_cancelled' })
  return (ticket) => {
    const word = { status, departed, ...(unknown === true ? { unknown } : {}) }
    const reported = ticket.vendorReported({ ...byVendor(), ...word })
    return delivered === null ? reported : reported.delivered({ ...byVendor(), ...delivered })
  }
}

// --- lateness --------------------------------------------------------------------------------------------

const isDue = ({ lateTimer }: TicketRun, { atMs }: DueLateCheck): boolean =>
  lateTimer !== null && lateTimer.atMs === atMs && lateTimer.due

/** Another time counts now, or there is nothing to check any more. */
function isOutdated({ data, input }: TicketRun, { atMs }: DueLateCheck): boolean {
  return nextLateCheck(data, input.policy)?.atMs !== atMs
}

/**
 * One timer a ticket beside all its polls: it goes on while the polls come and go, and is only set anew when another
 * time counts.
 */
function setLateTimer(run: TicketRun): DueLateCheck | null {
  const next = nextLateCheck(run.data, run.input.policy)
  if (next === null || run.lateTimer?.atMs === next.atMs) return next
  run.lateTimer?.scope.cancel()
  const timer = { atMs: next.atMs, scope: new CancellationScope(), due: next.atMs <= Date.now() }
  run.lateTimer = timer
  if (timer.due) return next
  const waiting = timer.scope.run(async () => {
    await sleep(next.atMs - Date.now(), { summary: '배송 지연 확인' })
    timer.due = true
  })
  // Another time counts by now.
  waiting.catch(() => {})
  return next
}

function foundLate(run: TicketRun, { check }: DueLateCheck): Change {
  const reason = lateReason(run.data, check)
  const time = promisedTime(run.data)
  const cause: IssueCause = {
    code: check === 'departure' ? 'late_departure' : 'late_arrival',
    ...(time === null ? {} : { params: { time } }),
  }
  return (ticket) => ticket.foundLate({ ...bySystem(), check, reason, cause })
}

function lateReason(ticket: TicketData, check: DueLateCheck['check']): string {
  const at = parseIsoTime(promisedTime(ticket) ?? '')
  const time = at === null ? '' : formatKoreanTime(at)
  return check === 'departure'
    ? `${time} 도착 희망인데 화환이 아직 출발하지 않았습니다.`
    : `${time}까지 화환이 도착하지 않았습니다.`
}

// --- photo -----------------------------------------------------------------------------------------------

export async function fetchPhoto(run: TicketRun): Promise<Change> {
  const { orderNo, purchaseOrder, photoUrl } = run.data
  if (photoUrl === null || purchaseOrder === null) return (ticket) => ticket.photoFetched(null)
  const { key } = await run.activities.fetchPhoto({ orderNo, reference: purchaseOrder.reference, photoUrl })
  return (ticket) => ticket.photoFetched(key)
}
