/** Serves the built web app: hashed assets for ever, the page itself always fresh, every other path the page. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ApiProblem } from './problems.ts'
import type { ApiRouter } from './routing.ts'
import { contentSecurityPolicy, inlineScriptHashes } from './security.ts'
import { storedFileResponse } from './stored-files.ts'

const FOREVER = 'public, max-age=31536000, immutable'
const FRESH = 'no-cache'
/** Paths that belong to programs: an unknown one is a problem, not the page. */
const NOT_PAGES = /^\/(api|webhooks|codec|pay|order|photo|metrics|healthz|readyz|assets)(\/|$)/

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Daeri</title>
<body style="font:16px/1.6 system-ui;margin:15vh auto;max-width:32rem;padding:0 1rem">
<h1>The web app is not built yet</h1><p>Run <code>npm run build:web</code> and reload this page.</p>
<p>The API is at work: <a href="/api/docs">documentation</a>.</p></body></html>`

/** Adds the web app; call it last, it takes every GET that nothing else answers. */
export function addWebApp(router: ApiRouter, webFolder: string): void {
  router.declarePlain('public', 'get', '/*', async (c) => {
    const { path } = c.req
    const key = safeDecode(path).slice(1)
    if (key !== '' && key !== 'index.html') {
      const cacheControl = path.startsWith('/assets/') ? FOREVER : FRESH
      const file = await storedFileResponse({ folder: webFolder, key, request: c.req.raw, cacheControl })
      if (file !== null) return file
    }
    if (NOT_PAGES.test(path)) throw new ApiProblem('not_found', 'There is nothing at this address.')
    const page = await readFile(join(webFolder, 'index.html'), 'utf8').catch(() => null)
    c.header('cache-control', FRESH)
    if (page === null) return c.html(NOT_BUILT)
    c.header('content-security-policy', contentSecurityPolicy(inlineScriptHashes(page)))
    return c.html(page)
  })
}

function safeDecode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
