/**
 * At which address others see us: what carriers tell in the Via of their answers to our REGISTER and OPTIONS (`received`, RFC
 * 3261 section 18.2.1; `rport`, RFC 3581). Behind a NAT that is the only address at which they reach us.
 */
import { BlockList, isIP, isIPv4 } from 'node:net'
import type { Via } from './message.ts'
import { protocolOf } from './transport/transport.ts'
import type { SipAddress, SipHop } from './types.ts'

/** Networks that no NAT lies before: RFC 1918, 6598, 3927, 4193, loopback. */
const INSIDE = new BlockList()
for (const [network, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['127.0.0.0', 8],
] as const)
  INSIDE.addSubnet(network, bits, 'ipv4')
INSIDE.addSubnet('fc00::', 7, 'ipv6')
INSIDE.addSubnet('fe80::', 10, 'ipv6')
INSIDE.addAddress('::1', 'ipv6')

interface Seen {
  readonly host: string
  /** By UDP; null where nobody told it. */
  readonly port: number | null
}

export class SeenAddresses {
  /** By the host of the one who sees us. */
  readonly #byPeer = new Map<string, Seen>()
  #newest: Seen | null = null

  /**
   * @param via topmost one of their answer: ours, with what they have added.
   * @returns whether it is news.
   */
  learn(peer: SipHop, via: Via): boolean {
    const host = via.received ?? via.host
    if (isIP(host) === 0) return false
    const before = this.#byPeer.get(peer.host)
    // By TCP the port is the connection's, at which nobody listens.
    const told = protocolOf(peer) === 'UDP' ? via.rport : null
    const seen = { host, port: told ?? before?.port ?? null }
    if (before?.host === seen.host && before.port === seen.port) return false
    this.#byPeer.set(peer.host, seen)
    this.#newest = seen
    return true
  }

  /**
   * Our address on the way to that peer. One who has not told it, and is outside, sees us as the last who did.
   * @param own what we take for our address.
   */
  of(peer: SipHop, own: SipAddress): SipAddress {
    const seen = this.#byPeer.get(peer.host) ?? (isInside(peer.host) ? null : this.#newest)
    if (seen === null) return own
    return { host: seen.host, port: protocolOf(peer) === 'UDP' ? (seen.port ?? own.port) : own.port }
  }
}

const isInside = (host: string): boolean =>
  isIP(host) !== 0 && INSIDE.check(host, isIPv4(host) ? 'ipv4' : 'ipv6')
