/**
 * WebSocket upgrades through the app: the same middleware and permissions decide as for every request. An
 * upgrade is the one request whose socket nobody watches, so whatever goes wrong here ends that socket only.
 */
import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Hono } from 'hono'
import { type WebSocket, WebSocketServer } from 'ws'
import type { AcceptUpgrade, ApiEnv } from '../context.ts'

/** Most browsers have nothing to say to us. */
const MAX_MESSAGE_BYTES = 1024

export interface Upgrades {
  /** Serves the upgrades of a server. */
  readonly attach: (server: Server) => void
  readonly sockets: ReadonlySet<WebSocket>
}

/** @example createUpgrades(app).attach(server) */
export function createUpgrades(app: Hono<ApiEnv>): Upgrades {
  const clients = new Set<WebSocket>()
  /** One for each limit that routes ask for. */
  const servers = new Map<number, WebSocketServer>()
  const serverFor = (maxPayload: number): WebSocketServer => {
    const server = servers.get(maxPayload) ?? new WebSocketServer({ noServer: true, maxPayload })
    servers.set(maxPayload, server)
    return server
  }

  const upgrade = async (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    const url = new URL(incoming.url ?? '/', 'http://localhost')
    const headers = new Headers()
    for (const [name, value] of Object.entries(incoming.headers)) {
      if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
    }
    let serve: ((socket: WebSocket) => void) | undefined
    let maxPayload = MAX_MESSAGE_BYTES
    const acceptUpgrade: AcceptUpgrade = (serveSocket, maxMessageBytes = MAX_MESSAGE_BYTES) => {
      serve = serveSocket
      maxPayload = maxMessageBytes
    }
    const response = await app.request(url, { headers }, { incoming, acceptUpgrade })
    const accepted = serve
    if (accepted === undefined) return refuse(socket, response.status < 400 ? 400 : response.status)
    serverFor(maxPayload).handleUpgrade(incoming, socket, head, (webSocket) => {
      clients.add(webSocket)
      webSocket.on('close', () => clients.delete(webSocket))
      accepted(webSocket)
    })
  }

  return {
    sockets: clients,
    attach: (server) => {
      server.on('upgrade', (incoming, socket, head) => {
        socket.on('error', () => socket.destroy())
        upgrade(incoming, socket, head).catch(() => refuse(socket, 400))
      })
    },
  }
}

function refuse(socket: Duplex, status: number): void {
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  )
}
