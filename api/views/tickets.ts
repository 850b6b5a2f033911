/** Tickets as the API shows them. */
import { z } from '@hono/zod-openapi'
import { parseOrderNo } from '../../domain/ids.ts'
import { readIssueCause } from '../../domain/issue-cause.ts'
import { orderPageLink } from '../../domain/signed-link.ts'
import { anybodyMay } from '../action-rights.ts'
import type { CallEvents } from '../queries/call-guests.ts'
import type { CallRow, TurnRow } from '../queries/calls.ts'
import type { TicketCardRow, TicketParts, TicketRow } from '../queries/tickets.ts'
import {
  channelSchema,
  issueKindSchema,
  orderFieldSchema,
  outcomeSchema,
  type TicketAction,
  type TicketDetail,
  type TicketSummary,
  ticketActionSchema,
  ticketStateSchema,
  ticketSubStateSchema,
} from '../schemas/tickets.ts'
import { vendorMethodSchema } from '../schemas/vendors.ts'
import { viewCall } from './calls.ts'
import { viewMessage, viewThread } from './chats.ts'
import { viewMoney } from './ticket-money.ts'
import { shownTime, shownTimeOrNull, type ViewContext } from './view-context.ts'

/** Column `tickets.issue`: TicketIssue of domain/ticket-states.ts. */
export const storedIssueSchema = z.object({
  id: z.string().optional(),
  cause: z.unknown().optional(),
  kind: issueKindSchema,
  reason: z.string(),
  step: z.string().nullable(),
  raisedAt: z.string(),
  raisedBy: z.string(),
  actions: z.array(ticketActionSchema),
})

/** Column `orders.evidence`: OrderEvidence of domain/order.ts, its words encrypted. */
const storedEvidenceSchema = z.partialRecord(
  orderFieldSchema,
  z.object({
    channel: channelSchema,
    words: z.string(),
    confidence: z.number(),
    confirmed: z.boolean().optional(),
    callId: z.string().optional(),
    atMs: z.number().optional(),
    threadId: z.string().optional(),
    messageId: z.string().optional(),
    attachmentId: z.string().optional(),
  }),
)

// Made once: there are hundreds of rows to a board.
const issueKindOrNull = issueKindSchema.nullable()
const outcomeOrNull = outcomeSchema.nullable()
const jsonRecord = z.record(z.string(), z.unknown())

/** A ticket on the board or in a list. */
export function viewTicketSummary(row: TicketCardRow, context: ViewContext): TicketSummary {
  const issue = row.issue === null ? null : storedIssueSchema.safeParse(row.issue)
  return {
    order_no: row.order_no,
    state: ticketStateSchema.parse(row.current_state),
    sub_state: ticketSubStateSchema.parse(row.sub_state),
    issue_kind: issueKindOrNull.parse(row.issue_kind),
    issue_reason: issue?.success ? issue.data.reason : null,
    issue_cause: issue?.success ? viewCause(issue.data.cause) : null,
    outcome: outcomeOrNull.parse(row.outcome),
    missing: row.missing.map((field) => orderFieldSchema.parse(field)),
    orderer: row.orderer,
    recipient: row.recipient,
    message: row.message,
    destination: row.destination,
    room: row.room,
    deliver_by: shownTimeOrNull(row.deliver_by),
    amount: row.amount,
    customer_phone: context.maskedPhone(row.customer_phone),
    channel: channelSchema.parse(row.channel),
    edit_window_ends_at: shownTimeOrNull(row.edit_window_ends_at),
    quick_actions: viewActions(row, anybodyMay),
    live_call_id: row.live_call_id,
    assignees: row.assignees,
    possible_duplicate_of: row.possible_duplicate_of,
    version: row.version,
    created_at: shownTime(row.created_at),
    updated_at: shownTime(row.updated_at),
  }
}

/** Everything of one ticket. @param mayDo which actions the person who asks has the right to. */
export function viewTicket(
  row: TicketRow,
  parts: TicketParts & { readonly lookAlikes: readonly TicketRow[] },
  calls: {
    readonly rows: readonly CallRow[]
    readonly turns: readonly TurnRow[]
    readonly events: CallEvents
  },
  mayDo: (action: TicketAction) => boolean,
  context: ViewContext,
): TicketDetail {
  return {
    ...viewTicketSummary(row, context),
    cost: row.cost,
    contact_phone: row.order_phone === null ? null : context.maskedPhone(row.order_phone),
    evidence: viewEvidence(row, context),
    issue: viewIssue(row, mayDo),
    actions: viewActions(row, mayDo),
    timeline: parts.timeline.map((event) => ({
      ...event,
      at: shownTime(event.at),
      data: jsonRecord.parse(event.data),
    })),
    calls: calls.rows.map((call) => viewCall(call, calls.turns, calls.events, context)),
    messages: parts.messages.map((message) => viewMessage(message, parts, context)),
    threads: parts.threads.map((thread) => viewThread(thread, context)),
    ...viewMoney(parts, context),
    order_page_url: orderPageUrl(row, context),
    purchase_orders: parts.purchaseOrders.map((order) => ({
      id: order.id,
      reference: order.reference,
      vendor: order.vendor,
      requested_at: shownTime(order.requested_at),
      erp_order_id: order.erp_order_id,
      status: order.status,
      error: order.error,
      replaces: order.replaces,
      ...viewWay(order),
    })),
    deliveries: parts.deliveries.map((delivery) => ({
      id: delivery.id,
      reference: delivery.reference,
      status: delivery.status,
      delivered_at: shownTimeOrNull(delivery.delivered_at),
      photo_url: delivery.photo_key === null ? null : `/api/photos/${encodeURIComponent(delivery.photo_key)}`,
    })),
    look_alikes: parts.lookAlikes.map((other) => viewTicketSummary(other, context)),
    workflow_url: context.workflowUrl(row.workflow_id),
  }
}

const wayEvidenceSchema = z.array(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('picture'), key: z.string() }),
    z.object({ kind: z.literal('call'), callId: z.string() }),
  ]),
)

/** How a purchase order came to the vendor, and what proves it. */
function viewWay(order: { readonly method: string | null; readonly evidence: unknown }) {
  const evidence = wayEvidenceSchema.parse(order.evidence)
  return {
    method: order.method === null ? null : vendorMethodSchema.parse(order.method),
    pictures: evidence.flatMap((item) =>
      item.kind === 'picture' ? [`/api/photos/${encodeURIComponent(item.key)}`] : [],
    ),
    call_id: evidence.flatMap((item) => (item.kind === 'call' ? [item.callId] : [])).at(-1) ?? null,
  }
}

const viewActions = (row: TicketCardRow, mayDo: (action: TicketAction) => boolean): TicketAction[] =>
  row.actions.map((action) => ticketActionSchema.parse(action)).filter(mayDo)

function viewIssue(row: TicketRow, mayDo: (action: TicketAction) => boolean): TicketDetail['issue'] {
  if (row.issue === null) return null
  const { id, kind, reason, cause, step, raisedAt, raisedBy, actions } = storedIssueSchema.parse(row.issue)
  return {
    id: id ?? `${row.order_no}-I1`,
    kind,
    reason,
    cause: viewCause(cause),
    step,
    raised_at: raisedAt,
    raised_by: raisedBy,
    actions: actions.filter(mayDo),
  }
}

/** A stored IssueCause of domain/issue-cause.ts. */
export function viewCause(stored: unknown): TicketSummary['issue_cause'] {
  const cause = readIssueCause(stored)
  return cause === undefined ? null : { code: cause.code, params: { ...cause.params } }
}

function viewEvidence(row: TicketRow, context: ViewContext): TicketDetail['evidence'] {
  const stored = storedEvidenceSchema.parse(row.evidence)
  return Object.fromEntries(
    Object.entries(stored).map(([field, { channel, words, confidence, ...where }]) => [
      field,
      {
        channel,
        words: words.startsWith('enc1:') ? context.plain(words) : words,
        confidence,
        ...(where.confirmed === undefined ? {} : { confirmed: where.confirmed }),
        ...(where.callId === undefined ? {} : { call_id: where.callId }),
        ...(where.atMs === undefined ? {} : { at_ms: where.atMs }),
        ...(where.threadId === undefined ? {} : { thread_id: where.threadId }),
        ...(where.messageId === undefined ? {} : { message_id: where.messageId }),
        ...(where.attachmentId === undefined ? {} : { attachment_id: where.attachmentId }),
      },
    ]),
  )
}

function orderPageUrl(row: TicketRow, context: ViewContext): string | null {
  if (row.outcome === 'cancelled' || row.outcome === 'refunded') return null
  const { publicUrl, secret, orderLinkDays } = context.settings
  const expiresAt = Date.now() + orderLinkDays * 86_400_000
  const link = { orderNo: parseOrderNo(row.order_no), version: row.link_version, expiresAt }
  return orderPageLink(publicUrl, link, secret)
}
