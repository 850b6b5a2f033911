/** What load balancers, Prometheus and the API ask a gateway by HTTP, on the port of its media socket. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { keptFilePath } from '../../domain/kept-files.ts'
import { isGatewayStateAuthorized } from '../../domain/media-socket-token.ts'
import type { TrunkState } from '../trunks/trunk.ts'
import type { GatewayMetrics } from './gateway-metrics.ts'
import { serveKeptFile } from './kept-files.ts'

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
}

export type Readiness = 'ready' | 'draining' | 'temporal_unreachable'

const PHONES = '/phones/'
const FILES = keptFilePath('')
/** Those that need a token. */
const OWN_PATHS = /^\/(state$|phones\/\d{1,20}$|files\/)/

const json = (response: ServerResponse, status: number, body: object) =>
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(body))

/**
 * `/healthz`: the process lives. `/readyz`: it takes calls (503 while it drains, or can't reach Temporal). `/metrics`: for
 * Prometheus. For our API only: `/state` (trunks), `/phones/<number>`, `/files/<name>`.
 * @returns the handler; it says whether the request was one of its own.
 */
export function operationsHttp(options: OperationsOptions) {
  return function serveOperations(request: IncomingMessage, response: ServerResponse): boolean {
    const [path = '/'] = (request.url ?? '/').split('?')
    if (request.method !== 'GET') return false
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
    } else {
      void serveKeptFile(options.dataDir, path.slice(FILES.length), request, response)
    }
    return true
  }
}
