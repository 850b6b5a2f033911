/** Campaigns in a real browser: the list, and one of them with what steers it. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { CAMPAIGN_LIMITS, ROW_STATES } from '../../domain/campaign.ts'
import {
  readCampaignSearch,
  ROW_STATES as SHOWN_ROW_STATES,
} from '../../web/pages/campaigns/campaign-search.ts'
import { LIMITS } from '../../web/pages/campaigns/speed.ts'
import { CAMPAIGNS } from './fake-api/campaigns.ts'
import { type App, AppBrowser, type OpenInput } from './support/app.ts'

const apps = new AppBrowser()
let app: App
beforeAll(() => apps.start())
afterAll(() => apps.stop())
afterEach(() => app?.close())

async function open(path: string, input: OpenInput = {}): Promise<Page> {
  app = await apps.open({ path, ...input })
  return app.page
}
const change = (id: string, to: Parameters<typeof app.fake.world.campaigns.change>[2]) =>
  app.fake.world.campaigns.change(app.fake.world, id, to)
const countsOf = (id: string) => app.fake.world.campaigns.find(id).counts
const posted = (path: string) =>
  app.fake.world.requests
    .filter((request) => request.method === 'POST' && request.path === `/api/campaigns/${path}`)
    .map(({ body }) => body)

describe('the list', () => {
  const row = (page: Page, id: string) => page.locator(`tr[data-campaign="${id}"]`)

  it('says how far each is, and follows while calls go on', async () => {
    const page = await open('/campaigns')
    const running = row(page, CAMPAIGNS.running)
    await running.getByText('500명 가운데 253명').waitFor()
    await running.getByText('진행중').waitFor()
    await running.getByText('64%').waitFor()
    await row(page, CAMPAIGNS.tripped).getByText('실패가 많아 멈춤').waitFor()
    await row(page, CAMPAIGNS.draft).getByText('명단 없음').waitFor()
    await page.getByText('실시간').first().waitFor()
    const counts = { ...countsOf(CAMPAIGNS.running), done: 260, completed: 169 }
    change(CAMPAIGNS.running, { counts, success_rate: 0.65 })
    await running.getByText('500명 가운데 260명').waitFor()
    await running.getByText('65%').waitFor()
    change(CAMPAIGNS.running, { state: 'done' })
    await running.getByText('끝남').waitFor()
    await running.getByRole('link', { name: '11월 배송 만족도' }).click()
    await page.getByRole('heading', { level: 1, name: '11월 배송 만족도' }).waitFor()
  })

  it('leads to the first one while there is none', async () => {
    const page = await open('/')
    app.fake.world.campaigns.campaigns = []
    await page.getByRole('navigation').getByRole('link', { name: '캠페인' }).click()
    await page.getByText('아직 캠페인이 없습니다').waitFor()
    expect(await page.getByRole('link', { name: '새 캠페인' }).last().getAttribute('href')).toBe(
      '/campaigns/new',
    )
  })
})

describe('one campaign', () => {
  it('shows what it brings and who was not called', async () => {
    const page = await open(`/campaigns/${CAMPAIGNS.running}`)
    const answers = page.getByRole('region', { name: '답변', exact: true })
    const satisfied = answers.getByRole('list', { name: '배송에 만족하셨나요?' }).getByRole('listitem')
    await expect
      .poll(() => satisfied.allTextContents())
      .toEqual(['만족118명 · 78%', '보통21명 · 14%', '불만족12명 · 8%'])
    const open_ = answers.getByRole('list', { name: '더 바라는 점이 있으신가요?' }).getByRole('listitem')
    expect(await open_.first().textContent()).toBe('“없음”41명')
    await answers.getByText('평균 통화 75초').waitFor()
    const reasons = page.getByRole('region', { name: '걸지 않은 이유' }).getByRole('listitem')
    expect(await reasons.allTextContents()).toEqual([
      '자주 걸어 제외9명 · 43%',
      '수신 거부 명단7명 · 33%',
      '통화 중 수신 거부4명 · 19%',
      '직접 제외1명 · 5%',
    ])
    await page.getByRole('region', { name: '결과별' }).getByText('58명 · 23%').waitFor()
    await page.getByRole('region', { name: '시간대별 응답률' }).getByText('72건 중 47건 · 65%').waitFor()
    const csv = page.getByRole('link', { name: '결과 CSV' })
    expect(await csv.getAttribute('href')).toBe(`/api/campaigns/${CAMPAIGNS.running}/results?lang=ko`)
    await page.getByText('실시간').first().waitFor()
    change(CAMPAIGNS.running, { counts: { ...countsOf(CAMPAIGNS.running), done: 261 } })
    await page.locator('#content dl').first().getByText('261').waitFor()
  })

  it('is paused, goes on, and is stopped after one more question', async () => {
    const page = await open(`/campaigns/${CAMPAIGNS.running}`)
    await page.getByRole('button', { name: '일시 정지' }).click()
    await page.getByRole('button', { name: '다시 시작' }).click()
    await page.getByRole('button', { name: '일시 정지' }).waitFor()
    await page.getByRole('button', { name: '중지', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('기다리는 221명에게는 걸지 않습니다.').waitFor()
    expect(posted(`${CAMPAIGNS.running}/stop`)).toEqual([])
    await dialog.getByRole('button', { name: '중지', exact: true }).click()
    await page.getByRole('heading', { level: 1 }).getByText('중지됨').waitFor()
    expect(await page.getByRole('button', { name: '다시 시작' }).count()).toBe(0)
    for (const step of ['pause', 'resume', 'stop'])
      expect(posted(`${CAMPAIGNS.running}/${step}`)).toHaveLength(1)
  })

  it('tells why it paused by itself, with the way on', async () => {
    const page = await open(`/campaigns/${CAMPAIGNS.tripped}`, { language: 'en' })
    const issue = page.getByRole('alert').filter({ hasText: 'It paused by itself' })
    await issue.getByText('6 of the last 8 calls failed.').waitFor()
    await issue.getByRole('button', { name: 'Resume' }).click()
    await issue.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Pause' }).waitFor()
    expect(posted(`${CAMPAIGNS.tripped}/resume`)).toHaveLength(1)
  })

  it('changes its speed while it runs, within the bounds', async () => {
    const page = await open(`/campaigns/${CAMPAIGNS.running}`)
    const part = page.getByRole('region', { name: '속도' })
    await part.getByLabel('동시 통화').fill('501')
    await part.getByText('1~500 사이의 정수로 입력하세요').waitFor()
    expect(await part.getByRole('button', { name: '속도 변경' }).isDisabled()).toBe(true)
    await part.getByLabel('동시 통화').fill('20')
    await part.getByLabel('초당 발신').fill('2.5')
    await part.getByRole('button', { name: '속도 변경' }).click()
    await page.getByText('속도를 바꿨습니다').waitFor()
    expect(posted(`${CAMPAIGNS.running}/speed`)).toEqual([{ window_size: 20, calls_per_second: 2.5 }])
  })

  it('has its people by state, and leaves out who waits', async () => {
    const page = await open(`/campaigns/${CAMPAIGNS.running}`)
    const people = page.getByRole('table', { name: '명단' })
    const rows = people.locator('tbody tr')
    await expect.poll(() => rows.count()).toBe(7)
    await people.getByText('수신 거부 명단').waitFor()
    await page.getByLabel('상태', { exact: true }).selectOption('waiting')
    await expect.poll(() => rows.count()).toBe(2)
    await expect.poll(() => page.url()).toMatch(/rows=waiting/)
    await people.getByRole('button', { name: '8번째 줄 제외' }).click()
    await expect.poll(() => rows.count()).toBe(1)
    expect(posted(`${CAMPAIGNS.running}/rows/7/skip`)).toHaveLength(1)
    // Somebody was faster, and this page has not heard of it.
    app.fake.world.campaigns.rows = []
    await people.getByRole('button', { name: '7번째 줄 제외' }).click()
    await page.getByRole('alert').getByText('이미 걸었거나 걸지 않기로 한 사람입니다.').waitFor()
  })

  it('says what is not there', async () => {
    const page = await open('/campaigns/cp-ffffffff')
    await page.getByRole('heading', { name: '없는 캠페인입니다' }).waitFor()
  })
})

it('knows the limits and states of the API', () => {
  expect({ ...LIMITS, slowest: 0 }).toEqual({
    windowSize: CAMPAIGN_LIMITS.windowSize,
    callsPerSecond: CAMPAIGN_LIMITS.callsPerSecond,
    slowest: 0,
  })
  expect(SHOWN_ROW_STATES).toEqual(ROW_STATES)
  expect(readCampaignSearch({ rows: 'done' })).toEqual({ rows: 'done' })
  expect(readCampaignSearch({ rows: 'lost' })).toEqual({})
})
