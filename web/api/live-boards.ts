import type { QueryClient } from '@tanstack/react-query'
import type { BoardView, LoadedBoard } from './board-view.ts'
import { changeRead } from './change-read.ts'
import { applyTicketToBoard } from './live-cache.ts'
import { ticketKeys } from './tickets.ts'
import type { TicketSummary } from './types.ts'

/** Shows a changed ticket on every board that was read, whatever its filter. */
export function applyToBoards(client: QueryClient, ticket: TicketSummary): void {
  for (const query of client.getQueryCache().findAll({ queryKey: ticketKeys.board })) {
    const view = query.queryKey[1] as BoardView
    changeRead<LoadedBoard>(client, query.queryKey, (board) => applyTicketToBoard(board, ticket, view))
  }
}
