/** Pictures that customers sent. */
import type { ChatChannel } from '../../domain/chat.ts'
import type { AttachmentId } from '../../domain/ids.ts'
import type { Database } from '../database.ts'
import { type DataKeys, decryptText } from '../encryption.ts'

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
  await db
    .updateTable('chat_attachments')
    .set({ status: 'kept', file_key: fileKey, content_type: 'image/jpeg', bytes, width, height })
    .where('attachment_id', '=', attachmentId)
    .execute()
}

export async function attachmentRefused(
  db: Database,
  attachmentId: AttachmentId,
  status: 'refused' | 'failed',
): Promise<void> {
  await db.updateTable('chat_attachments').set({ status }).where('attachment_id', '=', attachmentId).execute()
}
