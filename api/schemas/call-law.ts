/** The do-not-call list and the consents as they go over the wire. */
import { z } from '@hono/zod-openapi'
import {
  CALL_LAW_LIMITS,
  CONSENT_PURPOSES,
  LAW_LIST_PROBLEMS,
  OPT_OUT_SOURCES,
} from '../../domain/call-law-list.ts'
import { normalizePhone } from '../../domain/phone-number.ts'

const phone = z
  .string()
  .max(30)
  .transform((text, context) => {
    const digits = normalizePhone(text)
    if (digits === null) context.addIssue({ code: 'custom', message: 'not a Korean phone number' })
    return digits ?? text
  })
const sentence = z.string().trim().min(1).max(CALL_LAW_LIMITS.text)
const shownPhone = z
  .string()
  .nullable()
  .describe('masked: 010-****-5678; null: it was forgotten, or recorded before numbers were kept')

/** A whole number, or the last four digits of one. */
export const phoneQuery = z
  .string()
  .trim()
  .max(30)
  .optional()
  .describe('a number, or the last four digits of one')

export const doNotCallBodySchema = z.object({ phone, reason: sentence.optional() }).openapi('DoNotCall')
export const reasonBodySchema = z.object({ reason: sentence }).openapi('Reason')

export const doNotCallEntrySchema = z
  .object({
    entry_id: z.number().int(),
    phone: shownPhone,
    at: z.string(),
    source: z
      .enum(OPT_OUT_SOURCES)
      .describe('voice and digit: in a call; person: somebody of us; file: a list'),
    outbound_id: z.string().nullable().describe('the call in which they said so'),
    recorded_by: z.string(),
  })
  .openapi('DoNotCallEntry')
export const doNotCallListSchema = z
  .object({
    entries: z.array(doNotCallEntrySchema),
    total: z.number().int().describe('on the whole list'),
    next_cursor: z.string().nullable(),
  })
  .openapi('DoNotCallList')

export const doNotCallChangeSchema = z
  .object({
    change_id: z.number().int(),
    phone: shownPhone,
    listed: z.boolean().describe('false: taken off the list'),
    at: z.string(),
    source: z.enum(OPT_OUT_SOURCES),
    reason: z.string().nullable(),
    outbound_id: z.string().nullable(),
    changed_by: z.string(),
  })
  .openapi('DoNotCallChange')
export const doNotCallChangesSchema = z
  .object({ changes: z.array(doNotCallChangeSchema), next_cursor: z.string().nullable() })
  .openapi('DoNotCallChanges')

export const CONSENT_STATES = ['given', 'expired', 'withdrawn'] as const
export const callConsentSchema = z
  .object({
    consent_id: z.number().int(),
    phone: shownPhone,
    purpose: z.enum(CONSENT_PURPOSES),
    state: z.enum(CONSENT_STATES).describe('expired: they have to agree anew after two years'),
    at: z.string().describe('when they said so'),
    expires_at: z.string().nullable().describe('null: it was withdrawn'),
    source: z.string().describe('how they said so'),
    recorded_by: z.string(),
    recorded_at: z.string(),
  })
  .openapi('CallConsentView')
export const callConsentListSchema = z
  .object({ consents: z.array(callConsentSchema), next_cursor: z.string().nullable() })
  .openapi('CallConsentList')
export const consentHistorySchema = z
  .object({ consents: z.array(callConsentSchema) })
  .openapi('CallConsentHistory')

const consentSchema = z
  .object({
    phone,
    purpose: z.enum(CONSENT_PURPOSES),
    given: z.boolean(),
    at: z.iso.datetime({ offset: true }),
    source: sentence,
  })
  .openapi('CallConsent')
export const callConsentsSchema = z
  .object({ consents: z.array(consentSchema).min(1).max(1_000) })
  .openapi('CallConsents')

export const importedListSchema = z
  .object({
    dry_run: z.boolean(),
    encoding: z.enum(['utf-8', 'utf-16le', 'cp949']),
    missing_columns: z
      .array(z.enum(['phone', 'purpose', 'given', 'at', 'source']))
      .describe('nothing is taken in before the first line names them'),
    valid: z.number().int(),
    added: z.number().int().describe('0 in a dry run'),
    already_there: z.number().int(),
    invalid: z.number().int(),
    errors: z
      .array(z.object({ line: z.number().int(), problem: z.enum(LAW_LIST_PROBLEMS), detail: z.string() }))
      .describe('the first hundred; all of them by /import/errors'),
  })
  .openapi('ImportedList')

export const forgetBodySchema = z.object({ phone }).openapi('ForgetNumber')
export const erasedSchema = z
  .object({
    dry_run: z.boolean(),
    requests: z.number().int().describe('requested calls'),
    calls: z
      .number()
      .int()
      .describe(
        'for those requests, with transcript, summary, recording and packets; none that our people dialled',
      ),
    campaign_rows: z.number().int().describe('they stay as figures, about nobody'),
    law_lines: z
      .number()
      .int()
      .describe('consents and do-not-call entries; they hold on, known by a keyed hash alone'),
    files_waiting: z
      .number()
      .int()
      .describe(
        'of any erased call: of gateways that do not answer, until they do, or of calls that have just ended, for an hour at most',
      ),
  })
  .openapi('Erased')

export type ErasedView = z.infer<typeof erasedSchema>
export type DoNotCallEntry = z.infer<typeof doNotCallEntrySchema>
export type DoNotCallList = z.infer<typeof doNotCallListSchema>
export type DoNotCallChange = z.infer<typeof doNotCallChangeSchema>
export type DoNotCallChanges = z.infer<typeof doNotCallChangesSchema>
export type CallConsentView = z.infer<typeof callConsentSchema>
export type CallConsentList = z.infer<typeof callConsentListSchema>
export type ConsentHistory = z.infer<typeof consentHistorySchema>
export type NewCallConsent = z.input<typeof consentSchema>
export type ImportedList = z.infer<typeof importedListSchema>
