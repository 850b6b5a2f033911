/** The board of the fake: filters, pages and counts by the app's own rules, actions on many tickets, saved filters. */
import { compareTickets, fitsFilter, sortOf, type TicketFilter } from '../../../web/api/board-view.ts'
import type {
  Board,
  BoardSort,
  BulkRequest,
  BulkResult,
  SavedFilter,
  TicketState,
  TicketSummary,
} from '../../../web/api/types.ts'
import { actInWorld } from './actions.ts'
import { summaryOf } from './tickets.ts'
import type { FakeWorld } from './world.ts'

const STATES: readonly TicketState[] = ['todo', 'in_progress', 'issue', 'done']

interface Asked {
  readonly method: string
  readonly url: URL
  readonly body: unknown
  readonly id: string | undefined
  readonly rest: string | undefined
}

/** Null for what is no affair of the board. */
export function boardRoute(world: FakeWorld, { method, url, body, id, rest }: Asked) {
  const { sort = 'updated_at', limit = '50', state, cursor, ...filter } = Object.fromEntries(url.searchParams)
  const view = { filter, sort: sort === 'deliver_by' ? 'deliver_by' : 'updated_at' } as const
  if (id === 'board' && rest === 'totals') return ok({ columns: board(world, view, 1).columns.map(totalOf) })
  if (id === 'board') return ok(board(world, view, Number(limit)))
  if (id === 'bulk') return ok(actOnMany(world, body as BulkRequest))
  if (id !== undefined || method !== 'GET') return null
  const found = STATES.filter((each) => state === undefined || each === state).flatMap((each) =>
    inColumn(world, { ...view, sort: sortOf(each, view.sort) }, each),
  )
  return ok(page(found, Number(cursor ?? 0), Number(limit)))
}

interface View {
  readonly filter: TicketFilter
  readonly sort: BoardSort
}

function board(world: FakeWorld, view: View, limit: number): Board {
  return {
    columns: STATES.map((state) => {
      const tickets = inColumn(world, { ...view, sort: sortOf(state, view.sort) }, state)
      return { state, total: tickets.length, at_least: false, ...page(tickets, 0, limit) }
    }),
  }
}

const totalOf = ({ state, total, at_least }: Board['columns'][number]) => ({ state, total, at_least })

/** The cursor is simply how many came before. */
const page = (tickets: readonly TicketSummary[], from: number, limit: number) => ({
  tickets: tickets.slice(from, from + limit),
  next_cursor: tickets.length > from + limit ? String(from + limit) : null,
})

const inColumn = (world: FakeWorld, { filter, sort }: View, state: TicketState): TicketSummary[] =>
  [...world.tickets.values()]
    .map(summaryOf)
    .filter((ticket) => ticket.state === state && fitsFilter(ticket, filter))
    .sort((a, b) => compareTickets(sort, a, b))

function actOnMany(world: FakeWorld, { order_nos, action }: BulkRequest): BulkResult {
  return {
    results: order_nos.map((orderNo) => {
      const ticket = world.tickets.get(orderNo)
      const stubborn = world.stubborn.get(orderNo)
      const isRefused = ticket === undefined || stubborn !== undefined
      if (!isRefused) actInWorld(world, ticket, action)
      const now = world.tickets.get(orderNo)
      return {
        order_no: orderNo,
        done: !isRefused,
        code: isRefused ? 'refused' : null,
        detail: isRefused ? (stubborn ?? `There is no order ${orderNo}.`) : null,
        ticket: now === undefined ? null : summaryOf(now),
      }
    }),
  }
}

export function savedFilterRoute(world: FakeWorld, method: string, id: string | undefined, body: unknown) {
  const { savedFilters } = world
  if (method === 'GET') return ok({ filters: savedFilters })
  if (method === 'DELETE') {
    const index = savedFilters.findIndex((filter) => String(filter.id) === id)
    if (index !== -1) savedFilters.splice(index, 1)
    return { status: 204, raw: '' }
  }
  const filter = { ...(body as Omit<SavedFilter, 'id'>), id: savedFilters.length + 1 }
  savedFilters.push(filter)
  return ok(filter)
}

const ok = (body: unknown) => ({ status: 200, body })
