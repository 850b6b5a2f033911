/** The board: its columns, how many tickets fit, one action on many of them, and filters that are kept. */
import { createRoute, z } from '@hono/zod-openapi'
import { performBulk } from '../bulk-actions.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { ApiProblem } from '../problems.ts'
import {
  deleteFilter,
  listFilters,
  MAX_SAVED_FILTERS,
  type StoredFilter,
  saveFilter,
} from '../queries/board-filters.ts'
import { countTickets } from '../queries/ticket-counts.ts'
import { readTicketFilter, type TicketFilter } from '../queries/ticket-filter.ts'
import { FIRST_PAGE, listTickets, type TicketCardRow, type TicketPage } from '../queries/tickets.ts'
import type { ApiRouter } from '../routing.ts'
import {
  boardSchema,
  boardSortSchema,
  boardTotalsSchema,
  bulkRequestSchema,
  bulkResultSchema,
  newSavedFilterSchema,
  savedFilterListSchema,
  savedFilterSchema,
  ticketFilterSchema,
} from '../schemas/board.ts'
import { ticketStateSchema } from '../schemas/tickets.ts'
import { viewTicketSummary } from '../views/tickets.ts'
import { createViewContext } from '../views/view-context.ts'
import { idempotencyHeader, json, jsonBody, limitParam, problems } from './responses.ts'

const tags = ['Board']
const STATES = ticketStateSchema.options
/** A call that goes on is shown first however late its order is wanted; more of them than this at once are not. */
const CALLS_SHOWN = FIRST_PAGE
const EMPTY_PAGE: TicketPage = { rows: [], nextCursor: null }

const boardRoute = createRoute({
  method: 'get',
  path: '/api/tickets/board',
  tags,
  summary: 'The kanban board: the first tickets of each state that fit a filter',
  description: 'GET /api/tickets with the same filter, `state`, `sort` and `cursor` goes on with a column.',
  request: {
    query: ticketFilterSchema.extend({ sort: boardSortSchema.default('updated_at'), limit: limitParam }),
  },
  responses: {
    200: json(boardSchema, 'One column a state'),
    ...problems('unauthenticated', 'invalid_request'),
  },
})

const totalsRoute = createRoute({
  method: 'get',
  path: '/api/tickets/board/totals',
  tags,
  summary: 'How many tickets of each state fit a filter',
  request: { query: ticketFilterSchema },
  responses: {
    200: json(boardTotalsSchema, 'One total a state'),
    ...problems('unauthenticated', 'invalid_request'),
  },
})

const bulkRoute = createRoute({
  method: 'post',
  path: '/api/tickets/bulk',
  tags,
  summary: 'One action on many tickets',
  description:
    'Each ticket decides for itself; a refusal of one is told in its result and stops no other. ' +
    'A repeated Idempotency-Key does it once.',
  request: { headers: idempotencyHeader, body: jsonBody(bulkRequestSchema) },
  responses: {
    200: json(bulkResultSchema, 'What became of each'),
    ...problems('unauthenticated', 'invalid_request'),
  },
})

const filtersRoute = createRoute({
  method: 'get',
  path: '/api/board/filters',
  tags,
  summary: 'The filters this person has saved',
  responses: { 200: json(savedFilterListSchema, 'The filters'), ...problems('unauthenticated') },
})

const saveFilterRoute = createRoute({
  method: 'post',
  path: '/api/board/filters',
  tags,
  summary: 'Save a filter under a name',
  description: 'Under a name that is there already it takes the place of the former.',
  request: { body: jsonBody(newSavedFilterSchema) },
  responses: {
    200: json(savedFilterSchema, 'The filter'),
    ...problems('unauthenticated', 'refused', 'invalid_request'),
  },
})

const deleteFilterRoute = createRoute({
  method: 'delete',
  path: '/api/board/filters/{id}',
  tags,
  summary: 'Forget a saved filter',
  request: { params: z.object({ id: z.coerce.number().int().positive().max(2_147_483_647) }) },
  responses: {
    204: { description: 'It is gone' },
    ...problems('unauthenticated', 'not_found', 'invalid_request'),
  },
})

/** Adds the routes of the board; before those of tickets, one of which takes any third step of the path. */
export function addBoardRoutes(router: ApiRouter, deps: ApiDependencies): void {
  const { database, settings } = deps
  const view = createViewContext(settings)
  const keys = settings.dataKey

  /** Tickets about which somebody is on the phone; by wanted time they stand before all others. */
  const readOnCall = async (filter: TicketFilter): Promise<readonly TicketCardRow[]> => {
    const page = { sort: 'deliver_by', limit: CALLS_SHOWN, cursor: undefined } as const
    const { rows } = await listTickets(database, { ...filter, onCall: true }, page, keys)
    return rows
  }

  router.declare('signed_in', boardRoute, async (c) => {
    const { sort, limit, ...query } = c.req.valid('query')
    const filter = readTicketFilter(query)
    const [totals, onCall] = await Promise.all([
      countTickets(database, filter, STATES, keys),
      sort === 'deliver_by' ? readOnCall(filter) : [],
    ])
    const columns = await Promise.all(
      STATES.map(async (state, i) => {
        const { total, atLeast } = totals[i] ?? { total: 0, atLeast: false }
        const order = state === 'done' ? 'updated_at' : sort
        const page = { sort: order, limit, cursor: undefined } as const
        const { rows, nextCursor } =
          total === 0 ? EMPTY_PAGE : await listTickets(database, { ...filter, state }, page, keys)
        const first = order === 'deliver_by' ? onCall.filter((row) => row.current_state === state) : []
        const ahead = new Set(first.map((row) => row.id))
        const tickets = [...first, ...rows.filter((row) => !ahead.has(row.id))]
        return {
          state,
          total,
          at_least: atLeast,
          tickets: tickets.map((row) => viewTicketSummary(row, view)),
          next_cursor: nextCursor,
        }
      }),
    )
    return c.json({ columns }, 200)
  })

  router.declare('signed_in', totalsRoute, async (c) => {
    const totals = await countTickets(database, readTicketFilter(c.req.valid('query')), STATES, keys)
    const columns = totals.flatMap(({ total, atLeast }, i) => {
      const state = STATES[i]
      return state === undefined ? [] : [{ state, total, at_least: atLeast }]
    })
    return c.json({ columns }, 200)
  })

  router.declare('signed_in', bulkRoute, async (c) => {
    const key = c.req.valid('header')['idempotency-key']
    return c.json(await performBulk(deps, c.req.valid('json'), c.get('person'), key, view), 200)
  })

  router.declare('signed_in', filtersRoute, async (c) => {
    const filters = await listFilters(database, c.get('person').id)
    return c.json({ filters: filters.map(viewFilter) }, 200)
  })

  router.declare('signed_in', saveFilterRoute, async (c) => {
    const { id } = c.get('person')
    const filter = c.req.valid('json')
    const others = (await listFilters(database, id)).filter(({ name }) => name !== filter.name)
    if (others.length >= MAX_SAVED_FILTERS) {
      throw new ApiProblem('refused', `No more than ${MAX_SAVED_FILTERS} filters can be kept.`, {
        code: 'too_many_filters',
      })
    }
    return c.json(viewFilter(await saveFilter(database, id, filter)), 200)
  })

  router.declare('signed_in', deleteFilterRoute, async (c) => {
    const gone = await deleteFilter(database, c.get('person').id, c.req.valid('param').id)
    if (!gone) throw new ApiProblem('not_found', 'There is no such filter.')
    return c.body(null, 204)
  })
}

const viewFilter = ({ id, name, search }: StoredFilter) => savedFilterSchema.parse({ id, name, search })
