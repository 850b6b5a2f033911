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

describe('the board', () => {
  it('moves a card to another column when its state changes, without reload', async () => {
    await app.page.getByText('실시간').first().waitFor()
    app.fake.world.changeTicket(ORDERS.unpaid, { state: 'in_progress', sub_state: 'paid' })
    await card('in_progress', ORDERS.unpaid).waitFor()
    await expect.poll(() => card('todo', ORDERS.unpaid).count()).toBe(0)
    await expect.poll(() => app.page.locator('#heading-todo').innerText()).toMatch(/2$/)
    await expect.poll(() => app.page.locator('#heading-in_progress').innerText()).toMatch(/4$/)
    await app.page.getByText(`${ORDERS.unpaid} 주문: 진행 중`).waitFor({ state: 'attached' })
  })

  it('shows why a ticket became an Issue and counts it in the menu', async () => {
    const reason = '배송 기사와 연락이 되지 않습니다'
    const raised_at = new Date().toISOString()
    const issue = { id: `${ORDERS.ordered}-I1`, kind: 'delivery_delay', reason, cause: null } as const
    app.fake.world.changeTicket(ORDERS.ordered, {
      state: 'issue',
      issue_kind: 'delivery_delay',
      issue_reason: reason,
      issue: { ...issue, step: null, raised_at, raised_by: 'system', actions: ['retry_step'] },
    })
    app.fake.world.tell({
      type: 'issue_changed',
      issue_id: issue.id,
      order_no: ORDERS.ordered,
      kind: issue.kind,
      open: true,
      seen: true,
      raised_at,
    })
    await card('issue', ORDERS.ordered).getByText('배송 기사와 연락이 되지 않습니다').waitFor()
    await app.page.getByRole('navigation').getByText('예외 2건').waitFor({ state: 'attached' })
  })

  it('catches up after the connection was lost', async () => {
    await app.page.getByText('실시간').first().waitFor()
    const changed = { ...app.fake.world.tickets.get(ORDERS.unpaid), state: 'in_progress', version: 99 }
    app.fake.world.tickets.set(ORDERS.unpaid, changed as never) // nobody was told
    app.fake.dropSockets()
    await card('in_progress', ORDERS.unpaid).waitFor()
  })

  it('says when there is no connection, and that it is back', async () => {
    const { page } = app
    await page.getByText('실시간').first().waitFor()
    await page.context().setOffline(true)
    await page.getByText('인터넷 연결이 끊겼습니다').waitFor()
    await page.context().setOffline(false)
    await page.getByText('인터넷 연결이 끊겼습니다').waitFor({ state: 'detached' })
    await page.getByText('실시간').first().waitFor()
  })

  it('keeps search, filter and order in the address', async () => {
    const { page } = app
    await page.keyboard.press('/')
    await page.keyboard.type('강민석')
    await page.waitForURL(/q=/)
    await expect.poll(() => page.locator('[data-card]').count()).toBe(1)
    await page.reload()
    await card('issue', ORDERS.issue).waitFor()
    await expect.poll(() => page.locator('[data-card]').count()).toBe(1)
    await expect.poll(() => page.getByRole('searchbox').inputValue()).toBe('강민석')
    await page.getByRole('button', { name: '지우기', exact: true }).click()
    await page.getByRole('button', { name: /확인 필요만/ }).click()
    await page.waitForURL(/only=attention/)
    await expect.poll(() => page.locator('[data-card]').count()).toBe(3)
  })

  it('is walked with the arrow keys and opened with Enter', async () => {
    const { page } = app
    await page.locator('[data-card]').first().focus()
    const focused = () => page.evaluate<string>('document.activeElement?.dataset.card ?? ""')
    await expect.poll(() => focused()).toBe(ORDERS.live)
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => focused()).toBe(ORDERS.unpaid)
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => focused()).toBe(ORDERS.issue)
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/tickets/${ORDERS.issue}`)
    await page.getByRole('heading', { name: '관리자 개입 필요' }).waitFor()
  })

  it('finds any order with Ctrl-K', async () => {
    const { page } = app
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder('주문번호, 수령인').fill('이말순')
    await page.getByRole('button', { name: /이말순/ }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/tickets/${ORDERS.done}`)
  })

  it('shows one column at a time on a phone', async () => {
    const { page } = app
    await page.setViewportSize({ width: 390, height: 844 })
    await page.getByRole('tab', { name: /예외/ }).click()
    await card('issue', ORDERS.issue).waitFor()
    await expect.poll(() => page.locator('[data-column]').count()).toBe(1)
    await page.waitForURL(/column=issue/)
    const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
    expect(overflow).toBeLessThanOrEqual(0)
  })
})
