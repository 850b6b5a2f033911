/** Session descriptions of telephone audio (RFC 8866): reading any, writing ours. Pure functions. */
import { isIPv6 } from 'node:net'
import { type CryptoAttribute, parseCrypto } from './sdp-crypto.ts'

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

/** One `m=` section. */
export interface MediaSection {
  /** e.g. `audio`. */
  readonly kind: string
  /** 0: refused. */
  readonly port: number
  /** e.g. `RTP/AVP`. */
  readonly profile: string
  /** Payload types in order of preference; not numbers for other profiles. */
  readonly formats: readonly string[]
  /** Address for this section (its own `c=` or the session's), or null. */
  readonly host: string | null
  /** `a=rtcp` (RFC 3605), else port + 1. */
  readonly rtcpPort: number
  /** `a=rtcp-mux` (RFC 5761). */
  readonly rtcpMux: boolean
  /** `a=crypto` lines that we can follow, in the order of preference (RFC 4568). */
  readonly cryptos: readonly CryptoAttribute[]
  /** Encoding name and clock rate of payload types, e.g. 101 -> `telephone-event/8000`, upper or lower case as sent. */
  readonly encodings: ReadonlyMap<string, string>
  readonly direction: Direction
}

export interface SessionDescription {
  /** Text, because it may pass 2^53. */
  readonly id: string
  readonly version: string
  readonly media: readonly MediaSection[]
}

/** A text that is no session description; the same text stays wrong. */
export class SdpError extends Error {
  readonly retryable = false
}

/** Encodings that RFC 3551 gives to payload types without `a=rtpmap`. */
const STATIC_ENCODINGS: ReadonlyMap<string, string> = new Map([
  ['0', 'PCMU/8000'],
  ['8', 'PCMA/8000'],
])

interface OpenSection {
  readonly kind: string
  readonly port: number
  readonly profile: string
  readonly formats: readonly string[]
  readonly encodings: Map<string, string>
  host: string | null
  rtcpPort: number
  rtcpMux: boolean
  readonly cryptos: CryptoAttribute[]
  direction: Direction | null
}

/**
 * Reads what audio needs and skips the rest.
 * @throws SdpError where there is no `v=0`, no `o=` or an unreadable `m=`.
 */
export function parseSdp(text: string): SessionDescription {
  const lines = text.split(/\r\n|\n|\r/).filter((line) => line !== '')
  if (lines[0] !== 'v=0') throw new SdpError('no v=0')
  let origin: RegExpExecArray | null = null
  let host: string | null = null
  let direction: Direction = 'sendrecv'
  const media: OpenSection[] = []
  for (const line of lines) {
    const section = media.at(-1)
    const value = line.slice(2)
    if (line.startsWith('o=')) origin ??= /^\S+ (\d+) (\d+) /.exec(value)
    else if (line.startsWith('m=')) media.push(openSection(value))
    else if (line.startsWith('c=')) {
      const address = /^IN IP[46] ([^\s/]+)/.exec(value)?.[1] ?? null
      if (section === undefined) host = address
      else section.host = address
    } else if (line.startsWith('a=')) {
      const read = readDirection(value)
      if (section === undefined) direction = read ?? direction
      else readAttribute(section, value, read)
    }
  }
  const [, id, version] = origin ?? []
  if (id === undefined || version === undefined) throw new SdpError('no o=')
  return {
    id,
    version,
    media: media.map((section) => ({
      ...section,
      host: section.host ?? host,
      direction: section.direction ?? direction,
    })),
  }
}

function openSection(value: string): OpenSection {
  const [, kind, port, profile, formats] = /^(\S+) (\d{1,5})(?:\/\d+)? (\S+) (.+)$/.exec(value) ?? []
  if (kind === undefined || profile === undefined || formats === undefined || Number(port) > 65_535)
    throw new SdpError('bad m=')
  return {
    kind,
    port: Number(port),
    profile,
    formats: formats.trim().split(/\s+/),
    encodings: new Map(STATIC_ENCODINGS),
    host: null,
    rtcpPort: Number(port) + 1,
    rtcpMux: false,
    cryptos: [],
    direction: null,
  }
}

function readDirection(attribute: string): Direction | null {
  switch (attribute) {
    case 'sendrecv':
    case 'sendonly':
    case 'recvonly':
    case 'inactive':
      return attribute
    default:
      return null
  }
}

function readAttribute(section: OpenSection, attribute: string, direction: Direction | null): void {
  if (direction !== null) section.direction = direction
  const [, payloadType, encoding] = /^rtpmap:(\d{1,3}) (\S+)/.exec(attribute) ?? []
  if (payloadType !== undefined && encoding !== undefined) section.encodings.set(payloadType, encoding)
  if (attribute === 'rtcp-mux') section.rtcpMux = true
  const crypto = attribute.startsWith('crypto:') ? parseCrypto(attribute.slice(7)) : undefined
  if (crypto !== undefined) section.cryptos.push(crypto)
  const rtcp = /^rtcp:(\d{1,5})\b/.exec(attribute)?.[1]
  if (rtcp !== undefined && Number(rtcp) <= 65_535) section.rtcpPort = Number(rtcp)
}

/** Where and as what we want to receive. */
export interface LocalMedia {
  /** Session id; unix seconds of the call's start. */
  readonly id: number | string
  /** Unix seconds at first; one more for each change within the call (RFC 3264 section 8). */
  readonly version: number | string
  readonly ip: string
  readonly rtpPort: number
  readonly rtcpPort: number
}

/** The payload type that our offers give to telephone-event. */
export const OFFERED_TELEPHONE_EVENT = '101'

/** Our offer: PCMU, PCMA and telephone-event. Lines end with CRLF. */
export function buildOffer(local: LocalMedia): string {
  const formats = ['0', '8', OFFERED_TELEPHONE_EVENT]
  return writeSdp(local, [audioSection(local, formats, OFFERED_TELEPHONE_EVENT, 'sendrecv')])
}

/**
 * Lines of an audio section of ours; `sendrecv` is the default and not written (RFC 3264 section 5.1).
 * @param more attributes, without `a=`.
 */
export function audioSection(
  local: LocalMedia,
  formats: readonly string[],
  telephoneEvent: string | null,
  direction: Direction,
  rtpmaps: readonly string[] = [],
  more: readonly string[] = [],
  profile = 'RTP/AVP',
): readonly string[] {
  return [
    `m=audio ${local.rtpPort} ${profile} ${formats.join(' ')}`,
    ...rtpmaps.map((rtpmap) => `a=rtpmap:${rtpmap}`),
    ...(telephoneEvent === null ? [] : [`a=rtpmap:${telephoneEvent} telephone-event/8000`]),
    ...(direction === 'sendrecv' ? [] : [`a=${direction}`]),
    `a=rtcp:${local.rtcpPort}`,
    ...more.map((attribute) => `a=${attribute}`),
  ]
}

/** The refusal of a section that was offered (RFC 3264 section 6). */
export const refusedSection = (offered: MediaSection): readonly string[] => [
  `m=${offered.kind} 0 ${offered.profile} ${offered.formats.join(' ')}`,
]

export function writeSdp(local: LocalMedia, sections: readonly (readonly string[])[]): string {
  const family = isIPv6(local.ip) ? 'IP6' : 'IP4'
  const lines = [
    'v=0',
    `o=- ${local.id} ${local.version} IN ${family} ${local.ip}`,
    's=Talk',
    `c=IN ${family} ${local.ip}`,
    't=0 0',
    ...sections.flat(),
  ]
  return `${lines.join('\r\n')}\r\n`
}
