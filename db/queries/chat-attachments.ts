/** Pictures that customers sent. */
import type { Updateable } from 'kysely'
import type { ChatChannel } from '../../domain/chat.ts'
import type { AttachmentId } from '../../domain/ids.ts'
import type { Database } from '../database.ts'
import { type DataKeys, decryptText } from '../encryption.ts'
import type { DB } from '../generated/types.ts'
import { notifyThread } from './notify.ts'

export interface StoredAttachment {
  readonly channel: ChatChannel
  /** Where the carrier serves it. */
  readonly url: string
  /** Our copy. */
  readonly fileKey: string | null
}

export async function readAttachment(
  db: Database,
  keys: DataKeys,
  attachmentId: AttachmentId,
): Promise<StoredAttachment> {
  const row = await db
    .selectFrom('chat_attachments')
    .innerJoin('messages', 'messages.id', 'chat_attachments.message_id')
    .select(['messages.channel', 'chat_attachments.source_url', 'chat_attachments.file_key'])
    .where('attachment_id', '=', attachmentId)
    .executeTakeFirstOrThrow()
  return {
    channel: row.channel as ChatChannel,
    url: decryptText(row.source_url, keys),
    fileKey: row.file_key,
  }
}

export async function attachmentKept(
  db: Database,
  attachmentId: AttachmentId,
  file: {
    readonly fileKey: string
    readonly bytes: number
    readonly width: number
    readonly height: number
  },
): Promise<void> {
  const { fileKey, bytes, width, height } = file
  await settle(db, attachmentId, {
    status: 'kept',
    file_key: fileKey,
    content_type: 'image/jpeg',
    bytes,
    width,
    height,
  })
}

export async function attachmentRefused(
  db: Database,
  attachmentId: AttachmentId,
  status: 'refused' | 'failed',
): Promise<void> {
  await settle(db, attachmentId, { status })
}

/** The picture, or what stands in its place, is shown at once. */
async function settle(
  db: Database,
  attachmentId: AttachmentId,
  change: Updateable<DB['chat_attachments']>,
): Promise<void> {
  await db.updateTable('chat_attachments').set(change).where('attachment_id', '=', attachmentId).execute()
  const row = await db
    .selectFrom('chat_attachments')
    .innerJoin('messages', 'messages.id', 'chat_attachments.message_id')
    .select('messages.thread_id')
    .where('attachment_id', '=', attachmentId)
    .executeTakeFirst()
  if (row?.thread_id != null) await notifyThread(db, row.thread_id)
}
