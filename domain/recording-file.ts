/**
 * The recording of a leg at rest: G.711 of both sides, sealed second by second with AES-256-GCM. Pure.
 *
 * ```
 * | DAERIREC | version 1 | law 1 | 0 0 | key id 8 | salt 16 |      36 bytes, authenticated with every chunk
 * | sealed second | tag 16 | sealed second | tag 16 | ...         the last one may be shorter
 * ```
 *
 * A second is 7 bytes that say which of its 50 frames were left out (bit 0 of the first byte is the first frame), then
 * the samples, caller and ours in turns. Each has its number as nonce under a key of the file's own, and none is written
 * twice: so it is readable after a crash up to its last whole second, from any second on.
 */
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { dataKeyId } from './data-key-id.ts'
import { decodeG711Into } from './g711.ts'
import { type Codec, FRAME_SAMPLES } from './media-socket.ts'

const MAGIC = 'DAERIREC'
const VERSION = 1
const KEY_ID_AT = 12
const SALT_AT = 20
const SALT_BYTES = 16
const TAG_BYTES = 16
const LAWS: readonly Codec[] = ['PCMU', 'PCMA']

export const RECORDING_EXTENSION = '.rec'
export const RECORDING_HEADER_BYTES = SALT_AT + SALT_BYTES
/** Samples of each side in a whole chunk: one second. */
export const CHUNK_SAMPLES = 8_000
const CHUNK_FRAMES = CHUNK_SAMPLES / FRAME_SAMPLES
const MARK_BYTES = Math.ceil(CHUNK_FRAMES / 8)
const sealedBytes = (samples: number): number => MARK_BYTES + 2 * samples + TAG_BYTES
export const SEALED_CHUNK_BYTES = sealedBytes(CHUNK_SAMPLES)

const WAV_HEADER_BYTES = 44
const WAV_BYTES_PER_SAMPLE = 4

/** A file that is no recording, or whose key we don't have, or that was changed; it stays so. */
export class RecordingError extends Error {
  readonly retryable = false
}

/** What opens the chunks of one file. */
export interface RecordingKey {
  readonly header: Buffer
  readonly codec: Codec
  readonly key: KeyObject
}

/** One second, or less at the end. */
export interface RecordingChunk {
  /** G.711 codes of the recording's law, equally many. */
  readonly caller: Uint8Array
  readonly ours: Uint8Array
  /** Frames of 20 ms in which the recording was paused. */
  readonly paused: readonly boolean[]
}

/** For a new file, under a key of its own. @param dataKey 64 hexadecimal digits. */
export function newRecordingKey(codec: Codec, dataKey: string): RecordingKey {
  const header = Buffer.alloc(RECORDING_HEADER_BYTES)
  header.write(MAGIC, 'ascii')
  header.writeUInt8(VERSION, 8)
  header.writeUInt8(LAWS.indexOf(codec), 9)
  header.write(dataKeyId(dataKey), KEY_ID_AT, 'ascii')
  randomBytes(SALT_BYTES).copy(header, SALT_AT)
  return { header, codec, key: fileKey(header, dataKey) }
}

/**
 * Reads the header.
 * @param dataKeys all that there are; the file says which it was.
 * @throws RecordingError
 */
export function readRecordingKey(header: Buffer, dataKeys: readonly string[]): RecordingKey {
  if (header.length !== RECORDING_HEADER_BYTES || header.toString('ascii', 0, 8) !== MAGIC)
    throw new RecordingError('not a recording')
  const codec = LAWS[header.readUInt8(9)]
  if (header.readUInt8(8) !== VERSION || codec === undefined)
    throw new RecordingError('a recording of another kind')
  const id = header.toString('ascii', KEY_ID_AT, SALT_AT)
  const dataKey = dataKeys.find((known) => dataKeyId(known) === id)
  if (dataKey === undefined) throw new RecordingError(`the data key ${id} is not configured`)
  return { header, codec, key: fileKey(header, dataKey) }
}

function fileKey(header: Buffer, dataKey: string): KeyObject {
  const key = hkdfSync('sha256', Buffer.from(dataKey, 'hex'), header.subarray(SALT_AT), 'daeri recording', 32)
  return createSecretKey(Buffer.from(key))
}

/** @param index of the second; each only once. */
export function sealChunk({ header, key }: RecordingKey, index: number, chunk: RecordingChunk): Buffer {
  const samples = chunk.caller.length
  const plain = Buffer.alloc(MARK_BYTES + 2 * samples)
  for (const [frame, isPaused] of chunk.paused.entries())
    if (isPaused) plain[frame >> 3] = (plain[frame >> 3] as number) | (1 << (frame & 7))
  for (let i = 0; i < samples; i++) {
    plain[MARK_BYTES + 2 * i] = chunk.caller[i] as number
    plain[MARK_BYTES + 2 * i + 1] = chunk.ours[i] as number
  }
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(index))
  cipher.setAAD(header)
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** @throws RecordingError where it was changed, or is of another place. */
export function openChunk({ header, key }: RecordingKey, index: number, sealed: Buffer): RecordingChunk {
  const end = sealed.length - TAG_BYTES
  const samples = samplesIn(sealed.length)
  if (samples === undefined) throw new RecordingError('a second of the recording is cut')
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(index))
  decipher.setAAD(header)
  decipher.setAuthTag(sealed.subarray(end))
  let plain: Buffer
  try {
    plain = Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()])
  } catch (error) {
    throw new RecordingError('the recording was changed', { cause: error })
  }
  const side = (offset: number) =>
    Uint8Array.from({ length: samples }, (_, i) => plain[MARK_BYTES + 2 * i + offset] as number)
  const frames = Math.ceil(samples / FRAME_SAMPLES)
  const paused = Array.from(
    { length: frames },
    (_, frame) => (((plain[frame >> 3] as number) >> (frame & 7)) & 1) === 1,
  )
  return { caller: side(0), ours: side(1), paused }
}

/** Samples of each side in a sealed chunk of that size; undefined for what can't be one. */
export function samplesIn(bytes: number): number | undefined {
  const samples = (bytes - MARK_BYTES - TAG_BYTES) / 2
  return Number.isInteger(samples) && samples > 0 && samples <= CHUNK_SAMPLES ? samples : undefined
}

function nonceOf(index: number): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(index, 8)
  return nonce
}

/** Bytes of the WAV that a recording of that length is read as. */
export const wavBytes = (samples: number): number => WAV_HEADER_BYTES + samples * WAV_BYTES_PER_SAMPLE
export const WAV_CHUNK_BYTES = CHUNK_SAMPLES * WAV_BYTES_PER_SAMPLE

/** 44 bytes for 16-bit stereo at 8 kHz: G.711 in WAV is not played by every browser. */
export function wavHeader(samples: number): Buffer {
  const header = Buffer.alloc(WAV_HEADER_BYTES)
  const dataBytes = samples * WAV_BYTES_PER_SAMPLE
  header.write('RIFF', 0, 'ascii')
  header.writeUInt32LE(36 + dataBytes, 4)
  header.write('WAVEfmt ', 8, 'ascii')
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20) // PCM
  header.writeUInt16LE(2, 22) // channels
  header.writeUInt32LE(8_000, 24)
  header.writeUInt32LE(8_000 * WAV_BYTES_PER_SAMPLE, 28)
  header.writeUInt16LE(WAV_BYTES_PER_SAMPLE, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36, 'ascii')
  header.writeUInt32LE(dataBytes, 40)
  return header
}

/** A chunk as the data of a WAV: left the caller, right ours; a pause is exact silence. */
export function wavSamples(codec: Codec, { caller, ours, paused }: RecordingChunk): Buffer {
  const sides = [caller, ours].map((codes) => {
    const pcm = new Int16Array(codes.length)
    decodeG711Into(codec, codes, pcm)
    return pcm
  })
  const data = Buffer.alloc(caller.length * WAV_BYTES_PER_SAMPLE)
  for (const [side, pcm] of sides.entries())
    for (let i = 0; i < pcm.length; i++) {
      const isPaused = paused[Math.floor(i / FRAME_SAMPLES)] === true
      data.writeInt16LE(isPaused ? 0 : (pcm[i] as number), i * WAV_BYTES_PER_SAMPLE + 2 * side)
    }
  return data
}
