/** The API's way to the workflows that watch over money. */
import { randomUUID } from 'node:crypto'
import type { Client } from '@temporalio/client'
import { TASK_QUEUES } from '../temporal/task-queues.ts'
import {
  RECONCILIATION_WORKFLOW,
  RETURN_NOTICE_WORKFLOW,
  type ReconciliationInput,
  type ReturnNoticeInput,
} from '../workflows/money-messages.ts'
import { createWorkflowEngine } from './workflow-engine.ts'

export interface MoneyWorkflows {
  /** Begins a reconciliation beside those of the schedule. @throws ApiProblem workflow_engine_unavailable. */
  readonly reconcile: (startedBy: string) => Promise<void>
  /** The customer hears that a person sent this money back. @throws ApiProblem workflow_engine_unavailable. */
  readonly tellOfReturn: (returnId: number) => Promise<void>
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
    async tellOfReturn(returnId) {
      const args: [ReturnNoticeInput] = [{ returnId }]
      await within(START_LIMIT_MS, () =>
        client.workflow.start(RETURN_NOTICE_WORKFLOW, {
          workflowId: `money-returned-${returnId}`,
          workflowIdConflictPolicy: 'USE_EXISTING',
          taskQueue: TASK_QUEUES.business,
          staticSummary: '돌려드린 금액 문자',
          args,
        }),
      )
    },
  }
}
