/** The pages a customer opens from a text message. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ApiProblem } from '../../api/problems.ts'
import type { OrderNo } from '../../domain/ids.ts'
import { makeLinkToken } from '../../domain/signed-link.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { ScriptedTickets } from './scripted-tickets.ts'
import { PNG, seedDelivery, seedTicket } from './seed.ts'
import { createTestApi, type TestApi } from './test-api.ts'

const tickets = new ScriptedTickets()
let api: TestApi
let orderNo: OrderNo
let pay: string

beforeAll(async () => {
  api = await createTestApi(await createTestDatabase(), { tickets })
})
afterAll(() => api.close())
beforeEach(async () => {
  orderNo = (await seedTicket(api, { stage: 'awaiting_payment' })).data.orderNo
  pay = `/pay/${makeLinkToken('pay', orderNo, api.settings.secret)}`
  tickets.asked.length = 0
  tickets.payment = { status: 'ready', checkoutUrl: 'https://pay.example/checkout/1' }
})

/** What a page tells, by the mark it carries. */
async function open(path: string, headers: Record<string, string> = {}) {
  const response = await api.ask('GET', path, { headers })
  const text = await response.text()
  return {
    status: response.status,
    page: /data-page="(\w+)"/.exec(text)?.[1],
    text,
    headers: response.headers,
  }
}

describe('the payment link', () => {
  test('leads to the checkout', async () => {
    const { status, headers } = await open(pay)
    expect([status, headers.get('location')]).toEqual([303, 'https://pay.example/checkout/1'])
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
  })

  test.each([
    ['already_paid', 200, 'paid'],
    ['closed', 409, 'closed'],
  ] as const)('says so when the order is %s', async (status, code, page) => {
    tickets.payment = { status, checkoutUrl: null }
    const opened = await open(pay)
    expect(opened).toMatchObject({ status: code, page })
    expect(opened.text).toContain(orderNo)
    expect(opened.text).toContain('80,000원')
  })

  test('says that the order is closed when its workflow has ended, and paid when it was', async () => {
    tickets.nextProblem = new ApiProblem('refused', 'closed', { code: 'closed' })
    expect(await open(pay)).toMatchObject({ status: 409, page: 'closed' })
    const paid = (await seedTicket(api, { stage: 'paid' })).data.orderNo
    tickets.nextProblem = new ApiProblem('refused', 'closed', { code: 'closed' })
    const opened = await open(`/pay/${makeLinkToken('pay', paid, api.settings.secret)}`)
    expect(opened).toMatchObject({ status: 200, page: 'paid' })
  })

  test('asks to come back while the workflow engine is away', async () => {
    tickets.nextProblem = new ApiProblem('workflow_engine_unavailable', 'away')
    expect(await open(pay)).toMatchObject({ status: 503, page: 'unavailable' })
  })

  test.each([
    ['forged', () => pay.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))],
    ['for another purpose', () => `/pay/${makeLinkToken('photo', orderNo, api.settings.secret)}`],
    ['nonsense', () => '/pay/nonsense'],
  ])('is not taken when it is %s', async (_name, path) => {
    expect(await open(path())).toMatchObject({ status: 404, page: 'unknown_link' })
  })

  test('speaks English to an English browser', async () => {
    tickets.payment = { status: 'already_paid', checkoutUrl: null }
    expect((await open(pay, { 'accept-language': 'en-GB,ko;q=0.5' })).text).toContain(
      'Your payment is complete',
    )
    expect((await open(`${pay}?lang=ko`, { 'accept-language': 'en' })).text).toContain(
      '결제가 완료되었습니다',
    )
  })
})

describe('coming back from the checkout', () => {
  const success = (query: Record<string, string>) => `${pay}/success?${new URLSearchParams(query)}`
  const good = () => ({ paymentKey: 'pay_1', orderId: `${orderNo}-P1`, amount: '80000' })

  test.each([
    ['paid', 'paid', null],
    ['refused', 'refused', '한도 초과'],
    ['pending', 'pending', null],
  ] as const)('tells that the payment is %s', async (status, page, reason) => {
    tickets.results.set('confirmPayment', { status, reason })
    const opened = await open(success(good()))
    expect(opened).toMatchObject({ status: 200, page })
    if (reason !== null) expect(opened.text).toContain(reason)
    expect(opened.text.includes('class="button"')).toBe(status === 'refused')
    expect(tickets.asked).toMatchObject([
      { name: 'confirmPayment', orderNo, input: { paymentKey: 'pay_1', amount: 80_000 } },
    ])
  })

  test.each([
    ['another amount', { amount: '1' }],
    ['another order', { orderId: '261121-ZZZZ-P1' }],
    ['no key', { paymentKey: '' }],
    ['a strange amount', { amount: 'all of it' }],
  ])('never confirms with %s', async (_name, change) => {
    expect(await open(success({ ...good(), ...change }))).toMatchObject({ status: 400, page: 'mismatch' })
    expect(tickets.asked).toEqual([])
  })

  test('never invites to pay again while nobody knows', async () => {
    tickets.nextProblem = new ApiProblem('workflow_engine_unavailable', 'away')
    const opened = await open(success(good()))
    expect(opened.page).toBe('pending')
    expect(opened.text).not.toContain('class="button"')
  })

  test('shows what the gateway says as text, never as HTML', async () => {
    const opened = await open(
      `${pay}/fail?code=PAY_PROCESS_CANCELED&message=${encodeURIComponent('<img src=x onerror=alert(1)>')}`,
    )
    expect(opened).toMatchObject({ status: 200, page: 'failed' })
    expect(opened.text).toContain('&lt;img src=x')
    expect(opened.text).toContain(`href="${pay}"`)
  })
})

describe('the photo link', () => {
  const link = (order: OrderNo) => `/photo/${makeLinkToken('photo', order, api.settings.secret)}`

  test('shows the photo of the delivery', async () => {
    await seedDelivery(api, orderNo)
    expect(await open(link(orderNo))).toMatchObject({ status: 200, page: 'photo' })
    const image = await api.ask('GET', `${link(orderNo)}/image`)
    expect(image.headers.get('content-type')).toBe('image/png')
    expect(Buffer.from(await image.arrayBuffer())).toEqual(PNG)
  })

  test('says that there is none before the delivery and long after it', async () => {
    expect(await open(link(orderNo))).toMatchObject({ status: 404, page: 'no_photo' })
    await seedDelivery(api, orderNo, new Date(Date.now() - 100 * 86_400_000))
    expect(await open(link(orderNo))).toMatchObject({ status: 404, page: 'no_photo' })
    expect((await api.ask('GET', `${link(orderNo)}/image`)).status).toBe(404)
  })

  test('is not opened by a payment link', async () => {
    await seedDelivery(api, orderNo)
    const token = makeLinkToken('pay', orderNo, api.settings.secret)
    expect((await api.ask('GET', `/photo/${token}/image`)).status).toBe(404)
  })
})
