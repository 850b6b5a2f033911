/** What the API tells of changes, as they happen. */
import { z } from '@hono/zod-openapi'
import { outboundEventSchemas } from './outbound.ts'
import {
  callSummarySchema,
  issueKindSchema,
  ticketSummarySchema,
  time,
  transcriptLineSchema,
} from './tickets.ts'

/** Messages of the WebSocket /api/events. */
export const liveEventSchema = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('ticket_changed'), ticket: ticketSummarySchema }),
    z.object({
      type: z.literal('issue_changed'),
      issue_id: z.string(),
      order_no: z.string(),
      kind: issueKindSchema,
      open: z.boolean(),
      /** Somebody has said to have seen it. */
      seen: z.boolean(),
      raised_at: time,
    }),
    z.object({ type: z.literal('call_changed'), call: callSummarySchema }),
    z.object({
      type: z.literal('transcript_line'),
      call_id: z.string(),
      order_no: z.string().nullable(),
      line: transcriptLineSchema,
    }),
    z.object({ type: z.literal('money_changed') }).describe('deposits, money to return or a reconciliation'),
    z.object({ type: z.literal('vendors_changed') }),
    z.object({ type: z.literal('latency_changed') }).describe('callers wait too long, or no longer do'),
    z.object({ type: z.literal('flows_changed') }),
    z.object({ type: z.literal('thread_changed'), thread_id: z.string() }),
    z
      .object({ type: z.literal('campaign_changed'), campaign_id: z.string() })
      .describe('it, or rows of it: at most once in a moment'),
    ...outboundEventSchemas,
    z.object({ type: z.literal('resync') }).describe('events were missed: read everything again'),
  ])
  .openapi('LiveEvent')

export type LiveEvent = z.infer<typeof liveEventSchema>
