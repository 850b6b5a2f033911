/** Pictures that customers send: fetched once, made one size and kind, and kept encrypted. */
import { activityInfo } from '@temporalio/activity'
import sharp from 'sharp'
import type { Settings } from '../config/settings.ts'
import type { Database } from '../db/database.ts'
import type { DataKeys } from '../db/encryption.ts'
import { attachmentKept, attachmentRefused, readAttachment } from '../db/queries/chat-attachments.ts'
import type { ChatPhoto, PhotoProblem } from '../domain/chat-photo.ts'
import type { AttachmentId } from '../domain/ids.ts'
import { PARTIES } from '../domain/parties.ts'
import { download, NotFetchableError, TooLargeError } from './download.ts'
import type { FileStore } from './file-store.ts'
import { PartyError } from './http.ts'

/** The activities of this file, for `proxyActivities` in workflows. */
export interface AttachmentActivities {
  /** Never fails for good: a picture that can't be had comes back with its problem. */
  keepAttachments(input: { readonly attachments: readonly AttachmentId[] }): Promise<readonly ChatPhoto[]>
}

export interface AttachmentDependencies {
  readonly db: Database
  readonly keys: DataKeys
  readonly files: FileStore
  readonly smsInbound: Settings['smsInbound']
}

const MAX_BYTES = 10 * 1024 * 1024
const TIMEOUT_MS = 15_000
/** A picture of more pixels is no photo of a phone: it would only fill the memory. */
const MAX_PIXELS = 60_000_000
/** Claude's vision takes no more of a side into account. */
const MAX_SIDE_PIXELS = 1_568
const JPEG_QUALITY = 88
const KINDS: ReadonlySet<string> = new Set(['jpeg', 'png', 'webp', 'gif', 'tiff', 'heif'])
/** Then the carrier is believed not to have it. */
const LAST_ATTEMPT = 5

/** It is none, or none that can be read; retrying will not help. */
class NotAPictureError extends Error {
  readonly retryable = false
}

export function createAttachmentActivities(deps: AttachmentDependencies): AttachmentActivities {
  return {
    async keepAttachments({ attachments }) {
      const photos: ChatPhoto[] = []
      for (const attachmentId of attachments) photos.push(await keep(deps, attachmentId))
      return photos
    },
  }
}

async function keep(deps: AttachmentDependencies, attachmentId: AttachmentId): Promise<ChatPhoto> {
  const { db, keys, files, smsInbound } = deps
  const attachment = await readAttachment(db, keys, attachmentId)
  if (attachment.fileKey !== null) return { attachmentId, fileKey: attachment.fileKey, problem: null }
  try {
    const { url, channel } = attachment
    const headers: Record<string, string> =
      channel === 'sms' ? { authorization: `Bearer ${smsInbound.secret}` } : {}
    const source = URL.parse(url)
    if (source === null) throw new NotFetchableError('the picture has no address')
    const bytes = await download({
      party: PARTIES.attachments,
      url: source,
      headers,
      maxBytes: MAX_BYTES,
      timeoutMs: TIMEOUT_MS,
    })
    const picture = await normalise(bytes)
    const fileKey = `${attachmentId}.jpg`
    await files.put(fileKey, picture.bytes)
    await attachmentKept(db, attachmentId, { ...picture, bytes: picture.bytes.byteLength, fileKey })
    return { attachmentId, fileKey, problem: null }
  } catch (error) {
    const problem = problemOf(error)
    await attachmentRefused(db, attachmentId, problem === 'unreachable' ? 'failed' : 'refused')
    return { attachmentId, fileKey: null, problem }
  }
}

/** Upright as it was taken, without the place and device that a camera writes into it. */
async function normalise(bytes: Uint8Array) {
  try {
    const image = sharp(bytes, { limitInputPixels: MAX_PIXELS, animated: false })
    const { format } = await image.metadata()
    if (!KINDS.has(format)) throw new NotAPictureError(`not a picture: ${format}`)
    const { data, info } = await image
      .autoOrient()
      .resize({ width: MAX_SIDE_PIXELS, height: MAX_SIDE_PIXELS, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .jpeg({ quality: JPEG_QUALITY })
      .toBuffer({ resolveWithObject: true })
    return { bytes: data, width: info.width, height: info.height }
  } catch (error) {
    throw error instanceof NotAPictureError
      ? error
      : new NotAPictureError('the picture can not be read', { cause: error })
  }
}

/** @throws what another attempt may mend. */
function problemOf(error: unknown): PhotoProblem {
  if (error instanceof TooLargeError) return 'too_large'
  if (error instanceof NotAPictureError) return 'not_a_picture'
  if (error instanceof NotFetchableError) return 'unreachable'
  if (!(error instanceof PartyError)) throw error
  if (error.retryable && activityInfo().attempt < LAST_ATTEMPT) throw error
  return 'unreachable'
}
