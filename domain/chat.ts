/** What a conversation by text message or Kakao is to workflows, API and dialogue worker. */
import type { CallerConcern } from './caller-concerns.ts'
import type { ChatPhoto } from './chat-photo.ts'
import type { DialogueMessage, OrderIntakeContext, ToolCall, ToolResult } from './dialogue.ts'
import type { FlowEdition } from './flow-content.ts'
import type { AttachmentId, MessageId, OrderNo, ThreadId } from './ids.ts'
import type { OrderFields } from './order.ts'
import type { OrderInShort } from './order-in-short.ts'

export type ChatChannel = 'sms' | 'kakao'

/** Kakao takes the answer at the callback for a minute after the customer wrote; the rest is for the way there. */
export const KAKAO_CALLBACK_LIFE_MS = 55_000

/** One message of a customer as the webhook hands it to the thread; its row is written already. */
export interface InboundChatMessage {
  readonly messageId: MessageId
  readonly text: string
  /** Pictures, still at the carrier. */
  readonly attachments: readonly AttachmentId[]
  /** ISO 8601. */
  readonly receivedAt: string
  /** Kakao only: an answer that takes longer may be posted there once, until then (ISO 8601). */
  readonly callback: ChatCallback | null
}

export interface ChatCallback {
  readonly url: string
  readonly until: string
}

/** Who wrote a message that went out: the AI, or a person of ours by e-mail. */
export type ChatAuthor = 'ai' | (string & {})

/** Input of the activity `takeChatTurn`. */
export interface ChatTurnInput {
  readonly threadId: ThreadId
  readonly turnId: string
  readonly context: OrderIntakeContext
  readonly messages: readonly DialogueMessage[]
  /** What the customer wrote since; null: only `toolResults` are new. */
  readonly newest: { readonly words: string; readonly photos: readonly ChatPhoto[] } | null
  readonly toolResults: readonly ToolResult[]
  /** They were told that abuse ends it with the AI. */
  readonly warned?: boolean
}

/** Result of `takeChatTurn`. */
export interface ChatTurnResult {
  /** May be empty when tools are asked for. */
  readonly text: string
  readonly toolCalls: readonly ToolCall[]
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number }
  /** What was written was answered by policy, not by the model. */
  readonly concern?: CallerConcern
}

/** What the thread must know before it answers: read anew for each answer, so that nothing in it is stale. */
export interface ChatContext {
  readonly companyName: string
  readonly language: 'ko' | 'en'
  /** Won. */
  readonly priceWon: number
  /** The open order they talk about; null when there is none. */
  readonly order: ChatOrder | null
  /** What the customer, known by their number, has ordered; absent in histories of before. */
  readonly orders?: readonly OrderInShort[]
  /** What the thread is pinned to, when it asked; absent: as it was shipped. */
  readonly edition?: FlowEdition
}

export interface ChatOrder {
  readonly orderNo: OrderNo
  readonly fields: OrderFields
  /** The customer agreed to it once. */
  readonly confirmed: boolean
}

/** How the webhook of Kakao is answered. */
export type ChatAnswer =
  | { readonly kind: 'reply'; readonly text: string }
  /** Answered together with a later message. */
  | { readonly kind: 'merged' }
  /** A person has taken the thread over. */
  | { readonly kind: 'person' }
  /** Not in time: it follows through the callback, by text message or with the next answer. */
  | { readonly kind: 'later' }

/** How long the parts of a conversation last; fixed when its thread starts. */
export interface ChatPace {
  /** After the newest message, for more of them to come. */
  readonly quietMs: number
  /** For the answer to a message whose sender holds the line (Kakao). */
  readonly answerWithinMs: number
  /** Without a word the thread ends. */
  readonly idleMs: number
}
