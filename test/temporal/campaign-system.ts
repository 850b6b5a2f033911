/** Campaigns with their real workflows, activities and tables; the telephone network is scripted. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Context } from '@temporalio/activity'
import { type Client, Connection } from '@temporalio/client'
import { msToTs } from '@temporalio/common/lib/time.js'
import { NativeConnection, Worker } from '@temporalio/worker'
import { loadSettings, type Settings } from '../../config/settings.ts'
import { createDatabase, type Database } from '../../db/database.ts'
import { addCampaignRows } from '../../db/queries/campaign-rows.ts'
import { insertCampaign } from '../../db/queries/campaign-snapshots.ts'
import type { HoldLegInput, LegOutcome, LegReport } from '../../domain/call.ts'
import { DEFAULT_HOURS } from '../../domain/calling-hours.ts'
import {
  type CampaignKind,
  type CampaignPlan,
  type CampaignSpeed,
  DEFAULT_BREAKER,
} from '../../domain/campaign.ts'
import { type CampaignId, campaignWorkflowId, makeCampaignId } from '../../domain/ids.ts'
import { connectClient, dataConverter } from '../../temporal/connection.ts'
import { ensureSearchAttributes, newCampaignAttributes } from '../../temporal/search-attributes.ts'
import { TASK_QUEUES } from '../../temporal/task-queues.ts'
import type { campaign } from '../../workflows/campaign.ts'
import { CAMPAIGN_WORKFLOW } from '../../workflows/campaign-messages.ts'
import type { createTestDatabase } from '../support/postgres.ts'
import { getTemporalAddress } from '../support/temporal.ts'
import { report } from '../workflows/inbound-call-harness.ts'
import { quietRuntime } from '../workflows/quiet-runtime.ts'

export const PLAN: CampaignPlan = {
  callerNumbers: ['07012345678', '07012345679'],
  callerDisplayName: 'ABC 주식회사',
  purpose: '{이름} 님 만족도 조사',
  questions: ['만족하셨나요?'],
  maxDuration: 60,
  priority: 5,
  retries: {},
  maxRetries: 0,
  hours: { ...DEFAULT_HOURS, from: 0, until: 24 * 60, weekdays: [0, 1, 2, 3, 4, 5, 6], onHolidays: true },
  breaker: DEFAULT_BREAKER,
  frequency: { calls: 10, days: 7 },
}

/** What the network answers. */
const SIP_CODES: Readonly<Partial<Record<LegOutcome, number>>> = { rejected: 603, busy: 486, no_answer: 487 }

export interface CampaignSystem {
  readonly settings: Settings
  readonly db: Database
  readonly client: Client
  /** Numbers that were rung, each time. */
  readonly rung: string[]
  /** How calls to a number end; default: rejected. */
  readonly outcomes: Map<string, LegOutcome>
  /** Resolves once so many calls were made; never by time. */
  readonly rings: (calls: number) => Promise<void>
  /** A business worker in a process of its own. */
  readonly startWorker: () => ChildProcess
  readonly stop: () => Promise<void>
}

/** @param testDatabase is the system's own and dropped with it. */
export async function startCampaignSystem({
  url,
  drop,
}: Awaited<ReturnType<typeof createTestDatabase>>): Promise<CampaignSystem> {
  quietRuntime()
  const namespace = `campaign-${randomBytes(4).toString('hex')}`
  const environment = {
    DATABASE_URL: url,
    TEMPORAL_ADDRESS: getTemporalAddress(),
    TEMPORAL_NAMESPACE: namespace,
    DAERI_DATA_KEY: '66'.repeat(32),
    WORLD_PORT: '1',
  }
  const settings = loadSettings(environment)
  const connection = await Connection.connect({ address: getTemporalAddress() })
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: msToTs('1 day'),
  })
  await connection.close()
  const db = createDatabase(url)
  const client = await connectClient(settings)
  await ensureSearchAttributes(client.connection, namespace)
  const rung: string[] = []
  const outcomes = new Map<string, LegOutcome>()
  const watchers = new Set<() => void>()
  const holdLeg = async (input: HoldLegInput): Promise<LegReport> => {
    if (input.kind !== 'dial') throw new Error('nobody is answered here')
    rung.push(input.calleeNumber)
    for (const watcher of watchers) watcher()
    watchers.clear()
    const { workflowId } = Context.current().info.workflowExecution ?? {}
    if (workflowId === undefined) throw new Error('a leg without a workflow')
    const { legId } = input
    const at = new Date().toISOString()
    const dialling = { type: 'dialling', legId, sipCallId: `sip-${legId}`, at }
    await client.workflow.getHandle(workflowId).signal('legEvent', dialling)
    const outcome = outcomes.get(input.calleeNumber) ?? 'rejected'
    const sipCode = SIP_CODES[outcome] ?? 500
    return { ...report(input, outcome), answeredAt: null, recordingKey: null, sipCode }
  }
  const native = await NativeConnection.connect({ address: getTemporalAddress() })
  const gateway = await Worker.create({
    connection: native,
    namespace,
    taskQueue: TASK_QUEUES.outboundLegs,
    activities: { holdLeg },
    dataConverter: dataConverter(settings),
    shutdownForceTime: '2s',
  })
  const running = gateway.run()
  const children = new Set<ChildProcess>()
  return {
    settings,
    db,
    client,
    rung,
    outcomes,
    async rings(calls) {
      while (rung.length < calls)
        await new Promise<void>((resolve) => {
          watchers.add(resolve)
        })
    },
    startWorker() {
      const child = spawn(process.execPath, ['temporal/workers/business.ts'], {
        env: { ...process.env, ...environment },
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      })
      children.add(child)
      return child
    },
    async stop() {
      for (const child of children) {
        if (child.exitCode !== null || child.signalCode !== null) continue
        const gone = once(child, 'exit')
        child.kill('SIGKILL')
        await gone
      }
      gateway.shutdown()
      await running
      await native.close()
      await client.connection.close()
      await db.destroy()
      await drop()
    },
  }
}

export interface StartedCampaign {
  readonly plan?: Partial<CampaignPlan>
  readonly kind?: CampaignKind
  readonly speed?: CampaignSpeed
  readonly phones: readonly string[]
  readonly sliceMs?: number
}

export const phone = (index: number): string => `010${String(20_000_000 + index)}`

/** Makes a campaign with a list and starts it. */
export async function startCampaign(
  { db, client, settings }: Pick<CampaignSystem, 'db' | 'client' | 'settings'>,
  { plan, kind = 'survey', phones, sliceMs = 5_000, ...more }: StartedCampaign,
) {
  const { speed = { windowSize: 10, callsPerSecond: 20 } } = more
  const campaignId: CampaignId = makeCampaignId(randomBytes(4).toString('hex'))
  await insertCampaign(db, {
    campaignId,
    name: '만족도 조사',
    kind,
    plan: { ...PLAN, ...plan },
    speed,
    requestedBy: 'owner@example.com',
    createdAt: new Date().toISOString(),
  })
  const rows = phones.map((number, index) => ({
    line: index + 2,
    phone: number,
    zone: 'Asia/Seoul',
    variables: { 이름: `고객${index}` },
  }))
  await addCampaignRows(db, settings.dataKey, campaignId, rows)
  const handle = await client.workflow.start<typeof campaign>(CAMPAIGN_WORKFLOW, {
    workflowId: campaignWorkflowId(campaignId),
    taskQueue: TASK_QUEUES.business,
    typedSearchAttributes: newCampaignAttributes(campaignId),
    args: [{ campaignId, speed, sliceMs }],
  })
  return { campaignId, handle }
}

/** Rows as they stand, in the order of the list. */
export const rowsOf = (db: Database, campaignId: string) =>
  db
    .selectFrom('campaign_rows')
    .innerJoin('campaigns', 'campaigns.id', 'campaign_rows.campaign')
    .select(['line', 'campaign_rows.state', 'why', 'outcome', 'attempts', 'outbound_id'])
    .where('campaign_id', '=', campaignId)
    .orderBy('line')
    .execute()
