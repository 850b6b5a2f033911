/** The sockets of one session: who may send to us, where we send, and which kind each datagram is (RFC 7983). */
import type { RemoteInfo } from 'node:dgram'
import { isDeepStrictEqual } from 'node:util'
import { mediaNow } from './frame-clock.ts'
import { parseRtp, type RtpPacket } from './packet.ts'
import type { PortPair } from './port-pool.ts'
import type { MediaDescription, RtpAddress } from './sdp.ts'
import { SourceLock, sameAddress } from './source-lock.ts'
import { SrtpSender } from './srtp.ts'
import { SrtpKeyRing } from './srtp-key-ring.ts'

export interface TransportHandlers {
  /** A packet that came from the peer's address. */
  readonly onRtp: (packet: RtpPacket, nowMs: number) => void
  readonly onRtcp: (datagram: Buffer, nowMs: number) => void
}

/** A packet as the peer sealed it or will see it once opened: in the clear. Its bytes are the taker's own. */
export interface TappedPacket {
  readonly direction: 'in' | 'out'
  readonly kind: 'rtp' | 'rtcp'
  readonly remote: RtpAddress
  readonly ourPort: number
  readonly bytes: Uint8Array
  /** Of RTP: where its payload begins. */
  readonly headerBytes: number
  /** It bears a key that was pressed (RFC 4733). */
  readonly isKey: boolean
}

/** Gets each packet of a session, both ways, those of others left out. */
export type PacketTap = (packet: TappedPacket) => void

/** Both directions of SRTP, and the keys they were made of. */
interface Security {
  readonly agreement: NonNullable<MediaDescription['srtp']>
  readonly sender: SrtpSender
  readonly receiver: SrtpKeyRing
}

interface Route {
  readonly lock: SourceLock
  rtcpSignalled: RtpAddress
  /** Where the peer's RTCP really came from. */
  rtcpHeard: RtpAddress | undefined
  /** RTP and RTCP share the RTP port (RFC 5761). */
  mux: boolean
}

export class MediaTransport {
  readonly #ports: PortPair
  readonly #handlers: TransportHandlers
  #route: Route | undefined
  #security: Security | undefined
  #lastPacketAtMs: number | undefined
  #refused = 0
  /** Somebody has asked for a capture. */
  #tap: PacketTap | undefined
  #keyType: number | undefined

  constructor(ports: PortPair, handlers: TransportHandlers) {
    this.#ports = ports
    this.#handlers = handlers
    ports.rtp.on('message', (datagram, from) => this.#receive(datagram, from))
    ports.rtcp.on('message', (datagram, from) => this.#receiveRtcp(datagram, from))
    // An ICMP error (port unreachable) is the no-media timeout's business, not the process's.
    ports.rtp.on('error', () => {})
    ports.rtcp.on('error', () => {})
  }

  get rtpPort(): number {
    return this.#ports.rtpPort
  }

  /** Wall clock (of `mediaNow`) of the peer's last RTP packet; undefined before the first. */
  get lastPacketAtMs(): number | undefined {
    return this.#lastPacketAtMs
  }

  /** Datagrams of others, those that are no RTP, and those that the peer's key has not sealed or that came again. */
  get refused(): number {
    return this.#refused
  }

  /** undefined: in the clear. */
  get srtpSuite(): string | undefined {
    return this.#security?.agreement.suite
  }

  /** Copies of all packets go to `tap` from now on; undefined: no longer. */
  watch(tap: PacketTap | undefined): void {
    this.#tap = tap
  }

  /** Payload type of the other side's telephone-events; undefined: it has none. */
  set keyType(payloadType: number | undefined) {
    this.#keyType = payloadType
  }

  /** Where the other side is, at first and after each re-INVITE. Until the first time nothing is received. */
  lead(description: Pick<MediaDescription, 'remote' | 'rtcp' | 'rtcpMux' | 'srtp'>): void {
    this.#security = renewed(this.#security, description.srtp)
    const { remote, rtcp = { host: remote.host, port: remote.port + 1 }, rtcpMux: mux = false } = description
    const route = this.#route
    if (route === undefined) {
      this.#route = { lock: new SourceLock(remote), rtcpSignalled: rtcp, rtcpHeard: undefined, mux }
      return
    }
    route.lock.signal(remote)
    if (!sameAddress(route.rtcpSignalled, rtcp)) route.rtcpHeard = undefined
    route.rtcpSignalled = rtcp
    route.mux = mux
  }

  /** @param packet is spoilt by encryption. */
  sendRtp(packet: Buffer): void {
    const remote = this.#route?.lock.remote
    if (remote === undefined) return
    this.#tapRtp('out', packet, remote)
    this.#ports.rtp.send(this.#security?.sender.protectRtp(packet) ?? packet, remote.port, remote.host)
  }

  /** @param packet is spoilt by encryption. */
  sendRtcp(packet: Buffer): void {
    const route = this.#route
    if (route === undefined) return
    const remote = route.mux
      ? route.lock.remote
      : (route.rtcpHeard ?? { ...route.rtcpSignalled, host: this.#rtcpHost(route) })
    if (!route.mux && remote.port <= 0) return
    this.#tapRtcp('out', packet, remote, route)
    const datagram = this.#security?.sender.protectRtcp(packet) ?? packet
    const socket = route.mux ? this.#ports.rtp : this.#ports.rtcp
    socket.send(datagram, remote.port, remote.host)
  }

  /** Gives the ports back. */
  async close(): Promise<void> {
    await this.#ports.release()
  }

  #receive(datagram: Buffer, from: RemoteInfo): void {
    const route = this.#route
    if (route === undefined) return
    if (isRtcp(datagram)) {
      // Also where it was not agreed on: some phones do so all the same.
      this.#receiveRtcp(datagram, from)
      return
    }
    // STUN (0 to 3) and DTLS (20 to 63) differ from RTP in their first byte; neither is spoken here.
    const security = this.#security
    const clear = security === undefined ? datagram : security.receiver.unprotectRtp(datagram)
    if (clear === undefined) {
      this.#refused++
      return
    }
    const packet = parseRtp(clear)
    if (packet === undefined) {
      this.#refused++
      return
    }
    const nowMs = mediaNow()
    const source = { host: from.address, port: from.port }
    if (!route.lock.admits(source, packet, nowMs, security !== undefined)) {
      this.#refused++
      return
    }
    this.#lastPacketAtMs = nowMs
    this.#tapRtp('in', clear, source, packet)
    this.#handlers.onRtp(packet, nowMs)
  }

  #receiveRtcp(datagram: Buffer, from: RemoteInfo): void {
    const route = this.#route
    if (route === undefined || !isRtcp(datagram)) return
    const clear = this.#security === undefined ? datagram : this.#security.receiver.unprotectRtcp(datagram)
    if (clear === undefined) {
      this.#refused++
      return
    }
    // Its port may be any; its host is that of the sound, or what the SDP says.
    if (from.address !== route.lock.remote.host && from.address !== route.rtcpSignalled.host) {
      this.#refused++
      return
    }
    if (!route.mux && from.port !== route.lock.remote.port)
      route.rtcpHeard = { host: from.address, port: from.port }
    this.#tapRtcp('in', clear, { host: from.address, port: from.port }, route)
    this.#handlers.onRtcp(clear, mediaNow())
  }

  #tapRtp(
    direction: 'in' | 'out',
    bytes: Buffer,
    remote: RtpAddress,
    parsed = parseForTap(this.#tap, bytes),
  ): void {
    if (this.#tap === undefined || parsed === undefined) return
    this.#tap({
      direction,
      kind: 'rtp',
      remote,
      ourPort: this.rtpPort,
      bytes: Uint8Array.from(bytes),
      headerBytes: parsed.payload.byteOffset - bytes.byteOffset,
      isKey: parsed.payloadType === this.#keyType,
    })
  }

  #tapRtcp(direction: 'in' | 'out', bytes: Buffer, remote: RtpAddress, { mux }: Route): void {
    if (this.#tap === undefined) return
    const ourPort = mux ? this.rtpPort : this.rtpPort + 1
    const copy = Uint8Array.from(bytes)
    this.#tap({ direction, kind: 'rtcp', remote, ourPort, bytes: copy, headerBytes: 0, isKey: false })
  }

  /** Behind a NAT the SDP's host is not reached; the one that the sound comes from is. */
  #rtcpHost(route: Route): string {
    const { rtcpSignalled, lock } = route
    return lock.heard ? lock.remote.host : rtcpSignalled.host
  }
}

/** Only where somebody wants it. */
const parseForTap = (tap: PacketTap | undefined, bytes: Buffer): RtpPacket | undefined =>
  tap === undefined ? undefined : parseRtp(bytes)

/** A direction whose key is still the same goes on: its roll-over counter and replay window are part of the call. */
function renewed(before: Security | undefined, agreement: MediaDescription['srtp']): Security | undefined {
  if (agreement === undefined) return undefined
  const { suite, localKey, remoteKeys } = agreement
  const same = before?.agreement.suite === suite ? before : undefined
  return {
    agreement,
    sender: same?.agreement.localKey.equals(localKey) ? same.sender : new SrtpSender(suite, localKey),
    receiver:
      same !== undefined && isDeepStrictEqual(same.agreement.remoteKeys, remoteKeys)
        ? same.receiver
        : new SrtpKeyRing(suite, remoteKeys),
  }
}

/** RFC 5761 section 4: packet types 192 to 223 where RTP has marker and payload type. */
const isRtcp = (datagram: Buffer): boolean =>
  datagram.length >= 8 &&
  datagram.readUInt8(0) >> 6 === 2 &&
  datagram.readUInt8(1) >= 192 &&
  datagram.readUInt8(1) <= 223
