/** The owner adds people, changes what they may, shuts them out, and can't be left without an owner. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Account, AccountList, FirstPassword } from '../../api/schemas/accounts.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { AGENT, createTestApi, OWNER, signInAs, type TestApi } from './test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi(await createTestDatabase())
})
afterAll(() => api?.close())

const ask = (method: string, path: string, json?: unknown, cookie = api.cookies.admin) =>
  api.ask(method, `/api/accounts${path}`, { cookie, ...(json === undefined ? {} : { json }) })
const accounts = async () => ((await (await ask('GET', '')).json()) as AccountList).accounts
const accountOf = async (email: string): Promise<Account> => {
  const found = (await accounts()).find((account) => account.email === email)
  if (found === undefined) throw new Error(`no account ${email}`)
  return found
}
const add = async (email: string, role: 'admin' | 'agent' = 'agent') =>
  (await (await ask('POST', '', { email, name: email.split('@')[0], role })).json()) as FirstPassword

test('shows who there is, to the owner only', async () => {
  expect(await accounts()).toMatchObject([
    { email: AGENT.email, role: 'agent', blocked: false },
    { email: OWNER.email, role: 'admin', blocked: false },
  ])
  expect((await ask('GET', '', undefined, api.cookies.agent)).status).toBe(403)
  expect(
    (await ask('POST', '', { email: 'x@example.com', name: 'X', role: 'admin' }, api.cookies.agent)).status,
  ).toBe(403)
})

test('a new person signs in with the password that was told, must change it, and can be given Issues', async () => {
  const response = await ask('POST', '', { email: ' Sujin@Example.com ', name: '이수진', role: 'agent' })
  expect(response.status).toBe(201)
  const { account, first_password: password } = (await response.json()) as FirstPassword
  expect(account).toMatchObject({ email: 'sujin@example.com', name: '이수진', must_change_password: true })
  const cookie = await signInAs(api.ask, { email: account.email, password })
  expect(await (await api.ask('GET', '/api/me', { cookie })).json()).toMatchObject({
    role: 'agent',
    must_change_password: true,
  })
  expect(await (await api.ask('GET', '/api/people', { cookie })).json()).toMatchObject({
    people: expect.arrayContaining([{ email: account.email, name: '이수진' }]),
  })
})

test.each([
  ['an e-mail that somebody has, however it is written', { email: 'OWNER@example.com' }, 409, 'email_taken'],
  ['an e-mail that is none', { email: 'nobody' }, 422, 'invalid_request'],
  ['no name', { name: '  ' }, 422, 'invalid_request'],
  ['a role there is not', { role: 'boss' }, 422, 'invalid_request'],
])('nobody is added with %s', async (_name, wrong, status, code) => {
  const response = await ask('POST', '', { email: 'new@example.com', name: 'New', role: 'agent', ...wrong })
  expect([response.status, await response.json()]).toMatchObject([status, { code }])
})

test('who is shut out can not sign in, is no colleague, and comes back', async () => {
  const { account, first_password: password } = await add('leaving@example.com')
  const cookie = await signInAs(api.ask, { email: account.email, password })
  expect((await ask('PATCH', `/${account.id}`, { blocked: true })).status).toBe(200)
  expect((await api.ask('GET', '/api/me', { cookie })).status).toBe(401)
  const { people } = (await (
    await api.ask('GET', '/api/people', { cookie: api.cookies.agent })
  ).json()) as AccountPeople
  expect(people.map(({ email }) => email)).not.toContain(account.email)
  const signIn = { json: { email: account.email, password } }
  expect((await api.ask('POST', '/api/auth/sign-in/email', signIn)).status).toBe(403)
  expect((await ask('PATCH', `/${account.id}`, { blocked: false })).status).toBe(200)
  await signInAs(api.ask, { email: account.email, password })
})
interface AccountPeople {
  readonly people: readonly { readonly email: string }[]
}

test('a new password takes the place of a forgotten one, and ends what was signed in', async () => {
  const { account, first_password: old } = await add('forgetful@example.com')
  const cookie = await signInAs(api.ask, { email: account.email, password: old })
  const response = await ask('POST', `/${account.id}/password`)
  expect(response.status).toBe(200)
  const { first_password: password } = (await response.json()) as FirstPassword
  expect((await api.ask('GET', '/api/me', { cookie })).status).toBe(401)
  const wrong = { json: { email: account.email, password: old } }
  expect((await api.ask('POST', '/api/auth/sign-in/email', wrong)).status).toBe(401)
  await signInAs(api.ask, { email: account.email, password })
  expect(await accountOf(account.email)).toMatchObject({ must_change_password: true })
})

test('nobody takes their own rights away, but changes their name', async () => {
  const { id } = await accountOf(OWNER.email)
  for (const change of [{ blocked: true }, { role: 'agent' }]) {
    const response = await ask('PATCH', `/${id}`, change)
    expect([response.status, await response.json()]).toMatchObject([409, { code: 'own_account' }])
  }
  expect((await ask('POST', `/${id}/password`)).status).toBe(409)
  expect((await ask('PATCH', `/${id}`, { name: '사장님', role: 'admin' })).status).toBe(200)
  expect(await accountOf(OWNER.email)).toMatchObject({ name: '사장님', role: 'admin' })
})

test('two owners who demote each other at once leave one of them', async () => {
  const { account, first_password: password } = await add('second@example.com', 'admin')
  const second = await signInAs(api.ask, { email: account.email, password })
  const owner = await accountOf(OWNER.email)
  const statuses = await Promise.all([
    ask('PATCH', `/${account.id}`, { role: 'agent' }).then(({ status }) => status),
    ask('PATCH', `/${owner.id}`, { role: 'agent' }, second).then(({ status }) => status),
  ])
  expect(statuses.toSorted()).toEqual([200, 403])
  const owners = await api.database
    .selectFrom('auth_users')
    .select('id')
    .where('role', '=', 'admin')
    .execute()
  expect(owners).toHaveLength(1)
  await api.database
    .updateTable('auth_users')
    .set({ role: 'admin' })
    .where('email', '=', OWNER.email)
    .execute()
})
const NOBODY = 'x'.repeat(32)
test('an unknown person is not changed', async () => {
  expect((await ask('PATCH', `/${NOBODY}`, { blocked: true })).status).toBe(404)
  expect((await ask('POST', `/${NOBODY}/password`)).status).toBe(404)
  expect((await ask('PATCH', `/${NOBODY}`, {})).status).toBe(422)
})
