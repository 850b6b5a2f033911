/** The WebSocket server through which dialogue workers listen to and speak on legs; see docs/media-socket.md. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import { type WebSocket, WebSocketServer } from 'ws'
import type { LegId } from '../../domain/ids.ts'
import type { Leg } from './leg.ts'
import type { LegMedia } from './leg-media.ts'
import type { LegRegistry } from './leg-registry.ts'
import { MediaSocketConnection } from './media-socket-connection.ts'
import { PartyConnection } from './party-connection.ts'

/** A worker that has vanished without closing is noticed after two of these. */
const PING_MS = 10_000
/** The longest message: two minutes of audio in one frame. */
const MAX_PAYLOAD_BYTES = 1024 * 1024

export interface MediaSocketServerOptions {
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  /** Whether the Authorization header opens a leg. */
  readonly isAuthorized: (header: string | undefined, legId: LegId) => boolean
  readonly legs: LegRegistry
  readonly logger: Logger
  /** Plain requests on the same port; returns whether it was one of its own. */
  readonly http?: (request: IncomingMessage, response: ServerResponse) => boolean
}

export class MediaSocketServer {
  readonly #options: MediaSocketServerOptions
  readonly #http: Server
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_PAYLOAD_BYTES })
  readonly #connections = new Set<MediaSocketConnection>()
  /** Conferences of other hosts. */
  readonly #links = new Set<{ ping(): void; terminate(): void }>()
  /** Who speaks on a leg. */
  readonly #speakers = new Map<LegId, MediaSocketConnection>()
  #ping: NodeJS.Timeout | undefined

  private constructor(options: MediaSocketServerOptions) {
    this.#options = options
    this.#http = createServer((request, response) => {
      if (options.http?.(request, response) === true) return
      response.writeHead(426, { connection: 'close' }).end('This is a WebSocket.')
    })
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
  }

  /** @throws when the port can't be bound. */
  static async listen(options: MediaSocketServerOptions): Promise<MediaSocketServer> {
    const server = new MediaSocketServer(options)
    await new Promise<void>((resolve, reject) => {
      server.#http.once('error', reject)
      server.#http.listen(options.port, options.host, resolve)
    })
    server.#ping = setInterval(() => {
      for (const connection of [...server.#connections, ...server.#links]) connection.ping()
    }, PING_MS)
    server.#ping.unref()
    return server
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port
  }

  /** Open sockets. */
  get size(): number {
    return this.#connections.size + this.#links.size
  }

  async close(): Promise<void> {
    clearInterval(this.#ping)
    for (const connection of [...this.#connections, ...this.#links]) connection.terminate()
    this.#sockets.close()
    await new Promise<void>((resolve) => {
      this.#http.close(() => resolve())
      this.#http.closeAllConnections()
    })
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    const url = new URL(request.url ?? '/', 'ws://gateway')
    const legId = /^\/legs\/([^/]+)$/.exec(url.pathname)?.[1] as LegId | undefined
    if (legId === undefined) refuse(socket, '404 Not Found')
    else if (!this.#options.isAuthorized(request.headers.authorization, legId))
      refuse(socket, '401 Unauthorized')
    else this.#accept(request, socket, head, legId, url)
  }

  #accept(request: IncomingMessage, socket: Duplex, head: Buffer, legId: LegId, url: URL): void {
    const cursor = readCursor(url)
    const asParty = url.searchParams.get('as') === 'party'
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const leg = this.#options.legs.get(legId)
      const over = this.#options.legs.report(legId) !== undefined || leg?.state === 'ending'
      if (asParty && leg?.media !== undefined && !over) {
        this.#link(webSocket, leg, leg.media)
        return
      }
      const connection = new MediaSocketConnection(webSocket, {
        logger: this.#options.logger,
        speak: (speaker) => this.#speak(legId, speaker),
        closed: () => this.#closed(legId, connection),
      })
      this.#connections.add(connection)
      connection.open(leg?.media, over, cursor)
    })
  }

  #link(socket: WebSocket, leg: Leg, media: LegMedia): void {
    const link = { ping: () => keepAlive(), terminate: () => socket.terminate() }
    let alive = true
    const keepAlive = () => {
      if (alive) socket.ping()
      else socket.terminate()
      alive = false
    }
    socket.on('pong', () => {
      alive = true
    })
    this.#links.add(link)
    socket.on('close', () => this.#links.delete(link))
    new PartyConnection(socket, leg, media, this.#options.logger)
  }

  /** The last one to begin speaks; a predecessor that is not as dead as it was taken for is silenced. */
  #speak(legId: LegId, connection: MediaSocketConnection): void {
    const previous = this.#speakers.get(legId)
    if (previous === connection) return
    this.#speakers.set(legId, connection)
    previous?.supersede()
  }

  #closed(legId: LegId, connection: MediaSocketConnection): void {
    this.#connections.delete(connection)
    if (this.#speakers.get(legId) === connection) this.#speakers.delete(legId)
  }
}

/** undefined, also for what is no number: from the live edge on. */
function readCursor(url: URL): number | undefined {
  const text = url.searchParams.get('cursor')
  return text !== null && /^\d{1,12}$/.test(text) ? Number(text) : undefined
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
