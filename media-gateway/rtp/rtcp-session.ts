/** One side of the RTCP conversation (RFC 3550 section 6). Pure: time and randomness are arguments. */
import { SAMPLES_PER_MS } from '../../domain/media-socket.ts'
import type { ReceiverStatistics } from './receiver-statistics.ts'
import { parseRtcp, type ReportBlock, type SenderInfo, serialiseRtcp } from './rtcp-packet.ts'

/** Two parties never need more than 5 % of their bandwidth at the shortest interval allowed; the first half as long. */
const INTERVAL_MS = 5_000
/** Seconds from 1900 to 1970. */
const NTP_EPOCH_SECONDS = 2_208_988_800
const TWO_TO_32 = 2 ** 32
/** A round trip above this is a mistake of somebody's clock. */
const MAX_ROUND_TRIP_MS = 30_000

export interface RtcpSessionOptions {
  readonly ssrc: number
  readonly cname: string
  /** Milliseconds since 1970 at media time 0. */
  readonly epochMs: number
  readonly nowMs: number
  /** 0 to 1, again and again. */
  readonly random: () => number
}

/** What the other side's reports say of our stream, and how far away it is. */
export interface RemoteReport {
  /** Of what we have sent since the call began, percent; null before the first report. */
  readonly lossPercent: number | null
  readonly jitterMs: number | null
  readonly roundTripMs: number | null
}

/** What we have sent so far, for a sender report. */
export interface Sent {
  readonly packets: number
  /** Payload only. */
  readonly bytes: number
  /** RTP timestamp that belongs to now. */
  readonly timestamp: number
}

export class RtcpSession {
  readonly #options: RtcpSessionOptions
  #dueAtMs: number
  #packetsReported = 0
  #remote: ReportBlock | undefined
  #roundTripMs: number | null = null
  #lastSenderReport: { readonly ssrc: number; readonly middle: number; readonly atMs: number } | undefined
  #packetsSent = 0

  constructor(options: RtcpSessionOptions) {
    this.#options = options
    this.#dueAtMs = options.nowMs + this.#interval() / 2
  }

  get remote(): RemoteReport {
    const block = this.#remote
    const sent = this.#packetsSent
    return {
      lossPercent:
        block === undefined || sent === 0 ? null : round1((Math.max(0, block.cumulativeLost) * 100) / sent),
      jitterMs: block === undefined ? null : round1(block.jitter / SAMPLES_PER_MS),
      roundTripMs: this.#roundTripMs === null ? null : round1(this.#roundTripMs),
    }
  }

  isDue(nowMs: number): boolean {
    return nowMs >= this.#dueAtMs
  }

  /** The next compound packet; the next one is due some seconds later. @param bye with it we leave. */
  report(nowMs: number, sent: Sent, statistics: ReceiverStatistics, bye = false): Buffer {
    this.#dueAtMs = nowMs + this.#interval()
    const reception = statistics.report()
    const last = this.#lastSenderReport
    const heard = reception !== undefined && last?.ssrc === reception.ssrc ? last : undefined
    const blocks =
      reception === undefined
        ? []
        : [
            {
              ...reception,
              lastSenderReport: heard?.middle ?? 0,
              delaySinceLast: heard === undefined ? 0 : Math.round(((nowMs - heard.atMs) * 65_536) / 1_000),
            },
          ]
    const active = sent.packets > this.#packetsReported
    this.#packetsReported = sent.packets
    this.#packetsSent = sent.packets
    const { ssrc, cname } = this.#options
    return serialiseRtcp({
      ssrc,
      cname,
      sender: active ? this.#senderInfo(nowMs, sent) : undefined,
      blocks,
      bye,
    })
  }

  /** @returns whether it was RTCP. Anything else changes nothing. */
  receive(datagram: Buffer, nowMs: number): boolean {
    const packets = parseRtcp(datagram)
    if (packets === undefined) return false
    for (const packet of packets) {
      if (packet.type !== 'report') continue
      if (packet.sender !== undefined)
        this.#lastSenderReport = { ssrc: packet.ssrc, middle: middleOf(packet.sender), atMs: nowMs }
      const block = packet.blocks.find(({ ssrc }) => ssrc === this.#options.ssrc)
      if (block !== undefined) this.#heardOfUs(block, nowMs)
    }
    return true
  }

  #heardOfUs(block: ReportBlock, nowMs: number): void {
    this.#remote = block
    if (block.lastSenderReport === 0) return
    const elapsed = (middleOf(this.#ntp(nowMs)) - block.lastSenderReport - block.delaySinceLast) | 0
    const ms = (elapsed * 1_000) / 65_536
    // A clock of theirs that counts a little fast makes a short way look negative.
    if (ms > -50 && ms <= MAX_ROUND_TRIP_MS) this.#roundTripMs = Math.max(0, ms)
  }

  #senderInfo(nowMs: number, { packets, bytes, timestamp }: Sent): SenderInfo {
    return { ...this.#ntp(nowMs), rtpTimestamp: timestamp, packets, octets: bytes % TWO_TO_32 }
  }

  #ntp(nowMs: number): Pick<SenderInfo, 'ntpSeconds' | 'ntpFraction'> {
    const ms = this.#options.epochMs + nowMs
    const seconds = Math.floor(ms / 1_000)
    return {
      ntpSeconds: (seconds + NTP_EPOCH_SECONDS) % TWO_TO_32,
      ntpFraction: Math.floor(((ms - seconds * 1_000) * TWO_TO_32) / 1_000),
    }
  }

  /** RFC 3550 section 6.3.1: 0.5 to 1.5 times the interval, so that reports don't meet. */
  #interval(): number {
    return INTERVAL_MS * (0.5 + this.#options.random())
  }
}

/** The middle 32 of the 64 bits: 1/65536 s. */
const middleOf = ({ ntpSeconds, ntpFraction }: Pick<SenderInfo, 'ntpSeconds' | 'ntpFraction'>): number =>
  (((ntpSeconds & 0xffff) << 16) | (ntpFraction >>> 16)) >>> 0

const round1 = (value: number) => Math.round(value * 10) / 10
