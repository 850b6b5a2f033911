/** Offer and answer for one G.711 audio stream (RFC 3264). Pure functions. */
import { SipCallError } from './errors.ts'
import {
  audioSection,
  type Direction,
  type LocalMedia,
  type MediaSection,
  parseSdp,
  refusedSection,
  SdpError,
  type SessionDescription,
  writeSdp,
} from './sdp.ts'
import {
  type CryptoAttribute,
  chooseCrypto,
  cryptoAttribute,
  type SrtpAgreement,
  type SrtpEnd,
} from './sdp-crypto.ts'

export type AudioCodec = 'PCMU' | 'PCMA'

/** What both sides have agreed on. */
export interface NegotiatedMedia {
  readonly codec: AudioCodec
  /** RTP payload type of the codec. */
  readonly payloadType: number
  /** RTP payload type of telephone-event (RFC 4733); null: the other side takes no digits by RTP. */
  readonly telephoneEventPayloadType: number | null
  /** Where the other side receives. */
  readonly remote: { readonly host: string; readonly rtpPort: number; readonly rtcpPort: number }
  /** Both want RTCP on the RTP port (RFC 5761). */
  readonly rtcpMux: boolean
  /** undefined: in the clear. */
  readonly srtp: SrtpAgreement | undefined
  /** Seen from us: `recvonly` means that we must not send. */
  readonly direction: Direction
  /** The other side has put us on hold: it does not want to hear us now. */
  readonly onHold: boolean
}

export interface NegotiatedAnswer extends NegotiatedMedia {
  /** Our answer. */
  readonly sdp: string
}

export interface AnswerOptions extends LocalMedia {
  /** What we can speak; default both. The offer's order decides. */
  readonly codecs?: readonly AudioCodec[]
  /** Default: we encrypt nothing. */
  readonly srtp?: SrtpEnd
  /** What we want; default sendrecv. */
  readonly direction?: Direction
}

/**
 * Answers an offer: the first audio section that we can serve, all others refused.
 * @throws SipCallError `not_acceptable` with code 488 where there is none.
 */
export function negotiateAnswer(offer: string, options: AnswerOptions): NegotiatedAnswer {
  const session = parseOr488(offer)
  const wanted = options.codecs ?? ['PCMU', 'PCMA']
  const { srtp } = options
  const index = session.media.findIndex((section) => choose(section, wanted, srtp) !== null)
  const section = session.media[index]
  const chosen = section && choose(section, wanted, srtp)
  if (!section || !chosen) throw new SipCallError('not_acceptable', 'no common codec', 488)
  const direction = meet(mirror(effectiveDirection(section)), options.direction ?? 'sendrecv')
  const dynamic =
    chosen.payloadType === '0' || chosen.payloadType === '8'
      ? []
      : [`${chosen.payloadType} ${chosen.codec}/8000`]
  const formats = [chosen.payloadType, ...(chosen.telephoneEvent === null ? [] : [chosen.telephoneEvent])]
  const sections = session.media.map((offered, at) =>
    at === index
      ? audioSection(
          options,
          formats,
          chosen.telephoneEvent,
          direction,
          dynamic,
          [...(section.rtcpMux ? ['rtcp-mux'] : []), ...answeredCrypto(chosen.crypto, srtp)],
          section.profile,
        )
      : refusedSection(offered),
  )
  return { sdp: writeSdp(options, sections), ...describe(section, chosen, direction, srtp) }
}

const answeredCrypto = (chosen: CryptoAttribute | null, srtp: SrtpEnd | undefined): readonly string[] =>
  chosen === null || srtp === undefined
    ? []
    : [cryptoAttribute(chosen.tag, chosen.suite, srtp.keys[chosen.suite])]

/**
 * Reads the answer to an offer of ours.
 * @param srtp what we offered.
 * @throws SipCallError `not_acceptable` where the answer takes none of our codecs.
 */
export function readAnswer(answer: string, srtp?: SrtpEnd): NegotiatedMedia {
  for (const section of parseOr488(answer).media) {
    const chosen = choose(section, ['PCMU', 'PCMA'], srtp)
    if (chosen !== null) return describe(section, chosen, mirror(effectiveDirection(section)), srtp)
  }
  throw new SipCallError('not_acceptable', 'the answer has no common codec', 488)
}

/**
 * Default answer to a re-INVITE: our addresses stay, the direction mirrors the offer, the version grows only
 * if something has changed.
 * @param offer null: we are asked to offer, and repeat what we have.
 * @throws SipCallError `not_acceptable`
 */
export function answerReoffer(current: string, offer: string | null): string {
  const local = offer === null ? null : localMediaOf(current)
  if (offer === null || local === null) return current
  const same = negotiateAnswer(offer, local)
  if (same.sdp === current) return current
  return negotiateAnswer(offer, { ...local, version: String(BigInt(local.version) + 1n) }).sdp
}

function localMediaOf(current: string): LocalMedia | null {
  try {
    const session = parseSdp(current)
    const audio = session.media.find((section) => section.kind === 'audio' && section.port !== 0)
    if (!audio?.host) return null
    return {
      id: session.id,
      version: session.version,
      ip: audio.host,
      rtpPort: audio.port,
      rtcpPort: audio.rtcpPort,
    }
  } catch {
    return null
  }
}

function parseOr488(sdp: string): SessionDescription {
  try {
    return parseSdp(sdp)
  } catch (error) {
    if (error instanceof SdpError) throw new SipCallError('not_acceptable', `bad SDP: ${error.message}`, 488)
    throw error
  }
}

interface Choice {
  readonly codec: AudioCodec
  readonly payloadType: string
  readonly telephoneEvent: string | null
  /** The other side's key; null: in the clear. */
  readonly crypto: CryptoAttribute | null
}

function choose(
  section: MediaSection,
  wanted: readonly AudioCodec[],
  srtp: SrtpEnd | undefined,
): Choice | null {
  if (section.kind !== 'audio' || section.port === 0 || section.host === null) return null
  const crypto = chooseCrypto(section.profile, section.cryptos, srtp?.policy ?? 'off')
  if (crypto === undefined) return null
  const encodingOf = (format: string) => section.encodings.get(format)?.toLowerCase() ?? ''
  for (const payloadType of section.formats) {
    const codec = wanted.find(
      (name) => encodingOf(payloadType).replace(/\/1$/, '') === `${name.toLowerCase()}/8000`,
    )
    if (codec === undefined) continue
    const telephoneEvent = section.formats.find((format) => encodingOf(format) === 'telephone-event/8000')
    return { codec, payloadType, telephoneEvent: telephoneEvent ?? null, crypto }
  }
  return null
}

/** RFC 2543 held a call with the address 0.0.0.0, still seen. */
function effectiveDirection(section: MediaSection): Direction {
  if (section.host !== '0.0.0.0') return section.direction
  return section.direction === 'recvonly' || section.direction === 'inactive' ? 'inactive' : 'sendonly'
}

const sends = (direction: Direction): boolean => direction === 'sendrecv' || direction === 'sendonly'
const receives = (direction: Direction): boolean => direction === 'sendrecv' || direction === 'recvonly'

function directionOf(send: boolean, receive: boolean): Direction {
  if (send) return receive ? 'sendrecv' : 'sendonly'
  return receive ? 'recvonly' : 'inactive'
}

/** The same stream seen from the other end. */
const mirror = (direction: Direction): Direction => directionOf(receives(direction), sends(direction))

/** What remains where both must agree. */
const meet = (a: Direction, b: Direction): Direction =>
  directionOf(sends(a) && sends(b), receives(a) && receives(b))

function describe(
  section: MediaSection,
  chosen: Choice,
  direction: Direction,
  srtp: SrtpEnd | undefined,
): NegotiatedMedia {
  const { crypto } = chosen
  return {
    codec: chosen.codec,
    payloadType: Number(chosen.payloadType),
    telephoneEventPayloadType: chosen.telephoneEvent === null ? null : Number(chosen.telephoneEvent),
    remote: { host: section.host ?? '', rtpPort: section.port, rtcpPort: section.rtcpPort },
    rtcpMux: section.rtcpMux,
    srtp:
      crypto === null || srtp === undefined
        ? undefined
        : { suite: crypto.suite, localKey: srtp.keys[crypto.suite], remoteKeys: crypto.keys },
    direction,
    onHold: !receives(effectiveDirection(section)),
  }
}
