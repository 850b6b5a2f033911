/** The people of a campaign's list: added, skipped, looked at, counted. */
import { sql } from 'kysely'
import type { RowState } from '../../domain/campaign.ts'
import type { CampaignId } from '../../domain/ids.ts'
import type { Database } from '../database.ts'
import { type DataKeys, encryptText, phoneHash } from '../encryption.ts'
import { notifyScreens } from './notify.ts'

export interface NewCampaignRow {
  /** Of the file. */
  readonly line: number
  /** National digits. */
  readonly phone: string
  /** IANA name. */
  readonly zone: string
  readonly variables: Readonly<Record<string, string>>
}

export interface AddedRows {
  readonly added: number
  /** Lines whose number the campaign has already. */
  readonly duplicates: readonly number[]
}

const CHUNK = 1_000

/** Adds people, all or none; a number that the campaign has already is left out. */
export async function addCampaignRows(
  db: Database,
  keys: DataKeys,
  campaignId: CampaignId,
  rows: readonly NewCampaignRow[],
): Promise<AddedRows> {
  return await db.transaction().execute(async (trx) => {
    const campaign = await trx
      .selectFrom('campaigns')
      .select(['id', 'zones'])
      .where('campaign_id', '=', campaignId)
      .forUpdate()
      .executeTakeFirstOrThrow()
    const duplicates: number[] = []
    for (let from = 0; from < rows.length; from += CHUNK) {
      const chunk = rows.slice(from, from + CHUNK)
      const inserted = await trx
        .insertInto('campaign_rows')
        .values(
          chunk.map(({ line, phone, zone, variables }) => ({
            campaign: campaign.id,
            line,
            callee_number: encryptText(phone, keys),
            callee_hash: phoneHash(phone, keys),
            callee_tail: phone.slice(-4),
            zone,
            variables: encryptText(JSON.stringify(variables), keys),
          })),
        )
        .onConflict((conflict) => conflict.columns(['campaign', 'callee_hash']).doNothing())
        .returning('line')
        .execute()
      const added = new Set(inserted.map(({ line }) => line))
      duplicates.push(...chunk.map(({ line }) => line).filter((line) => !added.has(line)))
    }
    const zones = [...new Set([...campaign.zones, ...rows.map(({ zone }) => zone)])]
    await trx.updateTable('campaigns').set({ zones }).where('id', '=', campaign.id).execute()
    await notifyScreens(trx, { type: 'campaign_changed', campaign_id: campaignId })
    return { added: rows.length - duplicates.length, duplicates }
  })
}

/** @returns false where the row does not wait. */
export async function skipCampaignRow(db: Database, campaignId: CampaignId, row: number): Promise<boolean> {
  const skipped = await db
    .updateTable('campaign_rows')
    .from('campaigns')
    .set((is) => ({
      state: is.case().when('campaign_rows.attempts', '>', 0).then('done').else('not_called').end(),
      why: 'skipped',
      ended_at: new Date(),
    }))
    .whereRef('campaigns.id', '=', 'campaign_rows.campaign')
    .where('campaigns.campaign_id', '=', campaignId)
    .where('campaign_rows.id', '=', row)
    .where('campaign_rows.state', '=', 'waiting')
    .returning('campaign_rows.id')
    .executeTakeFirst()
  if (skipped !== undefined) await notifyScreens(db, { type: 'campaign_changed', campaign_id: campaignId })
  return skipped !== undefined
}

/** How many rows stand how. */
export interface RowCount {
  readonly state: RowState
  readonly outcome: string | null
  readonly why: string | null
  readonly count: number
}

/** @param campaigns `campaigns.id`. @returns by campaign. */
export async function countCampaignRows(
  db: Database,
  campaigns: readonly number[],
): Promise<ReadonlyMap<number, readonly RowCount[]>> {
  const counts = new Map<number, RowCount[]>(campaigns.map((id) => [id, []]))
  if (campaigns.length === 0) return counts
  const rows = await db
    .selectFrom('campaign_rows')
    .select(['campaign', 'state', 'outcome', 'why', sql<number>`count(*)::int`.as('count')])
    .where('campaign', 'in', campaigns)
    .groupBy(['campaign', 'state', 'outcome', 'why'])
    .execute()
  for (const { campaign, state, ...row } of rows)
    counts.get(campaign)?.push({ ...row, state: state as RowState })
  return counts
}
