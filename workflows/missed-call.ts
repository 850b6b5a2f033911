/** A call that nobody could answer: noted, and an Issue on the board until somebody has called back. */
import { proxyActivities, proxyLocalActivities, workflowInfo } from '@temporalio/workflow'
import type { ProjectionActivities } from '../activities/activity-types.ts'
import type { CallActivities } from '../activities/calls.ts'
import type { CallBackActivities, TicketActivities } from '../activities/tickets.ts'
import type { MissedCall } from '../domain/call.ts'

const { recordMissedCall } = proxyLocalActivities<ProjectionActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '1s', maximumInterval: '1m' },
})
/** Until it is on the board: a caller must not be forgotten. */
const retry = { initialInterval: '1s', maximumInterval: '5m' }
const { openTicket, askToCallBack } = proxyActivities<TicketActivities & CallBackActivities>({
  startToCloseTimeout: '30s',
  retry,
  summary: '다시 전화할 고객',
})
const { linkCallToOrder } = proxyActivities<CallActivities>({ startToCloseTimeout: '10s', retry })

const REASON = '시스템 장애로 전화를 받지 못했습니다. 고객에게 다시 전화해 주세요.'

export async function missedCall(call: MissedCall): Promise<void> {
  await recordMissedCall(call)
  const { callId, fromNumber } = call
  // Nobody can call back a number that was withheld.
  if (fromNumber === '') return
  const { orderNo } = await openTicket({ source: { kind: 'call', callId }, customerPhone: fromNumber })
  await linkCallToOrder({ callId, orderNo })
  await askToCallBack({
    orderNo,
    reason: REASON,
    cause: 'call_missed',
    key: `${workflowInfo().workflowId}:call-back`,
  })
}
