/** Sound files, and playing them on a leg. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PlayAudioInput, PlayAudioResult } from '../../domain/leg-operations.ts'
import type { Codec } from '../../domain/media-socket.ts'
import { encodeG711, transcodeG711 } from '../rtp/index.ts'
import type { LogItem } from './caller-log.ts'
import type { LegMedia } from './leg-media.ts'

/** A file that is not there or is not what the telephone can play; it stays so. */
class AnnouncementError extends Error {
  readonly retryable = false
}

/**
 * @param file name within the folder, `.mulaw` (no header) or `.wav`.
 * @returns bytes of the codec.
 * @throws AnnouncementError
 */
export async function readAnnouncement(folder: string, file: string, codec: Codec): Promise<Uint8Array> {
  if (!/^[\w-][\w.-]*\.(wav|mulaw)$/.test(file))
    throw new AnnouncementError(`not the name of a sound: ${file}`)
  let bytes: Buffer
  try {
    bytes = await readFile(join(folder, file))
  } catch {
    throw new AnnouncementError(`no such sound: ${file}`)
  }
  return file.endsWith('.mulaw')
    ? transcodeG711('PCMU', codec, Uint8Array.from(bytes))
    : encodeG711(codec, readWav(bytes, file))
}

/** 16-bit mono at 8 kHz; other chunks than `fmt ` and `data` are passed over. */
function readWav(bytes: Buffer, file: string): Int16Array {
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE')
    throw new AnnouncementError(`${file} is no WAV file`)
  let isTelephone = false
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = bytes.toString('latin1', at, at + 4)
    const size = bytes.readUInt32LE(at + 4)
    const body = bytes.subarray(at + 8, Math.min(at + 8 + size, bytes.length))
    if (name === 'fmt ' && body.length >= 16)
      isTelephone =
        body.readUInt16LE(0) === 1 &&
        body.readUInt16LE(2) === 1 &&
        body.readUInt32LE(4) === 8_000 &&
        body.readUInt16LE(14) === 16
    if (name === 'data') {
      if (!isTelephone) break
      return Int16Array.from({ length: body.length >> 1 }, (_, i) => body.readInt16LE(2 * i))
    }
    at += 8 + size + (size & 1)
  }
  throw new AnnouncementError(`${file} must be 16-bit PCM, mono, 8 kHz`)
}

/**
 * Plays a sound after what is being said; resolves when it is over, for whatever reason.
 * @param audio bytes of the leg's codec, 3 minutes at most.
 * @param signal stops it.
 * @throws PlayoutError `queue_full`
 */
export async function playAnnouncement(
  media: LegMedia,
  { utteranceId, mustBeHeard = false }: Pick<PlayAudioInput, 'utteranceId' | 'mustBeHeard'>,
  audio: Uint8Array,
  signal?: AbortSignal,
): Promise<PlayAudioResult> {
  if (signal?.aborted) return { outcome: 'interrupted' }
  const { promise, resolve } = Promise.withResolvers<PlayAudioResult>()
  const hear = (item: LogItem) => {
    if (item.kind !== 'message' || item.message.type !== 'utterance.done') return
    if (item.message.utteranceId === utteranceId)
      resolve({ outcome: item.message.interrupted ? 'interrupted' : 'played' })
  }
  const stop = () => media.command({ type: 'clear', utteranceId })
  const attachment = media.attach(undefined, { item: hear, ended: () => resolve({ outcome: 'leg_ended' }) })
  signal?.addEventListener('abort', stop, { once: true })
  try {
    media.command({ type: 'sentence.start', utteranceId, sentence: 0, text: '', mustBeHeard })
    media.append(audio)
    media.command({ type: 'utterance.end', utteranceId })
    return await promise
  } finally {
    attachment.detach()
    signal?.removeEventListener('abort', stop)
  }
}
