/** What people ask of tickets through the API. */
import { z } from '@hono/zod-openapi'
import { issueKindSchema, time } from './tickets.ts'

/** Some fields of an order as a person types them. */
export const orderFieldsPatchSchema = z
  .object({
    orderer: z.string().max(60),
    recipient: z.string().max(60),
    message: z.string().max(60),
    destination: z.string().max(100),
    room: z.string().max(40),
    deliver_by: time,
    phone: z.string().max(20),
  })
  .partial()

/** Body of POST /api/tickets/{order_no}/actions: what to do, and its arguments. */
export const ticketActionRequestSchema = z
  .discriminatedUnion('action', [
    z.object({
      action: z.literal('edit_order'),
      fields: orderFieldsPatchSchema.refine(
        (fields) => Object.keys(fields).length > 0,
        'name at least one field',
      ),
    }),
    z.object({ action: z.literal('confirm_order') }),
    z.object({ action: z.literal('cancel'), reason: z.string().min(1).max(200) }),
    z.object({ action: z.literal('raise_issue'), kind: issueKindSchema, reason: z.string().min(1).max(500) }),
    z.object({ action: z.literal('retry_step'), note: z.string().max(500).optional() }),
    z.object({
      action: z.literal('complete_by_hand'),
      /** What proves it, e.g. the vendor's order number told by phone. */
      evidence: z.string().min(1).max(500),
    }),
    z.object({ action: z.literal('refund_and_close'), reason: z.string().min(1).max(200) }),
    z.object({
      action: z.literal('set_refund_account'),
      bank_code: z.string().describe('as Toss Payments numbers banks, e.g. 06'),
      account_number: z.string().max(40),
      holder: z.string().min(1).max(60),
    }),
    /** The policy's amount goes back with an apology; the Issue stays open. */
    z.object({ action: z.literal('partial_refund') }),
    /** Another wreath as the customer wanted it; `fields` say what else is to be different. */
    z.object({ action: z.literal('reorder'), fields: orderFieldsPatchSchema.optional() }),
    /** The customer hears when it comes instead. */
    z.object({ action: z.literal('tell_delay'), expected_by: time }),
    /** Both are one order: the younger unpaid one is closed and gives the other what it lacks. */
    z.object({ action: z.literal('merge_order'), other: z.string().max(20) }),
    z.object({ action: z.literal('keep_both'), other: z.string().max(20) }),
  ])
  .openapi('TicketActionRequest')

/** Body of POST /api/tickets: an order that a person takes down. Missing fields can follow later. */
export const newTicketSchema = z
  .object({
    /** Number of the customer, in any Korean form. */
    customer_phone: z.string().min(8).max(20),
    fields: orderFieldsPatchSchema.default({}),
    /** The customer agreed: the payment link goes out as soon as nothing is missing. */
    confirmed: z.boolean().default(false),
  })
  .openapi('NewTicket')

export const revealRequestSchema = z
  .object({ reason: z.string().trim().min(3).max(200).describe('kept in the audit log') })
  .openapi('RevealRequest')
export const revealedSchema = z
  .object({ customer_phone: z.string(), contact_phone: z.string().nullable() })
  .openapi('Revealed')

export type TicketActionRequest = z.infer<typeof ticketActionRequestSchema>
export type NewTicket = z.infer<typeof newTicketSchema>
export type Revealed = z.infer<typeof revealedSchema>
