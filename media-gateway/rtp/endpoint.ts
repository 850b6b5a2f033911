/** One end of an RTP session: a pair of ports, 20 ms frames out, the other side's timeline in. */
import { randomBytes } from 'node:crypto'
import type { RemoteInfo } from 'node:dgram'
import type { RtpQuality } from '../../domain/call.ts'
import { type Codec, FRAME_SAMPLES, SAMPLES_PER_MS } from '../../domain/media-socket.ts'
import { type FrameClock, type FrameListener, frameClock, mediaNow } from './frame-clock.ts'
import { PAYLOAD_TYPE, silence, transcodeG711 } from './g711.ts'
import { parseRtp, type RtpPacket, serialiseRtp } from './packet.ts'
import { anyPorts, type PortPair, type PortSource } from './port-pool.ts'
import { ReceiveTimeline } from './receive-timeline.ts'
import { ReceiverStatistics } from './receiver-statistics.ts'
import type { MediaDescription, RtpAddress } from './sdp.ts'
import { type DigitEvent, DigitReceiver, DigitSender } from './telephone-event.ts'

/** Packets of another source are taken for the peer's once it was silent for this long (a NAT that moved). */
const RELEARN_AFTER_MS = 2_000

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
  readonly #ports: PortPair
  readonly #clock: FrameClock
  readonly #statistics = new ReceiverStatistics()
  readonly #digitSender = new DigitSender()
  readonly #ssrc = randomBytes(4).readUInt32BE()
  #session: Session | undefined
  #sequence = randomBytes(2).readUInt16BE()
  #timestamp = randomBytes(4).readUInt32BE()
  #marker = true
  #packetsSent = 0
  #lastPacketAtMs: number | undefined

  private constructor(ports: PortPair, clock: FrameClock) {
    this.#ports = ports
    this.#clock = clock
    ports.rtp.on('message', (datagram, from) => this.#receive(datagram, from))
    // An ICMP error (port unreachable) is the no-media timeout's business, not the process's.
    ports.rtp.on('error', () => {})
    ports.rtcp.on('error', () => {})
  }

  /** @throws NoPortError when no pair of ports is free. */
  static async open(options: RtpEndpointOptions): Promise<RtpEndpoint> {
    const ports = await (options.ports ?? anyPorts).acquire(options.host)
    return new RtpEndpoint(ports, options.clock ?? frameClock)
  }

  get rtpPort(): number {
    return this.#ports.rtpPort
  }

  /** Samples since `start` by the wall clock; 0 before. */
  get cursor(): number {
    return this.#session === undefined ? 0 : this.#toCursor(this.#session, mediaNow())
  }

  /** Wall clock (of `mediaNow`) of the last packet that arrived; undefined before the first. */
  get lastPacketAtMs(): number | undefined {
    return this.#lastPacketAtMs
  }

  get quality(): RtpQuality {
    const { packetsReceived, packetsLost, jitterMs } = this.#statistics
    return { packetsReceived, packetsLost, packetsSent: this.#packetsSent, jitterMs }
  }

  /** Begins to send and receive; cursor 0 is now. Once only. */
  start(description: MediaDescription, handlers: RtpHandlers): void {
    if (this.#session !== undefined) throw new RtpStateError('the RTP session has already started')
    const { codec } = description
    const session: Session = {
      codec,
      handlers,
      startedAtMs: mediaNow(),
      silence: silence(codec, FRAME_SAMPLES),
      timeline: new ReceiveTimeline(codec, handlers.onFrame),
      digits: new DigitReceiver((event) => handlers.onDigit?.({ ...event, cursor: this.cursor })),
      telephoneEventType: description.telephoneEventType,
      remote: description.remote,
      sending: description.weSend,
      learned: false,
    }
    this.#session = session
    this.#clock.add(this)
  }

  /** After a re-INVITE: another address, hold, another event type. The codec stays. */
  update(description: MediaDescription): void {
    const session = this.#requireSession()
    session.telephoneEventType = description.telephoneEventType
    session.sending = description.weSend
    if (sameAddress(session.remote, description.remote)) return
    session.remote = description.remote
    session.learned = false
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

  /** Stops and gives the ports back. */
  async close(): Promise<void> {
    this.#clock.remove(this)
    await this.#ports.release()
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
        this.#send(session, session.telephoneEventType, timestamp, step.payload, step.marker)
      this.#marker = true
    } else if (session.sending) {
      const audio = step === 'gap' ? undefined : session.handlers.nextFrame(this.#toCursor(session, nowMs))
      const type = PAYLOAD_TYPE[session.codec]
      this.#send(session, type, this.#timestamp, audio ?? session.silence, this.#marker)
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
    session.handlers.afterBeat?.(cursor)
  }

  #send(
    session: Session,
    payloadType: number,
    timestamp: number,
    payload: Uint8Array,
    marker: boolean,
  ): void {
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
    this.#ports.rtp.send(packet, session.remote.port, session.remote.host)
  }

  #receive(datagram: Buffer, from: RemoteInfo): void {
    const session = this.#session
    if (session === undefined) return
    const packet = parseRtp(datagram)
    if (packet === undefined) return
    const kind = kindOf(packet, session)
    const nowMs = mediaNow()
    if (kind === 'unknown' || !this.#isFromPeer(session, from, nowMs)) return
    this.#lastPacketAtMs = nowMs
    const now = this.#toCursor(session, nowMs)
    this.#statistics.push(packet, now)
    if (kind === 'event') session.digits.push(packet, nowMs)
    const audio =
      kind === 'PCMU' || kind === 'PCMA'
        ? transcodeG711(kind, session.codec, Uint8Array.from(packet.payload))
        : undefined
    session.timeline.push({ packet, audio }, now)
  }

  /** Symmetric RTP (RFC 4961): what the peer's NAT really sends from counts, not what its SDP says. */
  #isFromPeer(session: Session, from: RemoteInfo, nowMs: number): boolean {
    const source = { host: from.address, port: from.port }
    if (sameAddress(session.remote, source)) {
      session.learned = true
      return true
    }
    const quiet = this.#lastPacketAtMs === undefined || nowMs - this.#lastPacketAtMs > RELEARN_AFTER_MS
    if (session.learned && !quiet) return false
    session.remote = source
    session.learned = true
    return true
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
  readonly codec: Codec
  readonly handlers: RtpHandlers
  readonly startedAtMs: number
  readonly silence: Uint8Array
  readonly timeline: ReceiveTimeline
  readonly digits: DigitReceiver
  telephoneEventType: number | undefined
  remote: RtpAddress
  sending: boolean
  learned: boolean
}

const sameAddress = (a: RtpAddress, b: RtpAddress) => a.host === b.host && a.port === b.port

/** Comfort noise (RFC 3389, type 13) takes a sequence number but brings no audio. */
function kindOf(packet: RtpPacket, session: Session): Codec | 'event' | 'comfort-noise' | 'unknown' {
  switch (packet.payloadType) {
    case PAYLOAD_TYPE.PCMU:
      return 'PCMU'
    case PAYLOAD_TYPE.PCMA:
      return 'PCMA'
    case 13:
      return 'comfort-noise'
    default:
      return packet.payloadType === session.telephoneEventType ? 'event' : 'unknown'
  }
}

/** A step at the wrong moment: a mistake of the caller of this class. */
class RtpStateError extends Error {
  readonly retryable = false
}
