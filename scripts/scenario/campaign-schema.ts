/** What a scenario may say of campaigns: how one is made and steered, and how its people stand. */
import { z } from 'zod'
import { CAMPAIGN_STATES, ROW_STATES } from '../../domain/campaign.ts'
import { OUTBOUND_STATES } from '../../domain/outbound-request.ts'

/** Somebody of its list. */
const listedSchema = z.strictObject({
  /** A person of the scenario; or a number as it stands in the file, right or wrong. */
  to: z.string().optional(),
  number: z.string().optional(),
  /** By the clock of where they are it is the middle of the night, or of the day. Absent: Seoul's. */
  where_it_is: z.enum(['night', 'day']).optional(),
  /** Cells of the other columns. */
  cells: z.record(z.string(), z.string()).default({}),
})

/** The owner makes a campaign, uploads its list as CSV and starts it, through the API. It calls at every hour. */
export const campaignStepSchema = z.strictObject({
  /** As `NewCampaign` of the API; what is left out is chosen for a scenario. */
  plan: z.looseObject({ name: z.string(), purpose: z.string(), questions: z.array(z.string()).min(1) }),
  list: z.array(listedSchema).min(1),
  /** Lines of the file that can't be called. */
  invalid: z.number().int().default(0),
  starts: z.boolean().default(true),
})

export const steerStepSchema = z.strictObject({
  campaign: z.string(),
  to: z.enum(['start', 'pause', 'resume', 'stop']),
})

/** The owner downloads the results: so many lines below the heading, and these texts among them. */
export const resultsStepSchema = z.strictObject({
  campaign: z.string(),
  lines: z.number().int(),
  contain: z.array(z.string()).default([]),
})

export const consentStepSchema = z.strictObject({
  of: z.string(),
  purpose: z.enum(['advertising', 'night_advertising']),
})

/** How a person stands in the newest campaign, or in that of the given name. */
export const campaignConditionSchema = z
  .strictObject({
    name: z.string(),
    /** Of the campaign. */
    state: z.enum(CAMPAIGN_STATES),
    /** It stands still by itself. */
    has_issue: z.boolean(),
    /** Of their row. */
    row: z.enum(ROW_STATES),
    why: z.string().nullable(),
    outcome: z.enum(OUTBOUND_STATES).nullable(),
    attempts: z.number().int(),
    /** Requests for calls to them, all campaigns together. */
    requests: z.number().int(),
  })
  .partial()

export type CampaignCondition = z.infer<typeof campaignConditionSchema>
