/** What Temporal keeps of erased requests. */
import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from '@temporalio/client'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createOutboundWorkflows } from '../../api/outbound-workflows.ts'
import { loadSettings } from '../../config/settings.ts'
import { connectClient } from '../../temporal/connection.ts'
import { getTemporalAddress } from '../support/temporal.ts'

const POLL_MS = 50

let client: Client
beforeAll(async () => {
  client = await connectClient(loadSettings({ TEMPORAL_ADDRESS: getTemporalAddress() }))
})
afterAll(() => client?.connection.close())

/** A run that is over. @returns its id. */
async function endedRun(workflowId: string): Promise<string> {
  const handle = await client.workflow.start('nobody_runs_it', {
    workflowId,
    taskQueue: workflowId,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  })
  await handle.terminate()
  return handle.firstExecutionRunId
}

/** The engine lists in its own time. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await pause(POLL_MS)
}

const countListed = async (workflowId: string): Promise<number> =>
  (await client.workflow.count(`WorkflowId = '${workflowId}'`)).count

test('every run of a request is deleted, of several requests at once; others stay', async () => {
  const mark = randomBytes(6).toString('hex')
  const [again, once, other] = [`again-${mark}`, `once-${mark}`, `other-${mark}`] as const
  const older = await endedRun(again)
  await endedRun(again)
  await endedRun(once)
  await endedRun(other)
  await until(async () => (await countListed(again)) === 2)
  // The engine takes it at once and does it when it likes, half a minute later.
  const deletes = vi.spyOn(client.workflowService, 'deleteWorkflowExecution')
  const { forget } = createOutboundWorkflows(client)
  await forget([again, once, `never-${mark}`])
  const asked = deletes.mock.calls.map(([request]) => (request as DeleteRequest).workflowExecution)
  expect(asked).toContainEqual({ workflowId: again })
  expect(asked).toContainEqual({ workflowId: again, runId: older })
  expect(asked).toContainEqual({ workflowId: once })
  expect(asked.map(({ workflowId }) => workflowId)).not.toContain(other)
  // Nothing is left to be done.
  await forget([again, once])
  await forget([])
})

interface DeleteRequest {
  readonly workflowExecution: { readonly workflowId: string; readonly runId?: string }
}
