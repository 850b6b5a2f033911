/** The API's way to live calls: who joins them, and whether they are recorded. */
import type { Client } from '@temporalio/client'
import type { JoinCallInput, SetCallRecordingInput } from '../domain/call-guests.ts'
import { joinCall, leaveCall, setCallRecording } from '../workflows/call-messages.ts'
import { createWorkflowEngine } from './workflow-engine.ts'

/** What routes ask of a live call. Throws ApiProblem: refused (with a `CallRefusalCode`), workflow_engine_unavailable. */
export interface CallWorkflows {
  /** Their telephone rings when this resolves. */
  readonly join: (workflowId: string, wish: JoinCallInput) => Promise<void>
  readonly leave: (workflowId: string, personId: string) => Promise<void>
  readonly setRecording: (workflowId: string, wish: SetCallRecordingInput) => Promise<void>
}

/** A person waits; the worker may be restarting. */
const UPDATE_LIMIT_MS = 15_000

/** Calls on a Temporal client, which may connect later. */
export function createCallWorkflows(client: Client): CallWorkflows {
  const { within } = createWorkflowEngine(client)
  const callOf = (workflowId: string) => client.workflow.getHandle(workflowId)
  return {
    async join(workflowId, wish) {
      await within(UPDATE_LIMIT_MS, () => callOf(workflowId).executeUpdate(joinCall, { args: [wish] }))
    },
    async leave(workflowId, personId) {
      await within(UPDATE_LIMIT_MS, () =>
        callOf(workflowId).executeUpdate(leaveCall, { args: [{ personId }] }),
      )
    },
    async setRecording(workflowId, wish) {
      await within(UPDATE_LIMIT_MS, () =>
        callOf(workflowId).executeUpdate(setCallRecording, { args: [wish] }),
      )
    },
  }
}
