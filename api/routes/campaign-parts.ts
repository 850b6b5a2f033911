/** What all routes of campaigns share: the id in the path, the campaign behind it, and the record of who did what. */
import { z } from '@hono/zod-openapi'
import type { ApiDependencies } from '../dependencies.ts'
import { ApiProblem } from '../problems.ts'
import { type CampaignRecord, findCampaign } from '../queries/campaigns.ts'

export const campaignIdParam = z.object({
  campaign_id: z
    .string()
    .regex(/^cp-[0-9a-f]{8}$/, 'a campaign id looks like cp-0123abcd')
    .openapi({ param: { name: 'campaign_id', in: 'path' }, example: 'cp-0123abcd' }),
})

/** What a person or program does to a campaign, as it stands in the audit trail. */
type CampaignAction =
  `campaign_${'create' | 'change' | 'delete' | 'rows' | 'start' | 'pause' | 'resume' | 'stop' | 'speed' | 'skip'}`

/** @throws ApiProblem `not_found`. */
export async function readCampaign(
  { database }: Pick<ApiDependencies, 'database'>,
  campaignId: string,
): Promise<CampaignRecord> {
  const row = await findCampaign(database, campaignId)
  if (row === undefined) throw new ApiProblem('not_found', `There is no campaign ${campaignId}.`)
  return row
}

/** @param reason the campaign, and what of it. */
export const auditCampaign = (
  { signIn }: Pick<ApiDependencies, 'signIn'>,
  actor: string,
  action: CampaignAction,
  reason: string,
): Promise<void> => signIn.writeAudit({ actor, action, orderId: null, reason })
