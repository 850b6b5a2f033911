/** Texts a ticket owes its customer besides those of its sub-states: what was edited, amends, a new time. */
import type { OrderField } from './order.ts'
import type { OwedNotice, TicketData } from './ticket-data.ts'

/** An owed text before it has a key. */
export type NewNotice = OwedNotice extends infer Notice
  ? Notice extends OwedNotice
    ? Omit<Notice, 'key' | 'sending'>
    : never
  : never

/** Who edits their order field by field gets one text, this long after the last change. */
export const EDIT_NOTICE_QUIET_SECONDS = 20

type Notices = Pick<TicketData, 'notices' | 'noticeCount'>

/** With one more text owed. */
export function owe(ticket: Notices, notice: NewNotice): Notices {
  const noticeCount = ticket.noticeCount + 1
  const owed: OwedNotice = { ...notice, key: `${notice.kind}:${noticeCount}` }
  return { notices: [...ticket.notices, owed], noticeCount }
}

/** With these fields to be told; a text about earlier changes that has not been begun tells them too. */
export function oweEdit(ticket: Notices, fields: readonly OrderField[], at: string): Notices {
  const pending = ticket.notices.find((notice) => notice.kind === 'edit_applied' && !notice.sending)
  if (pending?.kind !== 'edit_applied') return owe(ticket, { kind: 'edit_applied', fields, editedAt: at })
  const all = [...new Set([...pending.fields, ...fields])]
  const notices = ticket.notices.map((notice) =>
    notice === pending ? { ...pending, fields: all, editedAt: at } : notice,
  )
  return { notices, noticeCount: ticket.noticeCount }
}

/** Without changes that did not come about. */
export function withoutEdits(
  notices: readonly OwedNotice[],
  undone: readonly OrderField[],
): readonly OwedNotice[] {
  return notices.flatMap((notice) => {
    if (notice.kind !== 'edit_applied' || notice.sending) return [notice]
    const fields = notice.fields.filter((field) => !undone.includes(field))
    return fields.length === 0 ? [] : [{ ...notice, fields }]
  })
}

/** Without what is to be told of the time to pay; a text that may be on its way stays. */
export const withoutPaymentTime = (notices: readonly OwedNotice[]): readonly OwedNotice[] =>
  notices.filter(({ kind, sending }) => kind !== 'payment_until' || sending === true)

/**
 * The text that is to be sent now. An edit is told at once when the vendor has taken it, or will get the order
 * with it; in the edit window its time is `editNoticeDueAt`.
 */
export function dueNotice(ticket: TicketData): OwedNotice | null {
  return ticket.notices.find((notice) => notice.kind !== 'edit_applied' || isSettled(notice, ticket)) ?? null
}

function isSettled(notice: Extract<OwedNotice, { kind: 'edit_applied' }>, ticket: TicketData): boolean {
  if (notice.sending) return true
  return ticket.subState !== 'paid' && !notice.fields.some((field) => field in ticket.unshared)
}

/** When edits of the edit window are told, in milliseconds since the epoch; null when there are none to tell. */
export function editNoticeDueAt(ticket: Pick<TicketData, 'notices' | 'subState'>): number | null {
  if (ticket.subState !== 'paid') return null
  const notice = ticket.notices.find((owed) => owed.kind === 'edit_applied')
  if (notice?.kind !== 'edit_applied') return null
  return Date.parse(notice.editedAt) + EDIT_NOTICE_QUIET_SECONDS * 1000
}
