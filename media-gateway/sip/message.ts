/** Received SIP messages after parsing (RFC 3261 section 7). */
import type { SipHeaders } from './types.ts'

/** Compact forms: RFC 3261 section 7.3.3 and later RFCs, as registered with IANA. */
const COMPACT_FORMS: Readonly<Record<string, string>> = {
  a: 'accept-contact',
  b: 'referred-by',
  c: 'content-type',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
}

/** The long form of a header name in lower case. */
function canonicalName(name: string): string {
  const lower = name.toLowerCase()
  return COMPACT_FORMS[lower] ?? lower
}

/** Header fields in the order received. */
export class HeaderFields implements SipHeaders {
  readonly #values = new Map<string, string[]>()

  add(name: string, value: string): void {
    const key = canonicalName(name)
    const values = this.#values.get(key)
    if (values === undefined) this.#values.set(key, [value])
    else values.push(value)
  }

  get(name: string): string | undefined {
    return this.#values.get(canonicalName(name))?.[0]
  }

  getAll(name: string): readonly string[] {
    return this.#values.get(canonicalName(name)) ?? []
  }

  /** Comma-separated option tags or methods of all fields of that name. */
  list(name: string): readonly string[] {
    return this.getAll(name)
      .flatMap((value) => value.split(','))
      .map((item) => item.trim())
      .filter((item) => item !== '')
  }
}

/** An address of a From, To, Contact, Route or P-Asserted-Identity header. */
export interface NameAddr {
  readonly displayName: string | null
  /** As it was written. */
  readonly uri: SipUri
  readonly tag: string | null
}

/** A sip:, sips: or tel: URI; of other schemes only the scheme is known. */
export interface SipUri {
  readonly text: string
  readonly scheme: string
  /** Unescaped; '' when absent. */
  readonly user: string
  /** Without the brackets of IPv6; '' for tel:. */
  readonly host: string
  readonly port: number | null
  /** Loose router (RFC 3261 section 19.1.1). */
  readonly looseRouting: boolean
  /** Parameter `transport` in lower case. */
  readonly transport: string | null
}

/** The topmost Via. */
export interface Via {
  readonly transport: string
  readonly host: string
  readonly port: number | null
  readonly branch: string | null
  /** RFC 3581: the client wants the answer at the port it sent from. */
  readonly wantsRport: boolean
  /** RFC 5923: the client wants requests to its address to come by this connection. */
  readonly wantsAlias: boolean
  /** Where an answer says that our request came from; null where it does not, or not as an address and a port. */
  readonly received: string | null
  readonly rport: number | null
}

interface MessageFields {
  readonly headers: HeaderFields
  /** Each Via value on its own, also where they came in one comma-separated field. */
  readonly vias: readonly string[]
  readonly via: Via
  readonly from: NameAddr
  readonly to: NameAddr
  readonly callId: string
  readonly cseq: { readonly number: number; readonly method: string }
  readonly contact: NameAddr | null
  /** Values of Record-Route in their order, each one address. */
  readonly recordRoute: readonly string[]
  readonly body: string
}

export interface SipRequest extends MessageFields {
  readonly kind: 'request'
  readonly method: string
  readonly uri: SipUri
}

export interface SipResponse extends MessageFields {
  readonly kind: 'response'
  readonly code: number
  readonly reason: string
}

export type SipMessage = SipRequest | SipResponse

/** What must be echoed in an answer to a request that could not be understood. */
export interface Answerable {
  readonly vias: readonly string[]
  readonly via: Via
  readonly from: string
  readonly to: string
  readonly callId: string
  readonly cseq: string
}

/** What an answer to the request repeats. */
export function echoOf(message: SipMessage): Answerable {
  const { vias, via, callId, headers } = message
  const text = (name: string) => headers.get(name) ?? ''
  return { vias, via, callId, from: text('from'), to: text('to'), cseq: text('cseq') }
}

/** Seconds of Retry-After (RFC 3261 section 20.33), whose comment and parameters say nothing to us; null without. */
export function readRetryAfter(message: SipMessage): number | null {
  const seconds = Number.parseInt(message.headers.get('retry-after') ?? '', 10)
  return Number.isNaN(seconds) || seconds < 0 ? null : seconds
}

/** SDP in the body, or null where there is none. */
export function sdpOf(message: SipMessage): string | null {
  if (message.body === '') return null
  return isSdp(message.headers.get('content-type')) ? message.body : null
}

/** Media type without parameters is application/sdp; a body without a type is taken for SDP. */
export function isSdp(contentType: string | undefined): boolean {
  return contentType === undefined || /^\s*application\/sdp\s*(;|$)/i.test(contentType)
}
