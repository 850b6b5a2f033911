/** Reads campaigns and their rows. */
import { type SqlBool, sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import type { RowState } from '../../domain/campaign.ts'

const campaignRows = (database: Database) => database.selectFrom('campaigns').selectAll()
const readOne = (database: Database) => campaignRows(database).executeTakeFirstOrThrow()
export type CampaignRecord = Awaited<ReturnType<typeof readOne>>

/** More of them is a job for a search. */
const MOST = 200

/** The newest first. */
export const listCampaigns = (database: Database): Promise<CampaignRecord[]> =>
  campaignRows(database).orderBy('created_at', 'desc').orderBy('id', 'desc').limit(MOST).execute()

export const findCampaign = (database: Database, campaignId: string): Promise<CampaignRecord | undefined> =>
  campaignRows(database).where('campaign_id', '=', campaignId).executeTakeFirst()

/** In the order in which they were added. @param after `campaign_rows.id` of the last one of the page before. */
export function listRows(
  database: Database,
  page: {
    readonly campaign: number
    readonly state?: RowState | undefined
    readonly after: number
    readonly limit: number
  },
) {
  let query = database
    .selectFrom('campaign_rows')
    .selectAll()
    .where('campaign', '=', page.campaign)
    .where('id', '>', page.after)
  if (page.state !== undefined) query = query.where('state', '=', page.state)
  return query.orderBy('id').limit(page.limit).execute()
}
export type CampaignRowRecord = Awaited<ReturnType<typeof listRows>>[number]

/** Rows with the last call of each, page by page. */
export function listResults(
  database: Database,
  page: { readonly campaign: number; readonly after: number; readonly limit: number },
) {
  return database
    .selectFrom('campaign_rows as r')
    .leftJoin('outbound_requests as o', 'o.outbound_id', 'r.outbound_id')
    .select([
      'r.id',
      'r.line',
      'r.callee_number',
      'r.state',
      'r.why',
      'r.outcome',
      'r.attempts',
      'r.variables',
    ])
    .select(['r.outbound_id', 'o.started_at', 'o.answered_at', 'o.completed_at', 'o.failure_reason'])
    .select(['o.task', 'o.summary'])
    .where('r.campaign', '=', page.campaign)
    .where('r.id', '>', page.after)
    .orderBy('r.id')
    .limit(page.limit)
    .execute()
}
export type CampaignResult = Awaited<ReturnType<typeof listResults>>[number]

/** Seconds from the claim of a row to its end, of the newest ones; null: none has ended. */
export async function meanCallSeconds(database: Database, campaign: number): Promise<number | null> {
  const { mean } = await database
    .selectFrom((from) =>
      from
        .selectFrom('campaign_rows')
        .select(['claimed_at', 'ended_at'])
        .where('campaign', '=', campaign)
        .where('ended_at', 'is not', null)
        .where('outcome', 'is not', null)
        .where(sql<SqlBool>`ended_at >= claimed_at`)
        .orderBy('ended_at', 'desc')
        .limit(500)
        .as('newest'),
    )
    .select(sql<number | null>`extract(epoch from avg(ended_at - claimed_at))::float8`.as('mean'))
    .executeTakeFirstOrThrow()
  return mean
}

/** What its calls took of the services that we pay for, those that were made again too. Won, not rounded. */
export async function campaignCostWon(database: Database, campaignId: string): Promise<number> {
  const { cost } = await database
    .selectFrom('outbound_requests')
    .innerJoin('call_usage', 'call_usage.call_id', 'outbound_requests.call_id')
    .select(sql<number>`coalesce(sum(call_usage.cost_won), 0)::float8`.as('cost'))
    .where('outbound_requests.requested_by', '=', campaignId)
    .executeTakeFirstOrThrow()
  return cost
}
