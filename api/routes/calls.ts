/** Calls: lists, one with its transcript, its recording; and the photos of deliveries. */
import { join } from 'node:path'
import { createRoute, z } from '@hono/zod-openapi'
import { RECORDING_EXTENSION } from '../../domain/recording-file.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { ApiProblem } from '../problems.ts'
import { readCallEvents } from '../queries/call-guests.ts'
import { findCalls, listCalls, readTurns } from '../queries/calls.ts'
import { decodeCursor } from '../queries/cursor.ts'
import { openRecording, openRecordingOf } from '../recordings.ts'
import type { ApiRouter } from '../routing.ts'
import { callDetailSchema, callListSchema, callSummarySchema } from '../schemas/tickets.ts'
import { openRemoteFile } from '../sealed-files.ts'
import { respond, storedFileResponse } from '../stored-files.ts'
import { viewCall, viewCallSummary } from '../views/calls.ts'
import { createViewContext } from '../views/view-context.ts'
import { callIdParam, json, limitParam, problems } from './responses.ts'

const tags = ['Calls']
/** Recordings and photos never change, but who may see them does. */
const PRIVATE_FILE = 'private, no-cache'

const listRoute = createRoute({
  method: 'get',
  path: '/api/calls',
  tags,
  summary: 'Calls, the newest first',
  request: {
    query: z.object({
      state: callSummarySchema.shape.state.optional(),
      cursor: z.string().max(300).optional(),
      limit: limitParam,
    }),
  },
  responses: {
    200: json(callListSchema, 'A page of calls'),
    ...problems('unauthenticated', 'invalid_request'),
  },
})

const detailRoute = createRoute({
  method: 'get',
  path: '/api/calls/{call_id}',
  tags,
  summary: 'One call with its transcript',
  request: { params: callIdParam },
  responses: {
    200: json(callDetailSchema, 'The call'),
    ...problems('unauthenticated', 'not_found', 'invalid_request'),
  },
})

const recordingRoute = createRoute({
  method: 'get',
  path: '/api/calls/{call_id}/recording',
  tags,
  summary: 'The recording: WAV, 16-bit stereo, left the caller and right we; ranges are served',
  request: { params: callIdParam },
  responses: {
    200: {
      description: 'The recording',
      content: { 'audio/wav': { schema: z.string().openapi({ format: 'binary' }) } },
    },
    206: {
      description: 'A part of it',
      content: { 'audio/wav': { schema: z.string().openapi({ format: 'binary' }) } },
    },
    ...problems('unauthenticated', 'not_found', 'range_not_satisfiable', 'invalid_request'),
  },
})

/** A recording of a gateway on another machine; null: none has it. */
async function remoteRecording(settings: ApiDependencies['settings'], key: string) {
  const file = await openRemoteFile(settings, key)
  return file === null ? null : openRecordingOf(async () => file, [settings.dataKey])
}

/** Adds the routes of calls, recordings and photos. */
export function addCallRoutes(router: ApiRouter, { database, settings }: ApiDependencies): void {
  const view = createViewContext(settings)

  const readRow = async (callId: string) => {
    const [row] = await findCalls(database, [callId])
    if (row === undefined) throw new ApiProblem('not_found', `There is no call ${callId}.`)
    return row
  }

  router.declare('signed_in', listRoute, async (c) => {
    const { state, cursor: text, limit } = c.req.valid('query')
    const cursor = text === undefined ? undefined : decodeCursor(text, 'called_at')
    if (cursor === null) {
      const errors = [{ path: 'query.cursor', message: 'not a cursor of this list' }]
      throw new ApiProblem('invalid_request', '1 field(s) are not valid.', { errors })
    }
    const { rows, nextCursor } = await listCalls(database, { state, cursor, limit })
    return c.json({ calls: rows.map((row) => viewCallSummary(row, view)), next_cursor: nextCursor }, 200)
  })

  router.declare('signed_in', detailRoute, async (c) => {
    const row = await readRow(c.req.valid('param').call_id)
    const [turns, events] = await Promise.all([
      readTurns(database, [row.call_id]),
      readCallEvents(database, [row.call_id]),
    ])
    return c.json(viewCall(row, turns, events, view), 200)
  })

  router.declare('signed_in', recordingRoute, async (c) => {
    const { recording_key: key } = await readRow(c.req.valid('param').call_id)
    const file =
      key === null
        ? null
        : await storedFileResponse(
            { folder: settings.dataDir, key, request: c.req.raw, cacheControl: PRIVATE_FILE },
            // Recordings of before they were encrypted are plain WAV.
            key.endsWith(RECORDING_EXTENSION) ? (path) => openRecording(path, [settings.dataKey]) : undefined,
          )
    if (file !== null) return file
    const remote = key?.endsWith(RECORDING_EXTENSION) ? await remoteRecording(settings, key) : null
    if (remote === null) throw new ApiProblem('not_found', 'This call has no recording.')
    return respond({ request: c.req.raw, cacheControl: PRIVATE_FILE }, remote)
  })

  router.declarePlain('signed_in', 'get', '/api/photos/:key{.+}', async (c) => {
    const file = await storedFileResponse({
      folder: join(settings.dataDir, 'photos'),
      key: c.req.param('key') ?? '',
      request: c.req.raw,
      cacheControl: PRIVATE_FILE,
    })
    if (file === null) throw new ApiProblem('not_found', 'There is no such photo.')
    return file
  })
}
