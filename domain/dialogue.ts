/** What passes between a call's workflow and `takeTurn`: the conversation so far, and what one turn brought. */
import type { AnsweredBy } from './answering.ts'
import type { CallUsage } from './call-usage.ts'
import type { CallerConcern } from './caller-concerns.ts'
import type { ChatPhoto } from './chat-photo.ts'
import type { FlowEdition } from './flow-content.ts'
import type { HeardWord } from './heard-words.ts'
import type { CallId, LegId, OrderNo, TurnId } from './ids.ts'
import type { OrderFields } from './order.ts'
import type { OrderInShort } from './order-in-short.ts'
import type { IssueAlarmBrief, VendorOrderBrief } from './outbound-call.ts'
import type { OutboundWords } from './outbound-policy.ts'
import type { TaskState } from './question-answers.ts'
import type { Doubts } from './read-back.ts'
import type { TalkLanguage } from './talk-language.ts'
import type { Miss } from './talk-misses.ts'

/** A tool the model asks for. Its arguments are data that the workflow's activity validates. */
export interface ToolCall {
  /** Id the model gave (`toolu_…`): also part of the idempotency key. */
  readonly id: string
  readonly name: string
  readonly input: Readonly<Record<string, unknown>>
}

/** What a tool did, told to the model in the next turn. */
export interface ToolResult {
  readonly toolCallId: string
  readonly ok: boolean
  /** For the model, in plain words or JSON. */
  readonly content: string
  /** The caller must hear of it now: the next turn speaks before it listens. */
  readonly mustTell: boolean
}

/** The model's history. `assistant.heard` is what the caller heard: cut where they broke in. */
export type DialogueMessage =
  | {
      readonly role: 'caller'
      readonly words: string
      readonly toolResults: readonly ToolResult[]
      /** Only in chats. */
      readonly photos?: readonly ChatPhoto[]
    }
  | {
      readonly role: 'assistant'
      readonly heard: string
      readonly interrupted: boolean
      readonly toolCalls: readonly ToolCall[]
      /** Written by a person of ours, not by the model. */
      readonly byPerson?: true
    }

/** What every conversation has; fills the system prompt. */
interface DialogueFrame {
  readonly companyName: string
  readonly language: TalkLanguage
  /** ISO 8601 +09:00: the model must know what "tomorrow" is. */
  readonly now: string
  /** The version of the flow that the conversation began with; absent: as it was shipped. */
  readonly edition?: FlowEdition
}

/** A customer orders. */
export interface OrderIntakeContext extends DialogueFrame {
  readonly flow: 'order_intake'
  /** Spoken on the telephone unless told otherwise. */
  readonly medium?: 'voice' | 'text'
  readonly callerNumber: string
  readonly priceWon: number
  /** What the ticket knows so far. */
  readonly order: OrderFields
  /** Number of that ticket, once the order is placed. */
  readonly placedAs?: OrderNo | null
  /** Orders of the customer, newest first; only of one who is verified. */
  readonly orders?: readonly OrderInShort[]
  /** The order being told may be this one, which the customer told before. */
  readonly maybeSameAs?: OrderInShort | null
  /** Values that were heard in doubt: they don't count before the customer has agreed to them. */
  readonly doubts?: Doubts
}

/** We call the vendor about an order. */
export interface VendorOrderContext extends DialogueFrame {
  readonly flow: 'vendor_order'
  readonly brief: VendorOrderBrief
}

/** We call the owner about an Issue. */
export interface IssueAlarmContext extends DialogueFrame {
  readonly flow: 'issue_alarm'
  readonly brief: IssueAlarmBrief
}

/** We call somebody to find something out. */
export interface OutboundRequestContext extends DialogueFrame {
  readonly flow: 'outbound_request'
  /** In whose name we call. */
  readonly displayName: string
  readonly purpose: string
  readonly task: TaskState
  /** The first words and the last ones, see `OutboundWords`. */
  readonly words: OutboundWords
  /** Whether a person of ours can be put on the line; absent: nobody can. */
  readonly connectsPerson?: true
}

/** Who answers and what for. */
export type DialogueContext =
  | OrderIntakeContext
  | VendorOrderContext
  | IssueAlarmContext
  | OutboundRequestContext

/** How a turn begins. */
export type TurnOpening =
  /** Greet: AI and recording disclosure; whom we called may say their hello first. */
  | 'greet'
  /** Listen to the caller, then answer. */
  | 'listen'
  /** Speak at once, from the tool results just obtained. */
  | 'continue'
  /** Say goodbye in fixed words, for the reason in `closing`; nothing is listened to any more. */
  | 'close'
  /** A machine has answered: wait until it records, then speak `message`, or nothing where it never does. */
  | 'message'
  /** Say `message`, which is fixed, and listen to nothing. */
  | 'tell'
  /** Say at once that a person may help, after answers that were not understood (domain/talk-misses.ts). */
  | 'offer_person'

/**
 * Why we end a call that the model did not end. `acknowledged`: a key said it; `all_asked`: what we called for is found
 * out; `declined`: they don't want to talk now.
 */
export type ClosingReason = 'silence' | 'time_limit' | 'fault' | 'acknowledged' | 'all_asked' | 'declined'

/** Input of the activity `takeTurn`. */
export interface TakeTurnInput {
  readonly callId: CallId
  readonly legId: LegId
  readonly turnId: TurnId
  readonly mediaSocketUrl: string
  /** Samples at 8 kHz: everything the caller said before it is in `messages`. */
  readonly cursor: number
  readonly opening: TurnOpening
  readonly context: DialogueContext
  readonly messages: readonly DialogueMessage[]
  /** Results of the tools of the last assistant message, not yet told to the model. */
  readonly toolResults: readonly ToolResult[]
  /**
   * Only for the opening `greet` of a call that we placed: find out who has answered (`answeredBy` of the result) and
   * greet neither a machine nor a fax.
   */
  readonly judgesAnswer?: boolean
  /** The caller was told that abuse ends the call. */
  readonly warned?: boolean
  /** Only for the opening `greet`: they were cut off and have been called back; the talk goes on where it was. */
  readonly resumes?: true
  /** Only for the openings `message` and `tell`: its sentences. */
  readonly message?: readonly string[]
  /** Only for the opening `tell`: they say hello first. */
  readonly afterHello?: true
  /** Only for the opening `close`. */
  readonly closing?: ClosingReason
  /** What happened in the turns just before, in a row. */
  readonly streak: TurnStreak
  /** How far an earlier worker came with this very turn before it was lost. */
  readonly progress?: TurnProgress
}

/** Silent turns and failed turns in a row before this one. */
export interface TurnStreak {
  readonly silences: number
  readonly faults: number
  /** Answers to the open question that did not come or were not understood. */
  readonly misses?: number
}

/** How far a turn has come: heartbeat details, from which another worker goes on. */
export interface TurnProgress {
  readonly caller: CallerSpeech | null
  readonly silent: boolean
  /** Samples; where the caller's speech of this turn ended. Null while we listen. */
  readonly heardUntil: number | null
  /** Sentences decided on so far, in order. */
  readonly sentences: readonly string[]
  readonly toolCalls: readonly ToolCall[]
  /** The model has finished: `sentences` and `toolCalls` are all there is. */
  readonly decided: boolean
  readonly fault: boolean
  readonly outage?: boolean
  readonly answeredBy?: AnsweredBy
  /** What was taken of the services so far. */
  readonly usage?: CallUsage
}

/** Why a turn came back. */
export type TurnEnd =
  /** We answered (the answer is queued in the gateway and may still be playing). */
  | 'answered'
  /** The caller hung up. */
  | 'leg_ended'

/** Milliseconds between the steps of one turn, as seen by the dialogue worker; null where a step did not happen. */
export interface TurnTimings {
  /** Caller's last voice -> decision that the turn is over. */
  readonly endOfTurnMs: number | null
  /** Decision -> first token of the model. */
  readonly firstTokenMs: number | null
  /** First token -> first audio from the voice. */
  readonly firstAudioMs: number | null
  /** Caller's last voice -> first answer packet, as the gateway saw it on the wire. */
  readonly wireLatencyMs: number | null
}

/** What the caller said in this turn. `startMs`, `endMs` from the answer of the call. */
export interface CallerSpeech {
  readonly words: string
  /** Of all of them, 0-1. */
  readonly confidence: number
  /** Each of them, where recognition tells. */
  readonly heard?: readonly HeardWord[]
  /** As recognition found it; absent where it does not tell. */
  readonly language?: TalkLanguage
  readonly startMs: number
  readonly endMs: number
}

/** One utterance of ours that the caller cut. */
export interface Interruption {
  readonly utteranceId: string
  /** What they heard of it, cut at a word; may be empty. */
  readonly heard: string
}

/** Result of `takeTurn`. */
export interface TakeTurnResult {
  readonly end: TurnEnd
  /** What was heard; null when the turn only spoke or the caller stayed silent. */
  readonly caller: CallerSpeech | null
  /** True when we spoke because nobody did. */
  readonly silent: boolean
  /** The answer to our question did not come, or was not understood; only where people phone us. */
  readonly miss?: Miss
  /** What is talked in from now on; absent: as before. */
  readonly language?: TalkLanguage
  /** A person was offered in this turn. */
  readonly personOffered?: boolean
  /** The language model failed: fixed words were spoken instead of an answer. */
  readonly fault: boolean
  /** It is known that no model answers: goodbye was said, and the call can't go on. */
  readonly outage?: boolean
  /** What we queued to be said (all sentences), and its utterance. Times from the answer of the call. */
  readonly spoken: {
    readonly utteranceId: string
    readonly text: string
    readonly startMs: number
    /** When it will have been played in full. */
    readonly endMs: number
  } | null
  /** Utterances of earlier turns that the caller cut, and what of each they heard. */
  readonly interruptions: readonly Interruption[]
  readonly toolCalls: readonly ToolCall[]
  /** Only of a greeting that was to find out; `stepAfter` of domain/answering.ts says what follows. */
  readonly answeredBy?: AnsweredBy
  /** What the caller said was answered by policy, not by the model. */
  readonly concern?: { readonly kind: CallerConcern; readonly policyVersion: number }
  /** Samples; the next turn listens from here. */
  readonly cursor: number
  readonly timings: TurnTimings
  /** Queue of the worker that served it, for the next turn to stick to; null where that worker leaves. */
  readonly workerQueue: string | null
  /** Turns of before counted otherwise, or nothing. */
  readonly usage?: CallUsage
}
