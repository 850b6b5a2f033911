/** Looking after money, in a real browser: matching, returning, settling, comparing statements. */

import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AppBrowser } from './support/app.ts'

const apps = new AppBrowser()
beforeAll(() => apps.start())
afterAll(() => apps.stop())

const violations = async (page: Page) =>
  (await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)

test('a deposit goes to an order with one click', async () => {
  const { page, fake, close } = await apps.open({ path: '/payments' })
  await page.getByRole('button', { name: '261121-C4D5 주문에 연결' }).click()
  await page.getByText('261121-C4D5 주문에 연결했습니다').waitFor()
  expect(fake.world.requests.at(-1)?.method === 'POST' || fake.world.requests.length > 0).toBe(true)
  expect(fake.world.requests.find(({ path }) => path === '/api/payments/deposits/1/match')?.body).toEqual({
    order_no: '261121-C4D5',
  })
  await page.getByText('박영희').first().waitFor()
  await expect.poll(() => page.getByRole('button', { name: '261121-A2B3 주문에 연결' }).count()).toBe(0)
  await close()
})

test('an order that is over takes none, and a refusal is told', async () => {
  const { page, fake, close } = await apps.open({ path: '/payments' })
  await page.getByText('끝난 주문이라 연결할 수 없습니다').waitFor()
  fake.world.money.refusal = '이 주문은 끝났습니다.'
  await page.getByRole('button', { name: '261121-E6F7 주문에 연결' }).click()
  await page.getByRole('alert').getByText('이 주문은 끝났습니다.').waitFor()
  await page.getByRole('button', { name: '261121-E6F7 주문에 연결' }).waitFor()
  await close()
})

test('an order is named by its number, or the deposit settled with a note', async () => {
  const { page, fake, close } = await apps.open({ path: '/payments' })
  const row = page.getByRole('listitem').filter({ hasText: '예금이자' }).first()
  await row.getByRole('button', { name: '다른 주문에 연결' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('주문번호').fill('nonsense')
  await dialog.getByRole('button', { name: '이 주문에 연결' }).click()
  expect(fake.world.requests.some(({ path }) => path.endsWith('/match'))).toBe(false)
  await dialog.getByRole('button', { name: '그만두기' }).click()
  await dialog.waitFor({ state: 'detached' })
  await row.getByRole('button', { name: '주문과 무관' }).click()
  await expect.poll(() => violations(page)).toEqual([])
  await dialog.getByLabel('근거').fill('이자 입금')
  await dialog.getByRole('button', { name: '주문과 무관' }).click()
  await dialog.waitFor({ state: 'detached' })
  expect(fake.world.requests.find(({ path }) => path.endsWith('/settle'))?.body).toEqual({
    status: 'ignored',
    note: '이자 입금',
  })
  await page.getByText('이자 입금').waitFor()
  await close()
})

test('the account of a customer is shown for a reason, and the money marked as sent back', async () => {
  const { page, fake, close } = await apps.open({ path: '/payments' })
  await page.getByRole('button', { name: '계좌 보기' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('계좌를 보는 까닭').fill('환불 송금')
  await dialog.getByRole('button', { name: '계좌 보기' }).click()
  await dialog.getByText('신한은행 110123456789').waitFor()
  await dialog.getByRole('button', { name: '닫기' }).last().click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: '돌려줬음' }).first().click()
  await dialog.getByLabel('근거').fill('이체 확인 7')
  await dialog.getByRole('button', { name: '돌려줬음' }).click()
  await dialog.waitFor({ state: 'detached' })
  expect(fake.world.requests.find(({ path }) => path.endsWith('/returned'))?.body).toEqual({
    note: '이체 확인 7',
  })
  await close()
})

test('an agent matches, but returns no money and sees no settlement', async () => {
  const { page, fake, close } = await apps.open({ path: '/payments' })
  fake.world.me = { ...fake.world.me, role: 'agent' }
  await page.reload()
  await page.getByRole('button', { name: '261121-C4D5 주문에 연결' }).waitFor()
  await expect.poll(() => page.getByRole('button', { name: '돌려줬음' }).count()).toBe(0)
  await expect.poll(() => page.getByRole('button', { name: '주문과 무관' }).count()).toBe(0)
  await expect.poll(() => page.getByRole('link', { name: '정산' }).count()).toBe(0)
  await page.goto(`${fake.url}/settlement`)
  await page.getByText('정산은 관리자만 볼 수 있습니다').waitFor()
  await close()
})

test('earnings follow the range in the address', async () => {
  const { page, close } = await apps.open({
    path: '/settlement?from=2026-11-01&to=2026-11-30',
    language: 'en',
  })
  await page.getByRole('heading', { name: 'By vendor' }).waitFor()
  await page.getByLabel('From').fill('2026-11-20')
  await page.waitForURL(/from=2026-11-20/)
  await page.getByText('Week', { exact: true }).click()
  await page.waitForURL(/period=week/)
  const csv = page.getByRole('link', { name: 'Download CSV' })
  await expect
    .poll(() => csv.getAttribute('href'))
    .toBe('/api/settlement/export?from=2026-11-20&to=2026-11-30&period=week&lang=en')
  await close()
})

test('a vendor’s statement is compared line by line', async () => {
  const { page, close } = await apps.open({
    path: '/settlement?from=2026-11-01&to=2026-11-30',
    language: 'en',
  })
  await page.getByRole('heading', { name: 'Vendor statements' }).waitFor()
  await page.locator('input[type=file]').setInputFiles({
    name: 'november.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('참조번호,금액\r\nA,1'),
  })
  await page.getByText('Lines that could not be read').waitFor()
  await expect.poll(() => violations(page)).toEqual([])
  await page.getByText('Differs 1').click()
  const cells = page.getByRole('rowheader')
  await page.getByText('261121-C4D5-1').waitFor()
  await expect.poll(() => cells.filter({ hasText: '261121-A2B3-1' }).count()).toBe(0)
  await page.getByRole('link', { name: 'Back to the list' }).click()
  await page.getByRole('link', { name: 'Open november.csv' }).waitFor()
  await close()
})
