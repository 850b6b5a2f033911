/** Requested calls as they go over the wire. */
import { z } from '@hono/zod-openapi'
import { OUTBOUND_LIMITS, TRANSFER_TO_NOBODY } from '../../domain/outbound-policy.ts'
import { OUTBOUND_STATES } from '../../domain/outbound-request.ts'
import { normalizePhone } from '../../domain/phone-number.ts'
import { transferModeSchema, transferTargetSchema } from './person-transfers.ts'

export const outboundStateSchema = z.enum(OUTBOUND_STATES).openapi('OutboundState')

const phone = z
  .string()
  .max(30)
  .transform((text, context) => {
    const digits = normalizePhone(text)
    if (digits === null)
      context.addIssue({ code: 'custom', message: 'not a Korean phone number, e.g. 07012345678' })
    return digits ?? text
  })
const sentence = (max: number) => z.string().trim().min(1).max(max)

export const outboundRequestSchema = z
  .object({
    caller_number: phone,
    callee_number: phone,
    purpose: sentence(OUTBOUND_LIMITS.purposeLength),
    questions: z.array(sentence(OUTBOUND_LIMITS.questionLength)).min(1).max(OUTBOUND_LIMITS.questions),
    caller_display_name: sentence(OUTBOUND_LIMITS.displayNameLength).nullish(),
    max_duration: z
      .number()
      .int()
      .min(OUTBOUND_LIMITS.minDurationSeconds)
      .default(180)
      .describe('seconds from the answer; at most the limit of the settings'),
    priority: z.number().int().min(1).max(10).default(5).describe('1 goes first'),
    scheduled_at: z.iso.datetime({ offset: true }).nullish().describe('null: now'),
    retry_on_no_answer: z.boolean().default(true),
    max_retries: z
      .number()
      .int()
      .min(0)
      .max(OUTBOUND_LIMITS.maxRetries)
      .optional()
      .describe('calls after the first; default of the settings'),
    metadata: z
      .record(z.string(), z.unknown())
      .nullish()
      .refine((value) => JSON.stringify(value ?? {}).length <= OUTBOUND_LIMITS.metadataBytes, 'too large'),
    transfer_to: z
      .union([z.literal(TRANSFER_TO_NOBODY), transferTargetSchema])
      .nullish()
      .describe('who is put on the line for somebody who asks for a person: desk, none or a number'),
    transfer_mode: transferModeSchema.nullish().describe('warm: the person hears first what it is about'),
  })
  .openapi('OutboundCallRequest')

export const outboundAcceptedSchema = z
  .object({
    outbound_id: z.string(),
    state: z.literal('queued'),
    created_at: z.string(),
    message: z.string(),
  })
  .openapi('OutboundAccepted')

const outboundAnswerSchema = z.object({
  question_id: z.string(),
  question_text: z.string(),
  status: z.enum(['answered', 'unclear', 'refused', 'not_asked']),
  answer_text: z.string().nullable().describe('word for word'),
  answer_summary: z.string().nullable(),
  confidence: z.number().describe('0 to 1'),
})

const progressSchema = z.object({
  total: z.number().int(),
  completed: z.number().int(),
  progress: z.number(),
})

export const outboundRecordSchema = z
  .object({
    outbound_id: z.string(),
    call_id: z.string().nullable().describe('SIP Call-ID, once the INVITE is sent'),
    state: outboundStateSchema,
    caller_number: z.string(),
    callee_number: z.string().describe('masked: 010-****-5678'),
    caller_display_name: z.string().nullable(),
    purpose: z.string(),
    questions: z.array(z.string()),
    max_duration: z.number().int(),
    priority: z.number().int(),
    scheduled_at: z.string().nullable(),
    retry_on_no_answer: z.boolean(),
    max_retries: z.number().int(),
    metadata: z.record(z.string(), z.unknown()).nullable(),
    created_at: z.string(),
    started_at: z.string().nullable(),
    answered_at: z.string().nullable(),
    completed_at: z.string().nullable(),
    next_try_at: z.string().nullable(),
    duration_seconds: z.number().int(),
    attempt_count: z.number().int(),
    failure_reason: z.string().nullable(),
    requested_by: z.string(),
    call_back_wanted: z.boolean().describe('they want a person to call them'),
    progress: progressSchema,
    is_over: z.boolean(),
    answers: z.array(outboundAnswerSchema).describe('as far as they are known'),
    summary: z.string().nullable(),
    record_id: z
      .string()
      .nullable()
      .describe('our id of the last call: its page, recording and SIP messages'),
  })
  .openapi('OutboundCallRecord')

export const outboundListSchema = z
  .object({ calls: z.array(outboundRecordSchema), next_cursor: z.string().nullable() })
  .openapi('OutboundCallList')

export const outboundStatsSchema = z
  .object({
    total: z.number().int(),
    completed: z.number().int(),
    in_progress: z.number().int(),
    no_answer: z.number().int(),
    success_rate: z
      .number()
      .nullable()
      .describe('completed of those that ended, cancelled ones left out; 0 to 1'),
  })
  .openapi('OutboundStats')

export const outboundResultSchema = z
  .object({
    outbound_id: z.string(),
    state: outboundStateSchema,
    caller_number: z.string(),
    callee_number: z.string(),
    purpose: z.string(),
    duration_seconds: z.number().int(),
    task_completed: z.boolean(),
    answers: z.array(outboundAnswerSchema),
    summary: z.string().nullable(),
    transcript: z.array(
      z.object({ timestamp: z.number(), speaker: z.enum(['ai', 'customer']), text: z.string() }),
    ),
    ai_turns: z.number().int(),
    customer_turns: z.number().int(),
    created_at: z.string(),
    answered_at: z.string().nullable(),
    completed_at: z.string().nullable(),
  })
  .openapi('OutboundResult')

export const outboundOptionsSchema = z
  .object({
    enabled: z.boolean(),
    caller_numbers: z.array(z.string()).describe('numbers that may call, the first one by default'),
    max_call_duration: z.number().int().describe('seconds'),
    max_retries: z.number().int().describe('by default'),
    greeting_template: z.string().describe('{display_name} and {purpose} stand for what the request says'),
    closing_template: z.string(),
    default_display_name: z.string(),
  })
  .openapi('OutboundOptions')

export const cancelOutboundSchema = z
  .object({ reason: z.string().trim().min(1).max(100).optional().describe('default "operator_cancel"') })
  .openapi('CancelOutbound')

const eventOf = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.object({ type: z.literal(type), outbound_id: z.string(), ...shape })

/** Members of LiveEvent. */
export const outboundEventSchemas = [
  eventOf('outbound_queued', { callee_number: z.string(), purpose: z.string() }),
  eventOf('outbound_dialing', { attempt: z.number().int() }),
  eventOf('outbound_ringing', {}),
  eventOf('outbound_connected', { answered_at: z.string() }),
  eventOf('outbound_progress', {
    progress: z.object({ total: z.number().int(), completed: z.number().int() }),
  }),
  eventOf('outbound_completed', { task_completed: z.boolean(), summary: z.string().nullable() }),
  eventOf('outbound_failed', { reason: z.string() }),
  eventOf('outbound_ended', {}).describe('they hung up'),
  eventOf('outbound_cancelled', { reason: z.string() }),
  eventOf('outbound_changed', { call: outboundRecordSchema }).describe('follows each of the others'),
] as const

export type OutboundRequestBody = z.infer<typeof outboundRequestSchema>
export type OutboundRecord = z.infer<typeof outboundRecordSchema>
export type OutboundAccepted = z.infer<typeof outboundAcceptedSchema>
export type OutboundOptions = z.infer<typeof outboundOptionsSchema>
export type OutboundList = z.infer<typeof outboundListSchema>
export type OutboundStats = z.infer<typeof outboundStatsSchema>
export type OutboundResultView = z.infer<typeof outboundResultSchema>
export type OutboundState = z.infer<typeof outboundStateSchema>
export type OutboundLiveEvent = z.infer<(typeof outboundEventSchemas)[number]>
