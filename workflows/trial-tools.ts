/**
 * The tools of a customer's conversation, played on an order that only the trial knows: checked and answered as real ones
 * are, but nothing is stored, sent or asked of anybody.
 */
import type { ToolCall, ToolResult } from '../domain/dialogue.ts'
import { makeOrderNo } from '../domain/ids.ts'
import { missingFields, ORDER_FIELDS } from '../domain/order.ts'
import { type OrderInShort, shownOrder } from '../domain/order-in-short.ts'
import { checkOrderFields } from '../domain/order-rules.ts'
import { ORDER_CONFIRMED, ORDER_INCOMPLETE } from '../domain/order-texts.ts'
import { argument, customerWords, toldFields } from './order-tool-arguments.ts'
import { type OrderToolState, report, told } from './order-tool-context.ts'

const TRIAL_ORDER = makeOrderNo('260101', [0.99, 0.99, 0.99, 0.99])

/** An order of the customer's that was placed before: something to ask about. */
export const EARLIER_ORDER: OrderInShort = {
  orderNo: makeOrderNo('260101', [0, 0, 0, 0]),
  recipient: '고 박영자',
  hall: '서울아산병원 장례식장 3호실',
  progress: 'in_delivery',
  deliveredAt: null,
  photo: false,
  mayChange: false,
  attention: false,
}

export interface TrialToolContext {
  readonly state: OrderToolState
  /** Names of the tools that the version offers. */
  readonly offered: readonly string[]
  readonly nowMs: number
}

/** What a real conversation would tell the model of it. */
export function playTool(call: ToolCall, context: TrialToolContext): ToolResult {
  if (!context.offered.includes(call.name)) return told(call, false, 'there is no such tool', false)
  switch (call.name) {
    case 'set_order_fields':
      return setFields(call, context)
    case 'confirm_order':
      return confirm(call, context)
    case 'look_up_order':
      return lookUp(call, context)
    case 'send_photo_link':
      return report(call, false, {
        status: 'not_delivered',
        message: 'it is not delivered yet: the photo is texted by itself when it is.',
      })
    case 'report_problem':
      if (customerWords(call) === '') return told(call, false, "the customer's words are missing", false)
      return report(call, true, { message: 'a colleague looks into it.' })
    case 'cancel_order':
      return report(call, true, { cancelled: argument(call, 'order_no') ?? TRIAL_ORDER })
    case 'hand_over':
      return report(call, true, { message: 'a colleague gets in touch at the number they reach us from.' })
    case 'end_call':
      return told(call, true, 'the call ends', false)
    default:
      return told(call, false, 'there is no such order to compare with', false)
  }
}

function setFields(call: ToolCall, { state, nowMs }: TrialToolContext): ToolResult {
  const given = Object.entries(toldFields(call, null))
  if (given.length === 0) return told(call, false, 'no field with a value was given', false)
  const values = Object.fromEntries(given.map(([field, { value }]) => [field, value]))
  const { fields, problems: wrong } = checkOrderFields(values, nowMs)
  const problems = wrong.map(({ field, message }) => ({ field, message }))
  const ok = problems.length === 0 || Object.keys(fields).length > 0
  state.order = { ...state.order, ...fields }
  if (state.orderConfirmed) {
    const { recipient, destination, room, message, deliver_by } = state.order
    const order = { recipient, destination, room, message, deliver_by }
    return report(call, ok, { changed: TRIAL_ORDER, order, problems })
  }
  state.orderNo = TRIAL_ORDER
  const content = JSON.stringify({ ok, missing: missingFields(state.order), problems })
  return told(call, ok && problems.length === 0, content, problems.length > 0)
}

function confirm(call: ToolCall, { state }: TrialToolContext): ToolResult {
  if (state.orderNo === null) return told(call, false, 'nothing of the order is known yet', true)
  const missing = ORDER_FIELDS.filter((field) => missingFields(state.order).includes(field))
  const ok = missing.length === 0
  if (ok) state.orderConfirmed = true
  return report(call, ok, { missing, message: ok ? ORDER_CONFIRMED : ORDER_INCOMPLETE })
}

function lookUp(call: ToolCall, { state }: TrialToolContext): ToolResult {
  const given = argument(call, 'order_no')
  const digits = (text: string) => text.toUpperCase().replace(/[^0-9A-Z]/g, '')
  const orders = state.service.orders.filter(
    ({ orderNo }) => given === null || digits(orderNo) === digits(given),
  )
  if (orders.length > 0 || given === null) return report(call, true, { orders: orders.map(shownOrder) })
  return told(
    call,
    false,
    'number and name do not belong together, or there is no such order. Say that you can find no order with them; ask them to check both.',
    true,
  )
}
