/** Where requests within a dialog go (RFC 3261 section 12.2.1.1), and what a URI says about the way to it. */
import { isIP } from 'node:net'
import type { SipRequest, SipUri } from './message.ts'
import { readAddress } from './parse-message.ts'
import { defaultPort, isReliable, protocolOf } from './transport/transport.ts'
import type { SipHop, SipProtocol } from './types.ts'

export interface Target {
  readonly uri: string
  readonly routes: readonly string[]
  readonly nextHop: SipHop
}

/** How the other side of a dialog was seen. */
export interface RemoteHop extends SipHop {
  /**
   * Nobody is between, and its Contact may not lead to it (a NAT, a browser): requests go where its messages came from,
   * and to the Contact only when that connection is closed.
   */
  readonly isFlow: boolean
}

/**
 * @param remoteTarget URI of the other side's Contact.
 * @param routes route set, nearest first, as written in Record-Route.
 * @param remote used where neither names a host, and where it is a flow.
 */
export function routeRequest(remoteTarget: SipUri, routes: readonly string[], remote: RemoteHop): Target {
  const [first, ...others] = routes
  const hop = first === undefined ? null : (readAddress(first)?.uri ?? null)
  if (hop === null) return { uri: remoteTarget.text, routes: [], nextHop: directHop(remoteTarget, remote) }
  if (hop.looseRouting) return { uri: remoteTarget.text, routes, nextHop: hopOf(hop, remote) }
  // A strict router of RFC 2543 wants itself in the Request-URI and the target as the last route.
  return { uri: hop.text, routes: [...others, `<${remoteTarget.text}>`], nextHop: hopOf(hop, remote) }
}

function directHop(remoteTarget: SipUri, remote: RemoteHop): SipHop {
  if (!remote.isFlow) return hopOf(remoteTarget, remote)
  const { isFlow, connection, ...address } = remote
  if (connection === undefined) return address
  const { host, port } = hopOf(remoteTarget, remote)
  return { host, port, protocol: protocolOf(remote), connection }
}

/** RFC 3263 section 4.1 without DNS records; a URI of a host that we talk to already says nothing less than that. */
export function hopOf(uri: SipUri, known: SipHop): SipHop {
  if (uri.host === '') return known
  const protocol = transportOf(uri, known)
  const address = { host: uri.host, port: uri.port ?? defaultPort(protocol) }
  return protocol === 'UDP' ? address : { ...address, protocol }
}

function transportOf({ scheme, transport, host }: SipUri, known: SipHop): SipProtocol {
  if (transport === 'ws' || transport === 'wss')
    return scheme === 'sips' || protocolOf(known) === 'WSS' || transport === 'wss' ? 'WSS' : 'WS'
  if (scheme === 'sips' || transport === 'tls') return 'TLS'
  if (transport === 'tcp') return 'TCP'
  return transport === null && host === known.host ? protocolOf(known) : 'UDP'
}

/**
 * Whether the sender of a request that made a dialog is a flow. On a connection: nobody is between. Over UDP: it asks for
 * rport, and the numeric address that it takes for its own is not the one that we see.
 */
export function isFlow(request: SipRequest, source: SipHop): boolean {
  if (request.vias.length > 1 || request.recordRoute.length > 0) return false
  if (isReliable(source)) return true
  const { via, contact } = request
  return via.wantsRport && isIP(via.host) !== 0 && via.host !== source.host && contact?.uri.host === via.host
}
