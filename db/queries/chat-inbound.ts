/** Messages from customers: written before anything is made of them, so that none is lost and none counts twice. */
import type { ChatCallback, ChatChannel, InboundChatMessage } from '../../domain/chat.ts'
import {
  type AttachmentId,
  type MessageId,
  makeAttachmentId,
  parseAttachmentId,
  parseThreadId,
  type ThreadId,
} from '../../domain/ids.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import type { Database, DatabaseTransaction } from '../database.ts'
import { type DataKeys, decryptText, encryptText, phoneHash } from '../encryption.ts'
import { notifyThread } from './notify.ts'

export interface ArrivedMessage {
  readonly threadId: ThreadId
  readonly channel: ChatChannel
  /** National digits, or the user's key at Kakao. */
  readonly address: string
  readonly messageId: MessageId
  /** Ours, as the customer wrote to it. */
  readonly toNumber: string
  readonly text: string
  readonly receivedAt: Date
  readonly attachments: readonly { readonly url: string; readonly name: string }[]
}

export interface KeptMessage {
  readonly threadId: ThreadId
  readonly channel: ChatChannel
  readonly address: string
  readonly message: InboundChatMessage
}

/** Keys of rows that are messages of a thread. */
const inboundKey = (threadId: ThreadId, messageId: MessageId): string => `${threadId}:${messageId}`

/**
 * Writes the message with its thread, or finds the one that an earlier webhook wrote.
 * @returns the message for the thread; `taken` when the thread has it already.
 */
export async function keepInboundMessage(
  db: Database,
  keys: DataKeys,
  arrived: ArrivedMessage,
  callback: ChatCallback | null,
): Promise<{ readonly message: InboundChatMessage; readonly taken: boolean }> {
  return db.transaction().execute(async (trx) => {
    const thread = await keepThread(trx, keys, arrived)
    const row = await trx
      .insertInto('messages')
      .values({
        idempotency_key: inboundKey(arrived.threadId, arrived.messageId),
        provider_id: arrived.messageId,
        thread_id: thread.id,
        order_id: thread.order_id,
        customer_id: thread.customer_id,
        direction: 'in',
        channel: arrived.channel,
        kind: 'chat',
        author: 'customer',
        to_number: encryptText(arrived.toNumber, keys),
        body: encryptText(arrived.text, keys),
        status: 'pending',
        created_at: arrived.receivedAt,
      })
      // An update that changes nothing: without it the existing row would not be returned.
      .onConflict((conflict) => conflict.column('idempotency_key').doUpdateSet({ kind: 'chat' }))
      .returning(['id', 'status', 'created_at'])
      .executeTakeFirstOrThrow()
    await keepAttachments(trx, keys, row.id, arrived)
    await notifyThread(trx, thread.id)
    const message = {
      messageId: arrived.messageId,
      text: arrived.text,
      attachments: arrived.attachments.map((_, position) => makeAttachmentId(arrived.messageId, position)),
      receivedAt: koreanIso(row.created_at.getTime()),
      callback,
    }
    return { message, taken: row.status !== 'pending' }
  })
}

async function keepThread(trx: DatabaseTransaction, keys: DataKeys, arrived: ArrivedMessage) {
  const number = arrived.channel === 'sms' ? arrived.address : null
  const customer =
    number === null
      ? undefined
      : await trx
          .selectFrom('customers')
          .select('id')
          .where('phone_hash', '=', phoneHash(number, keys))
          .executeTakeFirst()
  return trx
    .insertInto('chat_threads')
    .values({
      thread_id: arrived.threadId,
      channel: arrived.channel,
      address: encryptText(arrived.address, keys),
      phone: number === null ? null : encryptText(number, keys),
      customer_id: customer?.id ?? null,
    })
    .onConflict((conflict) => conflict.column('thread_id').doUpdateSet({ channel: arrived.channel }))
    .returning(['id', 'order_id', 'customer_id'])
    .executeTakeFirstOrThrow()
}

async function keepAttachments(
  trx: DatabaseTransaction,
  keys: DataKeys,
  messageRow: string,
  { messageId, attachments }: ArrivedMessage,
): Promise<void> {
  if (attachments.length === 0) return
  const rows = attachments.map(({ url, name }, position) => ({
    attachment_id: makeAttachmentId(messageId, position),
    message_id: messageRow,
    position,
    source_url: encryptText(url, keys),
    name: encryptText(name, keys),
    status: 'waiting',
  }))
  await trx
    .insertInto('chat_attachments')
    .values(rows)
    .onConflict((conflict) => conflict.column('attachment_id').doNothing())
    .execute()
}

/** The thread has the message. */
export async function inboundTaken(db: Database, messageId: MessageId): Promise<void> {
  const row = await db
    .updateTable('messages')
    .set({ status: 'delivered', delivered_at: new Date() })
    .where('provider_id', '=', messageId)
    .where('status', '=', 'pending')
    .returning('thread_id')
    .executeTakeFirst()
  if (row?.thread_id != null) await notifyThread(db, row.thread_id)
}

/** Messages that no thread has yet, oldest first; their callbacks have long been used up. */
export async function keptMessages(
  db: Database,
  keys: DataKeys,
  before: Date,
  limit: number,
): Promise<KeptMessage[]> {
  const rows = await db
    .selectFrom('messages')
    .innerJoin('chat_threads', 'chat_threads.id', 'messages.thread_id')
    .select(['messages.id', 'messages.provider_id', 'messages.body', 'messages.created_at'])
    .select(['chat_threads.thread_id', 'chat_threads.channel', 'chat_threads.address'])
    .where('messages.direction', '=', 'in')
    .where('messages.status', '=', 'pending')
    .where('messages.created_at', '<', before)
    .orderBy('messages.id')
    .limit(limit)
    .execute()
  return Promise.all(
    rows.map(async (row) => ({
      threadId: parseThreadId(row.thread_id),
      channel: row.channel as ChatChannel,
      address: decryptText(row.address, keys),
      message: {
        messageId: row.provider_id as MessageId,
        text: decryptText(row.body, keys),
        attachments: await attachmentsOf(db, row.id),
        receivedAt: koreanIso(row.created_at.getTime()),
        callback: null,
      },
    })),
  )
}

async function attachmentsOf(db: Database, messageRow: string): Promise<AttachmentId[]> {
  const rows = await db
    .selectFrom('chat_attachments')
    .select('attachment_id')
    .where('message_id', '=', messageRow)
    .orderBy('position')
    .execute()
  return rows.map((row) => parseAttachmentId(row.attachment_id))
}
