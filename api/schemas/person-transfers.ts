/** Calls that are put through to a person, as they go over the wire. */
import { z } from '@hono/zod-openapi'
import { PERSON_TRANSFER_MODES } from '../../domain/outbound-policy.ts'
import { PERSON_TRANSFER_STATES } from '../../domain/person-transfer.ts'

export const transferModeSchema = z.enum(PERSON_TRANSFER_MODES)
/** `readDialled` says whether it may be dialled. */
export const transferTargetSchema = z
  .string()
  .trim()
  .regex(/^(?:desk|\+?[\d\s().-]{3,30})$/, 'desk, or a number')

export const putThroughSchema = z
  .object({
    to: transferTargetSchema
      .optional()
      .describe('desk: the telephone of a colleague who is free; or a number. Default of the request'),
    mode: transferModeSchema.optional().describe('warm: the person hears first what it is about'),
    reason: z.string().trim().max(200).default('').describe('one sentence for the person'),
  })
  .openapi('PutThrough')

export const putThroughDoneSchema = z.object({ ok: z.literal(true) }).openapi('PutThroughDone')

const transferFields = z.object({
  transfer_id: z.string(),
  outbound_id: z.string(),
  state: z.enum(PERSON_TRANSFER_STATES),
  mode: transferModeSchema,
  to: z.string().describe('desk, or the masked number'),
  asked_by: z.string().describe('callee, or the e-mail of who asked for it'),
  reason: z.string().nullable(),
  attempts: z.number().int().describe('telephones that were rung'),
  person_name: z.string().nullable().describe('who is rung or talked to'),
  callee_number: z.string().describe('masked'),
  purpose: z.string(),
  asked_at: z.string(),
  answered_at: z.string().nullable(),
  connected_at: z.string().nullable(),
  ended_at: z.string().nullable(),
})
/** One of them by its name; a named one that may be null would lose the null in the document. */
export const personTransferSchema = transferFields.openapi('PersonTransfer')

export const personTransferListSchema = z
  .object({ transfers: z.array(personTransferSchema), next_cursor: z.string().nullable() })
  .openapi('PersonTransferList')

export const personTransferStatsSchema = z
  .object({
    total: z.number().int(),
    connected: z.number().int(),
    no_answer: z.number().int(),
    given_up: z.number().int(),
    in_progress: z.number().int(),
    success_rate: z.number().nullable().describe('connected of those that were decided, 0 to 1'),
    mean_wait_seconds: z.number().nullable().describe('from the wish to the connection'),
  })
  .openapi('PersonTransferStats')

/** What stands on the screen of the person whose telephone rings. */
export const transferBriefSchema = z
  .object({
    transfer: transferFields.nullable().describe('null: no call is put through to you now'),
    caller_display_name: z.string().nullable(),
    answers: z.array(
      z.object({ question_text: z.string(), status: z.string(), answer: z.string().nullable() }),
    ),
  })
  .openapi('TransferBrief')

export type PutThroughBody = z.infer<typeof putThroughSchema>
export type PersonTransfer = z.infer<typeof personTransferSchema>
export type PersonTransferList = z.infer<typeof personTransferListSchema>
export type PersonTransferStats = z.infer<typeof personTransferStatsSchema>
export type TransferBrief = z.infer<typeof transferBriefSchema>
