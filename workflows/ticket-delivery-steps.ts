/** The steps of a ticket that follow the wreath to the door: news from the vendor, lateness, the photo. */
import { CancellationScope, condition, sleep } from '@temporalio/workflow'
import type { DeliveryReport } from '../activities/activity-types.ts'
import { type DueLateCheck, nextLateCheck } from '../domain/lateness.ts'
import { nextMove } from '../domain/ticket.ts'
import { followByPhone } from './ticket-phone-following.ts'
import { type Change, type TicketRun, unchanged } from './ticket-run.ts'
import { foundLate, heard } from './vendor-word.ts'

/** Until the vendor has news, a webhook brings some, the wreath is late, or something else is to be done first. */
export async function followDelivery(run: TicketRun): Promise<Change> {
  const { purchaseOrder, vendorStatus, orderNo } = run.data
  if (purchaseOrder === null) return unchanged
  run.vendorHasNews = false
  // Who is asked by phone is late by their own word.
  const byClock = run.data.vendorAsked === null && run.since(1, 'late-deliveries')
  const late = byClock ? setLateTimer(run) : null
  if (late !== null && isDue(run, late)) return foundLate(run.data, late)
  const scope = new CancellationScope()
  const { reference, erpOrderId } = purchaseOrder
  const report = scope.run(() =>
    run.activities.followDelivery({
      reference,
      erpOrderId,
      orderNo,
      knownStatus: vendorStatus,
      maxOutages: run.input.policy.stepMaxAttempts,
      asksByPhone: true,
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
  let news: Awaited<typeof report> | null
  try {
    news = await Promise.race([report, interrupted])
  } finally {
    scope.cancel()
    await Promise.allSettled([report, interrupted])
  }
  if (news === null) return unchanged
  if (!('askByPhone' in news)) return followedThrough(news)
  stopLateTimer(run)
  return followByPhone(run, news.askByPhone)
}

/** Read from the vendor, who is not phoned as long as that works. */
function followedThrough(news: DeliveryReport): Change {
  const told = heard(news)
  return (ticket) => told(ticket.followedByPhone(false))
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

function stopLateTimer(run: TicketRun): void {
  run.lateTimer?.scope.cancel()
  run.lateTimer = null
}

// --- photo -----------------------------------------------------------------------------------------------

export async function fetchPhoto(run: TicketRun): Promise<Change> {
  const { orderNo, purchaseOrder, photoUrl } = run.data
  if (photoUrl === null || purchaseOrder === null) return (ticket) => ticket.photoFetched(null)
  const { key } = await run.activities.fetchPhoto({ orderNo, reference: purchaseOrder.reference, photoUrl })
  return (ticket) => ticket.photoFetched(key)
}
