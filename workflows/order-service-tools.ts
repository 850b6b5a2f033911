/**
 * Tools about orders that were placed. The rule of who may hear of what is here, outside of the model: an order
 * is spoken of when the network's number is its customer's, when it was placed in this conversation, or when its
 * number and a name of it were told together. Who guesses is stopped after a few wrong pairs.
 */
import { proxyActivities } from '@temporalio/workflow'
import type { ReportProblemInput, ServiceActivities } from '../activities/service.ts'
import type { ToldField } from '../activities/tickets.ts'
import type { ToolResult } from '../domain/dialogue.ts'
import type { OrderNo } from '../domain/ids.ts'
import type { OrderField } from '../domain/order.ts'
import { type OrderInShort, shownOrder } from '../domain/order-in-short.ts'
import { MAX_WRONG_PROOFS, withOrders } from '../domain/service-memory.ts'
import type { TicketRefusalCode } from '../domain/ticket-rule-error.ts'
import { argument, customerWords } from './order-tool-arguments.ts'
import {
  beginAnother,
  type OrderToolContext,
  type OrderToolState,
  report,
  type ToolRun,
  told,
} from './order-tool-context.ts'

/** Somebody waits for the answer. */
const lookUps = proxyActivities<ServiceActivities>({
  startToCloseTimeout: '5s',
  scheduleToCloseTimeout: '20s',
  retry: { initialInterval: '300ms', maximumInterval: '2s' },
  summary: '주문 조회',
})
/** What a customer asked for is not given up when the conversation ends. */
const requests = proxyActivities<ServiceActivities>({
  startToCloseTimeout: '10s',
  scheduleToCloseTimeout: '30 minutes',
  retry: { initialInterval: '300ms', maximumInterval: '10s' },
  summary: '고객 요청 처리',
})

const PROOF_NEEDED =
  'not verified: ask for the order number and the name of who sends or receives it, and say nothing of any order.'
const PROOF_WRONG =
  'number and name do not belong together, or there is no such order. Say that you can find no order with them; ask them to check both.'
const TOO_MANY_PROOFS =
  'too many wrong attempts in this conversation. Say that you cannot look it up and that a colleague will help.'

/** May be said to the model when a change is refused. */
const REFUSALS: Readonly<Partial<Record<TicketRefusalCode, string>>> = {
  already_made: 'production has begun and the vendor refuses the change. A colleague looks for a solution.',
  closed: 'this order is over and can no longer be changed.',
  not_allowed_now: 'this order can no longer be changed.',
}

const PROBLEM_KINDS: readonly ReportProblemInput['kind'][] = ['message_typo', 'delivery_delay', 'complaint']

// --- who may hear of what ------------------------------------------------------------------------------

const sameNo = (orderNo: OrderNo, given: string): boolean =>
  orderNo.replace('-', '') === given.toUpperCase().replace(/[^0-9A-Z]/g, '')

/** An order of the verified customer, looked up if it is newer than what we know; null when it is not theirs. */
export async function orderWithNo(
  state: OrderToolState,
  customerNumber: string,
  orderNo: OrderNo,
): Promise<OrderInShort | null> {
  const known = state.service.orders.find((order) => order.orderNo === orderNo)
  if (known !== undefined || customerNumber === '') return known ?? null
  const found = await lookUps.lookUpOrder({ customerNumber, orderNo, name: null })
  if (found.status !== 'found') return null
  state.service = withOrders(state.service, found.orders)
  return found.orders[0] ?? null
}

/** The order a tool is about, if this conversation may speak of it: the one named, else the one being told. */
function permittedOrder({ call, context }: ToolRun): OrderNo | null {
  const { orderNo, service } = context.state
  const given = argument(call, 'order_no')
  if (given === null) return orderNo ?? onlyOrder(service.orders)
  if (orderNo !== null && sameNo(orderNo, given)) return orderNo
  return service.orders.find((order) => sameNo(order.orderNo, given))?.orderNo ?? null
}

/** An order that is only being told can't be complained of: another one is meant. */
function complainedOf(run: ToolRun): OrderNo | null {
  const { orderConfirmed, service } = run.context.state
  const isNamed = argument(run.call, 'order_no') !== null
  return isNamed || orderConfirmed ? permittedOrder(run) : onlyOrder(service.orders)
}

const onlyOrder = (orders: readonly OrderInShort[]): OrderNo | null =>
  orders.length === 1 ? (orders[0]?.orderNo ?? null) : null

const refuseUnverified = (run: ToolRun): ToolResult => told(run.call, false, PROOF_NEEDED, true)

// --- look-ups ------------------------------------------------------------------------------------------

export async function lookUpOrder({ call, context }: ToolRun): Promise<ToolResult> {
  const { state, customerNumber } = context
  const given = argument(call, 'order_no')
  const name = argument(call, 'name')
  const mine = given === null ? undefined : state.service.orders.find((order) => sameNo(order.orderNo, given))
  const own = state.orderNo !== null && given !== null && sameNo(state.orderNo, given)
  if (mine === undefined && !own && state.service.wrongProofs >= MAX_WRONG_PROOFS && given !== null) {
    return told(call, false, TOO_MANY_PROOFS, true)
  }
  // What was proved once in this conversation needs no second proof.
  const proved = mine !== undefined || own
  const found = proved
    ? await lookUps.lookUpKnownOrder({ orderNo: given ?? '' })
    : await lookUps.lookUpOrder({ customerNumber, orderNo: given, name })
  switch (found.status) {
    case 'found':
      state.service = withOrders(state.service, found.orders)
      return report(call, true, { orders: found.orders.map(shownOrder) })
    case 'proof_needed':
      return told(call, false, PROOF_NEEDED, true)
    case 'proof_wrong':
      state.service = { ...state.service, wrongProofs: state.service.wrongProofs + 1 }
      return told(call, false, PROOF_WRONG, true)
  }
}

const PHOTO_ANSWERS = {
  sent: 'the link was texted to the number on file.',
  just_sent: 'the link was texted to the number on file a moment ago.',
  not_delivered: 'it is not delivered yet: the photo is texted by itself when it is.',
  no_photo: 'it is delivered, but the vendor gave no photo.',
  no_number: 'there is no number on file that takes texts.',
} as const

export async function sendPhotoLink(run: ToolRun): Promise<ToolResult> {
  const orderNo = permittedOrder(run)
  if (orderNo === null) return refuseUnverified(run)
  const { status } = await requests.sendPhotoLink({ orderNo, key: run.key })
  const ok = status === 'sent' || status === 'just_sent'
  return report(run.call, ok, { status, message: PHOTO_ANSWERS[status] })
}

// --- changes -------------------------------------------------------------------------------------------

export async function editPlacedOrder(
  run: ToolRun,
  fields: Partial<Record<OrderField, ToldField>>,
): Promise<ToolResult> {
  const { call, toldAt, context, key } = run
  const orderNo = permittedOrder(run)
  if (orderNo === null) return refuseUnverified(run)
  const edited = await requests.editPlacedOrder({ orderNo, source: toldAt.source, fields, key })
  switch (edited.status) {
    case 'changed': {
      if (orderNo === context.state.orderNo) context.state.order = edited.order
      const { recipient, destination, room, message, deliver_by } = edited.order
      const order = { recipient, destination, room, message, deliver_by }
      return report(call, true, { changed: orderNo, order, problems: edited.problems })
    }
    case 'invalid':
      return report(call, false, { problems: edited.problems })
    case 'refused':
      return report(call, false, {
        refused: edited.code,
        message: REFUSALS[edited.code] ?? 'this change was refused.',
      })
  }
}

export async function cancelOrder(run: ToolRun): Promise<ToolResult> {
  const { call, toldAt, context, key } = run
  const orderNo = permittedOrder(run)
  if (orderNo === null) return refuseUnverified(run)
  const { customerNumber, state } = context
  const words = customerWords(call)
  const { status } = await requests.cancelByCustomer({ orderNo, customerNumber, words, ...toldAt, key })
  switch (status) {
    case 'cancelled':
      if (orderNo === state.orderNo) beginAnother(state)
      return report(call, true, { cancelled: orderNo })
    case 'person':
      return report(call, true, {
        handed_over: orderNo,
        message: 'it is paid: a colleague decides and gets in touch. Promise no money.',
      })
    case 'over':
      return report(call, false, { message: 'this order is over and can no longer be cancelled.' })
  }
}

export async function reportProblem(run: ToolRun): Promise<ToolResult> {
  const { call, toldAt, context, key } = run
  const { state, customerNumber } = context
  const kind = PROBLEM_KINDS.find((known) => known === call.input.kind) ?? 'complaint'
  const words = customerWords(call)
  if (words === '') return told(call, false, "the customer's words are missing", false)
  // Nothing is lost because somebody is not verified: their words go before a person all the same.
  const orderNo = complainedOf(run) ?? state.service.complaint
  const claimed = orderNo === null ? argument(call, 'order_no') : null
  const done = await requests.reportProblem({
    orderNo,
    claimed,
    customerNumber,
    kind,
    words,
    ...toldAt,
    key,
  })
  if (orderNo !== done.orderNo) {
    state.service = { ...state.service, complaint: done.orderNo }
    if (state.orderNo === null) context.onTicketOpened(done.orderNo)
  }
  return report(call, true, {
    message: done.added ? 'added to what a colleague already looks into.' : 'a colleague looks into it.',
  })
}

export async function sameOrder(run: ToolRun): Promise<ToolResult> {
  const { call, context, key } = run
  const { state } = context
  const { maybeSameAs } = state.service
  const given = argument(call, 'order_no')
  if (
    state.orderNo === null ||
    maybeSameAs === null ||
    given === null ||
    !sameNo(maybeSameAs.orderNo, given)
  ) {
    return told(call, false, 'there is no such order to compare with', false)
  }
  const same = call.input.same === true
  const settled = await requests.settleSameOrder({
    orderNo: state.orderNo,
    other: maybeSameAs.orderNo,
    same,
    key,
  })
  state.service = { ...state.service, maybeSameAs: null }
  switch (settled.status) {
    case 'two_orders':
      return report(call, true, { message: 'they are two orders.' })
    case 'refused':
      return report(call, false, { message: 'they cannot be made one now: a colleague looks at both.' })
    case 'merged':
      state.orderNo = settled.into
      state.order = settled.order
      state.orderConfirmed = settled.placed
      context.onTicketOpened(settled.into)
      return report(call, true, { one_order: settled.into, placed: settled.placed })
  }
}

export async function handOver({ call, context }: ToolRun): Promise<ToolResult> {
  const reason = argument(call, 'reason') ?? ''
  const { state } = context
  state.service = { ...state.service, handedOver: reason }
  return report(call, true, { message: handOverMessage(context) })
}

const handOverMessage = ({ customerNumber }: OrderToolContext): string =>
  customerNumber === ''
    ? 'a colleague is told, but we know no number to reach them: ask for it.'
    : 'a colleague gets in touch at the number they reach us from.'
