/** Campaigns as they go over the wire. */
import { z } from '@hono/zod-openapi'
import { DEFAULT_HOURS } from '../../domain/calling-hours.ts'
import {
  CAMPAIGN_KINDS,
  CAMPAIGN_LIMITS,
  CAMPAIGN_STATES,
  DEFAULT_BREAKER,
  DEFAULT_FREQUENCY,
  DEFAULT_RETRIES,
  NOT_CALLED_REASONS,
  ROW_STATES,
  WAITING_REASONS,
} from '../../domain/campaign.ts'
import { LIST_PROBLEMS } from '../../domain/campaign-list.ts'
import { OUTBOUND_LIMITS } from '../../domain/outbound-policy.ts'
import { OUTBOUND_STATES } from '../../domain/outbound-request.ts'
import { normalizePhone } from '../../domain/phone-number.ts'

const DAY_MINUTES = 24 * 60
const phone = z
  .string()
  .max(30)
  .transform((text, context) => {
    const digits = normalizePhone(text)
    if (digits === null) context.addIssue({ code: 'custom', message: 'not a Korean phone number' })
    return digits ?? text
  })
const sentence = (max: number) => z.string().trim().min(1).max(max)
const retrySeconds = z
  .number()
  .int()
  .min(60)
  .max(7 * 86_400)
  .optional()

export const campaignSpeedSchema = z
  .object({
    window_size: z.number().int().min(1).max(CAMPAIGN_LIMITS.windowSize).describe('calls at once'),
    calls_per_second: z
      .number()
      .min(0.01)
      .max(CAMPAIGN_LIMITS.callsPerSecond)
      .describe('starts a second; both bounds hold'),
  })
  .openapi('CampaignSpeed')

const hoursSchema = z.object({
  from: z.number().int().min(0).max(DAY_MINUTES).describe('minutes from midnight where they are'),
  until: z.number().int().min(0).max(DAY_MINUTES),
  weekdays: z.array(z.number().int().min(0).max(6)).min(1).describe('0 is Sunday'),
  on_holidays: z.boolean().describe('Korean public holidays'),
  closed_days: z.array(z.iso.date()).max(60),
})

export const newCampaignSchema = z
  .object({
    name: sentence(CAMPAIGN_LIMITS.nameLength),
    kind: z.enum(CAMPAIGN_KINDS).describe('advertising calls only who agreed to it'),
    caller_numbers: z.array(phone).min(1).max(20).describe('shown in turn'),
    caller_display_name: sentence(OUTBOUND_LIMITS.displayNameLength).nullish(),
    purpose: sentence(OUTBOUND_LIMITS.purposeLength).describe('{name} stands for the column of that name'),
    questions: z.array(sentence(OUTBOUND_LIMITS.questionLength)).min(1).max(OUTBOUND_LIMITS.questions),
    max_duration: z.number().int().min(OUTBOUND_LIMITS.minDurationSeconds).default(180),
    priority: z.number().int().min(1).max(10).default(6).describe('1 goes first'),
    retries: z
      .object({ no_answer: retrySeconds, busy: retrySeconds, rejected: retrySeconds, failed: retrySeconds })
      .default(DEFAULT_RETRIES)
      .describe('seconds to the next call, by how the last one ended; absent: none'),
    max_retries: z.number().int().min(0).max(OUTBOUND_LIMITS.maxRetries).default(2),
    hours: hoursSchema.default({
      from: DEFAULT_HOURS.from,
      until: DEFAULT_HOURS.until,
      weekdays: [...DEFAULT_HOURS.weekdays],
      on_holidays: DEFAULT_HOURS.onHolidays,
      closed_days: [],
    }),
    breaker: z
      .object({
        seconds: z.number().int().min(10).max(3_600),
        min_calls: z.number().int().min(1).max(1_000),
        share: z.number().min(0.05).max(1),
      })
      .default({
        seconds: DEFAULT_BREAKER.seconds,
        min_calls: DEFAULT_BREAKER.minCalls,
        share: DEFAULT_BREAKER.share,
      }),
    frequency: z
      .object({ calls: z.number().int().min(1).max(50), days: z.number().int().min(1).max(90) })
      .default(DEFAULT_FREQUENCY)
      .describe('calls to a number within so many days, all campaigns together'),
    speed: campaignSpeedSchema.default({ window_size: 5, calls_per_second: 1 }),
  })
  .openapi('NewCampaign')

const countsSchema = z.object({
  total: z.number().int(),
  waiting: z.number().int(),
  calling: z.number().int(),
  done: z.number().int(),
  not_called: z.number().int(),
  completed: z.number().int().describe('somebody talked with us'),
  outcomes: z.partialRecord(z.enum(OUTBOUND_STATES), z.number().int()),
  not_called_reasons: z.partialRecord(z.enum(NOT_CALLED_REASONS), z.number().int()),
})

export const campaignSchema = z
  .object({
    campaign_id: z.string(),
    name: z.string(),
    kind: z.enum(CAMPAIGN_KINDS),
    state: z.enum(CAMPAIGN_STATES),
    issue: z
      .object({
        cause: z.literal('breaker'),
        failed: z.number().int(),
        ended: z.number().int(),
        at: z.string(),
      })
      .nullable()
      .describe('why it stands still by itself'),
    caller_numbers: z.array(z.string()),
    caller_display_name: z.string().nullable(),
    purpose: z.string(),
    questions: z.array(z.string()),
    variables: z.array(z.string()).describe('names that purpose and questions ask for'),
    hours: hoursSchema,
    speed: campaignSpeedSchema,
    max_retries: z.number().int(),
    counts: countsSchema,
    success_rate: z.number().nullable().describe('completed of those that are done; 0 to 1'),
    expected_end: z.string().nullable().describe('when it will probably be through; null: it does not run'),
    requested_by: z.string(),
    created_at: z.string(),
    started_at: z.string().nullable(),
    ended_at: z.string().nullable(),
  })
  .openapi('Campaign')

export const campaignListSchema = z.object({ campaigns: z.array(campaignSchema) }).openapi('CampaignList')

export const campaignRowSchema = z
  .object({
    row_id: z.number().int(),
    line: z.number().int(),
    callee_number: z.string().describe('masked: 010-****-5678'),
    state: z.enum(ROW_STATES),
    why: z
      .enum([...NOT_CALLED_REASONS, ...WAITING_REASONS])
      .nullable()
      .describe('why it was not called, or why it waits'),
    outcome: z.enum(OUTBOUND_STATES).nullable(),
    attempts: z.number().int(),
    outbound_id: z.string().nullable(),
    due_at: z.string().nullable(),
  })
  .openapi('CampaignRow')
export const campaignRowsSchema = z
  .object({ rows: z.array(campaignRowSchema), next_cursor: z.string().nullable() })
  .openapi('CampaignRows')

export const listColumnsSchema = z.object({
  phone: z.string(),
  zone: z.string().nullable(),
  variables: z.record(z.string(), z.string()),
})

export const uploadedListSchema = z
  .object({
    dry_run: z.boolean(),
    encoding: z.enum(['utf-8', 'utf-16le', 'cp949']),
    headings: z.array(z.string()),
    columns: listColumnsSchema.nullable().describe('null: no column of numbers was found; name it'),
    missing_columns: z.array(z.string()),
    valid: z.number().int().describe('lines that can be called'),
    added: z.number().int().describe('0 in a dry run'),
    already_there: z.number().int().describe('numbers that the campaign has already'),
    invalid: z.number().int(),
    errors: z
      .array(z.object({ line: z.number().int(), problem: z.enum(LIST_PROBLEMS), detail: z.string() }))
      .describe('the first hundred; all of them by /rows/errors'),
    preview: z
      .array(z.object({ line: z.number().int(), callee_number: z.string(), purpose: z.string() }))
      .describe('the first ones, as they will be called'),
  })
  .openapi('UploadedList')

export const campaignAnswersSchema = z
  .object({
    calls: z.number().int(),
    mean_seconds: z.number().nullable().describe('of talks'),
    cost_won: z
      .number()
      .describe('model, recognition and voice of all its calls, as each call counts them; no telephone'),
    cost_per_completed_won: z
      .number()
      .nullable()
      .describe('of rows whose last call was completed; null: there is none'),
    questions: z.array(
      z.object({
        question: z.string(),
        answered: z.number().int(),
        unclear: z.number().int(),
        refused: z.number().int(),
        not_asked: z.number().int(),
        answers: z
          .array(z.object({ answer: z.string(), count: z.number().int() }))
          .describe('the most frequent'),
      }),
    ),
    hours: z
      .array(z.object({ hour: z.number().int(), calls: z.number().int(), answered: z.number().int() }))
      .describe('by the hour in Korea in which they were called'),
  })
  .openapi('CampaignAnswers')

export type Campaign = z.infer<typeof campaignSchema>
export type NewCampaignBody = z.infer<typeof newCampaignSchema>
export type CampaignRow = z.infer<typeof campaignRowSchema>
export type CampaignRows = z.infer<typeof campaignRowsSchema>
export type UploadedList = z.infer<typeof uploadedListSchema>
export type CampaignAnswers = z.infer<typeof campaignAnswersSchema>
