/** What a worker that remembers nothing makes of a workflow that a test has just run. */
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker'

/**
 * Replays every run of the workflow, the newest first, from what its history holds by now.
 * @throws DeterminismViolationError
 */
export async function expectToReplay(
  env: TestWorkflowEnvironment,
  workflowId: string,
  workflowBundle: WorkflowBundleWithSourceMap,
): Promise<void> {
  for (let runId: string | undefined; runId !== ''; ) {
    const history = await env.client.workflow.getHandle(workflowId, runId).fetchHistory()
    const started = history.events?.[0]?.workflowExecutionStartedEventAttributes
    if (started == null) throw new Error(`${workflowId}: its history does not tell how it was started`)
    // Keys are made of the id, which the server that skips time leaves out.
    started.workflowId = workflowId
    await Worker.runReplayHistory({ workflowBundle }, history, workflowId)
    runId = started.continuedExecutionRunId ?? ''
  }
}
