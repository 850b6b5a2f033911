/** Which tickets a board shows and in which order: the same rules as the API's, so that live changes find their place. */
import type { Board, BoardSort, TicketState, TicketSummary } from './types.ts'

/** The filter as the API takes it, values as text, e.g. `{ channel: 'sms,kakao' }`. */
export type TicketFilter = Readonly<
  Partial<
    Record<
      | 'sub_state'
      | 'payment'
      | 'issue_kind'
      | 'channel'
      | 'attention'
      | 'assignee'
      | 'open'
      | 'on_call'
      | 'deliver_from'
      | 'deliver_to'
      | 'ordered_from'
      | 'ordered_to'
      | 'q',
      string
    >
  >
>

export interface BoardView {
  readonly filter: TicketFilter
  readonly sort: BoardSort
}

export interface LoadedColumn {
  readonly state: TicketState
  /** How many there are; `at_least` when there are more. */
  readonly total: number
  readonly at_least: boolean
  /** In the order of the column, without gaps as far as they are loaded. */
  readonly tickets: readonly TicketSummary[]
  readonly next_cursor: string | null
  /** The last ticket the API gave: what comes after it is not loaded. Null when all is. */
  readonly reach: TicketSummary | null
}

export interface LoadedBoard {
  readonly columns: readonly LoadedColumn[]
}

/** Done is always by its last change. */
export const sortOf = (state: TicketState, sort: BoardSort): BoardSort =>
  state === 'done' ? 'updated_at' : sort

/** A board as the API gave it. */
export const loaded = (board: Board): LoadedBoard => ({
  columns: board.columns.map((column) => ({
    ...column,
    reach: column.next_cursor === null ? null : (column.tickets.at(-1) ?? null),
  })),
})

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const epoch = (iso: string | null): number => (iso === null ? Number.POSITIVE_INFINITY : Date.parse(iso))
const compareTimes = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1)

/** Places in a column. By wanted time whoever is on the phone comes first, and orders without a time come last. */
export function compareTickets(sort: BoardSort, a: TicketSummary, b: TicketSummary): number {
  if (sort === 'updated_at')
    return compareTimes(epoch(b.updated_at), epoch(a.updated_at)) || compareText(b.order_no, a.order_no)
  return (
    Number(b.live_call_id !== null) - Number(a.live_call_id !== null) ||
    compareTimes(epoch(a.deliver_by), epoch(b.deliver_by)) ||
    compareText(a.created_at, b.created_at) ||
    compareText(a.order_no, b.order_no)
  )
}

/** Whether a place in the column is loaded; one on the phone always has its place at the top. */
export function isWithinReach(sort: BoardSort, reach: TicketSummary | null, ticket: TicketSummary): boolean {
  if (reach === null || (sort === 'deliver_by' && ticket.live_call_id !== null)) return true
  return sort === 'updated_at'
    ? epoch(ticket.updated_at) >= epoch(reach.updated_at)
    : epoch(ticket.deliver_by) <= epoch(reach.deliver_by)
}

/** Whether the ticket fits the filter. Of a customer's number only the last four digits are known here. */
export function fitsFilter(ticket: TicketSummary, filter: TicketFilter): boolean {
  const among = (values: string | undefined, value: string | null) =>
    values === undefined || (value !== null && values.split(',').includes(value))
  return (
    among(filter.sub_state, ticket.sub_state) &&
    among(filter.issue_kind, ticket.issue_kind) &&
    among(filter.channel, ticket.channel) &&
    fitsPayment(ticket, filter.payment) &&
    (filter.attention === undefined || needsAttention(ticket)) &&
    fitsAssignee(ticket, filter.assignee) &&
    (filter.open === undefined || ticket.state !== 'done') &&
    (filter.on_call === undefined || ticket.live_call_id !== null) &&
    isBetween(epoch(ticket.deliver_by), filter.deliver_from, filter.deliver_to) &&
    isBetween(epoch(ticket.created_at), filter.ordered_from, filter.ordered_to) &&
    hasWords(ticket, filter.q ?? '')
  )
}

const fitsAssignee = ({ assignees }: TicketSummary, wanted: string | undefined): boolean =>
  wanted === undefined || assignees.includes(wanted === 'none' ? null : wanted)

/** Needs a person: an Issue, or something still missing from an open order. */
const needsAttention = (ticket: TicketSummary): boolean =>
  ticket.state === 'issue' || (ticket.state !== 'done' && ticket.missing.length > 0)

function fitsPayment({ sub_state, outcome }: TicketSummary, payment: string | undefined): boolean {
  switch (payment) {
    case undefined:
      return true
    case 'unpaid':
      return sub_state === 'order_received' && outcome === null
    case 'awaiting':
      return sub_state === 'awaiting_payment' && outcome === null
    case 'refunded':
      return outcome === 'refunded'
    default:
      return sub_state !== 'order_received' && sub_state !== 'awaiting_payment' && outcome !== 'refunded'
  }
}

/** Whether the words of an order are as they were: then so is what a search makes of it. */
export const hasSameWords = (a: TicketSummary, b: TicketSummary): boolean =>
  (['recipient', 'orderer', 'destination', 'room', 'message'] as const).every((part) => a[part] === b[part])

const isBetween = (value: number, from: string | undefined, to: string | undefined): boolean =>
  (from === undefined || value >= Date.parse(from)) && (to === undefined || value < Date.parse(to))

const PHONE = /^\+?[\d-]{9,}$/
const SPACED_PHONE = /^\+?\d[\d\s-]{7,}\d$/
const TAIL = /^\d{4}$/
const NUMBER_PREFIX = /^\d{6}(-[0-9a-z]{0,4})?$/

function hasWords(ticket: TicketSummary, text: string): boolean {
  if (SPACED_PHONE.test(text) && !NUMBER_PREFIX.test(text))
    return text.endsWith(ticket.customer_phone.slice(-4))
  const words = text.normalize('NFC').toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return true
  const tail = ticket.customer_phone.slice(-4)
  const { order_no, recipient, orderer, destination, room, message } = ticket
  const content = ` ${[order_no, recipient, orderer, destination, room, message, tail]
    .filter((part) => part !== null)
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .toLowerCase()}`
  return words.every((word) => {
    if (PHONE.test(word)) return word.endsWith(tail)
    if (TAIL.test(word)) return word === tail || order_no.endsWith(word)
    if (NUMBER_PREFIX.test(word)) return order_no.toLowerCase().startsWith(word)
    return content.includes([...word].length === 1 ? ` ${word}` : word)
  })
}
