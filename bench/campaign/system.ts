/** A Postgres, a Temporal server and the worker that is measured, all of the benchmark's own. */
import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Client } from '@temporalio/client'
import { NativeConnection } from '@temporalio/worker'
import { loadSettings, type Settings } from '../../config/settings.ts'
import { createDatabase, type Database } from '../../db/database.ts'
import { migrateToLatest } from '../../db/migrate.ts'
import { addCampaignRows } from '../../db/queries/campaign-rows.ts'
import { insertCampaign } from '../../db/queries/campaign-snapshots.ts'
import { type CampaignPlan, type CampaignSpeed, DEFAULT_BREAKER } from '../../domain/campaign.ts'
import { type CampaignId, campaignWorkflowId, makeCampaignId } from '../../domain/ids.ts'
import { connectClient } from '../../temporal/connection.ts'
import { ensureSearchAttributes, newCampaignAttributes } from '../../temporal/search-attributes.ts'
import { TASK_QUEUES } from '../../temporal/task-queues.ts'
import type { campaign } from '../../workflows/campaign.ts'
import { CAMPAIGN_WORKFLOW } from '../../workflows/campaign-messages.ts'
import { startPostgres } from '../postgres.ts'
import { startTemporal } from '../temporal.ts'
import { type Beginnings, createCallWorker } from './calls.ts'
import type { MemoryUse } from './worker.ts'

/** Open at every hour: what is measured must not depend on when. */
const PLAN: CampaignPlan = {
  callerNumbers: ['07012345678', '07012345679'],
  callerDisplayName: 'ABC 주식회사',
  purpose: '{이름} 님 만족도 조사',
  questions: ['만족하셨나요?', '다시 이용하시겠어요?'],
  maxDuration: 60,
  priority: 6,
  retries: { no_answer: 3_600 },
  maxRetries: 1,
  hours: {
    from: 0,
    until: 24 * 60,
    weekdays: [0, 1, 2, 3, 4, 5, 6],
    onHolidays: true,
    closedDays: [],
  },
  breaker: DEFAULT_BREAKER,
  frequency: { calls: 3, days: 7 },
}

export interface BenchCampaigns {
  readonly client: Client
  readonly db: Database
  /** Makes a campaign with so many rows and starts it. */
  readonly begin: (campaign: {
    readonly rows: number
    readonly speed: CampaignSpeed
    readonly sliceMs: number
  }) => Promise<CampaignId>
  readonly memory: () => Promise<MemoryUse>
  readonly stop: () => Promise<void>
}

/** @param talkMs how long each call lasts. */
export async function startCampaigns(beginnings: Beginnings, talkMs: number): Promise<BenchCampaigns> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-campaign-'))
  const postgres = await startPostgres(folder)
  await postgres.empty()
  await migrateToLatest(postgres.url)
  const temporal = await startTemporal(join(folder, 'temporal.db'))
  const environment = {
    DATABASE_URL: postgres.url,
    TEMPORAL_ADDRESS: temporal.address,
    DAERI_DATA_KEY: 'ab'.repeat(32),
  }
  const settings = loadSettings(environment)
  const db = createDatabase(postgres.url)
  const client = await connectClient(settings)
  await ensureSearchAttributes(client.connection, 'default')
  const connection = await NativeConnection.connect({ address: temporal.address })
  const calls = await createCallWorker(connection, { settings, db, talkMs }, beginnings)
  const answering = calls.run()
  const worker = await forkWorker(environment)
  return {
    client,
    db,
    begin: (plan) => beginCampaign({ client, db, settings }, plan),
    memory: () => memoryOf(worker),
    async stop() {
      if (worker.connected) {
        const gone = once(worker, 'exit')
        worker.disconnect()
        await gone
      }
      calls.shutdown()
      await answering
      await connection.close()
      await client.connection.close()
      await db.destroy()
      await temporal.stop()
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function forkWorker(environment: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const worker = fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), {
    env: { ...process.env, ...environment },
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ended = once(worker, 'exit').then(([code]) => {
    throw new Error(`the worker ended with ${code} before it was ready`)
  })
  await Promise.race([once(worker, 'message'), ended])
  ended.catch(() => {})
  return worker
}

async function memoryOf(worker: ChildProcess): Promise<MemoryUse> {
  const answer = once(worker, 'message')
  worker.send('memory')
  const [use] = await answer
  return use
}

async function beginCampaign(
  { client, db, settings }: { readonly client: Client; readonly db: Database; readonly settings: Settings },
  plan: { readonly rows: number; readonly speed: CampaignSpeed; readonly sliceMs: number },
): Promise<CampaignId> {
  const campaignId = makeCampaignId(randomBytes(4).toString('hex'))
  const { rows, speed, sliceMs } = plan
  await insertCampaign(db, {
    campaignId,
    name: '만족도 조사',
    kind: 'survey',
    plan: PLAN,
    speed,
    requestedBy: 'owner@example.com',
    createdAt: new Date().toISOString(),
  })
  const list = Array.from({ length: rows }, (_, index) => ({
    line: index + 2,
    phone: `010${String(20_000_000 + index)}`,
    zone: 'Asia/Seoul',
    variables: { 이름: `고객${index}` },
  }))
  await addCampaignRows(db, settings.dataKey, campaignId, list)
  await client.workflow.start<typeof campaign>(CAMPAIGN_WORKFLOW, {
    workflowId: campaignWorkflowId(campaignId),
    taskQueue: TASK_QUEUES.business,
    typedSearchAttributes: newCampaignAttributes(campaignId),
    args: [{ campaignId, speed, sliceMs }],
  })
  return campaignId
}
