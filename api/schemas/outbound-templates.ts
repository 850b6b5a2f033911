/** Templates of requested calls as they go over the wire. */
import { z } from '@hono/zod-openapi'
import { OUTBOUND_LIMITS } from '../../domain/outbound-policy.ts'

const sentence = (max: number) => z.string().trim().min(1).max(max)

export const newOutboundTemplateSchema = z
  .object({
    name: sentence(60),
    caller_display_name: sentence(OUTBOUND_LIMITS.displayNameLength).nullish(),
    purpose: sentence(OUTBOUND_LIMITS.purposeLength).describe('{blanks} are filled in for each call'),
    questions: z.array(sentence(OUTBOUND_LIMITS.questionLength)).min(1).max(OUTBOUND_LIMITS.questions),
  })
  .openapi('NewOutboundTemplate')

export const outboundTemplateSchema = z
  .object({
    id: z.number().int(),
    name: z.string(),
    caller_display_name: z.string().nullable(),
    purpose: z.string(),
    questions: z.array(z.string()),
    blanks: z.array(z.string()).describe('names of what is to be filled in'),
    changed_by: z.string(),
    changed_at: z.string(),
  })
  .openapi('OutboundTemplate')

export const outboundTemplateListSchema = z
  .object({ templates: z.array(outboundTemplateSchema) })
  .openapi('OutboundTemplateList')

export type NewOutboundTemplate = z.infer<typeof newOutboundTemplateSchema>
export type OutboundTemplateView = z.infer<typeof outboundTemplateSchema>
export type OutboundTemplateList = z.infer<typeof outboundTemplateListSchema>
