/** What the API says of conversations by text and Kakao. */
import { z } from '@hono/zod-openapi'

const time = z.iso.datetime({ offset: true })
export const chatChannelSchema = z.enum(['sms', 'kakao'])

/** A picture that a customer sent. */
export const attachmentSchema = z
  .object({
    attachment_id: z.string(),
    /** `refused`: no picture, or too large; `failed`: the carrier did not hand it out. */
    status: z.enum(['waiting', 'kept', 'refused', 'failed']),
    /** Our copy; null without one. */
    url: z.string().nullable(),
    width: z.number().int().nullable(),
    height: z.number().int().nullable(),
  })
  .openapi('Attachment')

export const chatThreadSchema = z
  .object({
    thread_id: z.string(),
    channel: chatChannelSchema,
    /** E-mail of the person who answers instead of the AI. */
    taken_by: z.string().nullable(),
    taken_at: time.nullable(),
    /** False: Kakao can't be written to unasked and no number is known; what is written waits for the next message. */
    reachable: z.boolean(),
    workflow_url: z.string().nullable(),
  })
  .openapi('ChatThread')

/** One message of the conversation about an order, whoever wrote it. */
export const messageSchema = z
  .object({
    id: z.string(),
    direction: z.enum(['in', 'out']),
    channel: chatChannelSchema,
    /** `chat`: part of a conversation; else the occasion, see domain/notification.ts. */
    kind: z.string(),
    /** How it travelled; null for what came in by another way. */
    type: z.enum(['SMS', 'LMS', 'MMS', 'ATA']).nullable(),
    /** 1, or more when earlier ways did not arrive. */
    attempt: z.number().int(),
    /** 'customer', 'ai', 'system' or the e-mail of a person. */
    author: z.string(),
    thread_id: z.string().nullable(),
    /** Of a message from a customer; evidence names it. */
    message_id: z.string().nullable(),
    to_number: z.string(),
    body: z.string(),
    attachments: z.array(attachmentSchema),
    status: z.enum(['pending', 'sent', 'delivered', 'failed']),
    error: z.string().nullable(),
    created_at: time,
    sent_at: time.nullable(),
    delivered_at: time.nullable(),
  })
  .openapi('Message')

/** Body of POST /api/tickets/{order_no}/messages. */
export const newMessageSchema = z
  .object({
    text: z.string().trim().min(1).max(1_500),
    /** Left out: the conversation that is going on, else a text message to the customer. */
    thread_id: z.string().max(40).optional(),
  })
  .openapi('NewMessage')

export const takeOverSchema = z
  .object({ taken: z.boolean().describe('false gives it back to the AI') })
  .openapi('TakeOver')

export const threadStateSchema = z
  .enum(['ai', 'person', 'waiting'])
  .describe('who has the word: the AI, a person, or a customer for whom a person should act')

/** A conversation in the list. */
export const threadSummarySchema = z
  .object({
    thread_id: z.string(),
    channel: chatChannelSchema,
    state: threadStateSchema,
    /** E-mail of the person who answers instead of the AI. */
    taken_by: z.string().nullable(),
    /** Masked; null for a Kakao user who has told none. */
    phone: z.string().nullable(),
    name: z.string().nullable(),
    /** The order they talk about now, or talked about last. */
    order: z
      .object({
        order_no: z.string(),
        recipient: z.string().nullable(),
        state: z.enum(['todo', 'in_progress', 'issue', 'done']),
        sub_state: z.string(),
      })
      .nullable(),
    newest: z.object({
      direction: z.enum(['in', 'out']),
      author: z.string(),
      /** The beginning of it; empty for a picture alone. */
      words: z.string(),
      pictures: z.number().int(),
      status: messageSchema.shape.status,
      at: time,
    }),
  })
  .openapi('ThreadSummary')

export const threadListSchema = z
  .object({ threads: z.array(threadSummarySchema), next_cursor: z.string().nullable() })
  .openapi('ThreadList')

export const threadCountsSchema = z
  .object({ waiting: z.number().int().describe('conversations in which a person should act') })
  .openapi('ThreadCounts')

/** One conversation with a page of what was written in it, also what we sent its customer by ourselves. */
export const threadDetailSchema = threadSummarySchema
  .extend({
    taken_at: time.nullable(),
    reachable: chatThreadSchema.shape.reachable,
    /** Kakao only: until then an answer can go to KakaoTalk; null when that time is over, or one has gone. */
    kakao_until: time.nullable(),
    flow_version: z
      .number()
      .int()
      .nullable()
      .describe('version of the flow that its AI speaks by; 0: as shipped, null: it has not spoken yet'),
    workflow_url: z.string().nullable(),
    /** The oldest first. */
    messages: z.array(messageSchema),
    /** For the messages before these. */
    earlier_cursor: z.string().nullable(),
  })
  .openapi('ThreadDetail')

export type ThreadSummary = z.infer<typeof threadSummarySchema>
export type ThreadDetail = z.infer<typeof threadDetailSchema>
export type ThreadList = z.infer<typeof threadListSchema>
export type ThreadCounts = z.infer<typeof threadCountsSchema>
export type Attachment = z.infer<typeof attachmentSchema>
export type ChatThread = z.infer<typeof chatThreadSchema>
export type MessageView = z.infer<typeof messageSchema>
export type NewMessage = z.infer<typeof newMessageSchema>
