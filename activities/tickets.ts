/** What a call or thread may ask of a ticket; all of it idempotent by the key given. */
import type { CallId, OrderNo } from '../domain/ids.ts'
import type { Channel, OrderField, OrderFields } from '../domain/order.ts'
import type { FieldProblem } from '../domain/order-rules.ts'

export type { FieldProblem } from '../domain/order-rules.ts'

export interface OpenTicketInput {
  readonly callId: CallId
  /** As the carrier gave it, any form; empty when withheld. */
  readonly customerPhone: string
  readonly channel: Channel
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
  readonly callId: CallId
  readonly channel?: Channel
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
  readonly callId: CallId
  readonly key: string
}
export interface ConfirmOrderResult {
  readonly ok: boolean
  readonly missing: readonly OrderField[]
  /** What to tell the caller, Korean. */
  readonly message: string
}

/** The activities of this file, for `proxyActivities` in workflows. */
export interface TicketActivities {
  /** Opens the ticket of a call, or finds the one it already has. */
  openTicket(input: OpenTicketInput): Promise<OpenTicketResult>
  /** Validates and normalises what was told, keeps what is good and tells what is not. */
  setOrderFields(input: SetOrderFieldsInput): Promise<SetOrderFieldsResult>
  /** The caller agreed to the order that was read back. */
  confirmOrder(input: ConfirmOrderInput): Promise<ConfirmOrderResult>
}
