/** `/world/api/faults`: faults switched on and off by hand or by a scenario. */
import { Hono } from 'hono'
import { faultRequestSchema } from './faults.ts'
import type { WorldContext, WorldPart } from './world-part.ts'

export function createFaultRoutes(context: WorldContext): WorldPart {
  const routes = new Hono()
  routes.get('/world/api/faults', (c) => c.json({ faults: context.faults.list() }))
  routes.post('/world/api/faults', async (c) => {
    const parsed = faultRequestSchema.safeParse(await c.req.json().catch(() => undefined))
    if (!parsed.success) {
      const issue = parsed.error.issues[0]
      return c.json(
        { error: { code: 'INVALID', message: `${issue?.path.join('.')}: ${issue?.message}` } },
        422,
      )
    }
    return c.json(context.faults.add(parsed.data), 201)
  })
  routes.delete('/world/api/faults', (c) => {
    context.faults.remove()
    return c.body(null, 204)
  })
  routes.delete('/world/api/faults/:id', (c) =>
    context.faults.remove(c.req.param('id'))
      ? c.body(null, 204)
      : c.json({ error: { code: 'NOT_FOUND', message: 'no such fault' } }, 404),
  )
  const unsubscribe = context.faults.onChange(() =>
    context.live.publish({ type: 'faults', faults: context.faults.list() }),
  )
  return { routes, stop: async () => unsubscribe() }
}
