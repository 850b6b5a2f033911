/** One end of an RTP session: a pair of ports, 20 ms frames out, the other side's timeline in. */
import { randomBytes } from 'node:crypto'
import type { RtpQuality } from '../../domain/call.ts'
import { PAYLOAD_TYPE, silence, transcodeG711 } from '../../domain/g711.ts'
import { type Codec, FRAME_SAMPLES, SAMPLES_PER_MS } from '../../domain/media-socket.ts'
import { meanOpinionScore } from './call-quality.ts'
import { COMFORT_NOISE_TYPE, comfortNoiseLevel } from './comfort-noise.ts'
import { type FrameClock, type FrameListener, frameClock, mediaNow } from './frame-clock.ts'
import { MediaTransport, type PacketTap } from './media-transport.ts'
import { type RtpPacket, serialiseRtp } from './packet.ts'
import { anyPorts, type PortPair, type PortSource } from './port-pool.ts'
import { ReceiveTimeline } from './receive-timeline.ts'
import { ReceiverStatistics } from './receiver-statistics.ts'
import { RtcpSession } from './rtcp-session.ts'
import type { MediaDescription } from './sdp.ts'
import { StreamSelector } from './stream-selector.ts'
import { type DigitEvent, DigitReceiver, DigitSender } from './telephone-event.ts'

/** One way, beside the network: 20 ms of sound make a packet. */
const PACKETISATION_MS = 20

export interface RtpEndpointOptions {
  /** Local address to bind. */
  readonly host: string
  /** Default: any free pair of the system. */
  readonly ports?: PortSource
  /** Default: the process's clock. */
  readonly clock?: FrameClock
}

export interface RtpHandlers {
  /** The next 160 bytes to send in the session's codec; undefined sends silence. */
  readonly nextFrame: (cursor: number) => Uint8Array | undefined
  /** 160 bytes from the other side, in order and without holes; `cursor`: samples since `start`. */
  readonly onFrame: (frame: Uint8Array, cursor: number) => void
  readonly onDigit?: (event: DigitEvent & { readonly cursor: number }) => void
  /** Every 20 ms after the sockets were read. */
  readonly afterBeat?: (cursor: number) => void
}

/**
 * Opens ports at once and moves audio after `start`.
 *
 * @example
 * const endpoint = await RtpEndpoint.open({ host: '127.0.0.1' })
 * const offer = buildSdpOffer({ host: '127.0.0.1', rtpPort: endpoint.rtpPort })
 * // … the answer arrives
 * const speech = new FrameQueue('PCMU')
 * endpoint.start(readSdpAnswer(answer), { nextFrame: () => speech.nextFrame(), onFrame: listen })
 * speech.write(mulawBytes)
 * await speech.drained()
 * await endpoint.sendDigits('12#')
 * await endpoint.close()
 */
export class RtpEndpoint implements FrameListener {
  readonly #transport: MediaTransport
  readonly #clock: FrameClock
  readonly #statistics = new ReceiverStatistics()
  readonly #digitSender = new DigitSender()
  readonly #ssrc = randomBytes(4).readUInt32BE()
  #session: Session | undefined
  /** In the lower half at first: the roll-over counter of SRTP must not be in doubt (RFC 3711 section 3.3.1). */
  #sequence = randomBytes(2).readUInt16BE() & 0x7fff
  #timestamp = randomBytes(4).readUInt32BE()
  #marker = true
  #packetsSent = 0
  #bytesSent = 0

  private constructor(ports: PortPair, clock: FrameClock) {
    this.#transport = new MediaTransport(ports, {
      onRtp: (packet, nowMs) => this.#receive(packet, nowMs),
      onRtcp: (datagram, nowMs) => this.#session?.rtcp.receive(datagram, nowMs),
    })
    this.#clock = clock
  }

  /** @throws NoPortError when no pair of ports is free. */
  static async open(options: RtpEndpointOptions): Promise<RtpEndpoint> {
    const ports = await (options.ports ?? anyPorts).acquire(options.host)
    return new RtpEndpoint(ports, options.clock ?? frameClock)
  }

  get rtpPort(): number {
    return this.#transport.rtpPort
  }

  /** Samples since `start` by the wall clock; 0 before. */
  get cursor(): number {
    return this.#session === undefined ? 0 : this.#toCursor(this.#session, mediaNow())
  }

  /** Wall clock (of `mediaNow`) of the last packet that arrived; undefined before the first. */
  get lastPacketAtMs(): number | undefined {
    return this.#transport.lastPacketAtMs
  }

  get quality(): RtpQuality {
    const { packetsReceived, packetsLost, bytesReceived, jitterMs } = this.#statistics
    const counts = this.#session?.timeline.counts
    const remote = this.#session?.rtcp.remote
    return {
      packetsReceived,
      packetsLost,
      packetsSent: this.#packetsSent,
      jitterMs,
      bytesReceived,
      bytesSent: this.#bytesSent,
      packetsLate: counts?.late ?? 0,
      packetsDuplicated: counts?.duplicates ?? 0,
      packetsRefused: this.#transport.refused + (this.#session?.selector.strangers ?? 0),
      roundTripMs: remote?.roundTripMs ?? null,
      remoteLossPercent: remote?.lossPercent ?? null,
      remoteJitterMs: remote?.jitterMs ?? null,
      mos: this.#meanOpinionScore(),
      srtpSuite: this.#transport.srtpSuite ?? null,
    }
  }

  /** Begins to send and receive; cursor 0 is now. Once only. */
  start(description: MediaDescription, handlers: RtpHandlers): void {
    if (this.#session !== undefined) throw new RtpStateError('the RTP session has already started')
    const { codec } = description
    const nowMs = mediaNow()
    const timeline = new ReceiveTimeline(codec, handlers.onFrame)
    const session: Session = {
      codec,
      wire: codec,
      payloadType: description.payloadType ?? PAYLOAD_TYPE[codec],
      handlers,
      startedAtMs: nowMs,
      silence: silence(codec, FRAME_SAMPLES),
      timeline,
      selector: new StreamSelector((packet, at) => this.#take(packet, at)),
      rtcp: new RtcpSession({
        ssrc: this.#ssrc,
        // RFC 7022: tells nothing of the host, and is the same for the whole call.
        cname: randomBytes(12).toString('base64'),
        epochMs: performance.timeOrigin,
        nowMs,
        random: Math.random,
      }),
      digits: new DigitReceiver((event) => handlers.onDigit?.({ ...event, cursor: this.cursor })),
      telephoneEventType: description.telephoneEventType,
      sending: description.weSend,
    }
    this.#session = session
    this.#transport.keyType = description.telephoneEventType
    this.#transport.lead(description)
    this.#clock.add(this)
  }

  /**
   * After a re-INVITE: another address, hold, another event type, another codec. What is handed over stays in the codec that it
   * began with.
   */
  update(description: MediaDescription): void {
    const session = this.#requireSession()
    session.telephoneEventType = description.telephoneEventType
    this.#transport.keyType = description.telephoneEventType
    session.wire = description.codec
    session.payloadType = description.payloadType ?? PAYLOAD_TYPE[description.codec]
    session.sending = description.weSend
    this.#transport.lead(description)
  }

  /** Copies of all packets, both ways and in the clear, go to `tap` from now on; undefined: no longer. */
  watch(tap: PacketTap | undefined): void {
    this.#transport.watch(tap)
  }

  /**
   * Sends digits by RFC 4733; audio waits meanwhile. Resolves once the last one is out.
   * @throws DigitError for a character that is no digit.
   */
  async sendDigits(
    digits: string,
    timing: { readonly durationMs?: number; readonly gapMs?: number } = {},
  ): Promise<void> {
    if (this.#requireSession().telephoneEventType === undefined)
      throw new RtpStateError('the other side takes no telephone-events')
    await this.#digitSender.send(digits, timing.durationMs ?? 100, timing.gapMs ?? 100)
  }

  /** Says goodbye (RTCP BYE), stops and gives the ports back. */
  async close(): Promise<void> {
    const session = this.#session
    if (session !== undefined && this.#clock.has(this)) this.#sendReport(session, mediaNow(), true)
    this.#clock.remove(this)
    await this.#transport.close()
  }

  beat(nowMs: number, skipped: number): void {
    const session = this.#session
    if (session === undefined) return
    if (skipped > 0) {
      this.#timestamp = (this.#timestamp + skipped * FRAME_SAMPLES) >>> 0
      this.#marker = true
    }
    const step = this.#digitSender.next()
    if (step !== undefined && step !== 'gap' && session.telephoneEventType !== undefined) {
      const timestamp = (this.#timestamp - step.sinceStart) >>> 0
      for (let copy = 0; copy < step.copies; copy++)
        this.#send(session.telephoneEventType, timestamp, step.payload, step.marker)
      this.#marker = true
    } else if (session.sending) {
      const audio = step === 'gap' ? undefined : session.handlers.nextFrame(this.#toCursor(session, nowMs))
      const sound = transcodeG711(session.codec, session.wire, audio ?? session.silence)
      this.#send(session.payloadType, this.#timestamp, sound, this.#marker)
      this.#marker = false
    } else {
      this.#marker = true
    }
    this.#timestamp = (this.#timestamp + FRAME_SAMPLES) >>> 0
  }

  afterBeat(nowMs: number): void {
    const session = this.#session
    if (session === undefined) return
    const cursor = this.#toCursor(session, nowMs)
    session.digits.tick(nowMs)
    session.timeline.settle(cursor)
    if (session.rtcp.isDue(nowMs)) this.#sendReport(session, nowMs)
    session.handlers.afterBeat?.(cursor)
  }

  #send(payloadType: number, timestamp: number, payload: Uint8Array, marker: boolean): void {
    const packet = serialiseRtp({
      payloadType,
      marker,
      sequence: this.#sequence,
      timestamp,
      ssrc: this.#ssrc,
      payload,
    })
    this.#sequence = (this.#sequence + 1) & 0xffff
    this.#packetsSent++
    this.#bytesSent += payload.length
    this.#transport.sendRtp(packet)
  }

  #sendReport(session: Session, nowMs: number, bye = false): void {
    const sent = { packets: this.#packetsSent, bytes: this.#bytesSent, timestamp: this.#timestamp }
    this.#transport.sendRtcp(session.rtcp.report(nowMs, sent, this.#statistics, bye))
  }

  #receive(packet: RtpPacket, nowMs: number): void {
    const session = this.#session
    if (session === undefined) return
    const kind = kindOf(packet, session)
    if (kind === 'unknown') return
    if (kind === 'event') {
      session.digits.push(packet, nowMs)
      // Some gateways send digits as a stream of their own beside the sound.
      if (packet.ssrc !== session.selector.ssrc) return
    }
    session.selector.push(packet, this.#toCursor(session, nowMs))
  }

  /** A packet of the stream that is the call. */
  #take(packet: RtpPacket, at: number): void {
    const session = this.#session
    if (session === undefined) return
    this.#statistics.push(packet, at)
    const kind = kindOf(packet, session)
    if (kind === 'PCMU' || kind === 'PCMA') {
      session.timeline.push({ packet, audio: transcodeG711(kind, session.codec, packet.payload) }, at)
      return
    }
    const noiseDbov = kind === 'comfort-noise' ? comfortNoiseLevel(packet.payload) : undefined
    session.timeline.push({ packet, audio: undefined, ...(noiseDbov === undefined ? {} : { noiseDbov }) }, at)
  }

  #meanOpinionScore(): number | null {
    const session = this.#session
    const { packetsExpected, jitterMs } = this.#statistics
    if (session === undefined || packetsExpected === 0) return null
    const { lost, gaps } = session.timeline.counts
    const share = Math.min(1, lost / packetsExpected)
    return meanOpinionScore({
      delayMs: (session.rtcp.remote.roundTripMs ?? 0) / 2 + PACKETISATION_MS + 2 * jitterMs,
      lossPercent: share * 100,
      burstRatio: gaps === 0 ? 1 : (lost / gaps) * (1 - share),
    })
  }

  #toCursor(session: Session, nowMs: number): number {
    return Math.round((nowMs - session.startedAtMs) * SAMPLES_PER_MS)
  }

  #requireSession(): Session {
    if (this.#session === undefined) throw new RtpStateError('the RTP session has not started')
    return this.#session
  }
}

interface Session {
  /** Of what is handed over. */
  readonly codec: Codec
  /** Of what is sent. */
  wire: Codec
  readonly handlers: RtpHandlers
  readonly startedAtMs: number
  readonly silence: Uint8Array
  readonly timeline: ReceiveTimeline
  readonly selector: StreamSelector<RtpPacket>
  readonly rtcp: RtcpSession
  readonly digits: DigitReceiver
  payloadType: number
  telephoneEventType: number | undefined
  sending: boolean
}

/** Comfort noise takes a sequence number but brings no audio. */
function kindOf(packet: RtpPacket, session: Session): Codec | 'event' | 'comfort-noise' | 'unknown' {
  switch (packet.payloadType) {
    case session.payloadType:
      return session.wire
    case session.telephoneEventType:
      return 'event'
    case PAYLOAD_TYPE.PCMU:
      return 'PCMU'
    case PAYLOAD_TYPE.PCMA:
      return 'PCMA'
    case COMFORT_NOISE_TYPE:
      return 'comfort-noise'
    default:
      return 'unknown'
  }
}

/** A step at the wrong moment: a mistake of the caller of this class. */
class RtpStateError extends Error {
  readonly retryable = false
}
