/** Sign-in: passwords, cookies, limits of attempts, roles, and the library's tables in our migration. */
import { getMigrations } from 'better-auth/db/migration'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../../api/app.ts'
import { ATTEMPT_LIMITS } from '../../api/auth/attempt-limiter.ts'
import { authOptions, createAuth } from '../../api/auth/auth.ts'
import { createSignIn } from '../../api/auth/sign-in.ts'
import { createLiveEvents, type SessionNews } from '../../api/events/live-events.ts'
import { meSchema } from '../../api/schemas/people.ts'
import { createViewContext } from '../../api/views/view-context.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { AGENT, createTestApi, OWNER, signInAs, type TestApi } from './test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi(await createTestDatabase())
})
afterAll(() => api.close())
afterEach(() => forget())

/** Attempts of other tests must not count here. */
const forget = async () => {
  const auth = createAuth({ ...api.settings, logger: api.deps.logger })
  await auth.pool.query('delete from rate_limits')
  await auth.close()
}
const attempt = (email: string, password: string, address = '203.0.113.7') =>
  api.ask('POST', '/api/auth/sign-in/email', {
    json: { email, password },
    headers: { 'x-forwarded-for': address },
  })

test('the migration has every table and column the library wants', async () => {
  const { databaseUrl, publicUrl, secret } = api.settings
  const input = { databaseUrl, publicUrl, secret, logger: api.deps.logger }
  const { database, close } = createAuth(input)
  const { toBeCreated, toBeAdded } = await getMigrations(authOptions(input, database))
  await close()
  expect([toBeCreated, toBeAdded]).toEqual([[], []])
})

describe('signing in', () => {
  test('gives a cookie that scripts can not read', async () => {
    const response = await attempt(OWNER.email, OWNER.password)
    expect(response.status).toBe(200)
    expect(response.headers.get('set-cookie')).toMatch(/^daeri\.session_token=.+; HttpOnly; SameSite=Lax/)
  })

  test('over https the cookie is bound to https', async () => {
    const own = await createTestApi(await createTestDatabase(), {
      environment: { DAERI_PUBLIC_URL: 'https://daeri.example' },
    })
    try {
      const response = await own.ask('POST', '/api/auth/sign-in/email', { json: OWNER })
      expect(response.headers.get('set-cookie')).toMatch(/^__Secure-daeri\.session_token=.+; Secure/)
      expect(response.headers.get('strict-transport-security')).toBe('max-age=31536000')
      expect((await own.ask('GET', '/api/me', { cookie: await signInAs(own.ask, OWNER) })).status).toBe(200)
    } finally {
      await own.close()
    }
  })

  test('a wrong password and an unknown person are told alike', async () => {
    const wrong = await attempt(OWNER.email, 'not the password')
    const unknown = await attempt('nobody@example.com', 'not the password')
    expect([wrong.status, unknown.status]).toEqual([401, 401])
    expect(await wrong.json()).toEqual(await unknown.json())
  })

  test('one account can not be guessed at for long, from any address', async () => {
    for (let i = 0; i < ATTEMPT_LIMITS.perAccount; i++) {
      expect((await attempt(AGENT.email, `guess ${i}`, `203.0.113.${i}`)).status).toBe(401)
    }
    const refused = await attempt(AGENT.email.toUpperCase(), AGENT.password, '203.0.113.200')
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await attempt(OWNER.email, OWNER.password, '203.0.113.200')).status).toBe(200)
  })

  test('one address can not try many accounts', async () => {
    const statuses = new Set<number>()
    for (let i = 0; i <= ATTEMPT_LIMITS.perAddress; i++) {
      statuses.add((await attempt(`person-${i}@example.com`, 'a common password')).status)
    }
    expect([...statuses]).toEqual([401, 429])
  })

  test('a good attempt wipes the earlier mistakes', async () => {
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < ATTEMPT_LIMITS.perAccount - 1; i++) await attempt(AGENT.email, 'mistyped')
      await forgetAddresses(api)
      expect((await attempt(AGENT.email, AGENT.password)).status).toBe(200)
    }
  })

  test('nobody can sign up by themselves', async () => {
    const json = { email: 'me@example.com', password: 'long enough password', name: 'Me' }
    expect((await api.ask('POST', '/api/auth/sign-up/email', { json })).status).toBe(404)
  })

  test('a foreign page can not sign anybody in or out', async () => {
    const headers = { origin: 'https://evil.example', host: 'daeri.example' }
    const json = { email: OWNER.email, password: OWNER.password }
    const signIn = await api.ask('POST', '/api/auth/sign-in/email', { json, headers })
    expect([signIn.status, await signIn.json()]).toMatchObject([403, { code: 'wrong_origin' }])
    const own = { origin: 'https://daeri.example', host: 'daeri.example' }
    expect((await api.ask('POST', '/api/auth/sign-in/email', { json, headers: own })).status).toBe(200)
  })
})

describe('a person', () => {
  test('must change the first password, and then need not', async () => {
    await api.deps.signIn.createPerson({
      email: 'new@example.com',
      password: 'the first password',
      name: 'New',
      role: 'agent',
    })
    const first = { email: 'new@example.com', password: 'the first password' }
    const cookie = await signInAs(api.ask, first)
    const me = async (as: string) => (await api.ask('GET', '/api/me', { cookie: as })).json()
    expect(await me(cookie)).toMatchObject({ role: 'agent', must_change_password: true })

    const change = (json: object) => api.ask('POST', '/api/auth/change-password', { json, cookie })
    const short = await change({ currentPassword: first.password, newPassword: 'short' })
    expect([short.status, await short.json()]).toMatchObject([422, { code: 'password_too_short' }])
    expect(await me(cookie)).toMatchObject({ must_change_password: true })
    expect(
      (await change({ currentPassword: 'not the password', newPassword: 'a second password' })).status,
    ).toBe(422)
    expect(await me(cookie)).toMatchObject({ must_change_password: true })

    const changed = await change({ currentPassword: first.password, newPassword: 'a second password' })
    expect(changed.status).toBe(200)
    expect(await me(cookie)).toMatchObject({ must_change_password: false })
    await signInAs(api.ask, { ...first, password: 'a second password' })
  })

  test('is nobody after signing out', async () => {
    const cookie = await signInAs(api.ask, OWNER)
    expect((await api.ask('POST', '/api/auth/sign-out', { cookie, json: {} })).status).toBe(200)
    expect((await api.ask('GET', '/api/me', { cookie })).status).toBe(401)
  })

  test('who is shut out is nobody at once', async () => {
    const person = { email: 'leaving@example.com', password: 'a good password' }
    await api.deps.signIn.createPerson({ ...person, name: 'Leaving', role: 'agent' })
    const cookie = await signInAs(api.ask, person)
    const { id } = meSchema.parse(await (await api.ask('GET', '/api/me', { cookie })).json())
    const ban = (as: string) =>
      api.ask('PATCH', `/api/accounts/${id}`, { cookie: as, json: { blocked: true } })
    expect((await ban(api.cookies.agent)).status).toBe(403)
    expect((await ban(api.cookies.admin)).status).toBe(200)
    expect((await api.ask('GET', '/api/me', { cookie })).status).toBe(401)
    expect((await attempt(person.email, person.password)).status).toBe(403)
  })

  test('can not make themselves owner', async () => {
    const cookie = await signInAs(api.ask, AGENT)
    await api.ask('POST', '/api/auth/update-user', { cookie, json: { role: 'admin', name: 'Agent' } })
    expect(await (await api.ask('GET', '/api/me', { cookie })).json()).toMatchObject({ role: 'agent' })
  })
})

describe('another copy of the API', () => {
  test.for([
    ['signs out', (cookie: string) => api.ask('POST', '/api/auth/sign-out', { cookie, json: {} }), 401],
    [
      'is shut out',
      async (cookie: string) => {
        const { id } = meSchema.parse(await (await api.ask('GET', '/api/me', { cookie })).json())
        return api.ask('PATCH', `/api/accounts/${id}`, { cookie: api.cookies.admin, json: { blocked: true } })
      },
      401,
    ],
    [
      'becomes an agent',
      async (cookie: string) => {
        const { id } = meSchema.parse(await (await api.ask('GET', '/api/me', { cookie })).json())
        return api.ask('PATCH', `/api/accounts/${id}`, { cookie: api.cookies.admin, json: { role: 'agent' } })
      },
      403,
    ],
  ] as const)('knows as soon as it is done that somebody %s', async ([name, act, status]) => {
    const person = { email: `${name.replaceAll(' ', '-')}@example.com`, password: 'a good password' }
    await api.deps.signIn.createPerson({ ...person, name, role: 'admin' })
    const cookie = await signInAs(api.ask, person)
    const copy = await openCopy()
    try {
      const ask = () => copy.app.request('/api/settlement/statements', { headers: { cookie } })
      expect([(await ask()).status, (await ask()).status]).toEqual([200, 200])
      const told = copy.news('changed')
      expect((await act(cookie)).status).toBe(200)
      await told
      expect((await ask()).status).toBe(status)
    } finally {
      await copy.close()
    }
  })
})

/** A second copy on the same database, once it hears what the first one does. */
async function openCopy() {
  const { databaseUrl, publicUrl, secret } = api.settings
  const { logger, database } = api.deps
  const signIn = createSignIn({ databaseUrl, publicUrl, secret, logger })
  const events = createLiveEvents({ databaseUrl, database, view: createViewContext(api.settings), logger })
  const { app } = createApp({ ...api.deps, signIn, events })
  const news = (wanted: SessionNews) =>
    new Promise<void>((resolve) => {
      const stop = events.watchSessions((told) => {
        if (told !== wanted) return
        resolve()
        queueMicrotask(() => stop())
      })
    })
  await news('hearing')
  return {
    app,
    news,
    async close() {
      await events.stop()
      await signIn.close()
    },
  }
}

/** Only the address is forgotten: the account's own count is what the test is about. */
async function forgetAddresses(target: TestApi): Promise<void> {
  const auth = createAuth({ ...target.settings, logger: target.deps.logger })
  await auth.pool.query("delete from rate_limits where key like 'sign-in-address%'")
  await auth.close()
}
