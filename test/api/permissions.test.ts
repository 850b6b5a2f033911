import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createErrorHandler } from '../../api/problems.ts'
import { createRouter } from '../../api/routing.ts'
import { isApiScope } from '../../domain/api-scopes.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { createTestApi, type TestApi } from './test-api.ts'

describe('permissions', () => {
  let api: TestApi
  beforeAll(async () => {
    api = await createTestApi(await createTestDatabase())
  })
  afterAll(() => api.close())

  test('every route of the app declares one', () => {
    const undeclared = api.app.routes
      .filter((route) => !(route.method === 'ALL' && route.path === '/*'))
      .map((route) => `${route.method} ${route.path}`)
      .filter((key) => !api.permissions.has(key))
    expect(undeclared).toEqual([])
    expect(api.permissions.size).toBeGreaterThan(30)
  })

  test('a route without one is refused at run time', async () => {
    const { app, declarePlain } = createRouter(api.deps.signIn, [])
    app.onError(createErrorHandler(api.deps.logger))
    app.get('/api/forgotten', (c) => c.text('secret'))
    // Not even where a declared route matches too.
    declarePlain('public', 'get', '/*', (c) => c.text('page'))
    expect((await app.request('/api/forgotten')).status).toBe(403)
    expect((await app.request('/api/other')).status).toBe(200)
  })

  test('what needs a person answers 401 without one, and 403 to an agent where only the owner may', async () => {
    for (const [key, permission] of api.permissions) {
      const [method = 'GET', pattern = '/'] = key.split(' ')
      const path = pattern.replaceAll(/:\w+(\{.+?\})?/g, 'x')
      const status = async (cookie?: string) =>
        (
          await api.ask(method, path, {
            ...(cookie ? { cookie } : {}),
            ...(method === 'POST' ? { json: {} } : {}),
          })
        ).status
      if (permission === 'signed_in' || permission === 'admin' || isApiScope(permission))
        expect([key, await status()]).toEqual([key, 401])
      if (permission === 'admin') expect([key, await status(api.cookies.agent)]).toEqual([key, 403])
    }
  })

  test('a cookie that is not ours is nobody', async () => {
    const forged = api.cookies.admin.replace(/=.*?\./, '=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.')
    expect((await api.ask('GET', '/api/me', { cookie: forged })).status).toBe(401)
  })
})
