/** What a live event changes in data that was read before. Pure: returns the same object when nothing changes. */
import type {
  Board,
  CallDetail,
  CallList,
  CallSummary,
  TicketDetail,
  TicketSummary,
  TranscriptLine,
} from './types.ts'

/** Moves the ticket to its column, unless the board already has a newer version of it. */
export function applyTicketToBoard(board: Board, ticket: TicketSummary): Board {
  const known = board.columns.flatMap((column) => column.tickets).find((t) => t.order_no === ticket.order_no)
  if (known !== undefined && isNewer(known, ticket)) return board
  return {
    columns: board.columns.map((column) => {
      const had = column.tickets.some((t) => t.order_no === ticket.order_no)
      const belongs = column.state === ticket.state
      if (had && belongs)
        return {
          ...column,
          tickets: column.tickets.map((t) => (t.order_no === ticket.order_no ? ticket : t)),
        }
      if (had)
        return {
          ...column,
          total: Math.max(0, column.total - 1),
          tickets: column.tickets.filter((t) => t.order_no !== ticket.order_no),
        }
      if (belongs) return { ...column, total: column.total + 1, tickets: [ticket, ...column.tickets] }
      return column
    }),
  }
}

/** Lets the page of one ticket follow at once; what the summary doesn't tell (timeline, messages) is read again. */
export function applyTicketToDetail(detail: TicketDetail, ticket: TicketSummary): TicketDetail {
  return isNewer(detail, ticket) ? detail : { ...detail, ...ticket }
}

/** A live call may change under the same version, so only an older version is refused. */
const isNewer = (known: TicketSummary, incoming: TicketSummary): boolean => known.version > incoming.version

/** New calls come first. */
export function applyCallToList(page: CallList, call: CallSummary): CallList {
  const had = page.calls.some((c) => c.call_id === call.call_id)
  return {
    ...page,
    calls: had ? page.calls.map((c) => (c.call_id === call.call_id ? call : c)) : [call, ...page.calls],
  }
}

/** Adds a line, or replaces the one with the same utterance and speaker (a correction, a cut by barge-in). */
export function applyLine(call: CallDetail, line: TranscriptLine): CallDetail {
  const same = (l: TranscriptLine) => l.utterance_id === line.utterance_id && l.speaker === line.speaker
  const transcript = call.transcript.some(same)
    ? call.transcript.map((l) => (same(l) ? line : l))
    : [...call.transcript, line].sort((a, b) => a.timestamp - b.timestamp)
  return { ...call, transcript }
}
