/** The page behind the link in a customer's texts, as a browser gets it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ApiProblem } from '../../api/problems.ts'
import { decryptText } from '../../db/encryption.ts'
import { revokeLinks } from '../../db/queries/order-links.ts'
import type { OrderNo } from '../../domain/ids.ts'
import { makeLinkToken, makeOrderLinkToken } from '../../domain/signed-link.ts'
import type { Ticket } from '../../domain/ticket.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { ScriptedTickets } from './scripted-tickets.ts'
import { FIELDS, PNG, project, type Stage, seedDelivery, seedTicket } from './seed.ts'
import { createTestApi, type TestApi } from './test-api.ts'

const tickets = new ScriptedTickets()
const DAY_MS = 86_400_000
let api: TestApi

beforeAll(async () => {
  api = await createTestApi(await createTestDatabase(), { tickets })
})
afterAll(() => api.close())
beforeEach(() => {
  tickets.asked.length = 0
  tickets.payment = { status: 'ready', checkoutUrl: 'https://pay.example/checkout/1' }
})

function linkOf(orderNo: OrderNo, version = 0, expiresAt = Date.now() + DAY_MS): string {
  return `/order/${makeOrderLinkToken({ orderNo, version, expiresAt }, api.settings.secret)}`
}

async function seed(stage: Stage): Promise<{ ticket: Ticket; orderNo: OrderNo; path: string }> {
  const ticket = await seedTicket(api, { stage })
  const { orderNo } = ticket.data
  return { ticket, orderNo, path: linkOf(orderNo) }
}

async function open(path: string, headers: Record<string, string> = {}) {
  const response = await api.ask('GET', path, { headers })
  const text = await response.text()
  const { status } = response
  const stage = /data-stage="(\w+)"/.exec(text)?.[1]
  return { status, stage, page: /data-page="(\w+)"/.exec(text)?.[1], text, headers: response.headers }
}

function post(path: string, fields: Readonly<Record<string, string>>) {
  return api.ask('POST', path, {
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
}

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
    const { orderNo, path } = await seed('awaiting_payment')
    const { status, stage, text, headers } = await open(path)
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
    const { text } = await open((await seed('awaiting_payment')).path)
    expect(text).toContain('010-****-5678')
    expect(text).not.toMatch(/01012345678|010-1234-5678/)
  })

  test('counts down the edit window of a paid order and offers no payment', async () => {
    const { ticket, path } = await seed('paid')
    const endsAt = new Date(Date.now() + 600_000).toISOString()
    await project(api, ticket.confirmationSent({ actor: 'system', at: endsAt, endsAt }))
    const { stage, text } = await open(path)
    expect(stage).toBe('window')
    expect(text).toContain(`data-until="${Date.parse(endsAt)}"`)
    expect(text).not.toContain('카드로 결제하기')
  })

  test('says that somebody looks at an order that is an Issue, without the reason', async () => {
    const { text } = await open((await seed('issue')).path)
    expect(text).toContain('담당자가 이 주문을 확인하고 있습니다')
    expect(text).not.toContain('거절')
  })

  test('shows the photo of a delivered order, and only of its own', async () => {
    const { ticket, orderNo, path } = await seed('paid')
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
    const { stage, text } = await open(path)
    expect(stage).toBe('delivered')
    expect(text).toContain(`src="${path}/photo"`)
    const photo = await api.ask('GET', `${path}/photo`)
    expect(photo.headers.get('content-type')).toBe('image/png')
    expect(Buffer.from(await photo.arrayBuffer())).toEqual(PNG)
    const other = await seed('awaiting_payment')
    expect((await api.ask('GET', `${other.path}/photo`)).status).toBe(404)
  })

  test('speaks English to an English browser', async () => {
    const { text } = await open((await seed('awaiting_payment')).path, { 'accept-language': 'en' })
    expect(text).toContain('Waiting for your payment')
  })

  test('escapes what people typed', async () => {
    const { orderNo } = (await seedTicket(api, { stage: 'awaiting_payment', fields: { message: '<b>"&' } }))
      .data
    const { text } = await open(linkOf(orderNo))
    expect(text).not.toContain('<b>"')
    expect(text).toContain('&lt;b&gt;&quot;&amp;')
  })

  test('tells its version, so that an open page sees that it is old', async () => {
    const { ticket, path } = await seed('awaiting_payment')
    const state = async () => (await api.ask('GET', `${path}/state`)).json()
    expect(await state()).toEqual({ version: ticket.data.version })
  })
})

describe('the link', () => {
  test.each([
    ['expired', (orderNo: OrderNo) => linkOf(orderNo, 0, Date.now() - 2 * DAY_MS)],
    ['forged', (orderNo: OrderNo) => linkOf(orderNo).replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))],
    [
      'of another purpose',
      (orderNo: OrderNo) => `/order/${makeLinkToken('pay', orderNo, api.settings.secret)}`,
    ],
    ['nonsense', () => '/order/nonsense'],
  ])('opens nothing when it is %s', async (_name, path) => {
    const { orderNo } = await seed('awaiting_payment')
    for (const sub of ['', '/pay']) {
      const { status, page, text } = await open(`${path(orderNo)}${sub}`)
      expect([status, page]).toEqual([404, 'gone'])
      expect(text).not.toContain(orderNo)
    }
    expect((await post(`${path(orderNo)}/edit`, formOf({ room: '3호실' }))).status).toBe(404)
    expect((await api.ask('GET', `${path(orderNo)}/state`)).status).toBe(404)
    expect(tickets.asked).toEqual([])
  })

  test('ends when it is revoked; the next one opens', async () => {
    const { orderNo, path } = await seed('awaiting_payment')
    await revokeLinks(api.database, orderNo)
    expect((await open(path)).page).toBe('gone')
    expect((await open(linkOf(orderNo, 1))).stage).toBe('pay')
  })
})

describe('what staff does with the link', () => {
  const link = (orderNo: OrderNo, json: unknown) =>
    api.ask('POST', `/api/tickets/${orderNo}/link`, { json, cookie: api.cookies.agent })

  test('sends it once more by text', async () => {
    const { orderNo } = await seed('awaiting_payment')
    expect((await link(orderNo, { action: 'send' })).status).toBe(200)
    expect(tickets.asked).toMatchObject([{ orderNo, name: 'sendOrderLink' }])
  })

  test('revokes it, with a line in the audit log', async () => {
    const { orderNo, path } = await seed('awaiting_payment')
    expect((await link(orderNo, { action: 'revoke' })).status).toBe(422)
    expect((await open(path)).stage).toBe('pay')
    expect((await link(orderNo, { action: 'revoke', reason: '링크가 퍼졌습니다' })).status).toBe(200)
    expect((await open(path)).page).toBe('gone')
    const audit = await api.database
      .selectFrom('audit_entries')
      .selectAll()
      .orderBy('id', 'desc')
      .limit(1)
      .execute()
    expect(audit).toMatchObject([{ action: 'revoke_links', reason: '링크가 퍼졌습니다' }])
  })

  test('is for people who have signed in', async () => {
    const { orderNo } = await seed('awaiting_payment')
    expect((await api.ask('POST', `/api/tickets/${orderNo}/link`, { json: { action: 'send' } })).status).toBe(
      401,
    )
  })
})

describe('an edit', () => {
  test('sends only what the customer changed, once', async () => {
    const { orderNo, path } = await seed('awaiting_payment')
    for (let times = 0; times < 2; times++) {
      const response = await post(`${path}/edit`, formOf({ message: '謹弔', phone: '010-9999-8888' }))
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
    const { path } = await seed('awaiting_payment')
    const response = await post(`${path}/edit`, formOf({}))
    expect(response.headers.get('location')).toBe(`${path}?notice=same`)
    expect(tickets.asked).toEqual([])
  })

  test('with mistakes comes back with each of them and what was typed', async () => {
    const { path } = await seed('awaiting_payment')
    const response = await post(
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
    const { path } = await seed('awaiting_payment')
    tickets.nextProblem = new ApiProblem('refused', 'no', { code })
    const response = await post(`${path}/edit`, formOf({ room: '3호실' }))
    expect(response.status).toBe(status)
    expect(await response.text()).toContain(sentence)
  })

  test('while the workflow engine is away keeps what was typed', async () => {
    const { path } = await seed('awaiting_payment')
    tickets.nextProblem = new ApiProblem('workflow_engine_unavailable', 'away')
    const response = await post(`${path}/edit`, formOf({ room: '3호실' }))
    const text = await response.text()
    expect(response.status).toBe(503)
    expect(text).toMatch(/name="room"[^>]*value="3호실"/)
  })

  test('is not taken without end', async () => {
    const { path } = await seed('awaiting_payment')
    const statuses: number[] = []
    for (let i = 0; i < 22; i++)
      statuses.push((await post(`${path}/edit`, formOf({ room: `${i}호실`, key: `k${i}` }))).status)
    expect(statuses.slice(0, 20).every((status) => status === 303)).toBe(true)
    expect(statuses.slice(20)).toEqual([429, 429])
  })
})

describe('paying by transfer', () => {
  const account = {
    bankCode: '06',
    accountNumber: '70012345678901',
    holder: '대리 화환',
    dueAt: new Date(Date.now() + DAY_MS).toISOString(),
  }
  async function openAccount(orderNo: OrderNo, status: string): Promise<void> {
    await api.database
      .insertInto('payments')
      .values({
        order_id: api.database.selectFrom('orders').select('id').where('order_no', '=', orderNo),
        payment_key: `va_${orderNo}`,
        method: '가상계좌',
        amount: 80_000,
        status,
        account_bank: account.bankCode,
        account_number: account.accountNumber,
        account_holder: account.holder,
        due_at: account.dueAt,
      })
      .execute()
  }

  test('asks the ticket for an account, with the cash receipt that was wanted', async () => {
    const { orderNo, path } = await seed('awaiting_payment')
    tickets.results.set('openVirtualAccount', { status: 'ready', account })
    const form = { bank: '88', receipt: 'income_deduction', receipt_number: '010-1234-5678' }
    const response = await post(`${path}/account`, form)
    expect([response.status, response.headers.get('location')]).toEqual([303, `${path}?notice=account_ready`])
    expect(tickets.asked).toMatchObject([
      {
        orderNo,
        name: 'openVirtualAccount',
        input: { bankCode: '88', cashReceipt: { kind: 'income_deduction', number: '01012345678' } },
      },
    ])
  })

  test('with a wrong number for the receipt asks nothing of the ticket', async () => {
    const { path } = await seed('awaiting_payment')
    const form = { bank: '06', receipt: 'business_expense', receipt_number: '1234567890' }
    const response = await post(`${path}/account`, form)
    expect(response.status).toBe(422)
    expect(await response.text()).toContain('현금영수증 번호가 올바르지 않습니다')
    expect(tickets.asked).toEqual([])
  })

  test('shows the open account first, and card payment still', async () => {
    const { orderNo, path } = await seed('awaiting_payment')
    await openAccount(orderNo, 'WAITING_FOR_DEPOSIT')
    const { text } = await open(path)
    expect(text).toContain('KB국민은행 70012345678901')
    expect(text).toContain('data-copy="70012345678901"')
    expect(text).toContain('카드로 결제하기')
    expect(text).not.toContain('입금 계좌 받기')
  })

  test('shows no account that has expired', async () => {
    const { orderNo, path } = await seed('awaiting_payment')
    await openAccount(orderNo, 'EXPIRED')
    expect((await open(path)).text).toContain('입금 계좌 받기')
  })

  test('takes the account for a refund when one is asked for', async () => {
    const { orderNo, path } = await seed('awaiting_payment')
    expect((await open(path)).text).not.toContain('환불받으실 계좌')
    await api.database
      .updateTable('tickets')
      .set({ actions: ['set_refund_account'] })
      .where('workflow_id', '=', `ticket-${orderNo}`)
      .execute()
    expect((await open(path)).text).toContain('환불받으실 계좌')
    const bad = await post(`${path}/refund-account`, { bank: '06', account_number: 'abc', holder: '김철수' })
    expect(bad.status).toBe(422)
    await post(`${path}/refund-account`, { bank: '06', account_number: '123-456-789012', holder: '김철수' })
    expect(tickets.asked).toMatchObject([
      {
        orderNo,
        name: 'setRefundAccount',
        input: { bankCode: '06', accountNumber: '123456789012', holder: '김철수', actor: 'customer' },
      },
    ])
  })

  test('says that an order is being called off, and takes no account that nobody asked for', async () => {
    const { orderNo, path } = await seed('paid')
    await api.database
      .updateTable('tickets')
      .set({ actions: ['retry_step'] })
      .where('workflow_id', '=', `ticket-${orderNo}`)
      .execute()
    expect((await open(path)).text).toContain('주문을 취소하고 있습니다')
    const asked = tickets.asked.length
    const answer = await post(`${path}/refund-account`, {
      bank: '06',
      account_number: '123-456-789012',
      holder: '남의 이름',
    })
    expect(answer.status).toBe(303)
    expect(tickets.asked).toHaveLength(asked)
  })

  test('takes the account also once the order has ended, as long as money waits for it, and only the first', async () => {
    const { orderNo, path } = await seed('cancelled')
    expect((await open(path)).text).not.toContain('환불받으실 계좌')
    await api.database
      .insertInto('money_to_return')
      .values({
        order_id: api.database.selectFrom('orders').select('id').where('order_no', '=', orderNo),
        key: `deposit:late-${orderNo}`,
        amount: 30_000,
        source: 'bank_transfer',
        reason: 'order_closed',
      })
      .execute()
    expect((await open(path)).text).toContain('환불받으실 계좌')
    tickets.refusals.set(orderNo, new ApiProblem('refused', 'closed', { code: 'closed' }))
    const account = { bank: '06', account_number: '123-456-789012', holder: '김철수' }
    await post(`${path}/refund-account`, account)
    await post(`${path}/refund-account`, { ...account, holder: '남의 이름' })
    expect((await open(path)).text).not.toContain('환불받으실 계좌')
    const kept = await api.database
      .selectFrom('refund_accounts')
      .innerJoin('orders', 'orders.id', 'refund_accounts.order_id')
      .select('refund_accounts.account')
      .where('order_no', '=', orderNo)
      .execute()
    expect(kept.map(({ account: text }) => JSON.parse(decryptText(text, api.settings.dataKey)))).toEqual([
      { bankCode: '06', accountNumber: '123456789012', holder: '김철수' },
    ])
  })
})

describe('paying', () => {
  test('leads to the checkout, and the way back knows the page', async () => {
    const { orderNo, path } = await seed('awaiting_payment')
    const response = await api.ask('GET', `${path}/pay`)
    expect([response.status, response.headers.get('location')]).toEqual([
      303,
      'https://pay.example/checkout/1',
    ])
    const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    tickets.results.set('confirmPayment', { status: 'paid', reason: null })
    const pay = `/pay/${makeLinkToken('pay', orderNo, api.settings.secret)}`
    const back = `${pay}/success?paymentKey=k&orderId=${orderNo}-P1&amount=80000`
    expect((await open(back, { cookie })).text).toContain(`href="${path}"`)
    expect((await open(back)).text).not.toContain('/order/')
  })

  test('of an order that is paid shows the page', async () => {
    const { path } = await seed('paid')
    tickets.payment = { status: 'already_paid', checkoutUrl: null }
    const response = await api.ask('GET', `${path}/pay`)
    expect([response.status, response.headers.get('location')]).toEqual([303, path])
  })
})
