/** What the API says of tickets. The web app derives its types from here. Numbers are masked unless said otherwise. */
import { z } from '@hono/zod-openapi'
import { CALL_LANGUAGES, CALL_OUTCOMES, SENTIMENTS } from '../../domain/call-analysis.ts'
import { GUEST_MODES } from '../../domain/call-guests.ts'
import { FLOW_NAMES } from '../../domain/flow-content.ts'
import { ISSUE_CAUSE_CODES } from '../../domain/issue-cause.ts'
import { chatThreadSchema, messageSchema } from './chats.ts'
import { outboundEventSchemas } from './outbound.ts'
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
const time = z.iso.datetime({ offset: true })

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

/** A page of a list; `next_cursor` is null on the last one. */
export const ticketListSchema = z
  .object({ tickets: z.array(ticketSummarySchema), next_cursor: z.string().nullable() })
  .openapi('TicketList')
export const callListSchema = z
  .object({ calls: z.array(callSummarySchema), next_cursor: z.string().nullable() })
  .openapi('CallList')

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
    z.object({ type: z.literal('flows_changed') }),
    z.object({ type: z.literal('thread_changed'), thread_id: z.string() }),
    ...outboundEventSchemas,
    z.object({ type: z.literal('resync') }).describe('events were missed: read everything again'),
  ])
  .openapi('LiveEvent')

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
export type TicketActionRequest = z.infer<typeof ticketActionRequestSchema>
export type TicketList = z.infer<typeof ticketListSchema>
export type CallList = z.infer<typeof callListSchema>
export type NewTicket = z.infer<typeof newTicketSchema>
export type Revealed = z.infer<typeof revealedSchema>
export type LiveEvent = z.infer<typeof liveEventSchema>
