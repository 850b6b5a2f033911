/** SIP messages for the page, and for Wireshark. */
import { isIPv4 } from 'node:net'
import type { SignallingLog, SignallingMessage } from '../../domain/signalling.ts'
import type { Signalling } from '../schemas/telephone.ts'

export const viewSignalling = (logs: readonly SignallingLog[]): Signalling => ({
  legs: logs.map(({ legId, messages, dropped }) => ({
    leg_id: legId,
    messages: messages.map(viewMessage),
    dropped,
  })),
})

function viewMessage({
  at,
  direction,
  host,
  port,
  text,
}: SignallingMessage): Signalling['legs'][number]['messages'][number] {
  const [, status, reason] = /^SIP\/2\.0 (\d{3}) ?(.*?)\r?\n/i.exec(text) ?? []
  const [, cseqMethod = ''] = /^CSeq\s*:\s*\d+\s+(\S+)/im.exec(text) ?? []
  const method = status === undefined ? (text.split(' ')[0] ?? '') : cseqMethod
  return {
    at,
    direction,
    peer: `${host}:${port}`,
    summary: status === undefined ? method : `${status} ${reason}`.trim(),
    method,
    status: status === undefined ? null : Number(status),
    text,
  }
}

/** tcpdump's format (draft-ietf-opsawg-pcap) with bare IP packets. */
const MAGIC = 0xa1b2c3d4
const LINKTYPE_RAW = 101
const SNAP_LENGTH = 65_535
const IP_HEADER_BYTES = 20
const UDP_HEADER_BYTES = 8
const UDP = 17

/**
 * A capture of the messages, each in a UDP packet, whatever it really came by.
 * @param ours address of the gateway; what is no IPv4 address is shown as 0.0.0.0.
 */
export function pcapOf(
  logs: readonly SignallingLog[],
  ours: { readonly host: string; readonly port: number },
): Buffer {
  const header = Buffer.alloc(24)
  header.writeUInt32LE(MAGIC, 0)
  header.writeUInt16LE(2, 4)
  header.writeUInt16LE(4, 6)
  header.writeUInt32LE(SNAP_LENGTH, 16)
  header.writeUInt32LE(LINKTYPE_RAW, 20)
  const messages = logs.flatMap((log) => log.messages).sort((a, b) => a.at.localeCompare(b.at))
  return Buffer.concat([header, ...messages.map((message) => record(message, ours))])
}

function record(message: SignallingMessage, ours: { readonly host: string; readonly port: number }): Buffer {
  const [from, to] = message.direction === 'in' ? [message, ours] : [ours, message]
  const longest = SNAP_LENGTH - IP_HEADER_BYTES - UDP_HEADER_BYTES
  const payload = Buffer.from(message.text).subarray(0, longest)
  const packet = Buffer.alloc(IP_HEADER_BYTES + UDP_HEADER_BYTES)
  packet.writeUInt8(0x45, 0)
  packet.writeUInt16BE(packet.length + payload.length, 2)
  packet.writeUInt8(64, 8)
  packet.writeUInt8(UDP, 9)
  packet.set(octets(from.host), 12)
  packet.set(octets(to.host), 16)
  packet.writeUInt16BE(checksum(packet.subarray(0, IP_HEADER_BYTES)), 10)
  packet.writeUInt16BE(from.port, IP_HEADER_BYTES)
  packet.writeUInt16BE(to.port, IP_HEADER_BYTES + 2)
  // Checksum 0: none (RFC 768).
  packet.writeUInt16BE(UDP_HEADER_BYTES + payload.length, IP_HEADER_BYTES + 4)
  const atMs = Date.parse(message.at)
  const head = Buffer.alloc(16)
  head.writeUInt32LE(Math.floor(atMs / 1_000), 0)
  head.writeUInt32LE((atMs % 1_000) * 1_000, 4)
  head.writeUInt32LE(packet.length + payload.length, 8)
  head.writeUInt32LE(packet.length + payload.length, 12)
  return Buffer.concat([head, packet, payload])
}

const octets = (host: string): number[] => (isIPv4(host) ? host.split('.').map(Number) : [0, 0, 0, 0])

/** RFC 1071. */
function checksum(bytes: Buffer): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}
