/** The columns as they are shown: what was read, with actions on their way as if they were done already. */
import {
  type BoardView,
  compareTickets,
  type LoadedBoard,
  type LoadedColumn,
  sortOf,
} from '../../api/board-view.ts'
import { expectedTicket } from '../../api/expected-ticket.ts'
import type { PendingAction } from '../../api/pending-actions.ts'
import type { BoardTotals, TicketSummary } from '../../api/types.ts'

export interface ShownColumn {
  readonly state: LoadedColumn['state']
  readonly total: number
  readonly atLeast: boolean
  readonly tickets: readonly TicketSummary[]
  readonly nextCursor: string | null
}

/** @param totals when they are newer than the board. */
export function shownColumns(
  board: LoadedBoard,
  totals: BoardTotals | undefined,
  pending: readonly PendingAction[],
  view: BoardView,
  nowMs: number,
): readonly ShownColumn[] {
  const moved = new Map<string, TicketSummary>()
  const now = new Date(nowMs).toISOString()
  const byNumber = new Map(
    board.columns.flatMap((column) => column.tickets.map((ticket) => [ticket.order_no, ticket] as const)),
  )
  for (const { tickets, action } of pending)
    for (const { order_no } of tickets) {
      const ticket = byNumber.get(order_no)
      if (ticket !== undefined) moved.set(order_no, { ...expectedTicket(ticket, action), updated_at: now })
    }
  return board.columns.map((column) => {
    const { state } = column
    const counted = totals?.columns.find((each) => each.state === state) ?? column
    const staying = column.tickets.filter((ticket) => !moved.has(ticket.order_no))
    const coming = [...moved.values()].filter((ticket) => ticket.state === state)
    const sort = sortOf(state, view.sort)
    const tickets =
      moved.size === 0 ? staying : [...staying, ...coming].sort((a, b) => compareTickets(sort, a, b))
    return {
      state,
      total: Math.max(0, counted.total + tickets.length - column.tickets.length),
      atLeast: counted.at_least,
      tickets,
      nextCursor: column.next_cursor,
    }
  })
}
