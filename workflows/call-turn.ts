/** Taking one turn: first on the worker that is warm, then on any; never forgetting how far it came. */
import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  proxyActivities,
  TimeoutFailure,
} from '@temporalio/workflow'
import type { DialogueActivities } from '../activities/dialogue/activities.ts'
import type { TakeTurnInput, TakeTurnResult, TurnProgress } from '../domain/dialogue.ts'
import { TASK_QUEUES } from '../temporal/task-queues.ts'

/** A caller may speak or think for long, but no turn lasts longer than this. */
const TURN_LIMIT = '4 minutes'
/** The turn reports every second; a worker that is silent for this long is lost. */
const HEARTBEAT_TIMEOUT = '5s'
/** A warm worker takes its turn at once or not at all. */
const STICKY_START_TIMEOUT = '1500ms'
/** Nobody takes turns: the caller has waited long enough in silence. */
const SHARED_START_TIMEOUT = '15s'

const shared = proxyActivities<DialogueActivities>({
  taskQueue: TASK_QUEUES.dialogue,
  startToCloseTimeout: TURN_LIMIT,
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  scheduleToStartTimeout: SHARED_START_TIMEOUT,
  // The dialogue worker is told by its next heartbeat; the workflow need not wait for it.
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { initialInterval: '200ms', maximumInterval: '1s', maximumAttempts: 6 },
  summary: '대화: 듣고, 생각하고, 말하기',
})

const sticky = (taskQueue: string) =>
  proxyActivities<DialogueActivities>({
    taskQueue,
    startToCloseTimeout: TURN_LIMIT,
    heartbeatTimeout: HEARTBEAT_TIMEOUT,
    scheduleToStartTimeout: STICKY_START_TIMEOUT,
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    // A lost worker is not asked twice.
    retry: { maximumAttempts: 1 },
    summary: '대화: 듣고, 생각하고, 말하기',
  })

/**
 * @param workerQueue of the worker that took the turn before; null for the first, and where that worker has left.
 * @throws ActivityFailure when no worker could take the turn.
 */
export async function takeTurnSomewhere(
  input: TakeTurnInput,
  workerQueue: string | null,
): Promise<TakeTurnResult> {
  if (workerQueue === null) return await shared.takeTurn(input)
  try {
    return await sticky(workerQueue).takeTurn(input)
  } catch (error) {
    if (isCancellation(error)) throw error
    const progress = progressOf(error)
    return await shared.takeTurn(progress === null ? input : { ...input, progress })
  }
}

/** How far the lost worker came: its last heartbeat, or what it said when it was shut down. */
export function progressOf(error: unknown): TurnProgress | null {
  if (!(error instanceof ActivityFailure)) return null
  const { cause } = error
  if (cause instanceof TimeoutFailure) return asProgress(cause.lastHeartbeatDetails)
  if (cause instanceof ApplicationFailure) return asProgress(cause.details?.[0])
  return null
}

function asProgress(details: unknown): TurnProgress | null {
  if (typeof details !== 'object' || details === null || !('heardUntil' in details)) return null
  return details as TurnProgress
}
