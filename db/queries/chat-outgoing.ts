/** What goes out in a chat: a row before it is sent, settled after it. */
import type { ChatChannel } from '../../domain/chat.ts'
import type { OrderNo, ThreadId } from '../../domain/ids.ts'
import type { Actor } from '../../domain/ticket-events.ts'
import type { Database } from '../database.ts'
import { type DataKeys, encryptText } from '../encryption.ts'
import type { MessageRow } from './messages.ts'
import { notifyThread } from './notify.ts'

export interface OutgoingChatMessage {
  /** Idempotency key. */
  readonly key: string
  readonly threadId: ThreadId
  readonly orderNo: OrderNo | null
  readonly author: Actor
  readonly body: string
}

/** How a message goes, as far as it is decided. */
export interface ChatRoute {
  readonly channel: ChatChannel
  /** National digits, or the user's key at Kakao. */
  readonly to: string
}

/** Writes the row, or finds the one an earlier try wrote; the way it goes may have changed since. */
export async function openChatMessage(
  db: Database,
  keys: DataKeys,
  message: OutgoingChatMessage,
  route: ChatRoute,
): Promise<MessageRow & { readonly threadRow: number }> {
  return db.transaction().execute(async (trx) => {
    const thread = await trx
      .selectFrom('chat_threads')
      .select(['id', 'order_id', 'customer_id'])
      .where('thread_id', '=', message.threadId)
      .executeTakeFirstOrThrow()
    const order =
      message.orderNo === null
        ? undefined
        : await trx
            .selectFrom('orders')
            .select('id')
            .where('order_no', '=', message.orderNo)
            .executeTakeFirst()
    const way = { channel: route.channel, to_number: encryptText(route.to, keys) }
    const inserted = await trx
      .insertInto('messages')
      .values({
        ...way,
        idempotency_key: message.key,
        thread_id: thread.id,
        order_id: order?.id ?? thread.order_id,
        customer_id: thread.customer_id,
        direction: 'out',
        kind: 'chat',
        author: message.author,
        body: encryptText(message.body, keys),
        status: 'pending',
      })
      .onConflict((conflict) => conflict.column('idempotency_key').doNothing())
      .returning(['id', 'created_at'])
      .executeTakeFirst()
    if (inserted !== undefined) {
      await notifyThread(trx, thread.id)
      const { id, created_at } = inserted
      return { id, status: 'pending', createdAt: created_at, existed: false, threadRow: thread.id }
    }
    const row = await trx
      .selectFrom('messages')
      .select(['id', 'status', 'created_at', 'channel'])
      .where('idempotency_key', '=', message.key)
      .executeTakeFirstOrThrow()
    const status = row.status as MessageRow['status']
    const elsewhere = row.channel !== route.channel
    if (elsewhere && status !== 'sent' && status !== 'delivered') {
      await trx.updateTable('messages').set(way).where('id', '=', row.id).execute()
    }
    // Another channel knows nothing of the earlier try.
    return { id: row.id, status, createdAt: row.created_at, existed: !elsewhere, threadRow: thread.id }
  })
}

/** Kakao took it: shown on the customer's phone, as far as Kakao ever tells. */
export async function settleKakaoAnswered(db: Database, id: string, threadRow: number): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const at = new Date()
    await trx
      .updateTable('messages')
      .set({ status: 'delivered', sent_at: at, delivered_at: at, error: null })
      .where('id', '=', id)
      .execute()
    await notifyThread(trx, threadRow)
  })
}

/** Kakao did not take it after all: it is still to be brought. */
export async function takeBackKakaoAnswer(db: Database, key: string): Promise<void> {
  await db
    .updateTable('messages')
    .set({ status: 'pending', sent_at: null, delivered_at: null })
    .where('idempotency_key', '=', key)
    .where('channel', '=', 'kakao')
    .execute()
}

/** Somebody looks at the thread: what became of a message is shown. */
export async function tellThread(db: Database, threadRow: number): Promise<void> {
  await notifyThread(db, threadRow)
}
