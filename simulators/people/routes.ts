/** `/world/api/people`: who owns which number. */
import { Hono } from 'hono'
import { z } from 'zod'
import type { PeopleDirectory } from './directory.ts'

const bodySchema = z.strictObject({ persona: z.unknown() })

export function createPeopleRoutes(people: PeopleDirectory): Hono {
  const routes = new Hono()
  routes.onError((error, c) => {
    if (error instanceof z.ZodError)
      return c.json({ error: { code: 'INVALID', message: z.prettifyError(error) } }, 422)
    throw error
  })
  routes.get('/world/api/people', (c) => c.json({ people: people.list() }))
  routes.get('/world/api/people/:number', (c) => {
    const number = c.req.param('number')
    const persona = people.get(number)
    if (persona === undefined) return c.json({ error: { code: 'NOT_FOUND', message: 'nobody has it' } }, 404)
    return c.json({ id: number, number, persona })
  })
  routes.put('/world/api/people/:number', async (c) => {
    const { persona } = bodySchema.parse(await c.req.json().catch(() => undefined))
    return c.json(people.put(c.req.param('number').replace(/\D/g, ''), persona))
  })
  return routes
}
