/** What load balancers, Prometheus and the API ask a gateway by HTTP, on the port of its media socket. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isGatewayStateAuthorized } from '../../domain/media-socket-token.ts'
import type { TrunkState } from '../trunks/trunk.ts'
import type { GatewayMetrics } from './gateway-metrics.ts'

export interface OperationsOptions {
  readonly secret: string
  readonly name: string
  readonly metrics: GatewayMetrics
  /** Whether new calls are taken, or why not. */
  readonly readiness: () => Readiness
  readonly trunks: () => readonly TrunkState[]
  readonly liveLegs: () => number
}

export type Readiness = 'ready' | 'draining' | 'temporal_unreachable'

const json = (response: ServerResponse, status: number, body: object) =>
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(body))

/**
 * `/healthz`: the process lives. `/readyz`: it takes calls (503 while it drains, or can't reach Temporal). `/metrics`: for
 * Prometheus. `/state`: trunks, for our API only.
 * @returns the handler; it says whether the request was one of its own.
 */
export function operationsHttp(options: OperationsOptions) {
  return function serveOperations(request: IncomingMessage, response: ServerResponse): boolean {
    const path = (request.url ?? '/').split('?')[0]
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
    } else if (path === '/state') {
      if (!isGatewayStateAuthorized(request.headers.authorization, options.secret))
        response.writeHead(401).end()
      else
        json(response, 200, {
          name: options.name,
          readiness: options.readiness(),
          legs: options.liveLegs(),
          trunks: options.trunks(),
        })
    } else {
      return false
    }
    return true
  }
}
