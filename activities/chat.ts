/** What a thread reads and writes in our own tables; short, idempotent, database only. */
import type { Settings } from '../config/settings.ts'
import type { Database } from '../db/database.ts'
import type { DataKeys } from '../db/encryption.ts'
import { openChatMessage, settleKakaoAnswered, takeBackKakaoAnswer } from '../db/queries/chat-outgoing.ts'
import { linkThread, notePinnedThread, pauseThread, readThreadOrder } from '../db/queries/chat-threads.ts'
import { ordersOfCustomer } from '../db/queries/customer-orders.ts'
import { liveEdition } from '../db/queries/flows.ts'
import type { ChatAuthor, ChatChannel, ChatContext } from '../domain/chat.ts'
import type { OrderNo, ThreadId } from '../domain/ids.ts'

export interface ReadChatContextInput {
  readonly threadId: ThreadId
  /** The order talked about so far. */
  readonly orderNo: OrderNo | null
  /** National digits as the network vouches for them; empty when nobody does. */
  readonly ownNumber: string
  /** The thread begins: it is pinned to what is live now. */
  readonly pin?: boolean
}

/** One message to a customer. */
export interface ChatMessageInput {
  /** Idempotency key. */
  readonly key: string
  readonly threadId: ThreadId
  readonly orderNo: OrderNo | null
  readonly author: ChatAuthor
  readonly body: string
  readonly channel: ChatChannel
  /** National digits, or the user's key at Kakao. */
  readonly to: string
}

/** Local activities, for `proxyLocalActivities` in workflows. */
export interface ChatTableActivities {
  readChatContext(input: ReadChatContextInput): Promise<ChatContext>
  linkThreadToOrder(input: {
    readonly threadId: ThreadId
    readonly orderNo: OrderNo
    readonly since: string | null
    readonly phone: string
  }): Promise<void>
  projectTakeOver(input: { readonly threadId: ThreadId; readonly by: string | null }): Promise<void>
  /** Writes a message down before any way to the customer is tried. */
  noteChatMessage(input: ChatMessageInput): Promise<void>
  /** Kakao took it as the answer to a request. */
  noteKakaoAnswered(input: ChatMessageInput): Promise<void>
  /** It turned out that Kakao did not. */
  noteKakaoUnanswered(input: { readonly key: string }): Promise<void>
}

export interface ChatTableDependencies {
  readonly db: Database
  readonly keys: DataKeys
  readonly company: Settings['company']
  readonly order: Pick<Settings['order'], 'priceWon'>
}

/** What was shipped need not be carried along. */
async function pinThread(db: Database, threadId: ThreadId): Promise<Pick<ChatContext, 'edition'>> {
  const edition = await liveEdition(db, 'order_chat')
  await notePinnedThread(db, threadId, edition.version)
  return edition.version === 0 ? {} : { edition }
}

export function createChatTableActivities(deps: ChatTableDependencies): ChatTableActivities {
  const { db, keys } = deps
  return {
    readChatContext: async (input) => ({
      companyName: deps.company.name,
      language: 'ko',
      priceWon: deps.order.priceWon,
      order: await readThreadOrder(db, keys, input),
      orders: (await ordersOfCustomer(db, keys, input.ownNumber)).map(({ short }) => short),
      ...(input.pin === true ? await pinThread(db, input.threadId) : {}),
    }),
    linkThreadToOrder: (input) => linkThread(db, keys, input),
    projectTakeOver: ({ threadId, by }) => pauseThread(db, threadId, by),
    noteChatMessage: async (input) => void (await openChatMessage(db, keys, input, input)),
    noteKakaoAnswered: async (input) => {
      const row = await openChatMessage(db, keys, input, input)
      if (row.status !== 'delivered') await settleKakaoAnswered(db, row.id, row.threadRow)
    },
    noteKakaoUnanswered: ({ key }) => takeBackKakaoAnswer(db, key),
  }
}
