/** What a call or thread may ask of a ticket; all of it idempotent by the key given. */
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
import type { IssueCauseCode } from '../domain/issue-cause.ts'
import { koreanDay } from '../domain/korean-time.ts'
import {
  missingFields,
  ORDER_FIELDS,
  type OrderEvidence,
  type OrderField,
  type OrderFields,
} from '../domain/order.ts'
import type { OrderPolicy } from '../domain/order-policy.ts'
import { checkOrderFields, type FieldProblem } from '../domain/order-rules.ts'
import { channelOf, type OrderSource, openingKey, sourceReference } from '../domain/order-source.ts'
import { normalizePhone } from '../domain/phone-number.ts'
import { TASK_QUEUES } from '../temporal/task-queues.ts'
import {
  confirmByCustomer,
  raiseIssue,
  type SetFieldsResult,
  setFields,
  snapshot,
  TICKET_REFUSAL,
  TICKET_WORKFLOW,
  type TicketInput,
  ticketSummary,
  whenOpened,
} from '../workflows/ticket-messages.ts'

export type { FieldProblem } from '../domain/order-rules.ts'

export interface OpenTicketInput {
  readonly source: OrderSource
  /** As the carrier gave it, any form; empty when withheld. */
  readonly customerPhone: string
}
export interface OpenTicketResult {
  readonly orderNo: OrderNo
}

/** A value as the model gave it: not trusted yet. */
export interface ToldField {
  readonly value: string
  /** The caller's own words. */
  readonly words: string
  /** 0-1. */
  readonly confidence: number
  /** Moment in the call's recording. */
  readonly atMs?: number
}
export interface SetOrderFieldsInput {
  readonly orderNo: OrderNo
  readonly source: OrderSource
  readonly fields: Partial<Record<OrderField, ToldField>>
  /** Idempotency key, e.g. turn id and tool call id. */
  readonly key: string
}
export interface SetOrderFieldsResult {
  /** At least one value was taken or nothing was wrong with any. */
  readonly ok: boolean
  readonly missing: readonly OrderField[]
  readonly order: OrderFields
  readonly problems: readonly FieldProblem[]
}

export interface ConfirmOrderInput {
  readonly orderNo: OrderNo
  readonly source: OrderSource
  readonly key: string
}
export interface ConfirmOrderResult {
  readonly ok: boolean
  readonly missing: readonly OrderField[]
  /** What to tell the caller, Korean. */
  readonly message: string
}

/** A reason for which a person must call somebody back. */
export interface AskToCallBackInput {
  readonly orderNo: OrderNo
  /** One sentence for the person who calls. */
  readonly reason: string
  readonly cause: Extract<IssueCauseCode, `call_${string}` | `chat_${string}`>
  readonly key: string
}

/** The activities of this file, for `proxyActivities` in workflows. */
export interface TicketActivities {
  /** Opens the ticket of a call or message, or finds the one it already has. */
  openTicket(input: OpenTicketInput): Promise<OpenTicketResult>
  /** Validates and normalises what was told, keeps what is good and tells what is not. */
  setOrderFields(input: SetOrderFieldsInput): Promise<SetOrderFieldsResult>
  /** The caller agreed to the order that was read back. */
  confirmOrder(input: ConfirmOrderInput): Promise<ConfirmOrderResult>
}

export interface CallBackActivities {
  /** Puts the ticket before a person as an Issue; one that is open already stays. */
  askToCallBack(input: AskToCallBackInput): Promise<void>
}

export interface TicketDependencies {
  readonly client: Client
  readonly policy: OrderPolicy
  /** Queue of the ticket workflows; another one only in tests. */
  readonly taskQueue?: string
  /** As of Date.now(). */
  readonly now?: () => number
}

/** What the caller hears when the ticket no longer takes what they say. */
const CLOSED_MESSAGE = '이 주문은 더 이상 바꿀 수 없습니다. 상담원이 확인해 드리겠습니다.'
const CONFIRMED_MESSAGE = '주문이 접수되었습니다. 결제 링크를 문자로 보내드립니다.'
const MISSING_MESSAGE = '아직 확인하지 못한 내용이 있습니다.'

export function createTicketActivities(deps: TicketDependencies): TicketActivities & CallBackActivities {
  const { client, policy, taskQueue = TASK_QUEUES.business } = deps
  const now = deps.now ?? Date.now
  /** The same in each attempt, also past midnight. */
  const firstTriedAt = deps.now ?? (() => activityInfo().scheduledTimestampMs)
  const handleOf = (orderNo: OrderNo) => client.workflow.getHandle(ticketWorkflowId(orderNo))

  /** Starts the ticket under this number; false when the number belongs to another order. */
  async function start(orderNo: OrderNo, source: OrderSource, customerPhone: string): Promise<boolean> {
    const openedFor = openingKey(source)
    const ticket: TicketInput = {
      orderNo,
      channel: channelOf(source),
      callId: callIdOf(source),
      customerPhone: normalizePhone(customerPhone) ?? '',
      policy,
    }
    try {
      await client.workflow.start(TICKET_WORKFLOW, {
        workflowId: ticketWorkflowId(orderNo),
        taskQueue,
        args: [ticket],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        workflowIdConflictPolicy: 'FAIL',
        memo: { openedFor },
        staticSummary: ticketSummary(orderNo),
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
    async openTicket(input) {
      const source = sourceOf(input)
      const startedAt = firstTriedAt()
      for (let attempt = 0; ; attempt++) {
        const orderNo = orderNoOf(openingKey(source), startedAt, attempt)
        if (!(await start(orderNo, source, input.customerPhone))) continue
        await waitUntilReadable(handleOf(orderNo))
        return { orderNo }
      }
    },

    async setOrderFields(input) {
      const { orderNo, fields, key } = input
      const source = sourceOf(input)
      const told = Object.fromEntries(ORDER_FIELDS.flatMap((f) => (fields[f] ? [[f, fields[f].value]] : [])))
      const checked = checkOrderFields(told, now())
      const handle = handleOf(orderNo)
      try {
        const result = await handle.executeUpdate(setFields, {
          updateId: key,
          args: [
            {
              fields: checked.fields,
              evidence: evidenceOf(fields, source),
              actor: 'ai',
              channel: channelOf(source),
              callId: callIdOf(source),
            },
          ],
        })
        const ok = checked.problems.length === 0 || Object.keys(checked.fields).length > 0
        return { ok, ...result, problems: checked.problems }
      } catch (error) {
        if (!isRefusal(error)) throw error
        return { ok: false, ...(await lastKnown(handle)), problems: checked.problems }
      }
    },

    async confirmOrder(input) {
      const { orderNo, key } = input
      const handle = handleOf(orderNo)
      try {
        const { ok, missing } = await handle.executeUpdate(confirmByCustomer, {
          updateId: key,
          args: [{ actor: 'customer', callId: callIdOf(sourceOf(input)) }],
        })
        return { ok, missing, message: ok ? CONFIRMED_MESSAGE : MISSING_MESSAGE }
      } catch (error) {
        if (!isRefusal(error)) throw error
        const { missing } = await lastKnown(handle)
        return { ok: false, missing, message: CLOSED_MESSAGE }
      }
    },

    async askToCallBack({ orderNo, reason, cause, key }) {
      try {
        await handleOf(orderNo).executeUpdate(raiseIssue, {
          updateId: key,
          args: [{ kind: 'admin_required', reason, actor: 'system', cause: { code: cause } }],
        })
      } catch (error) {
        if (!isRefusal(error)) throw error
      }
    },
  }
}

/** Calls that began before chat threads took orders name their call alone. */
function sourceOf(input: { readonly source?: OrderSource; readonly callId?: CallId }): OrderSource {
  if (input.source !== undefined) return input.source
  if (input.callId !== undefined) return { kind: 'call', callId: input.callId }
  throw ApplicationFailure.nonRetryable('neither a call nor a thread is named', 'InvalidInput')
}

const callIdOf = (source: OrderSource): CallId | null => (source.kind === 'call' ? source.callId : null)

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

function evidenceOf(fields: SetOrderFieldsInput['fields'], source: OrderSource): OrderEvidence {
  const where = { channel: channelOf(source), ...sourceReference(source) }
  return Object.fromEntries(
    ORDER_FIELDS.flatMap((field) => {
      const told = fields[field]
      if (told === undefined) return []
      const { words, confidence, atMs } = told
      return [[field, { ...where, words, confidence, ...(atMs === undefined ? {} : { atMs }) }]]
    }),
  )
}

/** The ticket said no, or is closed: an answer, not a failure. */
function isRefusal(error: unknown): boolean {
  if (error instanceof WorkflowNotFoundError) return true
  if (!(error instanceof WorkflowUpdateFailedError)) return false
  return error.cause instanceof ApplicationFailure && error.cause.type === TICKET_REFUSAL
}

async function lastKnown(handle: WorkflowHandle): Promise<SetFieldsResult> {
  const { order } = await handle.query(snapshot)
  return { order, missing: missingFields(order) }
}
