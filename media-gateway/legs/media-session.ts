/** How a leg agrees on its sound, whatever carries it: plain RTP here, WebRTC in `webrtc/`. */
import type { Codec } from '../../domain/media-socket.ts'
import {
  answerSdpOffer,
  buildSdpOffer,
  type LocalEnd,
  type MediaDescription,
  type PortSource,
  RtpEndpoint,
  readSdpAnswer,
} from '../rtp/index.ts'
import { makeSrtpKeys, SipCallError, type SrtpEnd, type SrtpPolicy } from '../sip/index.ts'

/** A session description of ours, and what it means. */
export interface Agreed {
  readonly sdp: string
  readonly media: MediaDescription
}

/** What the carrier of an offer lets us say; what is absent is as the host has it. */
export interface OfferPolicy {
  readonly codecs?: readonly Codec[]
  readonly srtp?: SrtpPolicy | undefined
  /** Our address as the other side sees it. */
  readonly host?: string
}

/** One offer and answer after the other (RFC 3264) over one pair of ends. */
export interface MediaSession {
  readonly endpoint: RtpEndpoint
  /** Whether the offer has something for us. @throws SipCallError `not_acceptable` */
  check(offer: string): void
  /** Our offer, for one carrier after the other. */
  prepareOffer(): Promise<(policy?: OfferPolicy) => string>
  /** Their answer to it. @throws SipCallError `not_acceptable` */
  accept(answer: string): Promise<MediaDescription>
  /** Our answer to their offer, the first or a later one. @throws SipCallError `not_acceptable` */
  answer(offer: string): Promise<Agreed>
  /** A body that came by INFO. */
  info(body: { readonly contentType: string; readonly body: string }): void
  /** After the endpoint was closed. */
  close(): Promise<void>
}

export interface MediaSessionHost {
  /** Local address to bind. */
  readonly rtpHost: string
  /** Address written into SDP. */
  readonly publicHost: string
  readonly ports: PortSource
  /** Default: encrypted where the other side offers it. */
  readonly srtp?: SrtpPolicy
}

export class PlainSession implements MediaSession {
  readonly endpoint: RtpEndpoint
  #publicHost: string
  #srtp: SrtpEnd
  readonly #sessionId = Math.floor(Date.now() / 1000)
  #version = this.#sessionId
  #agreed: Agreed | undefined

  private constructor(endpoint: RtpEndpoint, { publicHost, srtp = 'accept' }: MediaSessionHost) {
    this.endpoint = endpoint
    this.#publicHost = publicHost
    this.#srtp = { policy: srtp, keys: makeSrtpKeys() }
  }

  /** @throws NoPortError */
  static async open(host: MediaSessionHost): Promise<PlainSession> {
    return new PlainSession(await RtpEndpoint.open({ host: host.rtpHost, ports: host.ports }), host)
  }

  check(offer: string): void {
    answerSdpOffer(offer, this.#localEnd())
  }

  async prepareOffer(): Promise<(policy?: OfferPolicy) => string> {
    const standing = { srtp: this.#srtp.policy, host: this.#publicHost }
    return ({ codecs, srtp = standing.srtp, host = standing.host } = {}) => {
      // The answer is judged by what the offer to that carrier was made with.
      this.#srtp = { ...this.#srtp, policy: srtp }
      this.#publicHost = host
      return buildSdpOffer(this.#localEnd(), codecs)
    }
  }

  async accept(answer: string): Promise<MediaDescription> {
    const media = readSdpAnswer(answer, this.#srtp)
    // Our offer is not kept: whatever we say next counts as changed.
    this.#agreed = { sdp: '', media }
    return media
  }

  /** Hold, another address, a session timer's refresh; the codec stays as long as it is offered. */
  async answer(offer: string): Promise<Agreed> {
    const before = this.#agreed
    let agreed = this.#answerTo(offer)
    if (before !== undefined && agreed.sdp !== before.sdp) {
      this.#version++
      agreed = this.#answerTo(offer)
    }
    this.#agreed = agreed
    return agreed
  }

  info(): void {}

  async close(): Promise<void> {}

  #answerTo(offer: string): Agreed {
    const end = this.#localEnd()
    if (this.#agreed === undefined) return answerSdpOffer(offer, end)
    try {
      return answerSdpOffer(offer, end, [this.#agreed.media.codec])
    } catch (error) {
      if (!(error instanceof SipCallError)) throw error
      return answerSdpOffer(offer, end)
    }
  }

  #localEnd(): LocalEnd {
    const { rtpPort } = this.endpoint
    const [sessionId, version] = [this.#sessionId, this.#version]
    return { host: this.#publicHost, rtpPort, sessionId, version, srtp: this.#srtp }
  }
}
