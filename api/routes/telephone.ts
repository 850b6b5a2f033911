/** The telephone's technical side, for the owner: SIP messages of a call, as a page and as a capture; carriers. */
import { createRoute, z } from '@hono/zod-openapi'
import type { CallId } from '../../domain/ids.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { readGatewayStates } from '../gateways.ts'
import { ApiProblem } from '../problems.ts'
import { findCalls } from '../queries/calls.ts'
import type { ApiRouter } from '../routing.ts'
import { gatewaysSchema, signallingSchema } from '../schemas/telephone.ts'
import { readSignalling } from '../signalling-files.ts'
import { pcapOf, viewSignalling } from '../views/signalling.ts'
import { callIdParam, json, problems } from './responses.ts'

const tags = ['Telephone']

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

const gatewaysRoute = createRoute({
  method: 'get',
  path: '/api/gateways',
  tags,
  summary: 'Media gateways and their trunks: in use, registered, which servers answer',
  responses: { 200: json(gatewaysSchema, 'The gateways'), ...problems('unauthenticated', 'forbidden') },
})

/** Adds the messages of a call, their capture, and the gateways. */
export function addTelephoneRoutes(router: ApiRouter, { database, settings, logger }: ApiDependencies): void {
  const read = async (id: string) => {
    const [row] = await findCalls(database, [id])
    if (row === undefined) throw new ApiProblem('not_found', `There is no call ${id}.`)
    // The route has checked its form.
    return readSignalling(settings, id as CallId).catch((error: unknown) => {
      logger.error({ err: error, callId: id }, 'kept SIP messages can not be read')
      throw new ApiProblem('not_found', 'The messages of this call can not be read any more.')
    })
  }

  router.declare('admin', signallingRoute, async (c) =>
    c.json(viewSignalling(await read(c.req.valid('param').call_id)), 200),
  )

  router.declare('admin', captureRoute, async (c) => {
    const { call_id: callId } = c.req.valid('param')
    const logs = await read(callId)
    if (logs.length === 0) throw new ApiProblem('not_found', 'No messages of this call were kept.')
    const capture = pcapOf(logs, { host: settings.sip.publicHost, port: settings.ports.sip })
    return c.body(new Uint8Array(capture), 200, {
      'content-type': 'application/vnd.tcpdump.pcap',
      'content-disposition': `attachment; filename="${callId}.pcap"`,
      'cache-control': 'private, no-store',
    })
  })

  router.declare('admin', gatewaysRoute, async (c) => c.json(await readGatewayStates(settings), 200))
}
