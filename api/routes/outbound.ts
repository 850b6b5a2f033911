/** Calls that people and scripts ask for: asked for, looked at, called off, tried again, and what they brought. */
import { createRoute, z } from '@hono/zod-openapi'
import { liveEdition } from '../../db/queries/flows.ts'
import { reopenOutbound } from '../../db/queries/outbound-requests.ts'
import { spokenPhrase } from '../../domain/flow-content.ts'
import type { OutboundWords } from '../../domain/outbound-policy.ts'
import { DEFAULT_DISPLAY_NAME } from '../../domain/outbound-request.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { createOutboundDesk, notToBeCalled } from '../outbound-desk.ts'
import { ApiProblem } from '../problems.ts'
import { readTurns } from '../queries/calls.ts'
import { decodeCursor } from '../queries/cursor.ts'
import {
  countOutbound,
  findOutbound,
  listActiveOutbound,
  listOutbound,
  OUTBOUND_SORT,
} from '../queries/outbound.ts'
import type { ApiRouter } from '../routing.ts'
import {
  cancelOutboundSchema,
  outboundAcceptedSchema,
  outboundListSchema,
  outboundOptionsSchema,
  outboundRecordSchema,
  outboundRequestSchema,
  outboundResultSchema,
  outboundStateSchema,
  outboundStatsSchema,
} from '../schemas/outbound.ts'
import { viewOutbound, viewOutboundResult } from '../views/outbound.ts'
import { OUTBOUND_COLUMNS, outboundCsv } from '../views/outbound-csv.ts'
import { createViewContext } from '../views/view-context.ts'
import { json, jsonBody, limitParam, outboundIdParam, problems } from './responses.ts'

/** The first and the last words of a call that is made now: the settings' until a version of the flow is live. */
async function spokenWords({ database, settings }: ApiDependencies): Promise<OutboundWords> {
  const { version, content } = await liveEdition(database, 'outbound_request')
  if (version === 0) return settings.outbound.words
  const values = { company: settings.company.name }
  const said = (name: 'disclosure' | 'closing_all_asked') =>
    spokenPhrase(content.phrases, name, { language: 'ko', values })?.join(' ') ?? ''
  return { greeting: said('disclosure'), closing: said('closing_all_asked') }
}

const tags = ['Outbound calls']
const filter = {
  state: outboundStateSchema.optional(),
  q: z
    .string()
    .max(100)
    .optional()
    .describe('end of the number called, four digits at least; words of the purpose; or an outbound_id'),
}
/** A longer list is a job for the database. */
const EXPORT_ROWS = 10_000

const createRequestRoute = createRoute({
  method: 'post',
  path: '/api/outbound/',
  tags,
  summary: 'Ask for a call: the AI dials, states the purpose, asks the questions and keeps the answers',
  request: { body: jsonBody(outboundRequestSchema) },
  responses: {
    202: json(outboundAcceptedSchema, 'It waits for its time and its turn'),
    ...problems(
      'unauthenticated',
      'forbidden',
      'refused',
      'invalid_request',
      'too_many_requests',
      'outbound_disabled',
      'no_route',
    ),
  },
})
const listRoute = createRoute({
  method: 'get',
  path: '/api/outbound/',
  tags,
  summary: 'Requested calls, the newest first',
  request: { query: z.object({ ...filter, limit: limitParam, cursor: z.string().max(300).optional() }) },
  responses: {
    200: json(outboundListSchema, 'A page of them'),
    ...problems('unauthenticated', 'invalid_request'),
  },
})
const activeRoute = createRoute({
  method: 'get',
  path: '/api/outbound/active',
  tags,
  summary: 'Calls that are dialled, ring or are talked on now',
  responses: { 200: json(outboundListSchema, 'All of them'), ...problems('unauthenticated') },
})
const statsRoute = createRoute({
  method: 'get',
  path: '/api/outbound/stats',
  tags,
  summary: 'How many there are, and how they went',
  responses: { 200: json(outboundStatsSchema, 'The figures'), ...problems('unauthenticated') },
})
const optionsRoute = createRoute({
  method: 'get',
  path: '/api/outbound/options',
  tags,
  summary: 'What a request may say: numbers that may call, limits, defaults',
  responses: { 200: json(outboundOptionsSchema, 'The options'), ...problems('unauthenticated') },
})
const exportRoute = createRoute({
  method: 'get',
  path: '/api/outbound/export',
  tags,
  summary: `What they brought, as CSV (${OUTBOUND_COLUMNS.en.length} columns) or JSON, at most ${EXPORT_ROWS}`,
  request: {
    query: z.object({
      ...filter,
      format: z.enum(['csv', 'json']).default('csv'),
      lang: z.enum(['ko', 'en']).default('ko'),
    }),
  },
  responses: {
    200: {
      description: 'One line for each call, the newest first',
      content: {
        'text/csv': { schema: z.string().openapi({ format: 'binary' }) },
        'application/json': { schema: z.array(outboundRecordSchema) },
      },
    },
    ...problems('unauthenticated', 'invalid_request'),
  },
})
const detailRoute = createRoute({
  method: 'get',
  path: '/api/outbound/{outbound_id}',
  tags,
  summary: 'One requested call as it stands',
  request: { params: outboundIdParam },
  responses: {
    200: json(outboundRecordSchema, 'The record'),
    ...problems('unauthenticated', 'not_found', 'invalid_request'),
  },
})
const resultRoute = createRoute({
  method: 'get',
  path: '/api/outbound/{outbound_id}/result',
  tags,
  summary: 'What it brought, also where it was cut short; 409 before its end',
  request: { params: outboundIdParam },
  responses: {
    200: json(outboundResultSchema, 'The result'),
    ...problems('unauthenticated', 'not_found', 'refused', 'invalid_request'),
  },
})
const cancelRoute = createRoute({
  method: 'post',
  path: '/api/outbound/{outbound_id}/cancel',
  tags,
  summary: 'Call it off, whatever state it is in; a live call is hung up',
  request: {
    params: outboundIdParam,
    body: { required: false, content: { 'application/json': { schema: cancelOutboundSchema } } },
  },
  responses: {
    200: json(outboundRecordSchema, 'The record; nothing more is dialled or said'),
    ...problems('unauthenticated', 'not_found', 'refused', 'invalid_request', 'workflow_engine_unavailable'),
  },
})
const retryRoute = createRoute({
  method: 'post',
  path: '/api/outbound/{outbound_id}/retry',
  tags,
  summary: 'Call again where nobody was reached, or it failed or was called off',
  request: { params: outboundIdParam },
  responses: {
    202: json(outboundAcceptedSchema, 'It waits for its turn; what was found out already is kept'),
    ...problems(
      'unauthenticated',
      'not_found',
      'refused',
      'invalid_request',
      'too_many_requests',
      'outbound_disabled',
      'no_route',
    ),
  },
})

const QUEUED = '아웃바운드 콜이 대기열에 추가되었습니다.'

/** Adds the routes of requested calls. */
export function addOutboundRoutes(router: ApiRouter, deps: ApiDependencies): void {
  const { database, settings, outbound, signIn } = deps
  const view = createViewContext(settings)
  const desk = createOutboundDesk(deps, view)

  const readRow = async (outboundId: string) => {
    const row = await findOutbound(database, outboundId)
    if (row === undefined) throw new ApiProblem('not_found', `There is no outbound call ${outboundId}.`)
    return row
  }
  const audit = (
    actor: string,
    action: 'outbound_request' | 'outbound_cancel' | 'outbound_retry',
    id: string,
  ) => signIn.writeAudit({ actor, action, orderId: null, reason: id })

  router.declare('outbound:write', createRequestRoute, async (c) => {
    const { email } = c.get('person')
    const row = await desk.take(c.req.valid('json'), email)
    await audit(email, 'outbound_request', row.outbound_id)
    const { outbound_id, created_at } = viewOutbound(row, view)
    return c.json({ outbound_id, state: 'queued' as const, created_at, message: QUEUED }, 202)
  })

  router.declare('outbound:read', listRoute, async (c) => {
    const { cursor: text, ...page } = c.req.valid('query')
    const cursor = text === undefined ? undefined : decodeCursor(text, OUTBOUND_SORT)
    if (cursor === null) {
      const errors = [{ path: 'query.cursor', message: 'not a cursor of this list' }]
      throw new ApiProblem('invalid_request', '1 field(s) are not valid.', { errors })
    }
    const { rows, nextCursor } = await listOutbound(database, { ...page, cursor })
    return c.json({ calls: rows.map((row) => viewOutbound(row, view)), next_cursor: nextCursor }, 200)
  })
  router.declare('outbound:read', activeRoute, async (c) => {
    const rows = await listActiveOutbound(database)
    return c.json({ calls: rows.map((row) => viewOutbound(row, view)), next_cursor: null }, 200)
  })
  router.declare('outbound:read', statsRoute, async (c) => c.json(await countOutbound(database), 200))
  router.declare('outbound:read', optionsRoute, async (c) => {
    const { enabled, callerNumbers, maxDurationSeconds, maxRetries } = settings.outbound
    const words = await spokenWords(deps)
    return c.json(
      {
        enabled,
        caller_numbers: [...callerNumbers],
        max_call_duration: maxDurationSeconds,
        max_retries: maxRetries,
        greeting_template: words.greeting,
        closing_template: words.closing,
        default_display_name: DEFAULT_DISPLAY_NAME,
      },
      200,
    )
  })
  router.declare('outbound:read', exportRoute, async (c) => {
    const { format, lang, ...wanted } = c.req.valid('query')
    const { rows } = await listOutbound(database, { ...wanted, limit: EXPORT_ROWS })
    const records = rows.map((row) => viewOutbound(row, view))
    c.header('content-disposition', `attachment; filename="outbound.${format}"`)
    if (format === 'json') return c.json(records, 200)
    c.header('content-type', 'text/csv; charset=utf-8')
    return c.body(outboundCsv(records, lang), 200)
  })

  router.declare('outbound:read', detailRoute, async (c) =>
    c.json(viewOutbound(await readRow(c.req.valid('param').outbound_id), view), 200),
  )
  router.declare('outbound:read', resultRoute, async (c) => {
    const row = await readRow(c.req.valid('param').outbound_id)
    if (!row.is_over) throw new ApiProblem('refused', 'This call is not over yet.', { code: 'not_over' })
    const turns = row.call_id === null ? [] : await readTurns(database, [row.call_id])
    return c.json(viewOutboundResult(row, turns, view), 200)
  })

  router.declare('outbound:write', cancelRoute, async (c) => {
    const row = await readRow(c.req.valid('param').outbound_id)
    if (row.is_over) throw new ApiProblem('refused', 'This call is over.', { code: 'over' })
    const { reason = 'operator_cancel' } = c.req.valid('json')
    const { outboundId, ...input } = desk.inputOf(row)
    // Its workflow may not have been started yet; then it is, to be called off in order.
    if (!(await outbound.cancel(outboundId, reason))) {
      await outbound.start({ outboundId, ...input })
      await outbound.cancel(outboundId, reason)
    }
    await audit(c.get('person').email, 'outbound_cancel', row.outbound_id)
    return c.json(viewOutbound(await readRow(row.outbound_id), view), 200)
  })

  router.declare('outbound:write', retryRoute, async (c) => {
    const row = await readRow(c.req.valid('param').outbound_id)
    const { email } = c.get('person')
    const calleeNumber = view.plain(row.callee_number)
    if (!row.is_over) throw new ApiProblem('refused', 'This call is not over yet.', { code: 'not_over' })
    if (row.state === 'completed')
      throw new ApiProblem('refused', 'This call was completed.', { code: 'completed' })
    await desk.check({ callerNumber: row.caller_number, calleeNumber }, email)
    const again = { outboundId: row.outbound_id, calleeNumber }
    const reopened = await reopenOutbound(database, settings.dataKey, again)
    // Listed since the check.
    if (reopened === 'do_not_call') throw notToBeCalled()
    if (reopened === 'duplicate')
      throw new ApiProblem('refused', 'This number is being called already.', { code: 'duplicate_callee' })
    await desk.begin(await readRow(row.outbound_id))
    await audit(email, 'outbound_retry', row.outbound_id)
    const accepted = { outbound_id: row.outbound_id, state: 'queued' as const, message: QUEUED }
    return c.json({ ...accepted, created_at: viewOutbound(row, view).created_at }, 202)
  })
}
