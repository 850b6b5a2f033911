/** What passes between a request for a call and those who ask for it. */
import { defineUpdate } from '@temporalio/workflow'
import type { OutboundId } from '../domain/ids.ts'
import type {
  MachinePolicy,
  OutboundWords,
  PersonTransferMode,
  PersonTransferPolicy,
  RetryPolicy,
} from '../domain/outbound-policy.ts'
import type { OutboundProgress, OutboundRequest } from '../domain/outbound-request.ts'
import type { TaskState } from '../domain/question-answers.ts'

/** Settings at the time of the request, so that it is one piece. */
export interface OutboundPolicy {
  readonly ringTimeoutSeconds: number
  readonly maxTurns: number
  readonly retry: RetryPolicy
  readonly words: OutboundWords
  /** Absent in older requests: who answers is taken for a person. */
  readonly machine?: MachinePolicy
  readonly machineMessage?: string
  /** Ends the call as soon as all is asked; false: only where they want it to end. */
  readonly checksCompletion: boolean
  readonly saveTranscript: boolean
  readonly saveRecording: boolean
  readonly generateSummary: boolean
  /** Where whoever asks for a person is put through to; absent: nowhere. */
  readonly transfer?: PersonTransferPolicy
}

/** Start input of the workflow `outboundRequest`. */
export interface OutboundRequestInput {
  readonly outboundId: OutboundId
  readonly request: OutboundRequest
  readonly policy: OutboundPolicy
  readonly companyName: string
  /** Who asked: "operator", an e-mail, or the name of an API key. */
  readonly requestedBy: string
  /** ISO 8601. */
  readonly createdAt: string
  /** ISO 8601: no call is begun after it; absent: at any time. */
  readonly dialUntil?: string
  /** They are told how not to be called any more, and it is done at once. Absent in older requests. */
  readonly takesOptOut?: true
  /** What an earlier call for the same found out; absent: nothing is known yet. */
  readonly known?: TaskState
  /** A person tries again what had ended: what was found out and counted until then. */
  readonly before?: {
    readonly progress: OutboundProgress
    readonly task: TaskState
    readonly version: number
  }
}

export interface CancelOutbound {
  /** E.g. "operator_cancel". */
  readonly reason: string
}

/** Refused with type `OutboundOver` once nothing is left to cancel. */
export const cancelOutbound = defineUpdate<OutboundProgress, [CancelOutbound]>('cancelOutbound')
export const OUTBOUND_OVER = 'OutboundOver'

/** Somebody of ours wants the other side put through to a person. */
export interface PutThrough {
  /** `desk` or a number; absent: as the request says. */
  readonly to?: string
  readonly mode?: PersonTransferMode
  /** Their e-mail. */
  readonly askedBy: string
  /** '' where they said nothing. */
  readonly reason: string
}

/** Refused as `CallRefusal` (call-messages.ts). What comes of it is in the transfers of the call. */
export const putThrough = defineUpdate<null, [PutThrough]>('putThrough')

/** Type of the workflow that is one request. */
export const OUTBOUND_REQUEST_WORKFLOW = 'outboundRequest'
