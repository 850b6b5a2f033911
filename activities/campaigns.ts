/** The work of campaigns: lets calls begin at their pace, and does at once what people ask for who want none. */
import { Context } from '@temporalio/activity'
import { type Client, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client'
import type { Settings } from '../config/settings.ts'
import type { Database } from '../db/database.ts'
import {
  type CampaignFacts,
  claimRows,
  readCampaignFacts,
  readLostCalls,
  readRecentCalls,
  readWindow,
  unbegunCalls,
} from '../db/queries/campaign-calls.ts'
import { recordCampaign } from '../db/queries/campaign-snapshots.ts'
import { optOut } from '../db/queries/do-not-call.ts'
import { notifyScreens } from '../db/queries/notify.ts'
import { loseOutbound, readOutboundStart } from '../db/queries/outbound-starts.ts'
import { CallPacer } from '../domain/call-pacer.ts'
import { isOpen, nextOpening } from '../domain/calling-hours.ts'
import { isTripped, type RecentCalls } from '../domain/campaign.ts'
import {
  type CampaignId,
  campaignWorkflowId,
  makeOutboundId,
  type OutboundId,
  outboundRequestWorkflowId,
} from '../domain/ids.ts'
import { koreanIso } from '../domain/korean-time.ts'
import { campaignAlarmText } from '../domain/owner-texts.ts'
import { TASK_QUEUES } from '../temporal/task-queues.ts'
import { rowsChanged } from '../workflows/campaign-messages.ts'
import { cancelOutbound } from '../workflows/outbound-request-messages.ts'
import type {
  CampaignActivities,
  DialRowsInput,
  DialRowsResult,
  OptOutActivities,
  OptOutCalleeInput,
} from './campaign-types.ts'
import { startOutboundRequest } from './outbound-client.ts'
import { outboundPolicyOf } from './outbound-start.ts'
import type { TextOwner } from './owner-texts.ts'

export interface CampaignDependencies {
  readonly db: Database
  readonly settings: Pick<Settings, 'dataKey' | 'outbound' | 'company' | 'publicUrl'>
  readonly client: Client
  readonly textOwner: TextOwner
  /** Queue of the workflows of calls; another one only in tests. */
  readonly taskQueue?: string
}

/** Without anything to begin, the window is looked at so often. */
const LOOK_MS = 500
/** A faster pace is kept by beginning several calls at a time. */
const SHORTEST_ROUND_MS = 50
/** The screens hear of calls that began so often. */
const TELL_EVERY_MS = 1_000
/** How calls ended lately is asked so often: at full speed that is a count of thousands. */
const BREAKER_EVERY_MS = 250
/** Calls that last longer than any may are asked after. */
const LOST_EVERY_MS = 30_000
/** Somebody else's claim is looked at again. */
const NOTHING_CLAIMED_MS = 250

export function createCampaignActivities(deps: CampaignDependencies): CampaignActivities & OptOutActivities {
  const { db, settings, textOwner } = deps
  const starter = createStarter(deps)

  return {
    async dialRows(input) {
      return await new Slice(deps, starter, input).run()
    },
    recordCampaign: (snapshot) => recordCampaign(db, snapshot, settings.outbound.webhook !== null),
    async tellOfCampaignIssue({ campaignId, issue }) {
      const { name } = await db
        .selectFrom('campaigns')
        .select('name')
        .where('campaign_id', '=', campaignId)
        .executeTakeFirstOrThrow()
      const body = campaignAlarmText(
        settings.company.name,
        { name, failed: issue.failed, ended: issue.ended },
        `${settings.publicUrl}/campaigns/${campaignId}`,
      )
      const key = `${campaignId}:${issue.at}`
      await textOwner({ key, kind: 'campaign_alarm', subject: '대량 발신 중단', body })
    },
    optOutCallee: ({ outboundId, calleeNumber, by }: OptOutCalleeInput) =>
      optOutNumber(deps, { phone: calleeNumber, source: by, outboundId, recordedBy: outboundId }),
  }
}

/** Starts the workflow of a request that a campaign has written down. */
type Starter = (outboundId: OutboundId) => Promise<void>

function createStarter({ db, settings, client, taskQueue }: CampaignDependencies): Starter {
  return async function start(outboundId) {
    const row = await readOutboundStart(db, settings.dataKey, outboundId)
    const { request, createdAt, dialUntil, requestedBy, known } = row
    await startOutboundRequest(
      client,
      {
        outboundId,
        request,
        policy: outboundPolicyOf(settings.outbound, request.metadata),
        companyName: settings.company.name,
        requestedBy,
        createdAt,
        takesOptOut: true,
        ...(dialUntil === null ? {} : { dialUntil }),
        ...(known === null ? {} : { known }),
      },
      taskQueue ?? TASK_QUEUES.business,
    )
  }
}

/**
 * Nobody calls this number any more: it is listed, and calls that wait for it are called off.
 * @param wish.outboundId the call in which they said so goes on to its goodbye.
 */
export async function optOutNumber(
  {
    db,
    settings,
    client,
  }: Pick<CampaignDependencies, 'db' | 'client'> & {
    readonly settings: Pick<Settings, 'dataKey'>
  },
  wish: Parameters<typeof optOut>[2],
): Promise<void> {
  const { campaignIds, openOutboundIds } = await optOut(db, settings.dataKey, wish)
  for (const outboundId of openOutboundIds) {
    const handle = client.workflow.getHandle(
      outboundRequestWorkflowId(makeOutboundId(outboundId.slice('ob-'.length))),
    )
    try {
      await handle.executeUpdate(cancelOutbound, { args: [{ reason: 'opt_out' }] })
    } catch (error) {
      // It is over, or about to be.
      if (!(error instanceof WorkflowNotFoundError || error instanceof WorkflowUpdateFailedError)) throw error
    }
  }
  for (const campaignId of campaignIds) {
    await client.workflow
      .getHandle(campaignWorkflowId(campaignId as CampaignId))
      .signal(rowsChanged)
      .catch((error: unknown) => {
        if (!(error instanceof WorkflowNotFoundError)) throw error
      })
    await notifyScreens(db, { type: 'campaign_changed', campaign_id: campaignId as CampaignId })
  }
}

/** One slice of a campaign's time. */
class Slice {
  readonly #deps: CampaignDependencies
  readonly #start: Starter
  readonly #input: DialRowsInput
  #started = 0
  #toldAtMs = 0
  #lostAtMs = 0

  constructor(deps: CampaignDependencies, start: Starter, input: DialRowsInput) {
    this.#deps = deps
    this.#start = start
    this.#input = input
  }

  async run(): Promise<DialRowsResult> {
    const { db } = this.#deps
    const { campaignId, speed, forMs, resumedAt } = this.#input
    const context = Context.current()
    const endsAtMs = Date.now() + forMs
    let campaign = await readCampaignFacts(db, campaignId)
    // What the attempt before this one claimed and could not begin.
    for (const outboundId of await unbegunCalls(db, campaign)) await this.#start(outboundId)
    // Where an attempt before this one began calls by that pace, nobody knows how many: they would be made up for.
    const pace = context.info.attempt > 1 ? undefined : this.#input.pace
    const pacer = new CallPacer(speed.callsPerSecond, Date.now(), pace)
    let recent: RecentCalls = { ended: 0, failed: 0 }
    let breakerAtMs = 0
    for (;;) {
      context.heartbeat(this.#started)
      const nowMs = Date.now()
      if (nowMs - breakerAtMs >= BREAKER_EVERY_MS) {
        breakerAtMs = nowMs
        const { breaker } = campaign.plan
        const sinceMs = Math.max(Date.parse(resumedAt), nowMs - breaker.seconds * 1000)
        recent = await readRecentCalls(db, campaign, sinceMs)
        if (isTripped(recent, breaker)) return this.#result({ tripped: recent })
      }
      const window = await readWindow(db, campaign)
      await this.#findLost(campaign, nowMs)
      const isIdle = window.calling === 0 && !window.waiting
      if (isIdle) return this.#result({ isEmpty: true })
      const nextAtMs = nextRowMs(campaign, window.nextDueMs, nowMs)
      if (window.calling === 0 && nextAtMs !== null && nextAtMs > nowMs)
        return this.#result({ nextAt: koreanIso(nextAtMs) })
      const isRunning = campaign.state === 'running'
      const isDue = isRunning && nextAtMs !== null && nextAtMs <= nowMs
      const due = pacer.due(nowMs)
      const free = speed.windowSize - window.calling
      if (!isDue || free < due) pacer.forgive()
      if (nowMs >= endsAtMs) return this.#result({ pace: pacer.pace })
      const room = Math.min(free, due)
      const judged = room > 0 && isDue ? await this.#begin(campaign, pacer, room) : null
      const waitMs = judged === 0 ? NOTHING_CLAIMED_MS : this.#pause(pacer, window.calling, isDue)
      await this.#tell(campaignId)
      await context.sleep(Math.min(waitMs, Math.max(0, endsAtMs - Date.now())))
      // Zones come with rows that are added.
      campaign = await readCampaignFacts(db, campaignId)
    }
  }

  /** @returns how many rows were looked at. */
  async #begin(campaign: CampaignFacts, pacer: CallPacer, wanted: number): Promise<number> {
    const { db, settings } = this.#deps
    const { outboundIds, judged } = await claimRows(db, settings.dataKey, {
      campaign,
      wanted,
      nowMs: Date.now(),
    })
    pacer.took(outboundIds.length)
    this.#started += outboundIds.length
    await Promise.all(outboundIds.map((outboundId) => this.#start(outboundId)))
    return judged
  }

  #pause(pacer: CallPacer, calling: number, isDue: boolean): number {
    if (!isDue || calling >= this.#input.speed.windowSize) return LOOK_MS
    return Math.min(LOOK_MS, Math.max(SHORTEST_ROUND_MS, pacer.nextInMs(Date.now())))
  }

  async #tell(campaignId: CampaignId): Promise<void> {
    if (this.#started === 0 || Date.now() - this.#toldAtMs < TELL_EVERY_MS) return
    this.#toldAtMs = Date.now()
    await notifyScreens(this.#deps.db, { type: 'campaign_changed', campaign_id: campaignId })
  }

  /** A call whose workflow is gone (ended by hand in Temporal's Web UI) would hold its place for ever. */
  async #findLost(campaign: CampaignFacts, nowMs: number): Promise<void> {
    const { db, settings, client } = this.#deps
    if (nowMs - this.#lostAtMs < LOST_EVERY_MS) return
    this.#lostAtMs = nowMs
    for (const outboundId of await readLostCalls(db, campaign, nowMs)) {
      const handle = client.workflow.getHandle(outboundRequestWorkflowId(outboundId))
      const isGone = await handle.describe().then(
        ({ status }) => status.name !== 'RUNNING',
        (error: unknown) => {
          if (error instanceof WorkflowNotFoundError) return true
          throw error
        },
      )
      if (isGone) await loseOutbound(db, settings.dataKey, { outboundId, at: koreanIso(nowMs) })
    }
  }

  #result(more: Partial<DialRowsResult>): DialRowsResult {
    return { started: this.#started, isEmpty: false, nextAt: null, tripped: null, ...more }
  }
}

/** When the next waiting row may be called, as far as is known; null: none waits. */
function nextRowMs({ zones, plan }: CampaignFacts, dueMs: number | null, nowMs: number): number | null {
  if (dueMs === null) return null
  const fromMs = Math.max(dueMs, nowMs)
  if (zones.some((zone) => isOpen(fromMs, plan.hours, zone))) return fromMs
  const openings = zones.map((zone) => nextOpening(fromMs, plan.hours, zone) ?? Number.POSITIVE_INFINITY)
  const opening = Math.min(...openings)
  return Number.isFinite(opening) ? opening : nowMs + LONGEST_CLOSED_MS
}
/** Hours that never open are refused when a campaign is made. */
const LONGEST_CLOSED_MS = 86_400_000
