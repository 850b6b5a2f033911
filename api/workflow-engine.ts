/** How the API asks the workflow engine: nobody waits for one that is away, and what goes wrong is a problem. */
import {
  type Client,
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client'
import { ActivityFailure, ApplicationFailure } from '@temporalio/common'
import { CALL_REFUSAL } from '../workflows/call-messages.ts'
import { TRIAL_REFUSAL } from '../workflows/flow-trial-messages.ts'
import { OUTBOUND_OVER } from '../workflows/outbound-request-messages.ts'
import { TICKET_REFUSAL } from '../workflows/ticket-messages.ts'
import { ApiProblem } from './problems.ts'

export interface WorkflowEngine {
  /** @throws ApiProblem: refused, workflow_engine_unavailable. */
  readonly within: <Result>(limitMs: number, act: () => Promise<Result>) => Promise<Result>
  readonly isReachable: () => Promise<boolean>
  /** Asks it a trifle. @throws ApiProblem workflow_engine_unavailable: nothing was begun. */
  readonly ensureReachable: () => Promise<void>
}

/** The engine that does not answer a trifle within this is away. */
const PROBE_LIMIT_MS = 1_500
/** An answer this young makes another probe needless. */
const PROBE_AGE_MS = 3_000
const RETRY_AFTER_SECONDS = 3
const REFUSALS: ReadonlySet<string> = new Set([TICKET_REFUSAL, CALL_REFUSAL, TRIAL_REFUSAL, OUTBOUND_OVER])

export function createWorkflowEngine(client: Client): WorkflowEngine {
  const isReachable = async (): Promise<boolean> => {
    try {
      await client.withDeadline(Date.now() + PROBE_LIMIT_MS, () => client.workflowService.getSystemInfo({}))
      return true
    } catch {
      return false
    }
  }
  let answeredAt = Number.NEGATIVE_INFINITY
  return {
    isReachable,
    async ensureReachable() {
      if (!(await isReachable())) throw unavailable()
    },
    async within(limitMs, act) {
      // The client itself would try until the limit; somebody waits.
      if (Date.now() - answeredAt > PROBE_AGE_MS && !(await isReachable())) throw unavailable()
      try {
        const result = await client.withDeadline(Date.now() + limitMs, act)
        answeredAt = Date.now()
        return result
      } catch (error) {
        throw asProblem(error)
      }
    },
  }
}

/** What went wrong as the API tells it; anything unknown stays as it is. */
function asProblem(error: unknown): unknown {
  if (error instanceof WorkflowUpdateFailedError) return refusalOf(error)
  if (error instanceof WorkflowNotFoundError || error instanceof WorkflowExecutionAlreadyStartedError) {
    return new ApiProblem('refused', 'This order is closed.', { code: 'closed' })
  }
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isGrpcServiceError(error)) {
    return unavailable()
  }
  return error
}

const unavailable = (): ApiProblem =>
  new ApiProblem('workflow_engine_unavailable', 'No answer yet; look again in a moment.', {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  })

function refusalOf(error: WorkflowUpdateFailedError): unknown {
  const { cause } = error
  // The ticket could not reach an outside party, e.g. the payment gateway.
  if (cause instanceof ActivityFailure) return unavailable()
  if (!(cause instanceof ApplicationFailure) || !REFUSALS.has(cause.type ?? '')) return error
  const code: unknown = cause.details?.[0]
  return new ApiProblem('refused', cause.message, { code: typeof code === 'string' ? code : 'refused' })
}
