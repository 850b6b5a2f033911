/** SIP over TCP and TLS (RFC 3261 section 18): one listener, and the connections in both directions. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, isIP, type Server, type Socket } from 'node:net'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'
import { SipTransportError } from '../errors.ts'
import type { ConnectionLimits, SipAddress, SipHop, TlsIdentity } from '../types.ts'
import { hostPort } from '../write-message.ts'
import { StreamConnection } from './stream-connection.ts'
import type { SipTransport, TransportUser } from './transport.ts'

/** For last answers to leave when the transport closes; also ends what is still shaking hands. */
const FAREWELL_MS = 500

export interface StreamTransportOptions {
  readonly bind: SipAddress
  /** With it TLS is spoken. */
  readonly tls?: TlsIdentity
  readonly limits: ConnectionLimits
  readonly nextConnection: () => number
  readonly user: TransportUser
}

/** @throws SipTransportError when the port can't be bound or the certificate is none. */
export async function openStreamTransport(options: StreamTransportOptions): Promise<StreamTransport> {
  const { bind, tls } = options
  let server: Server | undefined
  try {
    server = tls === undefined ? createServer() : makeTlsServer(tls, options.limits)
    server.listen(bind.port, bind.host)
    await once(server, 'listening')
  } catch (error) {
    server?.close()
    const name = tls === undefined ? 'TCP' : 'TLS'
    throw new SipTransportError(`cannot bind ${name} ${hostPort(bind)}`, { cause: error })
  }
  return new StreamTransport(server, options)
}

const makeTlsServer = ({ cert, key }: TlsIdentity, limits: ConnectionLimits): Server =>
  createTlsServer({ cert, key, minVersion: 'TLSv1.2', handshakeTimeout: limits.messageMs })

export class StreamTransport implements SipTransport {
  readonly protocol: 'TCP' | 'TLS'
  readonly local: SipAddress
  readonly #server: Server
  readonly #options: StreamTransportOptions
  /** Every socket, also those whose TLS handshake is not over. */
  readonly #sockets = new Set<Socket>()
  readonly #socketsPerAddress = new Map<string, number>()
  readonly #connections = new Map<number, StreamConnection>()
  /** host:port -> the connection that leads there: by its address, by the name we asked for, by an alias. */
  readonly #routes = new Map<string, StreamConnection>()
  #isClosing = false

  constructor(server: Server, options: StreamTransportOptions) {
    const { tls, bind, user } = options
    this.protocol = tls === undefined ? 'TCP' : 'TLS'
    this.#server = server
    this.#options = options
    this.local = { host: bind.host, port: (server.address() as AddressInfo).port }
    server.on('connection', (socket: Socket) => this.#admit(socket))
    server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => this.#accept(socket))
    server.on('tlsClientError', (error: Error, socket: Socket) => {
      user.logger.debug({ error }, 'A TLS handshake failed')
      socket.destroy()
    })
    server.on('error', (error) => user.logger.warn({ error }, 'SIP listener error'))
  }

  get connections(): number {
    return this.#sockets.size
  }

  send(text: string, to: SipHop): Promise<void> {
    if (this.#isClosing) return Promise.reject(new SipTransportError('transport is closed'))
    return this.#connectionTo(to).send(text)
  }

  async close(): Promise<void> {
    if (this.#isClosing) return
    this.#isClosing = true
    // Emitted once the last accepted socket is gone.
    const closed = once(this.#server, 'close')
    this.#server.close()
    // Not `once` of events: it rejects where a peer resets its connection meanwhile.
    const ends = [...this.#sockets].map(
      (socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
    )
    for (const connection of this.#connections.values()) connection.end()
    const tooLong = setTimeout(() => this.#destroyAll(), FAREWELL_MS)
    await Promise.all([...ends, closed])
    clearTimeout(tooLong)
  }

  #destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /**
   * From now on requests to that port of the same peer go by its connection, as it asked by `alias` (RFC 5923). Who
   * has that route already keeps it: a stranger behind the same address must not take it over.
   */
  addAlias(connection: number, port: number): void {
    const known = this.#connections.get(connection)
    if (known !== undefined) this.#addRoute({ host: known.hop.host, port }, known)
  }

  #addRoute(address: SipAddress, connection: StreamConnection): void {
    const route = hostPort(address)
    if (this.#routes.get(route)?.isOpen !== true) this.#routes.set(route, connection)
  }

  #admit(socket: Socket): void {
    const { limits, user } = this.#options
    const address = socket.remoteAddress ?? ''
    const fromThere = this.#socketsPerAddress.get(address) ?? 0
    socket.on('error', () => socket.destroy())
    if (
      this.#isClosing ||
      this.#sockets.size >= limits.connections ||
      fromThere >= limits.connectionsPerAddress
    ) {
      user.logger.debug({}, 'A SIP connection too many is refused')
      socket.destroy()
      return
    }
    this.#socketsPerAddress.set(address, fromThere + 1)
    this.#track(socket)
    socket.on('close', () => {
      const left = (this.#socketsPerAddress.get(address) ?? 1) - 1
      if (left > 0) this.#socketsPerAddress.set(address, left)
      else this.#socketsPerAddress.delete(address)
    })
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
  }

  #accept(socket: Socket): void {
    const { remoteAddress, remotePort } = socket
    if (socket.destroyed || remoteAddress === undefined || remotePort === undefined) {
      socket.destroy()
      return
    }
    this.#open(socket, { host: remoteAddress, port: remotePort }, 'them')
  }

  #connectionTo(to: SipHop): StreamConnection {
    const named = to.connection === undefined ? undefined : this.#connections.get(to.connection)
    if (named?.isOpen === true) return named
    const known = this.#routes.get(hostPort(to))
    return known?.isOpen === true ? known : this.#connect(to)
  }

  #connect(to: SipAddress): StreamConnection {
    const { tls, limits } = this.#options
    const address = { host: to.host, port: to.port }
    const socket =
      tls === undefined
        ? connect(address)
        : connectTls({
            ...address,
            ...(isIP(to.host) === 0 ? { servername: to.host } : {}),
            // Shown to peers that ask for it: carriers that know their customers by certificate.
            cert: tls.cert,
            key: tls.key,
            ...(tls.ca === undefined ? {} : { ca: tls.ca }),
            minVersion: 'TLSv1.2',
          })
    this.#track(socket)
    const tooLate = setTimeout(() => socket.destroy(new Error('no connection in time')), limits.connectMs)
    const settled = () => clearTimeout(tooLate)
    socket.once(tls === undefined ? 'connect' : 'secureConnect', settled)
    socket.once('close', settled)
    return this.#open(socket, address, 'us')
  }

  #open(socket: Socket, address: SipAddress, openedBy: 'us' | 'them'): StreamConnection {
    const { limits, nextConnection, user } = this.#options
    const number = nextConnection()
    const hop: SipHop = { ...address, protocol: this.protocol, connection: number }
    const connection = new StreamConnection(socket, {
      hop,
      openedBy,
      limits,
      logger: user.logger,
      onMessage: (data) => user.receive(data, hop),
      onRefused: (head, code, problem) => user.refuse(head, code, problem, hop),
      onClosed: () => this.#forget(number),
    })
    this.#connections.set(number, connection)
    this.#addRoute(address, connection)
    return connection
  }

  #forget(number: number): void {
    const connection = this.#connections.get(number)
    this.#connections.delete(number)
    for (const [route, leadsTo] of this.#routes) if (leadsTo === connection) this.#routes.delete(route)
    if (connection !== undefined) this.#options.user.connectionClosed(connection.hop)
  }
}
