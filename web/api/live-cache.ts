/** What a live event changes in data that was read before. Pure: returns the same object when nothing changes. */
import {
  type BoardView,
  compareTickets,
  fitsFilter,
  hasSameWords,
  isWithinReach,
  type LoadedBoard,
  sortOf,
} from './board-view.ts'
import type {
  BoardSort,
  CallDetail,
  CallList,
  CallSummary,
  TicketDetail,
  TicketSummary,
  TranscriptLine,
} from './types.ts'

/**
 * Moves the ticket to its column and place, unless the board already has a newer version of it. One that lies
 * beyond what is loaded is counted and not shown. Where a change can't be told from what is loaded the total
 * stays, until it is read again.
 */
export function applyTicketToBoard(board: LoadedBoard, ticket: TicketSummary, view: BoardView): LoadedBoard {
  const isSame = (other: TicketSummary) => other.order_no === ticket.order_no
  const known = board.columns.flatMap((column) => column.tickets).find(isSame)
  if (known !== undefined && isNewer(known, ticket)) return board
  // The API finds more than can be decided here, e.g. by a number that is masked: what it found stays found.
  const { q: _words, ...others } = view.filter
  const isFound = known !== undefined && hasSameWords(known, ticket)
  const fits = fitsFilter(ticket, isFound ? others : view.filter)
  return {
    columns: board.columns.map((column) => {
      const had = column.tickets.some(isSame)
      const belongs = fits && column.state === ticket.state
      if (!had && !belongs) return column
      const sort = sortOf(column.state, view.sort)
      const others = column.tickets.filter((other) => !isSame(other))
      const isShown = belongs && isWithinReach(sort, column.reach, ticket)
      // It may have been here before, further down than is loaded.
      const isNew = !had && (known !== undefined || column.next_cursor === null)
      const change = Number(belongs && isNew) - Number(had && !belongs)
      return {
        ...column,
        total: Math.max(0, column.total + change),
        tickets: isShown ? insert(others, ticket, sort) : others,
      }
    }),
  }
}

function insert(tickets: readonly TicketSummary[], ticket: TicketSummary, sort: BoardSort): TicketSummary[] {
  const place = tickets.findIndex((other) => compareTickets(sort, ticket, other) < 0)
  return place === -1 ? [...tickets, ticket] : tickets.toSpliced(place, 0, ticket)
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
