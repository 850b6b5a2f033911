/** The vendor's web pages: sign-in, order list, new order, one order. Plain forms, as such systems have them. */
import { createHmac } from 'node:crypto'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { z } from 'zod'
import { faultyOperation } from '../faulty-operation.ts'
import type { WorldContext } from '../world-part.ts'
import { VendorError } from './order.ts'
import type { OrderBook } from './order-book.ts'
import { CHANGED_LAYOUT, type PageLayout, USUAL_LAYOUT } from './page-layout.ts'
import {
  closedPage,
  detailPage,
  listPage,
  newOrderPage,
  noticePage,
  RESELLER_ID,
  signInPage,
} from './page-views.ts'

const COOKIE = 'erp_session'
const NOTICE_COOKIE = 'erp_notice'
const formSchema = z.object({
  reference: z.string().trim().min(1, '주문 참조번호를 입력하세요.'),
  recipient: z.string().trim().min(1, '받는 분을 입력하세요.'),
  sender: z.string().trim().min(1, '보내는 분을 입력하세요.'),
  ribbon_text: z.string().trim().min(1, '리본 문구를 입력하세요.'),
  hall: z.string().trim().min(1, '장례식장을 입력하세요.'),
  room: z.string().trim().min(1, '호실을 입력하세요.'),
  deliver_by: z.string().trim().min(1, '배송 희망 시각을 입력하세요.'),
  phone: z.string().trim().min(1, '연락처를 입력하세요.'),
  price: z.coerce.number().int().positive('금액을 입력하세요.'),
})

/** @param isChanged whether the pages come with other names and a notice now. */
export function vendorPages(book: OrderBook, context: WorldContext, isChanged: () => boolean): Hono {
  const pages = new Hono()
  const layout = (): PageLayout => (isChanged() ? CHANGED_LAYOUT : USUAL_LAYOUT)
  const { apiKey } = context.settings.vendorErp
  const session = createHmac('sha256', apiKey).update(RESELLER_ID).digest('hex')
  const isSignedIn = (c: Context) => getCookie(c, COOKIE) === session

  const told = context.settings.standIns.vendor_erp ? apiKey : undefined
  for (const path of ['/', '/sign-in', '/notice', '/orders', '/orders/*'])
    pages.use(path, faultyPages(context))
  pages.get('/sign-in', (c) => c.html(signInPage(undefined, told)))
  pages.post('/sign-in', async (c) => {
    const form = await c.req.parseBody()
    if (form.id !== RESELLER_ID || form.password !== apiKey) {
      return c.html(signInPage('아이디 또는 비밀번호가 올바르지 않습니다.', told), 401)
    }
    setCookie(c, COOKIE, session, { path: '/vendor-erp', httpOnly: true, sameSite: 'Lax' })
    return c.redirect('/vendor-erp/orders', 303)
  })
  pages.post('/sign-out', (c) => {
    setCookie(c, COOKIE, '', { path: '/vendor-erp', maxAge: 0 })
    return c.redirect('/vendor-erp/sign-in', 303)
  })
  pages.post('/notice', (c) => {
    setCookie(c, NOTICE_COOKIE, 'seen', { path: '/vendor-erp', httpOnly: true, sameSite: 'Lax' })
    return c.redirect('/vendor-erp/orders', 303)
  })
  pages.get('/', (c) => c.redirect('/vendor-erp/orders', 303))
  pages.use('/orders', signedIn)
  pages.use('/orders/*', signedIn)
  pages.get('/orders', (c) => {
    const search = c.req.query(layout().search.name)?.trim() || undefined
    const orders = search === undefined ? book.list() : book.search(search)
    return c.html(listPage({ layout: layout(), orders: [...orders].reverse(), search }))
  })
  pages.get('/orders/new', (c) => c.html(newOrderPage(layout(), {})))
  pages.post('/orders', async (c) => {
    const form = await c.req.parseBody()
    const refuse = (error: string) => c.html(newOrderPage(layout(), form, error), 422)
    const values = Object.fromEntries(layout().fields.map(([key, name]) => [key, form[name] ?? '']))
    const parsed = formSchema.safeParse(values)
    if (!parsed.success) return refuse(parsed.error.issues[0]?.message ?? '')
    const refusal = context.faults.take('vendor_erp', 'create_order', ['refuse'])
    if (refusal !== undefined && (refusal.status ?? 422) >= 500) return c.html(closedPage(), 503)
    if (refusal !== undefined) return refuse('배송이 불가능한 장례식장입니다.')
    const { reference, ...fields } = parsed.data
    const { order } = book.place(reference, { ...fields, product: '근조화환' })
    return c.redirect(`/vendor-erp/orders/${order.id}`, 303)
  })
  pages.get('/orders/:id', (c) => c.html(detailPage(layout(), book.get(c.req.param('id')))))
  pages.post('/orders/:id/ribbon', async (c) => {
    const id = c.req.param('id')
    const text = String((await c.req.parseBody())[layout().ribbon.name] ?? '').trim()
    return act(c, id, () => book.edit(id, { ribbon_text: text }))
  })
  pages.post('/orders/:id/cancel', (c) => act(c, c.req.param('id'), () => book.cancel(c.req.param('id'))))

  async function signedIn(c: Context, next: () => Promise<void>): Promise<Response | undefined> {
    if (!isSignedIn(c)) return c.redirect('/vendor-erp/sign-in', 303)
    const { notice } = layout()
    if (notice !== undefined && getCookie(c, NOTICE_COOKIE) !== 'seen')
      return c.html(noticePage(notice)) as Response
    await next()
    return undefined
  }

  function act(c: Context, id: string, change: () => unknown): Response | Promise<Response> {
    try {
      change()
      return c.redirect(`/vendor-erp/orders/${id}`, 303)
    } catch (error) {
      if (error instanceof VendorError && error.status === 409)
        return c.html(detailPage(layout(), book.get(id), error.message), 409)
      throw error
    }
  }
  return pages
}

/** `refuse`: the pages are closed for maintenance. */
function faultyPages(context: WorldContext): MiddlewareHandler {
  return faultyOperation({
    faults: context.faults,
    service: 'vendor_erp',
    operation: 'pages',
    refuse: (c, status = 503) => c.html(closedPage(), status as 503),
  })
}
