/** Reads the list of conversations, and one of them. */
import { type SqlBool, sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import { type Cursor, encodeCursor } from './cursor.ts'

/** Which conversations a list shows. */
export interface ThreadFilter {
  readonly channel?: string | undefined
  /** Those that no order has come of. */
  readonly order?: 'none' | undefined
  /** `handed`: a person has the word or should have it; `waiting`: a person should act now. */
  readonly state?: 'handed' | 'waiting' | undefined
  /** Last four digits of the customer's number. */
  readonly tail?: string | undefined
}

/** Orders whose conversation the AI handed to a person who has not acted yet; few at any time. */
const HANDED_ORDERS = sql`(
  select tickets.order_id from issues join tickets on tickets.id = issues.ticket_id
  where issues.resolved_at is null and issues.cause->>'code' like 'chat\\_%'
)`
const IS_HANDED = sql<SqlBool>`coalesce(chat_threads.order_id in ${HANDED_ORDERS}, false)`
const IS_TAKEN = sql<SqlBool>`chat_threads.paused_by is not null`
/** The customer wrote last, and a person has the word; or the AI has asked for one. */
const WAITS = sql<SqlBool>`case when ${IS_TAKEN} then newest.direction = 'in' else ${IS_HANDED} end`

const PICTURES = sql<number>`(
  select count(*)::int from chat_attachments where chat_attachments.message_id = newest.id
)`

function threadRows(database: Database) {
  return database
    .selectFrom('chat_threads')
    .innerJoin('messages as newest', 'newest.id', 'chat_threads.newest_message_id')
    .leftJoin('customers', 'customers.id', 'chat_threads.customer_id')
    .leftJoin('orders', 'orders.id', 'chat_threads.order_id')
    .leftJoin('tickets', 'tickets.order_id', 'orders.id')
    .select([
      'chat_threads.id',
      'chat_threads.thread_id',
      'chat_threads.channel',
      'chat_threads.address',
      'chat_threads.phone',
      'chat_threads.customer_id',
      'chat_threads.paused_by',
      'chat_threads.paused_at',
      'chat_threads.flow_version',
      'customers.name',
      'orders.order_no',
      'orders.recipient',
      'tickets.current_state',
      'tickets.sub_state',
      'newest.id as newest_id',
      'newest.direction',
      'newest.author',
      'newest.body',
      'newest.status',
      'newest.created_at',
    ])
    .select([WAITS.as('waits'), PICTURES.as('pictures')])
}

const readThreadRows = (database: Database) => threadRows(database).execute()
export type ThreadListRow = Awaited<ReturnType<typeof readThreadRows>>[number]

const SORT = 'newest_message'

/** Conversations, the one that was written in last first. */
export async function listThreads(
  database: Database,
  page: ThreadFilter & { readonly limit: number; readonly cursor: Cursor | undefined },
): Promise<{ readonly rows: readonly ThreadListRow[]; readonly nextCursor: string | null }> {
  const { channel, order, state, tail, limit, cursor } = page
  let query = threadRows(database)
    .orderBy('chat_threads.newest_message_id', 'desc')
    .limit(limit + 1)
  if (channel !== undefined) query = query.where('chat_threads.channel', '=', channel)
  if (order === 'none') query = query.where('chat_threads.order_id', 'is', null)
  if (state === 'waiting') query = query.where(WAITS)
  if (state === 'handed') query = query.where(sql<SqlBool>`(${IS_TAKEN} or ${IS_HANDED})`)
  if (tail !== undefined) query = query.where('customers.phone_tail', '=', tail)
  if (cursor !== undefined) query = query.where('chat_threads.newest_message_id', '<', String(cursor.id))
  const rows = await query.execute()
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    rows: shown,
    nextCursor:
      rows.length > limit && last !== undefined ? cursorOf(SORT, last.newest_id, last.created_at) : null,
  }
}

export function findThread(database: Database, threadId: string): Promise<ThreadListRow | undefined> {
  return threadRows(database).where('chat_threads.thread_id', '=', threadId).executeTakeFirst()
}

/** How many conversations wait for a person. */
export async function countWaitingThreads(database: Database): Promise<number> {
  const threads = database
    .selectFrom('chat_threads')
    .innerJoin('messages as newest', 'newest.id', 'chat_threads.newest_message_id')
    .select(({ fn }) => fn.countAll<string>().as('count'))
  // Apart, so that each has an index.
  const [taken, handed] = await Promise.all([
    threads.where(IS_TAKEN).where('newest.direction', '=', 'in').executeTakeFirstOrThrow(),
    threads
      .where('chat_threads.paused_by', 'is', null)
      .where(sql<SqlBool>`chat_threads.order_id in ${HANDED_ORDERS}`)
      .executeTakeFirstOrThrow(),
  ])
  return Number(taken.count) + Number(handed.count)
}

const MESSAGES_SORT = 'message'

/**
 * The newest messages of a conversation, or those before a cursor; the oldest first. What we texted the same
 * customer by ourselves (payment links, photos) stands among them, as it does on their phone.
 */
export async function readThreadMessages(
  database: Database,
  thread: Pick<ThreadListRow, 'id' | 'customer_id'>,
  page: { readonly limit: number; readonly before: Cursor | undefined },
) {
  let query = database.selectFrom('messages').selectAll()
  const { id, customer_id: customerId } = thread
  query =
    customerId === null
      ? query.where('thread_id', '=', id)
      : query.where(({ and, eb, or }) =>
          or([
            eb('thread_id', '=', id),
            and([eb('customer_id', '=', customerId), eb('thread_id', 'is', null)]),
          ]),
        )
  if (page.before !== undefined) query = query.where('id', '<', String(page.before.id))
  const rows = await query
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute()
  const messages = rows.slice(0, page.limit).reverse()
  const [oldest] = messages
  const attachments =
    messages.length === 0
      ? []
      : await database
          .selectFrom('chat_attachments')
          .select(['attachment_id', 'message_id', 'status', 'file_key', 'width', 'height'])
          .where(
            'message_id',
            'in',
            messages.map((message) => message.id),
          )
          .orderBy('message_id')
          .orderBy('position')
          .execute()
  return {
    messages,
    attachments,
    earlierCursor:
      rows.length > page.limit && oldest !== undefined
        ? cursorOf(MESSAGES_SORT, oldest.id, oldest.created_at)
        : null,
  }
}
export type ThreadMessages = Awaited<ReturnType<typeof readThreadMessages>>

/** When the customer wrote what KakaoTalk has taken no answer to yet; null when there is none. */
export async function unansweredSince(database: Database, threadRow: number): Promise<Date | null> {
  const ofThread = () => database.selectFrom('messages').where('thread_id', '=', threadRow)
  const [asked, answered] = await Promise.all([
    ofThread()
      .where('direction', '=', 'in')
      .select('created_at')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst(),
    ofThread()
      .where('direction', '=', 'out')
      .where('channel', '=', 'kakao')
      .select(({ fn }) => fn.max('delivered_at').as('at'))
      .executeTakeFirst(),
  ])
  if (asked === undefined) return null
  const at = answered?.at ?? null
  return at !== null && at >= asked.created_at ? null : asked.created_at
}

/** Names of the orders of cursors. */
export const THREAD_CURSORS = { threads: SORT, messages: MESSAGES_SORT } as const

/** Ids of messages grow one by one: far from what a number can't hold. */
const cursorOf = (sort: string, id: string, at: Date): string =>
  encodeCursor({ sort, value: at.toISOString(), id: Number(id) })
