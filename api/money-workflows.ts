/** The API's way to the workflows that watch over money. */
import { randomUUID } from 'node:crypto'
import type { Client } from '@temporalio/client'
import { TASK_QUEUES } from '../temporal/task-queues.ts'
import { RECONCILIATION_WORKFLOW, type ReconciliationInput } from '../workflows/money-messages.ts'
import { createWorkflowEngine } from './workflow-engine.ts'

export interface MoneyWorkflows {
  /** Begins a reconciliation beside those of the schedule. @throws ApiProblem workflow_engine_unavailable. */
  readonly reconcile: (startedBy: string) => Promise<void>
}

const START_LIMIT_MS = 5_000

export function createMoneyWorkflows(client: Client): MoneyWorkflows {
  const { within } = createWorkflowEngine(client)
  return {
    async reconcile(startedBy) {
      const args: [ReconciliationInput] = [{ startedBy }]
      await within(START_LIMIT_MS, () =>
        client.workflow.start(RECONCILIATION_WORKFLOW, {
          workflowId: `reconciliation-by-hand-${randomUUID()}`,
          taskQueue: TASK_QUEUES.business,
          staticSummary: '결제·입금 대조 (직접)',
          args,
        }),
      )
    },
  }
}
