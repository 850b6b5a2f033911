/** The API's way to requested calls: each is a workflow that begins with the request. */
import { type Client, isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client'
import { startOutboundRequest } from '../activities/outbound-client.ts'
import { type OutboundId, outboundRequestWorkflowId } from '../domain/ids.ts'
import {
  cancelOutbound,
  type OutboundRequestInput,
  type PutThrough,
  putThrough,
} from '../workflows/outbound-request-messages.ts'
import { createWorkflowEngine } from './workflow-engine.ts'

/** What routes ask of requested calls. Throws ApiProblem: refused (code `over`), workflow_engine_unavailable. */
export interface OutboundWorkflows {
  /** Repeating it while it runs changes nothing. */
  readonly start: (input: OutboundRequestInput) => Promise<void>
  /**
   * Resolves when nothing more is dialled or said, and the row says so.
   * @returns false: nobody runs it.
   */
  readonly cancel: (outboundId: OutboundId, reason: string) => Promise<boolean>
  /** Deletes the histories of workflows that are over, of each all runs; without one nothing happens. */
  readonly forget: (workflowIds: readonly string[]) => Promise<void>
  /** Resolves once it is accepted. Throws ApiProblem: refused (with a `CallRefusalCode`). */
  readonly putThrough: (workflowId: string, wish: PutThrough) => Promise<void>
}

const START_LIMIT_MS = 10_000
const PUT_THROUGH_LIMIT_MS = 15_000
/** A live call is hung up and written down. */
const CANCEL_LIMIT_MS = 30_000
/** Several dozen. */
const FORGET_LIMIT_MS = 30_000

/** On a Temporal client, which may connect later. */
export function createOutboundWorkflows(client: Client): OutboundWorkflows {
  const { within } = createWorkflowEngine(client)
  return {
    async start(input) {
      await within(START_LIMIT_MS, () => startOutboundRequest(client, input))
    },
    async putThrough(workflowId, wish) {
      const handle = client.workflow.getHandle(workflowId)
      await within(PUT_THROUGH_LIMIT_MS, () => handle.executeUpdate(putThrough, { args: [wish] }))
    },
    cancel: (outboundId, reason) =>
      within(CANCEL_LIMIT_MS, async () => {
        const handle = client.workflow.getHandle(outboundRequestWorkflowId(outboundId))
        try {
          await handle.executeUpdate(cancelOutbound, { args: [{ reason }] })
          return true
        } catch (error) {
          if (error instanceof WorkflowNotFoundError) return false
          throw error
        }
      }),
    async forget(workflowIds) {
      if (workflowIds.length === 0) return
      const { namespace } = client.options
      const remove = async (workflowExecution: { readonly workflowId: string; readonly runId?: string }) => {
        try {
          await client.workflowService.deleteWorkflowExecution({ namespace, workflowExecution })
        } catch (error) {
          if (!isGrpcServiceError(error) || error.code !== GRPC_NOT_FOUND) throw error
        }
      }
      await within(FORGET_LIMIT_MS, async () => {
        // The newest run may not be listed yet; a request that was made again by hand has older ones.
        for (const workflowId of workflowIds) await remove({ workflowId })
        const query = `WorkflowId IN (${workflowIds.map((id) => `'${id}'`).join(', ')})`
        for await (const { workflowId, runId } of client.workflow.list({ query }))
          await remove({ workflowId, runId })
      })
    },
  }
}

/** google.rpc.Code: the server keeps no such workflow any more. */
const GRPC_NOT_FOUND = 5
