/** Everything that happens by the clock. Made or brought up to date when a worker starts. */
import { type Client, ScheduleAlreadyRunning, type ScheduleOptions } from '@temporalio/client'
import type { Settings } from '../config/settings.ts'
import { TASK_QUEUES } from './task-queues.ts'

/** Ids of the Schedules; also what a person triggers in Temporal's Web UI. */
export const SCHEDULES = { morningDigest: 'morning-digest' } as const

/** A digest that could not be made in time (nothing ran) is made up for this long. */
const MORNING_CATCHUP = '2h'

function schedules({ morning }: Pick<Settings, 'morning'>): readonly ScheduleOptions[] {
  return [
    {
      scheduleId: SCHEDULES.morningDigest,
      spec: {
        calendars: [{ hour: Math.floor(morning.morningAt / 60), minute: morning.morningAt % 60 }],
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
  ]
}

/** Doing it again changes nothing; several workers may start at once. */
export async function ensureSchedules(client: Client, settings: Pick<Settings, 'morning'>): Promise<void> {
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
