/** Which tickets a column shows and in which order. Pure, so that live changes and tests see the same board. */
import type { Board, TicketSummary } from '../../api/types.ts'
import type { BoardSearch } from './board-search.ts'

export type Column = Board['columns'][number]

/** Tickets of a column that match the address, sorted. */
export function arrangeColumn(column: Column, search: BoardSearch): TicketSummary[] {
  const words = (search.q ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  return column.tickets
    .filter((ticket) => matchesWords(ticket, words) && matchesFilter(ticket, search.only))
    .sort(search.sort === 'newest' || column.state === 'done' ? byNewest : byUrgency)
}

/** Needs a person: an Issue, or something still missing from the order. */
export const needsAttention = (ticket: TicketSummary): boolean =>
  ticket.state === 'issue' || (ticket.state !== 'done' && ticket.missing.length > 0)

function matchesWords(ticket: TicketSummary, words: readonly string[]): boolean {
  if (words.length === 0) return true
  const text = [
    ticket.order_no,
    ticket.recipient,
    ticket.orderer,
    ticket.destination,
    ticket.room,
    ticket.message,
    ticket.customer_phone,
  ]
    .join(' ')
    .toLowerCase()
  return words.every((word) => text.includes(word))
}

function matchesFilter(ticket: TicketSummary, only: BoardSearch['only']): boolean {
  switch (only) {
    case undefined:
      return true
    case 'attention':
      return needsAttention(ticket)
    case 'calls':
      return ticket.live_call_id !== null
  }
}

const byNewest = (a: TicketSummary, b: TicketSummary): number =>
  compare(b.updated_at, a.updated_at) || compare(b.order_no, a.order_no)

/** A customer on the phone first, then the earliest wanted time; unknown times last. */
const byUrgency = (a: TicketSummary, b: TicketSummary): number =>
  Number(b.live_call_id !== null) - Number(a.live_call_id !== null) ||
  epoch(a.deliver_by) - epoch(b.deliver_by) ||
  compare(a.created_at, b.created_at) ||
  compare(a.order_no, b.order_no)

const epoch = (iso: string | null): number => (iso === null ? Number.MAX_SAFE_INTEGER : Date.parse(iso))
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
