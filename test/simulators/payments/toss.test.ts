import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadSettings } from '../../../config/settings.ts'
import { sends, startTestWorld, type TestWorld } from '../world-fixture.ts'

const BASIC = {
  authorization: `Basic ${Buffer.from(`${loadSettings({}).toss.secretKey}:`).toString('base64')}`,
}
const MINUTE = 60_000

interface Payment {
  readonly paymentKey: string
  readonly orderId: string
  readonly status: string
  readonly balanceAmount: number
  readonly checkout: { readonly url: string }
}

let world: TestWorld
beforeEach(async () => {
  world = await startTestWorld()
})
afterEach(() => world.stop())

const ORDER = {
  method: 'CARD',
  amount: 80_000,
  orderId: '261121-ABCD',
  orderName: '근조화환',
  successUrl: 'http://shop.example/pay/token/success',
  failUrl: 'http://shop.example/pay/token/fail',
}

const call = (path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) =>
  world.json(
    `/toss/v1${path}`,
    body === undefined ? { headers: BASIC } : sends(body, { ...BASIC, ...headers }),
  )

async function create(change: object = {}): Promise<Payment> {
  const answer = await call('/payments', { ...ORDER, ...change })
  expect(answer.status).toBe(200)
  return answer.body as Payment
}

/** The customer presses a button of the checkout page. @returns where the shop gets the customer back. */
async function press(payment: Payment, action: 'pay' | 'fail' | 'leave'): Promise<URL> {
  const response = await fetch(payment.checkout.url, {
    method: 'POST',
    body: new URLSearchParams({ action }),
    redirect: 'manual',
  })
  expect(response.status).toBe(303)
  return new URL(response.headers.get('location') ?? '')
}

const confirm = (payment: Payment, change: object = {}, headers: Readonly<Record<string, string>> = {}) =>
  call(
    '/payments/confirm',
    { paymentKey: payment.paymentKey, orderId: payment.orderId, amount: 80_000, ...change },
    headers,
  )

async function paid(): Promise<Payment> {
  const payment = await create()
  await press(payment, 'pay')
  expect((await confirm(payment)).status).toBe(200)
  return payment
}

describe('paying', () => {
  it('goes from READY over the checkout page to DONE, and the shop is told', async () => {
    const payment = await create()
    expect(payment).toMatchObject({
      status: 'READY',
      orderId: ORDER.orderId,
      balanceAmount: 80_000,
      method: null,
    })
    const page = await (await fetch(payment.checkout.url)).text()
    expect(page).toContain('80,000원')
    expect(page).toContain('<form method="post">')

    const back = await press(payment, 'pay')
    expect(back.origin + back.pathname).toBe(ORDER.successUrl)
    expect(Object.fromEntries(back.searchParams)).toMatchObject({
      paymentKey: payment.paymentKey,
      orderId: ORDER.orderId,
      amount: '80000',
    })
    expect(await confirm(payment)).toMatchObject({
      status: 200,
      body: { status: 'DONE', method: '카드', totalAmount: 80_000 },
    })
    const webhooks = await world.webhooks.waitFor(2)
    expect(webhooks.map((webhook) => webhook.body)).toMatchObject([
      { eventType: 'PAYMENT_STATUS_CHANGED', data: { status: 'IN_PROGRESS' } },
      { eventType: 'PAYMENT_STATUS_CHANGED', data: { status: 'DONE', paymentKey: payment.paymentKey } },
    ])
    expect(webhooks[0]?.path).toBe('/webhooks/toss')
  })

  it('can be read by key and by order', async () => {
    const payment = await paid()
    expect(await call(`/payments/${payment.paymentKey}`)).toMatchObject({ body: { status: 'DONE' } })
    expect(await call(`/payments/orders/${ORDER.orderId}`)).toMatchObject({
      body: { paymentKey: payment.paymentKey },
    })
    expect(await world.json('/world/api/payments')).toMatchObject({
      body: { payments: [{ status: 'DONE' }] },
    })
  })

  it.each([
    ['fail', 'REJECT_CARD_COMPANY'],
    ['leave', 'PAY_PROCESS_CANCELED'],
  ] as const)('brings the customer back with a code after %s', async (action, code) => {
    const payment = await create()
    const back = await press(payment, action)
    expect(back.origin + back.pathname).toBe(ORDER.failUrl)
    expect(back.searchParams.get('code')).toBe(code)
    expect(back.searchParams.get('message')).not.toBe('')
    expect(await call(`/payments/${payment.paymentKey}`)).toMatchObject({ body: { status: 'ABORTED' } })
    // The customer may try again with a new payment of the same order.
    await press(await create(), 'pay')
  })

  it('keeps the link usable when the page is opened twice', async () => {
    const payment = await create()
    await press(payment, 'pay')
    const back = await press(payment, 'pay')
    expect(back.searchParams.get('paymentKey')).toBe(payment.paymentKey)
  })
})

describe('confirming is refused', () => {
  it.each([
    ['another amount', { amount: 100 }, 403, 'FORBIDDEN_REQUEST'],
    ['another order', { orderId: '261121-XXXX' }, 403, 'FORBIDDEN_REQUEST'],
    ['an unknown payment', { paymentKey: 'nope' }, 404, 'NOT_FOUND_PAYMENT'],
    ['no amount', { amount: undefined }, 400, 'INVALID_REQUEST'],
  ])('with %s', async (_name, change, status, code) => {
    const payment = await create()
    await press(payment, 'pay')
    expect(await confirm(payment, change)).toMatchObject({
      status,
      body: { code, message: expect.any(String) },
    })
  })

  it('before the customer agreed', async () => {
    expect(await confirm(await create())).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND_PAYMENT_SESSION' },
    })
  })

  it('more than ten minutes after the customer agreed', async () => {
    const payment = await create()
    await press(payment, 'pay')
    world.clock.now += 11 * MINUTE
    expect(await confirm(payment)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND_PAYMENT_SESSION' } })
    expect(await call(`/payments/${payment.paymentKey}`)).toMatchObject({ body: { status: 'EXPIRED' } })
  })

  it('the second time', async () => {
    expect(await confirm(await paid())).toMatchObject({
      status: 400,
      body: { code: 'ALREADY_PROCESSED_PAYMENT' },
    })
  })

  it('and a checkout page of more than 30 minutes ago takes no payment', async () => {
    const payment = await create()
    world.clock.now += 31 * MINUTE
    const response = await fetch(payment.checkout.url, {
      method: 'POST',
      body: new URLSearchParams({ action: 'pay' }),
    })
    expect(response.status).toBe(409)
  })

  it('for an order that was paid already', async () => {
    await paid()
    expect(await call('/payments', ORDER)).toMatchObject({
      status: 400,
      body: { code: 'DUPLICATED_ORDER_ID' },
    })
  })
})

describe('idempotency keys', () => {
  it('give the first answer again', async () => {
    const payment = await create()
    await press(payment, 'pay')
    const key = { 'idempotency-key': 'ticket-261121-ABCD-confirm' }
    const first = await confirm(payment, {}, key)
    expect(first.status).toBe(200)
    expect(await confirm(payment, {}, key)).toEqual(first)
    world = await world.restart()
    expect(await confirm(payment, {}, key)).toMatchObject({ status: 200, body: { status: 'DONE' } })
  })

  it('make one payment of two requests', async () => {
    const key = { 'idempotency-key': 'create-1' }
    const [a, b] = [await call('/payments', ORDER, key), await call('/payments', ORDER, key)]
    expect(a.body).toEqual(b.body)
  })

  it('do not keep failures of the server', async () => {
    const payment = await create()
    await press(payment, 'pay')
    const key = { 'idempotency-key': 'k' }
    world.context.faults.add({ service: 'payments', operation: 'confirm', kind: 'refuse', times: 1 })
    expect(await confirm(payment, {}, key)).toMatchObject({
      status: 500,
      body: { code: 'FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING' },
    })
    expect((await confirm(payment, {}, key)).status).toBe(200)
  })

  it('have at most 300 characters', async () => {
    expect(await call('/payments', ORDER, { 'idempotency-key': 'k'.repeat(301) })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_IDEMPOTENCY_KEY' },
    })
  })
})

describe('cancelling', () => {
  const cancel = (payment: Payment, body: object) => call(`/payments/${payment.paymentKey}/cancel`, body)

  it('gives back a part, then the rest, and no more', async () => {
    const payment = await paid()
    expect(await cancel(payment, { cancelReason: '일부 환불', cancelAmount: 30_000 })).toMatchObject({
      status: 200,
      body: { status: 'PARTIAL_CANCELED', balanceAmount: 50_000, cancels: [{ cancelAmount: 30_000 }] },
    })
    expect(await cancel(payment, { cancelReason: '과다', cancelAmount: 50_001 })).toMatchObject({
      status: 403,
      body: { code: 'NOT_CANCELABLE_AMOUNT' },
    })
    expect(await cancel(payment, { cancelReason: '나머지' })).toMatchObject({
      body: { status: 'CANCELED', balanceAmount: 0 },
    })
    expect(await cancel(payment, { cancelReason: '또' })).toMatchObject({
      status: 400,
      body: { code: 'ALREADY_CANCELED_PAYMENT' },
    })
  })

  it('needs a reason and a payment that was made', async () => {
    const payment = await create()
    expect(await cancel(payment, {})).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } })
    expect(await cancel(payment, { cancelReason: 'x' })).toMatchObject({
      status: 403,
      body: { code: 'NOT_CANCELABLE_PAYMENT' },
    })
  })
})

describe('requests', () => {
  it('need the secret key', async () => {
    const answer = await world.json('/toss/v1/payments', sends(ORDER, { authorization: 'Basic eDo=' }))
    expect(answer).toMatchObject({ status: 401, body: { code: 'UNAUTHORIZED_KEY' } })
  })

  it.each([
    ['a short order id', { orderId: 'ab' }],
    ['an order id with blanks', { orderId: 'ab cd ef' }],
    ['a long name', { orderName: 'x'.repeat(101) }],
    ['no money', { amount: 0 }],
    ['an unknown method', { method: 'COIN' }],
    ['no address to return to', { successUrl: 'nope' }],
  ])('are refused with %s', async (_name, change) => {
    expect(await call('/payments', { ...ORDER, ...change })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_REQUEST' },
    })
  })
})

describe('faults', () => {
  it('confirm although the answer never comes', async () => {
    const payment = await create()
    await press(payment, 'pay')
    world.context.faults.add({ service: 'payments', operation: 'confirm', kind: 'drop', times: 1 })
    await expect(confirm(payment)).rejects.toThrow()
    expect(await call(`/payments/${payment.paymentKey}`)).toMatchObject({ body: { status: 'DONE' } })
  })

  it('double, drop and hold back webhooks', async () => {
    const payment = await create()
    world.context.faults.add({ service: 'payments', operation: 'webhook', kind: 'reorder', times: 1 })
    await press(payment, 'pay')
    world.context.faults.add({ service: 'payments', operation: 'webhook', kind: 'double', times: 1 })
    await confirm(payment)
    const webhooks = await world.webhooks.waitFor(3)
    const statuses = webhooks.map((webhook) => (webhook.body as { data: Payment }).data.status)
    expect(statuses.filter((status) => status === 'DONE')).toHaveLength(2)
    expect(statuses[0]).toBe('DONE')
    expect(statuses).toContain('IN_PROGRESS')
  })

  it('refuse cards at the checkout', async () => {
    world.context.faults.add({ service: 'payments', operation: 'checkout', kind: 'refuse', times: 1 })
    const back = await press(await create(), 'pay')
    expect(back.searchParams.get('code')).toBe('REJECT_CARD_COMPANY')
  })
})

describe('a restart', () => {
  it('keeps payments and sends webhooks that were not taken', async () => {
    // Never answered with 200 before the restart.
    world.webhooks.statuses.push(500)
    await world.stop()
    world = await startTestWorld({ webhookRetryMs: [3_600_000] })
    world.webhooks.statuses.push(503)
    const payment = await create()
    await press(payment, 'pay')
    await world.webhooks.waitFor(1)
    world = await world.restart()
    const webhooks = await world.webhooks.waitFor(2)
    expect(webhooks[1]?.text).toBe(webhooks[0]?.text)
    expect((await confirm(payment)).status).toBe(200)
  })
})
