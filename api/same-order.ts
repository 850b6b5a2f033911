/** A person decides whether two tickets are one order. */
import { customerOrder } from '../db/queries/customer-orders.ts'
import { type OrderNo, parseOrderNo } from '../domain/ids.ts'
import { planMerge } from '../domain/same-order.ts'
import { keepBoth, mergeOrder } from '../workflows/ticket-messages.ts'
import type { ApiDependencies } from './dependencies.ts'
import { ApiProblem } from './problems.ts'

interface SettleInput {
  readonly orderNo: OrderNo
  /** As the client gave it. */
  readonly other: string
  readonly actor: string
  readonly updateId: string | undefined
}

/** @throws ApiProblem not_found for an order that is not of the same customer, refused. */
export async function mergeOrders(deps: ApiDependencies, input: SettleInput): Promise<void> {
  const [mine, theirs] = await readPair(deps, input)
  const candidate = ({ short, ...order }: typeof mine) => ({ orderNo: short.orderNo, ...order })
  const plan = planMerge(candidate(mine), candidate(theirs))
  if (!plan.ok) {
    throw plan.reason === 'both_paid'
      ? new ApiProblem('refused', 'Both orders are paid.', { code: 'already_paid' })
      : new ApiProblem('refused', 'One of the orders is done.', { code: 'closed' })
  }
  await deps.tickets.update(plan.close, mergeOrder, { into: plan.into, actor: input.actor }, input.updateId)
}

/** @throws ApiProblem not_found, refused. */
export async function keepOrdersApart(deps: ApiDependencies, input: SettleInput): Promise<void> {
  const { actor, updateId } = input
  const [mine, theirs] = await readPair(deps, input)
  const [a, b] = [mine.short.orderNo, theirs.short.orderNo]
  const step = (name: string) => (updateId === undefined ? undefined : `${updateId}-${name}`)
  // Either one may hold the suspicion; the one that is done holds none.
  if (mine.open) await deps.tickets.update(a, keepBoth, { other: b, actor }, step('mine'))
  if (theirs.open) await deps.tickets.update(b, keepBoth, { other: a, actor }, step('other'))
}

async function readPair({ database, settings }: ApiDependencies, { orderNo, other }: SettleInput) {
  const [mine, theirs] = await Promise.all([
    customerOrder(database, settings.dataKey, orderNo),
    customerOrder(database, settings.dataKey, parsed(other)),
  ])
  const ofOneCustomer = mine !== null && theirs !== null && mine.customerPhone === theirs.customerPhone
  if (!ofOneCustomer || mine.short.orderNo === theirs.short.orderNo) {
    throw new ApiProblem('not_found', 'There is no such order to compare with.')
  }
  return [mine, theirs] as const
}

function parsed(text: string): OrderNo {
  try {
    return parseOrderNo(text)
  } catch {
    throw new ApiProblem('not_found', 'There is no such order to compare with.')
  }
}
