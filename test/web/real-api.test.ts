/** The app against the real API and database: what the fake can only claim. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApp } from '../../api/app.ts'
import { type ApiServer, startServer } from '../../api/server.ts'
import { ScriptedTickets } from '../api/scripted-tickets.ts'
import { announceTicket, project, seedCall, seedTicket } from '../api/seed.ts'
import { createTestApi, OWNER, type TestApi } from '../api/test-api.ts'
import { launchBrowser } from '../support/browser.ts'
import { PATIENCE_MS } from '../support/patience.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { orderCall } from './fake-api/calls.ts'
import { makeRecording } from './fake-api/recording.ts'
import { ensureWebBuild } from './support/web-build.ts'

let api: TestApi
let server: ApiServer
let browser: Browser
let page: Page
const tickets = new ScriptedTickets()

beforeAll(async () => {
  const webFolder = await ensureWebBuild()
  api = await createTestApi(await createTestDatabase(), { tickets })
  server = await startServer(createApp({ ...api.deps, webFolder }), { host: '127.0.0.1', port: 0 })
  browser = await launchBrowser()
  const context = await browser.newContext({ reducedMotion: 'reduce' })
  page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  await api?.close()
})

describe('with the real API', () => {
  it('a person signs in and sees the orders', async () => {
    await seedTicket(api, { stage: 'awaiting_payment', fields: { recipient: '故 강민석' } })
    const refused: string[] = []
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) refused.push(message.text())
    })
    await page.goto(`http://127.0.0.1:${server.port}/`)
    await page.getByLabel('이메일').fill(OWNER.email)
    await page.getByLabel('비밀번호', { exact: true }).fill(OWNER.password)
    await page.getByRole('button', { name: '로그인' }).click()
    await page.locator('[data-column="todo"]').getByText('故 강민석').waitFor()
    await page.getByText('처음 발급된 비밀번호를 아직 쓰고 있습니다.').waitFor()
    expect(refused).toEqual([])
  })

  it('a card moves when its workflow writes a new state', async () => {
    const ticket = await seedTicket(api, { stage: 'awaiting_payment', fields: { recipient: '故 윤서진' } })
    const { orderNo, amountWon } = ticket.data
    await announceTicket(api, orderNo)
    await page.locator(`[data-column="todo"] [data-card="${orderNo}"]`).waitFor()
    const at = new Date().toISOString()
    const paid = ticket.paid(
      { paymentKey: `pay_${orderNo}`, amountWon, method: '카드', paidAt: at },
      { actor: 'customer', at },
    )
    await project(api, paid)
    await announceTicket(api, orderNo)
    await page.locator(`[data-column="in_progress"] [data-card="${orderNo}"]`).waitFor()
  })

  it('an Issue is resolved by hand, after a refusal that is explained', async () => {
    const { orderNo } = (await seedTicket(api, { stage: 'issue' })).data
    await page.goto(`http://127.0.0.1:${server.port}/tickets/${orderNo}`)
    await page.getByRole('heading', { name: '관리자 개입 필요' }).waitFor()
    await page.getByRole('button', { name: '직접 처리함' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('근거').fill('전화로 확인, HM-30011')
    await dialog.getByRole('button', { name: '직접 처리함' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(tickets.asked.at(-1)).toMatchObject({ orderNo, name: 'resolveIssue' })
  })

  it('a recording is drawn and played', async () => {
    const recording = makeRecording(orderCall('call-00000000ffff', '', 5, ''))
    const callId = await seedCall(api, { recording })
    await page.goto(`http://127.0.0.1:${server.port}/calls/${callId}`)
    await page.getByRole('button', { name: '0:02부터 듣기' }).click()
    await page.getByRole('button', { name: '멈춤' }).click()
    const second = await page.getByRole('slider', { name: '재생 위치' }).getAttribute('aria-valuenow')
    expect(Number(second)).toBeGreaterThanOrEqual(2)
  })
})
