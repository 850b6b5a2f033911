/** The vendor's web pages: sign-in, order list, new order, one order. Plain forms, as such systems have them. */
import { createHmac } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { z } from 'zod'
import type { WorldContext } from '../world-part.ts'
import { VendorError } from './order.ts'
import type { OrderBook } from './order-book.ts'
import { detailPage, listPage, newOrderPage, RESELLER_ID, signInPage } from './page-views.ts'

const COOKIE = 'erp_session'
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

export function vendorPages(book: OrderBook, context: WorldContext): Hono {
  const pages = new Hono()
  const { apiKey } = context.settings.vendorErp
  const session = createHmac('sha256', apiKey).update(RESELLER_ID).digest('hex')
  const isSignedIn = (c: Context) => getCookie(c, COOKIE) === session

  const told = context.settings.standIns.vendor_erp ? apiKey : undefined
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
  pages.get('/', (c) => c.redirect('/vendor-erp/orders', 303))
  pages.use('/orders', signedIn)
  pages.use('/orders/*', signedIn)
  pages.get('/orders', (c) => c.html(listPage(book.list().reverse())))
  pages.get('/orders/new', (c) => c.html(newOrderPage({})))
  pages.post('/orders', async (c) => {
    const form = await c.req.parseBody()
    const parsed = formSchema.safeParse(form)
    if (!parsed.success) return c.html(newOrderPage(form, parsed.error.issues[0]?.message), 422)
    const refusal = context.faults.take('vendor_erp', 'create_order', ['refuse'])
    if (refusal !== undefined) return c.html(newOrderPage(form, '배송이 불가능한 장례식장입니다.'), 422)
    const { reference, ...fields } = parsed.data
    const { order } = book.place(reference, { ...fields, product: '근조화환' })
    return c.redirect(`/vendor-erp/orders/${order.id}`, 303)
  })
  pages.get('/orders/:id', (c) => c.html(detailPage(book.get(c.req.param('id')))))
  pages.post('/orders/:id/ribbon', async (c) => {
    const id = c.req.param('id')
    const text = String((await c.req.parseBody()).ribbon_text ?? '').trim()
    return act(c, id, () => book.edit(id, { ribbon_text: text }))
  })
  pages.post('/orders/:id/cancel', (c) => act(c, c.req.param('id'), () => book.cancel(c.req.param('id'))))

  async function signedIn(c: Context, next: () => Promise<void>): Promise<Response | undefined> {
    if (!isSignedIn(c)) return c.redirect('/vendor-erp/sign-in', 303)
    await next()
    return undefined
  }

  function act(c: Context, id: string, change: () => unknown): Response | Promise<Response> {
    try {
      change()
      return c.redirect(`/vendor-erp/orders/${id}`, 303)
    } catch (error) {
      if (error instanceof VendorError && error.status === 409)
        return c.html(detailPage(book.get(id), error.message), 409)
      throw error
    }
  }
  return pages
}
