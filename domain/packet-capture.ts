/**
 * RTP and RTCP of a leg as they are kept, once somebody has asked for them: in blocks, each sealed with AES-256-GCM. Pure.
 *
 * ```
 * | DAERICAP | version 1 | 0 0 0 | key id 8 | salt 16 |        36 bytes, authenticated with every block, as is the name
 * | length 4 | sealed block | tag 16 | length 4 | ...          the last one may be cut by a crash
 * ```
 *
 * A block is packets one after the other: 21 bytes of who, whom and when, then as many bytes of the packet as are kept.
 * Each has its number as nonce under a key of the file's own.
 */
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { isIPv4 } from 'node:net'
import { dataKeyId } from './data-key-id.ts'
import type { CallId, LegId } from './ids.ts'

const MAGIC = 'DAERICAP'
const VERSION = 1
const KEY_ID_AT = 12
const SALT_AT = 20
const SALT_BYTES = 16
const TAG_BYTES = 16
const LENGTH_BYTES = 4
const PACKET_HEAD_BYTES = 21
const OUT = 1
const RTCP = 2

export const CAPTURE_HEADER_BYTES = SALT_AT + SALT_BYTES
/** What one leg may take at most, in plain bytes; longer than anybody looks at. */
export const MAX_CAPTURE_BYTES = 16 * 1_024 * 1_024

/** A file that is no capture, or whose key we don't have; it stays so. */
export class CaptureError extends Error {
  readonly retryable = false
}

/** One packet, in the clear as it was before or after encryption. */
export interface CapturedPacket {
  /** Microseconds since 1970. */
  readonly atUs: number
  /** Seen from our gateway. */
  readonly direction: 'in' | 'out'
  readonly kind: 'rtp' | 'rtcp'
  /** IPv4; 0.0.0.0 for what has none (a browser behind ICE). */
  readonly host: string
  readonly port: number
  readonly ourPort: number
  /** Length of the packet; `bytes` may be its beginning only. */
  readonly length: number
  readonly bytes: Uint8Array
}

/** Folder of a call's files within the data folder, one file a leg. */
export const captureFolder = (callId: CallId): string => `captures/${callId}`
export const captureFile = (callId: CallId, legId: LegId): string =>
  `${captureFolder(callId)}/${legId}.sealed`

/** What seals and opens the blocks of one file. */
export interface CaptureKey {
  readonly header: Buffer
  readonly key: KeyObject
  /** Authenticated with every block: the header, and whose file it is. */
  readonly bound: Buffer
}

/** For a new file, under a key of its own. @param name of the file. @param dataKey 64 hexadecimal digits. */
export function newCaptureKey(name: string, dataKey: string): CaptureKey {
  const header = Buffer.alloc(CAPTURE_HEADER_BYTES)
  header.write(MAGIC, 'ascii')
  header.writeUInt8(VERSION, 8)
  header.write(dataKeyId(dataKey), KEY_ID_AT, 'ascii')
  randomBytes(SALT_BYTES).copy(header, SALT_AT)
  return captureKey(header, name, dataKey)
}

function captureKey(header: Buffer, name: string, dataKey: string): CaptureKey {
  const salt = header.subarray(SALT_AT)
  const key = hkdfSync('sha256', Buffer.from(dataKey, 'hex'), salt, 'daeri capture', 32)
  return {
    header,
    key: createSecretKey(Buffer.from(key)),
    bound: Buffer.concat([header, Buffer.from(name)]),
  }
}

/** @param index of the block; each only once. @returns what follows the blocks before it. */
export function sealBlock(
  { key, bound }: CaptureKey,
  index: number,
  packets: readonly CapturedPacket[],
): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(index)).setAAD(bound)
  const sealed = Buffer.concat([...packets.map((packet) => cipher.update(written(packet))), cipher.final()])
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32BE(sealed.length)
  return Buffer.concat([length, sealed, cipher.getAuthTag()])
}

/**
 * The packets of a file in their order; a block that was cut by a crash, or changed, ends it.
 * @param name of the file.
 * @throws CaptureError for what is no capture of ours.
 */
export function openCapture(
  name: string,
  file: Buffer,
  dataKeys: readonly string[],
): Generator<CapturedPacket> {
  const header = file.subarray(0, CAPTURE_HEADER_BYTES)
  if (
    header.length < CAPTURE_HEADER_BYTES ||
    header.toString('ascii', 0, 8) !== MAGIC ||
    header.readUInt8(8) !== VERSION
  )
    throw new CaptureError('not a capture')
  const id = header.toString('ascii', KEY_ID_AT, SALT_AT)
  const dataKey = dataKeys.find((known) => dataKeyId(known) === id)
  if (dataKey === undefined) throw new CaptureError(`the data key ${id} is not configured`)
  return packetsIn(file, captureKey(header, name, dataKey))
}

function* packetsIn(file: Buffer, key: CaptureKey): Generator<CapturedPacket> {
  let at = CAPTURE_HEADER_BYTES
  for (let index = 0; at + LENGTH_BYTES <= file.length; index++) {
    const end = at + LENGTH_BYTES + file.readUInt32BE(at) + TAG_BYTES
    const block = end > file.length ? null : opened(key, index, file.subarray(at + LENGTH_BYTES, end))
    if (block === null) return
    at = end
    yield* packetsOf(block)
  }
}

/** null: cut or changed. */
function opened({ key, bound }: CaptureKey, index: number, sealed: Buffer): Buffer | null {
  const end = sealed.length - TAG_BYTES
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(index))
  decipher.setAAD(bound).setAuthTag(sealed.subarray(end))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()])
  } catch {
    return null
  }
}

function written({ atUs, direction, kind, host, port, ourPort, length, bytes }: CapturedPacket): Buffer {
  const packet = Buffer.alloc(PACKET_HEAD_BYTES + bytes.length)
  packet.writeBigUInt64BE(BigInt(Math.round(atUs)), 0)
  packet.writeUInt8((direction === 'out' ? OUT : 0) | (kind === 'rtcp' ? RTCP : 0), 8)
  packet.set(isIPv4(host) ? host.split('.').map(Number) : [0, 0, 0, 0], 9)
  packet.writeUInt16BE(port, 13)
  packet.writeUInt16BE(ourPort, 15)
  packet.writeUInt16BE(length, 17)
  packet.writeUInt16BE(bytes.length, 19)
  packet.set(bytes, PACKET_HEAD_BYTES)
  return packet
}

function* packetsOf(block: Buffer): Generator<CapturedPacket> {
  for (let at = 0; at < block.length; ) {
    const flags = block.readUInt8(at + 8)
    const kept = block.readUInt16BE(at + 19)
    yield {
      atUs: Number(block.readBigUInt64BE(at)),
      direction: flags & OUT ? 'out' : 'in',
      kind: flags & RTCP ? 'rtcp' : 'rtp',
      host: block.subarray(at + 9, at + 13).join('.'),
      port: block.readUInt16BE(at + 13),
      ourPort: block.readUInt16BE(at + 15),
      length: block.readUInt16BE(at + 17),
      bytes: block.subarray(at + PACKET_HEAD_BYTES, at + PACKET_HEAD_BYTES + kept),
    }
    at += PACKET_HEAD_BYTES + kept
  }
}

function nonceOf(index: number): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(index, 8)
  return nonce
}
