/** What one workflow run costs: the billable actions of Temporal Cloud, and the same steps as a list to be played. */
import type { temporal } from '@temporalio/proto'

type History = temporal.api.history.v1.IHistory
type HistoryEvent = temporal.api.history.v1.IHistoryEvent

/** One thing a workflow did or was told, in the order of its history. */
export type Step =
  | { readonly kind: 'activity' }
  /** All local activities of one workflow task are one action. */
  | { readonly kind: 'local_activity' }
  | { readonly kind: 'timer'; readonly ms: number; readonly fired: boolean }
  | { readonly kind: 'update' }
  | { readonly kind: 'signal' }
  | { readonly kind: 'search_attributes' }
  | { readonly kind: 'child_workflow' }

export type StepKind = Step['kind']

/** Actions a step counts for; a child is its start and its run. */
const ACTIONS: Readonly<Record<StepKind, number>> = {
  activity: 1,
  local_activity: 1,
  timer: 1,
  update: 1,
  signal: 1,
  search_attributes: 1,
  child_workflow: 2,
}

/** What a run did, from its history. */
export function stepsOf(history: History): Step[] {
  const events = history.events ?? []
  const fired = new Set(
    events
      .map((event) => String(event.timerFiredEventAttributes?.startedEventId ?? ''))
      .filter((id) => id !== ''),
  )
  const steps: Step[] = []
  let localIn = ''
  for (const event of events) {
    const step = stepOf(event, fired)
    if (step === null) continue
    const task = String(event.markerRecordedEventAttributes?.workflowTaskCompletedEventId ?? '')
    if (step.kind === 'local_activity' && task === localIn) continue
    if (step.kind === 'local_activity') localIn = task
    steps.push(step)
  }
  return steps
}

function stepOf(event: HistoryEvent, fired: ReadonlySet<string>): Step | null {
  if (event.activityTaskScheduledEventAttributes) return { kind: 'activity' }
  if (event.markerRecordedEventAttributes?.markerName === 'core_local_activity')
    return { kind: 'local_activity' }
  if (event.workflowExecutionUpdateAcceptedEventAttributes) return { kind: 'update' }
  if (event.workflowExecutionSignaledEventAttributes) return { kind: 'signal' }
  if (event.upsertWorkflowSearchAttributesEventAttributes) return { kind: 'search_attributes' }
  if (event.startChildWorkflowExecutionInitiatedEventAttributes) return { kind: 'child_workflow' }
  const timer = event.timerStartedEventAttributes
  if (!timer) return null
  const { seconds, nanos } = timer.startToFireTimeout ?? {}
  const ms = Number(seconds ?? 0) * 1000 + (nanos ?? 0) / 1e6
  return { kind: 'timer', ms, fired: fired.has(String(event.eventId)) }
}

/** Retries of an activity cost as its first try; the history tells the last attempt's number. */
export function retriesIn(history: History): number {
  return (history.events ?? []).reduce(
    (sum, event) => sum + Math.max(0, (event.activityTaskStartedEventAttributes?.attempt ?? 1) - 1),
    0,
  )
}

/** How many there are of each kind, and the actions of all with the start of the workflow. */
export function countActions(
  steps: readonly Step[],
  retries: number,
): { readonly total: number; readonly byKind: Readonly<Record<string, number>> } {
  const byKind: Record<string, number> = { start: 1 }
  let total = 1 + retries
  if (retries > 0) byKind.activity_retry = retries
  for (const { kind } of steps) {
    byKind[kind] = (byKind[kind] ?? 0) + 1
    total += ACTIONS[kind]
  }
  return { total, byKind }
}
