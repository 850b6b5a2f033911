/** `/world/api/pictures/{id}`: the world's own look at any picture. */
import { Hono } from 'hono'
import type { WorldContext, WorldPart } from '../world-part.ts'

export function createPictures(context: WorldContext): WorldPart {
  const routes = new Hono()
  routes.get('/world/api/pictures/:id', (c) => {
    const picture = context.pictures.read(c.req.param('id'))
    if (picture === undefined)
      return c.json({ error: { code: 'NOT_FOUND', message: 'no such picture' } }, 404)
    return c.body(picture.bytes, 200, {
      'content-type': picture.content_type,
      'cache-control': 'max-age=86400',
    })
  })
  return { routes }
}
