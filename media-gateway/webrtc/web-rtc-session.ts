/** A browser's sound: ICE, DTLS-SRTP and rtcp-mux by werift, mu-law end to end, into the same RTP endpoint as any phone's. */
import { RTCPeerConnection, RTCRtpCodecParameters } from 'werift'
import type { Agreed, MediaSession, MediaSessionHost } from '../legs/media-session.ts'
import { type MediaDescription, RtpEndpoint } from '../rtp/index.ts'
import { SipCallError, type SipLogger } from '../sip/index.ts'
import { DTLS_PEER, DtlsPorts } from './dtls-ports.ts'
import {
  audioOf,
  forTheWire,
  narrowed,
  readTrickle,
  receives,
  sends,
  TRICKLE_TYPE,
  telephoneEventOf,
} from './sdp.ts'

const CODECS = [
  new RTCRtpCodecParameters({ mimeType: 'audio/PCMU', clockRate: 8_000, channels: 1, payloadType: 0 }),
  new RTCRtpCodecParameters({
    mimeType: 'audio/telephone-event',
    clockRate: 8_000,
    channels: 1,
    payloadType: 101,
  }),
]

export interface WebRtcHost extends Omit<MediaSessionHost, 'ports'> {
  /** UDP ports for ICE, both included. */
  readonly portRange: readonly [number, number] | undefined
  readonly logger: SipLogger
}

export class WebRtcSession implements MediaSession {
  readonly endpoint: RtpEndpoint
  readonly #host: WebRtcHost
  readonly #ports: DtlsPorts
  readonly #peer: RTCPeerConnection
  #agreedTelephoneEvent: number | undefined

  private constructor(host: WebRtcHost, endpoint: RtpEndpoint, ports: DtlsPorts) {
    this.#host = host
    this.endpoint = endpoint
    this.#ports = ports
    const anyAddress = host.rtpHost === '0.0.0.0'
    this.#peer = new RTCPeerConnection({
      codecs: { audio: CODECS, video: [] },
      headerExtensions: { audio: [], video: [] },
      iceServers: [],
      iceUseIpv6: false,
      // Every address of the machine only where we are told to use every address.
      iceUseIpv4: anyAddress,
      ...(anyAddress
        ? {}
        : {
            iceAdditionalHostAddresses: [host.rtpHost],
            iceInterfaceAddresses: { udp4: host.rtpHost },
          }),
      ...(host.portRange === undefined ? {} : { icePortRange: [...host.portRange] }),
      bundlePolicy: 'max-bundle',
    })
    this.#peer.iceConnectionStateChange.subscribe((state) => {
      if (state === 'failed' || state === 'disconnected') host.logger.warn({ state }, 'ICE of a browser')
    })
  }

  static async open(host: WebRtcHost): Promise<WebRtcSession> {
    const ports = new DtlsPorts()
    const endpoint = await RtpEndpoint.open({ host: host.rtpHost, ports: { acquire: async () => ports } })
    return new WebRtcSession(host, endpoint, ports)
  }

  check(offer: string): void {
    audioOf(offer)
  }

  async prepareOffer(): Promise<() => string> {
    this.#peer.addTransceiver('audio', { direction: 'sendrecv' })
    await this.#peer.setLocalDescription(await this.#peer.createOffer())
    const sdp = this.#localSdp()
    return () => sdp
  }

  async accept(answer: string): Promise<MediaDescription> {
    await this.#understand(() => this.#peer.setRemoteDescription({ type: 'answer', sdp: narrowed(answer) }))
    return this.#describe(answer, answer)
  }

  /** Also a later offer: hold, or an ICE restart after the browser's network has changed (RFC 8839 section 4.4). */
  async answer(offer: string): Promise<Agreed> {
    await this.#understand(async () => {
      await this.#peer.setRemoteDescription({ type: 'offer', sdp: narrowed(offer) })
      for (const transceiver of this.#peer.getTransceivers()) transceiver.setDirection('sendrecv')
      await this.#peer.setLocalDescription(await this.#peer.createAnswer())
    })
    const sdp = this.#localSdp()
    return { sdp, media: this.#describe(offer, sdp) }
  }

  info({ contentType, body }: { readonly contentType: string; readonly body: string }): void {
    if (contentType.split(';')[0]?.trim().toLowerCase() !== TRICKLE_TYPE) return
    const { candidates, isEnd, ufrag } = readTrickle(body)
    const current = /^a=ice-ufrag:(\S+)/m.exec(this.#peer.remoteDescription?.sdp ?? '')?.[1]
    if (ufrag !== null && current !== undefined && ufrag !== current) return
    const add = async () => {
      for (const candidate of candidates) await this.#peer.addIceCandidate({ ...candidate, sdpMLineIndex: 0 })
      if (isEnd) await this.#peer.addIceCandidate(null)
    }
    add().catch((error) => this.#host.logger.info({ error }, 'trickled candidate not taken'))
  }

  async close(): Promise<void> {
    await this.#peer.close()
  }

  async #understand(work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (error) {
      throw new SipCallError(
        'not_acceptable',
        `WebRTC: ${error instanceof Error ? error.message : error}`,
        488,
      )
    }
  }

  #localSdp(): string {
    const { rtpHost, publicHost } = this.#host
    return forTheWire(this.#peer.localDescription?.sdp ?? '', rtpHost, publicHost)
  }

  /** @param agreed the answer, whoever gave it: its payload types hold. */
  #describe(theirs: string, agreed: string): MediaDescription {
    const [transport] = this.#peer.dtlsTransports
    if (transport !== undefined) this.#ports.use(transport)
    const { direction } = audioOf(theirs)
    this.#agreedTelephoneEvent = telephoneEventOf(audioOf(agreed)) ?? this.#agreedTelephoneEvent
    return {
      codec: 'PCMU',
      telephoneEventType: this.#agreedTelephoneEvent,
      remote: DTLS_PEER,
      rtcp: DTLS_PEER,
      rtcpMux: true,
      weSend: receives(direction),
      theySend: sends(direction),
    }
  }
}
