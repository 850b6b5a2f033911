/** The telephone's technical side, for the owner: SIP messages of a call, as a page and as a capture; its packets; carriers. */
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { createRoute, z } from '@hono/zod-openapi'
import type { CallId } from '../../domain/ids.ts'
import type { AuditEntry } from '../auth/sign-in.ts'
import { isCaptureKept, readCapture, steerCapture } from '../captures.ts'
import type { Person } from '../context.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { readGatewayStates } from '../gateways.ts'
import { ApiProblem } from '../problems.ts'
import { findCalls } from '../queries/calls.ts'
import type { ApiRouter } from '../routing.ts'
import {
  type Capture,
  captureSchema,
  captureWishSchema,
  gatewaysSchema,
  signallingSchema,
} from '../schemas/telephone.ts'
import { readSignalling } from '../signalling-files.ts'
import { pcapOf } from '../views/pcap.ts'
import { viewSignalling } from '../views/signalling.ts'
import { callIdParam, json, jsonBody, problems } from './responses.ts'

const tags = ['Telephone']
const PIECE_BYTES = 64 * 1_024

const signallingRoute = createRoute({
  method: 'get',
  path: '/api/calls/{call_id}/signalling',
  tags,
  summary: 'SIP messages of a call that is over, leg by leg; none were kept of a call before this was there',
  request: { params: callIdParam },
  responses: {
    200: json(signallingSchema, 'The messages'),
    ...problems('unauthenticated', 'forbidden', 'not_found', 'invalid_request'),
  },
})

const captureRoute = createRoute({
  method: 'get',
  path: '/api/calls/{call_id}/signalling.pcap',
  tags,
  summary: 'The same as a capture for Wireshark; SIP only, each message in a UDP packet',
  request: { params: callIdParam },
  responses: {
    200: {
      description: 'The capture',
      content: { 'application/vnd.tcpdump.pcap': { schema: z.string().openapi({ format: 'binary' }) } },
    },
    ...problems('unauthenticated', 'forbidden', 'not_found', 'invalid_request'),
  },
})

const PACKETS_PATH = '/api/calls/{call_id}/capture'

const packetsRoute = createRoute({
  method: 'get',
  path: PACKETS_PATH,
  tags,
  summary: 'Whether RTP and RTCP of a call are captured, and whether any are kept',
  request: { params: callIdParam },
  responses: {
    200: json(captureSchema, 'The capture'),
    ...problems('unauthenticated', 'forbidden', 'not_found', 'invalid_request'),
  },
})

const startPacketsRoute = createRoute({
  method: 'post',
  path: `${PACKETS_PATH}/start`,
  tags,
  summary:
    'Keep RTP and RTCP of a live call from now on, sealed like its recording; once for a call (it is written down)',
  request: { params: callIdParam, body: jsonBody(captureWishSchema) },
  responses: {
    200: json(captureSchema, 'The capture'),
    ...problems('unauthenticated', 'forbidden', 'not_found', 'refused', 'invalid_request'),
  },
})

const stopPacketsRoute = createRoute({
  method: 'post',
  path: `${PACKETS_PATH}/stop`,
  tags,
  summary: 'Keep no more of them (it is written down)',
  request: { params: callIdParam },
  responses: {
    200: json(captureSchema, 'The capture'),
    ...problems('unauthenticated', 'forbidden', 'not_found', 'refused', 'invalid_request'),
  },
})

const packetsFileRoute = createRoute({
  method: 'get',
  path: '/api/calls/{call_id}/capture.pcap',
  tags,
  summary: 'The kept packets and SIP messages of a call for Wireshark (it is written down)',
  request: { params: callIdParam },
  responses: {
    200: {
      description: 'The capture',
      content: { 'application/vnd.tcpdump.pcap': { schema: z.string().openapi({ format: 'binary' }) } },
    },
    ...problems('unauthenticated', 'forbidden', 'not_found', 'invalid_request'),
  },
})

const gatewaysRoute = createRoute({
  method: 'get',
  path: '/api/gateways',
  tags,
  summary: 'Media gateways and their trunks: in use, registered, which servers answer',
  responses: { 200: json(gatewaysSchema, 'The gateways'), ...problems('unauthenticated', 'forbidden') },
})

/** Adds the messages of a call, their capture, its packets, and the gateways. */
export function addTelephoneRoutes(
  router: ApiRouter,
  { database, settings, logger, signIn }: ApiDependencies,
): void {
  const known = async (id: string) => {
    const [row] = await findCalls(database, [id])
    if (row === undefined) throw new ApiProblem('not_found', `There is no call ${id}.`)
    // The route has checked its form.
    return { callId: id as CallId, row }
  }
  const read = async (callId: CallId) =>
    readSignalling(settings, callId).catch((error: unknown) => {
      logger.error({ err: error, callId }, 'kept SIP messages can not be read')
      throw new ApiProblem('not_found', 'The messages of this call can not be read any more.')
    })
  const ours = { host: settings.sip.publicHost, port: settings.ports.sip }

  router.declare('admin', signallingRoute, async (c) => {
    const { callId } = await known(c.req.valid('param').call_id)
    return c.json(viewSignalling(await read(callId)), 200)
  })

  router.declare('admin', captureRoute, async (c) => {
    const { callId } = await known(c.req.valid('param').call_id)
    const logs = await read(callId)
    if (logs.length === 0) throw new ApiProblem('not_found', 'No messages of this call were kept.')
    return c.body(new Uint8Array(Buffer.concat([...pcapOf(logs, ours)])), 200, pcapHeaders(callId))
  })

  const audit = (person: Person, action: AuditEntry['action'], callId: CallId) =>
    signIn.writeAudit({ actor: person.email, action, orderId: null, reason: callId })
  const liveCall = async (id: string) => {
    const { callId, row } = await known(id)
    if (row.state !== 'live') throw new ApiProblem('refused', 'This call is not live.', { code: 'not_live' })
    return callId
  }
  const steered = async (callId: CallId, wish: Parameters<typeof steerCapture>[2]): Promise<Capture> => {
    const state = await steerCapture(settings, callId, wish)
    if (state === null)
      throw new ApiProblem('refused', 'No gateway has a leg of this call.', { code: 'not_live' })
    return { ...state, is_kept: await isCaptureKept(settings, callId) }
  }

  router.declare('admin', packetsRoute, async (c) => {
    const { callId, row } = await known(c.req.valid('param').call_id)
    const state = row.state === 'live' ? await steerCapture(settings, callId, { method: 'GET' }) : null
    const none = { is_running: false, with_sound: false, packets: 0 }
    return c.json({ ...(state ?? none), is_kept: await isCaptureKept(settings, callId) }, 200)
  })

  router.declare('admin', startPacketsRoute, async (c) => {
    const callId = await liveCall(c.req.valid('param').call_id)
    // Written down before anything is kept.
    await audit(c.get('person'), 'call_capture_start', callId)
    const { with_sound: withSound } = c.req.valid('json')
    return c.json(await steered(callId, { method: 'POST', withSound }), 200)
  })

  router.declare('admin', stopPacketsRoute, async (c) => {
    const callId = await liveCall(c.req.valid('param').call_id)
    const state = await steered(callId, { method: 'DELETE' })
    await audit(c.get('person'), 'call_capture_stop', callId)
    return c.json(state, 200)
  })

  router.declare('admin', packetsFileRoute, async (c) => {
    const { callId } = await known(c.req.valid('param').call_id)
    const legs = await readCapture(settings, callId).catch((error: unknown) => {
      logger.error({ err: error, callId }, 'kept packets can not be read')
      throw new ApiProblem('not_found', 'The packets of this call can not be read any more.')
    })
    if (legs.length === 0) throw new ApiProblem('not_found', 'No packets of this call are kept.')
    await audit(c.get('person'), 'call_capture_download', callId)
    const packets = Readable.from(inPieces(pcapOf(await read(callId), ours, legs)))
    return c.body(Readable.toWeb(packets) as ReadableStream<Uint8Array>, 200, pcapHeaders(callId))
  })

  router.declare('admin', gatewaysRoute, async (c) => c.json(await readGatewayStates(settings), 200))
}

const pcapHeaders = (callId: CallId) => ({
  'content-type': 'application/vnd.tcpdump.pcap',
  'content-disposition': `attachment; filename="${callId}.pcap"`,
  'cache-control': 'private, no-store',
})

/** A packet at a time would be a write of its own each. */
function* inPieces(parts: Iterable<Buffer>): Generator<Buffer> {
  let piece: Buffer[] = []
  let bytes = 0
  for (const part of parts) {
    piece.push(part)
    bytes += part.length
    if (bytes < PIECE_BYTES) continue
    yield Buffer.concat(piece)
    piece = []
    bytes = 0
  }
  yield Buffer.concat(piece)
}
