/** Tools by which an order is told and placed; what is told of a placed one is an edit. */
import { patched, proxyActivities } from '@temporalio/workflow'
import type { TicketActivities } from '../activities/tickets.ts'
import type { ToolCall, ToolResult } from '../domain/dialogue.ts'
import type { OrderNo } from '../domain/ids.ts'
import { ORDER_FIELDS, type OrderField } from '../domain/order.ts'
import { shownOrder } from '../domain/order-in-short.ts'
import type { OrderSource } from '../domain/order-source.ts'
import { type Doubts, readBacks } from '../domain/read-back.ts'
import { heardFields } from './heard-fields.ts'
import { editPlacedOrder, orderWithNo } from './order-service-tools.ts'
import { argument, toldFields } from './order-tool-arguments.ts'
import {
  beginAnother,
  type OrderToolContext,
  type OrderToolState,
  report,
  type ToolRun,
  told,
} from './order-tool-context.ts'

// What a customer told is not given up when the call ends: it is stored as soon as that is possible again.
const tickets = proxyActivities<TicketActivities>({
  // An attempt whose worker was lost is begun anew soon.
  startToCloseTimeout: '5s',
  scheduleToCloseTimeout: '30 minutes',
  retry: { initialInterval: '300ms', maximumInterval: '10s' },
  summary: '들은 내용을 주문에 적기',
})

/** For `order_no`: one more order after another was placed. */
const NEW_ORDER = 'new'

/** Whether it is told of a placed order: then it is a change, which may be refused. */
export function isEdit(call: ToolCall, state: OrderToolState): boolean {
  const orderNo = argument(call, 'order_no')
  if (orderNo === NEW_ORDER) return false
  return orderNo === null || orderNo === state.orderNo ? state.orderConfirmed : true
}

export async function setOrderFields(run: ToolRun): Promise<ToolResult> {
  const { call, toldAt, context, key } = run
  const { state } = context
  const given = toldFields(call, toldAt.atMs)
  const isAnother = argument(call, 'order_no') === NEW_ORDER && state.orderConfirmed
  if (isAnother) beginAnother(state)
  if (Object.keys(given).length === 0) {
    if (isAnother) return told(call, true, JSON.stringify({ ok: true, missing: ORDER_FIELDS }), false)
    return told(call, false, 'no field with a value was given', false)
  }
  const { fields, doubts, unsure } = heardFields(given, run)
  state.doubts = doubts
  // Calls of before knew no edits: what they told after placing went the same way as before it.
  if (isEdit(call, state) && patched('placed-orders')) {
    // Nothing of a placed order is changed on words that may have been others.
    if (unsure.length > 0 && patched('read-back')) return askAgain(run, unsure)
    return editPlacedOrder(run, fields)
  }
  const { source } = toldAt
  const orderNo = await ensureTicket(source, context)
  const stored = await tickets.setOrderFields({ orderNo, source, fields, key })
  state.order = stored.order
  const duplicate = await suspectedDuplicate(context, stored.possibleDuplicateOf ?? null)
  const problems = stored.problems.map(({ field, message }) => ({ field, message }))
  // What was not taken need not be agreed to.
  for (const { field } of problems) state.doubts = without(state.doubts, field)
  const readBack = readBackOf(run, unsure)
  const content = JSON.stringify({
    ok: stored.ok,
    missing: stored.missing,
    problems,
    ...duplicate,
    ...(readBack.length === 0 ? {} : { read_back: readBack }),
  })
  // In a chat nothing has gone out yet: whether it is the same order is asked at once.
  const askNow = source.kind === 'chat' && Object.keys(duplicate).length > 0
  const mustTell = problems.length > 0 || askNow || readBack.length > 0
  return told(call, stored.ok && problems.length === 0, content, mustTell)
}

export async function confirmOrder(run: ToolRun): Promise<ToolResult> {
  const { call, toldAt, context, key } = run
  const { orderNo, doubts = {} } = context.state
  if (orderNo === null) return told(call, false, 'nothing of the order is known yet', true)
  const inDoubt = ORDER_FIELDS.filter((field) => doubts[field] !== undefined)
  if (inDoubt.length > 0 && patched('read-back')) return askAgain(run, inDoubt)
  const { ok, missing, message } = await tickets.confirmOrder({ orderNo, source: toldAt.source, key })
  if (ok) context.state.orderConfirmed = true
  return report(call, ok, { missing, message })
}

const without = (doubts: Doubts, field: OrderField): Doubts => {
  const { [field]: _, ...others } = doubts
  return others
}

const readBackOf = ({ context }: ToolRun, fields: readonly OrderField[]) =>
  readBacks(context.state.doubts ?? {}, context.language?.() ?? 'ko').filter(({ field }) =>
    fields.includes(field),
  )

/** Nothing is done before they have agreed to what was heard in doubt. */
const askAgain = (run: ToolRun, fields: readonly OrderField[]): ToolResult =>
  report(run.call, false, { read_back: readBackOf(run, fields) })

/** A conversation that told nothing leaves no ticket: it is opened by the first field. */
async function ensureTicket(source: OrderSource, context: OrderToolContext): Promise<OrderNo> {
  const { state, customerNumber } = context
  if (state.orderNo !== null) return state.orderNo
  const nth = state.service.furtherOrders
  const { orderNo } = await tickets.openTicket({
    source,
    customerPhone: customerNumber,
    ...(nth === 0 ? {} : { nth }),
  })
  state.orderNo = orderNo
  context.onTicketOpened(orderNo)
  return orderNo
}

/** Named only to whom it belongs; everybody else's is for the person at the board. */
async function suspectedDuplicate(
  { state, customerNumber }: OrderToolContext,
  suspected: OrderNo | null,
): Promise<Readonly<Record<string, unknown>>> {
  if (suspected === null || suspected === state.service.maybeSameAs?.orderNo) return {}
  const order = await orderWithNo(state, customerNumber, suspected)
  if (order === null) return {}
  state.service = { ...state.service, maybeSameAs: order }
  return { maybe_same_as: shownOrder(order) }
}
