/** What the company allows and wants of calls that somebody asks for: the settings, and limits that nobody changes. */

export const OUTBOUND_LIMITS = {
  purposeLength: 500,
  questions: 10,
  questionLength: 200,
  displayNameLength: 40,
  maxRetries: 5,
  minDurationSeconds: 10,
  /** Bytes of `metadata` as JSON. */
  metadataBytes: 4_096,
  /** How far ahead a call may be scheduled, days. */
  scheduleDays: 90,
} as const

/** How a call may have ended so that it is made again. */
export const RETRIED_STATES = ['no_answer', 'busy', 'rejected', 'failed'] as const
export type RetriedState = (typeof RETRIED_STATES)[number]

/** When calls without an answer are made again. */
export interface RetryPolicy {
  readonly enabled: boolean
  /** Seconds from the end of one call to the queue for the next. */
  readonly intervalSeconds: number
  readonly on: readonly RetriedState[]
}

/** What is done with an answering machine: another call later, or a message and no other call. */
export const MACHINE_POLICIES = ['retry', 'leave_message'] as const
export type MachinePolicy = (typeof MACHINE_POLICIES)[number]

/** Templates: `{display_name}` and `{purpose}` stand for what the request says. */
export interface OutboundWords {
  readonly greeting: string
  readonly closing: string
}

/** `warm`: the person hears what it is about first. `blind`: they are connected as soon as they answer. */
export const PERSON_TRANSFER_MODES = ['warm', 'blind'] as const
export type PersonTransferMode = (typeof PERSON_TRANSFER_MODES)[number]

/** Whoever of ours has their telephone on and talks with nobody; who talked longest ago is rung first. */
export const TRANSFER_TO_DESK = 'desk'

/** A request or the settings may say so: whoever asks is told that the AI can't, and offered a call back. */
export const TRANSFER_TO_NOBODY = 'none'

/** What a call may do for somebody who asks for a person. */
export interface PersonTransferPolicy {
  /** `desk`, or a number as our people may dial it. */
  readonly to: string
  readonly mode: PersonTransferMode
  readonly ringTimeoutSeconds: number
}

export interface OutboundSettings {
  readonly enabled: boolean
  /** At once on one gateway. */
  readonly maxCalls: number
  readonly ringSeconds: number
  /** From the answer. */
  readonly maxDurationSeconds: number
  readonly maxRetries: number
  readonly retry: RetryPolicy
  readonly maxTurns: number
  /** National digits: who may be shown as the caller. */
  readonly callerNumbers: readonly string[]
  readonly dailyLimit: number
  readonly ratePerMinute: number
  readonly words: OutboundWords
  /** Who is told of each result; null: nobody. */
  readonly webhook: { readonly url: string; readonly secret: string } | null
  /** Who answers is told apart, and this is done with a machine. */
  readonly machine: MachinePolicy
  /** Template of the message for it. */
  readonly machineMessage: string
  /** Ends a call as soon as all is asked. */
  readonly checksCompletion: boolean
  readonly saveTranscript: boolean
  readonly saveRecording: boolean
  readonly generateSummary: boolean
  /** Whoever asks for a person is put through to; `to` may be `none`. */
  readonly transfer: PersonTransferPolicy
}
