/** The API over HTTP: listens, and stops without cutting an answer short. */
import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import type { Api } from './app.ts'

export interface ApiServer {
  /** The port that was bound; differs from the one asked for when that was 0. */
  readonly port: number
  /** Answers what was asked already, takes nothing new. */
  readonly stop: () => Promise<void>
}

/** Longest time that requests under way get. */
const DRAIN_MS = 5_000

export async function startServer(
  api: Api,
  address: { readonly host: string; readonly port: number },
): Promise<ApiServer> {
  // Without TLS options the adaptor makes a plain HTTP/1.1 server.
  const server = createAdaptorServer({ fetch: api.app.fetch }) as Server
  api.attachSockets(server)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(address.port, address.host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const bound = server.address()
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : address.port,
    stop: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
        server.close(() => {
          clearTimeout(timer)
          resolve()
        })
        api.closeSockets()
        server.closeIdleConnections()
      }),
  }
}
