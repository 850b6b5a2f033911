/** All of a chat thread as plain JSON, and the steps that follow from it. */

import type { CallerConcern } from '../domain/caller-concerns.ts'
import type { ChatAuthor, ChatPace, InboundChatMessage } from '../domain/chat.ts'
import type { ChatPhoto } from '../domain/chat-photo.ts'
import type { ChatSpeaker } from '../domain/chat-texts.ts'
import type { DialogueMessage, ToolCall, ToolResult } from '../domain/dialogue.ts'
import type { FlowEdition } from '../domain/flow-content.ts'
import type { MessageId, OrderNo, ThreadId } from '../domain/ids.ts'
import { EMPTY_ORDER, type OrderFields } from '../domain/order.ts'
import type { ServiceMemory } from '../domain/service-memory.ts'

/** A message that no answer has gone out for yet. */
export interface QueuedMessage extends InboundChatMessage {
  /** Epoch milliseconds, of the workflow's clock. */
  readonly arrivedAtMs: number
  /** Null while they are being fetched. */
  readonly photos: readonly ChatPhoto[] | null
}

/** Where the answer to the messages under way has come. */
type Phase = 'idle' | 'context' | 'turn' | 'tools' | 'reply'

/** All of a thread as plain JSON: what continue-as-new carries. */
export interface ChatThreadData {
  readonly phase: Phase
  readonly inbox: readonly QueuedMessage[]
  /** The messages that are being answered. */
  readonly batch: readonly QueuedMessage[]
  /** Newest last: doubled webhooks are known by them. */
  readonly seen: readonly MessageId[]
  readonly history: readonly DialogueMessage[]
  readonly toolCalls: readonly ToolCall[]
  readonly toolResults: readonly ToolResult[]
  readonly continuations: number
  /** What the model wrote so far for this answer; it goes out in one piece. */
  readonly draft: string
  readonly turnIndex: number
  readonly replyIndex: number
  readonly order: OrderFields
  readonly orderNo: OrderNo | null
  readonly orderConfirmed: boolean
  /** Absent in threads of before. */
  readonly service?: ServiceMemory
  /** When the first message of what is talked about now came (ISO 8601); null before it. */
  readonly since: string | null
  /** National digits; of a Kakao user once they told a number. */
  readonly phone: string
  readonly companyName: string
  readonly language: 'ko' | 'en'
  readonly priceWon: number
  /** What is told and offered for as long as the thread lasts; null: as it was shipped, absent: not read yet. */
  readonly edition?: FlowEdition | null
  readonly lastSpeaker: ChatSpeaker | null
  /** Texts that no way leads to the customer for: they go out with the next answer. */
  readonly unsaid: readonly UnsaidText[]
  /** Texts that the carrier has, the newest last; absent in threads of before. */
  readonly sent?: readonly SentText[]
  /** Who answers instead of the AI. */
  readonly pausedBy: string | null
  /** A reason for which a person must act, not yet on the board. */
  readonly handOver: HandOverReason | null
  /** One that a concern has pushed back: it follows at once. */
  readonly nextHandOver?: HandOverReason | null
  /** When each was last told to a person, epoch milliseconds; threads of before kept the names alone. */
  readonly concerns?: ConcernsTold | readonly CallerConcern[]
  /** They were told that a person hears of abuse. */
  readonly warned?: true
  readonly lastActivityMs: number
}

type ConcernsTold = Partial<Readonly<Record<CallerConcern, number>>>

/** Danger that comes back after this long is another one. */
const SAME_CONCERN_MS = 3_600_000

/** What is to be kept of a concern that a person must be told of now; null: they know. */
export function concernsWith(
  { concerns = {}, warned, lastActivityMs }: ChatThreadData,
  concern: CallerConcern,
): ConcernsTold | null {
  const told: ConcernsTold = 'length' in concerns ? {} : concerns
  const isKnown = lastActivityMs - (told[concern] ?? -Infinity) <= SAME_CONCERN_MS
  if (isKnown || (concern === 'abuse' && warned !== true)) return null
  return { ...told, [concern]: lastActivityMs }
}

export interface UnsaidText {
  /** `messages.idempotency_key`. */
  readonly key: string
  readonly text: string
}

/** A text as it was handed to the carrier. */
export interface SentText extends UnsaidText {
  readonly author: ChatAuthor
  /** National digits. */
  readonly to: string
}

export type HandOverReason = 'model_failed' | 'tool_failed' | 'not_sent' | 'person_wanted' | CallerConcern

/** What the workflow does next. */
export type ChatStep =
  | { readonly do: 'wait'; readonly untilMs: number }
  /** Read what is true now, then answer. */
  | { readonly do: 'context' }
  | { readonly do: 'turn' }
  /** In the order in which the model asked for them. */
  | { readonly do: 'tools'; readonly calls: readonly ToolCall[] }
  | { readonly do: 'reply' }
  /** Nobody wrote for long. */
  | { readonly do: 'end' }

/** An answer that is ready to go out. */
export interface ChatReply {
  /** Number of the answer in this thread: part of its idempotency key. */
  readonly index: number
  readonly text: string
  /** The messages it answers, oldest first; empty after a take-over was given back. */
  readonly answers: readonly QueuedMessage[]
}

export interface ChatThreadFacts {
  readonly threadId: ThreadId
  /** Verified by the network; empty for Kakao. */
  readonly ownNumber: string
  readonly pace: ChatPace
}

export function newChatThread(facts: ChatThreadFacts, nowMs: number): ChatThreadData {
  return {
    phase: 'idle',
    inbox: [],
    batch: [],
    seen: [],
    history: [],
    toolCalls: [],
    toolResults: [],
    continuations: 0,
    draft: '',
    turnIndex: 0,
    replyIndex: 0,
    order: EMPTY_ORDER,
    orderNo: null,
    orderConfirmed: false,
    since: null,
    phone: facts.ownNumber,
    companyName: '',
    language: 'ko',
    priceWon: 0,
    lastSpeaker: null,
    unsaid: [],
    pausedBy: null,
    handOver: null,
    lastActivityMs: nowMs,
  }
}
