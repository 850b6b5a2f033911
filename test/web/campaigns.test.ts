/** Campaigns in a real browser: the list, and one of them with what steers it. */
import { readFileSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { newCampaignSchema } from '../../api/schemas/campaigns.ts'
import { CAMPAIGN_LIMITS, ROW_STATES } from '../../domain/campaign.ts'
import { OUTBOUND_LIMITS, RETRIED_STATES } from '../../domain/outbound-policy.ts'
import type { OutboundOptions } from '../../web/api/types.ts'
import {
  readCampaignSearch,
  ROW_STATES as SHOWN_ROW_STATES,
} from '../../web/pages/campaigns/campaign-search.ts'
import { MOST_BYTES } from '../../web/pages/campaigns/list-limits.ts'
import { emptyPlan, PLAN_LIMITS, planToSend, RETRIED } from '../../web/pages/campaigns/plan-form.ts'
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

const made = () =>
  app.fake.world.requests
    .filter((request) => request.method === 'POST' && request.path === '/api/campaigns')
    .map(({ body }) => body)

async function axe(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)
}

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
    await expect
      .poll(() => posted(`${CAMPAIGNS.running}/speed`))
      .toEqual([{ window_size: 20, calls_per_second: 2.5 }])
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
    app.fake.world.campaigns.refusal = { status: 409, code: 'not_waiting' }
    await people.getByRole('button', { name: '7번째 줄 제외' }).click()
    await page.getByRole('alert').getByText('이미 걸었거나 걸지 않기로 한 사람입니다.').waitFor()
  })

  it('says what is not there', async () => {
    const page = await open('/campaigns/cp-ffffffff')
    await page.getByRole('heading', { name: '없는 캠페인입니다' }).waitFor()
  })
})

describe('a new one', () => {
  const PLAN = {
    caller_numbers: ['07012345678', '15880000'],
    purpose: '{이름} 님 배송 만족도 조사',
    questions: ['만족하셨나요?', '더 바라는 점이 있으신가요?'],
    max_duration: 180,
    priority: 6,
    retries: { no_answer: 3600, busy: 900 },
    max_retries: 1,
    hours: { from: 600, until: 1440, weekdays: [0, 1, 2, 3, 4, 5], on_holidays: false, closed_days: [] },
    breaker: { seconds: 120, min_calls: 5, share: 0.5 },
    frequency: { calls: 3, days: 7 },
    speed: { window_size: 10, calls_per_second: 0.5 },
  }
  const LIST =
    '휴대폰,성함\n010-1111-2222,김하나\n010-12,이둘\n,박셋\n010-3333-4444,정넷\n01011112222,최다섯\n'

  const choose = (page: Page, text: string) =>
    page
      .getByLabel('명단 파일')
      .setInputFiles({ name: '고객.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })

  async function fillPlan(page: Page): Promise<void> {
    await page.getByRole('textbox', { name: '이름', exact: true }).fill('배송 만족도')
    await page.getByLabel('1588-0000').check()
    await page.getByLabel('통화 목적').fill('{이름} 님 배송 만족도 조사')
    await page.getByLabel('확인 사항 1', { exact: true }).fill('만족하셨나요?')
    await page.keyboard.press('Enter')
    await page.getByLabel('확인 사항 2', { exact: true }).fill('더 바라는 점이 있으신가요?')
  }

  it('is planned, given a list whose columns are mapped, and started', async () => {
    const page = await open('/campaigns/new')
    await fillPlan(page)
    await page.getByLabel('부터').fill('10:00')
    await page.getByLabel('까지').fill('00:00')
    await page.getByLabel('일', { exact: true }).check()
    await page.getByLabel('동시 통화').fill('10')
    await page.getByLabel('초당 발신').fill('0.5')
    await page.getByLabel('다시 걸기', { exact: true }).fill('1')
    await page.getByRole('button', { name: '다음: 명단' }).click()
    await page.getByText('명단 파일을 여기에 놓으세요').waitFor()
    expect(made()).toEqual([{ name: '배송 만족도', kind: 'survey', ...PLAN }])
    expect(page.url()).toContain(`campaign=${CAMPAIGNS.made}`)

    await choose(page, LIST)
    const columns = page.getByRole('group', { name: '어느 열이 무엇인지' })
    expect(await columns.getByLabel('전화번호').inputValue()).toBe('휴대폰')
    await columns.getByText('이 자리에 넣을 열을 고르세요').waitFor()
    expect(await page.getByRole('button', { name: '0명 추가' }).isDisabled()).toBe(true)
    await columns.getByLabel('{이름}').selectOption('성함')
    await page.getByText('걸 수 있는 줄 2 · 오류 3 · UTF-8').waitFor()
    const preview = page.getByRole('table', { name: '이렇게 겁니다' }).locator('tbody tr')
    expect(await preview.allTextContents()).toEqual([
      '2010-****-2222김하나 님 배송 만족도 조사',
      '5010-****-4444정넷 님 배송 만족도 조사',
    ])
    const errors = page.getByRole('region', { name: '걸 수 없는 줄 3' }).locator('tbody tr')
    expect(await errors.allTextContents()).toEqual([
      '3전화번호가 아님010-12',
      '4전화번호 없음',
      '6위에 있는 번호01011112222',
    ])
    expect(await axe(page)).toEqual([])
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: '오류 파일 내려받기' }).click()
    const file = await download
    expect(file.suggestedFilename()).toBe('고객-errors.csv')
    expect(readFileSync(await file.path(), 'utf8')).toContain('3,bad_phone')

    await page.getByRole('button', { name: '오류 3줄을 빼고 2명 추가' }).click()
    await page.getByText('2명에게 걸 준비가 되었습니다.').waitFor()
    await page.getByRole('button', { name: '캠페인 시작' }).click()
    await page.getByRole('heading', { level: 1 }).getByText('진행중').waitFor()
    expect(posted(`${CAMPAIGNS.made}/start`)).toHaveLength(1)
  })

  it('says what is wrong, and shows the API’s refusal at the field that it is about', async () => {
    const page = await open('/campaigns/new')
    await page.getByLabel('까지').fill('08:00')
    await page.getByRole('button', { name: '다음: 명단' }).click()
    await page.getByText('1~80자로 입력하세요').waitFor()
    await page.getByText('시작보다 늦은 시각을 입력하세요').waitFor()
    await expect.poll(() => page.locator(':focus').getAttribute('data-path')).toBe('name')
    expect(made()).toEqual([])
    await fillPlan(page)
    await page.getByLabel('까지').fill('20:00')
    const errors = [
      { path: 'body.questions.1', message: 'a sentence about the second' },
      { path: 'body.max_duration', message: 'at most 120' },
    ]
    app.fake.world.campaigns.refusal = { status: 422, code: 'invalid_request', errors }
    await page.getByRole('button', { name: '다음: 명단' }).click()
    await page.getByText('a sentence about the second').waitFor()
    expect(await page.getByLabel('확인 사항 2', { exact: true }).getAttribute('aria-invalid')).toBe('true')
    // It was folded away.
    await page.getByText('at most 120').waitFor()
    app.fake.world.campaigns.refusal = { status: 403, code: 'caller_not_allowed' }
    await page.getByRole('button', { name: '다음: 명단' }).click()
    await page.getByText('쓸 수 없는 발신번호가 있습니다.').waitFor()
    expect(await axe(page)).toEqual([])
  })

  it('says when a file is no list, and takes more people while it runs', async () => {
    const page = await open(`/campaigns/${CAMPAIGNS.running}`)
    await page.getByRole('button', { name: '명단 추가' }).click()
    await choose(page, '\n')
    await page.getByRole('alert').getByText('첫 줄에 열 이름이 있어야 합니다.').waitFor()
    await choose(page, '이름,전화번호\n김하나,010-1111-2222\n')
    await page.getByRole('button', { name: '1명 추가', exact: true }).click()
    await page.locator('#content dl').first().getByText('501').waitFor()
    await expect.poll(() => page.getByLabel('명단 파일').count()).toBe(0)
  })
})

it('sends by default what the API would take by default', () => {
  const options = { caller_numbers: ['07012345678'], max_call_duration: 300 } as OutboundOptions
  const plan = { ...emptyPlan(options), name: 'a', purpose: 'b', questions: [{ key: 0, text: 'c' }] }
  const sent = planToSend(plan)
  const { name, kind, caller_numbers, purpose, questions } = sent
  expect(sent).toEqual(newCampaignSchema.parse({ name, kind, caller_numbers, purpose, questions }))
})

it('knows the limits and states of the API', () => {
  expect({ ...LIMITS, slowest: 0 }).toEqual({
    windowSize: CAMPAIGN_LIMITS.windowSize,
    callsPerSecond: CAMPAIGN_LIMITS.callsPerSecond,
    slowest: 0,
  })
  const { purposeLength, questions, questionLength, displayNameLength, maxRetries, minDurationSeconds } =
    OUTBOUND_LIMITS
  expect(PLAN_LIMITS).toEqual({
    nameLength: CAMPAIGN_LIMITS.nameLength,
    purposeLength,
    questions,
    questionLength,
    displayNameLength,
    maxRetries,
    minDurationSeconds,
  })
  expect(MOST_BYTES).toBe(CAMPAIGN_LIMITS.fileBytes)
  expect(RETRIED).toEqual(RETRIED_STATES)
  expect(SHOWN_ROW_STATES).toEqual(ROW_STATES)
  expect(readCampaignSearch({ rows: 'done' })).toEqual({ rows: 'done' })
  expect(readCampaignSearch({ rows: 'lost' })).toEqual({})
})
