/** Pages behind the links in our text messages: paying, how it went, the delivery photo. */
import { join } from 'node:path'
import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import type { OrderNo } from '../../domain/ids.ts'
import { type LinkPurpose, readLinkToken, readOrderLinkToken } from '../../domain/signed-link.ts'
import { confirmPayment } from '../../workflows/ticket-messages.ts'
import type { ApiEnv } from '../context.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { ApiProblem } from '../problems.ts'
import type { ApiRouter } from '../routing.ts'
import { storedFileResponse } from '../stored-files.ts'
import { ORDER_PAGE_COOKIE } from './order-page/routes.ts'
import { pickLanguage, renderCustomerPage } from './page.ts'
import type { CustomerPage } from './texts.ts'

/** What the payment gateway appends to successUrl. */
const successQuerySchema = z.object({
  paymentKey: z.string().min(1).max(200),
  orderId: z.string().min(6).max(64),
  amount: z.coerce.number().int().positive(),
})

const STATUS: Readonly<Record<CustomerPage, 200 | 400 | 404 | 409 | 503>> = {
  paid: 200,
  pending: 200,
  refused: 200,
  failed: 200,
  photo: 200,
  closed: 409,
  mismatch: 400,
  unavailable: 503,
  unknown_link: 404,
  no_photo: 404,
}

/** A delivery photo shows names on a ribbon: its link ends some time after the delivery. */
const PHOTO_DAYS = 90

interface OrderOfLink {
  readonly orderNo: OrderNo
  readonly amountWon: number
  readonly id: number
  readonly paid: boolean
}

/** Adds /pay/… and /photo/…. */
export function addCustomerPages(router: ApiRouter, deps: ApiDependencies): void {
  const { settings, database, tickets, logger } = deps

  const show = (
    c: Context<ApiEnv>,
    page: CustomerPage,
    order: OrderOfLink | null,
    extras: { reason?: string | undefined; again?: string; imageUrl?: string } = {},
  ) => {
    const language = pickLanguage(c.req.query('lang'), c.req.header('accept-language'))
    c.header('cache-control', 'no-store')
    c.header('referrer-policy', 'no-referrer') // the address is the key
    const orderPage = orderPageOf(c, order)
    return c.html(
      renderCustomerPage({ page, language, company: settings.company, order, orderPage, ...extras }),
      STATUS[page],
    )
  }

  /** The order page from which the customer went to pay. */
  const orderPageOf = (c: Context<ApiEnv>, order: OrderOfLink | null): string | null => {
    const token = getCookie(c, ORDER_PAGE_COOKIE) ?? ''
    const link = readOrderLinkToken(token, settings.secret)
    return link !== null && link.orderNo === order?.orderNo ? `/order/${token}` : null
  }

  const findOrder = async (c: Context<ApiEnv>, purpose: LinkPurpose): Promise<OrderOfLink | null> => {
    const orderNo = readLinkToken(purpose, c.req.param('token') ?? '', settings.secret)
    if (orderNo === null) return null
    const row = await database
      .selectFrom('orders')
      .innerJoin('tickets', 'tickets.order_id', 'orders.id')
      .where('orders.order_no', '=', orderNo)
      .select(['orders.id', 'orders.amount', 'tickets.sub_state', 'tickets.outcome'])
      .executeTakeFirst()
    if (row === undefined) return null
    const open = row.sub_state === 'order_received' || row.sub_state === 'awaiting_payment'
    const paid = !open && (row.outcome === null || row.outcome === 'delivered')
    return { orderNo, amountWon: row.amount, id: row.id, paid }
  }

  /** A refusal or an outage as a page; anything else is a fault of ours. */
  const showProblem = (c: Context<ApiEnv>, error: unknown, order: OrderOfLink) => {
    if (!(error instanceof ApiProblem)) throw error
    const { code } = error.extras
    logger.info({ orderNo: order.orderNo, problem: error.problem, code }, 'payment page refused')
    if (error.problem !== 'refused') return show(c, 'unavailable', order, { again: payPath(c) })
    if (order.paid) return show(c, 'paid', order)
    return show(c, code === 'closed' || code === undefined ? 'closed' : 'mismatch', order)
  }

  router.declarePlain('signed_link', 'get', '/pay/:token', async (c) => {
    const order = await findOrder(c, 'pay')
    if (order === null) return show(c, 'unknown_link', null)
    try {
      const opened = await tickets.openPayment(order.orderNo)
      if (opened.checkoutUrl !== null) {
        c.header('cache-control', 'no-store')
        c.header('referrer-policy', 'no-referrer')
        return c.redirect(opened.checkoutUrl, 303)
      }
      return show(c, opened.status === 'already_paid' ? 'paid' : 'closed', order)
    } catch (error) {
      return showProblem(c, error, order)
    }
  })

  router.declarePlain('signed_link', 'get', '/pay/:token/success', async (c) => {
    const order = await findOrder(c, 'pay')
    if (order === null) return show(c, 'unknown_link', null)
    const query = successQuerySchema.safeParse(c.req.query())
    if (!query.success || !query.data.orderId.startsWith(order.orderNo)) return show(c, 'mismatch', order)
    const { paymentKey, amount } = query.data
    if (amount !== order.amountWon) return show(c, 'mismatch', order)
    try {
      const { status, reason } = await tickets.update(order.orderNo, confirmPayment, { paymentKey, amount })
      const again = status === 'refused' ? { again: payPath(c) } : {}
      return show(c, status, order, { reason: reason ?? undefined, ...again })
    } catch (error) {
      // The money may be on its way: never invite to pay twice.
      const away = error instanceof ApiProblem && error.problem === 'workflow_engine_unavailable'
      return away ? show(c, 'pending', order) : showProblem(c, error, order)
    }
  })

  router.declarePlain('signed_link', 'get', '/pay/:token/fail', async (c) => {
    const order = await findOrder(c, 'pay')
    if (order === null) return show(c, 'unknown_link', null)
    if (order.paid) return show(c, 'paid', order)
    return show(c, 'failed', order, { reason: c.req.query('message')?.slice(0, 200), again: payPath(c) })
  })

  const photoKey = async (order: OrderOfLink): Promise<string | null> => {
    const oldest = new Date(deps.now().getTime() - PHOTO_DAYS * 86_400_000)
    const row = await database
      .selectFrom('deliveries')
      .where('order_id', '=', order.id)
      .where('photo_key', 'is not', null)
      .where('delivered_at', '>', oldest)
      .orderBy('id', 'desc')
      .select('photo_key')
      .executeTakeFirst()
    return row?.photo_key ?? null
  }

  router.declarePlain('signed_link', 'get', '/photo/:token', async (c) => {
    const order = await findOrder(c, 'photo')
    if (order === null) return show(c, 'unknown_link', null)
    if ((await photoKey(order)) === null) return show(c, 'no_photo', order)
    return show(c, 'photo', order, { imageUrl: `/photo/${c.req.param('token')}/image` })
  })

  router.declarePlain('signed_link', 'get', '/photo/:token/image', async (c) => {
    const order = await findOrder(c, 'photo')
    const key = order === null ? null : await photoKey(order)
    if (key === null) throw new ApiProblem('not_found', 'There is no such photo.')
    const file = await storedFileResponse({
      folder: join(settings.dataDir, 'photos'),
      key,
      request: c.req.raw,
      cacheControl: 'private, no-cache',
    })
    if (file === null) throw new ApiProblem('not_found', 'There is no such photo.')
    return file
  })
}

const payPath = (c: Context<ApiEnv>): string => `/pay/${c.req.param('token')}`
