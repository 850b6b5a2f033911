/** Each morning the owner hears of the night's orders; started by a Schedule (temporal/schedules.ts). */
import { proxyActivities } from '@temporalio/workflow'
import type { MorningActivities } from '../activities/issue-alarm-types.ts'

export interface MorningDigestInput {
  /** `YYYY-MM-DD` in Korea; absent: the day on which it runs. */
  readonly day?: string
}

const { sendMorningDigest } = proxyActivities<MorningActivities>({
  startToCloseTimeout: '60s',
  retry: { initialInterval: '2s', maximumInterval: '5m' },
  // Later it is no morning any more.
  scheduleToCloseTimeout: '4h',
  summary: '밤사이 주문 문자',
})

export async function morningDigest({ day }: MorningDigestInput = {}) {
  return await sendMorningDigest({ day: day ?? null })
}
