/**
 * Secure RTP and RTCP (RFC 3711): encrypts and authenticates what we send, and lets in what the peer's key has sealed,
 * each packet once. One instance a direction.
 */
import { type CryptoSuite, LONGEST_LIFETIME } from '../sip/sdp-crypto.ts'
import { sequenceDistance } from './packet.ts'
import { ReplayWindow } from './replay-window.ts'
import { makeCipher, type PacketCipher } from './srtp-cipher.ts'

const FIXED_HEADER_BYTES = 12
const RTCP_HEADER_BYTES = 8
/** The E bit and the index of SRTCP. */
const RTCP_INDEX_BYTES = 4
const ENCRYPTED = 0x80000000
const ROLL = 2 ** 16
/** A peer changes its SSRC now and then; more than this is somebody who plays. */
const MAX_STREAMS = 16
const GCM_TAG_BYTES = 16

/** How far a stream has come. */
interface StreamState {
  /** Packet index (roll-over counter and sequence) of the newest packet. */
  highest: number
  readonly window: ReplayWindow
}

/** @param key master key and salt of the sender. */
abstract class SrtpDirection {
  protected readonly rtp: PacketCipher
  protected readonly rtcp: PacketCipher
  protected readonly roc = Buffer.alloc(4)

  constructor(suite: CryptoSuite, key: Buffer) {
    this.rtp = makeCipher(suite, 'rtp', key)
    this.rtcp = makeCipher(suite, 'rtcp', key)
  }

  /** The roll-over counter is authenticated but never sent. */
  protected rocOf(index: number): Buffer {
    this.roc.writeUInt32BE(Math.floor(index / ROLL) >>> 0)
    return this.roc
  }
}

export class SrtpSender extends SrtpDirection {
  #highest: number | undefined
  #rtcpIndex = 0

  /** A new datagram; `packet` is encrypted in place. Packets come in order. */
  protectRtp(packet: Buffer): Buffer {
    const sequence = packet.readUInt16BE(2)
    const last = this.#highest ?? sequence
    const index = last + sequenceDistance(sequence, last % ROLL)
    this.#highest = Math.max(last, index)
    const start = rtpHeaderBytes(packet) ?? packet.length
    const tag = this.rtp.seal(packet, start, packet.readUInt32BE(8), index, this.rocOf(index))
    return Buffer.concat([packet, tag])
  }

  /** A new datagram; `packet` is encrypted in place. */
  protectRtcp(packet: Buffer): Buffer {
    const index = this.#rtcpIndex
    this.#rtcpIndex = (index + 1) % 2 ** 31
    const trailer = Buffer.alloc(RTCP_INDEX_BYTES)
    trailer.writeUInt32BE((ENCRYPTED | index) >>> 0)
    const tag = this.rtcp.seal(packet, RTCP_HEADER_BYTES, packet.readUInt32BE(4), index, trailer)
    // RFC 7714 section 9: with GCM the tag belongs to the ciphertext and comes before the index.
    return Buffer.concat(
      this.rtcp.tagBytes === GCM_TAG_BYTES ? [packet, tag, trailer] : [packet, trailer, tag],
    )
  }
}

/** How far the streams of one peer have come; the same for all its keys. */
export class SrtpStreams {
  readonly rtp = new Map<number, StreamState>()
  readonly rtcp = new Map<number, ReplayWindow>()
}

export interface SrtpReceiverOptions {
  /** Packets that the key may seal (RFC 4568 section 6.1); what comes after them is refused. Default 2^48. */
  readonly lifetime?: number
  readonly streams?: SrtpStreams
}

export class SrtpReceiver extends SrtpDirection {
  readonly #streams: Map<number, StreamState>
  readonly #rtcpWindows: Map<number, ReplayWindow>
  #packetsLeft: number

  constructor(suite: CryptoSuite, key: Buffer, options: SrtpReceiverOptions = {}) {
    super(suite, key)
    const { lifetime = LONGEST_LIFETIME, streams = new SrtpStreams() } = options
    this.#streams = streams.rtp
    this.#rtcpWindows = streams.rtcp
    this.#packetsLeft = lifetime
  }

  /** Bytes that follow a key identifier in RTP: the tag, which with GCM belongs to what is before. */
  get rtpTrailerBytes(): number {
    return this.rtp.tagBytes === GCM_TAG_BYTES ? 0 : this.rtp.tagBytes
  }

  get rtcpTrailerBytes(): number {
    return this.rtcp.tagBytes === GCM_TAG_BYTES ? 0 : this.rtcp.tagBytes
  }

  /** @returns the RTP packet, in the datagram's memory; undefined: not sealed by the peer's key, or seen before. */
  unprotectRtp(datagram: Buffer): Buffer | undefined {
    const end = datagram.length - this.rtp.tagBytes
    const packet = datagram.subarray(0, Math.max(0, end))
    const start = rtpHeaderBytes(packet)
    if (start === undefined) return undefined
    const ssrc = packet.readUInt32BE(8)
    const state = this.#streams.get(ssrc)
    const index = guessIndex(packet.readUInt16BE(2), state?.highest)
    if (index < 0 || this.#packetsLeft <= 0 || state?.window.isReplayed(index)) return undefined
    if (!this.rtp.open(packet, start, ssrc, index, this.rocOf(index), datagram.subarray(end)))
      return undefined
    const known = state ?? remember(this.#streams, ssrc, { highest: index, window: new ReplayWindow() })
    this.#packetsLeft -= 1
    known.window.accept(index)
    known.highest = Math.max(known.highest, index)
    return packet
  }

  /** @returns the RTCP packet; undefined: not sealed by the peer's key, or seen before. */
  unprotectRtcp(datagram: Buffer): Buffer | undefined {
    const { tagBytes } = this.rtcp
    const end = datagram.length - tagBytes - RTCP_INDEX_BYTES
    if (end < RTCP_HEADER_BYTES) return undefined
    const tagFirst = tagBytes === GCM_TAG_BYTES
    const trailerAt = tagFirst ? end + tagBytes : end
    const tagAt = tagFirst ? end : end + RTCP_INDEX_BYTES
    const trailer = datagram.subarray(trailerAt, trailerAt + RTCP_INDEX_BYTES)
    const word = trailer.readUInt32BE()
    // Without the E bit only the tag is there; nobody who has agreed on encryption sends that.
    if (word < ENCRYPTED) return undefined
    const index = word - ENCRYPTED
    const packet = datagram.subarray(0, end)
    const ssrc = packet.readUInt32BE(4)
    const window = this.#rtcpWindows.get(ssrc)
    if (window?.isReplayed(index)) return undefined
    const tag = datagram.subarray(tagAt, tagAt + tagBytes)
    if (!this.rtcp.open(packet, RTCP_HEADER_BYTES, ssrc, index, trailer, tag)) return undefined
    const known = window ?? remember(this.#rtcpWindows, ssrc, new ReplayWindow())
    known.accept(index)
    return packet
  }
}

/** Only authenticated streams are remembered; the oldest gives way. */
function remember<State>(states: Map<number, State>, ssrc: number, state: State): State {
  for (const oldest of states.keys()) {
    if (states.size < MAX_STREAMS) break
    states.delete(oldest)
  }
  states.set(ssrc, state)
  return state
}

/** RFC 3711 appendix A: the roll-over counter with which the sequence number is nearest to the newest packet. */
function guessIndex(sequence: number, highest: number | undefined): number {
  if (highest === undefined) return sequence
  return highest + sequenceDistance(sequence, highest % ROLL)
}

/** Where the payload begins; undefined for what is no RTP. */
function rtpHeaderBytes(packet: Buffer): number | undefined {
  if (packet.length < FIXED_HEADER_BYTES || packet.readUInt8(0) >> 6 !== 2) return undefined
  const first = packet.readUInt8(0)
  let bytes = FIXED_HEADER_BYTES + (first & 0x0f) * 4
  if (first & 0x10) {
    if (packet.length < bytes + 4) return undefined
    bytes += 4 + packet.readUInt16BE(bytes + 2) * 4
  }
  return bytes <= packet.length ? bytes : undefined
}
