/** The window over a campaign's rows: the next ones are claimed, and come back when their call is over. */
import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { isOpen } from '../../domain/calling-hours.ts'
import {
  type CampaignKind,
  type CampaignPlan,
  type CampaignState,
  callerOf,
  type RecentCalls,
} from '../../domain/campaign.ts'
import { judgeCall, type Verdict } from '../../domain/campaign-law.ts'
import { fillRow } from '../../domain/campaign-template.ts'
import { type CampaignId, makeOutboundId, type OutboundId } from '../../domain/ids.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import { newProgress } from '../../domain/outbound-request.ts'
import { type TaskState, taskToGoOn } from '../../domain/question-answers.ts'
import type { Database, DatabaseTransaction } from '../database.ts'
import { type DataKeys, decryptText } from '../encryption.ts'
import { readStandings } from './consents.ts'
import { insertOutbound } from './outbound-requests.ts'

const DAY_MS = 86_400_000
/** Rows that are judged at a time: most may be called. */
const LEAST_CANDIDATES = 20
/** A number that is being called for somebody else is tried again. */
const NUMBER_BUSY_MS = 60_000

export interface CampaignFacts {
  readonly row: number
  readonly campaignId: CampaignId
  readonly kind: CampaignKind
  readonly state: CampaignState
  readonly plan: CampaignPlan
  readonly zones: readonly string[]
}

/** @throws where there is no such campaign. */
export async function readCampaignFacts(db: Database, campaignId: CampaignId): Promise<CampaignFacts> {
  const row = await db
    .selectFrom('campaigns')
    .select(['id', 'kind', 'state', 'plan', 'zones'])
    .where('campaign_id', '=', campaignId)
    .executeTakeFirstOrThrow()
  return {
    row: row.id,
    campaignId,
    kind: row.kind as CampaignKind,
    state: row.state as CampaignState,
    plan: row.plan as unknown as CampaignPlan,
    zones: row.zones,
  }
}

export interface ClaimInput {
  readonly campaign: CampaignFacts
  /** So many calls may begin. */
  readonly wanted: number
  readonly nowMs: number
}

export interface Claimed {
  /** Requests that are written down and wait for their workflow. */
  readonly outboundIds: readonly OutboundId[]
  /** Rows that were looked at: 0 when none is due. */
  readonly judged: number
}

/**
 * Takes the next rows that may be called and writes a request for each, in one transaction: a row that is claimed has
 * its request, whoever dies afterwards. What may not be called says why, or waits for its hour.
 */
export async function claimRows(db: Database, keys: DataKeys, input: ClaimInput): Promise<Claimed> {
  const { campaign, wanted, nowMs } = input
  const { plan, kind, zones } = campaign
  const open = zones.filter((zone) => isOpen(nowMs, plan.hours, zone))
  if (open.length === 0 || wanted < 1) return { outboundIds: [], judged: 0 }
  return await db.transaction().execute(async (trx) => {
    const rows = await trx
      .selectFrom('campaign_rows')
      .select(['id', 'line', 'callee_number', 'callee_hash', 'zone', 'variables', 'attempts', 'outbound_id'])
      .where('campaign', '=', campaign.row)
      .where('state', '=', 'waiting')
      .where('due_at', '<=', new Date(nowMs))
      .where('zone', 'in', open)
      .orderBy('due_at')
      .orderBy('id')
      .limit(Math.max(wanted, LEAST_CANDIDATES))
      .forUpdate()
      .skipLocked()
      .execute()
    const since = new Date(nowMs - plan.frequency.days * DAY_MS)
    const standings = await readStandings(
      trx,
      rows.map(({ callee_hash }) => callee_hash),
      since,
    )
    const outboundIds: OutboundId[] = []
    let judged = 0
    for (const row of rows) {
      if (outboundIds.length >= wanted) break
      judged++
      const standing = standings.get(row.callee_hash)
      if (standing === undefined) continue
      const { hours, frequency } = plan
      const verdict = judgeCall({ kind, hours, frequency, zone: row.zone, standing, nowMs })
      if (verdict.do === 'call') {
        const outboundId = await requestCall(trx, keys, { campaign, row, verdict, nowMs })
        if (outboundId !== null) outboundIds.push(outboundId)
      } else await setAside(trx, row, verdict, nowMs)
    }
    return { outboundIds, judged }
  })
}

interface ClaimedRow {
  readonly id: number
  readonly line: number
  readonly callee_number: string
  readonly variables: string
  readonly attempts: number
  readonly outbound_id: string | null
}

/** @returns null where the number is called for another request just now. */
async function requestCall(
  trx: DatabaseTransaction,
  keys: DataKeys,
  call: {
    readonly campaign: CampaignFacts
    readonly row: ClaimedRow
    readonly verdict: Extract<Verdict, { do: 'call' }>
    readonly nowMs: number
  },
): Promise<OutboundId | null> {
  const { campaign, row, verdict, nowMs } = call
  const { campaignId, kind, plan } = campaign
  const outboundId = await freeOutboundId(trx)
  const variables = JSON.parse(decryptText(row.variables, keys)) as Readonly<Record<string, string>>
  const { purpose, questions } = fillRow(plan, variables)
  const known = row.outbound_id === null ? null : await knownOf(trx, keys, row.outbound_id, questions)
  const isTaken = await insertOutbound(trx, keys, {
    request: {
      callerNumber: callerOf(plan, row.line + row.attempts),
      calleeNumber: decryptText(row.callee_number, keys),
      callerDisplayName: plan.callerDisplayName,
      purpose,
      questions,
      maxDuration: plan.maxDuration,
      priority: plan.priority,
      scheduledAt: null,
      // The campaign calls again by itself, within its hours.
      retryOnNoAnswer: false,
      maxRetries: 0,
      metadata: { campaign_id: campaignId, campaign_kind: kind, line: row.line },
    },
    progress: newProgress(outboundId),
    requestedBy: campaignId,
    createdAt: koreanIso(nowMs),
    dialUntil: koreanIso(verdict.untilMs),
    ...(known === null ? {} : { known }),
  })
  if (!isTaken) {
    await trx
      .updateTable('campaign_rows')
      .set({ due_at: new Date(nowMs + NUMBER_BUSY_MS), why: 'number_busy' })
      .where('id', '=', row.id)
      .execute()
    return null
  }
  await trx
    .updateTable('campaign_rows')
    .set({
      state: 'calling',
      why: null,
      outbound_id: outboundId,
      attempts: row.attempts + 1,
      claimed_at: new Date(nowMs),
    })
    .where('id', '=', row.id)
    .execute()
  return outboundId
}

/** What the row's last call found out before it broke off. */
async function knownOf(
  trx: DatabaseTransaction,
  keys: DataKeys,
  outboundId: string,
  questions: readonly string[],
): Promise<TaskState | null> {
  const last = await trx
    .selectFrom('outbound_requests')
    .select('task')
    .where('outbound_id', '=', outboundId)
    .executeTakeFirst()
  if (last === undefined) return null
  return taskToGoOn(JSON.parse(decryptText(last.task, keys)) as TaskState, questions)
}

async function freeOutboundId(trx: DatabaseTransaction): Promise<OutboundId> {
  for (;;) {
    const outboundId = makeOutboundId(randomBytes(4).toString('hex'))
    const taken = await trx
      .selectFrom('outbound_requests')
      .select('id')
      .where('outbound_id', '=', outboundId)
      .executeTakeFirst()
    if (taken === undefined) return outboundId
  }
}

async function setAside(
  trx: DatabaseTransaction,
  row: ClaimedRow,
  verdict: Exclude<Verdict, { do: 'call' }>,
  nowMs: number,
): Promise<void> {
  const set =
    verdict.do === 'wait'
      ? { due_at: new Date(verdict.untilMs), why: verdict.why }
      : // Who was called before is not called again; who wasn't is never called.
        {
          state: row.attempts > 0 ? 'done' : 'not_called',
          why: verdict.why,
          ended_at: new Date(nowMs),
        }
  await trx.updateTable('campaign_rows').set(set).where('id', '=', row.id).execute()
}

/** Requests of a campaign that are written down but have not begun: their worker died in between. */
export async function unbegunCalls(db: Database, campaign: CampaignFacts): Promise<OutboundId[]> {
  const rows = await db
    .selectFrom('campaign_rows')
    .innerJoin('outbound_requests', 'outbound_requests.outbound_id', 'campaign_rows.outbound_id')
    .select('outbound_requests.outbound_id')
    .where('campaign_rows.campaign', '=', campaign.row)
    .where('campaign_rows.state', '=', 'calling')
    .where('outbound_requests.begun', '=', false)
    .execute()
  return rows.map(({ outbound_id }) => outbound_id as OutboundId)
}

/** How the window stands. */
export interface WindowState {
  /** Calls that are not over. */
  readonly calling: number
  readonly waiting: boolean
  /** When the next waiting row may be due, as far as the table knows; null: none waits. ms. */
  readonly nextDueMs: number | null
}

export async function readWindow(db: Database, campaign: CampaignFacts): Promise<WindowState> {
  const [calling, due] = await Promise.all([
    db
      .selectFrom('campaign_rows')
      .select(sql<number>`count(*)::int`.as('count'))
      .where('campaign', '=', campaign.row)
      .where('state', '=', 'calling')
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('campaign_rows')
      .select(
        sql<number | null>`(extract(epoch from greatest(due_at, 'epoch'::timestamptz)) * 1000)::float8`.as(
          'at',
        ),
      )
      .where('campaign', '=', campaign.row)
      .where('state', '=', 'waiting')
      .orderBy('due_at')
      .limit(1)
      .executeTakeFirst(),
  ])
  const nextDueMs = due === undefined ? null : (due.at ?? 0)
  return { calling: calling.count, waiting: due !== undefined, nextDueMs }
}

/** @param sinceMs from which calls count for the breaker. */
export async function readRecentCalls(
  db: Database,
  campaign: CampaignFacts,
  sinceMs: number,
): Promise<RecentCalls> {
  return await db
    .selectFrom('campaign_rows')
    .select([
      sql<number>`count(*)::int`.as('ended'),
      sql<number>`count(*) filter (where outcome = 'failed')::int`.as('failed'),
    ])
    .where('campaign', '=', campaign.row)
    .where('ended_at', '>=', new Date(sinceMs))
    .where('outcome', 'is not', null)
    .executeTakeFirstOrThrow()
}

/** No call lasts as long, with the wait for a channel. */
const LOST_AFTER_MS = 15 * 60_000
const LOST_BATCH = 20

/** Calls that began so long ago that they may be over without anybody having told, the oldest first. */
export async function readLostCalls(
  db: Database,
  campaign: CampaignFacts,
  nowMs: number,
): Promise<OutboundId[]> {
  const rows = await db
    .selectFrom('campaign_rows')
    .select('outbound_id')
    .where('campaign', '=', campaign.row)
    .where('state', '=', 'calling')
    .where('claimed_at', '<', new Date(nowMs - LOST_AFTER_MS))
    .orderBy('claimed_at')
    .limit(LOST_BATCH)
    .execute()
  return rows.flatMap(({ outbound_id }) => (outbound_id === null ? [] : [outbound_id as OutboundId]))
}
