/** All transports of one endpoint as one: each message goes by that of its hop. */
import { SipTransportError } from '../errors.ts'
import type { ConnectionLimits, SipAddress, SipHop, SipProtocol, SipTransportOptions } from '../types.ts'
import { openStreamTransport, StreamTransport } from './stream-transport.ts'
import {
  DEFAULT_LIMITS,
  MAX_UDP_REQUEST_BYTES,
  makeConnectionNumbers,
  protocolOf,
  type SipTransport,
  type TransportUser,
} from './transport.ts'
import { openUdpTransport } from './udp-transport.ts'
import { openWebSocketTransport } from './websocket-transport.ts'

export interface TransportSetOptions {
  /** Of UDP; the host also of the others. */
  readonly bind: SipAddress
  readonly others: SipTransportOptions
  readonly limits: Partial<ConnectionLimits> | undefined
  readonly user: TransportUser
}

export class TransportSet {
  readonly #transports: ReadonlyMap<SipProtocol, SipTransport>

  private constructor(transports: readonly SipTransport[]) {
    this.#transports = new Map(transports.map((transport) => [transport.protocol, transport]))
  }

  /** Opens all or none. @throws SipTransportError when a port can't be bound. */
  static async open(options: TransportSetOptions): Promise<TransportSet> {
    const { bind, others, user } = options
    const { tcp, tls, ws, wss } = others
    const shared = {
      limits: { ...DEFAULT_LIMITS, ...options.limits },
      nextConnection: makeConnectionNumbers(),
      user,
    }
    const at = ({ port }: { readonly port: number }): SipAddress => ({ host: bind.host, port })
    const opened: SipTransport[] = []
    try {
      opened.push(await openUdpTransport(bind, user))
      if (tcp) opened.push(await openStreamTransport({ ...shared, bind: at(tcp) }))
      if (tls) opened.push(await openStreamTransport({ ...shared, bind: at(tls), tls }))
      if (ws) opened.push(await openWebSocketTransport({ ...shared, ...ws, bind: at(ws) }))
      if (wss) opened.push(await openWebSocketTransport({ ...shared, ...wss, bind: at(wss), tls: wss }))
    } catch (error) {
      await Promise.all(opened.map((transport) => transport.close()))
      throw error
    }
    return new TransportSet(opened)
  }

  get connections(): number {
    return [...this.#transports.values()].reduce((sum, transport) => sum + transport.connections, 0)
  }

  has(protocol: SipProtocol): boolean {
    return this.#transports.has(protocol)
  }

  get ports(): Partial<Record<SipProtocol, number>> {
    return Object.fromEntries([...this.#transports].map(([name, { local }]) => [name, local.port]))
  }

  /** The hop by a transport that is open: TCP that we do not have is UDP, as the default of RFC 3261 section 18.1.1. */
  reachable(hop: SipHop): SipHop {
    if (protocolOf(hop) !== 'TCP' || this.has('TCP')) return hop
    return { host: hop.host, port: hop.port }
  }

  /** Where a request to that hop may go, best first: too large for UDP, it tries TCP (section 18.1.1). */
  waysTo(hop: SipHop, bytes: number): readonly [SipHop, ...SipHop[]] {
    const isTooLarge = bytes > MAX_UDP_REQUEST_BYTES && protocolOf(hop) === 'UDP'
    return isTooLarge && this.has('TCP') ? [{ ...hop, protocol: 'TCP' }, hop] : [hop]
  }

  /** @throws SipTransportError (rejects), also where that transport is not open. */
  async send(text: string, to: SipHop): Promise<void> {
    const protocol = protocolOf(to)
    const transport = this.#transports.get(protocol)
    if (transport === undefined) throw new SipTransportError(`no ${protocol} transport is open`)
    await transport.send(text, to)
  }

  /** See StreamTransport.addAlias; WebSockets need none. */
  addAlias(hop: SipHop, port: number): void {
    const transport = this.#transports.get(protocolOf(hop))
    if (transport instanceof StreamTransport && hop.connection !== undefined)
      transport.addAlias(hop.connection, port)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#transports.values()].map((transport) => transport.close()))
  }
}
