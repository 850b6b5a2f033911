/** What the board is asked and what it says: filters, columns with their counts, actions on many tickets, saved filters. */
import { z } from '@hono/zod-openapi'
import { ticketActionRequestSchema } from './ticket-requests.ts'
import {
  channelSchema,
  issueKindSchema,
  type TicketAction,
  ticketStateSchema,
  ticketSubStateSchema,
  ticketSummarySchema,
} from './tickets.ts'

/** Several values in one parameter, with commas between them. */
const listOf = <Schema extends z.ZodType<string, string>>(schema: Schema) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(schema).min(1))
    .openapi({ type: 'string', description: 'one or more, with commas between them' })

const flag = z.enum(['true']).transform(() => true)
const time = z.iso.datetime({ offset: true })

/** How an order stands with its money. */
const paymentFilterSchema = z.enum(['unpaid', 'awaiting', 'paid', 'refunded'])

/** The filter that lists, columns and counts share; parts that are left out let everything through. */
export const ticketFilterSchema = z.object({
  sub_state: listOf(ticketSubStateSchema).optional(),
  payment: paymentFilterSchema.optional(),
  issue_kind: listOf(issueKindSchema).optional(),
  channel: listOf(channelSchema).optional(),
  attention: flag.optional().describe('Issues, and open orders in which something is missing'),
  assignee: z
    .string()
    .max(200)
    .optional()
    .describe('e-mail of who looks after an open Issue of the order; `none`: nobody does'),
  open: flag.optional().describe('not done'),
  on_call: flag.optional().describe('a call about the order is going on'),
  deliver_from: time.optional().describe('wanted at or after'),
  deliver_to: time.optional().describe('wanted before'),
  ordered_from: time.optional().describe('ordered at or after'),
  ordered_to: time.optional().describe('ordered before'),
  q: z
    .string()
    .max(100)
    .optional()
    .describe('words of the order, an order number or its start, a phone number or its last four digits'),
})

/** Order of the board's open columns; Done has the newest first in either. */
export const boardSortSchema = z.enum(['updated_at', 'deliver_by'])

const totalSchema = z.object({
  state: ticketStateSchema,
  total: z.number().int(),
  at_least: z.boolean().describe('there are more than `total`; they were not counted to the end'),
})

export const boardSchema = z
  .object({
    columns: z.array(
      totalSchema.extend({
        /** By wanted time: first those with a call going on, then the soonest. */
        tickets: z.array(ticketSummarySchema),
        next_cursor: z.string().nullable(),
      }),
    ),
  })
  .openapi('Board')

export const boardTotalsSchema = z.object({ columns: z.array(totalSchema) }).openapi('BoardTotals')

/** So many tickets in one request: more would keep the person waiting, and the workflows busy. */
export const BULK_LIMIT = 100

/** What is done to many tickets alike; everything else is one ticket's affair. */
const BULK_ACTIONS: readonly TicketAction[] = ['retry_step', 'confirm_order', 'raise_issue', 'cancel']

/** Body of POST /api/tickets/bulk. */
export const bulkRequestSchema = z
  .object({
    order_nos: z
      .array(z.string().regex(/^\d{6}-[2-9A-HJ-NP-Z]{4}$/))
      .min(1)
      .max(BULK_LIMIT),
    action: ticketActionRequestSchema.refine(
      ({ action }) => BULK_ACTIONS.includes(action),
      'not for many tickets',
    ),
  })
  .openapi('BulkRequest')

export const bulkResultSchema = z
  .object({
    /** One for each ticket, in the order asked. */
    results: z.array(
      z.object({
        order_no: z.string(),
        done: z.boolean(),
        /** Why it was refused: for programs and for people. */
        code: z.string().nullable(),
        detail: z.string().nullable(),
        /** The ticket as it is now; null when there is none. */
        ticket: ticketSummarySchema.nullable(),
      }),
    ),
  })
  .openapi('BulkResult')

/** A filter under a name, of one person. `search` is the query of the board's address, which the web app reads. */
export const savedFilterSchema = z
  .object({
    id: z.number().int(),
    name: z.string(),
    search: z.record(z.string(), z.string()),
  })
  .openapi('SavedFilter')
export const savedFilterListSchema = z
  .object({ filters: z.array(savedFilterSchema) })
  .openapi('SavedFilterList')
export const newSavedFilterSchema = z
  .object({
    name: z.string().trim().min(1).max(40),
    search: z
      .record(z.string().max(20), z.string().max(200))
      .refine((search) => Object.keys(search).length > 0, 'nothing to save')
      .refine((search) => Object.keys(search).length <= 20, 'too many parts'),
  })
  .openapi('NewSavedFilter')

export type TicketFilterQuery = z.infer<typeof ticketFilterSchema>
export type BoardSort = z.infer<typeof boardSortSchema>
export type Board = z.infer<typeof boardSchema>
export type BoardTotals = z.infer<typeof boardTotalsSchema>
export type BulkRequest = z.infer<typeof bulkRequestSchema>
export type BulkResult = z.infer<typeof bulkResultSchema>
export type SavedFilter = z.infer<typeof savedFilterSchema>
export type SavedFilterList = z.infer<typeof savedFilterListSchema>
