/** The customer's order page in a real browser: what its script does, and axe in both themes and languages. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApp } from '../../api/app.ts'
import { type ApiServer, startServer } from '../../api/server.ts'
import { makeOrderLinkToken } from '../../domain/signed-link.ts'
import type { Ticket } from '../../domain/ticket.ts'
import { ScriptedTickets } from '../api/scripted-tickets.ts'
import { project, type Stage, seedTicket } from '../api/seed.ts'
import { createTestApi, type TestApi } from '../api/test-api.ts'
import { launchBrowser } from '../support/browser.ts'
import { PATIENCE_MS } from '../support/patience.ts'
import { createTestDatabase } from '../support/postgres.ts'

const PHONE = { width: 390, height: 844 }
const tickets = new ScriptedTickets()
let api: TestApi
let server: ApiServer
let browser: Browser

beforeAll(async () => {
  api = await createTestApi(await createTestDatabase(), { tickets })
  server = await startServer(createApp(api.deps), { host: '127.0.0.1', port: 0 })
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  await api?.close()
})

function urlOf(ticket: Ticket): string {
  const { orderNo } = ticket.data
  const token = makeOrderLinkToken(
    { orderNo, version: 0, expiresAt: Date.now() + 86_400_000 },
    api.settings.secret,
  )
  return `http://127.0.0.1:${server.port}/order/${token}`
}

/** Opens the page of a ticket and keeps what the browser refused by the content policy. */
async function open(ticket: Ticket, options: BrowserContextOptions = {}, query = '') {
  const context = await browser.newContext({ viewport: PHONE, reducedMotion: 'reduce', ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  const refused: string[] = []
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) refused.push(message.text())
  })
  await page.goto(`${urlOf(ticket)}${query}`)
  return { page, refused, close: () => context.close() }
}

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze()
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`)
}

const STAGES: readonly Stage[] = ['incomplete', 'awaiting_payment', 'paid', 'issue', 'cancelled']

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  it.each(STAGES)(
    'axe finds nothing on the page of an order that is %s, and nothing sticks out',
    async (stage) => {
      const { page, refused, close } = await open(await seedTicket(api, { stage }), {
        colorScheme,
        locale: 'ko-KR',
      })
      await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
      await expect.poll(() => violations(page)).toEqual([])
      const overflow = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      )
      expect(overflow).toBeLessThanOrEqual(0)
      expect(refused).toEqual([])
      await close()
    },
  )
})

describe('the page', () => {
  it('shows the ribbons while they are typed', async () => {
    const { page, close } = await open(await seedTicket(api, { stage: 'awaiting_payment' }), {
      locale: 'ko-KR',
    })
    await page.getByText('주문 내용 수정').click()
    await page.getByLabel('리본 문구').fill('謹弔')
    await page.locator('[data-ribbon=message]', { hasText: '謹弔' }).waitFor()
    await close()
  })

  it('counts down to the second', async () => {
    const { page, close } = await open(await seedTicket(api, { stage: 'awaiting_payment' }))
    await page.locator('[role=timer]', { hasText: /^23:59:\d\d$/ }).waitFor()
    await close()
  })

  it('reads itself again when the order has moved on, but never while something is typed', async () => {
    const ticket = await seedTicket(api, { stage: 'awaiting_payment' })
    const { page, close } = await open(ticket, { locale: 'ko-KR' })
    const { orderNo, amountWon } = ticket.data
    const at = new Date().toISOString()
    const deed = { actor: 'customer', at }
    await page.getByText('주문 내용 수정').click()
    await page.getByLabel('호실').fill('5호실')
    await project(
      api,
      ticket.paid({ paymentKey: `pay_${orderNo}`, amountWon, method: '카드', paidAt: at }, deed),
    )
    // Coming back to the page makes it look at once.
    const looked = page.waitForResponse((response) => response.url().endsWith('/state'))
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await looked
    await expect.poll(() => page.getByLabel('호실').inputValue()).toBe('5호실')
    await page.reload()
    await page.locator('main[data-stage=making]').waitFor()
    await close()
  })

  it('takes an edit and says so', async () => {
    const ticket = await seedTicket(api, { stage: 'awaiting_payment' })
    const { page, close } = await open(ticket, { locale: 'ko-KR' })
    await page.getByText('주문 내용 수정').click()
    await page.getByLabel('호실').fill('5호실')
    await page.getByRole('button', { name: '수정 내용 저장' }).click()
    await page.getByRole('status').getByText('수정한 내용을 반영했습니다.').waitFor()
    expect(tickets.asked.at(-1)).toMatchObject({
      orderNo: ticket.data.orderNo,
      input: { fields: { room: '5호실' }, channel: 'web' },
    })
    await close()
  })

  it('works without its script', async () => {
    const { page, close } = await open(await seedTicket(api, { stage: 'awaiting_payment' }), {
      javaScriptEnabled: false,
      locale: 'en',
    })
    await page.getByText('Change the order').click()
    await page.getByLabel('Room').fill('Room 7')
    await page.getByRole('button', { name: 'Save changes' }).click()
    await page.getByText('Your changes have been taken.').waitFor()
    await close()
  })
})
