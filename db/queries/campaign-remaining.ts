/** What is left of campaigns, as their forecast asks. */
import { sql } from 'kysely'
import type { CallsToMake } from '../../domain/campaign-forecast.ts'
import type { Database } from '../database.ts'

/**
 * Calls under way, and those who wait: by zone, and by the hour from which they may be called.
 * @param campaigns `campaigns.id`. @returns by campaign.
 */
export async function readRemaining(
  db: Database,
  campaigns: readonly number[],
  nowMs: number,
): Promise<ReadonlyMap<number, readonly CallsToMake[]>> {
  const remaining = new Map<number, CallsToMake[]>(campaigns.map((id) => [id, []]))
  if (campaigns.length === 0) return remaining
  const isCalled = sql<boolean>`state = 'calling'`
  const hour = sql<Date | null>`case when state = 'waiting' and due_at > ${new Date(nowMs)}
    then date_trunc('hour', due_at) end`
  const rows = await db
    .selectFrom('campaign_rows')
    .select([
      'campaign',
      'zone',
      isCalled.as('is_called'),
      sql<number>`count(*)::int`.as('count'),
      sql<number>`(extract(epoch from max(greatest(due_at, 'epoch'::timestamptz))) * 1000)::float8`.as(
        'due_ms',
      ),
    ])
    .where('campaign', 'in', campaigns)
    .where('state', 'in', ['waiting', 'calling'])
    .groupBy(['campaign', 'zone', isCalled, hour])
    .execute()
  for (const { campaign, zone, is_called, count, due_ms } of rows)
    remaining
      .get(campaign)
      ?.push({ zone: is_called ? null : zone, count, notBeforeMs: is_called ? nowMs : due_ms })
  return remaining
}
