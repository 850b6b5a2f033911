/** The page behind the link in a customer's texts, as a browser gets it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ApiProblem } from '../../api/problems.ts'
import { revokeLinks } from '../../db/queries/order-links.ts'
import type { OrderNo } from '../../domain/ids.ts'
import { makeLinkToken } from '../../domain/signed-link.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { DAY_MS, OrderPageVisit } from './order-page-visit.ts'
import { ScriptedTickets } from './scripted-tickets.ts'
import { FIELDS, PNG, project, seedDelivery, seedTicket } from './seed.ts'
import { createTestApi, type TestApi } from './test-api.ts'

const tickets = new ScriptedTickets()
let api: TestApi
let visit: OrderPageVisit

beforeAll(async () => {
  api = await createTestApi(await createTestDatabase(), { tickets })
  visit = new OrderPageVisit(api)
})
afterAll(() => api.close())
beforeEach(() => {
  tickets.asked.length = 0
  tickets.payment = { status: 'ready', checkoutUrl: 'https://pay.example/checkout/1' }
})

/** The form as the page sends it, with what the customer changed. */
function formOf(changed: Readonly<Record<string, string>>): Record<string, string> {
  const shown: Record<string, string> = {
    orderer: FIELDS.orderer ?? '',
    recipient: FIELDS.recipient ?? '',
    destination: FIELDS.destination ?? '',
    room: FIELDS.room ?? '',
    message: FIELDS.message ?? '',
    deliver_by: (FIELDS.deliver_by ?? '').slice(0, 16),
    phone: '',
  }
  const was = Object.fromEntries(Object.entries(shown).map(([name, value]) => [`was_${name}`, value]))
  return { ...shown, ...was, key: 'form-1', ...changed }
}

describe('the page', () => {
  test('shows an unpaid order with its ribbons, the way to pay and the time left', async () => {
    const { orderNo, path } = await visit.seed('awaiting_payment')
    const { status, stage, text, headers } = await visit.open(path)
    expect([status, stage]).toEqual([200, 'pay'])
    for (const shown of [orderNo, '80,000원', FIELDS.destination, '카드로 결제하기', '결제까지 남은 시간'])
      expect(text).toContain(shown)
    expect(text).toMatch(/class="ribbon right"[^>]*>삼가 고인의 명복을 빕니다</)
    expect(text).toMatch(/class="ribbon left"[^>]*>주식회사 한빛</)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('referrer-policy')).toBe('same-origin')
    expect(headers.get('content-security-policy')).toMatch(/script-src 'self' 'sha256-/)
  })

  test('never shows the whole phone number', async () => {
    const { text } = await visit.open((await visit.seed('awaiting_payment')).path)
    expect(text).toContain('010-****-5678')
    expect(text).not.toMatch(/01012345678|010-1234-5678/)
  })

  test('counts down the edit window of a paid order and offers no payment', async () => {
    const { ticket, path } = await visit.seed('paid')
    const endsAt = new Date(Date.now() + 600_000).toISOString()
    await project(api, ticket.confirmationSent({ actor: 'system', at: endsAt, endsAt }))
    const { stage, text } = await visit.open(path)
    expect(stage).toBe('window')
    expect(text).toContain(`data-until="${Date.parse(endsAt)}"`)
    expect(text).not.toContain('카드로 결제하기')
  })

  test('says that somebody looks at an order that is an Issue, without the reason', async () => {
    const { text } = await visit.open((await visit.seed('issue')).path)
    expect(text).toContain('담당자가 이 주문을 확인하고 있습니다')
    expect(text).not.toContain('거절')
  })

  test('shows the photo of a delivered order, and only of its own', async () => {
    const { ticket, orderNo, path } = await visit.seed('paid')
    const deed = { actor: 'system', at: new Date().toISOString() }
    const placed = { reference: `${orderNo}-1`, erpOrderId: 'B1', found: false, order: ticket.data.order }
    const there = { deliveredAt: deed.at, photoUrl: null }
    await project(
      api,
      ticket
        .confirmationSent({ ...deed, endsAt: deed.at })
        .editWindowClosed(deed)
        .purchaseOrderPlaced({ ...deed, ...placed })
        .delivered({ ...deed, ...there }),
    )
    await api.database.deleteFrom('deliveries').execute()
    await api.database.deleteFrom('purchase_orders').execute()
    await seedDelivery(api, orderNo)
    const { stage, text } = await visit.open(path)
    expect(stage).toBe('delivered')
    expect(text).toContain(`src="${path}/photo"`)
    const photo = await api.ask('GET', `${path}/photo`)
    expect(photo.headers.get('content-type')).toBe('image/png')
    expect(Buffer.from(await photo.arrayBuffer())).toEqual(PNG)
    const other = await visit.seed('awaiting_payment')
    expect((await api.ask('GET', `${other.path}/photo`)).status).toBe(404)
  })

  test('speaks English to an English browser', async () => {
    const { text } = await visit.open((await visit.seed('awaiting_payment')).path, {
      'accept-language': 'en',
    })
    expect(text).toContain('Waiting for your payment')
  })

  test('escapes what people typed', async () => {
    const { orderNo } = (await seedTicket(api, { stage: 'awaiting_payment', fields: { message: '<b>"&' } }))
      .data
    const { text } = await visit.open(visit.linkOf(orderNo))
    expect(text).not.toContain('<b>"')
    expect(text).toContain('&lt;b&gt;&quot;&amp;')
  })

  test('tells its version, so that an open page sees that it is old', async () => {
    const { ticket, path } = await visit.seed('awaiting_payment')
    const state = async () => (await api.ask('GET', `${path}/state`)).json()
    expect(await state()).toEqual({ version: ticket.data.version })
  })
})

describe('the link', () => {
  test.each([
    ['expired', (orderNo: OrderNo) => visit.linkOf(orderNo, 0, Date.now() - 2 * DAY_MS)],
    [
      'forged',
      (orderNo: OrderNo) => visit.linkOf(orderNo).replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
    ],
    [
      'of another purpose',
      (orderNo: OrderNo) => `/order/${makeLinkToken('pay', orderNo, api.settings.secret)}`,
    ],
    ['nonsense', () => '/order/nonsense'],
  ])('opens nothing when it is %s', async (_name, path) => {
    const { orderNo } = await visit.seed('awaiting_payment')
    for (const sub of ['', '/pay']) {
      const { status, page, text } = await visit.open(`${path(orderNo)}${sub}`)
      expect([status, page]).toEqual([404, 'gone'])
      expect(text).not.toContain(orderNo)
    }
    expect((await visit.post(`${path(orderNo)}/edit`, formOf({ room: '3호실' }))).status).toBe(404)
    expect((await api.ask('GET', `${path(orderNo)}/state`)).status).toBe(404)
    expect(tickets.asked).toEqual([])
  })

  test('ends when it is revoked; the next one opens', async () => {
    const { orderNo, path } = await visit.seed('awaiting_payment')
    await revokeLinks(api.database, orderNo)
    expect((await visit.open(path)).page).toBe('gone')
    expect((await visit.open(visit.linkOf(orderNo, 1))).stage).toBe('pay')
  })
})

describe('what staff does with the link', () => {
  const link = (orderNo: OrderNo, json: unknown) =>
    api.ask('POST', `/api/tickets/${orderNo}/link`, { json, cookie: api.cookies.agent })

  test('sends it once more by text', async () => {
    const { orderNo } = await visit.seed('awaiting_payment')
    expect((await link(orderNo, { action: 'send' })).status).toBe(200)
    expect(tickets.asked).toMatchObject([{ orderNo, name: 'sendOrderLink' }])
  })

  test('revokes it, with a line in the audit log', async () => {
    const { orderNo, path } = await visit.seed('awaiting_payment')
    expect((await link(orderNo, { action: 'revoke' })).status).toBe(422)
    expect((await visit.open(path)).stage).toBe('pay')
    expect((await link(orderNo, { action: 'revoke', reason: '링크가 퍼졌습니다' })).status).toBe(200)
    expect((await visit.open(path)).page).toBe('gone')
    const audit = await api.database
      .selectFrom('audit_entries')
      .selectAll()
      .orderBy('id', 'desc')
      .limit(1)
      .execute()
    expect(audit).toMatchObject([{ action: 'revoke_links', reason: '링크가 퍼졌습니다' }])
  })

  test('is for people who have signed in', async () => {
    const { orderNo } = await visit.seed('awaiting_payment')
    expect((await api.ask('POST', `/api/tickets/${orderNo}/link`, { json: { action: 'send' } })).status).toBe(
      401,
    )
  })
})

describe('an edit', () => {
  test('sends only what the customer changed, once', async () => {
    const { orderNo, path } = await visit.seed('awaiting_payment')
    for (let times = 0; times < 2; times++) {
      const response = await visit.post(`${path}/edit`, formOf({ message: '謹弔', phone: '010-9999-8888' }))
      expect([response.status, response.headers.get('location')]).toEqual([303, `${path}?notice=saved`])
    }
    expect(tickets.asked).toHaveLength(2)
    const [first, second] = tickets.asked
    expect(first).toMatchObject({
      orderNo,
      name: 'editOrder',
      input: { fields: { message: '謹弔', phone: '01099998888' }, actor: 'customer', channel: 'web' },
    })
    expect(first?.updateId).toMatch(/^page-[0-9a-f]{32}$/)
    expect(second?.updateId).toBe(first?.updateId)
  })

  test('that changes nothing is told so', async () => {
    const { path } = await visit.seed('awaiting_payment')
    const response = await visit.post(`${path}/edit`, formOf({}))
    expect(response.headers.get('location')).toBe(`${path}?notice=same`)
    expect(tickets.asked).toEqual([])
  })

  test('with mistakes comes back with each of them and what was typed', async () => {
    const { path } = await visit.seed('awaiting_payment')
    const response = await visit.post(
      `${path}/edit`,
      formOf({ phone: '12', deliver_by: '2020-01-01T10:00', room: '', message: '근조' }),
    )
    const text = await response.text()
    expect(response.status).toBe(422)
    expect(text.match(/class="problem"/g)).toHaveLength(3)
    expect(text).toMatch(/name="message"[^>]*value="근조"/)
    expect(text).toMatch(/<details open/)
    expect(tickets.asked).toEqual([])
  })

  test.each([
    ['already_made', 409, '이미 제작이 시작되어'],
    ['closed', 409, '지금은 바꿀 수 없는 주문입니다'],
  ])('that the ticket refuses as %s is explained', async (code, status, sentence) => {
    const { path } = await visit.seed('awaiting_payment')
    tickets.nextProblem = new ApiProblem('refused', 'no', { code })
    const response = await visit.post(`${path}/edit`, formOf({ room: '3호실' }))
    expect(response.status).toBe(status)
    expect(await response.text()).toContain(sentence)
  })

  test('while the workflow engine is away keeps what was typed', async () => {
    const { path } = await visit.seed('awaiting_payment')
    tickets.nextProblem = new ApiProblem('workflow_engine_unavailable', 'away')
    const response = await visit.post(`${path}/edit`, formOf({ room: '3호실' }))
    const text = await response.text()
    expect(response.status).toBe(503)
    expect(text).toMatch(/name="room"[^>]*value="3호실"/)
  })

  test('is not taken without end', async () => {
    const { path } = await visit.seed('awaiting_payment')
    const statuses: number[] = []
    for (let i = 0; i < 22; i++)
      statuses.push((await visit.post(`${path}/edit`, formOf({ room: `${i}호실`, key: `k${i}` }))).status)
    expect(statuses.slice(0, 20).every((status) => status === 303)).toBe(true)
    expect(statuses.slice(20)).toEqual([429, 429])
  })
})

describe('paying', () => {
  test('leads to the checkout, and the way back knows the page', async () => {
    const { orderNo, path } = await visit.seed('awaiting_payment')
    const response = await api.ask('GET', `${path}/pay`)
    expect([response.status, response.headers.get('location')]).toEqual([
      303,
      'https://pay.example/checkout/1',
    ])
    const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    tickets.results.set('confirmPayment', { status: 'paid', reason: null })
    const pay = `/pay/${makeLinkToken('pay', orderNo, api.settings.secret)}`
    const back = `${pay}/success?paymentKey=k&orderId=${orderNo}-P1&amount=80000`
    expect((await visit.open(back, { cookie })).text).toContain(`href="${path}"`)
    expect((await visit.open(back)).text).not.toContain('/order/')
  })

  test('of an order that is paid shows the page', async () => {
    const { path } = await visit.seed('paid')
    tickets.payment = { status: 'already_paid', checkoutUrl: null }
    const response = await api.ask('GET', `${path}/pay`)
    expect([response.status, response.headers.get('location')]).toEqual([303, path])
  })
})
