/** Programs use the API by keys: what a key opens, what it does not, and that it ends at once. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { apiKeyListSchema, createdApiKeySchema } from '../../api/schemas/api-keys.ts'
import { API_SCOPES, type ApiScope } from '../../domain/api-scopes.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { ScriptedOutbound } from './scripted-outbound.ts'
import { createTestApi, type TestApi } from './test-api.ts'

let api: TestApi
let at = new Date('2026-11-26T14:00:00+09:00')
beforeAll(async () => {
  const outbound = new ScriptedOutbound()
  api = await createTestApi(await createTestDatabase(), {
    environment: { OUTBOUND_CALLER_NUMBERS: '07012345678', OUTBOUND_RATE_PER_MINUTE: '2' },
    outbound,
    now: () => at,
  })
  outbound.writesTo(api)
})
afterAll(() => api.close())
beforeEach(async () => {
  at = new Date('2026-11-26T14:00:00+09:00')
  await api.database.deleteFrom('api_keys').execute()
  await api.database.deleteFrom('outbound_requests').execute()
})

const asOwner = (method: string, path: string, json?: unknown) =>
  api.ask(method, path, { cookie: api.cookies.admin, ...(json === undefined ? {} : { json }) })
const withKey = (secret: string, method: string, path: string, json?: unknown) =>
  api.ask(method, path, {
    headers: { authorization: `Bearer ${secret}` },
    ...(json === undefined ? {} : { json }),
  })
async function make(scopes: readonly ApiScope[], more: object = {}) {
  const response = await asOwner('POST', '/api/api-keys', { name: 'crm', scopes, ...more })
  expect(response.status).toBe(201)
  return createdApiKeySchema.parse(await response.json())
}
const list = async () => apiKeyListSchema.parse(await (await asOwner('GET', '/api/api-keys')).json()).keys
let last = 0
const wanted = () => ({
  caller_number: '07012345678',
  callee_number: `0107${String(++last).padStart(7, '0')}`,
  purpose: '확인',
  questions: ['참석 가능 여부'],
})
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code

test('a program asks for a call by its key, under the name of the key', async () => {
  const { key, secret } = await make(['outbound:read', 'outbound:write'])
  expect(secret).toMatch(/^dk_[\w-]{43}$/)
  expect(secret.startsWith(key.hint)).toBe(true)
  const response = await withKey(secret, 'POST', '/api/outbound/', wanted())
  expect(response.status).toBe(202)
  const { outbound_id } = (await response.json()) as { outbound_id: string }
  const record = await withKey(secret, 'GET', `/api/outbound/${outbound_id}`)
  expect(await record.json()).toMatchObject({ requested_by: 'API: crm', state: 'queued' })
  expect((await list())[0]).toMatchObject({
    name: 'crm',
    last_used_at: '2026-11-26T14:00:00+09:00',
    active: true,
  })
})

test('the key is kept nowhere', async () => {
  const { secret } = await make(['outbound:read'])
  const rows = await api.database.selectFrom('api_keys').selectAll().execute()
  expect(JSON.stringify(rows)).not.toContain(secret.slice(10))
  expect(JSON.stringify(await list())).not.toContain(secret.slice(10))
})

test('a key opens what its scopes say and nothing else', async () => {
  const { secret } = await make(['outbound:read'])
  expect((await withKey(secret, 'GET', '/api/outbound/')).status).toBe(200)
  const refused = await withKey(secret, 'POST', '/api/outbound/', wanted())
  expect([refused.status, await codeOf(refused)]).toEqual([403, 'scope_missing'])
  for (const [method, path] of [
    ['GET', '/api/me'],
    ['GET', '/api/calls'],
    ['GET', '/api/api-keys'],
    ['GET', '/api/settlement'],
  ] as const)
    expect([path, (await withKey(secret, method, path)).status]).toEqual([path, 401])
})

test('every way to requested calls takes a key of the right scope, and no other route takes any', async () => {
  const scoped = [...api.permissions].filter(([, permission]) =>
    API_SCOPES.some((scope) => scope === permission),
  )
  expect(scoped.filter(([key]) => key.includes('/api/outbound/')).length).toBeGreaterThanOrEqual(9)
  for (const [key, permission] of scoped) {
    const what = key.includes('/api/campaigns')
      ? 'campaigns'
      : /call-consents|do-not-call/.test(key)
        ? 'consents'
        : 'outbound'
    expect([key, permission]).toEqual([key, `${what}:${key.startsWith('GET') ? 'read' : 'write'}`])
  }
})

test('a revoked key ends at once, and a key that has expired too', async () => {
  const { key, secret } = await make(['outbound:read'])
  expect((await asOwner('DELETE', `/api/api-keys/${key.id}`)).status).toBe(200)
  const refused = await withKey(secret, 'GET', '/api/outbound/')
  expect([refused.status, await codeOf(refused)]).toEqual([401, 'bad_key'])
  // Its name is free again, and it stays on record.
  const short = await make(['outbound:read'], { expires_at: '2026-11-26T15:00:00+09:00' })
  expect((await withKey(short.secret, 'GET', '/api/outbound/')).status).toBe(200)
  at = new Date('2026-11-26T15:00:00+09:00')
  expect((await withKey(short.secret, 'GET', '/api/outbound/')).status).toBe(401)
  expect((await list()).map(({ active }) => active)).toEqual([false, false])
})

test('a wrong key is nobody, even with a session beside it', async () => {
  const { secret } = await make(['outbound:read'])
  const other = `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`
  for (const authorization of [`Bearer ${other}`, 'Bearer dk_', 'Bearer two words'])
    expect([
      authorization,
      (await api.ask('GET', '/api/outbound/', { cookie: api.cookies.admin, headers: { authorization } }))
        .status,
    ]).toEqual([authorization, 401])
})

test('what a proxy asks for beside the session is no key', async () => {
  const headers = { authorization: 'Basic dXNlcjpwYXNz' }
  expect((await api.ask('GET', '/api/outbound/', { cookie: api.cookies.agent, headers })).status).toBe(200)
})

test('limits are counted by key', async () => {
  const first = await make(['outbound:write'])
  const second = await make(['outbound:write'], { name: 'shop' })
  const statuses = async (secret: string, count: number) => {
    const all: number[] = []
    for (let i = 0; i < count; i++)
      all.push((await withKey(secret, 'POST', '/api/outbound/', wanted())).status)
    return all
  }
  expect(await statuses(first.secret, 3)).toEqual([202, 202, 429])
  expect(await statuses(second.secret, 1)).toEqual([202])
})

test('only the owner makes keys; names tell them apart; all of it is written down', async () => {
  const { key } = await make(['outbound:read'])
  const twin = await asOwner('POST', '/api/api-keys', { name: 'CRM', scopes: ['outbound:read'] })
  expect([twin.status, await codeOf(twin)]).toEqual([409, 'key_name_taken'])
  for (const body of [
    { name: 'x', scopes: [] },
    { name: 'x', scopes: ['everything'] },
    { name: 'x', scopes: ['outbound:read', 'outbound:read'] },
    { name: ' ', scopes: ['outbound:read'] },
    { name: 'x', scopes: ['outbound:read'], expires_at: '2026-11-26T13:59:00+09:00' },
  ])
    expect((await asOwner('POST', '/api/api-keys', body)).status).toBe(422)
  const agent = { cookie: api.cookies.agent }
  expect((await api.ask('GET', '/api/api-keys', agent)).status).toBe(403)
  expect((await asOwner('DELETE', '/api/api-keys/2147483647')).status).toBe(404)
  await asOwner('DELETE', `/api/api-keys/${key.id}`)
  const entries = await api.database
    .selectFrom('audit_entries')
    .select(['action', 'reason'])
    .where('action', 'in', ['add_api_key', 'revoke_api_key'])
    .orderBy('id', 'desc')
    .limit(2)
    .execute()
  expect(entries).toEqual([
    { action: 'revoke_api_key', reason: 'crm' },
    { action: 'add_api_key', reason: 'crm: outbound:read' },
  ])
})
