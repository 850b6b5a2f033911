/** Everything that happens by the clock. Made or brought up to date when a worker starts. */
import { type Client, ScheduleAlreadyRunning, type ScheduleOptions } from '@temporalio/client'
import type { Settings } from '../config/settings.ts'
import { BANK_FEED_WORKFLOW, RECONCILIATION_WORKFLOW } from '../workflows/money-messages.ts'
import { TASK_QUEUES } from './task-queues.ts'

/** Ids of the Schedules; also what a person triggers in Temporal's Web UI. */
export const SCHEDULES = {
  morningDigest: 'morning-digest',
  bankFeed: 'bank-feed',
  reconciliation: 'reconciliation',
} as const

/** A digest that could not be made in time (nothing ran) is made up for this long. */
const MORNING_CATCHUP = '2h'
/** What happens every few minutes is not made up: the next time does the same. */
const WATCH_CATCHUP = '1m'

type ScheduleSettings = Pick<Settings, 'morning' | 'money'>

function schedules({ morning, money }: ScheduleSettings): readonly ScheduleOptions[] {
  return [
    {
      scheduleId: SCHEDULES.morningDigest,
      spec: {
        // 24:00 is the next day's 00:00.
        calendars: [{ hour: Math.floor(morning.morningAt / 60) % 24, minute: morning.morningAt % 60 }],
        timezone: 'Asia/Seoul',
      },
      policies: { overlap: 'SKIP', catchupWindow: MORNING_CATCHUP },
      action: {
        type: 'startWorkflow',
        workflowType: 'morningDigest',
        workflowId: SCHEDULES.morningDigest,
        taskQueue: TASK_QUEUES.business,
        args: [{}],
        staticSummary: '밤사이 주문 문자',
      },
    },
    {
      scheduleId: SCHEDULES.bankFeed,
      spec: { intervals: [{ every: `${money.bankPollSeconds}s` }] },
      policies: { overlap: 'SKIP', catchupWindow: WATCH_CATCHUP },
      action: {
        type: 'startWorkflow',
        workflowType: BANK_FEED_WORKFLOW,
        workflowId: SCHEDULES.bankFeed,
        taskQueue: TASK_QUEUES.business,
        args: [],
        staticSummary: '은행 입금 확인',
      },
    },
    {
      scheduleId: SCHEDULES.reconciliation,
      spec: { intervals: [{ every: `${money.reconciliationSeconds}s` }] },
      policies: { overlap: 'SKIP', catchupWindow: WATCH_CATCHUP },
      action: {
        type: 'startWorkflow',
        workflowType: RECONCILIATION_WORKFLOW,
        workflowId: SCHEDULES.reconciliation,
        taskQueue: TASK_QUEUES.business,
        args: [{ startedBy: 'system' }],
        staticSummary: '결제·입금 대조',
      },
    },
  ]
}

/** Doing it again changes nothing; several workers may start at once. */
export async function ensureSchedules(client: Client, settings: ScheduleSettings): Promise<void> {
  for (const options of schedules(settings)) {
    try {
      await client.schedule.create(options)
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error
      const { spec, policies, action } = options
      await client.schedule.getHandle(options.scheduleId).update((known) => ({
        ...known,
        spec,
        action,
        policies: { ...known.policies, ...policies },
      }))
    }
  }
}
