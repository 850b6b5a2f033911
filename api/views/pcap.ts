/** Captures for Wireshark: tcpdump's format (draft-ietf-opsawg-pcap) with bare IPv4 packets. */
import { isIPv4 } from 'node:net'
import type { CapturedPacket } from '../../domain/packet-capture.ts'
import type { SignallingLog, SignallingMessage } from '../../domain/signalling.ts'

const MAGIC = 0xa1b2c3d4
const LINKTYPE_RAW = 101
const SNAP_LENGTH = 65_535
const IP_HEADER_BYTES = 20
const UDP_HEADER_BYTES = 8
const UDP = 17
const LONGEST = SNAP_LENGTH - IP_HEADER_BYTES - UDP_HEADER_BYTES

interface Address {
  readonly host: string
  readonly port: number
}

interface Datagram {
  /** Microseconds since 1970. */
  readonly atUs: number
  readonly from: Address
  readonly to: Address
  /** Its length on the wire; `bytes` may be its beginning only. */
  readonly length: number
  readonly bytes: Uint8Array
}

/**
 * A capture of the messages, each in a UDP packet, whatever it really came by, and of the packets between them.
 * @param ours address of the gateway; what is no IPv4 address is shown as 0.0.0.0.
 * @param legs packets of a leg each, the earliest first.
 */
export function* pcapOf(
  logs: readonly SignallingLog[],
  ours: Address,
  legs: readonly Iterable<CapturedPacket>[] = [],
): Generator<Buffer> {
  yield fileHeader()
  const messages = logs.flatMap((log) => log.messages).sort((a, b) => a.at.localeCompare(b.at))
  const sources = [
    messages.map((message) => ofMessage(message, ours)).values(),
    ...legs.map((packets) => ofPackets(packets, ours.host)),
  ]
  for (const datagram of inOrder(sources)) yield record(datagram)
}

function fileHeader(): Buffer {
  const header = Buffer.alloc(24)
  header.writeUInt32LE(MAGIC, 0)
  header.writeUInt16LE(2, 4)
  header.writeUInt16LE(4, 6)
  header.writeUInt32LE(SNAP_LENGTH, 16)
  header.writeUInt32LE(LINKTYPE_RAW, 20)
  return header
}

function ofMessage({ at, direction, host, port, text }: SignallingMessage, ours: Address): Datagram {
  const bytes = Buffer.from(text).subarray(0, LONGEST)
  const theirs = { host, port }
  const [from, to] = direction === 'in' ? [theirs, ours] : [ours, theirs]
  return { atUs: Date.parse(at) * 1_000, from, to, length: bytes.length, bytes }
}

function* ofPackets(packets: Iterable<CapturedPacket>, ourHost: string): Generator<Datagram> {
  for (const { atUs, direction, host, port, ourPort, length, bytes } of packets) {
    const [theirs, ours] = [
      { host, port },
      { host: ourHost, port: ourPort },
    ]
    const [from, to] = direction === 'in' ? [theirs, ours] : [ours, theirs]
    yield { atUs, from, to, length, bytes }
  }
}

/** Several sequences, each in order of time, as one. */
function* inOrder(sources: readonly Iterator<Datagram>[]): Generator<Datagram> {
  const heads = sources.map((source) => ({ source, next: source.next() }))
  for (;;) {
    let first: (typeof heads)[number] | undefined
    for (const head of heads) {
      if (head.next.done === true) continue
      const best = first?.next
      if (best === undefined || best.done === true || head.next.value.atUs < best.value.atUs) first = head
    }
    if (first === undefined || first.next.done === true) return
    yield first.next.value
    first.next = first.source.next()
  }
}

function record({ atUs, from, to, length, bytes }: Datagram): Buffer {
  const headers = IP_HEADER_BYTES + UDP_HEADER_BYTES
  const packet = Buffer.alloc(headers)
  packet.writeUInt8(0x45, 0)
  packet.writeUInt16BE(headers + length, 2)
  packet.writeUInt8(64, 8)
  packet.writeUInt8(UDP, 9)
  packet.set(octets(from.host), 12)
  packet.set(octets(to.host), 16)
  packet.writeUInt16BE(checksum(packet.subarray(0, IP_HEADER_BYTES)), 10)
  packet.writeUInt16BE(from.port, IP_HEADER_BYTES)
  packet.writeUInt16BE(to.port, IP_HEADER_BYTES + 2)
  // Checksum 0: none (RFC 768).
  packet.writeUInt16BE(UDP_HEADER_BYTES + length, IP_HEADER_BYTES + 4)
  const head = Buffer.alloc(16)
  head.writeUInt32LE(Math.floor(atUs / 1_000_000), 0)
  head.writeUInt32LE(atUs % 1_000_000, 4)
  head.writeUInt32LE(headers + bytes.length, 8)
  head.writeUInt32LE(headers + length, 12)
  return Buffer.concat([head, packet, bytes])
}

const octets = (host: string): number[] => (isIPv4(host) ? host.split('.').map(Number) : [0, 0, 0, 0])

/** RFC 1071. */
function checksum(bytes: Buffer): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}
