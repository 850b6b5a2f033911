/** What the owner does with campaigns in a scenario. */
import type { z } from 'zod'
import { campaignListSchema, campaignSchema, uploadedListSchema } from '../../api/schemas/campaigns.ts'
import { toCsv } from '../../domain/csv.ts'
import type {
  campaignStepSchema,
  consentStepSchema,
  resultsStepSchema,
  steerStepSchema,
} from './campaign-schema.ts'
import type { OwnerClient } from './owner-client.ts'

/** A step of a campaign that did not go as the scenario tells. */
export class CampaignStepError extends Error {
  readonly retryable = false
}

export interface CampaignStage {
  readonly owner: OwnerClient
  /** A number that may be shown. */
  readonly callerNumber: string
  /** National digits of a person of the scenario. */
  readonly numberOf: (name: string) => string
  readonly tell: (text: string) => void
}

const DAY_MINUTES = 24 * 60
/** Scenarios are played at any hour, and don't wait. */
const DEFAULTS = {
  kind: 'survey',
  hours: {
    from: 0,
    until: DAY_MINUTES,
    weekdays: [0, 1, 2, 3, 4, 5, 6],
    on_holidays: true,
    closed_days: [],
  },
  speed: { window_size: 3, calls_per_second: 5 },
} as const

export async function makeCampaign(
  step: z.infer<typeof campaignStepSchema>,
  { owner, callerNumber, numberOf, tell }: CampaignStage,
): Promise<void> {
  const { plan, list, invalid, starts } = step
  const made = await owner.json('POST', '/api/campaigns', {
    ...DEFAULTS,
    caller_numbers: [callerNumber],
    ...plan,
  })
  const { campaign_id } = campaignSchema.parse(made)
  const columns = [...new Set(list.flatMap(({ cells }) => Object.keys(cells)))]
  const lines = list.map(({ to, number, where_it_is, cells }) => [
    to === undefined ? (number ?? '') : numberOf(to),
    where_it_is === undefined ? 'Asia/Seoul' : zoneWhereItIs(where_it_is, new Date()),
    ...columns.map((column) => cells[column] ?? ''),
  ])
  const csv = toCsv(['전화번호', '시간대', ...columns], lines)
  const uploaded = uploadedListSchema.parse(await owner.upload(`/api/campaigns/${campaign_id}/rows`, csv))
  tell(`the owner makes the campaign "${plan.name}" with a list of ${uploaded.added}`)
  if (uploaded.invalid !== invalid || uploaded.added !== list.length - invalid)
    throw new CampaignStepError(`the list was taken otherwise: ${JSON.stringify(uploaded)}`)
  if (!starts) return
  await owner.json('POST', `/api/campaigns/${campaign_id}/start`)
  tell('the owner starts it')
}

export async function steerCampaign(
  { campaign, to }: z.infer<typeof steerStepSchema>,
  { owner, tell }: CampaignStage,
): Promise<void> {
  await owner.json('POST', `/api/campaigns/${await idOf(owner, campaign)}/${to}`)
  tell(`the owner: ${to} "${campaign}"`)
}

export async function readResults(
  { campaign, lines, contain }: z.infer<typeof resultsStepSchema>,
  { owner, tell }: CampaignStage,
): Promise<void> {
  const csv = await owner.text(`/api/campaigns/${await idOf(owner, campaign)}/results`)
  const found = csv.trim().split('\n').length - 1
  const missing = contain.filter((text) => !csv.includes(text))
  tell(`the owner downloads the results of "${campaign}": ${found} lines`)
  if (found !== lines || missing.length > 0)
    throw new CampaignStepError(`not ${lines} lines, or without "${missing.join('", "')}":\n${csv}`)
}

export async function noteConsent(
  { of, purpose }: z.infer<typeof consentStepSchema>,
  { owner, numberOf, tell }: CampaignStage,
): Promise<void> {
  const consent = {
    phone: numberOf(of),
    purpose,
    given: true,
    at: new Date().toISOString(),
    source: '가입 양식',
  }
  await owner.json('POST', '/api/call-consents', { consents: [consent] })
  tell(`${of} has agreed to ${purpose}`)
}

/** The newest of that name. */
async function idOf(owner: OwnerClient, name: string): Promise<string> {
  const { campaigns } = campaignListSchema.parse(await owner.read('/api/campaigns'))
  const found = campaigns.find((campaign) => campaign.name === name)
  if (found === undefined) throw new CampaignStepError(`there is no campaign "${name}"`)
  return found.campaign_id
}

const NOON = 12
const NIGHT = 2

/** Half an hour more or less: it stays so for hours. Signs of these zones are those of POSIX: Etc/GMT-9 is ahead of London. */
export function zoneWhereItIs(time: 'night' | 'day', now: Date): string {
  const wanted = time === 'night' ? NIGHT : NOON
  // From -11 to +12 hours, so that each hour of the day is somewhere.
  const ahead = ((wanted - now.getUTCHours() + 11 + 48) % 24) - 11
  return ahead === 0 ? 'Etc/GMT' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`
}
