/** Reads conversations for the screens. */
import type { Database } from '../../db/database.ts'
import { type DataKeys, encryptText } from '../../db/encryption.ts'
import type { ThreadAddress } from '../chat-workflows.ts'

/** Threads that talk about the order now, or did. The one with the newest message comes first. */
export function findThreadsOfOrder(database: Database, orderId: number) {
  return database
    .selectFrom('chat_threads')
    .select(['chat_threads.id', 'thread_id', 'channel', 'address', 'phone', 'paused_by', 'paused_at'])
    .select((eb) =>
      eb
        .selectFrom('messages')
        .whereRef('messages.thread_id', '=', 'chat_threads.id')
        .select((m) => m.fn.max('messages.id').as('newest'))
        .as('newest'),
    )
    .where((eb) =>
      eb.or([
        eb('chat_threads.order_id', '=', orderId),
        eb(
          'chat_threads.id',
          'in',
          eb
            .selectFrom('messages')
            .select('messages.thread_id')
            .where('messages.order_id', '=', orderId)
            .where('messages.thread_id', 'is not', null)
            .$castTo<{ thread_id: number }>(),
        ),
      ]),
    )
    .orderBy('newest', (order) => order.desc().nullsLast())
    .execute()
}
export type ThreadRow = Awaited<ReturnType<typeof findThreadsOfOrder>>[number]

/** Pictures of the messages about an order. */
export function findAttachmentsOfOrder(database: Database, orderId: number) {
  return database
    .selectFrom('chat_attachments')
    .innerJoin('messages', 'messages.id', 'chat_attachments.message_id')
    .select(['attachment_id', 'message_id', 'chat_attachments.status', 'file_key', 'width', 'height'])
    .where('messages.order_id', '=', orderId)
    .orderBy('chat_attachments.message_id')
    .orderBy('position')
    .execute()
}
export type AttachmentRow = Awaited<ReturnType<typeof findAttachmentsOfOrder>>[number]

export function findAttachment(database: Database, attachmentId: string) {
  return database
    .selectFrom('chat_attachments')
    .select('file_key')
    .where('attachment_id', '=', attachmentId)
    .executeTakeFirst()
}

/** A thread that begins with a message of ours. */
export async function ensureThread(
  database: Database,
  keys: DataKeys,
  thread: ThreadAddress,
  order: { readonly id: number; readonly customerId: number },
): Promise<void> {
  await database
    .insertInto('chat_threads')
    .values({
      thread_id: thread.threadId,
      channel: thread.channel,
      address: encryptText(thread.address, keys),
      phone: encryptText(thread.address, keys),
      customer_id: order.customerId,
      order_id: order.id,
    })
    .onConflict((conflict) => conflict.column('thread_id').doUpdateSet({ order_id: order.id }))
    .execute()
}
