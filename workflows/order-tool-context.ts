/** What the tools of a conversation rest on, and how a result is told to the model. */
import type { OrderIntakeContext, ToolCall, ToolResult } from '../domain/dialogue.ts'
import type { OrderNo } from '../domain/ids.ts'
import { EMPTY_ORDER, type OrderFields } from '../domain/order.ts'
import type { OrderSource } from '../domain/order-source.ts'
import type { Doubts, Hearing } from '../domain/read-back.ts'
import type { ServiceMemory } from '../domain/service-memory.ts'
import type { TalkLanguage } from '../domain/talk-language.ts'

/** What the tools read and write of the conversation they serve. */
export interface OrderToolState {
  /** The order as it is stored. */
  order: OrderFields
  /** Its ticket; null until the first fact is stored. */
  orderNo: OrderNo | null
  /** The order is placed: what remains goes on by itself. */
  orderConfirmed: boolean
  /** The customer was told that a colleague will call. */
  callBackPromised: boolean
  service: ServiceMemory
  /** Heard in doubt, and not agreed to since; only of calls. */
  doubts?: Doubts
}

export interface OrderToolContext {
  readonly state: OrderToolState
  readonly workflowId: string
  /** The customer's number as the network vouches for it, any form; empty when it is not known. */
  readonly customerNumber: string
  /** Names of the tools that the conversation's version offers; null: all. */
  readonly offered: () => readonly string[] | null
  /** What is talked in now; Korean where nobody tells. */
  readonly language?: () => TalkLanguage
  /** Told when the conversation has come to be about this ticket. */
  readonly onTicketOpened: (orderNo: OrderNo) => void
}

/** Where and when the customer said what the tools are about. */
export interface ToldAt {
  /** Of a thread it names the message. */
  readonly source: OrderSource
  /** Ms from the answer of a call; null where nothing was said, or nothing is recorded. */
  readonly atMs: number | null
  /** How surely the words were recognised; absent where they were written. */
  readonly hearing?: Hearing
}

/** One tool the model asked for, with all it rests on. */
export interface ToolRun {
  readonly call: ToolCall
  readonly toldAt: ToldAt
  readonly context: OrderToolContext
  /** Idempotency key: the conversation and the model's id of the call. */
  readonly key: string
}

/** The part of the model's context that the tools keep up to date. */
export function toolContext(
  state: OrderToolState,
): Required<Pick<OrderIntakeContext, 'order' | 'placedAs' | 'orders' | 'maybeSameAs'>> &
  Pick<OrderIntakeContext, 'doubts'> {
  const { order, orderNo, orderConfirmed, service, doubts = {} } = state
  return {
    ...(Object.keys(doubts).length === 0 ? {} : { doubts }),
    order,
    placedAs: orderConfirmed ? orderNo : null,
    orders: service.orders,
    maybeSameAs: service.maybeSameAs,
  }
}

/** What is told from now on is of another order. */
export function beginAnother(state: OrderToolState): void {
  const { service } = state
  state.order = EMPTY_ORDER
  state.orderNo = null
  state.orderConfirmed = false
  state.doubts = {}
  state.service = { ...service, maybeSameAs: null, furtherOrders: service.furtherOrders + 1 }
}

export const told = (call: ToolCall, ok: boolean, content: string, mustTell: boolean): ToolResult => ({
  toolCallId: call.id,
  ok,
  content,
  mustTell,
})

/** A result as JSON with `ok`, of which the customer must hear now. */
export const report = (
  call: ToolCall,
  ok: boolean,
  facts: Readonly<Record<string, unknown>> = {},
): ToolResult => told(call, ok, JSON.stringify({ ok, ...facts }), true)
