/** The dialogue worker's activities: Temporal around `takeTurn` and `analyzeCall`. */
import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity'
import type { TakeTurnInput, TakeTurnResult, TurnProgress } from '../../domain/dialogue.ts'
import { type AnalyzeCallInput, analyzeCall, type ReadCall } from './analyze-call.ts'
import { HandOver } from './hand-over.ts'
import { type SummarizeRequestInput, summarizeRequest } from './summarize-request.ts'
import { takeTurn } from './take-turn.ts'
import { type TrialTurnInput, type TrialTurnResult, takeTrialTurn } from './trial-turn.ts'
import { NO_PROGRESS, type TurnDependencies } from './turn.ts'

/** The activities of the task queues `dialogue` and `dialogue-<worker>`, for `proxyActivities`. */
export interface DialogueActivities {
  /** Heartbeat details and the first detail of a `TurnInterrupted` failure are a `TurnProgress`. */
  takeTurn(input: TakeTurnInput): Promise<TakeTurnResult>
  analyzeCall(input: AnalyzeCallInput): Promise<ReadCall | null>
  /** A turn in writing, of a trial. */
  takeTrialTurn(input: TrialTurnInput): Promise<TrialTurnResult>
  summarizeRequest(input: SummarizeRequestInput): Promise<string | null>
  /** Of calls that began before `analyzeCall` was there. */
  summarizeCall(input: Pick<AnalyzeCallInput, 'lines'>): Promise<string | null>
}

/** Failure type of a turn that another worker is to go on with: its first detail tells how far it came. */
export const TURN_INTERRUPTED = 'TurnInterrupted'

const HEARTBEAT_MS = 1_000

export function createDialogueActivities(deps: TurnDependencies): DialogueActivities {
  return {
    takeTurn: (input) => runTurn(deps, input),
    analyzeCall: (input) => analyze(deps, input),
    summarizeRequest: async (input) => {
      try {
        return await summarizeRequest(deps.model, input, Context.current().cancellationSignal)
      } catch (error) {
        throw toFailure(error, NO_PROGRESS)
      }
    },
    takeTrialTurn: async (input) => {
      try {
        return await takeTrialTurn(deps.model, input, Context.current().cancellationSignal)
      } catch (error) {
        throw toFailure(error, NO_PROGRESS)
      }
    },
    summarizeCall: async ({ lines }) => {
      const facts = { orderPlaced: false, personWanted: false }
      return (await analyze(deps, { lines, facts }))?.summary ?? null
    },
  }
}

async function analyze(deps: TurnDependencies, input: AnalyzeCallInput): Promise<ReadCall | null> {
  try {
    return await analyzeCall(deps.model, input, Context.current().cancellationSignal)
  } catch (error) {
    throw toFailure(error, NO_PROGRESS)
  }
}

async function runTurn(deps: TurnDependencies, input: TakeTurnInput): Promise<TakeTurnResult> {
  const context = Context.current()
  const earlier: TurnProgress | undefined = context.info.heartbeatDetails
  let progress = earlier ?? input.progress ?? NO_PROGRESS
  const beat = () => context.heartbeat(progress)
  const timer = setInterval(beat, HEARTBEAT_MS)
  const handOver = new HandOver(deps.leaving, input.opening, progress)
  beat()
  try {
    return await takeTurn(deps, input, {
      signal: AbortSignal.any([context.cancellationSignal, handOver.signal]),
      progress: progress === NO_PROGRESS ? null : progress,
      report: (reached) => {
        progress = reached
        handOver.reached(progress)
        beat()
      },
    })
  } catch (error) {
    if (context.cancellationSignal.aborted) await rethrowCancellation(context, progress)
    throw toFailure(error, progress)
  } finally {
    clearInterval(timer)
    handOver.close()
  }
}

/** A cancelled turn stays cancelled; one whose worker goes away is taken up by another worker. */
async function rethrowCancellation(context: Context, progress: TurnProgress): Promise<never> {
  const reason = await context.cancelled.catch((error: unknown) => error)
  if (reason instanceof CancelledFailure && reason.message === 'WORKER_SHUTDOWN') {
    throw ApplicationFailure.create({
      type: TURN_INTERRUPTED,
      message: 'the worker stops',
      details: [progress],
    })
  }
  throw reason
}

/** Errors say themselves whether another attempt may help. */
function toFailure(error: unknown, progress: TurnProgress): unknown {
  if (!(error instanceof Error)) return error
  if ('retryable' in error && error.retryable === false) {
    return ApplicationFailure.nonRetryable(error.message, error.name)
  }
  return ApplicationFailure.create({
    type: TURN_INTERRUPTED,
    message: error.message,
    details: [progress],
    cause: error,
  })
}
