/** SIP over WebSocket (RFC 7118): one message a frame; browsers connect to us, we never to them. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import { SipTransportError } from '../errors.ts'
import { MAX_MESSAGE_BYTES } from '../parse-message.ts'
import { TimerSet } from '../timers.ts'
import type { ConnectionLimits, SipAddress, SipHop, TlsIdentity, WebSocketOptions } from '../types.ts'
import { hostPort } from '../write-message.ts'
import type { SipTransport, TransportUser } from './transport.ts'

/** RFC 7118 section 4.1: without it in the handshake it is no SIP. */
const SUBPROTOCOL = 'sip'
const GOING_AWAY = 1001
/** For the closing handshakes when the transport closes. */
const FAREWELL_MS = 500

export interface WebSocketTransportOptions extends Pick<WebSocketOptions, 'isOriginAllowed'> {
  readonly bind: SipAddress
  /** With it the transport is WSS. */
  readonly tls?: TlsIdentity
  readonly limits: ConnectionLimits
  readonly nextConnection: () => number
  readonly user: TransportUser
}

/** @throws SipTransportError when the port can't be bound or the certificate is none. */
export async function openWebSocketTransport(options: WebSocketTransportOptions): Promise<SipTransport> {
  const { bind, tls, limits } = options
  const times = { headersTimeout: limits.messageMs, requestTimeout: limits.messageMs }
  let server: Server | undefined
  try {
    server =
      tls === undefined
        ? createServer(times)
        : createTlsServer({ ...times, cert: tls.cert, key: tls.key, handshakeTimeout: limits.messageMs })
    server.listen(bind.port, bind.host)
    await once(server, 'listening')
  } catch (error) {
    server?.close()
    throw new SipTransportError(`cannot bind WebSocket ${hostPort(bind)}`, { cause: error })
  }
  return new WebSocketTransport(server, options)
}

class WebSocketTransport implements SipTransport {
  readonly protocol: 'WS' | 'WSS'
  readonly local: SipAddress
  readonly #http: Server
  readonly #sockets: WebSocketServer
  readonly #options: WebSocketTransportOptions
  readonly #connections = new Map<number, WebSocket>()
  readonly #connectionsPerAddress = new Map<string, number>()
  #isClosing = false

  constructor(http: Server, options: WebSocketTransportOptions) {
    this.protocol = options.tls === undefined ? 'WS' : 'WSS'
    this.#http = http
    this.#options = options
    this.local = { host: options.bind.host, port: (http.address() as AddressInfo).port }
    http.maxConnections = options.limits.connections
    http.on('request', (_request, response) => {
      response
        .writeHead(426, { connection: 'close', upgrade: 'websocket' })
        .end('This is SIP over WebSocket.')
    })
    http.on('error', (error) => options.user.logger.warn({ error }, 'SIP listener error'))
    this.#sockets = new WebSocketServer({
      server: http,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      handleProtocols: () => SUBPROTOCOL,
      verifyClient: ({ req }, decide) => {
        const code = this.#refusalOf(req)
        decide(code === null, code ?? undefined)
      },
    })
    this.#sockets.on('connection', (socket, request) => this.#accept(socket, request.socket))
  }

  get connections(): number {
    return this.#connections.size
  }

  /** HTTP status, or null where the handshake may go on. */
  #refusalOf({ headers, socket }: IncomingMessage): number | null {
    const protocols = (headers['sec-websocket-protocol'] ?? '')
      .split(',')
      .map((name) => name.trim().toLowerCase())
    if (!protocols.includes(SUBPROTOCOL)) return 400
    if (this.#options.isOriginAllowed?.(headers.origin) === false) return 403
    const { connectionsPerAddress } = this.#options.limits
    const fromThere = this.#connectionsPerAddress.get(socket.remoteAddress ?? '') ?? 0
    return this.#isClosing || fromThere >= connectionsPerAddress ? 503 : null
  }

  send(text: string, to: SipHop): Promise<void> {
    const socket = to.connection === undefined ? undefined : this.#connections.get(to.connection)
    if (socket === undefined || socket.readyState !== socket.OPEN)
      return Promise.reject(new SipTransportError('the WebSocket is closed'))
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    socket.send(text, (error) => {
      if (error) reject(new SipTransportError('cannot send', { cause: error }))
      else resolve()
    })
    if (socket.bufferedAmount > this.#options.limits.queuedBytes) socket.terminate()
    return promise
  }

  async close(): Promise<void> {
    if (this.#isClosing) return
    this.#isClosing = true
    const closed = once(this.#http, 'close')
    this.#http.close()
    for (const socket of this.#connections.values()) socket.close(GOING_AWAY)
    // A browser that does not answer the closing handshake is not waited for.
    const tooLong = setTimeout(() => this.#terminateAll(), FAREWELL_MS)
    this.#sockets.close()
    this.#http.closeIdleConnections()
    await closed
    clearTimeout(tooLong)
  }

  #terminateAll(): void {
    for (const socket of this.#connections.values()) socket.terminate()
    this.#http.closeAllConnections()
  }

  #accept(socket: WebSocket, { remoteAddress, remotePort }: Socket): void {
    if (remoteAddress === undefined || remotePort === undefined) {
      socket.terminate()
      return
    }
    const { user, limits, nextConnection } = this.#options
    const number = nextConnection()
    const hop: SipHop = {
      host: remoteAddress,
      port: remotePort,
      protocol: this.protocol,
      connection: number,
    }
    this.#connections.set(number, socket)
    this.#countAddress(remoteAddress, 1)
    const timers = new TimerSet()
    const cutAfter = (name: string, ms: number) => timers.start(name, ms, () => socket.terminate())
    const ping = () => {
      timers.start('ping', limits.pingMs, ping)
      cutAfter('pong', limits.pongMs)
      socket.ping()
    }
    timers.start('ping', limits.pingMs, ping)
    cutAfter('first', limits.firstMessageMs)
    socket.on('pong', () => timers.stop('pong'))
    socket.on('message', (data) => {
      timers.stop('first')
      receive(socket, toBuffer(data), (message) => user.receive(message, hop))
    })
    // Oversized frames, bad UTF-8 and other breaches: ws closes by itself.
    socket.on('error', (error) => user.logger.debug({ error }, 'A SIP WebSocket failed'))
    socket.on('close', () => {
      timers.stopAll()
      this.#connections.delete(number)
      this.#countAddress(remoteAddress, -1)
      user.connectionClosed(hop)
    })
  }

  #countAddress(address: string, change: 1 | -1): void {
    const count = (this.#connectionsPerAddress.get(address) ?? 0) + change
    if (count > 0) this.#connectionsPerAddress.set(address, count)
    else this.#connectionsPerAddress.delete(address)
  }
}

/** Keep-alives of RFC 5626 come as frames of line breaks only. */
function receive(socket: WebSocket, data: Buffer, pass: (message: Buffer) => void): void {
  const text = data.length <= 4 ? data.toString() : ''
  if (text === '\r\n\r\n') socket.send('\r\n')
  else if (text !== '\r\n') pass(data)
}

function toBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
}
