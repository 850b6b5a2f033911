/** What an offer and an answer (RFC 3264) mean for an RTP endpoint. The session descriptions are those of sip/. */

import { PAYLOAD_TYPE } from '../../domain/g711.ts'
import type { Codec } from '../../domain/media-socket.ts'
import { audioSection, OFFERED_TELEPHONE_EVENT, writeSdp } from '../sip/sdp.ts'
import { offeredCrypto, type SrtpAgreement, type SrtpEnd } from '../sip/sdp-crypto.ts'
import { type NegotiatedMedia, negotiateAnswer, readAnswer } from '../sip/sdp-negotiation.ts'

export interface RtpAddress {
  readonly host: string
  readonly port: number
}

/** What both sides agreed on, from our point of view. */
export interface MediaDescription {
  readonly codec: Codec
  /** Of the codec where it is not the static one. */
  readonly payloadType?: number
  /** Payload type of RFC 4733 digits; undefined: the other side has none. */
  readonly telephoneEventType: number | undefined
  /** Where the other side wants its RTP. */
  readonly remote: RtpAddress
  /** Where it wants RTCP; default the next port. */
  readonly rtcp?: RtpAddress
  /** RTP and RTCP go over one port (RFC 5761); default no. */
  readonly rtcpMux?: boolean
  /** Everything is encrypted (RFC 3711); default: nothing is. */
  readonly srtp?: SrtpAgreement
  /** False while the other side holds us and wants no audio. */
  readonly weSend: boolean
  /** False while the other side sends none (hold): its silence is then no fault. */
  readonly theySend: boolean
}

/** Our end: an address that the other side can reach. */
export interface LocalEnd {
  readonly host: string
  readonly rtpPort: number
  /** Unix seconds at the start of the call, in all descriptions of a call the same; default now. */
  readonly sessionId?: number
  /** One more for each change within the call; default the session id. */
  readonly version?: number
  /** The same keys for the whole call; default: nothing is encrypted. */
  readonly srtp?: SrtpEnd
}

function localMedia(end: LocalEnd) {
  const id = end.sessionId ?? Math.floor(Date.now() / 1000)
  return { id, version: end.version ?? id, ip: end.host, rtpPort: end.rtpPort, rtcpPort: end.rtpPort + 1 }
}

function describe(media: NegotiatedMedia): MediaDescription {
  const { codec, payloadType, telephoneEventPayloadType, remote, direction, rtcpMux, srtp } = media
  return {
    codec,
    payloadType,
    telephoneEventType: telephoneEventPayloadType ?? undefined,
    remote: { host: remote.host, port: remote.rtpPort },
    rtcp: { host: remote.host, port: remote.rtcpPort },
    rtcpMux,
    ...(srtp === undefined ? {} : { srtp }),
    weSend: direction === 'sendrecv' || direction === 'sendonly',
    theySend: direction === 'sendrecv' || direction === 'recvonly',
  }
}

/** Our offer: both laws, mu-law first, and telephone-events; encrypted where that is required. */
export function buildSdpOffer(end: LocalEnd, codecs: readonly Codec[] = ['PCMU', 'PCMA']): string {
  const local = localMedia(end)
  const formats = [...codecs.map((codec) => String(PAYLOAD_TYPE[codec])), OFFERED_TELEPHONE_EVENT]
  const { srtp } = end
  const isSecure = srtp?.policy === 'require'
  return writeSdp(local, [
    audioSection(
      local,
      formats,
      OFFERED_TELEPHONE_EVENT,
      'sendrecv',
      [],
      isSecure ? offeredCrypto(srtp.keys) : [],
      isSecure ? 'RTP/SAVP' : 'RTP/AVP',
    ),
  ])
}

/**
 * Our answer to an offer: its first codec that we know, all other sections refused.
 * @param codecs what may be taken; default both.
 * @throws SipCallError `not_acceptable` where nothing fits (488).
 */
export function answerSdpOffer(
  offer: string,
  end: LocalEnd,
  codecs?: readonly Codec[],
): { readonly sdp: string; readonly media: MediaDescription } {
  const negotiated = negotiateAnswer(offer, {
    ...localMedia(end),
    ...(codecs === undefined ? {} : { codecs }),
    ...(end.srtp === undefined ? {} : { srtp: end.srtp }),
  })
  return { sdp: negotiated.sdp, media: describe(negotiated) }
}

/**
 * The other side's answer to our offer.
 * @param srtp what our offer was made with.
 * @throws SipCallError `not_acceptable` where it agrees on nothing.
 */
export const readSdpAnswer = (answer: string, srtp?: SrtpEnd): MediaDescription =>
  describe(readAnswer(answer, srtp))
