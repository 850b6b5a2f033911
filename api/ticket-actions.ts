/** What a person does to a ticket: values checked by the order's own rules, then asked of its workflow. */
import { createHash } from 'node:crypto'
import { acknowledgeOwn } from '../db/queries/issues.ts'
import { makeOrderNo, type OrderNo } from '../domain/ids.ts'
import { koreanDay } from '../domain/korean-time.ts'
import type { OrderField, OrderFields } from '../domain/order.ts'
import { checkOrderFields } from '../domain/order-rules.ts'
import { normalizePhone } from '../domain/phone-number.ts'
import {
  cancelOrder,
  confirmByCustomer,
  editOrder,
  partialRefund,
  raiseIssue,
  reorder,
  resolveIssue,
  setRefundAccount,
  tellDelay,
} from '../workflows/ticket-messages.ts'
import { mayDo } from './action-rights.ts'
import type { Person } from './context.ts'
import type { ApiDependencies } from './dependencies.ts'
import { ApiProblem, type FieldProblem } from './problems.ts'
import { keepOrderNo } from './queries/request-keys.ts'
import { keepOrdersApart, mergeOrders } from './same-order.ts'
import type { NewTicket, TicketActionRequest } from './schemas/ticket-requests.ts'

/**
 * Does what was asked and returns once the ticket has accepted it; it projects before it answers.
 * @param idempotencyKey of the client: the same one again is the same action.
 * @throws ApiProblem forbidden, invalid_request, refused, workflow_engine_unavailable.
 */
export async function performAction(
  deps: ApiDependencies,
  orderNo: OrderNo,
  request: TicketActionRequest,
  person: Person,
  idempotencyKey: string | undefined,
): Promise<void> {
  if (!mayDo(person)(request.action)) throw new ApiProblem('forbidden', 'Only the owner may do this.')
  const { tickets } = deps
  const actor = person.email
  const updateId = idempotencyKey === undefined ? undefined : updateIdOf(person, idempotencyKey)
  switch (request.action) {
    case 'edit_order': {
      const fields = checkFields(request.fields, deps.now(), 'body.fields')
      await tickets.update(orderNo, editOrder, { fields, actor, channel: 'operator' }, updateId)
      return
    }
    case 'confirm_order': {
      const { ok, missing } = await tickets.update(orderNo, confirmByCustomer, { actor }, updateId)
      if (!ok) throw missingProblem(missing)
      return
    }
    case 'cancel': {
      await tickets.update(orderNo, cancelOrder, { reason: request.reason, actor }, updateId)
      return
    }
    case 'raise_issue': {
      const { kind, reason } = request
      await tickets.update(orderNo, raiseIssue, { kind, reason, actor }, updateId)
      // An alarm would call the owner for what they know best.
      if (person.role === 'admin')
        await deps.alarms.acknowledged(await acknowledgeOwn(deps.database, orderNo, actor))
      return
    }
    case 'set_refund_account': {
      const { bank_code: bankCode, account_number: accountNumber, holder } = request
      await tickets.update(orderNo, setRefundAccount, { bankCode, accountNumber, holder, actor }, updateId)
      return
    }
    case 'retry_step':
    case 'complete_by_hand':
    case 'refund_and_close': {
      const args = { action: request.action, note: noteOf(request), actor }
      await tickets.update(orderNo, resolveIssue, args, updateId)
      return
    }
    case 'partial_refund': {
      await tickets.update(orderNo, partialRefund, { actor }, updateId)
      return
    }
    case 'reorder': {
      const fields = checkFields(request.fields ?? {}, deps.now(), 'body.fields')
      await tickets.update(orderNo, reorder, { fields, actor }, updateId)
      return
    }
    case 'tell_delay': {
      const expectedBy = expectedTime(request.expected_by, deps.now())
      await tickets.update(orderNo, tellDelay, { expectedBy, actor }, updateId)
      return
    }
    case 'merge_order':
      return mergeOrders(deps, { orderNo, other: request.other, actor, updateId })
    case 'keep_both':
      return keepOrdersApart(deps, { orderNo, other: request.other, actor, updateId })
  }
}

/**
 * Opens a ticket for an order that a person takes down.
 * @param idempotencyKey of the client: the same one again goes on with the same order.
 * @returns its number, once the ticket can be read.
 */
export async function createTicket(
  deps: ApiDependencies,
  request: NewTicket,
  person: Person,
  idempotencyKey: string | undefined,
): Promise<OrderNo> {
  const customerPhone = normalizePhone(request.customer_phone)
  if (customerPhone === null) {
    const errors = [{ path: 'body.customer_phone', message: 'not a Korean phone number' }]
    throw new ApiProblem('invalid_request', '1 field(s) are not valid.', { errors })
  }
  const told = checkFields(request.fields, deps.now(), 'body.fields')
  const key = idempotencyKey === undefined ? undefined : updateIdOf(person, idempotencyKey)
  const fresh = await freshOrderNo(deps)
  const orderNo = key === undefined ? fresh : await keepOrderNo(deps.database, key, fresh)
  const step = (name: string) => (key === undefined ? undefined : `${key}-${name}`)
  const actor = person.email

  try {
    await deps.tickets.open({ orderNo, customerPhone, channel: 'operator', callId: null })
  } catch (error) {
    // A repeated request whose order is done by now: there it is.
    if (key !== undefined && error instanceof ApiProblem && error.extras.code === 'closed') return orderNo
    throw error
  }
  // The customer's own number serves for questions unless another one was told.
  const fields = { phone: customerPhone, ...told }
  await deps.tickets.update(orderNo, editOrder, { fields, actor, channel: 'operator' }, step('fields'))
  if (request.confirmed) await deps.tickets.update(orderNo, confirmByCustomer, { actor }, step('confirm'))
  return orderNo
}

/** A number that no order has yet: 31 to the power of 4 numbers a day meet seldom, but not never. */
async function freshOrderNo({ database, now }: ApiDependencies): Promise<OrderNo> {
  const day = koreanDay(now().getTime())
  for (;;) {
    const orderNo = makeOrderNo(day, [Math.random(), Math.random(), Math.random(), Math.random()])
    const taken = await database
      .selectFrom('orders')
      .select('id')
      .where('order_no', '=', orderNo)
      .executeTakeFirst()
    if (taken === undefined) return orderNo
  }
}

type NotedAction = Extract<
  TicketActionRequest,
  { action: 'retry_step' | 'complete_by_hand' | 'refund_and_close' }
>

function noteOf(request: NotedAction): string {
  switch (request.action) {
    case 'retry_step':
      return request.note ?? ''
    case 'complete_by_hand':
      return request.evidence
    case 'refund_and_close':
      return request.reason
  }
}

/** Good values in their normal form. @throws ApiProblem naming each field that is not. */
function checkFields(
  told: { readonly [Field in OrderField]?: string | undefined },
  now: Date,
  path: string,
): Partial<OrderFields> {
  const given = Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined))
  const { fields, problems } = checkOrderFields(given, now.getTime())
  if (problems.length === 0) return fields
  const errors: FieldProblem[] = problems.map(({ field, message }) => ({ path: `${path}.${field}`, message }))
  throw new ApiProblem('invalid_request', `${errors.length} field(s) are not valid.`, { errors })
}

/** By the rules of the wanted time: not in the past, not a month ahead. @throws ApiProblem */
function expectedTime(text: string, now: Date): string {
  const { fields, problems } = checkOrderFields({ deliver_by: text }, now.getTime())
  const expected = fields.deliver_by ?? null
  if (expected !== null) return expected
  const errors = problems.map(({ message }) => ({ path: 'body.expected_by', message }))
  throw new ApiProblem('invalid_request', '1 field(s) are not valid.', { errors })
}

function missingProblem(missing: readonly OrderField[]): ApiProblem {
  const errors = missing.map((field) => ({ path: `fields.${field}`, message: 'missing' }))
  return new ApiProblem('refused', 'Something is still missing in this order.', {
    code: 'fields_missing',
    errors,
  })
}

/** Of a person's request: the same key again is the same update. */
export const updateIdOf = (person: Person, key: string): string =>
  `api-${createHash('sha256').update(`${person.id} ${key}`).digest('hex').slice(0, 32)}`
