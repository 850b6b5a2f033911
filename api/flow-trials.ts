/** The API's way to trials of flows: each is a workflow that answers what is written to it. */
import { type Client, WorkflowNotFoundError } from '@temporalio/client'
import type { TrialId } from '../domain/ids.ts'
import { TASK_QUEUES } from '../temporal/task-queues.ts'
import {
  FLOW_TRIAL_WORKFLOW,
  type FlowTrialInput,
  sayInTrial,
  type TrialView,
} from '../workflows/flow-trial-messages.ts'
import { ApiProblem } from './problems.ts'
import { createWorkflowEngine } from './workflow-engine.ts'

/** What routes ask of trials. Throws ApiProblem: not_found, refused, workflow_engine_unavailable. */
export interface FlowTrials {
  /** @returns what is said first. */
  readonly open: (trialId: TrialId, input: Omit<FlowTrialInput, 'idleMs'>) => Promise<TrialView>
  /** @param text empty: silence. */
  readonly say: (trialId: TrialId, text: string) => Promise<TrialView>
}

/** The model thinks, perhaps twice. */
const ANSWER_LIMIT_MS = 60_000
const START_LIMIT_MS = 10_000
/** Nobody writes any more: the page was left. */
const IDLE_MS = 20 * 60_000

/** Trials on a Temporal client, which may connect later. */
export function createFlowTrials(client: Client): FlowTrials {
  const { within } = createWorkflowEngine(client)
  const say = (trialId: TrialId, text: string | null) =>
    within(ANSWER_LIMIT_MS, async () => {
      try {
        return await client.workflow.getHandle(trialId).executeUpdate(sayInTrial, { args: [{ text }] })
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error
        throw new ApiProblem('not_found', 'This trial is over or was never begun.')
      }
    })
  return {
    async open(trialId, input) {
      const args: [FlowTrialInput] = [{ ...input, idleMs: IDLE_MS }]
      await within(START_LIMIT_MS, () =>
        client.workflow.start(FLOW_TRIAL_WORKFLOW, {
          workflowId: trialId,
          taskQueue: TASK_QUEUES.business,
          staticSummary: '대화 시험',
          args,
        }),
      )
      return await say(trialId, null)
    },
    say,
  }
}
