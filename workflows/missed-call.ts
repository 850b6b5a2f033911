/** A call that nobody could answer: noted, and on the owner's list until somebody has called back. */
import { proxyLocalActivities } from '@temporalio/workflow'
import type { ProjectionActivities } from '../activities/activity-types.ts'
import type { MissedCall } from '../domain/call.ts'

const { recordMissedCall } = proxyLocalActivities<ProjectionActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '1s', maximumInterval: '1m' },
})

export async function missedCall(call: MissedCall): Promise<void> {
  await recordMissedCall(call)
}
