/** What the API says of tickets. The web app derives its types from here. Numbers are masked unless said otherwise. */
import { z } from '@hono/zod-openapi'
import { CALL_LANGUAGES, CALL_OUTCOMES, SENTIMENTS } from '../../domain/call-analysis.ts'
import { GUEST_MODES } from '../../domain/call-guests.ts'
import { FLOW_NAMES } from '../../domain/flow-content.ts'
import { ISSUE_CAUSE_CODES } from '../../domain/issue-cause.ts'
import { chatThreadSchema, messageSchema } from './chats.ts'
import { vendorMethodSchema } from './vendors.ts'

export const ticketStateSchema = z.enum(['todo', 'in_progress', 'issue', 'done'])
export const ticketSubStateSchema = z.enum([
  'order_received',
  'awaiting_payment',
  'paid',
  'message_confirmed',
  'po_placed',
  'in_delivery',
  'delivered',
])
export const issueKindSchema = z.enum(['message_typo', 'delivery_delay', 'complaint', 'admin_required'])
export const outcomeSchema = z.enum(['delivered', 'cancelled', 'refunded'])
export const orderFieldSchema = z.enum([
  'orderer',
  'recipient',
  'destination',
  'room',
  'message',
  'deliver_by',
  'phone',
])
export const channelSchema = z.enum(['phone', 'sms', 'kakao', 'web', 'operator'])
export const time = z.iso.datetime({ offset: true })

/** Why an Issue was raised, for readers of every language; null where only its `reason` tells. */
export const issueCauseSchema = z
  .object({ code: z.enum(ISSUE_CAUSE_CODES), params: z.record(z.string(), z.string()) })
  .nullable()

/** Things a person may do to a ticket; which of them now is in `TicketDetail.actions`. */
export const ticketActionSchema = z.enum([
  'edit_order',
  'confirm_order',
  'cancel',
  'raise_issue',
  'retry_step',
  'complete_by_hand',
  'refund_and_close',
  'set_refund_account',
  'partial_refund',
  'reorder',
  'tell_delay',
  'merge_order',
  'keep_both',
])

export const ticketSummarySchema = z
  .object({
    order_no: z.string(),
    state: ticketStateSchema,
    sub_state: ticketSubStateSchema,
    issue_kind: issueKindSchema.nullable(),
    /** One sentence why the ticket is an Issue. */
    issue_reason: z.string().nullable(),
    issue_cause: issueCauseSchema,
    outcome: outcomeSchema.nullable(),
    missing: z.array(orderFieldSchema),
    orderer: z.string().nullable(),
    recipient: z.string().nullable(),
    message: z.string().nullable(),
    destination: z.string().nullable(),
    room: z.string().nullable(),
    deliver_by: time.nullable(),
    amount: z.number().int().describe('won'),
    customer_phone: z.string().describe('masked, e.g. 010-****-5678'),
    channel: channelSchema,
    edit_window_ends_at: time.nullable(),
    /** What anybody who has signed in may do now; the ticket's page may offer the owner more. */
    quick_actions: z.array(ticketActionSchema),
    /** A call about this order is going on. */
    live_call_id: z.string().nullable(),
    /** Order that the customer told before and that may be this one. */
    possible_duplicate_of: z.string().nullable(),
    /** Of each open Issue, the one that stands before the others first: e-mail of who looks after it, or null. */
    assignees: z.array(z.string().nullable()),
    version: z.number().int(),
    created_at: time,
    updated_at: time,
  })
  .openapi('TicketSummary')

export const ticketEventSchema = z
  .object({
    seq: z.number().int(),
    at: time,
    /** See TicketEvent in domain/ticket.ts; the web app has a sentence for each. */
    kind: z.string(),
    actor: z.string(),
    data: z.record(z.string(), z.unknown()),
  })
  .openapi('TicketEvent')

export const callSummarySchema = z
  .object({
    call_id: z.string(),
    direction: z.enum(['inbound', 'outbound']),
    state: z.enum(['ringing', 'live', 'ended', 'missed']),
    from_number: z.string(),
    to_number: z.string(),
    called_at: time,
    answered_at: time.nullable(),
    ended_at: time.nullable(),
    duration_seconds: z.number().nullable(),
    order_no: z.string().nullable(),
    summary: z.string().nullable(),
    has_recording: z.boolean(),
    workflow_url: z.string().nullable(),
    /** Who of us made the call by their own telephone; null: the AI did, or we were called. */
    placed_by: z.object({ person_id: z.string().nullable(), name: z.string() }).nullable(),
  })
  .openapi('CallSummary')

export const transcriptLineSchema = z
  .object({
    utterance_id: z.string(),
    /** Seconds from the answer. */
    timestamp: z.number(),
    end: z.number().nullable(),
    speaker: z.enum(['ai', 'customer']),
    text: z.string(),
    confidence: z.number().nullable(),
    interrupted: z.boolean(),
    /** Last caller voice -> first answer packet, on the wire. */
    latency_ms: z.number().nullable(),
  })
  .openapi('TranscriptLine')

export const callAnalysisSchema = z
  .object({
    outcome: z.enum(CALL_OUTCOMES),
    sentiment: z.enum(SENTIMENTS),
    sentiments: z.array(z.enum(SENTIMENTS)).describe('of each line of the customer, in order'),
    language: z.enum(CALL_LANGUAGES),
    follow_ups: z.array(z.string()).describe('what a person still has to do'),
  })
  .openapi('CallAnalysis')

const count = z.number().int()
export const callUsageSchema = z
  .object({
    models: z.array(
      z.object({
        model: z.string(),
        input_tokens: count.describe('neither read from the prompt cache nor written to it'),
        output_tokens: count,
        cache_read_tokens: count,
        cache_write_tokens: count,
        cost: z.number().describe('won'),
      }),
    ),
    recognition_seconds: z.number(),
    characters: count.describe('spoken, as the voice bills them'),
    speech_cost: z.number().describe('won: recognition and voice'),
    cost: z.number().describe('won, all together'),
  })
  .openapi('CallUsage')

export const callDetailSchema = callSummarySchema
  .extend({
    transcript: z.array(transcriptLineSchema),
    recording_url: z.string().nullable(),
    /** What was left out of the recording; seconds from the answer. */
    recording_pauses: z.array(
      z.object({
        from: z.number(),
        /** null while it lasts. */
        to: z.number().nullable(),
        /** null: the dialogue itself. */
        paused_by: z.string().nullable(),
        resumed_by: z.string().nullable(),
      }),
    ),
    /** Colleagues who joined, or whose telephone rang for it, in the order in which they wished to. */
    guests: z.array(
      z.object({
        person_id: z.string().nullable(),
        name: z.string(),
        mode: z.enum(GUEST_MODES),
        asked_at: time,
        joined_at: time.nullable(),
        left_at: time.nullable(),
      }),
    ),
    /** What was taken of the services that cost money; null where nothing was counted. */
    usage: callUsageSchema.nullable(),
    /** Read from the words once the call is over; null where nobody spoke, or it was not read. */
    analysis: callAnalysisSchema.nullable(),
    /** The version of its flow that the call began with; 0: as it was shipped. null: from before, or not answered. */
    flow: z.object({ name: z.enum(FLOW_NAMES), version: z.number().int() }).nullable(),
  })
  .openapi('CallDetail')

export const ticketDetailSchema = ticketSummarySchema
  .extend({
    cost: z.number().int().describe('won'),
    /** Number for texts and questions about this order, masked. */
    contact_phone: z.string().nullable(),
    /** Which words gave each field: the moment in a call's recording, or the message or picture of a conversation. */
    evidence: z.partialRecord(
      orderFieldSchema,
      z.object({
        channel: channelSchema,
        words: z.string(),
        confidence: z.number(),
        /** Of what was heard in doubt: whether the customer has agreed to it since. */
        confirmed: z.boolean().optional(),
        call_id: z.string().optional(),
        at_ms: z.number().optional(),
        thread_id: z.string().optional(),
        message_id: z.string().optional(),
        /** The picture it was read from. */
        attachment_id: z.string().optional(),
      }),
    ),
    issue: z
      .object({
        id: z.string(),
        kind: issueKindSchema,
        reason: z.string(),
        cause: issueCauseSchema,
        /** The step that failed, when a step did. */
        step: z.string().nullable(),
        raised_at: time,
        raised_by: z.string(),
        actions: z.array(ticketActionSchema),
      })
      .nullable(),
    /** What may be done now. */
    actions: z.array(ticketActionSchema),
    timeline: z.array(ticketEventSchema),
    calls: z.array(callDetailSchema),
    /** One conversation in both directions, and the texts that the order sends by itself. */
    messages: z.array(messageSchema),
    /** The newest first. */
    threads: z.array(chatThreadSchema),
    payments: z.array(
      z.object({
        id: z.number().int(),
        method: z.string(),
        amount: z.number().int(),
        status: z.string(),
        paid_at: time.nullable(),
        created_at: time,
        /** A virtual account that was opened for it. */
        account: z
          .object({
            bank_code: z.string(),
            number: z.string(),
            holder: z.string(),
            /** The bank refuses money after it. */
            due_at: time.nullable(),
          })
          .nullable(),
        /** Whom the receipt of the transfer is for; the number masked. */
        cash_receipt: z
          .object({ kind: z.enum(['income_deduction', 'business_expense']), number: z.string() })
          .nullable(),
      }),
    ),
    /** Money on the company's own account that went to this order, as it came. */
    deposits: z.array(
      z.object({
        id: z.number().int(),
        amount: z.number().int(),
        depositor: z.string(),
        received_at: time,
        settled_by: z.string().nullable(),
      }),
    ),
    /** Won given back so far, all or part. */
    refunded: z.number().int(),
    /** Each time that money was given back, with the amount that was decided. */
    refunds: z.array(
      z.object({
        id: z.number().int(),
        amount: z.number().int(),
        state: z.enum(['pending', 'settled', 'failed']),
        created_at: time,
        settled_at: time.nullable(),
      }),
    ),
    /** The customer's own page of this order; null once it is cancelled. */
    order_page_url: z.string().nullable(),
    purchase_orders: z.array(
      z.object({
        id: z.number().int(),
        reference: z.string(),
        vendor: z.string(),
        requested_at: time,
        erp_order_id: z.string().nullable(),
        status: z.string(),
        error: z.string().nullable(),
        /** Reference of the purchase order it was placed instead of. */
        replaces: z.string().nullable(),
        /** How it came to the vendor; null: by hand, or not yet. */
        method: vendorMethodSchema.nullable(),
        /** What proves it: pictures of the vendor's page (signed-in people only), and the call. */
        pictures: z.array(z.string()),
        call_id: z.string().nullable(),
      }),
    ),
    deliveries: z.array(
      z.object({
        id: z.number().int(),
        /** Our reference of its purchase order. */
        reference: z.string().nullable(),
        status: z.string(),
        delivered_at: time.nullable(),
        photo_url: z.string().nullable(),
      }),
    ),
    /** Open orders of the customer that look like this one. */
    look_alikes: z.array(ticketSummarySchema),
    workflow_url: z.string().nullable(),
  })
  .openapi('TicketDetail')

/** A page of a list; `next_cursor` is null on the last one. */
export const ticketListSchema = z
  .object({ tickets: z.array(ticketSummarySchema), next_cursor: z.string().nullable() })
  .openapi('TicketList')
export const callListSchema = z
  .object({ calls: z.array(callSummarySchema), next_cursor: z.string().nullable() })
  .openapi('CallList')

export type TicketState = z.infer<typeof ticketStateSchema>
export type TicketSubState = z.infer<typeof ticketSubStateSchema>
export type IssueKind = z.infer<typeof issueKindSchema>
export type TicketAction = z.infer<typeof ticketActionSchema>
export type TicketSummary = z.infer<typeof ticketSummarySchema>
export type TicketDetail = z.infer<typeof ticketDetailSchema>
export type TicketEventView = z.infer<typeof ticketEventSchema>
export type CallSummary = z.infer<typeof callSummarySchema>
export type CallDetail = z.infer<typeof callDetailSchema>
export type TranscriptLine = z.infer<typeof transcriptLineSchema>
export type TicketList = z.infer<typeof ticketListSchema>
export type CallList = z.infer<typeof callListSchema>
