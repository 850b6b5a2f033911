/**
 * The process that is measured: the campaign's real workflow and activities on a worker with the product's settings,
 * which asks for no calls but those of the benchmark. Tells its memory when it is asked over IPC.
 */
import { NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { createCampaignActivities } from '../../activities/campaigns.ts'
import { loadSettings } from '../../config/settings.ts'
import { createDatabase } from '../../db/database.ts'
import { classifyFailures } from '../../temporal/activity-failures.ts'
import { bundleWorkflows } from '../../temporal/bundle.ts'
import { connectClient, dataConverter } from '../../temporal/connection.ts'
import { TASK_QUEUES } from '../../temporal/task-queues.ts'
import { CALL_QUEUE } from './calls.ts'

/** Megabytes, after the garbage collector has run. */
export interface MemoryUse {
  readonly heapUsed: number
  readonly external: number
  readonly resident: number
}

const MEGABYTE = 1024 ** 2
const quiet = () => {}
Runtime.install({
  logger: { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet },
})
const settings = loadSettings(process.env)
const client = await connectClient(settings)
const db = createDatabase(settings.databaseUrl)
const connection = await NativeConnection.connect({ address: settings.temporal.address })
const worker = await Worker.create({
  connection,
  taskQueue: TASK_QUEUES.business,
  workflowBundle: await bundleWorkflows(),
  activities: createCampaignActivities({
    db,
    settings,
    client,
    textOwner: async () => {
      throw new Error('nothing is to be told of this campaign')
    },
    taskQueue: CALL_QUEUE,
  }),
  dataConverter: dataConverter(settings),
  interceptors: { activity: [classifyFailures] },
  maxHeartbeatThrottleInterval: 1_000,
})
const running = worker.run()

process.on('message', (message) => {
  if (message !== 'memory') return
  for (let round = 0; round < 2; round++) globalThis.gc?.()
  const { heapUsed, external, rss } = process.memoryUsage()
  const use: MemoryUse = {
    heapUsed: heapUsed / MEGABYTE,
    external: external / MEGABYTE,
    resident: rss / MEGABYTE,
  }
  process.send?.(use)
})
process.on('disconnect', () => worker.shutdown())
process.send?.('ready')
await running
await connection.close()
await client.connection.close()
await db.destroy()
