/** Encrypted recordings as WAV: any range of one is read without the rest (domain/recording-file.ts). */
import { type FileHandle, open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import {
  CHUNK_SAMPLES,
  openChunk,
  RECORDING_HEADER_BYTES,
  type RecordingKey,
  readRecordingKey,
  SEALED_CHUNK_BYTES,
  samplesIn,
  WAV_CHUNK_BYTES,
  wavBytes,
  wavHeader,
  wavSamples,
} from '../domain/recording-file.ts'
import type { ByteSource } from './stored-files.ts'

/**
 * A recording as the bytes of its WAV. One that still grows, or was cut by a crash, is as long as its whole seconds.
 * @param dataKeys the current one and those before it.
 * @throws RecordingError
 */
export async function openRecording(path: string, dataKeys: readonly string[]): Promise<ByteSource> {
  const file = await open(path)
  try {
    const header = Buffer.alloc(RECORDING_HEADER_BYTES)
    const { bytesRead } = await file.read(header, 0, header.length, 0)
    const key = readRecordingKey(header.subarray(0, bytesRead), dataKeys)
    const { size, mtimeMs } = await file.stat()
    const samples = await countSamples(file, key, size)
    return {
      size: wavBytes(samples),
      mtimeMs,
      contentType: 'audio/wav',
      read: (start, end) => Readable.from(readWav(path, key, samples, start, end)),
    }
  } finally {
    await file.close()
  }
}

/** Whole seconds, and what comes after them where it is a part that was closed and not one that was cut. */
async function countSamples(file: FileHandle, key: RecordingKey, size: number): Promise<number> {
  const bytes = size - RECORDING_HEADER_BYTES
  const whole = Math.floor(bytes / SEALED_CHUNK_BYTES)
  const rest = bytes - whole * SEALED_CHUNK_BYTES
  const samples = samplesIn(rest)
  if (samples === undefined) return whole * CHUNK_SAMPLES
  try {
    openChunk(key, whole, await readSealed(file, whole, rest))
    return whole * CHUNK_SAMPLES + samples
  } catch {
    return whole * CHUNK_SAMPLES
  }
}

async function* readWav(path: string, key: RecordingKey, samples: number, start: number, end: number) {
  const header = wavHeader(samples)
  if (start < header.length) yield header.subarray(start, end + 1)
  const from = Math.max(0, start - header.length)
  const to = end - header.length
  if (to < 0) return
  const file = await open(path)
  try {
    for (let index = Math.floor(from / WAV_CHUNK_BYTES); index * WAV_CHUNK_BYTES <= to; index++) {
      const inChunk = Math.min(CHUNK_SAMPLES, samples - index * CHUNK_SAMPLES)
      const bytes = SEALED_CHUNK_BYTES - 2 * (CHUNK_SAMPLES - inChunk)
      const pcm = wavSamples(key.codec, openChunk(key, index, await readSealed(file, index, bytes)))
      const offset = index * WAV_CHUNK_BYTES
      yield pcm.subarray(Math.max(0, from - offset), Math.min(pcm.length, to + 1 - offset))
    }
  } finally {
    await file.close()
  }
}

async function readSealed(file: FileHandle, index: number, bytes: number): Promise<Buffer> {
  const sealed = Buffer.alloc(bytes)
  const { bytesRead } = await file.read(sealed, 0, bytes, RECORDING_HEADER_BYTES + index * SEALED_CHUNK_BYTES)
  return sealed.subarray(0, bytesRead)
}
