/** The API's way to running tickets: updates, signals, the start of a new one; refusals and outages as problems. */
import { type Client, WithStartWorkflowOperation } from '@temporalio/client'
import type { SignalDefinition, UpdateDefinition } from '@temporalio/common'
import { type CallId, type OrderNo, ticketWorkflowId } from '../domain/ids.ts'
import type { Channel } from '../domain/order.ts'
import type { OrderPolicy } from '../domain/order-policy.ts'
import { newTicketAttributes } from '../temporal/search-attributes.ts'
import { TASK_QUEUES } from '../temporal/task-queues.ts'
import {
  type OpenPaymentResult,
  openPayment,
  TICKET_REVISION,
  TICKET_WORKFLOW,
  type TicketInput,
  ticketSummary,
  whenOpened,
} from '../workflows/ticket-messages.ts'
import { createWorkflowEngine } from './workflow-engine.ts'

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

/** Tickets on a Temporal client, which may connect later. @param policy of orders that are opened here. */
export function createTicketWorkflows(client: Client, policy: OrderPolicy): TicketWorkflows {
  const handle = (orderNo: OrderNo) => client.workflow.getHandle(ticketWorkflowId(orderNo))
  const { within, isReachable } = createWorkflowEngine(client)
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
        typedSearchAttributes: newTicketAttributes(orderNo),
        args: [
          {
            orderNo,
            channel,
            callId,
            customerPhone,
            policy,
            revision: TICKET_REVISION,
          } satisfies TicketInput,
        ],
      })
      await within(UPDATE_LIMIT_MS, () =>
        client.workflow.executeUpdateWithStart(whenOpened, { startWorkflowOperation: start }),
      )
    },
    isReachable,
  }
}
