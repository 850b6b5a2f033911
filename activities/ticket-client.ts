/** How activities reach tickets: opening one, asking of it, and telling a refusal from a failure. */
import { createHash } from 'node:crypto'
import { activityInfo } from '@temporalio/activity'
import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowHandle,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import { type CallId, makeOrderNo, type OrderNo, ticketWorkflowId } from '../domain/ids.ts'
import { koreanDay } from '../domain/korean-time.ts'
import type { Channel } from '../domain/order.ts'
import type { OrderPolicy } from '../domain/order-policy.ts'
import { normalizePhone } from '../domain/phone-number.ts'
import type { TicketRefusalCode } from '../domain/ticket.ts'
import { newTicketAttributes } from '../temporal/search-attributes.ts'
import { TASK_QUEUES } from '../temporal/task-queues.ts'
import {
  TICKET_REFUSAL,
  TICKET_REVISION,
  TICKET_WORKFLOW,
  type TicketInput,
  ticketSummary,
  whenOpened,
} from '../workflows/ticket-messages.ts'

export interface TicketDependencies {
  readonly client: Client
  readonly policy: OrderPolicy
  /** Queue of the ticket workflows; another one only in tests. */
  readonly taskQueue?: string
  /** As of Date.now(). */
  readonly now?: () => number
}

export interface NewTicketFor {
  /** What it is opened for: the same always finds the same ticket. */
  readonly openedFor: string
  readonly channel: Channel
  readonly callId: CallId | null
  /** Any form; empty when withheld. */
  readonly customerPhone: string
}

export interface TicketClient {
  readonly handleOf: (orderNo: OrderNo) => WorkflowHandle
  /** Opens a ticket, or finds the one that was opened for the same; it can be read from the database then. */
  readonly open: (ticket: NewTicketFor) => Promise<OrderNo>
  /** As of Date.now(); the same in each attempt of an activity. */
  readonly firstTriedAt: () => number
}

export function createTicketClient(deps: TicketDependencies): TicketClient {
  const { client, policy, taskQueue = TASK_QUEUES.business } = deps
  const firstTriedAt = deps.now ?? (() => activityInfo().scheduledTimestampMs)
  const handleOf = (orderNo: OrderNo) => client.workflow.getHandle(ticketWorkflowId(orderNo))

  /** Starts the ticket under this number; false when the number belongs to another order. */
  async function start(orderNo: OrderNo, input: NewTicketFor): Promise<boolean> {
    const { openedFor, channel, callId } = input
    const customerPhone = normalizePhone(input.customerPhone) ?? ''
    const ticket: TicketInput = { orderNo, channel, callId, customerPhone, policy, revision: TICKET_REVISION }
    try {
      await client.workflow.start(TICKET_WORKFLOW, {
        workflowId: ticketWorkflowId(orderNo),
        taskQueue,
        args: [ticket],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        workflowIdConflictPolicy: 'FAIL',
        memo: { openedFor },
        staticSummary: ticketSummary(orderNo),
        typedSearchAttributes: newTicketAttributes(orderNo),
      })
      return true
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
      const { memo } = await handleOf(orderNo).describe()
      // Tickets of before chat threads remember their call.
      return (memo?.openedFor ?? memo?.callId) === openedFor
    }
  }

  return {
    handleOf,
    firstTriedAt,
    async open(input) {
      // The day of the first attempt, also past midnight.
      const startedAt = firstTriedAt()
      for (let attempt = 0; ; attempt++) {
        const orderNo = orderNoOf(input.openedFor, startedAt, attempt)
        if (!(await start(orderNo, input))) continue
        await waitUntilReadable(handleOf(orderNo))
        return orderNo
      }
    },
  }
}

/**
 * The same call or message always leads to the same number, so that a repeated activity finds its ticket;
 * `attempt` steps aside when another order has it.
 */
function orderNoOf(openedFor: string, nowMs: number, attempt: number): OrderNo {
  const digest = createHash('sha256').update(`${openedFor}:${attempt}`).digest()
  const random = (index: number) => digest.readUInt32BE(index * 4) / 2 ** 32
  return makeOrderNo(koreanDay(nowMs), [random(0), random(1), random(2), random(3)])
}

/** The screens and the call's record refer to the row that the first projection writes. */
async function waitUntilReadable(handle: WorkflowHandle): Promise<void> {
  try {
    await handle.executeUpdate(whenOpened)
  } catch (error) {
    // A ticket that is done already has been readable for long.
    if (!(error instanceof WorkflowNotFoundError)) throw error
  }
}

/**
 * Why the ticket said no: an answer, not a failure. A ticket that is gone is `closed`.
 * @returns null for everything that is no refusal.
 */
export function refusalOf(error: unknown): TicketRefusalCode | null {
  if (error instanceof WorkflowNotFoundError) return 'closed'
  if (!(error instanceof WorkflowUpdateFailedError)) return null
  const { cause } = error
  if (!(cause instanceof ApplicationFailure) || cause.type !== TICKET_REFUSAL) return null
  return (cause.details?.[0] as TicketRefusalCode | undefined) ?? 'not_allowed_now'
}
