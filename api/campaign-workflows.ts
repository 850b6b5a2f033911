/** The API's way to campaigns: each is a workflow that begins when a person starts it. */
import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client'
import type { CampaignSpeed, CampaignState } from '../domain/campaign.ts'
import { type CampaignId, campaignWorkflowId } from '../domain/ids.ts'
import { newCampaignAttributes } from '../temporal/search-attributes.ts'
import { TASK_QUEUES } from '../temporal/task-queues.ts'
import {
  CAMPAIGN_WORKFLOW,
  changeSpeed,
  pauseCampaign,
  resumeCampaign,
  rowsChanged,
  stopCampaign,
} from '../workflows/campaign-messages.ts'
import { createWorkflowEngine } from './workflow-engine.ts'

/** What routes ask of campaigns. Throws ApiProblem: refused (code `over`), workflow_engine_unavailable. */
export interface CampaignWorkflows {
  /** @throws ApiProblem workflow_engine_unavailable: it does not even answer. */
  readonly ensureReachable: () => Promise<void>
  /** Repeating it changes nothing. Where it fails the workflow may have begun all the same. */
  readonly start: (campaignId: CampaignId, speed: CampaignSpeed) => Promise<void>
  /** Resolves when it is so. @returns null: nobody runs it. */
  readonly change: (
    campaignId: CampaignId,
    to: 'pause' | 'resume' | 'stop' | CampaignSpeed,
  ) => Promise<CampaignState | null>
  /** Its list has changed. */
  readonly tellOfRows: (campaignId: CampaignId) => Promise<void>
}

const LIMIT_MS = 15_000
/** One look at the list; a run of the workflow has some hundreds of them. */
const SLICE_MS = 60_000
const UPDATES = { pause: pauseCampaign, resume: resumeCampaign, stop: stopCampaign } as const

/** On a Temporal client, which may connect later. */
export function createCampaignWorkflows(client: Client): CampaignWorkflows {
  const { within, ensureReachable } = createWorkflowEngine(client)
  const handleOf = (campaignId: CampaignId) => client.workflow.getHandle(campaignWorkflowId(campaignId))
  return {
    ensureReachable,
    start: (campaignId, speed) =>
      within(LIMIT_MS, async () => {
        try {
          await client.workflow.start(CAMPAIGN_WORKFLOW, {
            workflowId: campaignWorkflowId(campaignId),
            taskQueue: TASK_QUEUES.business,
            workflowIdConflictPolicy: 'USE_EXISTING',
            workflowIdReusePolicy: 'REJECT_DUPLICATE',
            staticSummary: `캠페인 ${campaignId}`,
            typedSearchAttributes: newCampaignAttributes(campaignId),
            args: [{ campaignId, speed, sliceMs: SLICE_MS }],
          })
        } catch (error) {
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
        }
      }),
    change: (campaignId, to) =>
      within(LIMIT_MS, async () => {
        try {
          const handle = handleOf(campaignId)
          if (typeof to === 'object') return await handle.executeUpdate(changeSpeed, { args: [to] })
          return await handle.executeUpdate(UPDATES[to])
        } catch (error) {
          if (error instanceof WorkflowNotFoundError) return null
          throw error
        }
      }),
    tellOfRows: (campaignId) =>
      within(LIMIT_MS, async () => {
        try {
          await handleOf(campaignId).signal(rowsChanged)
        } catch (error) {
          if (!(error instanceof WorkflowNotFoundError)) throw error
        }
      }),
  }
}
