/** What the API says of a morning. The web app derives its types from here. */
import { z } from '@hono/zod-openapi'
import { MORNING_GROUPS } from '../../domain/morning.ts'
import {
  channelSchema,
  issueCauseSchema,
  issueKindSchema,
  orderFieldSchema,
  outcomeSchema,
  ticketSubStateSchema,
} from './tickets.ts'

const time = z.iso.datetime({ offset: true })

/** One order of the night, one line. */
export const morningOrderSchema = z
  .object({
    order_no: z.string(),
    ordered_at: time,
    channel: channelSchema,
    paid: z.boolean(),
    sub_state: ticketSubStateSchema,
    outcome: outcomeSchema.nullable(),
    orderer: z.string().nullable(),
    recipient: z.string().nullable(),
    message: z.string().nullable(),
    destination: z.string().nullable(),
    room: z.string().nullable(),
    deliver_by: time.nullable(),
    amount: z.number().int().describe('won'),
    customer_phone: z.string().describe('masked'),
    missing: z.array(orderFieldSchema),
    issue: z.object({ kind: issueKindSchema, reason: z.string(), cause: issueCauseSchema }).nullable(),
  })
  .openapi('MorningOrder')

export const morningSchema = z
  .object({
    /** The day of the morning, in Korea. */
    date: z.iso.date(),
    from: time,
    until: time,
    /** In the order in which a person looks at them; also those that are empty. */
    groups: z.array(z.object({ group: z.enum(MORNING_GROUPS), orders: z.array(morningOrderSchema) })),
  })
  .openapi('Morning')

export type MorningOrderView = z.infer<typeof morningOrderSchema>
export type Morning = z.infer<typeof morningSchema>
