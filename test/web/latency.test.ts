/** How long callers wait, in a real browser. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AppBrowser } from './support/app.ts'

const apps = new AppBrowser()
beforeAll(() => apps.start())
afterAll(() => apps.stop())

test('percentiles, the share of each part, and an alarm that comes by itself', async () => {
  const { page, fake, close } = await apps.open({ path: '/latency' })
  await page.getByRole('row').nth(8).waitFor()
  expect(await page.getByRole('row').nth(3).innerText()).toContain('2,870')
  for (const words of ['1,310 ms', '42%', 'p95 79 ms', '기준 안입니다']) {
    await page.getByText(words).first().waitFor()
  }
  fake.world.callersWait = true
  fake.world.tell({ type: 'latency_changed' })
  await page.getByRole('alert').getByText('고객이 너무 오래 기다립니다').waitFor()
  await page.getByText('30일', { exact: true }).click()
  await page.getByRole('columnheader', { name: '날짜' }).waitFor()
  await close()
})

test('they are the owner’s affair', async () => {
  const { page, fake, close } = await apps.open({ path: '/vendors' })
  fake.world.me = { ...fake.world.me, role: 'agent' }
  await page.goto(`${fake.url}/latency`)
  await page.getByText('응답 속도는 관리자만 볼 수 있습니다.').waitFor()
  await close()
})
