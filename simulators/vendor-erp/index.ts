/** Stand-in of the vendor's ERP: REST (`/vendor-erp/api/…`) and web pages (`/vendor-erp/`). */
import { join } from 'node:path'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { z } from 'zod'
import { faultyOperation } from '../faulty-operation.ts'
import { RecordFile } from '../record-file.ts'
import type { WorldContext, WorldPart } from '../world-part.ts'
import { clerksDesk } from './clerks-desk.ts'
import { wreathPhoto } from './delivery-photo.ts'
import { VendorError, type VendorOrderFields } from './order.ts'
import { OrderBook } from './order-book.ts'
import { vendorPages } from './pages.ts'

const orderFieldsSchema = z.object({
  product: z.string().min(1).default('근조화환'),
  recipient: z.string().min(1),
  sender: z.string().min(1),
  ribbon_text: z.string().min(1),
  hall: z.string().min(1),
  room: z.string(),
  deliver_by: z.string().min(1),
  phone: z.string().min(1),
  price: z.number().int().positive(),
})
const placeSchema = orderFieldsSchema.extend({ reference: z.string().min(1).max(100) })
const holdSchema = z.strictObject({ held: z.boolean().default(true) })
const layoutSchema = z.strictObject({ changed: z.boolean() })
const editSchema = orderFieldsSchema.partial().omit({ product: true })

export function createVendorErp(context: WorldContext): WorldPart {
  const book = new OrderBook(context)
  const layouts = new RecordFile<{ readonly id: 'layout'; readonly changed: boolean }>(
    join(context.folder, 'vendor-layout.jsonl'),
  )
  const isChanged = () => layouts.get('layout')?.changed === true
  const routes = new Hono()
  routes.route('/vendor-erp/api', restApi(book, context))
  routes.route('/vendor-erp', vendorPages(book, context, isChanged))
  routes.get('/vendor-erp/photos/:file', (c) => {
    const order = book.get(c.req.param('file').replace(/\.png$/, ''))
    if (order.status !== '완료') throw new VendorError(404, 'NOT_FOUND', '아직 사진이 없습니다.')
    return c.body(wreathPhoto(order.id), 200, {
      'content-type': 'image/png',
      'cache-control': 'max-age=86400',
    })
  })
  routes.get('/world/api/vendor-orders', (c) =>
    c.json({ orders: book.list().map((order) => book.worldBody(order)) }),
  )
  routes.route('/', clerksDesk(book))
  routes.post('/world/api/vendor-orders/:id/advance', (c) =>
    c.json(book.worldBody(book.advance(c.req.param('id')))),
  )
  routes.post('/world/api/vendor-orders/:id/refuse', (c) =>
    c.json(book.worldBody(book.refuse(c.req.param('id')))),
  )
  routes.post('/world/api/vendor-orders/:id/hold', async (c) => {
    const { held } = await readBody(c, holdSchema)
    return c.json(book.worldBody(book.hold(c.req.param('id'), held)))
  })
  routes.get('/world/api/vendor-erp', (c) => c.json({ layout_changed: isChanged() }))
  routes.post('/world/api/vendor-erp/layout', async (c) => {
    const { changed } = await readBody(c, layoutSchema)
    layouts.put({ id: 'layout', changed })
    context.live.publish({ type: 'vendor_erp', layout_changed: changed })
    return c.json({ layout_changed: changed })
  })
  routes.onError(answerError)
  return { routes, start: async () => book.start(), stop: async () => book.stop() }
}

function restApi(book: OrderBook, context: WorldContext): Hono {
  const api = new Hono()
  api.onError(answerError)
  api.use(async function authorize(c, next) {
    if (c.req.header('authorization') === `Bearer ${context.settings.vendorErp.apiKey}`) return next()
    return errorBody(c, 401, 'UNAUTHORIZED', 'API 키가 올바르지 않습니다.')
  })
  api.post('/orders', faulty(context, 'create_order'), async (c) => {
    const { reference, ...fields } = await readBody(c, placeSchema)
    const { order, isNew } = book.place(reference, fields)
    return c.json(book.body(order), isNew ? 201 : 200)
  })
  api.get('/orders', faulty(context, 'read_order'), (c) => {
    const reference = c.req.query('reference')
    const orders = reference === undefined ? book.list() : book.ofReference(reference)
    return c.json({ orders: orders.map((order) => book.body(order)) })
  })
  api.get('/orders/:id', faulty(context, 'read_order'), (c) => c.json(book.body(book.get(c.req.param('id')))))
  api.patch('/orders/:id', faulty(context, 'edit_order'), async (c) => {
    const changes = await readBody(c, editSchema)
    const given = Object.entries(changes).filter(([, value]) => value !== undefined)
    return c.json(
      book.body(book.edit(c.req.param('id'), Object.fromEntries(given) as Partial<VendorOrderFields>)),
    )
  })
  api.post('/orders/:id/cancel', faulty(context, 'cancel_order'), (c) =>
    c.json(book.body(book.cancel(c.req.param('id')))),
  )
  return api
}

/** `refuse` is "we don't deliver there" (422) unless a status says otherwise. */
function faulty(context: WorldContext, operation: string): MiddlewareHandler {
  return faultyOperation({
    faults: context.faults,
    service: 'vendor_erp',
    operation,
    refuse: (c, status = operation === 'create_order' ? 422 : 503) =>
      status === 422
        ? errorBody(c, 422, 'HALL_NOT_SERVED', '배송이 불가능한 장례식장입니다.')
        : errorBody(c, status, 'UNAVAILABLE', '시스템 점검 중입니다. 잠시 후 다시 시도해 주세요.'),
  })
}

async function readBody<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(await c.req.json().catch(() => undefined))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new VendorError(422, 'INVALID', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`)
}

function answerError(error: Error, c: Context): Response {
  if (error instanceof VendorError) return errorBody(c, error.status, error.code, error.message)
  throw error
}

function errorBody(c: Context, status: number, code: string, message: string): Response {
  return c.json({ error: { code, message } }, status as 400)
}
