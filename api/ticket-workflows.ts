/** The API's way to running tickets: updates, signals, the start of a new one; refusals and outages as problems. */
import {
  type Client,
  isGrpcServiceError,
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client'
import {
  ActivityFailure,
  ApplicationFailure,
  type SignalDefinition,
  type UpdateDefinition,
} from '@temporalio/common'
import { type CallId, type OrderNo, ticketWorkflowId } from '../domain/ids.ts'
import type { Channel } from '../domain/order.ts'
import type { OrderPolicy } from '../domain/order-policy.ts'
import { TASK_QUEUES } from '../temporal/task-queues.ts'
import {
  type OpenPaymentResult,
  openPayment,
  TICKET_REFUSAL,
  TICKET_WORKFLOW,
  type TicketInput,
  ticketSummary,
  whenOpened,
} from '../workflows/ticket-messages.ts'
import { ApiProblem } from './problems.ts'

/** Who a new ticket is for and how they came to us. */
export interface OpenTicket {
  readonly orderNo: OrderNo
  /** National digits. */
  readonly customerPhone: string
  readonly channel: Channel
  readonly callId: CallId | null
}

/** What routes ask of tickets. Throws ApiProblem: not_found, refused (409), workflow_engine_unavailable (503). */
export interface TicketWorkflows {
  /** @param updateId makes a repeated request one update. */
  readonly update: <Input, Result>(
    orderNo: OrderNo,
    definition: UpdateDefinition<Result, [Input]>,
    input: Input,
    updateId?: string,
  ) => Promise<Result>
  readonly signal: <Input>(
    orderNo: OrderNo,
    definition: SignalDefinition<[Input]>,
    input: Input,
  ) => Promise<void>
  /** The customer opened their payment link. */
  readonly openPayment: (orderNo: OrderNo) => Promise<OpenPaymentResult>
  /** Starts a ticket, or finds it running; returns once it can be read from the database. */
  readonly open: (input: OpenTicket) => Promise<void>
  /** Whether the workflow engine answers. */
  readonly isReachable: () => Promise<boolean>
}

/** The worker may be restarting; a person waits no longer than this. */
const UPDATE_LIMIT_MS = 15_000
const SIGNAL_LIMIT_MS = 5_000
/** The engine that does not answer a trifle within this is away. */
const PROBE_LIMIT_MS = 1_500
/** An answer this young makes another probe needless. */
const PROBE_AGE_MS = 3_000
const RETRY_AFTER_SECONDS = 3

/** Tickets on a Temporal client, which may connect later. @param policy of orders that are opened here. */
export function createTicketWorkflows(client: Client, policy: OrderPolicy): TicketWorkflows {
  const handle = (orderNo: OrderNo) => client.workflow.getHandle(ticketWorkflowId(orderNo))
  const isReachable = async (): Promise<boolean> => {
    try {
      await client.withDeadline(Date.now() + PROBE_LIMIT_MS, () => client.workflowService.getSystemInfo({}))
      return true
    } catch {
      return false
    }
  }
  let answeredAt = Number.NEGATIVE_INFINITY
  const within = async <Result>(limitMs: number, act: () => Promise<Result>): Promise<Result> => {
    // The client itself would try until the limit; somebody waits.
    if (Date.now() - answeredAt > PROBE_AGE_MS && !(await isReachable())) throw unavailable()
    try {
      const result = await client.withDeadline(Date.now() + limitMs, act)
      answeredAt = Date.now()
      return result
    } catch (error) {
      throw asProblem(error)
    }
  }
  return {
    update: (orderNo, definition, input, updateId) =>
      within(UPDATE_LIMIT_MS, () =>
        handle(orderNo).executeUpdate(definition, {
          args: [input],
          ...(updateId === undefined ? {} : { updateId }),
        }),
      ),
    signal: (orderNo, definition, input) =>
      within(SIGNAL_LIMIT_MS, () => handle(orderNo).signal(definition, input)),
    openPayment: (orderNo) => within(UPDATE_LIMIT_MS, () => handle(orderNo).executeUpdate(openPayment)),
    async open({ orderNo, customerPhone, channel, callId }) {
      const start = new WithStartWorkflowOperation(TICKET_WORKFLOW, {
        workflowId: ticketWorkflowId(orderNo),
        taskQueue: TASK_QUEUES.business,
        workflowIdConflictPolicy: 'USE_EXISTING',
        // A repeated request must not bring an order that is done to life again.
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        staticSummary: ticketSummary(orderNo),
        args: [{ orderNo, channel, callId, customerPhone, policy } satisfies TicketInput],
      })
      await within(UPDATE_LIMIT_MS, () =>
        client.workflow.executeUpdateWithStart(whenOpened, { startWorkflowOperation: start }),
      )
    },
    isReachable,
  }
}

/** What went wrong with a ticket as the API tells it; anything unknown stays as it is. */
export function asProblem(error: unknown): unknown {
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
  if (!(cause instanceof ApplicationFailure) || cause.type !== TICKET_REFUSAL) return error
  const code: unknown = cause.details?.[0]
  return new ApiProblem('refused', cause.message, { code: typeof code === 'string' ? code : 'refused' })
}
