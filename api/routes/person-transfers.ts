/** Live calls of the AI that are put through to a person: asked for, listed, counted, and what stands on the person's screen. */
import { createRoute, z } from '@hono/zod-openapi'
import { mayBePutThrough, PERSON_TRANSFER_STATES } from '../../domain/person-transfer.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { ApiProblem } from '../problems.ts'
import { decodeCursor } from '../queries/cursor.ts'
import { findOutbound } from '../queries/outbound.ts'
import {
  countPersonTransfers,
  listPersonTransfers,
  TRANSFER_SORT,
  transferTo,
} from '../queries/person-transfers.ts'
import type { ApiRouter } from '../routing.ts'
import {
  personTransferListSchema,
  personTransferStatsSchema,
  putThroughDoneSchema,
  putThroughSchema,
  transferBriefSchema,
} from '../schemas/person-transfers.ts'
import { NO_BRIEF, viewPersonTransfer, viewTransferBrief } from '../views/person-transfers.ts'
import { createViewContext } from '../views/view-context.ts'
import { json, jsonBody, limitParam, outboundIdParam, problems } from './responses.ts'

const tags = ['Outbound calls']

const putThroughRoute = createRoute({
  method: 'post',
  path: '/api/outbound/{outbound_id}/transfer',
  tags,
  summary: 'Put the other side of a live call through to a person: they hear music until somebody answers',
  request: { params: outboundIdParam, body: jsonBody(putThroughSchema) },
  responses: {
    202: json(putThroughDoneSchema, 'The other side is told, then a telephone rings'),
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
const listRoute = createRoute({
  method: 'get',
  path: '/api/transfers',
  tags,
  summary: 'Calls that were put through to a person, or in vain, the newest first',
  request: {
    query: z.object({
      state: z.enum(PERSON_TRANSFER_STATES).optional(),
      outbound_id: z.string().max(20).optional(),
      limit: limitParam,
      cursor: z.string().max(300).optional(),
    }),
  },
  responses: {
    200: json(personTransferListSchema, 'A page of them'),
    ...problems('unauthenticated', 'invalid_request'),
  },
})
const statsRoute = createRoute({
  method: 'get',
  path: '/api/transfers/stats',
  tags,
  summary: 'How many there were, how many reached somebody, and how long people waited',
  responses: { 200: json(personTransferStatsSchema, 'The figures'), ...problems('unauthenticated') },
})
const mineRoute = createRoute({
  method: 'get',
  path: '/api/transfers/mine',
  tags,
  summary: 'The call that rings your telephone or that you talk in because it was put through to you',
  responses: { 200: json(transferBriefSchema, 'What it is about'), ...problems('unauthenticated') },
})

/** Adds them. */
export function addPersonTransferRoutes(router: ApiRouter, deps: ApiDependencies): void {
  const { database, settings, outbound, signIn } = deps
  const view = createViewContext(settings)

  const checkTarget = (to: string | undefined) => {
    if (to === undefined || mayBePutThrough(to, settings.agentCalls)) return
    const errors = [{ path: 'body.to', message: 'may not be dialled' }]
    throw new ApiProblem('invalid_request', '1 field(s) are not valid.', { errors })
  }

  router.declare('outbound:write', putThroughRoute, async (c) => {
    const { outbound_id: id } = c.req.valid('param')
    const row = await findOutbound(database, id)
    if (row === undefined) throw new ApiProblem('not_found', `There is no outbound call ${id}.`)
    const { to, mode, reason } = c.req.valid('json')
    checkTarget(to)
    if (row.state !== 'connected')
      throw new ApiProblem('refused', 'Nobody is on the line.', { code: 'not_live' })
    const { email } = c.get('person')
    await outbound.putThrough(row.workflow_id, {
      askedBy: email,
      reason,
      ...(to === undefined ? {} : { to }),
      ...(mode === undefined ? {} : { mode }),
    })
    await signIn.writeAudit({ actor: email, action: 'outbound_transfer', orderId: null, reason: id })
    return c.json({ ok: true as const }, 202)
  })

  router.declare('outbound:read', listRoute, async (c) => {
    const { cursor: text, ...page } = c.req.valid('query')
    const cursor = text === undefined ? undefined : decodeCursor(text, TRANSFER_SORT)
    if (cursor === null) {
      const errors = [{ path: 'query.cursor', message: 'not a cursor of this list' }]
      throw new ApiProblem('invalid_request', '1 field(s) are not valid.', { errors })
    }
    const { rows, nextCursor } = await listPersonTransfers(database, { ...page, cursor })
    const transfers = rows.map((row) => viewPersonTransfer(row, view))
    return c.json({ transfers, next_cursor: nextCursor }, 200)
  })
  router.declare('outbound:read', statsRoute, async (c) => {
    const counts = await countPersonTransfers(database)
    const decided = counts.total - counts.in_progress
    return c.json({ ...counts, success_rate: decided === 0 ? null : counts.connected / decided }, 200)
  })
  router.declare('signed_in', mineRoute, async (c) => {
    const row = await transferTo(database, c.get('person').id)
    const request = row === undefined ? undefined : await findOutbound(database, row.outbound_id)
    if (row === undefined || request === undefined) return c.json(NO_BRIEF, 200)
    return c.json(viewTransferBrief(row, request, view), 200)
  })
}
