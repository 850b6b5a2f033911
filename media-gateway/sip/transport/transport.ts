/** What the transactions need of a transport. */
import type { ConnectionLimits, SipAddress, SipHop, SipLogger, SipProtocol } from '../types.ts'

export interface SipTransport {
  readonly protocol: SipProtocol
  readonly local: SipAddress
  /** Open connections; 0 for UDP. */
  readonly connections: number
  /** @throws SipTransportError (rejects) when the message could not be handed to the network. */
  send(text: string, to: SipHop): Promise<void>
  close(): Promise<void>
}

/** Who gets what a transport receives. Nothing of it may throw. */
export interface TransportUser {
  readonly logger: SipLogger
  /** One whole message. */
  receive(data: Buffer, from: SipHop): void
  /**
   * A message of a stream that can't be told from the next one: `head` is what there is of it. The connection is cut
   * after the answer.
   */
  refuse(head: Buffer, code: number, problem: string, from: SipHop): void
  /** Nothing more comes by the connection of that hop. */
  connectionClosed(hop: SipHop): void
}

export const DEFAULT_LIMITS: ConnectionLimits = {
  connections: 4_096,
  connectionsPerAddress: 512,
  messageMs: 10_000,
  firstMessageMs: 30_000,
  idleMs: 15 * 60_000,
  connectMs: 5_000,
  queuedBytes: 1024 * 1024,
  pingMs: 30_000,
  pongMs: 10_000,
}

/** Section 18.1.1: with an unknown path MTU, a larger request goes by a transport with congestion control. */
export const MAX_UDP_REQUEST_BYTES = 1_300

export const protocolOf = (hop: SipHop): SipProtocol => hop.protocol ?? 'UDP'

/** A reliable transport needs no retransmission by us (RFC 3261 section 17.1.1.1). */
export const isReliable = (hop: SipHop): boolean => protocolOf(hop) !== 'UDP'

/** Section 19.1.2, RFC 7118: where no port is written. */
export const defaultPort = (protocol: SipProtocol): number =>
  ({ UDP: 5060, TCP: 5060, TLS: 5061, WS: 80, WSS: 443 })[protocol]

/** Numbers connections, so that a hop can name one; never used again within a process. */
export function makeConnectionNumbers(): () => number {
  let last = 0
  return () => ++last
}
