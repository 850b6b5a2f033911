import { AxeBuilder } from '@axe-core/playwright'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { IssueDetail } from '../../web/api/types.ts'
import { ORDERS } from './fake-api/world.ts'
import { type App, AppBrowser, type OpenInput } from './support/app.ts'

const apps = new AppBrowser()
let app: App
beforeAll(() => apps.start())
afterAll(() => apps.stop())
afterEach(() => app.close())

const open = async (input: OpenInput) => {
  app = await apps.open(input)
  await app.page.getByRole('heading', { level: 1 }).waitFor()
  return app
}
const asked = (path: RegExp) =>
  app.fake.world.requests.filter((request) => path.test(request.path) && request.method !== 'GET')
const REASON_EN =
  'The vendor refused the order: 배송할 수 없는 장례식장입니다: 전주시티장례문화원 (HALL_NOT_SERVED)'

const issueEvent = (orderNo: string) =>
  ({
    type: 'issue_changed',
    issue_id: `${orderNo}-I1`,
    order_no: orderNo,
    kind: 'complaint',
    open: true,
    seen: false,
    raised_at: '2026-11-21T12:00:00+09:00',
  }) as const

describe('the panel of an Issue', () => {
  it('says why in the reader’s language, what it rests on, and what follows from each action', async () => {
    const { page } = await open({ path: `/tickets/${ORDERS.issue}`, language: 'en' })
    const panel = page.getByRole('region', { name: 'Needs' })
    await panel.getByText(REASON_EN).waitFor()
    await panel.getByText('“전주시티장례문화원 203호로 보내 주세요”'.slice(1, -1)).waitFor()
    await panel.getByRole('img', { name: /Web pages/ }).waitFor()
    await panel.getByText('Gives back all of ₩80,000 and ends the order. Can’t be undone.').waitFor()
    await panel.getByText('Place it by phone and note the number they give you.').waitFor()
  })

  it('does what is suggested with one button, asking for what it needs', async () => {
    const { page } = await open({ path: `/tickets/${ORDERS.issue}` })
    await page.getByText('AI 제안').waitFor()
    await page.getByRole('button', { name: '직접 처리함' }).click()
    await page.getByRole('dialog').getByLabel('근거').fill('전화로 접수, HM-30011')
    await page.getByRole('dialog').getByRole('button', { name: '직접 처리함' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(asked(/actions$/)[0]?.body).toEqual({
      action: 'complete_by_hand',
      evidence: '전화로 접수, HM-30011',
    })
  })

  it('plays the moment of the call in which it was said', async () => {
    const { fake, page } = await open({ path: `/tickets/${ORDERS.editable}` })
    const call = fake.world.tickets.get(ORDERS.editable)?.calls.at(-1)
    const raised = {
      id: `${ORDERS.editable}-I1`,
      kind: 'complaint',
      reason: '고객이 항의했습니다',
      cause: null,
    } as const
    fake.world.issues.evidence = [
      {
        kind: 'words',
        channel: 'phone',
        text: '이게 뭐예요',
        at: '2026-11-21T12:00:00+09:00',
        call_id: call?.call_id ?? '',
        at_ms: 3000,
        thread_id: null,
      },
    ]
    fake.world.changeTicket(ORDERS.editable, {
      state: 'issue',
      issue_kind: 'complaint',
      issue: {
        ...raised,
        step: null,
        raised_at: '2026-11-21T12:00:00+09:00',
        raised_by: 'ai',
        actions: ['retry_step'],
      },
    })
    fake.world.tell({ ...issueEvent(ORDERS.editable), seen: true })
    await page.getByRole('button', { name: '0:03 순간부터 듣기' }).click()
    await page.getByRole('button', { name: '멈춤' }).click()
    const position = page.getByRole('slider', { name: '재생 위치' })
    expect(Number(await position.getAttribute('aria-valuenow'))).toBeGreaterThanOrEqual(3)
  })

  it('is acknowledged, given to somebody, made due and talked about', async () => {
    const { page } = await open({ path: `/tickets/${ORDERS.issue}` })
    await page.getByRole('button', { name: '확인했습니다' }).click()
    await page.getByText('운영자 확인').waitFor()
    await page.getByRole('combobox', { name: '담당' }).selectOption({ label: '이수진' })
    await page.getByRole('button', { name: '기한 정하기' }).click()
    await page.getByLabel('기한', { exact: true }).fill('2030-01-01T12:00')
    await page.getByRole('button', { name: '저장' }).click()
    await page.getByLabel('기한', { exact: true }).waitFor({ state: 'detached' })
    await page.getByLabel('메모 쓰기').fill('업체와 통화함')
    await page.getByLabel('메모 쓰기').press('Control+Enter')
    await page.getByRole('listitem').getByText('업체와 통화함').waitFor()
    await expect.poll(() => page.getByLabel('메모 쓰기').inputValue()).toBe('')
    expect(asked(/\/api\/issues\//).map(({ method, body }) => [method, body])).toEqual([
      ['POST', {}],
      ['PATCH', { assignee: 'agent@example.com' }],
      ['PATCH', { due_at: '2030-01-01T12:00:00+09:00' }],
      ['POST', { text: '업체와 통화함' }],
    ])
  })
})

describe('an Issue that waits beneath the open one', () => {
  const wait = (more: Partial<IssueDetail> = {}) => {
    const { issues, tickets } = app.fake.world
    const ticket = tickets.get(ORDERS.issue)
    const open = ticket === undefined ? undefined : issues.ofOrder(ticket)[0]
    if (open === undefined) throw new Error('no open Issue')
    issues.extra.push({
      ...open,
      id: `${ORDERS.issue}-I2`,
      kind: 'complaint',
      reason: '고객이 문제를 알렸습니다: "리본이 비뚤어요"',
      cause: { code: 'customer_reported', params: { detail: '"리본이 비뚤어요"' } },
      evidence: [],
      wanted: {},
      ...more,
    })
    app.fake.world.tell({ ...issueEvent(ORDERS.issue), issue_id: `${ORDERS.issue}-I2`, seen: true })
  }

  it('is seen, given to somebody, made due and talked about like the open one', async () => {
    const { page } = await open({ path: `/tickets/${ORDERS.issue}` })
    await page.getByText('실시간').first().waitFor()
    wait()
    const row = page.getByRole('listitem').filter({ hasText: '리본이 비뚤어요' }).first()
    await row.getByRole('combobox', { name: '컴플레인: 담당' }).selectOption({ label: '이수진' })
    await row.getByRole('button', { name: '컴플레인: 확인했습니다' }).click()
    await row.getByText('운영자 확인').waitFor()
    await row.getByRole('button', { name: '컴플레인: 기한 정하기' }).click()
    await page.getByLabel('기한', { exact: true }).fill('2030-01-01T12:00')
    await page.getByRole('button', { name: '저장' }).click()
    await page.getByLabel('기한', { exact: true }).waitFor({ state: 'detached' })
    await row.getByText('근거와 메모').click()
    await row.getByLabel('컴플레인: 메모 쓰기').fill('사진을 부탁함')
    await row.getByRole('button', { name: '남기기' }).click()
    await row.getByText('사진을 부탁함').waitFor()
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id }) => id)).toEqual([])
    const path = `/api/issues/${ORDERS.issue}-I2`
    expect(asked(/\/api\/issues\//).map((request) => [request.path, request.body])).toEqual([
      [path, { assignee: 'agent@example.com' }],
      [`${path}/acknowledge`, {}],
      [path, { due_at: '2030-01-01T12:00:00+09:00' }],
      [`${path}/comments`, { text: '사진을 부탁함' }],
    ])
  })

  it('speaks the reader’s language and quotes only the words of others', async () => {
    const { page, fake } = await open({ path: `/tickets/${ORDERS.issue}`, language: 'en' })
    await page.getByText('Live', { exact: true }).first().waitFor()
    fake.world.issues.evidence = [
      { kind: 'vendor_answer', method: 'browser', code: 'LAYOUT_CHANGED', reason: '화면이 바뀌었습니다.' },
      { kind: 'vendor_answer', method: 'phone', code: 'REFUSED_BY_PHONE', reason: '오늘은 안 됩니다' },
      { kind: 'vendor_answer', method: 'api', code: 'HTTP_503', reason: '오류로 응답했습니다.' },
    ]
    wait({
      kind: 'admin_required',
      reason: '외주업체에 발주할 수 없습니다.',
      cause: {
        code: 'vendor_out_of_reach',
        params: {
          detail: '외주업체 API: 응답 없음',
          ways: 'api:TIMEOUT browser:LAYOUT_CHANGED phone:SOMETHING',
        },
      },
    })
    await page
      .getByText(
        'API: no answer in time / Web pages: the page has changed; what is needed was not found / Phone: SOMETHING',
      )
      .waitFor()
    const panel = page.getByRole('region', { name: 'Needs' })
    await panel.getByText('the page has changed; what is needed was not found', { exact: true }).waitFor()
    await panel.getByText('오늘은 안 됩니다').waitFor()
    await panel.getByText('answered with an error (HTTP 503)').waitFor()
    await expect.poll(() => panel.getByText('오류로 응답했습니다').count()).toBe(0)
  })
})

describe('the owner’s list', () => {
  it('shows what is suggested and leads to the order; its filter is in the address', async () => {
    const { page } = await open({ path: '/issues' })
    const row = page.getByRole('listitem').filter({ hasText: ORDERS.issue })
    await row.getByText('업체와 통화해 발주하시고').waitFor()
    await row.getByText('확인 전').waitFor()
    await page.getByRole('combobox', { name: '담당' }).selectOption('me')
    await page.getByText('조건에 맞는 예외가 없습니다').waitFor()
    expect(new URL(page.url()).search).toBe('?who=me')
    const people = page.getByRole('combobox', { name: '담당' })
    await expect
      .poll(() => people.locator('option').allTextContents())
      .toEqual(['모두', '내 담당', '담당 없음', '이수진'])
    await people.selectOption({ label: '이수진' })
    expect(new URL(page.url()).searchParams.get('who')).toBe('agent@example.com')
    await row.waitFor({ state: 'detached' })
    await page.goBack()
    await page.goto(`${app.fake.url}/issues?kind=admin_required`)
    await page.getByRole('link', { name: '관리자 개입 필요' }).click()
    await page.locator('#issue-heading').waitFor()
    expect(new URL(page.url()).pathname).toBe(`/tickets/${ORDERS.issue}`)
  })

  it('has nothing to show when nothing waits', async () => {
    const { page } = await open({ path: '/issues?state=resolved', language: 'en' })
    await page.getByText('No Issue has been resolved yet').waitFor()
  })
})

describe('a new Issue', () => {
  const raise = (orderNo: string = ORDERS.unpaid) => app.fake.world.tell(issueEvent(orderNo))

  it('is told wherever one is, once, and goes away when somebody has seen it; the tab counts', async () => {
    const { page, fake } = await open({ path: '/calls' })
    await page.waitForFunction("document.title.startsWith('(1) ')")
    await page.getByText('실시간').first().waitFor()
    raise()
    raise()
    const alarm = page.getByRole('alert').filter({ hasText: ORDERS.unpaid })
    await alarm.getByText('예외: 컴플레인').waitFor()
    await expect.poll(() => alarm.count()).toBe(1)
    fake.world.tell({ ...issueEvent(ORDERS.unpaid), seen: true })
    await alarm.waitFor({ state: 'detached' })
  })

  it('sounds unless this browser is muted, which it remembers', async () => {
    const { page } = await open({ path: '/calls' })
    await page.evaluate(
      `window.tones = 0; const start = OscillatorNode.prototype.start;
       OscillatorNode.prototype.start = function (...args) { window.tones += 1; return start.apply(this, args) }`,
    )
    await page.getByText('실시간').first().waitFor()
    raise()
    await page.getByRole('alert').filter({ hasText: ORDERS.unpaid }).waitFor()
    await expect.poll(() => page.evaluate('window.tones')).toBeGreaterThan(0)
    await page.getByRole('button', { name: '알림 소리 끄기' }).click()
    await page.evaluate('window.tones = 0')
    raise(ORDERS.done)
    await page.getByRole('alert').filter({ hasText: ORDERS.done }).waitFor()
    await expect.poll(() => page.evaluate('window.tones')).toBe(0)
    await page.reload()
    await page.getByRole('button', { name: '알림 소리 켜기' }).waitFor()
  })
})

describe('the morning', () => {
  it('shows one line an order, gaps flagged, and the day in the address', async () => {
    const { page } = await open({ path: '/morning?date=2026-11-21' })
    await page.getByText('11월 20일 (금) 18:00').waitFor()
    const missing = page.getByRole('table', { name: /정보 부족/ })
    await missing.getByText('호실 없음').waitFor()
    await page.getByRole('table', { name: /예외/ }).getByText('관리자 개입 필요').waitFor()
    await page.getByRole('link', { name: '하루 전' }).click()
    await page.waitForURL(/date=2026-11-20/)
    await page.getByText('11월 19일 (목) 18:00').waitFor()
  })
})
