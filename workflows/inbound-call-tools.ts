/** What the model may ask for on an inbound call, carried out exactly once. */
import { proxyActivities } from '@temporalio/workflow'
import type { CallActivities } from '../activities/calls.ts'
import type { TicketActivities, ToldField } from '../activities/tickets.ts'
import type { ToolCall, ToolResult } from '../domain/dialogue.ts'
import type { CallId } from '../domain/ids.ts'
import { ORDER_FIELD_LIMITS, ORDER_FIELDS, type OrderField } from '../domain/order.ts'
import { type CallEnd, endReason, type InboundCallState } from './inbound-call-state.ts'

// The caller waits for the answer: a tool that takes longer than this is told to the model as failed. It is
// idempotent by its key, so what was done after all is found done when it is asked for again.
const { openTicket, setOrderFields, confirmOrder } = proxyActivities<TicketActivities>({
  startToCloseTimeout: '10s',
  scheduleToCloseTimeout: '25s',
  retry: { initialInterval: '300ms', maximumInterval: '3s' },
})

/** Longer "words" than anybody says in one breath are cut. */
const MAX_WORDS = 200

export interface ToolContext {
  readonly state: InboundCallState
  readonly callId: CallId
  readonly workflowId: string
  readonly callerNumber: string
  /** When the caller said what the tool is about, ms from the answer. */
  readonly atMs: number | null
  /** Told once, when the ticket is there. */
  readonly onTicketOpened: (input: Parameters<CallActivities['linkCallToOrder']>[0]) => void
}

export interface ToolsOutcome {
  readonly results: readonly ToolResult[]
  readonly end: CallEnd | null
}

/** One after another, in the order in which they were asked for. Never throws: a failure is a result. */
export async function runTools(calls: readonly ToolCall[], context: ToolContext): Promise<ToolsOutcome> {
  const results: ToolResult[] = []
  let end: CallEnd | null = null
  for (const call of calls) {
    if (call.name === 'end_call') end = endReason(call)
    results.push(await runTool(call, context))
  }
  return { results, end }
}

async function runTool(call: ToolCall, context: ToolContext): Promise<ToolResult> {
  try {
    switch (call.name) {
      case 'set_order_fields':
        return await storeFields(call, context)
      case 'confirm_order':
        return await confirm(call, context)
      case 'end_call':
        return told(call, true, 'the call ends', false)
      default:
        return told(call, false, 'there is no such tool', false)
    }
  } catch {
    return told(call, false, 'not done: our system did not answer. Apologise and say it will be noted.', true)
  }
}

async function storeFields(call: ToolCall, context: ToolContext): Promise<ToolResult> {
  const fields = toldFields(call, context.atMs)
  if (Object.keys(fields).length === 0) return told(call, false, 'no field with a value was given', false)
  const { orderNo } = await ensureTicket(context)
  const key = `${context.workflowId}:${call.id}`
  const stored = await setOrderFields({ orderNo, callId: context.callId, channel: 'phone', fields, key })
  context.state.orderTold(stored.order)
  const problems = stored.problems.map(({ field, message }) => ({ field, message }))
  const content = JSON.stringify({ ok: stored.ok, missing: stored.missing, problems })
  return told(call, stored.ok && problems.length === 0, content, problems.length > 0)
}

async function confirm(call: ToolCall, context: ToolContext): Promise<ToolResult> {
  const { orderNo } = context.state
  if (orderNo === null) return told(call, false, 'nothing of the order is known yet', true)
  const key = `${context.workflowId}:${call.id}`
  const { ok, missing, message } = await confirmOrder({ orderNo, callId: context.callId, key })
  return told(call, ok, JSON.stringify({ ok, missing, message }), true)
}

/** A call that told nothing leaves no ticket: it is opened by the first field. */
async function ensureTicket(context: ToolContext) {
  const { state, callId, callerNumber } = context
  if (state.orderNo !== null) return { orderNo: state.orderNo }
  const opened = await openTicket({ callId, customerPhone: callerNumber, channel: 'phone' })
  state.orderNo = opened.orderNo
  context.onTicketOpened({ callId, orderNo: opened.orderNo })
  return opened
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
