import { AxeBuilder } from '@axe-core/playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CAMPAIGNS } from './fake-api/campaigns.ts'
import { OUTBOUND } from './fake-api/outbound.ts'
import { THREADS } from './fake-api/threads.ts'
import { ORDERS } from './fake-api/world.ts'
import { AppBrowser, type OpenInput } from './support/app.ts'

const apps = new AppBrowser()
beforeAll(() => apps.start())
afterAll(() => apps.stop())

const PAGES: ReadonlyArray<readonly [name: string, input: OpenInput, ready: string]> = [
  ['sign-in', { path: '/sign-in', signedIn: false }, 'h1'],
  ['board', { path: '/' }, `[data-card="${ORDERS.issue}"]`],
  ['board on a phone', { path: '/', width: 390 }, `[data-card="${ORDERS.unpaid}"]`],
  ['ticket that is an Issue', { path: `/tickets/${ORDERS.issue}` }, 'blockquote'],
  ['ticket that may be edited', { path: `/tickets/${ORDERS.editable}` }, '[role=slider]'],
  ['ticket that may be told twice', { path: `/tickets/${ORDERS.unpaid}` }, `#look-alike-${ORDERS.chat}`],
  ['ticket with a live call', { path: `/tickets/${ORDERS.live}` }, '[data-live]'],
  ['ticket that is done', { path: `/tickets/${ORDERS.done}` }, 'img'],
  ['ticket on a phone', { path: `/tickets/${ORDERS.editable}`, width: 390 }, '[role=slider]'],
  ['conversation', { path: `/tickets/${ORDERS.chat}` }, 'textarea'],
  ['conversation on a phone', { path: `/tickets/${ORDERS.chat}`, width: 390 }, 'textarea'],
  ['Issues', { path: '/issues' }, 'main li'],
  ['Issues on a phone', { path: '/issues', width: 390 }, 'main li'],
  ['ticket that is an Issue, on a phone', { path: `/tickets/${ORDERS.issue}`, width: 390 }, 'blockquote'],
  ['morning', { path: '/morning?date=2026-11-21' }, 'table'],
  ['morning on a phone', { path: '/morning?date=2026-11-21', width: 390 }, 'table'],
  ['calls', { path: '/calls' }, 'table'],
  ['call', { path: '/calls/call-00000000a002' }, '[role=slider]'],
  ['new order', { path: '/new' }, 'form'],
  ['system', { path: '/system' }, 'h1'],
  ['payments', { path: '/payments' }, '#content ul li'],
  ['payments on a phone', { path: '/payments', width: 390 }, '#content ul li'],
  ['settlement', { path: '/settlement?from=2026-11-01&to=2026-11-30' }, 'table'],
  ['settlement on a phone', { path: '/settlement?from=2026-11-01&to=2026-11-07', width: 390 }, 'table'],
  ['response times', { path: '/latency' }, 'table'],
  ['response times on a phone', { path: '/latency', width: 390 }, 'table'],
  ['conversations', { path: '/conversations' }, '#content ul li'],
  ['conversation alone', { path: `/conversations/${THREADS.waiting}` }, 'textarea'],
  ['conversations on a phone', { path: '/conversations', width: 390 }, '#content ul li'],
  ['conversation alone on a phone', { path: `/conversations/${THREADS.mine}`, width: 390 }, 'textarea'],
  ['vendors', { path: '/vendors' }, '#content ul li'],
  ['AI scripts', { path: '/flows' }, '#content ul li'],
  ['an AI script', { path: '/flows/order_call' }, '#content textarea'],
  ['an AI script on a phone', { path: '/flows/order_call', width: 390 }, '#content textarea'],
  ['vendors on a phone', { path: '/vendors', width: 390 }, '#content ul li'],
  ['people', { path: '/people' }, '#content ul li'],
  ['people on a phone', { path: '/people', width: 390 }, '#content ul li'],
  ['numbers not to call', { path: '/call-law' }, 'tbody tr'],
  ['numbers not to call, on a phone', { path: '/call-law', width: 390 }, 'tbody tr'],
  ['consents', { path: '/call-law?tab=consents' }, 'tbody tr'],
  ['erasing a number, on a phone', { path: '/call-law?tab=forget', width: 390 }, '#content form'],
  ['consents on a phone', { path: '/call-law?tab=consents', width: 390 }, 'tbody tr'],
  ['requested calls', { path: '/outbound' }, 'tbody tr'],
  ['requested calls on a phone', { path: '/outbound', width: 390 }, 'tbody tr'],
  ['asking for a call', { path: '/outbound/new' }, '#content form'],
  ['asking for a call on a phone', { path: '/outbound/new', width: 390 }, '#content form'],
  ['a requested call', { path: `/outbound/${OUTBOUND.done}` }, '[role=slider]'],
  [
    'a requested call that lives, on a phone',
    { path: `/outbound/${OUTBOUND.live}`, width: 390 },
    '[data-live]',
  ],
  ['campaigns', { path: '/campaigns' }, 'tbody tr'],
  ['campaigns on a phone', { path: '/campaigns', width: 390 }, 'tbody tr'],
  ['a campaign', { path: `/campaigns/${CAMPAIGNS.running}` }, 'h3'],
  ['a campaign on a phone', { path: `/campaigns/${CAMPAIGNS.running}`, width: 390 }, 'h3'],
  ['a campaign that paused itself', { path: `/campaigns/${CAMPAIGNS.tripped}` }, '#content [role=alert]'],
  ['a new campaign', { path: '/campaigns/new' }, '#content form'],
  ['a new campaign on a phone', { path: '/campaigns/new', width: 390 }, '#content form'],
  ['the list of a new campaign', { path: `/campaigns/new?campaign=${CAMPAIGNS.draft}` }, '#content dl'],
  ['API keys', { path: '/api-keys' }, '#content ul li'],
  ['API keys on a phone', { path: '/api-keys', width: 390 }, '#content ul li'],
  ['missing ticket', { path: '/tickets/261121-ZZZZ' }, 'main h1'],
]

describe.each(['light', 'dark'] as const)('in the %s theme axe finds nothing on the page', (scheme) => {
  it.each(PAGES)('%s', async (_name, input, ready) => {
    const { page, close } = await apps.open({ ...input, scheme })
    await page.locator(ready).first().waitFor()
    const { violations } = await new AxeBuilder({ page }).analyze()
    await close()
    const found = violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map((node) => `${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
    }))
    expect(found).toEqual([])
  })
})

describe('on a phone nothing sticks out sideways', () => {
  // The wide board waits for a card of a column that a phone doesn't show at first.
  it.each(PAGES.filter(([name]) => name !== 'board'))('%s', async (_name, input, ready) => {
    const { page, close } = await apps.open({ ...input, width: 360, language: 'en' })
    await page.locator(ready).first().waitFor({ state: 'attached' })
    const overflow = await page.evaluate<number>(
      '(() => { const e = document.querySelector("#content") ?? document.documentElement; return e.scrollWidth - e.clientWidth })()',
    )
    await close()
    expect(overflow).toBeLessThanOrEqual(0)
  })
})

describe('axe finds nothing in', () => {
  it('the account menu, the search and the dialogs', async () => {
    const { page, close } = await apps.open({ path: `/tickets/${ORDERS.issue}` })
    const check = async () =>
      (await new AxeBuilder({ page }).analyze()).violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`,
      )
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.getByRole('button', { name: '계정 메뉴' }).click()
    await page.getByRole('menuitem', { name: '비밀번호 변경' }).waitFor()
    await expect.poll(() => check()).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: '직접 처리함' }).click()
    await page.getByRole('dialog').waitFor()
    await expect.poll(() => check()).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder('주문번호, 수령인').waitFor()
    await expect.poll(() => check()).toEqual([])
    await close()
  })
})
