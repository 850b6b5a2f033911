/** Threads as the workflows project them: which order is talked about, and who answers. */
import type { ChatOrder } from '../../domain/chat.ts'
import { type OrderNo, parseOrderNo, type ThreadId } from '../../domain/ids.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import type { Database } from '../database.ts'
import { type DataKeys, decryptNullable, encryptText, phoneHash } from '../encryption.ts'
import { notifyThread } from './notify.ts'
import { orderIdOf } from './order-ids.ts'

/**
 * The open order that a conversation is about: the one named, else the one the thread had last, else the newest of
 * the customer whose number the network vouches for.
 * @param input.ownNumber national digits; empty when nobody vouches for one.
 */
export async function readThreadOrder(
  db: Database,
  keys: DataKeys,
  input: { readonly threadId: ThreadId; readonly orderNo: OrderNo | null; readonly ownNumber: string },
): Promise<ChatOrder | null> {
  const open = db
    .selectFrom('orders')
    .innerJoin('tickets', 'tickets.order_id', 'orders.id')
    .select(['orders.order_no', 'orders.orderer', 'orders.recipient', 'orders.message'])
    .select(['orders.destination', 'orders.room', 'orders.deliver_by', 'orders.phone'])
    .select(['tickets.sub_state'])
    .where('tickets.current_state', '!=', 'done')
    .orderBy('orders.id', 'desc')
    .limit(1)
  const named = () =>
    input.orderNo === null ? undefined : open.where('orders.order_no', '=', input.orderNo).executeTakeFirst()
  const ofThread = () =>
    open
      .innerJoin('chat_threads', 'chat_threads.order_id', 'orders.id')
      .where('chat_threads.thread_id', '=', input.threadId)
      .executeTakeFirst()
  const ofCustomer = () =>
    input.ownNumber === ''
      ? undefined
      : open
          .innerJoin('customers', 'customers.id', 'orders.customer_id')
          .where('customers.phone_hash', '=', phoneHash(input.ownNumber, keys))
          // Begun on another channel, it is told on here; a placed one is changed by its number, and what is
          // told here may be another one.
          .where('tickets.sub_state', '=', 'order_received')
          .executeTakeFirst()
  const row = (await named()) ?? (await ofThread()) ?? (await ofCustomer())
  if (row === undefined) return null
  const { orderer, recipient, message, destination, room } = row
  return {
    orderNo: parseOrderNo(row.order_no),
    fields: {
      orderer,
      recipient,
      message,
      destination,
      room,
      deliver_by: row.deliver_by === null ? null : koreanIso(row.deliver_by.getTime()),
      phone: decryptNullable(row.phone, keys),
    },
    confirmed: row.sub_state !== 'order_received',
  }
}

/**
 * The thread talks about this order from now on, and so do its messages.
 * @param since ISO 8601: from this one on they are about it.
 * @param phone national digits for texts; empty while unknown.
 */
export async function linkThread(
  db: Database,
  keys: DataKeys,
  link: {
    readonly threadId: ThreadId
    readonly orderNo: OrderNo
    readonly since: string | null
    readonly phone: string
  },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const orderId = await orderIdOf(trx, link.orderNo)
    const customer = trx.selectFrom('orders').select('customer_id').where('id', '=', orderId)
    const thread = await trx
      .updateTable('chat_threads')
      .set({
        order_id: orderId,
        customer_id: customer,
        ...(link.phone === '' ? {} : { phone: encryptText(link.phone, keys) }),
      })
      .where('thread_id', '=', link.threadId)
      .returning('id')
      .executeTakeFirst()
    if (thread === undefined) return
    await trx
      .updateTable('messages')
      .set({ order_id: orderId, customer_id: customer })
      .where('thread_id', '=', thread.id)
      .where((eb) =>
        link.since === null
          ? eb('order_id', 'is', null)
          : eb.or([eb('order_id', 'is', null), eb('created_at', '>=', new Date(link.since))]),
      )
      .execute()
    await notifyThread(trx, thread.id)
  })
}

/** @param by e-mail of the person who answers from now on; null gives the thread back to the AI. */
export async function pauseThread(db: Database, threadId: ThreadId, by: string | null): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const thread = await trx
      .updateTable('chat_threads')
      .set({ paused_by: by, paused_at: by === null ? null : new Date() })
      .where('thread_id', '=', threadId)
      .returning('id')
      .executeTakeFirst()
    if (thread !== undefined) await notifyThread(trx, thread.id)
  })
}

/** The version of its flow that the thread began with. */
export async function notePinnedThread(db: Database, threadId: ThreadId, version: number): Promise<void> {
  await db
    .updateTable('chat_threads')
    .set({ flow_version: version })
    .where('thread_id', '=', threadId)
    .execute()
}
