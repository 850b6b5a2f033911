/** Tickets: lists, the board, one with everything, what a person does to it. */
import { createRoute, z } from '@hono/zod-openapi'
import { parseOrderNo } from '../../domain/ids.ts'
import { mayDo } from '../action-rights.ts'
import type { Person } from '../context.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { ApiProblem } from '../problems.ts'
import { readCallEvents } from '../queries/call-guests.ts'
import { findCallsOfOrder, readTurns } from '../queries/calls.ts'
import { type Cursor, decodeCursor } from '../queries/cursor.ts'
import { readTicketFilter } from '../queries/ticket-filter.ts'
import {
  findLookAlikes,
  findTickets,
  listTickets,
  readTicketParts,
  TICKET_SORTS,
  type TicketRow,
} from '../queries/tickets.ts'
import type { ApiRouter } from '../routing.ts'
import { ticketFilterSchema } from '../schemas/board.ts'
import {
  newTicketSchema,
  revealedSchema,
  revealRequestSchema,
  ticketActionRequestSchema,
} from '../schemas/ticket-requests.ts'
import {
  type TicketDetail,
  ticketDetailSchema,
  ticketListSchema,
  ticketStateSchema,
} from '../schemas/tickets.ts'
import { createTicket, performAction } from '../ticket-actions.ts'
import { viewTicket, viewTicketSummary } from '../views/tickets.ts'
import { createViewContext } from '../views/view-context.ts'
import { idempotencyHeader, json, jsonBody, limitParam, orderNoParam, problems } from './responses.ts'

const tags = ['Tickets']

const listRoute = createRoute({
  method: 'get',
  path: '/api/tickets',
  tags,
  summary: 'Tickets that fit a filter, page by page',
  request: {
    query: ticketFilterSchema.extend({
      state: ticketStateSchema.optional(),
      sort: z.enum(TICKET_SORTS).default('updated_at').describe('newest first; deliver_by: soonest first'),
      cursor: z.string().max(300).optional(),
      limit: limitParam,
    }),
  },
  responses: {
    200: json(ticketListSchema, 'A page of tickets'),
    ...problems('unauthenticated', 'invalid_request'),
  },
})

const detailRoute = createRoute({
  method: 'get',
  path: '/api/tickets/{order_no}',
  tags,
  summary: 'One ticket with its timeline, calls, messages, payments and delivery',
  request: { params: orderNoParam },
  responses: {
    200: json(ticketDetailSchema, 'The ticket'),
    ...problems('unauthenticated', 'not_found', 'invalid_request'),
  },
})

const createTicketRoute = createRoute({
  method: 'post',
  path: '/api/tickets',
  tags,
  summary: 'Take down an order by hand',
  description: 'A repeated Idempotency-Key goes on with the same order.',
  request: { headers: idempotencyHeader, body: jsonBody(newTicketSchema) },
  responses: {
    201: json(ticketDetailSchema, 'The ticket that was opened'),
    ...problems('unauthenticated', 'invalid_request', 'workflow_engine_unavailable'),
  },
})

const actionRoute = createRoute({
  method: 'post',
  path: '/api/tickets/{order_no}/actions',
  tags,
  summary: 'Edit, confirm, cancel, raise or resolve an Issue',
  description:
    'What may be done now is in `actions` of the ticket. A refusal is 409 with a code and a sentence. ' +
    'A repeated Idempotency-Key is one action.',
  request: {
    params: orderNoParam,
    headers: idempotencyHeader,
    body: jsonBody(ticketActionRequestSchema),
  },
  responses: {
    200: json(ticketDetailSchema, 'The ticket after it'),
    ...problems(
      'unauthenticated',
      'forbidden',
      'not_found',
      'refused',
      'invalid_request',
      'workflow_engine_unavailable',
    ),
  },
})

const revealRoute = createRoute({
  method: 'post',
  path: '/api/tickets/{order_no}/reveal',
  tags,
  summary: 'The full phone numbers, for a reason that is kept',
  request: { params: orderNoParam, body: jsonBody(revealRequestSchema) },
  responses: {
    200: json(revealedSchema, 'The numbers'),
    ...problems('unauthenticated', 'not_found', 'invalid_request'),
  },
})

/** Adds the routes of tickets. */
export function addTicketRoutes(router: ApiRouter, deps: ApiDependencies): void {
  const { database, settings } = deps
  const view = createViewContext(settings)
  const keys = settings.dataKey

  const readRow = async (orderNo: string): Promise<TicketRow> => {
    const [row] = await findTickets(database, [orderNo])
    if (row === undefined) throw new ApiProblem('not_found', `There is no order ${orderNo}.`)
    return row
  }
  const readDetail = async (orderNo: string, person: Person): Promise<TicketDetail> => {
    const row = await readRow(orderNo)
    const [parts, calls, lookAlikes] = await Promise.all([
      readTicketParts(database, row.id, row.order_id),
      findCallsOfOrder(database, row.order_id),
      findLookAlikes(database, row),
    ])
    const callIds = calls.map((call) => call.call_id)
    const [turns, events] = await Promise.all([
      readTurns(database, callIds),
      readCallEvents(database, callIds),
    ])
    return viewTicket(row, { ...parts, lookAlikes }, { rows: calls, turns, events }, mayDo(person), view)
  }

  router.declare('signed_in', listRoute, async (c) => {
    const { state, sort, cursor, limit, ...query } = c.req.valid('query')
    const page = { sort, limit, cursor: readCursor(cursor, sort) }
    const filter = { ...readTicketFilter(query), state }
    const { rows, nextCursor } = await listTickets(database, filter, page, keys)
    return c.json({ tickets: rows.map((row) => viewTicketSummary(row, view)), next_cursor: nextCursor }, 200)
  })

  router.declare('signed_in', createTicketRoute, async (c) => {
    const person = c.get('person')
    const orderNo = await createTicket(
      deps,
      c.req.valid('json'),
      person,
      c.req.valid('header')['idempotency-key'],
    )
    return c.json(await readDetail(orderNo, person), 201)
  })

  router.declare('signed_in', detailRoute, async (c) =>
    c.json(await readDetail(c.req.valid('param').order_no, c.get('person')), 200),
  )

  router.declare('signed_in', actionRoute, async (c) => {
    const person = c.get('person')
    const { order_no } = c.req.valid('param')
    await readRow(order_no)
    const key = c.req.valid('header')['idempotency-key']
    await performAction(deps, parseOrderNo(order_no), c.req.valid('json'), person, key)
    return c.json(await readDetail(order_no, person), 200)
  })

  router.declare('signed_in', revealRoute, async (c) => {
    const row = await readRow(c.req.valid('param').order_no)
    const { reason } = c.req.valid('json')
    // The row is written first: a number is never shown without one.
    await deps.signIn.writeAudit({
      actor: c.get('person').email,
      action: 'reveal_phone',
      orderId: row.order_id,
      reason,
    })
    c.header('cache-control', 'no-store')
    return c.json(
      {
        customer_phone: view.fullPhone(row.customer_phone),
        contact_phone: row.order_phone === null ? null : view.fullPhone(row.order_phone),
      },
      200,
    )
  })
}

function readCursor(text: string | undefined, sort: string): Cursor | undefined {
  if (text === undefined) return undefined
  const cursor = decodeCursor(text, sort)
  if (cursor === null) {
    const errors = [{ path: 'query.cursor', message: 'not a cursor of this list' }]
    throw new ApiProblem('invalid_request', '1 field(s) are not valid.', { errors })
  }
  return cursor
}
