/** A campaign in a server that skips time; the slices of its list are scripted. */
import { randomBytes } from 'node:crypto'
import { Context } from '@temporalio/activity'
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker'
import type { CampaignActivities, DialRowsInput, DialRowsResult } from '../../activities/campaign-types.ts'
import type { CampaignSpeed, CampaignState } from '../../domain/campaign.ts'
import { campaignWorkflowId, makeCampaignId } from '../../domain/ids.ts'
import { bundleWorkflows } from '../../temporal/bundle.ts'
import { newCampaignAttributes } from '../../temporal/search-attributes.ts'
import type { campaign } from '../../workflows/campaign.ts'
import { CAMPAIGN_WORKFLOW, type CampaignInput } from '../../workflows/campaign-messages.ts'
import { settledBut } from '../support/workflow-rest.ts'
import { expectToReplay } from './replayed.ts'

const BEAT_MS = 200
export const SPEED: CampaignSpeed = { windowSize: 5, callsPerSecond: 2 }

/** `stays`: calls go on until somebody changes something. */
export type Slice = Partial<DialRowsResult> | 'stays' | ((nowMs: number) => Partial<DialRowsResult>)
export const EMPTY: Slice = { isEmpty: true }

type Snapshot = Parameters<CampaignActivities['recordCampaign']>[0]
type Handle = WorkflowHandleWithFirstExecutionRunId<typeof campaign>

/** Everything that the campaign asked of the world. */
export class ScriptedCampaign {
  readonly slices: DialRowsInput[] = []
  readonly sliceTimesMs: number[] = []
  readonly snapshots: Snapshot[] = []
  readonly told: Parameters<CampaignActivities['tellOfCampaignIssue']>[0][] = []
  readonly #env: TestWorkflowEnvironment
  readonly #script: readonly Slice[]
  readonly #watchers = new Set<() => void>()

  constructor(env: TestWorkflowEnvironment, script: readonly Slice[]) {
    this.#env = env
    this.#script = script
  }

  /** In the order in which the row had them, each once. */
  get states(): CampaignState[] {
    const states = this.snapshots.map(({ state }) => state)
    return states.filter((state, index) => state !== states[index - 1])
  }

  /** Resolves once it is so; never by time. */
  async reaches(isReached: (world: ScriptedCampaign) => boolean): Promise<void> {
    while (!isReached(this))
      await new Promise<void>((resolve) => {
        this.#watchers.add(resolve)
      })
  }

  activities(): CampaignActivities {
    return {
      dialRows: async (input) => {
        const slice = this.#script[this.slices.length] ?? EMPTY
        this.slices.push(input)
        const nowMs = await this.#env.currentTimeMs()
        this.sliceTimesMs.push(nowMs)
        this.#tellWatchers()
        if (slice === 'stays') return await staysUntilCancelled()
        const more = typeof slice === 'function' ? slice(nowMs) : slice
        return { started: 0, isEmpty: false, nextAt: null, tripped: null, ...more }
      },
      recordCampaign: async (snapshot) => {
        this.snapshots.push(snapshot)
        this.#tellWatchers()
      },
      tellOfCampaignIssue: async (input) => {
        this.told.push(input)
        this.#tellWatchers()
      },
    }
  }

  #tellWatchers(): void {
    for (const watcher of this.#watchers) watcher()
    this.#watchers.clear()
  }
}

async function staysUntilCancelled(): Promise<never> {
  const beat = setInterval(() => Context.current().heartbeat(), BEAT_MS)
  try {
    return await Context.current().cancelled
  } finally {
    clearInterval(beat)
  }
}

let bundle: Promise<WorkflowBundleWithSourceMap> | undefined

/** Plays a campaign to its end, and replays it. @param act what people do meanwhile. */
export async function playCampaign(
  env: TestWorkflowEnvironment,
  script: readonly Slice[],
  act: (run: {
    readonly world: ScriptedCampaign
    readonly handle: Handle
  }) => Promise<unknown> = async () => {},
  input: Partial<CampaignInput> = {},
) {
  bundle ??= bundleWorkflows()
  const workflowBundle = await bundle
  const world = new ScriptedCampaign(env, script)
  const taskQueue = `campaign-${randomBytes(6).toString('hex')}`
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue,
    workflowBundle,
    activities: world.activities(),
    maxHeartbeatThrottleInterval: BEAT_MS,
    shutdownForceTime: '2s',
  })
  return await worker.runUntil(async () => {
    const campaignId = makeCampaignId(randomBytes(4).toString('hex'))
    const workflowId = campaignWorkflowId(campaignId)
    const handle = await env.client.workflow.start<typeof campaign>(CAMPAIGN_WORKFLOW, {
      workflowId,
      taskQueue,
      typedSearchAttributes: newCampaignAttributes(campaignId),
      args: [{ campaignId, speed: SPEED, sliceMs: 60_000, ...input }],
    })
    await act({ world, handle })
    const state = await handle.result()
    await expectToReplay(env, workflowId, workflowBundle)
    return { world, state, workflowId }
  })
}

/** A slice of scripted calls may be under way; nothing else is. */
export async function atRest(handle: Handle): Promise<void> {
  await settledBut(handle, ['dialRows'])
}
