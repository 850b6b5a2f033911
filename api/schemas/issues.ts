/** What the API says of Issues. The web app derives its types from here. */

import { z } from '@hono/zod-openapi'
import {
  channelSchema,
  issueCauseSchema,
  issueKindSchema,
  orderFieldSchema,
  ticketActionSchema,
  ticketSubStateSchema,
} from './tickets.ts'
import { vendorMethodSchema } from './vendors.ts'

const time = z.iso.datetime({ offset: true })

/** `resolved`: they are over; `open`: they wait for a person. */
export const issueStateSchema = z.enum(['open', 'resolved'])

const issueFields = {
  id: z.string(),
  order_no: z.string(),
  kind: issueKindSchema,
  /** One Korean sentence; `cause` says the same for other languages, where there is one. */
  reason: z.string(),
  cause: issueCauseSchema,
  /** The step that failed, when a step did. */
  step: z.string().nullable(),
  raised_at: time,
  raised_by: z.string(),
  resolved_at: time.nullable(),
  resolved_by: z.string().nullable(),
  /** What resolved it; null while open and when it resolved itself. */
  resolution: z.string().nullable(),
  /** What resolves it; the person who asks has the right to each. */
  actions: z.array(ticketActionSchema),
  suggestion: z
    .object({
      action: ticketActionSchema,
      why: z.object({ ko: z.string(), en: z.string() }),
      source: z.enum(['model', 'rule']),
      at: time,
    })
    .nullable(),
  assignee: z.string().nullable().describe('e-mail'),
  due_at: time.nullable(),
  acknowledged_at: time.nullable(),
  acknowledged_by: z.string().nullable(),
  acknowledged_via: z.enum(['app', 'text', 'call']).nullable(),
  comment_count: z.number().int(),
}

/** An Issue in a list, with what tells its order apart. */
export const issueSummarySchema = z
  .object({
    ...issueFields,
    sub_state: ticketSubStateSchema,
    orderer: z.string().nullable(),
    recipient: z.string().nullable(),
    destination: z.string().nullable(),
    room: z.string().nullable(),
    deliver_by: time.nullable(),
  })
  .openapi('IssueSummary')

export const issueEvidenceSchema = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('words'),
      channel: channelSchema,
      text: z.string(),
      at: time,
      call_id: z.string().nullable(),
      /** Moment in the call's recording. */
      at_ms: z.number().nullable(),
      thread_id: z.string().nullable(),
    }),
    z.object({
      kind: z.literal('vendor_answer'),
      /** By which way it came; null where the reason tells it. */
      method: vendorMethodSchema.nullable(),
      code: z.string(),
      reason: z.string(),
    }),
    z.object({
      kind: z.literal('file'),
      label: z.string(),
      method: vendorMethodSchema.nullable(),
      url: z.string(),
    }),
    z.object({ kind: z.literal('timing'), wanted: time, status: z.string().nullable() }),
  ])
  .openapi('IssueEvidence')

/** An Issue with everything a person needs to decide. */
export const issueDetailSchema = z
  .object({
    ...issueFields,
    resolution_note: z.string().nullable(),
    evidence: z.array(issueEvidenceSchema),
    /** What the customer wanted the order to say and could not get any more; numbers masked. */
    wanted: z.partialRecord(orderFieldSchema, z.string().nullable()),
    /** Won: what giving back all, or the part that the policy allows, comes to now. */
    amounts: z.object({ all: z.number().int(), part: z.number().int() }),
    comments: z.array(z.object({ id: z.string(), at: time, author: z.string(), text: z.string() })),
  })
  .openapi('IssueDetail')

export const issueCountsSchema = z
  .object({
    open: z.number().int(),
    /** Open, and nobody has said to have seen them. */
    unseen: z.number().int(),
    overdue: z.number().int(),
  })
  .openapi('IssueCounts')

/** A page of a list; `next_cursor` is null on the last one. */
export const issueListSchema = z
  .object({ issues: z.array(issueSummarySchema), next_cursor: z.string().nullable() })
  .openapi('IssueList')

/** All Issues of one order, the first one first. */
export const orderIssuesSchema = z.object({ issues: z.array(issueDetailSchema) }).openapi('OrderIssues')

/** Body of PATCH /api/issues/{id}: what is left out stays. */
export const issueHandlingSchema = z
  .object({ assignee: z.email().nullable(), due_at: time.nullable() })
  .partial()
  .refine((body) => Object.keys(body).length > 0, 'name at least one field')
  .openapi('IssueHandling')

export const issueCommentSchema = z
  .object({ text: z.string().trim().min(1).max(1000) })
  .openapi('IssueComment')

export type IssueSummary = z.infer<typeof issueSummarySchema>
export type IssueDetail = z.infer<typeof issueDetailSchema>
export type IssueEvidenceView = z.infer<typeof issueEvidenceSchema>
export type IssueCounts = z.infer<typeof issueCountsSchema>
export type OrderIssues = z.infer<typeof orderIssuesSchema>
export type IssueList = z.infer<typeof issueListSchema>
export type IssueHandlingRequest = z.infer<typeof issueHandlingSchema>
