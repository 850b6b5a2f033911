/** Encrypted recordings as WAV: any range of one is read without the rest (domain/recording-file.ts). */
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
import { openLocalFile, type SealedFile } from './sealed-files.ts'
import type { ByteSource } from './stored-files.ts'

/**
 * A recording as the bytes of its WAV. One that still grows, or was cut by a crash, is as long as its whole seconds.
 * @param dataKeys the current one and those before it.
 * @throws RecordingError
 */
export const openRecording = (path: string, dataKeys: readonly string[]): Promise<ByteSource> =>
  openRecordingOf(() => openLocalFile(path), dataKeys)

/** @param open opens the file; for each reading anew. @throws RecordingError */
export async function openRecordingOf(
  open: () => Promise<SealedFile>,
  dataKeys: readonly string[],
): Promise<ByteSource> {
  const file = await open()
  try {
    const key = readRecordingKey(await file.read(0, RECORDING_HEADER_BYTES), dataKeys)
    const samples = await countSamples(file, key)
    return {
      size: wavBytes(samples),
      mtimeMs: file.mtimeMs,
      contentType: 'audio/wav',
      read: (start, end) => Readable.from(readWav(open, key, samples, start, end)),
    }
  } finally {
    await file.close()
  }
}

/** Whole seconds, and what comes after them where it is a part that was closed and not one that was cut. */
async function countSamples(file: SealedFile, key: RecordingKey): Promise<number> {
  const bytes = file.size - RECORDING_HEADER_BYTES
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

async function* readWav(
  open: () => Promise<SealedFile>,
  key: RecordingKey,
  samples: number,
  start: number,
  end: number,
) {
  const header = wavHeader(samples)
  if (start < header.length) yield header.subarray(start, end + 1)
  const from = Math.max(0, start - header.length)
  const to = end - header.length
  if (to < 0) return
  const file = await open()
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

const readSealed = (file: SealedFile, index: number, bytes: number): Promise<Buffer> =>
  file.read(RECORDING_HEADER_BYTES + index * SEALED_CHUNK_BYTES, bytes)
