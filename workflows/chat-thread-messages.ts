/** What the outside says to a running chat thread. */
import { defineSignal, defineUpdate } from '@temporalio/workflow'
import type { ChatAnswer, ChatChannel, ChatPace, InboundChatMessage } from '../domain/chat.ts'
import type { MessageId, OrderNo, ThreadId } from '../domain/ids.ts'
import type { ChatThreadData } from './chat-thread-data.ts'

/** Type of the workflow that is one conversation. */
export const CHAT_THREAD_WORKFLOW = 'chatThread'

/** Start input of the workflow `chatThread`. */
export interface ChatThreadInput {
  readonly threadId: ThreadId
  readonly channel: ChatChannel
  /** National digits, or the user's key at Kakao. */
  readonly address: string
  readonly pace: ChatPace
  /** History length at which the thread continues as new; unset: when the server suggests it. */
  readonly continueAfterEvents?: number
  /** What an earlier run of the same thread left; only the workflow itself sets it. */
  readonly carried?: ChatThreadData
}

/** How a thread ended: nobody wrote for long. */
export interface ChatThreadResult {
  readonly threadId: ThreadId
  readonly orderNo: OrderNo | null
}

/** A message of the customer; the answer goes out by itself. A doubled one changes nothing. */
export const messageReceived = defineSignal<[InboundChatMessage]>('messageReceived')

/** The same from a channel that holds the line for the answer (Kakao): comes back in `pace.answerWithinMs`. */
export const answerMessage = defineUpdate<ChatAnswer, [InboundChatMessage]>('answerMessage')

/** The answer to this message came too late for the line: it has to find another way. */
export const answerNotDelivered = defineSignal<[{ readonly messageId: MessageId }]>('answerNotDelivered')

/** The carrier reports that a text of this thread, or a part of it, did not arrive. @param key its idempotency key. */
export const textFailed = defineSignal<[{ readonly key: string }]>('textFailed')

export interface WriteAsPersonInput {
  readonly text: string
  /** E-mail. */
  readonly by: string
}
/** A person of ours writes to the customer, and with it takes the thread over. Returns once it is written down. */
export const writeAsPerson = defineUpdate<{ readonly key: string }, [WriteAsPersonInput]>('writeAsPerson')

export interface TakeOverInput {
  /** E-mail of who answers from now on; null gives the thread back to the AI. */
  readonly by: string | null
}
export const takeOver = defineUpdate<null, [TakeOverInput]>('takeOver')
