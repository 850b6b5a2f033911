/** What the API hears the moment a transaction commits (channel `daeri_events`). */
import { sql } from 'kysely'
import type { CallId, CampaignId, OrderNo, OutboundId, ThreadId } from '../../domain/ids.ts'
import type { OutboundEvent } from '../../domain/outbound-events.ts'
import type { Database, DatabaseTransaction } from '../database.ts'

/** Channel of LISTEN. */
export const EVENTS_CHANNEL = 'daeri_events'

export type DatabaseEvent =
  | { readonly type: 'ticket_changed'; readonly order_no: OrderNo }
  | { readonly type: 'issue_changed'; readonly issue_id: string; readonly order_no: OrderNo }
  /** Deposits, money to return or a reconciliation. */
  | { readonly type: 'money_changed' }
  | { readonly type: 'vendors_changed' }
  /** Callers wait too long, or no longer do. */
  | { readonly type: 'latency_changed' }
  | { readonly type: 'flows_changed' }
  /** A session ended, or a person changed (told by triggers of the tables themselves), or a key was revoked. */
  | { readonly type: 'sessions_changed' }
  | { readonly type: 'thread_changed'; readonly thread_id: ThreadId }
  | { readonly type: 'call_changed'; readonly call_id: CallId }
  /** `event` is what happened to it; null: only its row changed. */
  | {
      readonly type: 'outbound_changed'
      readonly outbound_id: OutboundId
      readonly event: OutboundEvent | null
    }
  /** It, or rows of it. */
  | { readonly type: 'campaign_changed'; readonly campaign_id: CampaignId }
  | { readonly type: 'transcript_line'; readonly call_id: CallId; readonly utterance_id: string }

/** Part of the caller's transaction: nobody hears of what was rolled back. */
export async function notifyScreens(db: Database | DatabaseTransaction, event: DatabaseEvent): Promise<void> {
  await sql`select pg_notify(${EVENTS_CHANNEL}, ${JSON.stringify(event)})`.execute(db)
}

/** Its own page shows a thread, and the page of the order it talks about. @param threadRow `chat_threads.id`. */
export async function notifyThread(db: Database | DatabaseTransaction, threadRow: number): Promise<void> {
  const row = await db
    .selectFrom('chat_threads')
    .leftJoin('orders', 'orders.id', 'chat_threads.order_id')
    .select(['chat_threads.thread_id', 'orders.order_no'])
    .where('chat_threads.id', '=', threadRow)
    .executeTakeFirst()
  if (row === undefined) return
  await notifyScreens(db, { type: 'thread_changed', thread_id: row.thread_id as ThreadId })
  if (row.order_no !== null)
    await notifyScreens(db, { type: 'ticket_changed', order_no: row.order_no as OrderNo })
}
