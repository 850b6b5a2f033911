/** The owner looks after vendors, in a real browser. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { moveWay, usedWays, type Way } from '../../web/pages/vendors/vendor-form.ts'
import { AppBrowser } from './support/app.ts'

const apps = new AppBrowser()
beforeAll(() => apps.start())
afterAll(() => apps.stop())

const sent = (fake: { world: { requests: readonly { method: string; body: unknown }[] } }, method: string) =>
  fake.world.requests.filter((request) => request.method === method).map(({ body }) => body)
const wayNames = (page: Page) => page.getByRole('dialog').locator('ol li label').allTextContents()

test('a vendor is changed: its price, and which way is tried first, by keyboard', async () => {
  const { page, fake, close } = await apps.open({ path: '/vendors' })
  await page.getByRole('button', { name: '화환 외주업체 수정' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('화환 한 개 원가').fill('41500')
  await dialog.getByRole('button', { name: '전화 위로' }).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await expect.poll(() => wayNames(page)).toEqual(['전화', 'API', '웹 화면'])
  await expect.poll(() => dialog.getByRole('status').textContent()).toBe('전화: 3개 가운데 1번째')
  await dialog.getByRole('checkbox', { name: '웹 화면' }).uncheck()
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([])
  await dialog.getByRole('button', { name: '저장' }).click()
  await dialog.waitFor({ state: 'detached' })
  expect(sent(fake, 'PATCH')).toEqual([
    { name: '화환 외주업체', phone: '0318887777', cost: 41_500, methods: ['phone', 'api'] },
  ])
  await page.getByText('41,500원').waitFor()
  await close()
})

test('a way is dragged to another place, with the mouse and with a finger', async () => {
  const { page, close } = await apps.open({ path: '/vendors', width: 390 })
  await page.getByRole('button', { name: '화환 외주업체 수정' }).click()
  const row = (name: string) => page.getByRole('dialog').locator('ol li').filter({ hasText: name })
  const middle = async (name: string) => {
    const box = await row(name).boundingBox()
    if (box === null) throw new Error(`no row ${name}`)
    return { x: box.x + 16, y: box.y + box.height / 2 }
  }
  const [from, to] = [await middle('API'), await middle('전화')]
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move(to.x, to.y, { steps: 6 })
  await page.mouse.up()
  await expect.poll(() => wayNames(page)).toEqual(['웹 화면', '전화', 'API'])
  const touch = await page.context().newCDPSession(page)
  const at = (type: 'touchStart' | 'touchMove', point: { x: number; y: number }) =>
    touch.send('Input.dispatchTouchEvent', { type, touchPoints: [point] })
  const [start, end] = [await middle('API'), await middle('웹 화면')]
  await at('touchStart', start)
  await at('touchMove', { x: start.x, y: start.y - 8 })
  await at('touchMove', { x: end.x, y: (start.y + end.y) / 2 })
  await at('touchMove', end)
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  await page.waitForFunction("document.querySelector('[role=dialog] ol li label').textContent === 'API'")
  await expect.poll(() => wayNames(page)).toEqual(['API', '웹 화면', '전화'])
  await close()
})

test('what is typed wrong is told before it is sent, and a refusal at its field', async () => {
  const { page, fake, close } = await apps.open({ path: '/vendors', language: 'en' })
  await page.getByRole('button', { name: 'Add a vendor' }).click()
  const dialog = page.getByRole('dialog')
  const add = dialog.getByRole('button', { name: 'Add a vendor' })
  await dialog.getByRole('textbox', { name: 'Phone' }).fill('12')
  await dialog.getByRole('checkbox', { name: 'API' }).uncheck()
  await add.click()
  for (const text of [
    'Give 1 to 60 letters',
    'Give a phone number of 8 to 11 digits',
    'Give 1 to 10,000,000 won',
    'Choose at least one way',
  ])
    await dialog.getByText(text).waitFor()
  await dialog.getByRole('checkbox', { name: 'Phone' }).check()
  await dialog.getByRole('textbox', { name: 'Phone' }).fill('')
  await add.click()
  await dialog.getByText('Ordering by phone needs a number').waitFor()
  expect(sent(fake, 'POST')).toEqual([])
  await dialog.getByRole('textbox', { name: 'Phone' }).fill('1588-4321')
  await dialog.getByLabel('Name').fill('한마음 플라워')
  await dialog.getByLabel('Cost of a wreath').fill('38000')
  await add.click()
  await dialog.getByText('Another vendor has this name').waitFor()
  await expect.poll(() => dialog.getByText('A sentence in English.').count()).toBe(0)
  await dialog.getByLabel('Name').fill('새 업체')
  await add.click()
  await dialog.waitFor({ state: 'detached' })
  expect(sent(fake, 'POST').at(-1)).toEqual({
    name: '새 업체',
    phone: '15884321',
    cost: 38_000,
    methods: ['phone'],
  })
  await page.getByRole('heading', { name: '새 업체' }).waitFor()
  await close()
})

test('who gets new orders can not be turned off, another one can take its place', async () => {
  const { page, fake, close } = await apps.open({ path: '/vendors' })
  await page.getByRole('button', { name: '화환 외주업체 수정' }).click()
  await page.getByText('새 주문을 받는 업체는 끌 수 없습니다').waitFor()
  await expect.poll(() => page.getByRole('switch').isDisabled()).toBe(true)
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await expect.poll(() => page.getByRole('button', { name: '옛 거래처에 새 주문 맡기기' }).count()).toBe(0)
  await page.getByRole('button', { name: '한마음 플라워에 새 주문 맡기기' }).click()
  await page.getByText('이제 새 주문은 한마음 플라워(으)로 갑니다').waitFor()
  expect(sent(fake, 'PATCH')).toEqual([{ is_default: true }])
  await expect.poll(() => page.getByRole('heading', { level: 2 }).first().textContent()).toBe('한마음 플라워')
  await close()
})

test('another owner’s change shows by itself, and an agent sees none of it', async () => {
  const { page, fake, close } = await apps.open({ path: '/vendors' })
  await page.getByText('발주 214건').waitFor()
  await page.getByText('거절 2건').first().waitFor()
  fake.world.vendors.list = fake.world.vendors.list.map((vendor) => ({ ...vendor, cost: 45_000 }))
  fake.world.tell({ type: 'vendors_changed' })
  await page.getByText('45,000원').first().waitFor()
  fake.world.me = { ...fake.world.me, role: 'agent' }
  await page.reload()
  await page.getByText('외주업체는 관리자만 볼 수 있습니다').waitFor()
  await expect.poll(() => page.getByRole('link', { name: '외주업체' }).count()).toBe(0)
  await close()
})

test('moving a way keeps all of them, and the ends hold', () => {
  const ways: readonly Way[] = [
    { method: 'api', used: true },
    { method: 'browser', used: false },
    { method: 'phone', used: true },
  ]
  expect(usedWays(moveWay(ways, 2, 0))).toEqual(['phone', 'api'])
  expect(moveWay(ways, 0, -1)).toBe(ways)
  expect(moveWay(ways, 2, 3)).toBe(ways)
  expect(moveWay(moveWay(ways, 0, 2), 2, 0)).toEqual(ways)
})
