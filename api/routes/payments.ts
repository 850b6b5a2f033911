/** Money that people look after: deposits without an order, money to send back, reconciliations. */
import { createRoute, z } from '@hono/zod-openapi'
import { giveToOrder, type TellOfDeposit } from '../../activities/deposits.ts'
import { claimDeposit, matchingAlone, readCandidates, settleByHand } from '../../db/queries/bank-deposits.ts'
import { reopenReturn, settleReturn } from '../../db/queries/money-to-return.ts'
import { parseOrderNo } from '../../domain/ids.ts'
import { isRefundOfOrder } from '../../domain/ticket-money.ts'
import { depositReceived, moneyReturned } from '../../workflows/ticket-messages.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { ApiProblem } from '../problems.ts'
import { decodeCursor, encodeCursor } from '../queries/cursor.ts'
import {
  countOpen,
  DEPOSIT_SORT,
  findDeposit,
  findMoneyToReturn,
  listDeposits,
  listMoneyToReturn,
  listRuns,
  readFeed,
} from '../queries/payments.ts'
import type { ApiRouter } from '../routing.ts'
import {
  depositListSchema,
  depositSchema,
  matchRequestSchema,
  moneyToReturnListSchema,
  moneyToReturnSchema,
  reconciliationSchema,
  refundAccountSchema,
  returnedRequestSchema,
  settleRequestSchema,
} from '../schemas/payments.ts'
import { revealRequestSchema } from '../schemas/ticket-requests.ts'
import { readRefundAccount, viewDeposit, viewReturn, viewRun } from '../views/payments.ts'
import { createViewContext, shownTime } from '../views/view-context.ts'
import { json, jsonBody, limitParam, problems } from './responses.ts'

const tags = ['Payments']
const idParam = z.object({
  id: z.coerce
    .number()
    .int()
    .positive()
    .openapi({ param: { name: 'id', in: 'path' }, example: 7 }),
})

const depositsRoute = createRoute({
  method: 'get',
  path: '/api/payments/deposits',
  tags,
  summary: 'Deposits on our own account: open ones with the orders they may belong to, or settled ones',
  request: {
    query: z.object({
      state: z.enum(['open', 'settled']).default('open'),
      cursor: z.string().max(300).optional(),
      limit: limitParam,
    }),
  },
  responses: {
    200: json(depositListSchema, 'A page of deposits'),
    ...problems('unauthenticated', 'invalid_request'),
  },
})
const matchRoute = createRoute({
  method: 'post',
  path: '/api/payments/deposits/{id}/match',
  tags,
  summary: 'The deposit is for this order',
  request: { params: idParam, body: jsonBody(matchRequestSchema) },
  responses: {
    200: json(depositSchema, 'The deposit, settled'),
    ...problems('unauthenticated', 'not_found', 'refused', 'invalid_request', 'workflow_engine_unavailable'),
  },
})
const settleRoute = createRoute({
  method: 'post',
  path: '/api/payments/deposits/{id}/settle',
  tags,
  summary: 'The deposit was sent back, or is no money of a customer',
  request: { params: idParam, body: jsonBody(settleRequestSchema) },
  responses: {
    200: json(depositSchema, 'The deposit, settled'),
    ...problems('unauthenticated', 'forbidden', 'not_found', 'refused', 'invalid_request'),
  },
})
const returnsRoute = createRoute({
  method: 'get',
  path: '/api/payments/returns',
  tags,
  summary: 'Money that has to go back to customers by hand',
  request: { query: z.object({ status: z.enum(['open', 'returned']).default('open') }) },
  responses: {
    200: json(moneyToReturnListSchema, 'The money'),
    ...problems('unauthenticated', 'invalid_request'),
  },
})
const returnedRoute = createRoute({
  method: 'post',
  path: '/api/payments/returns/{id}/returned',
  tags,
  summary: 'A person sent it back',
  request: { params: idParam, body: jsonBody(returnedRequestSchema) },
  responses: {
    200: json(moneyToReturnSchema, 'The money, settled'),
    ...problems('unauthenticated', 'forbidden', 'not_found', 'refused', 'invalid_request'),
  },
})
const accountRoute = createRoute({
  method: 'post',
  path: '/api/payments/returns/{id}/account',
  tags,
  summary: 'The full account that the customer named, for a reason that is kept',
  request: { params: idParam, body: jsonBody(revealRequestSchema) },
  responses: {
    200: json(refundAccountSchema, 'The account'),
    ...problems('unauthenticated', 'forbidden', 'not_found', 'invalid_request'),
  },
})
const reconciliationRoute = createRoute({
  method: 'get',
  path: '/api/payments/reconciliation',
  tags,
  summary: 'How our books and those of bank and gateway agree: the last comparisons',
  responses: { 200: json(reconciliationSchema, 'The comparisons'), ...problems('unauthenticated') },
})
const reconcileRoute = createRoute({
  method: 'post',
  path: '/api/payments/reconciliation',
  tags,
  summary: 'Compare now',
  responses: {
    202: { description: 'It has begun; GET tells how it went' },
    ...problems('unauthenticated', 'workflow_engine_unavailable'),
  },
})

/** Adds the routes. */
export function addPaymentRoutes(router: ApiRouter, deps: ApiDependencies): void {
  const { database, settings, signIn, tickets, money, logger } = deps
  const view = createViewContext(settings)

  const candidates = async () =>
    new Map((await readCandidates(database)).map((order) => [order.orderNo as string, order]))
  const deposit = async (id: number) => {
    const row = await findDeposit(database, id)
    if (row === undefined) throw new ApiProblem('not_found', 'There is no such deposit.')
    return row
  }
  const shownDeposit = async (id: number) => viewDeposit(await deposit(id), new Map(), view)

  router.declare('signed_in', depositsRoute, async (c) => {
    const { state, cursor, limit } = c.req.valid('query')
    const after = cursor === undefined ? null : decodeCursor(cursor, DEPOSIT_SORT)
    if (cursor !== undefined && after === null) {
      throw new ApiProblem('invalid_request', 'This cursor is not of this list.')
    }
    const open = state === 'open'
    const rows = await listDeposits(database, { open, after, limit })
    const orders = open && rows.length > 0 ? await candidates() : new Map()
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    const more = rows.length > limit && last !== undefined
    return c.json(
      {
        deposits: page.map((row) => viewDeposit(row, orders, view)),
        next_cursor: more
          ? encodeCursor({ sort: DEPOSIT_SORT, value: last.received_at.toISOString(), id: last.id })
          : null,
      },
      200,
    )
  })

  router.declare('signed_in', matchRoute, async (c) => {
    const { id } = c.req.valid('param')
    const orderNo = parseOrderNo(c.req.valid('json').order_no)
    const actor = c.get('person').email
    const row = await deposit(id)
    const known = await database
      .selectFrom('orders')
      .select('id')
      .where('order_no', '=', orderNo)
      .executeTakeFirst()
    if (known === undefined) throw new ApiProblem('not_found', 'There is no such order.')
    const claimed = await matchingAlone(database, (trx) => claimDeposit(trx, id, orderNo, actor))
    if (!claimed) throw settledAlready()
    const input = { id, bankId: row.bank_id, amountWon: row.amount, receivedAtMs: row.received_at.getTime() }
    /** Why the order would not take it. */
    let refusal = new ApiProblem('refused', 'This order takes no money.', { code: 'closed' })
    const tell: TellOfDeposit = async (order, told) => {
      try {
        await tickets.update(order, depositReceived, told, `deposit-${told.depositId}`)
        return 'taken'
      } catch (error) {
        if (!(error instanceof ApiProblem) || error.problem !== 'refused') throw error
        refusal = error
        return 'refused'
      }
    }
    if (!(await giveToOrder(database, tell, input, orderNo, actor))) throw refusal
    return c.json(await shownDeposit(id), 200)
  })

  router.declare('admin', settleRoute, async (c) => {
    const { id } = c.req.valid('param')
    const { status, note } = c.req.valid('json')
    await deposit(id)
    const by = c.get('person').email
    if (!(await settleByHand(database, id, { status, by, note }))) throw settledAlready()
    return c.json(await shownDeposit(id), 200)
  })

  router.declare('signed_in', returnsRoute, async (c) => {
    const rows = await listMoneyToReturn(database, c.req.valid('query').status)
    return c.json({ returns: rows.map((row) => viewReturn(row, view)) }, 200)
  })

  const toReturn = async (id: number) => {
    const row = await findMoneyToReturn(database, id)
    if (row === undefined) throw new ApiProblem('not_found', 'There is no such money.')
    return row
  }

  /** It is settled whatever becomes of the text. */
  const tellOfReturn = (returnId: number) =>
    money.tellOfReturn(returnId).catch((error: unknown) => {
      logger.warn({ err: error, returnId }, 'the customer is not told of the money that was returned')
    })

  router.declare('admin', returnedRoute, async (c) => {
    const { id } = c.req.valid('param')
    const row = await toReturn(id)
    const actor = c.get('person').email
    const { note } = c.req.valid('json')
    if (!(await settleReturn(database, id, actor, note))) throw settledAlready()
    try {
      await tickets.update(parseOrderNo(row.order_no), moneyReturned, { key: row.key, note, actor })
    } catch (error) {
      // An order that has ended returns nothing by itself any more.
      const ended =
        error instanceof ApiProblem && error.problem === 'refused' && error.extras.code === 'closed'
      if (!ended) {
        await reopenReturn(database, id)
        throw error
      }
    }
    if (!isRefundOfOrder(row.key)) await tellOfReturn(id)
    return c.json(viewReturn(await toReturn(id), view), 200)
  })

  router.declare('admin', accountRoute, async (c) => {
    const row = await toReturn(c.req.valid('param').id)
    const account = readRefundAccount(row.account, view)
    if (account === null) throw new ApiProblem('not_found', 'The customer has not named an account.')
    // The row is written first: an account is never shown without one.
    await signIn.writeAudit({
      actor: c.get('person').email,
      action: 'reveal_refund_account',
      orderId: row.order_id,
      reason: c.req.valid('json').reason,
    })
    c.header('cache-control', 'no-store')
    const { bankCode, accountNumber, holder } = account
    return c.json({ bank_code: bankCode, account_number: accountNumber, holder }, 200)
  })

  router.declare('signed_in', reconciliationRoute, async (c) => {
    const [feed, runs, open] = await Promise.all([
      readFeed(database),
      listRuns(database),
      countOpen(database),
    ])
    return c.json(
      {
        bank: feed === undefined ? null : { read_at: shownTime(feed.read_at), error: feed.error },
        runs: runs.map(viewRun),
        open_deposits: open.deposits,
        open_returns: open.returns,
      },
      200,
    )
  })

  router.declare('signed_in', reconcileRoute, async (c) => {
    await money.reconcile(c.get('person').email)
    return c.body(null, 202)
  })
}

const settledAlready = () =>
  new ApiProblem('refused', 'Somebody has settled this already.', { code: 'settled_already' })
