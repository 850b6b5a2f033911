/** Starts requested calls, from wherever that is done: each once. */
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import { outboundRequestWorkflowId } from '../domain/ids.ts'
import { TASK_QUEUES } from '../temporal/task-queues.ts'
import {
  OUTBOUND_REQUEST_WORKFLOW,
  type OutboundRequestInput,
} from '../workflows/outbound-request-messages.ts'

/**
 * Repeating it while it runs changes nothing; nor does it once it has run, unless a person has asked for it again: two
 * of us may have read the same row, and the call of one may be over before the other comes.
 * @param taskQueue another one only in tests.
 */
export async function startOutboundRequest(
  client: Client,
  input: OutboundRequestInput,
  taskQueue: string = TASK_QUEUES.business,
): Promise<void> {
  const { outboundId, before } = input
  try {
    await client.workflow.start(OUTBOUND_REQUEST_WORKFLOW, {
      workflowId: outboundRequestWorkflowId(outboundId),
      taskQueue,
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: before === undefined ? 'REJECT_DUPLICATE' : 'ALLOW_DUPLICATE',
      staticSummary: `발신 요청 ${outboundId}`,
      args: [input],
    })
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
  }
}
