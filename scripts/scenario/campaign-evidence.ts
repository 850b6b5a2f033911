/** How a person stands in campaigns, and whether that is as it should be. */
import type { Settings } from '../../config/settings.ts'
import type { Database } from '../../db/database.ts'
import { phoneHash } from '../../db/encryption.ts'
import type { CampaignCondition } from './campaign-schema.ts'

export interface CampaignRowEvidence {
  readonly name: string
  readonly campaignId: string
  readonly state: string
  readonly hasIssue: boolean
  readonly row: string
  readonly why: string | null
  readonly outcome: string | null
  readonly attempts: number
}

/** Rows with this number, those of the oldest campaign first. */
export async function campaignRowsOf(
  { database, settings }: { readonly database: Database; readonly settings: Pick<Settings, 'dataKey'> },
  number: string,
): Promise<CampaignRowEvidence[]> {
  const rows = await database
    .selectFrom('campaign_rows as r')
    .innerJoin('campaigns as c', 'c.id', 'r.campaign')
    .select(['c.name', 'c.campaign_id', 'c.state', 'c.issue'])
    .select(['r.state as row', 'r.why', 'r.outcome', 'r.attempts'])
    .where('r.callee_hash', '=', phoneHash(number, settings.dataKey))
    .orderBy('c.id')
    .execute()
  return rows.map(({ campaign_id, issue, ...row }) => ({
    ...row,
    campaignId: campaign_id,
    hasIssue: issue !== null,
  }))
}

/** What is to be compared, by the names of the condition. */
function standing(
  wanted: CampaignCondition,
  rows: readonly CampaignRowEvidence[],
  requests: number,
): Readonly<Record<string, unknown>> {
  const row = rows.findLast(({ name }) => wanted.name === undefined || name === wanted.name)
  return {
    name: row?.name,
    state: row?.state,
    has_issue: row?.hasIssue,
    row: row?.row,
    why: row?.why,
    outcome: row?.outcome,
    attempts: row?.attempts,
    requests,
  }
}

export interface CampaignDifference {
  readonly what: string
  readonly expected: unknown
  readonly actual: unknown
}

/** Each thing that is wanted, with what is there. @param requests for calls to them. */
export function compareCampaign(
  wanted: CampaignCondition,
  rows: readonly CampaignRowEvidence[],
  requests: number,
): CampaignDifference[] {
  const actual = standing(wanted, rows, requests)
  return Object.entries(wanted).map(([what, expected]) => ({ what, expected, actual: actual[what] }))
}
