/** What a call or thread may ask of a ticket; all of it idempotent by the key given. */
import type { WorkflowHandle } from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import { type CallId, isAttachmentId, messageOfAttachment, type OrderNo } from '../domain/ids.ts'
import type { IssueCauseCode } from '../domain/issue-cause.ts'
import {
  missingFields,
  ORDER_FIELDS,
  type OrderEvidence,
  type OrderField,
  type OrderFields,
} from '../domain/order.ts'
import { checkOrderFields, type FieldProblem } from '../domain/order-rules.ts'
import { channelOf, type OrderSource, openingKey, sourceReference } from '../domain/order-source.ts'
import { ORDER_CONFIRMED, ORDER_INCOMPLETE } from '../domain/order-texts.ts'
import {
  confirmByCustomer,
  raiseIssue,
  type SetFieldsResult,
  setFields,
  snapshot,
} from '../workflows/ticket-messages.ts'
import { createTicketClient, refusalOf, type TicketDependencies } from './ticket-client.ts'

export type { FieldProblem } from '../domain/order-rules.ts'

export interface OpenTicketInput {
  readonly source: OrderSource
  /** As the carrier gave it, any form; empty when withheld. */
  readonly customerPhone: string
  /** Orders begun in the same conversation before this one. */
  readonly nth?: number
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
  /** Of what was heard in doubt: whether the customer has agreed to it since. */
  readonly confirmed?: boolean
  /** Moment in the call's recording. */
  readonly atMs?: number
  /** Picture it was read from, as the model names it. */
  readonly photo?: string
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
  /** An order that the customer may have told before; not to be named to who is not verified. */
  readonly possibleDuplicateOf?: OrderNo | null
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

/** What the caller hears when the ticket no longer takes what they say. */
const CLOSED_MESSAGE = '이 주문은 더 이상 바꿀 수 없습니다. 상담원이 확인해 드리겠습니다.'

export function createTicketActivities(deps: TicketDependencies): TicketActivities & CallBackActivities {
  const now = deps.now ?? Date.now
  const { open, handleOf } = createTicketClient(deps)

  return {
    async openTicket(input) {
      const source = sourceOf(input)
      const { customerPhone } = input
      const openedFor = openingKey(source, input.nth)
      const orderNo = await open({
        openedFor,
        channel: channelOf(source),
        callId: callIdOf(source),
        customerPhone,
      })
      return { orderNo }
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
        if (refusalOf(error) === null) throw error
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
        return { ok, missing, message: ok ? ORDER_CONFIRMED : ORDER_INCOMPLETE }
      } catch (error) {
        if (refusalOf(error) === null) throw error
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
        if (refusalOf(error) === null) throw error
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

export const callIdOf = (source: OrderSource): CallId | null =>
  source.kind === 'call' ? source.callId : null

/** @param fields as they were told. */
export function evidenceOf(fields: SetOrderFieldsInput['fields'], source: OrderSource): OrderEvidence {
  const where = { channel: channelOf(source), ...sourceReference(source) }
  return Object.fromEntries(
    ORDER_FIELDS.flatMap((field) => {
      const told = fields[field]
      if (told === undefined) return []
      const { words, confidence, confirmed, atMs, photo } = told
      const moment = atMs === undefined ? {} : { atMs }
      const agreed = confirmed === undefined ? {} : { confirmed }
      const picture = pictureReference(source, photo)
      return [[field, { ...where, ...picture, words, confidence, ...agreed, ...moment }]]
    }),
  )
}

/** A picture names its message, which may be an earlier one than the message that is being answered. */
function pictureReference(source: OrderSource, photo: string | undefined) {
  if (source.kind !== 'chat' || photo === undefined || !isAttachmentId(photo)) return {}
  return { messageId: messageOfAttachment(photo), attachmentId: photo }
}

async function lastKnown(handle: WorkflowHandle): Promise<SetFieldsResult> {
  const { order } = await handle.query(snapshot)
  return { order, missing: missingFields(order) }
}
