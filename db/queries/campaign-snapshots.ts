/** The rows of campaigns: made once, brought up to date by their workflow, forgotten with their lists. */

import type {
  CampaignIssue,
  CampaignKind,
  CampaignPlan,
  CampaignSpeed,
  CampaignState,
} from '../../domain/campaign.ts'
import { type CampaignId, campaignWorkflowId } from '../../domain/ids.ts'
import type { WebhookKind } from '../../domain/result-webhook.ts'
import type { Database } from '../database.ts'
import { notifyScreens } from './notify.ts'
import { noteWebhook } from './webhook-deliveries.ts'

export interface NewCampaign {
  readonly campaignId: CampaignId
  readonly name: string
  readonly kind: CampaignKind
  readonly plan: CampaignPlan
  readonly speed: CampaignSpeed
  readonly requestedBy: string
  /** ISO 8601. */
  readonly createdAt: string
}

/** @returns false where the id is taken. */
export async function insertCampaign(db: Database, fresh: NewCampaign): Promise<boolean> {
  const { campaignId, name, kind, plan, speed, requestedBy, createdAt } = fresh
  const inserted = await db
    .insertInto('campaigns')
    .values({
      campaign_id: campaignId,
      workflow_id: campaignWorkflowId(campaignId),
      name,
      kind,
      plan: JSON.stringify(plan),
      window_size: speed.windowSize,
      calls_per_second: speed.callsPerSecond,
      requested_by: requestedBy,
      created_at: createdAt,
    })
    .onConflict((conflict) => conflict.column('campaign_id').doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

/** What may be changed of a campaign that was never started. */
export type CampaignDraft = Pick<NewCampaign, 'name' | 'kind' | 'plan' | 'speed'>

/** @returns false where it was started meanwhile. */
export async function changeDraft(
  db: Database,
  campaignId: CampaignId,
  draft: CampaignDraft,
): Promise<boolean> {
  const { name, kind, plan, speed } = draft
  const changed = await db
    .updateTable('campaigns')
    .set({
      name,
      kind,
      plan: JSON.stringify(plan),
      window_size: speed.windowSize,
      calls_per_second: speed.callsPerSecond,
    })
    .where('campaign_id', '=', campaignId)
    .where('state', '=', 'draft')
    .where('started_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  if (changed !== undefined) await notifyScreens(db, { type: 'campaign_changed', campaign_id: campaignId })
  return changed !== undefined
}

/** With its list. @returns false where it was started meanwhile. */
export async function deleteDraft(db: Database, campaignId: CampaignId): Promise<boolean> {
  const deleted = await db
    .deleteFrom('campaigns')
    .where('campaign_id', '=', campaignId)
    .where('state', '=', 'draft')
    .where('started_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  if (deleted !== undefined) await notifyScreens(db, { type: 'campaign_changed', campaign_id: campaignId })
  return deleted !== undefined
}

/**
 * From here on nobody changes or deletes it: its workflow is about to begin. It stays so where that failed, since the
 * engine may have begun it without our hearing of it; it may be started again, which begins nothing twice.
 * @returns false where it is no draft any more.
 */
export async function markStarting(db: Database, campaignId: CampaignId, at: Date): Promise<boolean> {
  const marked = await db
    .updateTable('campaigns')
    .set({ started_at: at })
    .where('campaign_id', '=', campaignId)
    .where('state', '=', 'draft')
    .returning('id')
    .executeTakeFirst()
  return marked !== undefined
}

/** How a campaign stands, for its row; older ones than the row's are ignored. */
export interface CampaignSnapshot {
  readonly campaignId: CampaignId
  /** Grows with each snapshot. */
  readonly version: number
  readonly state: CampaignState
  readonly speed: CampaignSpeed
  readonly issue: CampaignIssue | null
  /** ISO 8601. */
  readonly at: string
}

/**
 * Repeating it, or an older one after a newer one, changes nothing. A campaign that ends leaves no row waiting.
 * @param isTold whether another program hears of its end; noted in the same transaction, so that it is never forgotten.
 */
export async function recordCampaign(
  db: Database,
  snapshot: CampaignSnapshot,
  isTold: boolean,
): Promise<void> {
  const { campaignId, version, state, speed, issue, at } = snapshot
  const isOver = state === 'done' || state === 'stopped'
  await db.transaction().execute(async (trx) => {
    const before = await trx
      .selectFrom('campaigns')
      .select('issue')
      .where('campaign_id', '=', campaignId)
      .forNoKeyUpdate()
      .executeTakeFirst()
    const changed = await trx
      .updateTable('campaigns')
      .set((is) => ({
        version,
        state,
        window_size: speed.windowSize,
        calls_per_second: speed.callsPerSecond,
        issue: issue === null ? null : JSON.stringify(issue),
        started_at: is.fn.coalesce('started_at', is.val(new Date(at))),
        ended_at: isOver ? at : null,
      }))
      .where('campaign_id', '=', campaignId)
      .where('version', '<', version)
      .returning('id')
      .executeTakeFirst()
    if (changed === undefined) return
    if (state === 'stopped')
      await trx
        .updateTable('campaign_rows')
        .set({ state: 'not_called', why: 'campaign_stopped', ended_at: at })
        .where('campaign', '=', changed.id)
        .where('state', '=', 'waiting')
        .execute()
    const kind = newsOf(snapshot, (before?.issue ?? null) as CampaignIssue | null)
    if (isTold && kind !== null)
      await noteWebhook(trx, { kind, subjectId: campaignId, subjectVersion: version, at: new Date() })
    await notifyScreens(trx, { type: 'campaign_changed', campaign_id: campaignId })
  })
}

/** What another program is told; null: nothing. @param before the row's issue until now: nobody hears of one twice. */
function newsOf(
  { state, issue }: Pick<CampaignSnapshot, 'state' | 'issue'>,
  before: CampaignIssue | null,
): WebhookKind | null {
  if (state === 'done') return 'campaign_completed'
  if (state === 'stopped') return 'campaign_stopped'
  return state === 'paused' && issue !== null && issue.at !== before?.at ? 'campaign_paused' : null
}
