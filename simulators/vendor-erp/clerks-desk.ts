/**
 * `/world/api/vendor-orders`: what the vendor's own people do in their book. They sit beside it, so an outage of
 * the interface or of the web pages does not concern them.
 */
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { VendorError, type VendorOrderFields } from './order.ts'
import type { OrderBook } from './order-book.ts'

/** A clerk notes what they understood, whatever is missing. */
const noted = z.string().default('')
const noteSchema = z.strictObject({
  reference: z.string().min(1).max(100),
  product: z.string().min(1).default('근조화환'),
  recipient: noted,
  sender: noted,
  ribbon_text: noted,
  hall: noted,
  room: noted,
  deliver_by: noted,
  phone: noted,
  price: z.number().int().min(0).default(0),
})
const text = z.string().optional()
const changeSchema = z.strictObject({
  recipient: text,
  sender: text,
  ribbon_text: text,
  hall: text,
  room: text,
  deliver_by: text,
  phone: text,
})

export function clerksDesk(book: OrderBook): Hono {
  const desk = new Hono()
  desk.onError((error, c) => {
    if (error instanceof VendorError)
      return c.json({ error: { code: error.code, message: error.message } }, error.status as 409)
    if (error instanceof z.ZodError)
      return c.json({ error: { code: 'INVALID', message: z.prettifyError(error) } }, 422)
    throw error
  })
  desk.post('/world/api/vendor-orders', async (c) => {
    const { reference, ...fields } = noteSchema.parse(await bodyOf(c))
    const { order, isNew } = book.place(reference, fields)
    return c.json(book.body(order), isNew ? 201 : 200)
  })
  desk.post('/world/api/vendor-orders/:id/change', async (c) => {
    const given = Object.entries(changeSchema.parse(await bodyOf(c))).filter(
      ([, value]) => value !== undefined,
    )
    const changes = Object.fromEntries(given) as Partial<VendorOrderFields>
    return c.json(book.body(book.edit(c.req.param('id'), changes)))
  })
  desk.post('/world/api/vendor-orders/:id/cancel', (c) => c.json(book.body(book.cancel(c.req.param('id')))))
  return desk
}

const bodyOf = (c: Context): Promise<unknown> => c.req.json().catch(() => undefined)
