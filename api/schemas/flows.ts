/** Versions of flows as the API shows and takes them. */
import { z } from '@hono/zod-openapi'
import { FLOW_NAMES, PHRASE_NAMES, type PhraseName } from '../../domain/flow-content.ts'
import { FLOW_LIMITS } from '../../domain/flow-rules.ts'

/** Generous: what is too long is told with its limit by the rules. */
const SLACK = 2
const text = (limit: number) => z.string().max(limit * SLACK)
const phraseTexts = z.strictObject({
  ko: text(FLOW_LIMITS.phrase).optional(),
  en: text(FLOW_LIMITS.phrase).optional(),
})

const spoken = phraseTexts.optional()
const phraseShape = {
  disclosure: spoken,
  recording: spoken,
  question: spoken,
  filler: spoken,
  fault: spoken,
  closing_silence: spoken,
  closing_time_limit: spoken,
  closing_fault: spoken,
  closing_acknowledged: spoken,
  closing_all_asked: spoken,
  closing_declined: spoken,
} as const satisfies Readonly<Record<PhraseName, typeof spoken>>

export const flowContentSchema = z
  .strictObject({
    persona: text(FLOW_LIMITS.persona).describe('how the agent is and speaks'),
    knowledge: z
      .array(
        z.strictObject({ title: text(FLOW_LIMITS.knowledgeTitle), text: text(FLOW_LIMITS.knowledgeText) }),
      )
      .max(FLOW_LIMITS.knowledgeEntries * SLACK),
    tools: z.array(z.string().max(60)).max(60).describe('names of the tools that the model is offered'),
    phrases: z
      .strictObject(phraseShape)
      .describe(
        'fixed words by language, a sentence a line; {company} is the name of the company, {display_name} and {purpose} are those of a requested call',
      ),
  })
  .openapi('FlowContent')

const flowName = z.enum(FLOW_NAMES)
const draftState = z.enum(['draft', 'tried'])

export const flowListSchema = z
  .object({
    flows: z.array(
      z.object({
        flow: flowName,
        live_version: z.number().int().describe('0: as it was shipped'),
        /** null: it is as it was shipped. */
        released_at: z.string().nullable(),
        released_by: z.string().nullable(),
        draft: z.object({ state: draftState, changed_by: z.string(), changed_at: z.string() }).nullable(),
      }),
    ),
  })
  .openapi('FlowList')
export type FlowList = z.infer<typeof flowListSchema>

export const flowDraftSchema = z
  .object({
    content: flowContentSchema,
    based_on: z.number().int(),
    revision: z.number().int().describe('names this state of the draft; given back with each change'),
    state: draftState.describe('tried: somebody has talked to exactly this state'),
    changed_by: z.string(),
    changed_at: z.string(),
  })
  .openapi('FlowDraft')
export type FlowDraft = z.infer<typeof flowDraftSchema>

export const flowDetailSchema = z
  .object({
    flow: flowName,
    trial_number: z
      .string()
      .nullable()
      .describe(
        'what the owner dials by their softphone to talk with the draft, else what is live; null: written only',
      ),
    live: z.object({ version: z.number().int(), content: flowContentSchema }),
    draft: flowDraftSchema.nullable(),
    versions: z.array(
      z.object({
        version: z.number().int(),
        based_on: z.number().int(),
        created_by: z.string(),
        created_at: z.string(),
      }),
    ),
    releases: z
      .array(
        z.object({
          version: z.number().int(),
          released_at: z.string(),
          released_by: z.string(),
          reason: z.string(),
        }),
      )
      .describe('what went live when, the newest first'),
    rules: z.object({
      tools: z.array(z.object({ name: z.string(), required: z.boolean() })),
      phrases: z.array(z.object({ name: z.enum(PHRASE_NAMES), languages: z.array(z.enum(['ko', 'en'])) })),
      placeholders: z.array(z.string()),
      limits: z.record(z.string(), z.number().int()).describe('characters, or how many'),
    }),
  })
  .openapi('FlowDetail')
export type FlowDetail = z.infer<typeof flowDetailSchema>
export type FlowContentView = z.infer<typeof flowContentSchema>

export const flowVersionSchema = z
  .object({ version: z.number().int(), content: flowContentSchema })
  .openapi('FlowVersion')
export type FlowVersionView = z.infer<typeof flowVersionSchema>

const revision = z.number().int().positive()
const reason = z.string().trim().min(1).max(FLOW_LIMITS.reason).describe('why: colleagues read it later')

export const saveDraftSchema = z.strictObject({
  content: flowContentSchema,
  revision: revision.nullable().describe('the state that was edited; null: there was no draft'),
})
export const discardDraftSchema = z.strictObject({ revision })
export const releaseDraftSchema = z.strictObject({ revision, reason })
export const releaseVersionSchema = z.strictObject({ version: z.number().int().min(0), reason })

/** Characters of one message to a trial. */
const TRIAL_TEXT = 1_000
const field = z.string().nullable()

export const openTrialSchema = z.strictObject({
  version: z.number().int().min(0).nullable().describe('null: the draft'),
})
export const trialMessageSchema = z.strictObject({ text: z.string().max(TRIAL_TEXT) })
export const flowTrialSchema = z
  .object({
    trial_id: z.string(),
    lines: z.array(
      z.object({
        speaker: z.enum(['ai', 'person']),
        text: z.string().describe('empty: silence, or only tools'),
        tools: z.array(
          z.object({
            name: z.string(),
            input: z.record(z.string(), z.unknown()),
            ok: z.boolean(),
            result: z.string().describe('as the model is told'),
          }),
        ),
        fault: z.boolean().describe('the model gave no answer'),
      }),
    ),
    order: z
      .object({
        orderer: field,
        recipient: field,
        destination: field,
        room: field,
        message: field,
        deliver_by: field,
        phone: field,
      })
      .nullable()
      .describe('the order that only this trial knows'),
    placed: z.boolean(),
    end: z.string().nullable().describe('why the conversation is over'),
  })
  .openapi('FlowTrial')
export type FlowTrialView = z.infer<typeof flowTrialSchema>
