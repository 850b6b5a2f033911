/** What load balancers, Prometheus and the API ask a gateway by HTTP, on the port of its media socket. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CallId } from '../../domain/ids.ts'
import { keptFilePath } from '../../domain/kept-files.ts'
import { isGatewayStateAuthorized } from '../../domain/media-socket-token.ts'
import type { TrunkState } from '../trunks/trunk.ts'
import type { CallCaptures, CaptureState } from './call-captures.ts'
import type { GatewayMetrics } from './gateway-metrics.ts'
import { deleteKept, serveKeptFile } from './kept-files.ts'

export interface OperationsOptions {
  readonly secret: string
  readonly name: string
  readonly metrics: GatewayMetrics
  /** Whether new calls are taken, or why not. */
  readonly readiness: () => Readiness
  readonly trunks: () => readonly TrunkState[]
  readonly liveLegs: () => number
  /** Whether a telephone of ours with that number is registered here. */
  readonly isRegistered: (number: string) => boolean
  /** TCP port of SIP by WebSocket; null: there is none. */
  readonly softphonePort: number | null
  readonly dataDir: string
  readonly captures: Pick<CallCaptures, 'start' | 'stop' | 'state'>
}

export type Readiness = 'ready' | 'draining' | 'temporal_unreachable'

const PHONES = '/phones/'
const CAPTURES = /^\/captures\/(call-[0-9a-f]{12})$/
const FILES = keptFilePath('')
/** Those that need a token. */
const OWN_PATHS = /^\/(state$|phones\/\d{1,20}$|files\/|captures\/)/

const json = (response: ServerResponse, status: number, body: object) =>
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(body))

/**
 * `/healthz`: the process lives. `/readyz`: it takes calls (503 while it drains, or can't reach Temporal). `/metrics`: for
 * Prometheus. For our API only: `/state` (trunks), `/phones/<number>`, `/files/<name>` (GET, DELETE), `/captures/<call>` (GET how it is, POST
 * begins, with `?sound=1` also what is said, DELETE ends).
 * @returns the handler; it says whether the request was one of its own.
 */
export function operationsHttp(options: OperationsOptions) {
  return function serveOperations(request: IncomingMessage, response: ServerResponse): boolean {
    const [path = '/', query] = (request.url ?? '/').split('?')
    const captured = CAPTURES.exec(path)?.[1] as CallId | undefined
    const deletes = request.method === 'DELETE' && path.startsWith(FILES)
    if (request.method !== 'GET' && captured === undefined && !deletes) return false
    if (path === '/healthz') {
      json(response, 200, { status: 'ok' })
    } else if (path === '/readyz') {
      const readiness = options.readiness()
      json(response, readiness === 'ready' ? 200 : 503, { readiness, legs: options.liveLegs() })
    } else if (path === '/metrics') {
      options.metrics.text().then(
        (text) => response.writeHead(200, { 'content-type': options.metrics.contentType }).end(text),
        () => response.writeHead(500).end(),
      )
    } else if (!OWN_PATHS.test(path)) {
      return false
    } else if (!isGatewayStateAuthorized(request.headers.authorization, options.secret)) {
      response.writeHead(401).end()
    } else if (captured !== undefined) {
      json(response, 200, steerCapture(options.captures, captured, request.method, query))
    } else if (path === '/state') {
      json(response, 200, {
        name: options.name,
        readiness: options.readiness(),
        legs: options.liveLegs(),
        trunks: options.trunks(),
        softphonePort: options.softphonePort,
      })
    } else if (path.startsWith(PHONES)) {
      json(response, 200, { isRegistered: options.isRegistered(path.slice(PHONES.length)) })
    } else if (deletes) {
      deleteKept(options.dataDir, path.slice(FILES.length)).then(
        (deleted) => json(response, 200, { deleted }),
        () => response.writeHead(500).end(),
      )
    } else {
      void serveKeptFile(options.dataDir, path.slice(FILES.length), request, response)
    }
    return true
  }
}

function steerCapture(
  captures: OperationsOptions['captures'],
  callId: CallId,
  method: string | undefined,
  query: string | undefined,
): CaptureState {
  if (method === 'POST') captures.start(callId, new URLSearchParams(query).get('sound') === '1')
  else if (method === 'DELETE') captures.stop(callId)
  return captures.state(callId)
}
