/** One order of a night as the API shows it. */
import type { NightRow } from '../../db/queries/morning.ts'
import type { MorningOrderView } from '../schemas/morning.ts'
import { channelSchema, orderFieldSchema, outcomeSchema, ticketSubStateSchema } from '../schemas/tickets.ts'
import { storedIssueSchema, viewCause } from './tickets.ts'
import { shownTime, shownTimeOrNull, type ViewContext } from './view-context.ts'

export function viewMorningOrder(row: NightRow, paid: boolean, context: ViewContext): MorningOrderView {
  const issue = storedIssueSchema.safeParse(row.issue)
  return {
    order_no: row.order_no,
    ordered_at: shownTime(row.ordered_at),
    channel: channelSchema.parse(row.channel),
    paid,
    sub_state: ticketSubStateSchema.parse(row.sub_state),
    outcome: outcomeSchema.nullable().parse(row.outcome),
    orderer: row.orderer,
    recipient: row.recipient,
    message: row.message,
    destination: row.destination,
    room: row.room,
    deliver_by: shownTimeOrNull(row.deliver_by),
    amount: row.amount,
    customer_phone: context.maskedPhone(row.customer_phone),
    missing: row.missing.map((field) => orderFieldSchema.parse(field)),
    issue: issue.success
      ? { kind: issue.data.kind, reason: issue.data.reason, cause: viewCause(issue.data.cause) }
      : null,
  }
}
