/** The owner looks after keys of programs, in a real browser. */
import { AxeBuilder } from '@axe-core/playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { API_SCOPES } from '../../domain/api-scopes.ts'
import { ko } from '../../web/i18n/ko/index.ts'
import { SCOPES } from '../../web/pages/api-keys/scopes.ts'
import { AppBrowser } from './support/app.ts'

const apps = new AppBrowser()
beforeAll(() => apps.start())
afterAll(() => apps.stop())

test('a key is made, shown once, and revoked', async () => {
  const { page, fake, close } = await apps.open({ path: '/api-keys' })
  await page.getByRole('button', { name: '키 만들기' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('이름').fill('고객 관리 시스템')
  await dialog.getByLabel('캠페인 보기와 결과 받기').check()
  await dialog.getByLabel('만료').selectOption('never')
  await dialog.getByRole('button', { name: '키 만들기' }).click()
  await dialog.getByText('같은 이름의 키를 쓰고 있습니다').waitFor()
  await dialog.getByLabel('이름').fill('쇼핑몰')
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([])
  await dialog.getByRole('button', { name: '키 만들기' }).click()
  await dialog.getByText(`dk_AbCdE${'x'.repeat(38)}`).waitFor()
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([])
  const sent = fake.world.requests.filter(({ method, path }) => method === 'POST' && path === '/api/api-keys')
  expect(sent.at(-1)?.body).toEqual({
    name: '쇼핑몰',
    scopes: ['outbound:read', 'outbound:write', 'campaigns:read'],
  })
  await dialog.getByRole('button', { name: '보관했습니다' }).click()
  await dialog.waitFor({ state: 'detached' })
  expect(await page.content()).not.toContain('x'.repeat(38))
  await page.getByRole('button', { name: '쇼핑몰 키 폐기' }).click()
  await page.getByText('이 키를 쓰는 프로그램은 바로 거절됩니다.').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: '폐기', exact: true }).click()
  const row = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: '쇼핑몰' }) })
  await row.getByText('폐기됨').waitFor()
  await close()
})

test('a result that nobody took is sent again', async () => {
  const { page, close } = await apps.open({ path: '/api-keys', language: 'en' })
  const section = page.getByRole('region', { name: 'Webhook of results' })
  await section.getByText('Not delivered').waitFor()
  await section.getByRole('button', { name: 'Send the result of ob-0000a004 again' }).click()
  await section.getByText('Will be tried again').waitFor()
  await expect.poll(() => section.getByRole('button').count()).toBe(0)
  await close()
})

test('an agent sees none of it', async () => {
  const { page, fake, close } = await apps.open({ path: '/api-keys' })
  fake.world.me = { ...fake.world.me, role: 'agent' }
  await page.reload()
  await page.getByText('API 키는 관리자만 볼 수 있습니다').waitFor()
  await close()
})

test('every scope has its words', () => {
  expect([...SCOPES].sort()).toEqual([...API_SCOPES].sort())
  expect(Object.keys(ko.api_key.scope)).toHaveLength(API_SCOPES.length)
})
