/** Texts to customers: a row before the carrier is called, settled after it. */
import type { OrderNo, ThreadId } from '../../domain/ids.ts'
import { isReportAwaited, type MessageKind } from '../../domain/notification.ts'
import type { OwnerTextKind } from '../../domain/owner-texts.ts'
import type { MessageType } from '../../domain/text-message.ts'
import type { Database } from '../database.ts'
import { type DataKeys, encryptText, phoneHash } from '../encryption.ts'
import { notifyScreens, notifyThread } from './notify.ts'
import { orderIdOf } from './order-ids.ts'

export interface OutgoingMessage {
  /** Idempotency key. */
  readonly key: string
  /** Null for a text that is about no single order, e.g. the owner's morning. */
  readonly orderNo: OrderNo | null
  readonly kind: MessageKind | OwnerTextKind
  /** National digits. */
  readonly to: string
  readonly body: string
  readonly type: MessageType
  /** 1, or more when earlier ways did not arrive. */
  readonly attempt: number
}

/** How a text travels: an AlimTalk comes in KakaoTalk. */
const wayOf = ({ type, attempt }: OutgoingMessage) =>
  ({ type, attempt, channel: type === 'ATA' ? 'kakao' : 'sms' }) as const

/** What is known of a message before it is sent. */
export interface MessageRow {
  readonly id: string
  readonly status: 'pending' | 'sent' | 'delivered' | 'failed'
  readonly createdAt: Date
  /** An earlier try wrote this row and may have reached the carrier. */
  readonly existed: boolean
}

/** Writes the row, or finds the one an earlier try wrote. A failed one is made pending again. */
export async function openMessage(
  db: Database,
  keys: DataKeys,
  message: OutgoingMessage,
): Promise<MessageRow> {
  const orderId = message.orderNo === null ? null : await orderIdOf(db, message.orderNo)
  const customer = await db
    .selectFrom('customers')
    .select('id')
    .where('phone_hash', '=', phoneHash(message.to, keys))
    .executeTakeFirst()
  const inserted = await db
    .insertInto('messages')
    .values({
      idempotency_key: message.key,
      order_id: orderId,
      customer_id: customer?.id ?? null,
      direction: 'out',
      ...wayOf(message),
      kind: message.kind,
      to_number: encryptText(message.to, keys),
      body: encryptText(message.body, keys),
      status: 'pending',
    })
    .onConflict((conflict) => conflict.column('idempotency_key').doNothing())
    .returning(['id', 'created_at'])
    .executeTakeFirst()
  if (inserted !== undefined) {
    return { id: inserted.id, status: 'pending', createdAt: inserted.created_at, existed: false }
  }
  const row = await db
    .selectFrom('messages')
    .select(['id', 'status', 'created_at'])
    .where('idempotency_key', '=', message.key)
    .executeTakeFirstOrThrow()
  return { id: row.id, status: row.status as MessageRow['status'], createdAt: row.created_at, existed: true }
}

/** A person asked for another try of a text that had failed: what is sent now is what the row says. */
export async function reopenMessage(
  db: Database,
  keys: DataKeys,
  id: string,
  message: OutgoingMessage,
): Promise<void> {
  await db
    .updateTable('messages')
    .set({
      status: 'pending',
      error: null,
      provider_id: null,
      ...wayOf(message),
      to_number: encryptText(message.to, keys),
      body: encryptText(message.body, keys),
    })
    .where('id', '=', id)
    .where('status', '=', 'failed')
    .execute()
}

/** The carrier took it. A report that was faster is not overwritten. */
export async function settleMessageSent(db: Database, id: string, providerId: string): Promise<void> {
  await db
    .updateTable('messages')
    .set((eb) => ({
      provider_id: providerId,
      sent_at: new Date(),
      status: eb.case().when('status', '=', 'pending').then('sent').else(eb.ref('status')).end(),
    }))
    .where('id', '=', id)
    .execute()
}

export async function settleMessageFailed(db: Database, id: string, error: string): Promise<void> {
  await db.updateTable('messages').set({ status: 'failed', error }).where('id', '=', id).execute()
}

/** A delivery report of the carrier. */
export interface DeliveryReport {
  /** The carrier's id of the message. */
  readonly providerId: string
  /** Our idempotency key, where the report carries it: the report may come before the id is stored. */
  readonly key?: string
  readonly status: 'delivered' | 'failed'
  readonly at: Date
  readonly reason?: string
}

/** What the report was about, for the signal to the ticket. */
export interface ReportedMessage {
  readonly key: string
  /** The ticket that has to hear of it. */
  readonly orderNo: OrderNo | null
  /** The conversation that has to hear of it. */
  readonly threadId: ThreadId | null
  /** False: a repetition of what was known. */
  readonly changed: boolean
}

/** Keeps a delivery report; null when the message is not ours. */
export async function recordDeliveryReport(
  db: Database,
  report: DeliveryReport,
): Promise<ReportedMessage | null> {
  return db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('messages')
      .leftJoin('orders', 'orders.id', 'messages.order_id')
      .leftJoin('chat_threads', 'chat_threads.id', 'messages.thread_id')
      .select(['messages.id', 'messages.status', 'messages.idempotency_key', 'messages.kind'])
      .select(['messages.thread_id', 'orders.order_no', 'chat_threads.thread_id as threadId'])
      .where((eb) =>
        eb.or([
          eb('messages.provider_id', '=', report.providerId),
          ...(report.key === undefined ? [] : [eb('messages.idempotency_key', '=', report.key)]),
        ]),
      )
      .forUpdate('messages')
      .executeTakeFirst()
    if (row === undefined) return null
    const orderNo = row.order_no as OrderNo | null
    const changed = row.status === 'pending' || row.status === 'sent'
    if (changed) {
      await trx
        .updateTable('messages')
        .set({
          status: report.status,
          provider_id: report.providerId,
          delivered_at: report.status === 'delivered' ? report.at : null,
          error: report.reason ?? null,
        })
        .where('id', '=', row.id)
        .execute()
      if (row.thread_id !== null) await notifyThread(trx, row.thread_id)
      if (orderNo !== null) await notifyScreens(trx, { type: 'ticket_changed', order_no: orderNo })
    }
    // Nothing that a ticket does waits for an answer in a chat; its conversation looks after what did not arrive.
    const failed = report.status === 'failed'
    const matters = row.kind !== 'chat' && (failed || isReportAwaited(row.kind))
    const threadId = row.kind === 'chat' && failed ? (row.threadId as ThreadId | null) : null
    return { key: row.idempotency_key, orderNo: matters ? orderNo : null, threadId, changed }
  })
}
