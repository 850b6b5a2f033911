/** What of the board is shown: filters in the address, saved ones, whose Issues. */
import { AxeBuilder } from '@axe-core/playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ORDERS } from './fake-api/world.ts'
import { type App, AppBrowser } from './support/app.ts'

const apps = new AppBrowser()
let app: App
beforeAll(() => apps.start())
afterAll(() => apps.stop())
beforeEach(async () => {
  app = await apps.open()
  await card('todo', ORDERS.unpaid).waitFor()
})
afterEach(() => app.close())

const card = (column: string, orderNo: string) =>
  app.page.locator(`[data-column="${column}"] [data-card="${orderNo}"]`)
const cardOf = (orderNo: string) => app.page.locator(`[data-card="${orderNo}"]`)
const axe = async () =>
  (await new AxeBuilder({ page: app.page }).analyze()).violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`,
  )
/** The machine may be busy. */
const total = async (state: string) =>
  (await app.page.locator(`#heading-${state}`).innerText()).match(/\d+/)?.[0]

describe('filters', () => {
  it('live in the address, hold for all columns and counts, and Back takes them off', async () => {
    const { page } = app
    await page.getByRole('button', { name: '필터', exact: true }).click()
    const menu = page.getByRole('dialog')
    await menu.getByRole('button', { name: '전화', exact: true }).click()
    await page.waitForURL(/channel=phone/)
    await expect.poll(() => axe()).toEqual([])
    await expect.poll(() => page.locator('[data-card]').count()).toBe(3)
    await expect.poll(() => Promise.all(['todo', 'in_progress', 'issue'].map(total))).toEqual(['1', '1', '0'])
    await menu.getByRole('button', { name: '결제완료' }).first().click()
    await page.waitForURL(/pay=paid/)
    await expect.poll(() => page.locator('[data-card]').count()).toBe(2)
    await page.keyboard.press('Escape')
    await page.reload()
    await expect.poll(() => page.locator('[data-card]').count()).toBe(2)
    await page.getByRole('button', { name: '들어온 길: 전화 빼기' }).waitFor()
    await page.goBack()
    await expect.poll(() => page.locator('[data-card]').count()).toBe(3)
    await page.getByRole('button', { name: '모두 지우기' }).click()
    await expect.poll(() => page.locator('[data-card]').count()).toBe(9)
    expect(new URL(page.url()).search).toBe('')
  })

  it('show the Issues that I look after, or nobody does, and follow when that changes', async () => {
    const { page, fake } = app
    await page.goto(`${fake.url}/?who=me`)
    await page.getByRole('button', { name: '예외 담당: 내 담당 빼기' }).waitFor()
    await expect.poll(() => page.locator('[data-card]').count()).toBe(0)
    await page.getByText('실시간').first().waitFor()
    fake.world.changeTicket(ORDERS.issue, { assignees: [fake.world.me.email] })
    await card('issue', ORDERS.issue).waitFor()
    await page.goto(`${fake.url}/?who=none`)
    await page.getByRole('button', { name: '예외 담당: 담당 없음 빼기' }).waitFor()
    await expect.poll(() => page.locator('[data-card]').count()).toBe(0)
  })

  it('show the Issues of any colleague, by name', async () => {
    const { page, fake } = app
    await page.getByText('실시간').first().waitFor()
    fake.world.changeTicket(ORDERS.issue, { assignees: ['agent@example.com'] })
    await page.getByRole('button', { name: '필터', exact: true }).click()
    const who = page.getByRole('group', { name: '예외 담당' })
    await expect
      .poll(() => who.getByRole('button').allTextContents())
      .toEqual(['내 담당', '담당 없음', '이수진'])
    await who.getByRole('button', { name: '이수진' }).click()
    await page.getByRole('button', { name: '예외 담당: 이수진 빼기' }).waitFor()
    await expect.poll(() => page.locator('[data-card]').count()).toBe(1)
    expect(new URL(page.url()).searchParams.get('who')).toBe('agent@example.com')
  })

  it('name who can not sign in any more by the e-mail', async () => {
    const { page, fake } = app
    await page.goto(`${fake.url}/?who=gone@example.com`)
    await page.getByRole('button', { name: '예외 담당: gone@example.com 빼기' }).waitFor()
  })

  it('are saved under a name, chosen again, and deleted', async () => {
    const { page } = app
    await page.goto(`${app.fake.url}/?pay=awaiting&column=issue`)
    await page.getByRole('button', { name: '이 필터 저장' }).click()
    await page.getByLabel('필터 이름').fill('결제 기다림')
    await page.getByRole('button', { name: '저장', exact: true }).click()
    const chip = page.getByRole('button', { name: '결제 기다림', exact: true })
    await chip.waitFor()
    await expect.poll(() => chip.getAttribute('aria-pressed')).toBe('true')
    expect(app.fake.world.savedFilters).toMatchObject([{ name: '결제 기다림', search: { pay: 'awaiting' } }])
    await chip.click()
    await expect.poll(() => page.locator('[data-card]').count()).toBe(9)
    await chip.click()
    await page.waitForURL(/pay=awaiting/)
    await expect.poll(() => axe()).toEqual([])
    await page.getByRole('button', { name: '결제 기다림 필터 지우기' }).click()
    await chip.waitFor({ state: 'detached' })
  })

  it('let a ticket that changes come and go', async () => {
    const { page, fake } = app
    await page.goto(`${fake.url}/?only=attention`)
    await expect.poll(() => page.locator('[data-card]').count()).toBe(3)
    fake.world.changeTicket(ORDERS.ordered, { state: 'issue', issue_kind: 'delivery_delay' })
    await card('issue', ORDERS.ordered).waitFor()
    fake.world.changeTicket(ORDERS.ordered, { state: 'in_progress', issue_kind: null })
    await cardOf(ORDERS.ordered).waitFor({ state: 'detached' })
  })
})
