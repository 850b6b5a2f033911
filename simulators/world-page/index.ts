/** The world page: one page to look at the outside world and to use it by hand. Its files are served as they are. */
import { readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { Hono } from 'hono'
import type { WorldPart } from '../world-part.ts'

const FOLDER = join(import.meta.dirname, 'site')
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}
const FILE_NAME = /^[a-z-]+\.(?:css|js|svg)$/

export function createWorldPage(): WorldPart {
  const routes = new Hono()
  routes.get('/', () => file('index.html'))
  routes.get('/favicon.ico', (c) => c.redirect('/site/icon.svg'))
  routes.get('/site/:file', (c) => {
    const name = c.req.param('file')
    return FILE_NAME.test(name) ? file(name) : c.notFound()
  })
  return { routes }
}

function file(name: string): Response {
  const path = join(FOLDER, name)
  try {
    return new Response(readFileSync(path), {
      headers: { 'content-type': TYPES[extname(name)] ?? 'text/plain', 'cache-control': 'no-cache' },
    })
  } catch {
    return new Response('not found', { status: 404 })
  }
}
