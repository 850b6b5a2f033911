/** What an INVITE tells about who calls, and whom they called first. */
import type { NameAddr } from './message.ts'
import { readAddress, splitCommas } from './parse-message.ts'
import type { SipHeaders } from './types.ts'
import { numberOf } from './user-agent.ts'

/** P-Asserted-Identity over From (RFC 3325); null where the caller withholds it (RFC 3323). */
export function callerIdentity(headers: SipHeaders, from: NameAddr): NameAddr | null {
  const privacy = (headers.get('privacy') ?? '').split(/[;,]/).map((item) => item.trim().toLowerCase())
  if (privacy.includes('id') || privacy.includes('user') || privacy.includes('full')) return null
  // One value may be a sip: and another a tel: URI; the first that is a number tells it.
  const asserted = splitCommas(headers.getAll('p-asserted-identity')).map((value) => readAddress(value))
  return (
    asserted.find((address) => address !== null && numberOf(address.uri) !== '') ??
    asserted.find((address) => address !== null) ??
    from
  )
}

/**
 * The number that was called first, where somebody diverted the call: the last Diversion (RFC 5806 section 4: the newest
 * stands first), else the first of several History-Info entries (RFC 7044: the oldest stands first).
 */
export function divertedFrom(headers: SipHeaders): string | null {
  const diversions = splitCommas(headers.getAll('diversion'))
  const history = splitCommas(headers.getAll('history-info'))
  const value = diversions.at(-1) ?? (history.length > 1 ? history[0] : undefined)
  const address = value === undefined ? null : readAddress(value)
  return address === null ? null : numberOf(address.uri) || null
}
