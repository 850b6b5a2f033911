/** Issues as the API shows them. */
import { z } from '@hono/zod-openapi'
import { maskChange } from '../../domain/field-changes.ts'
import { isPaid } from '../../domain/morning.ts'
import { TYPO_REFUND_WON } from '../../domain/order-policy.ts'
import { parseJson } from '../parse-json.ts'
import type { CommentRow, IssueRow } from '../queries/issues.ts'
import {
  type IssueDetail,
  type IssueEvidenceView,
  type IssueSummary,
  issueSummarySchema,
} from '../schemas/issues.ts'
import type { LiveEvent } from '../schemas/live-events.ts'
import {
  channelSchema,
  issueKindSchema,
  orderFieldSchema,
  type TicketAction,
  ticketActionSchema,
  ticketSubStateSchema,
} from '../schemas/tickets.ts'
import { vendorMethodSchema } from '../schemas/vendors.ts'
import { viewCause } from './tickets.ts'
import { shownTime, shownTimeOrNull, type ViewContext } from './view-context.ts'

/** Column `issues.evidence`: IssueEvidence of domain/ticket-states.ts, its words encrypted. */
const storedEvidenceSchema = z.array(
  z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('words'),
      channel: channelSchema,
      text: z.string(),
      at: z.string(),
      callId: z.string().optional(),
      atMs: z.number().optional(),
      threadId: z.string().optional(),
    }),
    z.object({
      kind: z.literal('vendor_answer'),
      code: z.string(),
      reason: z.string(),
      method: vendorMethodSchema.optional(),
    }),
    z.object({
      kind: z.literal('file'),
      label: z.string(),
      key: z.string(),
      method: vendorMethodSchema.optional(),
    }),
    z.object({ kind: z.literal('timing'), wanted: z.string(), status: z.string().nullable() }),
  ]),
)
const wantedSchema = z.partialRecord(orderFieldSchema, z.string().nullable())
const { suggestion: suggestionSchema, acknowledged_via: viaSchema } = issueSummarySchema.shape

type MayDo = (action: TicketAction) => boolean

/** What lists and details have in common. */
function viewCommon(row: IssueRow, mayDo: MayDo) {
  const suggestion = suggestionSchema.safeParse(row.suggestion)
  return {
    id: row.id,
    order_no: row.order_no,
    kind: issueKindSchema.parse(row.kind),
    reason: row.reason,
    cause: viewCause(row.cause),
    step: row.step,
    raised_at: shownTime(row.raised_at),
    raised_by: row.raised_by,
    resolved_at: shownTimeOrNull(row.resolved_at),
    resolved_by: row.resolved_by,
    resolution: row.resolution,
    actions: row.actions.map((action) => ticketActionSchema.parse(action)).filter(mayDo),
    suggestion: suggestion.success ? suggestion.data : null,
    assignee: row.assignee,
    due_at: shownTimeOrNull(row.due_at),
    acknowledged_at: shownTimeOrNull(row.acknowledged_at),
    acknowledged_by: row.acknowledged_by,
    acknowledged_via: viaSchema.parse(row.acknowledged_via),
    comment_count: Number(row.comment_count ?? 0),
  }
}

/** An Issue in a list. @param mayDo which actions the person who asks has the right to. */
export function viewIssueSummary(row: IssueRow, mayDo: MayDo): IssueSummary {
  return {
    ...viewCommon(row, mayDo),
    sub_state: ticketSubStateSchema.parse(row.sub_state),
    orderer: row.orderer,
    recipient: row.recipient,
    destination: row.destination,
    room: row.room,
    deliver_by: shownTimeOrNull(row.deliver_by),
  }
}

/** Everything of an Issue. `comments` may hold those of others. */
export function viewIssue(
  row: IssueRow,
  comments: readonly CommentRow[],
  mayDo: MayDo,
  context: ViewContext,
): IssueDetail {
  return {
    ...viewCommon(row, mayDo),
    resolution_note: row.resolution_note === null ? null : context.plain(row.resolution_note),
    evidence: storedEvidenceSchema.parse(row.evidence).map((item) => viewEvidence(item, context)),
    wanted: viewWanted(row, context),
    amounts: viewAmounts(row, context),
    comments: comments
      .filter((comment) => comment.issue_id === row.id)
      .map(({ id, at, author, body }) => ({ id, at: shownTime(at), author, text: context.plain(body) })),
  }
}

/** What every screen hears at once; who wants more reads it. */
export function viewIssueEvent(row: IssueRow): LiveEvent {
  return {
    type: 'issue_changed',
    issue_id: row.id,
    order_no: row.order_no,
    kind: issueKindSchema.parse(row.kind),
    open: row.resolved_at === null,
    // Who raised it by hand has seen it: that is noted a moment later, and nobody's alarm shall ring meanwhile.
    seen: row.acknowledged_at !== null || row.raised_by.includes('@'),
    raised_at: shownTime(row.raised_at),
  }
}

function viewEvidence(
  item: z.infer<typeof storedEvidenceSchema>[number],
  context: ViewContext,
): IssueEvidenceView {
  switch (item.kind) {
    case 'words':
      return {
        kind: 'words',
        channel: item.channel,
        text: item.text.startsWith('enc1:') ? context.plain(item.text) : item.text,
        at: item.at,
        call_id: item.callId ?? null,
        at_ms: item.atMs ?? null,
        thread_id: item.threadId ?? null,
      }
    case 'file':
      return {
        kind: 'file',
        label: item.label,
        method: item.method ?? null,
        url: `/api/evidence/${encodeURIComponent(item.key)}`,
      }
    case 'vendor_answer':
      return { ...item, method: item.method ?? null }
    case 'timing':
      return item
  }
}

/** Nothing can be given back that did not come. */
function viewAmounts(row: IssueRow, context: ViewContext): IssueDetail['amounts'] {
  const subState = ticketSubStateSchema.parse(row.sub_state)
  const all = isPaid({ subState, outcome: null }) ? Math.max(0, row.amount - Number(row.refunded ?? 0)) : 0
  // By the policy of its own time; today's for orders of before that was kept.
  const part = row.part_refund ?? context.settings.order.typoRefundWon ?? TYPO_REFUND_WON
  return { all, part: Math.min(all, part) }
}

function viewWanted(row: IssueRow, context: ViewContext): IssueDetail['wanted'] {
  if (row.wanted === null) return {}
  const wanted = wantedSchema.safeParse(parseJson(context.plain(row.wanted)))
  if (!wanted.success) return {}
  return Object.fromEntries(
    orderFieldSchema.options.flatMap((field) => {
      const to = wanted.data[field]
      return to === undefined ? [] : [[field, maskChange({ field, from: null, to }).to]]
    }),
  )
}
