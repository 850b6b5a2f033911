/** The process itself: starts without Temporal, makes the first owner once, ends in peace. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createTestDatabase } from '../support/postgres.ts'

const readySchema = z.object({
  type: z.literal('ready'),
  details: z.object({
    port: z.number(),
    firstSignIn: z.object({ email: z.string(), password: z.string() }).optional(),
  }),
})

let database: Awaited<ReturnType<typeof createTestDatabase>>
let dataDir: string
beforeAll(async () => {
  database = await createTestDatabase()
  dataDir = mkdtempSync(join(tmpdir(), 'daeri-api-process-'))
})
afterAll(async () => {
  await database.drop()
  rmSync(dataDir, { recursive: true, force: true })
})

async function start() {
  const child: ChildProcess = spawn(process.execPath, ['api/main.ts'], {
    env: {
      ...process.env,
      DATABASE_URL: database.url,
      DAERI_DATA_DIR: dataDir,
      API_PORT: '0',
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      OWNER_EMAIL: 'kim@example.com',
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`the API ended with ${code} before it was ready`)
  })
  const [message]: unknown[] = await Promise.race([once(child, 'message'), failed])
  failed.catch(() => {})
  const { details } = readySchema.parse(message)
  const stop = async () => {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    return (await ended)[0]
  }
  return { details, stop, url: `http://127.0.0.1:${details.port}` }
}

test('the first start makes an owner who can sign in, the second one does not', async () => {
  const first = await start()
  const { firstSignIn } = first.details
  expect(firstSignIn?.email).toBe('kim@example.com')
  expect(firstSignIn?.password).toMatch(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/)
  const file = join(dataDir, 'first-sign-in.txt')
  expect(readFileSync(file, 'utf8')).toBe(`${firstSignIn?.email}\n${firstSignIn?.password}\n`)
  expect(statSync(file).mode & 0o777).toBe(0o600)

  const signIn = await fetch(`${first.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: first.url },
    body: JSON.stringify(firstSignIn),
  })
  expect(signIn.status).toBe(200)
  const cookie = signIn.headers
    .getSetCookie()
    .map((text) => text.split(';')[0])
    .join('; ')
  const me = await fetch(`${first.url}/api/me`, { headers: { cookie } })
  expect(await me.json()).toMatchObject({ role: 'admin', must_change_password: true })

  // Temporal is away: what the database knows is served, what needs it says so.
  expect(await (await fetch(`${first.url}/readyz`)).json()).toEqual({
    database: true,
    workflow_engine: false,
  })
  expect((await fetch(`${first.url}/api/tickets/board`, { headers: { cookie } })).status).toBe(200)
  const made = await fetch(`${first.url}/api/tickets`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify({ customer_phone: '01012345678' }),
  })
  expect([made.status, made.headers.get('retry-after')]).toEqual([503, '3'])
  // Figures are told by route, never by path; from outside, that is through a proxy, nobody gets them.
  const metrics = await (await fetch(`${first.url}/metrics`)).text()
  expect(metrics).toContain('daeri_http_request_seconds_count{method="GET",route="/api/me",status="200"} 1')
  const outside = await fetch(`${first.url}/metrics`, { headers: { 'x-forwarded-for': '203.0.113.7' } })
  expect(outside.status).toBe(403)
  expect(await (await fetch(`${first.url}/tickets/anything`)).text()).toContain('html')
  expect(await first.stop()).toBe(0)

  const second = await start()
  expect(second.details.firstSignIn).toBeUndefined()
  expect(await second.stop()).toBe(0)
})
