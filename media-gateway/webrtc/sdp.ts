/** What we read and change in the session descriptions of browsers (RFC 8829); werift writes ours. Pure. */
import { SipCallError } from '../sip/index.ts'
import { type Direction, type MediaSection, parseSdp, SdpError } from '../sip/sdp.ts'

/** Offers of browsers have a DTLS fingerprint and a profile that encrypts and reports. */
export const isWebRtcOffer = (sdp: string): boolean =>
  /^m=audio \d+ (UDP\/TLS\/)?RTP\/SAVPF /m.test(sdp) && /^a=fingerprint:/m.test(sdp)

/** @throws SipCallError `not_acceptable` where it is unreadable, or has no audio in mu-law. */
export function audioOf(sdp: string): MediaSection {
  let sections: readonly MediaSection[]
  try {
    sections = parseSdp(sdp).media
  } catch (error) {
    if (!(error instanceof SdpError)) throw error
    throw new SipCallError('not_acceptable', `bad SDP: ${error.message}`, 488)
  }
  const audio = sections.find(({ kind, port }) => kind === 'audio' && port !== 0)
  if (audio === undefined || !audio.formats.includes('0'))
    throw new SipCallError('not_acceptable', 'no audio in mu-law', 488)
  return audio
}

/** Payload type of digits at 8 kHz; undefined: none. */
export function telephoneEventOf(audio: MediaSection): number | undefined {
  const format = audio.formats.find(
    (each) => audio.encodings.get(each)?.toLowerCase() === 'telephone-event/8000',
  )
  return format === undefined ? undefined : Number(format)
}

/**
 * Their description as werift reads it: mu-law and its digits alone. It would take the first `telephone-event`, which is that of
 * Opus, and its digits would come at 48 kHz.
 */
export function narrowed(sdp: string): string {
  const event = telephoneEventOf(audioOf(sdp))
  const kept = new Set(['0', ...(event === undefined ? [] : [String(event)])])
  return sdp
    .split(/\r\n|\n/)
    .map((line) => line.replace(/^(m=audio \d+ \S+ ).*$/, `$1${[...kept].join(' ')}`))
    .filter((line) => {
      const payloadType = /^a=(?:rtpmap|fmtp|rtcp-fb):(\d+) /.exec(line)?.[1]
      return payloadType === undefined || kept.has(payloadType)
    })
    .join('\r\n')
}

export const sends = (direction: Direction): boolean => direction === 'sendrecv' || direction === 'sendonly'
export const receives = (direction: Direction): boolean =>
  direction === 'sendrecv' || direction === 'recvonly'

/** Preference of a server-reflexive candidate, below that of a host (RFC 8445 section 5.1.2.2). */
const REFLEXIVE_PREFERENCE = 100

/**
 * Our description as it goes out: the address that we are reached by from outside is offered beside that of the host, which a
 * colleague in the same network reaches without a way through the router. The port is the same on both, as in any one-to-one NAT.
 * No SSRC is announced, because what we send bears that of the RTP endpoint.
 */
export function forTheWire(sdp: string, rtpHost: string, publicHost: string): string {
  const lines = sdp.split('\r\n').filter((line) => !/^a=ssrc(-group)?:/.test(line))
  if (rtpHost === publicHost) return lines.join('\r\n')
  return lines
    .flatMap((line) => {
      const [, foundation, component = '1', protocol, address, port] = HOST_CANDIDATE.exec(line) ?? []
      if (foundation === undefined || address === publicHost) return [line]
      const priority = REFLEXIVE_PREFERENCE * 2 ** 24 + 65_535 * 2 ** 8 + 256 - Number(component)
      return [
        line,
        `a=candidate:${foundation}p ${component} ${protocol} ${priority} ${publicHost} ${port} typ srflx raddr ${address} rport ${port}`,
      ]
    })
    .join('\r\n')
}

/** Foundation, component, protocol, address, port. */
const HOST_CANDIDATE = /^a=candidate:(\S+) (\d+) (\S+) \d+ (\S+) (\d+) typ host/

/** Candidates that came later. */
export interface TrickledCandidates {
  /** Of which generation: an older one's are not ours to use any more. */
  readonly ufrag: string | null
  readonly candidates: readonly { readonly candidate: string; readonly sdpMid: string }[]
  readonly isEnd: boolean
}

export const TRICKLE_TYPE = 'application/trickle-ice-sdpfrag'

/** A fragment by INFO (RFC 8840 section 9); what is no candidate is passed over. */
export function readTrickle(fragment: string): TrickledCandidates {
  let sdpMid = '0'
  let ufrag: string | null = null
  let isEnd = false
  const candidates: { candidate: string; sdpMid: string }[] = []
  for (const line of fragment.split(/\r\n|\n|\r/)) {
    const mid = /^a=mid:(\S+)$/.exec(line)?.[1]
    if (mid !== undefined) sdpMid = mid
    ufrag ??= /^a=ice-ufrag:(\S+)$/.exec(line)?.[1] ?? null
    if (/^a=candidate:\S+ \d+ \S+ \d+ \S+ \d+ typ \S+/.test(line))
      candidates.push({ candidate: line.slice(2), sdpMid })
    if (line === 'a=end-of-candidates') isEnd = true
  }
  return { ufrag, candidates, isEnd }
}
