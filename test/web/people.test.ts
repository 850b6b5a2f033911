/** The owner adds people and changes what they may, in a real browser. */
import { AxeBuilder } from '@axe-core/playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FIRST_PASSWORD } from './fake-api/accounts.ts'
import { type App, AppBrowser } from './support/app.ts'

const apps = new AppBrowser()
beforeAll(() => apps.start())
afterAll(() => apps.stop())

const sent = ({ fake }: App, method: string) =>
  fake.world.requests.filter((request) => request.method === method).map(({ path, body }) => ({ path, body }))

test('somebody is added; the first password is shown once', async () => {
  const app = await apps.open({ path: '/people' })
  const { page } = app
  await page.getByRole('button', { name: '직원 추가' }).click()
  const dialog = page.getByRole('dialog')
  const add = dialog.getByRole('button', { name: '직원 추가' })
  await add.click()
  await dialog.getByText('이름을 입력하세요').waitFor()
  await dialog.getByLabel('이름').fill('박서준')
  await dialog.getByLabel('이메일').fill('agent@example.com')
  await add.click()
  await dialog.getByText('이미 있는 이메일입니다').waitFor()
  await expect.poll(() => dialog.getByText('A sentence in English.').count()).toBe(0)
  await dialog.getByLabel('이메일').fill('seojun@example.com')
  await add.click()
  await dialog.getByText(FIRST_PASSWORD).waitFor()
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([])
  await dialog.getByRole('button', { name: '전달했습니다' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('heading', { name: '박서준' }).waitFor()
  await expect.poll(() => page.getByText(FIRST_PASSWORD).count()).toBe(0)
  expect(sent(app, 'POST').at(-1)).toEqual({
    path: '/api/accounts',
    body: { name: '박서준', email: 'seojun@example.com', role: 'agent' },
  })
  await app.close()
})

test('a role is changed, somebody is shut out and let in again, but not oneself', async () => {
  const app = await apps.open({ path: '/people', language: 'en' })
  const { page } = app
  const row = (name: string) => page.getByRole('listitem').filter({ hasText: name })
  await row('이수진').getByRole('button', { name: '이수진: Make admin' }).click()
  await row('이수진').getByRole('button', { name: '이수진: Make agent' }).waitFor()
  await row('이수진').getByRole('button', { name: '이수진: Block' }).click()
  await row('이수진').getByText('Blocked').waitFor()
  await row('김퇴사').getByRole('button', { name: '김퇴사: Unblock' }).click()
  await row('김퇴사').getByText('Blocked').waitFor({ state: 'detached' })
  expect(sent(app, 'PATCH')).toEqual([
    { path: '/api/accounts/sujin', body: { role: 'admin' } },
    { path: '/api/accounts/sujin', body: { blocked: true } },
    { path: '/api/accounts/gone', body: { blocked: false } },
  ])
  await expect.poll(() => row('운영자').getByRole('button').count()).toBe(0)
  await app.close()
})

test('a new password is given only after a word about what it ends', async () => {
  const app = await apps.open({ path: '/people' })
  const { page } = app
  await page.getByRole('button', { name: '이수진: 새 비밀번호' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('로그인된 곳에서 모두 로그아웃됩니다').waitFor()
  expect(sent(app, 'POST')).toEqual([])
  await dialog.getByRole('button', { name: '새 비밀번호' }).click()
  await dialog.getByText(FIRST_PASSWORD).waitFor()
  expect(sent(app, 'POST')).toEqual([{ path: '/api/accounts/sujin/password', body: {} }])
  await app.close()
})

test('an agent sees none of it', async () => {
  const app = await apps.open({ path: '/people' })
  const { page, fake } = app
  await page.getByRole('heading', { name: '이수진' }).waitFor()
  fake.world.me = { ...fake.world.me, role: 'agent' }
  await page.reload()
  await page.getByText('직원은 관리자만 볼 수 있습니다').waitFor()
  await expect.poll(() => page.getByRole('link', { name: '직원' }).count()).toBe(0)
  await app.close()
})
