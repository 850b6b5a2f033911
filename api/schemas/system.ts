/** What the API says of the system itself. */
import { z } from '@hono/zod-openapi'

export const partyNameSchema = z.enum([
  'telephone',
  'sms',
  'kakao',
  'claude',
  'speech',
  'payments',
  'bank',
  'vendor_erp',
])

export const systemSchema = z
  .object({
    version: z.string(),
    node_version: z.string(),
    company: z.object({ name: z.string(), phone: z.string().describe('as it is read, e.g. 1588-0000') }),
    /** Which outside parties are real. */
    parties: z.array(z.object({ name: partyNameSchema, stand_in: z.boolean() })),
    /** Null when there is nothing behind it. */
    links: z.object({
      temporal_ui: z.string().nullable(),
      outside_world: z.string().nullable(),
      api_docs: z.string(),
    }),
    edit_window_seconds: z.number().int(),
    payment_expiry_seconds: z.number().int(),
    price: z.number().int().describe('won'),
    /** Whether running orders can be reached just now. */
    workflow_engine_reachable: z.boolean(),
    now: z.iso.datetime({ offset: true }),
  })
  .openapi('System')

export type SystemInfo = z.infer<typeof systemSchema>
