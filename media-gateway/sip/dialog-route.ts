/** Where requests within a dialog go (RFC 3261 section 12.2.1.1). */
import type { SipUri } from './message.ts'
import { readAddress } from './parse-message.ts'
import type { SipAddress } from './types.ts'

const DEFAULT_PORT = 5060

export interface Target {
  readonly uri: string
  readonly routes: readonly string[]
  readonly nextHop: SipAddress
}

/**
 * @param remoteTarget URI of the other side's Contact.
 * @param routes route set, nearest first, as written in Record-Route.
 * @param fallback used where neither names a host.
 */
export function routeRequest(remoteTarget: SipUri, routes: readonly string[], fallback: SipAddress): Target {
  const [first, ...others] = routes
  const hop = first === undefined ? null : (readAddress(first)?.uri ?? null)
  if (hop === null) return { uri: remoteTarget.text, routes: [], nextHop: addressOf(remoteTarget, fallback) }
  if (hop.looseRouting) return { uri: remoteTarget.text, routes, nextHop: addressOf(hop, fallback) }
  // A strict router of RFC 2543 wants itself in the Request-URI and the target as the last route.
  return { uri: hop.text, routes: [...others, `<${remoteTarget.text}>`], nextHop: addressOf(hop, fallback) }
}

function addressOf(uri: SipUri, fallback: SipAddress): SipAddress {
  return uri.host === '' ? fallback : { host: uri.host, port: uri.port ?? DEFAULT_PORT }
}
