/** Whether a workflow on a test server waits for nothing but time and messages, and how to end one that does. */
import { setTimeout as pause } from 'node:timers/promises'
import type { WorkflowHandle } from '@temporalio/client'
import type { TestWorkflowEnvironment } from '@temporalio/testing'

/** Most waits for a task to come back from a worker: it answers within milliseconds, or not at all. */
const MOST_LOOKS = 150
const LOOK_EVERY_MS = 20

export type Rest = 'ended' | 'at_rest' | 'busy'

/**
 * `busy`: a task of it is on its way to a worker, or with one.
 * @param held names of activities that last and are no task in this sense.
 */
export async function restOf(handle: WorkflowHandle, held: readonly string[] = []): Promise<Rest> {
  const { status, raw } = await handle.describe()
  if (status.name !== 'RUNNING') return 'ended'
  // This server calls an activity started also while it waits for its next try.
  const isBusy = raw.pendingActivities?.some(
    ({ attempt, activityType }) => (attempt ?? 1) <= 1 && !held.includes(activityType?.name ?? ''),
  )
  if (isBusy) return 'busy'
  // The server that skips time does not describe a pending workflow task, so the history is read.
  const { events } = await handle.fetchHistory()
  const last = events?.findLast(
    (event) =>
      event.workflowTaskScheduledEventAttributes != null ||
      event.workflowTaskStartedEventAttributes != null ||
      event.workflowTaskCompletedEventAttributes != null,
  )
  return last?.workflowTaskCompletedEventAttributes != null ? 'at_rest' : 'busy'
}

/**
 * Waits until the workflow waits for nothing but time and messages. The server that skips time refuses a workflow
 * task that cancels an activity which has just come back (ACTIVITY_UNKNOWN; Temporal itself does not mind), and
 * then the workflow stands still: so nothing is sent to it while an activity is under way.
 * @returns after a few seconds also when an activity is still under way, as one does that a test holds up.
 */
export const settled = (handle: WorkflowHandle): Promise<Rest> => settledBut(handle, [])

/** The same for one that talks on the telephone: those activities go on meanwhile. */
export async function settledBut(handle: WorkflowHandle, held: readonly string[]): Promise<Rest> {
  let rest = await restOf(handle, held)
  for (let looks = 0; rest === 'busy' && looks < MOST_LOOKS; looks++) {
    await pause(LOOK_EVERY_MS)
    rest = await restOf(handle, held)
  }
  return rest
}

/**
 * Ends a workflow and everything it started, while its worker still runs. A workflow task that nobody fetches
 * any more, or that is due when its workflow is terminated, holds the time of the server for all who follow.
 */
export async function endWithChildren(env: TestWorkflowEnvironment, workflowId: string): Promise<void> {
  const handle = env.client.workflow.getHandle(workflowId)
  const rest = await settled(handle)
  // It may end by itself meanwhile.
  if (rest !== 'ended') await handle.terminate('the test is over').catch(() => undefined)
  for (const child of await childrenOf(env, workflowId)) await endWithChildren(env, child)
}

/** Ids of what every run of the workflow started. */
export async function childrenOf(env: TestWorkflowEnvironment, workflowId: string): Promise<Set<string>> {
  const children = new Set<string>()
  for (let runId: string | undefined; runId !== ''; ) {
    const { events } = await env.client.workflow.getHandle(workflowId, runId).fetchHistory()
    for (const event of events ?? []) {
      const child = event.startChildWorkflowExecutionInitiatedEventAttributes?.workflowId
      if (child != null) children.add(child)
    }
    runId = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? ''
  }
  return children
}
