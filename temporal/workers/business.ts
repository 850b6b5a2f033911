/** The business worker: workflows of tickets and calls, and every activity that is not a turn of a dialogue. */
import { Worker } from '@temporalio/worker'
import type { Logger } from 'pino'
import { SharedBrowser } from '../../activities/browser/shared-browser.ts'
import { createBusinessActivities } from '../../activities/business.ts'
import { type RunningProcess, runProcess } from '../../config/process.ts'
import type { Settings } from '../../config/settings.ts'
import { createDatabase } from '../../db/database.ts'
import { classifyFailures } from '../activity-failures.ts'
import { bundleWorkflows } from '../bundle.ts'
import { connectClient, connectWorkerConnection, dataConverter } from '../connection.ts'
import { logTemporalTo } from '../runtime-logger.ts'
import { ensureSchedules } from '../schedules.ts'
import { ensureSearchAttributes } from '../search-attributes.ts'
import { TASK_QUEUES } from '../task-queues.ts'

/** A cached workflow takes about 1 MB. */
const MAX_CACHED_WORKFLOWS = 500
/** Steps are short: what is under way may finish; what takes longer is tried again by another worker. */
const SHUTDOWN_GRACE_MS = 5_000
const SHUTDOWN_FORCE_MS = 10_000
const MAX_ACTIVITIES = 100
const MAX_WORKFLOW_TASKS = 100
/** Tasks that wait for a worker which is gone are given to another after this, not after the usual 10 s. */
const STICKY_TIMEOUT_MS = 1_000
/** Heartbeats carry the number of polls without an answer. */
const HEARTBEAT_THROTTLE_MS = 1_000

/** Serves the business task queue until `stop`. */
export async function startBusinessWorker(settings: Settings, logger: Logger): Promise<RunningProcess> {
  const client = await connectClient(settings)
  await ensureSearchAttributes(client.connection, settings.temporal.namespace)
  await ensureSchedules(client, settings)
  const connection = await connectWorkerConnection(settings)
  const db = createDatabase(settings.databaseUrl)
  const browser = new SharedBrowser()
  const worker = await Worker.create({
    connection,
    namespace: settings.temporal.namespace,
    taskQueue: TASK_QUEUES.business,
    workflowBundle: await bundleWorkflows(logger),
    activities: createBusinessActivities({ settings, db, client, browser, logger }),
    dataConverter: dataConverter(settings),
    interceptors: { activity: [classifyFailures] },
    maxCachedWorkflows: MAX_CACHED_WORKFLOWS,
    stickyQueueScheduleToStartTimeout: STICKY_TIMEOUT_MS,
    maxConcurrentActivityTaskExecutions: MAX_ACTIVITIES,
    maxConcurrentWorkflowTaskExecutions: MAX_WORKFLOW_TASKS,
    workflowTaskPollerBehavior: { type: 'autoscaling', minimum: 2, initial: 4, maximum: 20 },
    activityTaskPollerBehavior: { type: 'autoscaling', minimum: 1, initial: 4, maximum: 20 },
    maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE_MS,
    shutdownGraceTime: SHUTDOWN_GRACE_MS,
    shutdownForceTime: SHUTDOWN_FORCE_MS,
  })
  const running = worker.run()
  running.catch((error: unknown) => {
    logger.fatal({ err: error }, 'worker failed')
    process.exit(1)
  })
  return {
    details: { taskQueue: TASK_QUEUES.business },
    stop: async () => {
      worker.shutdown()
      await running
      await browser.close()
      await connection.close()
      await client.connection.close()
      await db.destroy()
    },
  }
}

if (import.meta.main) {
  await runProcess('business', (settings, logger) => {
    logTemporalTo(logger)
    return startBusinessWorker(settings, logger)
  })
}
