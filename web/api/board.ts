/** Reads the board by its filter, goes on with its columns, and keeps filters. */
import { queryOptions } from '@tanstack/react-query'
import {
  type BoardView,
  compareTickets,
  type LoadedBoard,
  loaded,
  sortOf,
  type TicketFilter,
} from './board-view.ts'
import { request } from './client.ts'
import { ticketKeys } from './tickets.ts'
import type {
  Board,
  BoardTotals,
  BulkRequest,
  BulkResult,
  SavedFilter,
  SavedFilterList,
  TicketList,
  TicketState,
} from './types.ts'

const FIRST_PAGE = 50
/** The most the API gives at once. */
const LARGEST_PAGE = 200
/** What is read again after a lost connection; whoever has scrolled further comes back to here. */
const DEEPEST = 1_000

export const boardKeys = {
  board: (view: BoardView) => [...ticketKeys.board, view] as const,
  totals: (filter: TicketFilter) => [...ticketKeys.totals, filter] as const,
  savedFilters: ['saved-filters'] as const,
}

/** Read again, it comes back as far as it was loaded, so that nobody loses their place. */
export const boardQuery = (view: BoardView) =>
  queryOptions({
    queryKey: boardKeys.board(view),
    queryFn: async ({ signal, client }): Promise<LoadedBoard> => {
      const before = client.getQueryData<LoadedBoard>(boardKeys.board(view))
      const depthOf = (state: TicketState) =>
        Math.min(DEEPEST, before?.columns.find((column) => column.state === state)?.tickets.length ?? 0)
      const deepest = Math.max(FIRST_PAGE, ...(before?.columns.map((column) => depthOf(column.state)) ?? []))
      const limit = Math.min(LARGEST_PAGE, deepest)
      const query = { ...view.filter, sort: view.sort, limit }
      let board = loaded(await request<Board>('GET', '/api/tickets/board', { signal, query }))
      for (const { state } of board.columns) {
        for (;;) {
          const column = board.columns.find((each) => each.state === state)
          if (column?.next_cursor == null || column.tickets.length >= depthOf(state)) break
          board = append(board, view, state, await fetchColumnPage(view, state, column.next_cursor, signal))
        }
      }
      return board
    },
  })

/** How many tickets of each state fit; live events have it read again. */
export const totalsQuery = (filter: TicketFilter) =>
  queryOptions({
    queryKey: boardKeys.totals(filter),
    queryFn: ({ signal }) =>
      request<BoardTotals>('GET', '/api/tickets/board/totals', { signal, query: filter }),
  })

/** The tickets of a column after those that are loaded. */
export const fetchColumnPage = (
  view: BoardView,
  state: TicketState,
  cursor: string,
  signal?: AbortSignal,
): Promise<TicketList> =>
  request('GET', '/api/tickets', {
    query: { ...view.filter, state, sort: sortOf(state, view.sort), cursor, limit: FIRST_PAGE },
    ...(signal === undefined ? {} : { signal }),
  })

/** The board with a further page; what a live event brought meanwhile is not shown twice. */
export function append(
  board: LoadedBoard,
  view: BoardView,
  state: TicketState,
  page: TicketList,
): LoadedBoard {
  const known = new Set(board.columns.flatMap((column) => column.tickets.map((ticket) => ticket.order_no)))
  return {
    columns: board.columns.map((column) => {
      if (column.state !== state) return column
      const sort = sortOf(state, view.sort)
      const added = page.tickets.filter((ticket) => !known.has(ticket.order_no))
      return {
        ...column,
        tickets: [...column.tickets, ...added].sort((a, b) => compareTickets(sort, a, b)),
        next_cursor: page.next_cursor,
        reach: page.next_cursor === null ? null : (page.tickets.at(-1) ?? column.reach),
      }
    }),
  }
}

/**
 * One action on some tickets; each answers for itself.
 * @param key the same one again is the same action.
 * @param leaving the page is going away: the request outlives it.
 */
export const actOnTickets = (body: BulkRequest, key: string, leaving = false): Promise<BulkResult> =>
  request('POST', '/api/tickets/bulk', { body, idempotencyKey: key, keepalive: leaving })

export const savedFiltersQuery = queryOptions({
  queryKey: boardKeys.savedFilters,
  queryFn: ({ signal }) => request<SavedFilterList>('GET', '/api/board/filters', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})

export const saveFilter = (filter: Omit<SavedFilter, 'id'>): Promise<SavedFilter> =>
  request('POST', '/api/board/filters', { body: filter })

export const deleteFilter = (id: number): Promise<null> => request('DELETE', `/api/board/filters/${id}`)
