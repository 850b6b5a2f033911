/** Requested calls in a real browser: the list, asking for one, and one of them while it goes on and after. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { OUTBOUND_LIMITS } from '../../domain/outbound-policy.ts'
import { OUTBOUND_STATES } from '../../domain/outbound-request.ts'
import { normalizePhone } from '../../domain/phone-number.ts'
import { isCallable, LIMITS } from '../../web/pages/outbound/outbound-form.ts'
import { readOutboundSearch, STATES } from '../../web/pages/outbound/outbound-search.ts'
import { FIXTURE_ANSWERS, OUTBOUND } from './fake-api/outbound.ts'
import { transfer } from './fake-api/transfers.ts'
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
const row = (page: Page, id: string) => page.locator(`tr[data-call="${id}"]`)
const posted = (path: string) =>
  app.fake.world.requests.filter((request) => request.method === 'POST' && request.path === path)
const cells = (page: Page, id: string) => row(page, id).locator('td').allTextContents()
const tell = (
  ...change: Parameters<typeof app.fake.world.outbound.change> extends [infer _, ...infer Rest] ? Rest : never
) => app.fake.world.outbound.change((event) => app.fake.world.tell(event), ...change)

async function axe(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)
}

describe('the list', () => {
  it('has the figures and the columns of the specification, and what each call came to', async () => {
    const page = await open('/outbound')
    await row(page, OUTBOUND.done).waitFor()
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('AI 아웃바운드 콜')
    await page.getByRole('link', { name: '새 발신' }).waitFor()
    expect(await page.locator('#content dl dt').allTextContents()).toEqual([
      '전체',
      '완료',
      '진행중',
      '미응답',
      '성공률',
    ])
    await expect
      .poll(() => page.locator('#content dl dd').allTextContents())
      .toEqual(['5', '1', '3', '1', '50%'])
    expect(await page.locator('thead th').allTextContents()).toEqual([
      '#',
      '시간',
      '착신번호',
      '통화 목적',
      '상태',
      '시간',
      '결과',
    ])
    const done = await cells(page, OUTBOUND.done)
    expect(done[1]).toMatch(/^\d\d:\d\d$/)
    expect(done.slice(2)).toEqual(['010-****-5432', '내일 오후 2시 미팅 일정 확인', '완료', '95초', '보기'])
    expect((await cells(page, OUTBOUND.noAnswer)).slice(4)).toEqual(['미응답', '--', '재시도'])
    expect((await cells(page, OUTBOUND.queued)).slice(4)).toEqual(['대기', '--', '--'])
  })

  it('follows calls while they go on', async () => {
    const page = await open('/outbound')
    await row(page, OUTBOUND.queued).getByText('대기', { exact: true }).waitFor()
    await page.getByText('실시간').first().waitFor()
    tell(OUTBOUND.queued, { state: 'ringing', attempt_count: 1 })
    await row(page, OUTBOUND.queued).getByText('벨 울림').waitFor()
    tell(OUTBOUND.queued, { state: 'rejected', is_over: true, failure_reason: 'SIP 603' })
    await row(page, OUTBOUND.queued).getByText('거절').waitFor()
    await row(page, OUTBOUND.queued)
      .getByRole('button', { name: `${OUTBOUND.queued} 재시도` })
      .click()
    await row(page, OUTBOUND.queued).getByText('대기', { exact: true }).waitFor()
    expect(posted(`/api/outbound/${OUTBOUND.queued}/retry`)).toHaveLength(1)
  })

  it('is filtered by its address, and the address follows the filter', async () => {
    const page = await open('/outbound?state=no_answer')
    await row(page, OUTBOUND.noAnswer).waitFor()
    expect(await page.locator('tbody tr').count()).toBe(1)
    await page.getByLabel('상태', { exact: true }).selectOption('')
    await row(page, OUTBOUND.done).waitFor()
    await page.getByLabel('검색', { exact: true }).last().fill('2211')
    await expect.poll(() => page.locator('tbody tr').count()).toBe(1)
    await expect.poll(() => page.url()).toMatch(/q=/)
    await page.reload()
    await row(page, OUTBOUND.live).waitFor()
    expect(await page.locator('tbody tr').count()).toBe(1)
    await page.getByRole('button', { name: '내려받기' }).click()
    const csv = page.getByRole('menuitem', { name: 'CSV (표 계산)' })
    expect(await csv.getAttribute('href')).toBe('/api/outbound/export?format=csv&lang=ko&q=2211')
  })

  it('says in the reader’s words why a call is not made again', async () => {
    const page = await open('/outbound')
    const again = row(page, OUTBOUND.noAnswer).getByRole('button')
    await again.waitFor()
    // Somebody was faster, and this page has not heard of it.
    app.fake.world.outbound.calls = app.fake.world.outbound.calls.map((call) =>
      call.outbound_id === OUTBOUND.noAnswer ? { ...call, state: 'completed' } : call,
    )
    await again.click()
    await page.getByRole('alert').getByText('이미 완료된 통화입니다.').waitFor()
  })
})

describe('asking for a call', () => {
  it('sends what the form says, with the defaults of the specification', async () => {
    const page = await open('/outbound/new')
    await page.getByRole('heading', { name: 'AI 아웃바운드 콜 요청' }).waitFor()
    await page.getByLabel('착신번호').fill('010-9876-5432')
    await page.getByLabel('발신자 표시명').fill('ABC 주식회사')
    await page.getByLabel('통화 목적').fill('내일 오후 2시 미팅 일정 확인')
    await page
      .getByText(
        '안녕하세요, ABC 주식회사 AI 비서입니다. 내일 오후 2시 미팅 일정 확인 관련하여 연락드렸습니다.',
      )
      .waitFor()
    await page.getByLabel('확인 사항 1', { exact: true }).fill('참석 가능 여부')
    await page.keyboard.press('Enter')
    await page.getByLabel('확인 사항 2', { exact: true }).fill('장소 변경 필요 여부')
    await page.getByRole('button', { name: '+ 항목 추가' }).click()
    await page.getByRole('button', { name: '확인 사항 3 지우기' }).click()
    await page.getByRole('button', { name: '발신 요청' }).click()
    await page.getByRole('heading', { name: '아웃바운드 콜 결과 — ob-0000beef' }).waitFor()
    expect(posted('/api/outbound/').map(({ body }) => body)).toEqual([
      {
        caller_number: '07012345678',
        callee_number: '01098765432',
        caller_display_name: 'ABC 주식회사',
        purpose: '내일 오후 2시 미팅 일정 확인',
        questions: ['참석 가능 여부', '장소 변경 필요 여부'],
        max_duration: 180,
        priority: 5,
        retry_on_no_answer: true,
        max_retries: 2,
      },
    ])
  })

  it('says what is wrong while it is typed, once a field was left', async () => {
    const page = await open('/outbound/new')
    const callee = page.getByLabel('착신번호')
    await callee.fill('010-12')
    expect(await page.getByText('전화번호를 확인하세요').count()).toBe(0)
    await page.getByLabel('통화 목적').focus()
    await page.getByText('전화번호를 확인하세요').waitFor()
    await callee.fill('010-1234-567')
    await page.getByText('전화번호를 확인하세요').waitFor()
    await callee.fill('010-1234-5678')
    await page.getByText('전화번호를 확인하세요').waitFor({ state: 'detached' })
    await callee.fill('070-1234-5678')
    await page.getByText('발신번호와 같은 번호입니다').waitFor()
    await page.getByRole('button', { name: '발신 요청' }).click()
    await page.getByText('1~500자로 입력하세요').waitFor()
    await page.getByText('1~200자로 입력하세요').waitFor()
    expect(posted('/api/outbound/')).toEqual([])
    expect(await axe(page)).toEqual([])
  })

  it('begins with a template whose blanks are filled in, and keeps another one', async () => {
    const page = await open('/outbound/new')
    const part = page.getByRole('region', { name: '템플릿' })
    await part.getByRole('option', { name: '미팅 확인' }).waitFor({ state: 'attached' })
    await part.getByLabel('템플릿 고르기').selectOption('미팅 확인')
    await expect.poll(() => page.getByLabel('통화 목적').inputValue()).toBe('{날짜} 미팅 일정 확인')
    await part.getByLabel('빈칸: 날짜').fill('내일 $1')
    await expect.poll(() => page.getByLabel('통화 목적').inputValue()).toBe('내일 $1 미팅 일정 확인')
    expect(await page.getByLabel('확인 사항 1', { exact: true }).inputValue()).toBe('내일 $1 참석 가능 여부')
    expect(await page.getByLabel('확인 사항 2', { exact: true }).inputValue()).toBe('장소 변경 필요 여부')
    expect(await page.getByLabel('발신자 표시명').inputValue()).toBe('ABC 주식회사')
    expect(await axe(page)).toEqual([])
    await part.getByLabel('템플릿 이름').fill('내일 미팅')
    await part.getByRole('button', { name: '지금 내용을 템플릿으로 저장' }).click()
    await part.getByRole('option', { name: '내일 미팅' }).waitFor({ state: 'attached' })
    expect(posted('/api/outbound-templates').map(({ body }) => body)).toEqual([
      {
        name: '내일 미팅',
        caller_display_name: 'ABC 주식회사',
        purpose: '내일 $1 미팅 일정 확인',
        questions: ['내일 $1 참석 가능 여부', '장소 변경 필요 여부'],
      },
    ])
    await part.getByRole('button', { name: '미팅 확인 템플릿 지우기' }).click()
    await part.getByRole('option', { name: '미팅 확인', exact: true }).waitFor({ state: 'detached' })
  })

  it('shows the API’s refusal at the field that it is about', async () => {
    const page = await open('/outbound/new')
    await page.getByLabel('착신번호').fill('01098765432')
    await page.getByLabel('통화 목적').fill('확인')
    await page.getByLabel('확인 사항 1', { exact: true }).fill('참석 가능 여부')
    app.fake.world.outbound.refusal = { status: 409, code: 'duplicate_callee' }
    await page.getByRole('button', { name: '발신 요청' }).click()
    await page.getByText('이 번호로 이미 걸고 있거나 걸 예정인 통화가 있습니다.').waitFor()
    await expect.poll(() => page.getByLabel('착신번호').getAttribute('aria-invalid')).toBe('true')
    app.fake.world.outbound.refusal = { status: 429, code: 'daily_limit' }
    await page.getByRole('button', { name: '발신 요청' }).click()
    await page.getByRole('alert').getByText('하루 발신 한도에 이르렀습니다.').waitFor()
  })

  it('calls one’s own phone first, once and ahead of others, and keeps the form', async () => {
    const page = await open('/outbound/new')
    await page.getByLabel('통화 목적').fill('확인')
    await page.getByLabel('확인 사항 1', { exact: true }).fill('참석 가능 여부')
    const part = page.getByRole('region', { name: '내 전화로 먼저 들어 보기' })
    await part.getByLabel('내 전화번호').fill('010-5555-6666')
    await part.getByRole('button', { name: '시험 발신' }).click()
    const link = part.getByRole('link', { name: '시험 통화 보기' })
    await link.waitFor()
    expect(await link.getAttribute('href')).toBe('/outbound/ob-0000beef')
    expect(posted('/api/outbound/').map(({ body }) => body)).toEqual([
      {
        caller_number: '07012345678',
        callee_number: '01055556666',
        purpose: '확인',
        questions: ['참석 가능 여부'],
        max_duration: 180,
        priority: 1,
        retry_on_no_answer: false,
        max_retries: 0,
        metadata: { test_call: true },
      },
    ])
    expect(await page.getByLabel('통화 목적').inputValue()).toBe('확인')
    expect(await page.getByText('전화번호를 확인하세요').count()).toBe(0)
  })
})

describe('one call', () => {
  it('shows the fixture of the specification', async () => {
    const page = await open(`/outbound/${OUTBOUND.done}`)
    await page.getByRole('heading', { name: `아웃바운드 콜 결과 — ${OUTBOUND.done}` }).waitFor()
    await page.getByRole('link', { name: '목록' }).waitFor()
    const basics = page.getByRole('region', { name: '기본 정보' })
    expect(await basics.textContent()).toMatch(/070-1234-5678 \(ABC 주식회사\).*010-\*{4}-5432.*95초.*1회/)
    const answers = page.getByRole('region', { name: '확인 사항 결과' })
    const [first, second] = await answers.getByRole('listitem').allTextContents()
    expect(first).toBe('Q1참석 가능 여부답함답변참석 가능신뢰도95%원문“네, 참석 가능합니다.”')
    expect(second).toContain('장소 변경 불필요신뢰도92%')
    await page
      .getByRole('region', { name: 'AI 요약' })
      .getByText('내일 오후 2시 미팅에 참석 가능하며')
      .waitFor()
    const lines = page.getByRole('list', { name: '대화록' }).getByRole('listitem')
    await expect
      .poll(() => lines.first().textContent())
      .toMatch(/🤖 AI\[00:00\]안녕하세요, ABC 주식회사 AI 비서입니다/)
    await page.getByRole('slider').waitFor()
    await page.getByRole('button', { name: '신호 보기' }).click()
    await page.getByText('INVITE').first().waitFor()
  })

  it('fills while it is talked on: words, answers, and the end', async () => {
    const page = await open(`/outbound/${OUTBOUND.live}`)
    const answers = page.getByRole('region', { name: '확인 사항 결과' })
    await answers.getByText('2개 가운데 0개 확인').waitFor()
    await page
      .getByRole('region', { name: '지금 이 통화' })
      .getByRole('button', { name: '같이 듣기' })
      .waitFor()
    await page.getByText('실시간').first().waitFor()
    app.fake.world.say('call-00000000b002', {
      utterance_id: 'new',
      timestamp: 30,
      end: 31,
      speaker: 'customer',
      text: '네, 참석 가능합니다.',
      confidence: 0.9,
      interrupted: false,
      latency_ms: null,
    })
    await page.getByRole('list', { name: '대화록' }).getByText('네, 참석 가능합니다.').waitFor()
    const [first, ...others] = FIXTURE_ANSWERS
    if (first === undefined) throw new Error('no fixture')
    tell(OUTBOUND.live, {
      answers: [first, ...others.map((answer) => ({ ...answer, status: 'unclear' as const }))],
      progress: { total: 2, completed: 1, progress: 0.5 },
    })
    await answers.getByText('2개 가운데 1개 확인').waitFor()
    await expect.poll(() => answers.locator('li[data-status="unclear"]').count()).toBe(1)
    await page.getByRole('button', { name: '통화 끊기' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '통화 끊기' }).click()
    await page.getByRole('status').getByText('취소').waitFor()
    expect(posted(`/api/outbound/${OUTBOUND.live}/cancel`)).toHaveLength(1)
    await page.getByRole('button', { name: '재시도' }).waitFor()
  })

  it('puts a live call through to a person, and shows what came of it', async () => {
    const page = await open(`/outbound/${OUTBOUND.live}`)
    await page.getByText('실시간').first().waitFor()
    await page.getByRole('button', { name: '담당자 연결' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('담당자에게 전할 말').fill('견적을 물으십니다')
    expect(await axe(page)).toEqual([])
    app.fake.world.outbound.refusal = { status: 409, code: 'somebody_talks' }
    await dialog.getByRole('button', { name: '담당자 연결' }).click()
    await page.getByRole('alert').getByText('이미 사람이 통화하고 있습니다.').waitFor()
    app.fake.world.outbound.refusal = null
    await dialog.getByRole('radio', { name: '받으면 바로 연결' }).check()
    await dialog.getByLabel('연결할 번호').fill('02-555-1234')
    await dialog.getByRole('button', { name: '담당자 연결' }).click()
    await expect
      .poll(() => posted(`/api/outbound/${OUTBOUND.live}/transfer`).map(({ body }) => body))
      .toEqual([
        { to: 'desk', mode: 'warm', reason: '견적을 물으십니다' },
        { to: '02-555-1234', mode: 'blind', reason: '견적을 물으십니다' },
      ])
    app.fake.world.transfers.transfers = [
      transfer(OUTBOUND.live, { state: 'ringing', to: '02-***-1234', mode: 'blind', person_name: null }),
    ]
    tell(OUTBOUND.live, {})
    const section = page.getByRole('region', { name: '담당자 연결' })
    await section.getByText('벨 울림').waitFor()
    await section.getByText('상대가 요청 — 견적을 묻고 싶음').waitFor()
    app.fake.world.transfers.transfers = [transfer(OUTBOUND.live, { state: 'no_answer', attempts: 2 })]
    tell(OUTBOUND.live, { call_back_wanted: true })
    await section.getByText('받지 않음').waitFor()
    await section.getByText('회신 요청').waitFor()
    expect(await axe(page)).toEqual([])
  })

  it('says when it is called again, and what is not there', async () => {
    const page = await open(`/outbound/${OUTBOUND.waiting}`, { language: 'en' })
    const basics = page.getByRole('region', { name: 'Basics' })
    await basics.getByText('SIP 486', { exact: true }).waitFor()
    await basics.getByText('Next try').waitFor()
    await page.goto(`${app.fake.url}/outbound/ob-ffffffff`)
    await page.getByRole('heading', { name: 'There is no such call' }).waitFor()
  })
})

describe.skipIf(!process.env.SCREENSHOTS)('pictures', () => {
  const PAGES = [
    ['list', '/outbound', 'tbody tr'],
    ['new', '/outbound/new', 'form'],
    ['done', `/outbound/${OUTBOUND.done}`, '[role=slider]'],
    ['live', `/outbound/${OUTBOUND.live}`, '[data-live]'],
  ] as const
  const LOOKS = (['ko', 'en'] as const).flatMap((language) =>
    (['light', 'dark'] as const).flatMap((scheme) =>
      [390, 1440].map((width) => ({ language, scheme, width })),
    ),
  )
  it.each(PAGES)('%s', async (name, path, ready) => {
    for (const look of LOOKS) {
      const page = await open(path, look)
      app.fake.world.transfers.transfers = [OUTBOUND.done, OUTBOUND.live].map((id) => transfer(id))
      await page.locator(ready).first().waitFor()
      const file = `${process.env.SCREENSHOTS}/${name}-${look.language}-${look.scheme}-${look.width}.png`
      await page.screenshot({ path: file, fullPage: true })
      await app.close()
    }
  })
})

it('knows the limits, states and numbers of the API', () => {
  const { purposeLength, questions, questionLength, displayNameLength, maxRetries } = OUTBOUND_LIMITS
  const { minDurationSeconds, scheduleDays } = OUTBOUND_LIMITS
  expect(LIMITS).toEqual({
    purposeLength,
    questions,
    questionLength,
    displayNameLength,
    maxRetries,
    minDurationSeconds,
    scheduleDays,
  })
  expect(STATES).toEqual(OUTBOUND_STATES)
  for (const typed of [
    '010-1234-5678',
    '+82 10 1234 5678',
    '02-312-4567',
    '070-1234-5678',
    '1588-0000',
    '0507-1234-56789',
  ])
    expect([typed, isCallable(typed)]).toEqual([typed, normalizePhone(typed) !== null])
  for (const typed of ['010-123-4567', '', '119', 'abc', '010-1234-56789'])
    expect([typed, isCallable(typed)]).toEqual([typed, false])
})

it('keeps of an address what it understands', () => {
  expect(readOutboundSearch({ state: 'busy', q: 5678 })).toEqual({ state: 'busy', q: '5678' })
  expect(readOutboundSearch({ state: 'lost', q: '  ' })).toEqual({})
})
