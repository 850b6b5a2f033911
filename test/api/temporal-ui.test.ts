/** Temporal's Web UI behind the API: who may open it, what it learns of the request, what it may run. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createViewContext } from '../../api/views/view-context.ts'
import { loadSettings } from '../../config/settings.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { createTestApi, type TestApi } from './test-api.ts'

const SCRIPT = '{ start() }'
const APP = `<!doctype html><script>${SCRIPT}</script>`
const MARKDOWN_POLICY = "default-src 'none'; frame-ancestors 'self'"

/** Answers as the Web UI does below its public path, and remembers what it was asked. */
const asked: IncomingMessage[] = []
let bodies: string[] = []
let webUi: Server
let api: TestApi

beforeAll(async () => {
  webUi = createServer((request, response) => {
    asked.push(request)
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      bodies.push(body)
      const { pathname } = new URL(request.url ?? '/', 'http://ui')
      if (pathname === '/temporal/temporal/render') {
        response.setHeader('content-security-policy', MARKDOWN_POLICY)
        response.setHeader('content-type', 'text/html')
        response.end('<p>current details</p>')
      } else if (pathname.startsWith('/temporal/api/')) {
        response.setHeader('content-type', 'application/json')
        response.statusCode = request.method === 'POST' ? 201 : 200
        response.end('{}')
      } else {
        response.setHeader('content-type', 'text/html')
        response.setHeader('set-cookie', '_csrf=abc; Path=/')
        response.end(APP)
      }
    })
  })
  await new Promise<void>((resolve) => webUi.listen(0, '127.0.0.1', resolve))
  const { port } = webUi.address() as AddressInfo
  api = await createTestApi(await createTestDatabase(), {
    environment: { TEMPORAL_ADDRESS: undefined, TEMPORAL_PORT: '1', TEMPORAL_UI_PORT: String(port) },
  })
})
beforeEach(() => {
  asked.length = 0
  bodies = []
})
afterAll(async () => {
  await api.close()
  await new Promise((resolve) => webUi.close(resolve))
})

const PAGE = '/temporal/namespaces/default/workflows/ticket-1?tab=x'
const html = { accept: 'text/html' }
const asOwner = (method: string, path: string, headers: Record<string, string> = {}, json?: unknown) =>
  api.ask(method, path, { cookie: api.cookies.admin, headers, ...(json === undefined ? {} : { json }) })

describe('the Web UI', () => {
  test('is for the owner: others never reach it', async () => {
    for (const path of [
      '/temporal',
      PAGE,
      '/temporal/api/v1/settings',
      '/temporal/render?content=x',
      '/render?content=x',
    ]) {
      expect([path, (await api.ask('GET', path)).status]).toEqual([path, 401])
      expect((await api.ask('GET', path, { cookie: api.cookies.agent })).status).toBe(403)
    }
    const signal = { json: {}, cookie: api.cookies.agent }
    expect((await api.ask('POST', '/temporal/api/v1/signal', signal)).status).toBe(403)
    expect(asked).toEqual([])
    expect((await asOwner('GET', PAGE)).status).toBe(200)
    expect(asked[0]?.url).toBe(PAGE)
  })

  test('is not used by foreign pages', async () => {
    const foreign = { origin: 'https://evil.example' }
    expect((await asOwner('POST', '/temporal/api/v1/terminate', foreign, {})).status).toBe(403)
    expect(asked).toEqual([])
  })

  test('sends a stranger who opens a link to the sign-in page and back, programs get the problem', async () => {
    const link = await api.ask('GET', PAGE, { headers: html })
    expect([link.status, link.headers.get('location')]).toEqual([
      302,
      `/sign-in?next=${encodeURIComponent(PAGE)}`,
    ])
    expect((await api.ask('GET', '/api/tickets', { headers: html })).status).toBe(401)
    expect((await api.ask('GET', PAGE, { headers: { ...html, cookie: api.cookies.agent } })).status).toBe(403)
  })

  test('never learns the session', async () => {
    const cookie = `${api.cookies.admin}; _csrf=abc`
    await asOwner('GET', PAGE, { cookie, authorization: 'Bearer x', 'x-csrf-token': 'abc' })
    expect(asked[0]?.headers.cookie).toBe('_csrf=abc')
    expect(asked[0]?.headers).not.toHaveProperty('authorization')
    expect(asked[0]?.headers['x-csrf-token']).toBe('abc')
  })

  test('gets what is written to it', async () => {
    const response = await asOwner('POST', '/temporal/api/v1/signal?x=1', {}, { name: 'wake' })
    expect([response.status, await response.json()]).toEqual([201, {}])
    expect([asked[0]?.url, bodies[0]]).toEqual(['/temporal/api/v1/signal?x=1', '{"name":"wake"}'])
  })

  test('runs its own scripts on our origin and no others, in no foreign frame', async () => {
    const page = await asOwner('GET', PAGE)
    const hash = createHash('sha256').update(SCRIPT).digest('base64')
    expect(await page.text()).toBe(APP)
    expect(page.headers.get('content-security-policy')).toContain(`script-src 'self' 'sha256-${hash}';`)
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(page.headers.get('set-cookie')).toContain('_csrf=abc')
  })

  test('shows current details in its own frame, with the policy that it gives them', async () => {
    for (const path of ['/temporal/render', '/render']) {
      const details = await asOwner('GET', `${path}?content=%23%20hi`)
      expect(await details.text()).toBe('<p>current details</p>')
      expect(details.headers.get('content-security-policy')).toBe(MARKDOWN_POLICY)
      expect(asked.at(-1)?.url).toContain('?content=%23%20hi')
    }
  })
})

test('links to it stay with the name under which somebody signed in', async () => {
  expect(createViewContext(api.settings).workflowUrl('ticket-1')).toBe(
    '/temporal/namespaces/default/workflows/ticket-1',
  )
  const linkFor = async (cookie: string) => {
    const system = (await (await api.ask('GET', '/api/system', { cookie })).json()) as {
      links: { temporal_ui: string | null }
    }
    return system.links.temporal_ui
  }
  expect(await linkFor(api.cookies.admin)).toBe('/temporal')
  expect(await linkFor(api.cookies.agent)).toBeNull()
})

test('a Web UI of another server is linked to, not served', async () => {
  const elsewhere = loadSettings({
    TEMPORAL_ADDRESS: 'temporal.example:7233',
    TEMPORAL_UI_URL: 'https://ui.example/',
  })
  expect(elsewhere.temporal).not.toHaveProperty('uiUpstream')
  expect(createViewContext(elsewhere).workflowUrl('ticket-1')).toBe(
    'https://ui.example/namespaces/default/workflows/ticket-1',
  )
})
