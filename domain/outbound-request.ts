/**
 * A call that somebody asks for: whom to call and what to find out. How it stands, and what each thing that happens
 * makes of it. Pure; the workflow around it is `outboundRequest`.
 *
 * ```
 * queued -> dialing -> ringing -> connected -> completed
 *              |          |
 *              +----------+-> no_answer | busy | rejected | failed  (-> queued again, while tries are left)
 * cancelled: from any of the first four
 * ```
 */
import type { LegOutcome, LegReport } from './call.ts'
import type { OutboundId } from './ids.ts'
import type { PersonTransferMode, RetryPolicy } from './outbound-policy.ts'

/** 1 goes first. */
export type OutboundPriority = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10

/** What somebody asks for, checked and complete. */
export interface OutboundRequest {
  /** National digits. */
  readonly callerNumber: string
  /** National digits. */
  readonly calleeNumber: string
  readonly callerDisplayName: string | null
  readonly purpose: string
  readonly questions: readonly string[]
  /** Seconds from the answer. */
  readonly maxDuration: number
  readonly priority: OutboundPriority
  /** ISO 8601; null: now. */
  readonly scheduledAt: string | null
  readonly retryOnNoAnswer: boolean
  /** Calls after the first. */
  readonly maxRetries: number
  readonly metadata: Readonly<Record<string, unknown>> | null
  /** Who is put on the line for somebody who asks for a person: `desk`, `none` or a number. Absent: as the settings say. */
  readonly transferTo?: string
  readonly transferMode?: PersonTransferMode
}

export const OUTBOUND_STATES = [
  'queued',
  'dialing',
  'ringing',
  'connected',
  'completed',
  'no_answer',
  'busy',
  'rejected',
  'failed',
  'cancelled',
] as const
export type OutboundState = (typeof OUTBOUND_STATES)[number]

/** States in which somebody's phone is rung or talked to. */
export const LIVE_STATES = ['dialing', 'ringing', 'connected'] as const satisfies readonly OutboundState[]
/** Who calls, where the request does not say. */
export const DEFAULT_DISPLAY_NAME = '회사'

/** Who presses it is not called any more. */
export const OPT_OUT_KEY = '9'

/** One breath each. */
export const sentencesOf = (text: string): readonly string[] => text.trim().split(/(?<=[.?!])\s+/)

/** How a request stands. Times are ISO 8601. */
export interface OutboundProgress {
  readonly outboundId: OutboundId
  readonly state: OutboundState
  /** Calls begun. */
  readonly attemptCount: number
  /** Of the call under way or the last one. */
  readonly startedAt: string | null
  readonly answeredAt: string | null
  readonly completedAt: string | null
  /** "SIP 486", or why no INVITE was sent. */
  readonly failureReason: string | null
  /** When the next call goes into the queue; null: there is none. */
  readonly nextTryAt: string | null
}

export const newProgress = (outboundId: OutboundId): OutboundProgress => ({
  outboundId,
  state: 'queued',
  attemptCount: 0,
  startedAt: null,
  answeredAt: null,
  completedAt: null,
  failureReason: null,
  nextTryAt: null,
})

/** The INVITE is sent. */
export const dialing = (progress: OutboundProgress, at: string): OutboundProgress => ({
  ...progress,
  state: 'dialing',
  attemptCount: progress.attemptCount + 1,
  startedAt: at,
  answeredAt: null,
  failureReason: null,
  nextTryAt: null,
})

/** Their phone rings; a 180 that comes late changes nothing. */
export const ringing = (progress: OutboundProgress): OutboundProgress =>
  progress.state === 'dialing' ? { ...progress, state: 'ringing' } : progress

export const connected = (progress: OutboundProgress, at: string): OutboundProgress =>
  progress.state === 'dialing' || progress.state === 'ringing'
    ? { ...progress, state: 'connected', answeredAt: at }
    : progress

/** A wait that is over: back in the queue. */
export const queuedAgain = (progress: OutboundProgress): OutboundProgress => ({
  ...progress,
  state: 'queued',
  nextTryAt: null,
})

export const cancelled = (progress: OutboundProgress, at: string): OutboundProgress => ({
  ...progress,
  state: 'cancelled',
  completedAt: at,
  failureReason: null,
  nextTryAt: null,
})

/** What a call met instead of a person. */
export interface MetMachine {
  readonly by: 'machine' | 'fax'
  readonly isMessageLeft: boolean
}

/** `failure_reason` of a call that a machine answered. */
const VOICEMAIL = 'voicemail'
const MESSAGE_LEFT = 'voicemail, message left'
const FAX = 'fax'

/** `failure_reason` of a call that found no channel before its hour was over. */
export const TOO_LATE = 'too late to call'
/** `failure_reason` of a call that our own fault ended. */
const SYSTEM_ERROR = 'system error'
/** The talk was cut off with the gateway that held it: the next call goes on with what is answered. */
const GATEWAY_LOST = 'gateway lost in the call'

const UNANSWERED: Readonly<Record<LegOutcome, OutboundState>> = {
  no_answer: 'no_answer',
  busy: 'busy',
  rejected: 'rejected',
  failed: 'failed',
  cancelled: 'failed',
  no_media: 'failed',
  // They hung up before they were told apart from a phone that nobody took.
  completed_by_remote: 'no_answer',
  completed_by_us: 'no_answer',
}

/**
 * What the other side's answer means for a request: 486 is busy and 603 a refusal, other answers of 4xx to 6xx a failure.
 * Where our ring time was over (487 after our CANCEL) nobody answered.
 */
function stateByCode({ outcome, sipCode }: LegReport): OutboundState {
  if (sipCode === 486) return 'busy'
  if (sipCode === 603) return 'rejected'
  const isRungOut = outcome === 'no_answer' && (sipCode === null || sipCode === 487)
  if (sipCode === null || sipCode < 400 || isRungOut) return UNANSWERED[outcome]
  return 'failed'
}

/**
 * A call is over.
 * @param ended.report null: nothing was dialled or the gateway that held it was lost, for the reason in `failure`.
 * @param ended.answered somebody took the call: whatever was found out by then is the result.
 */
export function callEnded(
  progress: OutboundProgress,
  ended: {
    readonly report: LegReport | null
    readonly failure: string | null
    readonly answered: boolean
    /** We could not go on: neither they nor the time ended it. */
    readonly broken: boolean
    /** They were cut off in the middle, because the gateway that held the call is gone. */
    readonly lost?: boolean
    /** Null: a person, as far as is known. */
    readonly machine?: MetMachine | null
    /** false: of an older run, which took more answers for "busy" and "no answer". */
    readonly byCode?: boolean
    readonly at: string
  },
): OutboundProgress {
  const { report, failure, answered, broken, lost = false, at, machine = null, byCode = true } = ended
  if (answered && machine !== null) {
    const voicemail = machine.isMessageLeft ? MESSAGE_LEFT : VOICEMAIL
    const failureReason = machine.by === 'fax' ? FAX : voicemail
    return { ...progress, state: 'no_answer', completedAt: at, failureReason }
  }
  if (answered && lost) return { ...progress, state: 'failed', completedAt: at, failureReason: GATEWAY_LOST }
  if (answered && broken)
    return { ...progress, state: 'failed', completedAt: at, failureReason: SYSTEM_ERROR }
  if (answered) return { ...progress, state: 'completed', completedAt: at, failureReason: null }
  const unanswered = (over: LegReport) => (byCode ? stateByCode(over) : UNANSWERED[over.outcome])
  const state = report === null ? 'failed' : unanswered(report)
  const failureReason = report === null ? (failure ?? 'gateway lost') : `SIP ${report.sipCode ?? 408}`
  return { ...progress, state, completedAt: at, failureReason }
}

/** @returns the time in ms at which the number is to be called again; null: this was the last call. */
export function nextTryMs(
  progress: OutboundProgress,
  request: Pick<OutboundRequest, 'retryOnNoAnswer' | 'maxRetries'>,
  policy: RetryPolicy,
  nowMs: number,
): number | null {
  // Who was cut off by us is called again whichever states are.
  const isRetried =
    progress.failureReason === GATEWAY_LOST || policy.on.some((state) => state === progress.state)
  const isWanted = policy.enabled && request.retryOnNoAnswer && isRetried
  // Who has our message is not called again.
  if (progress.failureReason === MESSAGE_LEFT) return null
  if (!isWanted || progress.attemptCount > request.maxRetries) return null
  return nowMs + policy.intervalSeconds * 1000
}
