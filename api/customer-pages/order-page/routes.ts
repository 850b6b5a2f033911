/** The customer's order page behind the link in our texts: no sign-in, one order, nothing of others. */
import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Context } from 'hono'
import { setCookie } from 'hono/cookie'
import { encryptText } from '../../../db/encryption.ts'
import { keepRefundAccount } from '../../../db/queries/money-to-return.ts'
import { readOrderLinkToken } from '../../../domain/signed-link.ts'
import { editOrder, openVirtualAccount, setRefundAccount } from '../../../workflows/ticket-messages.ts'
import type { ApiEnv } from '../../context.ts'
import type { ApiDependencies } from '../../dependencies.ts'
import { ApiProblem } from '../../problems.ts'
import type { ApiRouter } from '../../routing.ts'
import { contentSecurityPolicy, inlineScriptHashes } from '../../security.ts'
import { storedFileResponse } from '../../stored-files.ts'
import { pickLanguage } from '../page.ts'
import { type EditForm, readEditForm } from './edit-form.ts'
import { createEditLimiter } from './edit-limiter.ts'
import { type CustomerOrder, readCustomerOrder } from './order.ts'
import { readAccountForm, readRefundForm } from './payment-forms.ts'
import { ORDER_PAGE_TEXTS, type OrderNotice } from './texts.ts'
import { renderGonePage, renderOrderPage } from './view.ts'

/** Tells the pages of the payment gateway's way back which order page they belong to. */
export const ORDER_PAGE_COOKIE = 'order_page'
/** Longer than a payment may take. */
const COOKIE_SECONDS = 3600

type OrderContext = Context<ApiEnv>

/** Adds /order/…. */
export function addOrderPage(router: ApiRouter, deps: ApiDependencies): void {
  const { settings, database, tickets, logger } = deps
  const limiter = createEditLimiter()

  /** The order of the link; null when the link does not hold (any more). */
  const findOrder = async (c: OrderContext): Promise<CustomerOrder | null> => {
    const link = readOrderLinkToken(c.req.param('token') ?? '', settings.secret)
    const nowMs = deps.now().getTime()
    if (link === null || link.expiresAt <= nowMs) return null
    const order = await readCustomerOrder(database, settings.dataKey, link.orderNo, nowMs)
    return order?.linkVersion === link.version ? order : null
  }

  const languageOf = (c: OrderContext) => pickLanguage(c.req.query('lang'), c.req.header('accept-language'))

  const send = (c: OrderContext, page: string, status: 200 | 404 | 409 | 422 | 429 | 503) => {
    c.header('cache-control', 'no-store')
    // The address is the key: nobody else is told it. `no-referrer` would take the Origin off our own forms too.
    c.header('referrer-policy', 'same-origin')
    c.header('content-security-policy', contentSecurityPolicy(inlineScriptHashes(page)))
    return c.html(page, status)
  }

  const gone = (c: OrderContext) => send(c, renderGonePage(languageOf(c), settings.company), 404)

  const show = (
    c: OrderContext,
    order: CustomerOrder,
    extras: { notice?: OrderNotice | null; form?: EditForm; status?: 409 | 422 | 429 | 503 } = {},
  ) => {
    const page = renderOrderPage({
      order,
      path: orderPath(c),
      language: languageOf(c),
      company: settings.company,
      nowMs: deps.now().getTime(),
      notice: extras.notice ?? null,
      form: extras.form ?? null,
      formKey: randomBytes(9).toString('base64url'),
    })
    return send(c, page, extras.status ?? 200)
  }

  /** Back to the page by GET, so that reloading it sends nothing again. */
  const seeOther = (c: OrderContext, notice: OrderNotice) => {
    const lang = c.req.query('lang')
    return c.redirect(`${orderPath(c)}?notice=${notice}${lang === undefined ? '' : `&lang=${lang}`}`, 303)
  }

  /** A refusal or an outage as a page; anything else is a fault of ours. */
  const showProblem = (c: OrderContext, error: unknown, order: CustomerOrder, form?: EditForm) => {
    if (!(error instanceof ApiProblem)) throw error
    const { code } = error.extras
    logger.info({ orderNo: order.orderNo, problem: error.problem, code }, 'order page refused')
    const shown = form === undefined ? {} : { form }
    if (error.problem !== 'refused') return show(c, order, { notice: 'unavailable', status: 503, ...shown })
    return show(c, order, { notice: code === 'already_made' ? 'too_late' : 'not_now', status: 409 })
  }

  router.declarePlain('signed_link', 'get', '/order/:token', async (c) => {
    const order = await findOrder(c)
    if (order === null) return gone(c)
    return show(c, order, { notice: noticeIn(c.req.query('notice')) })
  })

  /** The page asks now and then whether it is still right. */
  router.declarePlain('signed_link', 'get', '/order/:token/state', async (c) => {
    const order = await findOrder(c)
    if (order === null) throw new ApiProblem('not_found', 'This link does not hold any more.')
    c.header('cache-control', 'no-store')
    return c.json({ version: order.version })
  })

  router.declarePlain('signed_link', 'post', '/order/:token/edit', async (c) => {
    const order = await findOrder(c)
    if (order === null) return gone(c)
    const posted = await c.req.parseBody()
    const form = readEditForm(posted, deps.now().getTime())
    if (form.problems.length > 0) return show(c, order, { form, status: 422 })
    if (Object.keys(form.fields).length === 0) return seeOther(c, 'same')
    if (!(await limiter.allows(order.orderNo)))
      return show(c, order, { notice: 'too_many', form, status: 429 })
    try {
      const input = { fields: form.fields, actor: 'customer', channel: 'web' } as const
      await tickets.update(order.orderNo, editOrder, input, updateIdOf(order, posted.key))
      return seeOther(c, 'saved')
    } catch (error) {
      const now = (await findOrder(c)) ?? order
      return showProblem(c, error, now, form)
    }
  })

  router.declarePlain('signed_link', 'get', '/order/:token/pay', async (c) => {
    const order = await findOrder(c)
    if (order === null) return gone(c)
    try {
      const { checkoutUrl } = await tickets.openPayment(order.orderNo)
      if (checkoutUrl === null) return c.redirect(orderPath(c), 303)
      setCookie(c, ORDER_PAGE_COOKIE, c.req.param('token') ?? '', {
        path: '/pay',
        httpOnly: true,
        sameSite: 'Lax',
        secure: settings.publicUrl.startsWith('https:'),
        maxAge: COOKIE_SECONDS,
      })
      c.header('cache-control', 'no-store')
      c.header('referrer-policy', 'no-referrer')
      return c.redirect(checkoutUrl, 303)
    } catch (error) {
      return showProblem(c, error, order)
    }
  })

  router.declarePlain('signed_link', 'post', '/order/:token/account', async (c) => {
    const order = await findOrder(c)
    if (order === null) return gone(c)
    const input = readAccountForm(await c.req.parseBody())
    if (input === null) return show(c, order, { notice: 'bad_receipt', status: 422 })
    try {
      const { status } = await tickets.update(order.orderNo, openVirtualAccount, input)
      return seeOther(c, status === 'ready' ? 'account_ready' : 'not_now')
    } catch (error) {
      return showProblem(c, error, order)
    }
  })

  router.declarePlain('signed_link', 'post', '/order/:token/refund-account', async (c) => {
    const order = await findOrder(c)
    if (order === null) return gone(c)
    const account = readRefundForm(await c.req.parseBody())
    if (account === null) return show(c, order, { notice: 'bad_refund_account', status: 422 })
    // Who is passed the link later can't lead the money elsewhere.
    if (!order.wantsRefundAccount) return seeOther(c, 'not_now')
    try {
      await tickets.update(order.orderNo, setRefundAccount, { ...account, actor: 'customer' })
      return seeOther(c, 'refund_account_saved')
    } catch (error) {
      if (isOver(error)) {
        const kept = encryptText(JSON.stringify(account), settings.dataKey)
        return seeOther(
          c,
          (await keepRefundAccount(database, order.orderNo, kept)) ? 'refund_account_saved' : 'not_now',
        )
      }
      return showProblem(c, error, order)
    }
  })

  router.declarePlain('signed_link', 'get', '/order/:token/photo', async (c) => {
    const order = await findOrder(c)
    const key = order?.stage === 'delivered' ? order.photoKey : null
    const file =
      key === null
        ? null
        : await storedFileResponse({
            folder: join(settings.dataDir, 'photos'),
            key,
            request: c.req.raw,
            cacheControl: 'private, no-cache',
          })
    if (file === null) throw new ApiProblem('not_found', 'There is no such photo.')
    return file
  })
}

const orderPath = (c: OrderContext): string => `/order/${c.req.param('token')}`

function noticeIn(text: string | undefined): OrderNotice | null {
  return text !== undefined && Object.hasOwn(ORDER_PAGE_TEXTS.ko.notice, text) ? (text as OrderNotice) : null
}

/** The same form sent twice is one edit. */
function updateIdOf(order: CustomerOrder, key: unknown): string | undefined {
  if (typeof key !== 'string' || key === '') return undefined
  return `page-${createHash('sha256').update(`${order.orderNo} ${key}`).digest('hex').slice(0, 32)}`
}

/** The ticket has ended: nothing of it changes any more, but its money may still have to go back. */
const isOver = (error: unknown): boolean =>
  error instanceof ApiProblem && error.problem === 'refused' && error.extras.code === 'closed'
