/**
 * RTCP packets (RFC 3550 section 6): sender and receiver reports, CNAME and BYE.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |V=2|P|    RC   |   PT=SR=200   |             length            |
 * |                         SSRC of sender                        |
 * |              NTP timestamp, most significant word             |
 * |             NTP timestamp, least significant word             |
 * |                         RTP timestamp                         |
 * |                     sender's packet count                     |
 * |                      sender's octet count                     |
 * |                 SSRC_1 (SSRC of first source)                 |
 * | fraction lost |       cumulative number of packets lost       |
 * |           extended highest sequence number received           |
 * |                      interarrival jitter                      |
 * |                         last SR (LSR)                         |
 * |                   delay since last SR (DLSR)                  |
 * ```
 */

const SENDER_REPORT = 200
const RECEIVER_REPORT = 201
const SOURCE_DESCRIPTION = 202
const BYE = 203

const HEADER_BYTES = 4
const SENDER_INFO_BYTES = 20
const BLOCK_BYTES = 24
const CNAME_ITEM = 1

/** What a receiver says of one source. */
export interface ReportBlock {
  readonly ssrc: number
  /** Of 256, since the report before. */
  readonly fractionLost: number
  /** 24 bits with sign: duplicates make it negative. */
  readonly cumulativeLost: number
  /** Highest sequence number with the count of wrap-arounds before it. */
  readonly extendedHighest: number
  /** In units of the RTP timestamp. */
  readonly jitter: number
  /** Middle 32 bits of the NTP time of the last sender report; 0: none yet. */
  readonly lastSenderReport: number
  /** Since that report, in 1/65536 s. */
  readonly delaySinceLast: number
}

export interface SenderInfo {
  /** Seconds since 1900 and the fraction, 32 bits each. */
  readonly ntpSeconds: number
  readonly ntpFraction: number
  readonly rtpTimestamp: number
  readonly packets: number
  readonly octets: number
}

export type RtcpPacket =
  | {
      readonly type: 'report'
      readonly ssrc: number
      /** undefined: a receiver report, its author has sent nothing of late. */
      readonly sender: SenderInfo | undefined
      readonly blocks: readonly ReportBlock[]
    }
  | { readonly type: 'cname'; readonly ssrc: number; readonly cname: string }
  | { readonly type: 'bye'; readonly ssrcs: readonly number[] }

/**
 * The packets of a datagram that we know, in order; feedback and extensions are passed over.
 * @returns undefined for what is no compound packet (RFC 3550 appendix A.2): one wrong length condemns it all.
 */
export function parseRtcp(datagram: Buffer): readonly RtcpPacket[] | undefined {
  const packets: RtcpPacket[] = []
  for (let at = 0; at < datagram.length; ) {
    if (datagram.length < at + HEADER_BYTES) return undefined
    const first = datagram.readUInt8(at)
    const type = datagram.readUInt8(at + 1)
    let end = at + HEADER_BYTES + datagram.readUInt16BE(at + 2) * 4
    if (first >> 6 !== 2 || type < 192 || type > 223 || end > datagram.length) return undefined
    const next = end
    if (first & 0x20) {
      if (next < datagram.length) return undefined // only the last packet may be padded
      end -= datagram.readUInt8(end - 1)
      if (end < at + HEADER_BYTES) return undefined
    }
    const read = readPacket(datagram.subarray(at, end), first & 0x1f, type)
    if (read === undefined) return undefined
    packets.push(...read)
    at = next
  }
  return packets.length === 0 && datagram.length === 0 ? undefined : packets
}

function readPacket(packet: Buffer, count: number, type: number): readonly RtcpPacket[] | undefined {
  switch (type) {
    case SENDER_REPORT:
    case RECEIVER_REPORT:
      return readReport(packet, count, type === SENDER_REPORT)
    case SOURCE_DESCRIPTION:
      return readDescriptions(packet, count)
    case BYE: {
      if (packet.length < HEADER_BYTES + count * 4) return undefined
      const ssrcs = Array.from({ length: count }, (_, i) => packet.readUInt32BE(HEADER_BYTES + i * 4))
      return [{ type: 'bye', ssrcs }]
    }
    default:
      return []
  }
}

function readReport(packet: Buffer, count: number, fromSender: boolean): readonly RtcpPacket[] | undefined {
  const blocksAt = HEADER_BYTES + 4 + (fromSender ? SENDER_INFO_BYTES : 0)
  if (packet.length < blocksAt + count * BLOCK_BYTES) return undefined
  const blocks = Array.from({ length: count }, (_, i) => readBlock(packet, blocksAt + i * BLOCK_BYTES))
  const sender = fromSender
    ? {
        ntpSeconds: packet.readUInt32BE(8),
        ntpFraction: packet.readUInt32BE(12),
        rtpTimestamp: packet.readUInt32BE(16),
        packets: packet.readUInt32BE(20),
        octets: packet.readUInt32BE(24),
      }
    : undefined
  return [{ type: 'report', ssrc: packet.readUInt32BE(HEADER_BYTES), sender, blocks }]
}

function readBlock(packet: Buffer, at: number): ReportBlock {
  return {
    ssrc: packet.readUInt32BE(at),
    fractionLost: packet.readUInt8(at + 4),
    cumulativeLost: packet.readIntBE(at + 5, 3),
    extendedHighest: packet.readUInt32BE(at + 8),
    jitter: packet.readUInt32BE(at + 12),
    lastSenderReport: packet.readUInt32BE(at + 16),
    delaySinceLast: packet.readUInt32BE(at + 20),
  }
}

/** Chunks of items, each chunk ended by a zero and filled up to 32 bits. */
function readDescriptions(packet: Buffer, count: number): readonly RtcpPacket[] | undefined {
  const names: RtcpPacket[] = []
  let at = HEADER_BYTES
  for (let chunk = 0; chunk < count; chunk++) {
    if (packet.length < at + 4) return undefined
    const ssrc = packet.readUInt32BE(at)
    at += 4
    for (;;) {
      if (at >= packet.length) return undefined
      const item = packet.readUInt8(at)
      if (item === 0) break
      if (at + 2 > packet.length) return undefined
      const length = packet.readUInt8(at + 1)
      if (at + 2 + length > packet.length) return undefined
      if (item === CNAME_ITEM)
        names.push({ type: 'cname', ssrc, cname: packet.toString('utf8', at + 2, at + 2 + length) })
      at += 2 + length
    }
    at = (at + 4) & ~3
  }
  return names
}

/** What goes into one compound packet: a report first and always, then who we are. */
export interface RtcpCompound {
  readonly ssrc: number
  readonly cname: string
  /** undefined: we have not sent audio of late. */
  readonly sender: SenderInfo | undefined
  readonly blocks: readonly ReportBlock[]
  /** We leave. */
  readonly bye: boolean
}

export function serialiseRtcp({ ssrc, cname, sender, blocks, bye }: RtcpCompound): Buffer {
  const reportBytes =
    HEADER_BYTES + 4 + (sender === undefined ? 0 : SENDER_INFO_BYTES) + blocks.length * BLOCK_BYTES
  const name = Buffer.from(cname, 'utf8').subarray(0, 255)
  // At least one zero ends the items.
  const descriptionBytes = HEADER_BYTES + ((4 + 2 + name.length + 4) & ~3)
  const datagram = Buffer.alloc(reportBytes + descriptionBytes + (bye ? HEADER_BYTES + 4 : 0))
  const type = sender === undefined ? RECEIVER_REPORT : SENDER_REPORT
  let at = writeHeader(datagram, 0, blocks.length, type, reportBytes)
  at = datagram.writeUInt32BE(ssrc, at)
  if (sender !== undefined) {
    const { ntpSeconds, ntpFraction, rtpTimestamp, packets, octets } = sender
    for (const word of [ntpSeconds, ntpFraction, rtpTimestamp, packets, octets])
      at = datagram.writeUInt32BE(word >>> 0, at)
  }
  for (const block of blocks) at = writeBlock(datagram, at, block)
  at = writeHeader(datagram, reportBytes, 1, SOURCE_DESCRIPTION, descriptionBytes)
  at = datagram.writeUInt32BE(ssrc, at)
  at = datagram.writeUInt8(CNAME_ITEM, at)
  at = datagram.writeUInt8(name.length, at)
  name.copy(datagram, at)
  if (bye) {
    at = writeHeader(datagram, reportBytes + descriptionBytes, 1, BYE, HEADER_BYTES + 4)
    datagram.writeUInt32BE(ssrc, at)
  }
  return datagram
}

function writeHeader(datagram: Buffer, at: number, count: number, type: number, bytes: number): number {
  datagram.writeUInt8(0x80 | count, at)
  datagram.writeUInt8(type, at + 1)
  return datagram.writeUInt16BE(bytes / 4 - 1, at + 2)
}

const MAX_LOST = 0x7fffff

function writeBlock(datagram: Buffer, start: number, block: ReportBlock): number {
  let at = datagram.writeUInt32BE(block.ssrc, start)
  at = datagram.writeUInt8(block.fractionLost, at)
  at = datagram.writeIntBE(Math.max(-MAX_LOST - 1, Math.min(MAX_LOST, block.cumulativeLost)), at, 3)
  at = datagram.writeUInt32BE(block.extendedHighest >>> 0, at)
  at = datagram.writeUInt32BE(Math.round(block.jitter) >>> 0, at)
  at = datagram.writeUInt32BE(block.lastSenderReport >>> 0, at)
  return datagram.writeUInt32BE(block.delaySinceLast >>> 0, at)
}
