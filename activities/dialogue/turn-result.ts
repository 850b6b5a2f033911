/** What one turn brought, for the workflow: the words heard and said, what was asked for, and how long it took. */

import type { CallUsage } from '../../domain/call-usage.ts'
import { type CallerConcern, CONCERN_POLICY_VERSION } from '../../domain/caller-concerns.ts'
import type {
  CallerSpeech,
  TakeTurnInput,
  TakeTurnResult,
  TurnProgress,
  TurnTimings,
} from '../../domain/dialogue.ts'
import { SAMPLES_PER_MS } from '../../domain/media-socket.ts'
import type { TalkLanguage } from '../../domain/talk-language.ts'
import { missOf } from '../../domain/talk-misses.ts'
import type { Answer } from './answer.ts'
import { interruptionsOf } from './heard.ts'
import type { LegState } from './leg-state.ts'
import { callerSpeech } from './listen.ts'
import type { Speaker } from './speaker.ts'

export interface TurnOutcome {
  readonly input: TakeTurnInput
  readonly progress: TurnProgress
  readonly answered: Answer
  readonly state: LegState
  /** Null when nothing was to be said. */
  readonly speaker: Pick<Speaker, 'firstAudioAt' | 'totalMs'> | null
  /** Monotonic time at which the caller's turn was found to be over; null where nobody was listened to. */
  readonly decidedAt: number | null
  /** From the caller's last voice to that decision. */
  readonly endOfTurnMs: number | null
  /** Null: the next turn is not for this worker. */
  readonly workerQueue: string | null
  readonly usage: CallUsage
  readonly concern: CallerConcern | null
  /** Whether answers that don't come, or aren't understood, are told of. */
  readonly countsMisses: boolean
  readonly personOffered: boolean
  /** What is talked in from now on. */
  readonly language: TalkLanguage
}

/** The words up to `heardUntil` count as taken from here on: the next turn does not hear them again. */
export function turnResult(outcome: TurnOutcome): TakeTurnResult {
  const { input, progress, answered, state } = outcome
  const heardUntil = progress.heardUntil ?? input.cursor
  const caller = progress.caller === null ? null : corrected(progress.caller, heardUntil, outcome)
  state.take(heardUntil)
  const { silent } = progress
  const { toolCalls } = answered
  // What policy answered was understood.
  const isMissable = outcome.countsMisses && outcome.concern === null
  const miss = isMissable ? missOf({ silent, caller, toolCalls }) : null
  return {
    end: state.ended ? 'leg_ended' : 'answered',
    caller,
    silent: progress.silent,
    fault: answered.fault,
    ...(miss === null ? {} : { miss }),
    ...(outcome.language === input.context.language ? {} : { language: outcome.language }),
    ...(outcome.personOffered ? { personOffered: true } : {}),
    ...(outcome.concern === null
      ? {}
      : { concern: { kind: outcome.concern, policyVersion: CONCERN_POLICY_VERSION } }),
    ...(answered.outage ? { outage: true } : {}),
    ...(progress.answeredBy === undefined ? {} : { answeredBy: progress.answeredBy }),
    spoken: spokenOf(outcome),
    interruptions: interruptionsOf(state.utterances.values(), input.turnId),
    toolCalls: answered.toolCalls,
    cursor: heardUntil,
    timings: timingsOf(outcome),
    workerQueue: outcome.workerQueue,
    usage: outcome.usage,
  }
}

/** Recognition may date a word's beginning before the voice's. */
const BEFORE_VOICE_MS = 300

/**
 * The service's final text has often come by now; the record takes it. What was skipped before it, a "네" over our own words,
 * is no part of the turn.
 */
function corrected(caller: CallerSpeech, heardUntil: number, { state, input }: TurnOutcome): CallerSpeech {
  const since = Math.max(input.cursor, (caller.startMs - BEFORE_VOICE_MS) * SAMPLES_PER_MS)
  const view = state.viewSince(since, heardUntil)
  return view.confidence === null ? caller : callerSpeech(view)
}

function spokenOf({ state, input, answered, speaker }: TurnOutcome): TakeTurnResult['spoken'] {
  const { turnId } = input
  if (answered.sentences.length === 0 || !state.utterances.has(turnId)) return null
  const startMs = Math.round((state.startedAt.get(turnId) ?? state.cursor) / SAMPLES_PER_MS)
  const text = answered.sentences.join(' ')
  return { utteranceId: turnId, text, startMs, endMs: Math.round(startMs + (speaker?.totalMs ?? 0)) }
}

function timingsOf({ state, input, answered, speaker, decidedAt, endOfTurnMs }: TurnOutcome): TurnTimings {
  const between = (from: number | null, to: number | null) =>
    from === null || to === null ? null : Math.max(0, Math.round(to - from))
  return {
    endOfTurnMs,
    firstTokenMs: between(decidedAt, answered.firstTokenAt),
    firstAudioMs: between(answered.firstTokenAt, speaker?.firstAudioAt ?? null),
    wireLatencyMs: state.latencies.get(input.turnId) ?? null,
  }
}
