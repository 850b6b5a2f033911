import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ORDERS } from './fake-api/world.ts'
import { type App, AppBrowser } from './support/app.ts'

const apps = new AppBrowser()
let app: App
beforeAll(() => apps.start())
afterAll(() => apps.stop())
afterEach(() => app.close())

const openTicket = async (orderNo: string, language: 'ko' | 'en' = 'ko') => {
  app = await apps.open({ path: `/tickets/${orderNo}`, language })
  await app.page.getByRole('heading', { level: 1 }).waitFor()
  return app
}
const sent = () => app.fake.world.requests.filter(({ path }) => path.endsWith('/actions'))

describe('the ticket page', () => {
  it('explains a refused action where it was tried, and lets it be tried again', async () => {
    const { page, fake } = await openTicket(ORDERS.issue)
    fake.world.refusal = { status: 409, code: 'no_step', detail: '이미 다른 사람이 처리했습니다.' }
    await page.getByRole('button', { name: '다시 시도' }).click()
    await page.getByRole('alert').getByText('이미 다른 사람이 처리했습니다.').waitFor()
    await page.getByRole('button', { name: '다시 시도' }).click()
    await page.locator('#issue-heading').waitFor({ state: 'detached' })
    await expect.poll(() => page.getByRole('heading', { name: '관리자 개입 필요' }).count()).toBe(0)
    expect(sent()).toHaveLength(2)
  })

  it('asks for evidence before a step counts as done by hand', async () => {
    const { page } = await openTicket(ORDERS.issue)
    await page.getByRole('button', { name: '직접 처리함' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: '직접 처리함' }).click()
    await dialog.getByText('무엇으로 확인했는지 입력하세요').waitFor()
    expect(sent()).toHaveLength(0)
    await dialog.getByLabel('근거').fill('전화로 접수, HM-30011')
    await dialog.getByRole('button', { name: '직접 처리함' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(sent()[0]?.body).toEqual({ action: 'complete_by_hand', evidence: '전화로 접수, HM-30011' })
  })

  it('sends only the fields that were edited', async () => {
    const { page } = await openTicket(ORDERS.editable)
    await page.getByRole('button', { name: '수정', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('호실').fill('5호실')
    await dialog.getByRole('button', { name: '저장' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(sent()[0]?.body).toEqual({ action: 'edit_order', fields: { room: '5호실' } })
    await page.getByText('신촌세브란스병원 장례식장 5호실').waitFor()
  })

  it('makes two tickets one by one click, or knows them as two, and explains a refusal there', async () => {
    const { page, fake } = await openTicket(ORDERS.unpaid)
    const panel = page.getByRole('region', { name: '같은 주문이 두 번 들어온 것 같습니다' })
    await panel.getByRole('link', { name: ORDERS.chat }).waitFor()
    fake.world.refusal = { status: 409, code: 'already_paid', detail: '두 주문 모두 결제되었습니다.' }
    await panel.getByRole('button', { name: '하나로 합치기' }).click()
    await panel.getByRole('alert').getByText('두 주문 모두 결제되었습니다.').waitFor()
    await panel.getByRole('button', { name: '서로 다른 주문' }).click()
    await panel.waitFor({ state: 'detached' })
    expect(sent().map(({ body }) => body)).toEqual([
      { action: 'merge_order', other: ORDERS.chat },
      { action: 'keep_both', other: ORDERS.chat },
    ])
  })

  it('plays the moment in which a field was told', async () => {
    const { page } = await openTicket(ORDERS.editable)
    await page.getByRole('button', { name: /호실: 이 순간부터 듣기/ }).click()
    const position = page.getByRole('slider', { name: '재생 위치' })
    await page.getByRole('button', { name: '멈춤' }).click()
    expect(Number(await position.getAttribute('aria-valuenow'))).toBeGreaterThanOrEqual(15)
  })

  it('follows a call that is going on, line by line', async () => {
    const { page, fake } = await openTicket(ORDERS.live)
    fake.world.say('call-00000000a001', {
      utterance_id: 'call-00000000a001-t9',
      timestamp: 31,
      end: 33,
      speaker: 'customer',
      text: '고 김영호 님이요.',
      confidence: 0.97,
      interrupted: false,
      latency_ms: null,
    })
    await page.getByText('고 김영호 님이요.').waitFor()
    fake.world.changeTicket(ORDERS.live, { recipient: '故 김영호' })
    await page.getByRole('heading', { level: 1, name: /故 김영호/ }).waitFor()
  })

  it('counts the edit window down in Korean time', async () => {
    const { page } = await openTicket(ORDERS.editable, 'en')
    const timer = page.getByRole('timer').first()
    await expect.poll(() => timer.innerText()).toMatch(/^8:\d\d left$/)
    const before = await timer.innerText()
    await expect.poll(() => timer.innerText()).not.toBe(before)
    const ends = app.fake.world.tickets.get(ORDERS.editable)?.edit_window_ends_at?.slice(11, 19)
    await page.getByText(`until ${ends}`).waitFor()
  })

  it('shows the delivery photo and tells what happened in sentences', async () => {
    const { page } = await openTicket(ORDERS.done)
    await page.getByRole('img', { name: /배송 사진/ }).waitFor()
    await page.getByText('외주업체에 발주했습니다').waitFor()
    await page.getByText('주문이 끝났습니다: 배송 완료').waitFor()
  })

  it('shows the whole phone number only for a reason', async () => {
    const { page } = await openTicket(ORDERS.done)
    await page.getByRole('button', { name: '번호 보기' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('번호를 보는 까닭').fill('배송지 확인 전화')
    await dialog.getByRole('button', { name: '번호 보기' }).click()
    await dialog.getByText('010-1234-5678').waitFor()
  })

  it('says so when there is no such order', async () => {
    app = await apps.open({ path: '/tickets/261121-ZZZZ', language: 'en' })
    await app.page.getByText('No order 261121-ZZZZ').waitFor()
  })
})

describe('the new order page', () => {
  it('checks the phone number, then opens the new ticket', async () => {
    app = await apps.open({ path: '/new' })
    const { page, fake } = app
    await page.getByLabel('고객 전화번호').fill('12')
    await page.getByRole('button', { name: '주문 접수' }).click()
    await page.getByText('휴대전화 번호를 확인하세요').waitFor()
    await page.getByLabel('고객 전화번호').fill('010-1234-5678')
    await page.getByLabel('수령인').fill('故 한지수')
    await page.getByLabel('호실').fill('1호실')
    await page.getByRole('button', { name: '주문 접수' }).click()
    await page.getByRole('heading', { level: 1, name: /故 한지수/ }).waitFor()
    const body = fake.world.requests.find(
      ({ method, path }) => method === 'POST' && path === '/api/tickets',
    )?.body
    expect(body).toEqual({
      customer_phone: '01012345678',
      fields: { phone: '01012345678', recipient: '故 한지수', room: '1호실' },
      confirmed: false,
    })
  })
})

describe('the money of an order', () => {
  it('shows the account to transfer to, what came of it so far, and what was given back', async () => {
    app = await apps.open({ path: `/tickets/${ORDERS.unpaid}` })
    const { page, fake } = app
    const panel = page.getByRole('region', { name: '결제', exact: true })
    await panel.getByText('80,000원').first().waitFor()
    await page.getByText('실시간').first().waitFor()
    const [payment] = fake.world.tickets.get(ORDERS.unpaid)?.payments ?? []
    if (payment === undefined) throw new Error('no payment')
    fake.world.changeTicket(ORDERS.unpaid, {
      payments: [
        {
          ...payment,
          method: 'bank_transfer',
          account: {
            bank_code: '88',
            number: '56201234567890',
            holder: '대리화환_박영희',
            due_at: '2026-11-22T14:00:00+09:00',
          },
          cash_receipt: { kind: 'income_deduction', number: '***-5678' },
        },
      ],
      deposits: [
        {
          id: 4,
          amount: 30_000,
          depositor: '박영희',
          received_at: '2026-11-21T10:00:00+09:00',
          settled_by: 'system',
        },
      ],
    })
    await panel.getByText('신한은행 56201234567890').waitFor()
    await panel.getByText('대리화환_박영희').waitFor()
    await panel.getByText('소득공제 ***-5678').waitFor()
    await panel.getByText(/박영희 입금/).waitFor()
    await panel.getByText('30,000원 입금, 50,000원 남음').waitFor()
    fake.world.changeTicket(ORDERS.unpaid, {
      payments: [{ ...payment, status: 'paid', paid_at: '2026-11-21T10:00:00+09:00' }],
      refunds: [
        {
          id: 1,
          amount: 15_000,
          state: 'settled',
          created_at: '2026-11-21T11:00:00+09:00',
          settled_at: '2026-11-21T11:00:05+09:00',
        },
      ],
    })
    await panel.getByText('-15,000원').waitFor()
    await panel.getByText(/부분 환불/).waitFor()
    await expect.poll(() => panel.getByText('남음').count()).toBe(0)
  })
})
