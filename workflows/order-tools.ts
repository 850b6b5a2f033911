/** What the model may ask for on a call or in a chat thread, carried out exactly once. */
import { CancellationScope, proxyActivities, sleep } from '@temporalio/workflow'
import type { TicketActivities, ToldField } from '../activities/tickets.ts'
import type { ToolCall, ToolResult } from '../domain/dialogue.ts'
import type { OrderNo } from '../domain/ids.ts'
import {
  missingFields,
  ORDER_FIELD_LIMITS,
  ORDER_FIELDS,
  type OrderField,
  type OrderFields,
} from '../domain/order.ts'
import type { OrderSource } from '../domain/order-source.ts'

// What a caller told is not given up when the call ends: it is stored as soon as that is possible again.
const { openTicket, setOrderFields, confirmOrder } = proxyActivities<TicketActivities>({
  // An attempt whose worker was lost is begun anew soon.
  startToCloseTimeout: '5s',
  scheduleToCloseTimeout: '30 minutes',
  retry: { initialInterval: '300ms', maximumInterval: '10s' },
  summary: '들은 내용을 주문에 적기',
})

/** The customer waits: a tool that takes longer is told to the model as under way, and goes on. */
const WAIT_MS = 6_000
const CONFIRMATION_UNDER_WAY =
  'not done yet: our system is slow and goes on trying. Tell the caller that the order is noted and that a text message follows.'

/** Longer "words" than anybody says in one breath are cut. */
const MAX_WORDS = 200

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
}

export interface OrderToolContext {
  readonly state: OrderToolState
  readonly workflowId: string
  /** The customer's number as the network vouches for it, any form; empty when it is not known. */
  readonly customerNumber: string
  /** Told once, when the ticket is there. */
  readonly onTicketOpened: (orderNo: OrderNo) => void
}

/** Where and when the customer said what the tools are about. */
export interface ToldAt {
  /** Of a thread it names the message. */
  readonly source: OrderSource
  /** Ms from the answer of a call; null where nothing was said, or nothing is recorded. */
  readonly atMs: number | null
}

/** Carries out tools one after another, however long one takes: what was told first is stored first. */
export class OrderTools {
  readonly #context: OrderToolContext
  #work: Promise<unknown> = Promise.resolve()

  constructor(context: OrderToolContext) {
    this.#context = context
  }

  /** In the order in which they were asked for. Never throws: a failure is a result. */
  async run(calls: readonly ToolCall[], toldAt: ToldAt): Promise<readonly ToolResult[]> {
    const running = calls.map((call) => ({ call, result: this.#queue(call, toldAt) }))
    const limit = new CancellationScope()
    const timeUp = limit
      .run(() => sleep(WAIT_MS, { summary: '도구 대기' }))
      .then(
        () => null,
        () => null,
      )
    const results: ToolResult[] = []
    for (const { call, result } of running) {
      results.push((await Promise.race([result, timeUp])) ?? this.#underWay(call))
    }
    limit.cancel()
    return results
  }

  /** Resolves once everything that was asked for is done or given up. */
  async finished(): Promise<void> {
    await this.#work
  }

  /** What was told counts as told: it will be stored, and nobody is asked for it twice. */
  #underWay(call: ToolCall): ToolResult {
    if (call.name !== 'set_order_fields') return told(call, false, CONFIRMATION_UNDER_WAY, true)
    const { state } = this.#context
    const fields = Object.entries(toldFields(call, null)).map(([field, { value }]) => [field, value])
    state.order = { ...state.order, ...Object.fromEntries(fields) }
    return told(
      call,
      true,
      JSON.stringify({ ok: true, missing: missingFields(state.order), problems: [] }),
      false,
    )
  }

  #queue(call: ToolCall, toldAt: ToldAt): Promise<ToolResult> {
    const result = this.#work.then(() => runTool(call, toldAt, this.#context))
    this.#work = result
    return result
  }
}

async function runTool(call: ToolCall, toldAt: ToldAt, context: OrderToolContext): Promise<ToolResult> {
  try {
    switch (call.name) {
      case 'set_order_fields':
        return await storeFields(call, toldAt, context)
      case 'confirm_order':
        return await confirm(call, toldAt, context)
      case 'end_call':
        return told(call, true, 'the call ends', false)
      default:
        return told(call, false, 'there is no such tool', false)
    }
  } catch {
    context.state.callBackPromised = true
    return told(
      call,
      false,
      'not done: our system refused it. Apologise and say that a colleague will call.',
      true,
    )
  }
}

async function storeFields(call: ToolCall, toldAt: ToldAt, context: OrderToolContext): Promise<ToolResult> {
  const fields = toldFields(call, toldAt.atMs)
  if (Object.keys(fields).length === 0) return told(call, false, 'no field with a value was given', false)
  const { source } = toldAt
  const orderNo = await ensureTicket(source, context)
  const key = `${context.workflowId}:${call.id}`
  const stored = await setOrderFields({ orderNo, source, fields, key })
  context.state.order = stored.order
  const problems = stored.problems.map(({ field, message }) => ({ field, message }))
  const content = JSON.stringify({ ok: stored.ok, missing: stored.missing, problems })
  return told(call, stored.ok && problems.length === 0, content, problems.length > 0)
}

async function confirm(call: ToolCall, { source }: ToldAt, context: OrderToolContext): Promise<ToolResult> {
  const { orderNo } = context.state
  if (orderNo === null) return told(call, false, 'nothing of the order is known yet', true)
  const key = `${context.workflowId}:${call.id}`
  const { ok, missing, message } = await confirmOrder({ orderNo, source, key })
  if (ok) context.state.orderConfirmed = true
  return told(call, ok, JSON.stringify({ ok, missing, message }), true)
}

/** A conversation that told nothing leaves no ticket: it is opened by the first field. */
async function ensureTicket(source: OrderSource, context: OrderToolContext): Promise<OrderNo> {
  const { state, customerNumber } = context
  if (state.orderNo !== null) return state.orderNo
  const { orderNo } = await openTicket({ source, customerPhone: customerNumber })
  state.orderNo = orderNo
  context.onTicketOpened(orderNo)
  return orderNo
}

/** What the model gave, as far as it has the agreed form; the ticket validates the values. */
function toldFields(call: ToolCall, atMs: number | null): Partial<Record<OrderField, ToldField>> {
  const fields: Partial<Record<OrderField, ToldField>> = {}
  for (const field of ORDER_FIELDS) {
    const given = call.input[field]
    const value = textOf(given) ?? textOf(property(given, 'value'))
    if (value === null) continue
    const confidence = property(given, 'confidence')
    fields[field] = {
      // One more than allowed: the ticket tells that it is too long.
      value: value.slice(0, ORDER_FIELD_LIMITS[field] + 1),
      words: (textOf(property(given, 'words')) ?? value).slice(0, MAX_WORDS),
      confidence: typeof confidence === 'number' ? Math.min(1, Math.max(0, confidence)) : 0.5,
      ...(atMs === null ? {} : { atMs }),
    }
  }
  return fields
}

function property(given: unknown, name: string): unknown {
  return typeof given === 'object' && given !== null ? Reflect.get(given, name) : undefined
}

const textOf = (given: unknown): string | null =>
  typeof given === 'string' && given.trim() !== '' ? given.trim() : null

const told = (call: ToolCall, ok: boolean, content: string, mustTell: boolean): ToolResult => ({
  toolCallId: call.id,
  ok,
  content,
  mustTell,
})
