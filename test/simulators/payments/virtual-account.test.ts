/** Virtual accounts and the company's bank, by their wires. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadSettings } from '../../../config/settings.ts'
import { sends, startTestWorld, type TestWorld } from '../world-fixture.ts'

const BASIC = {
  authorization: `Basic ${Buffer.from(`${loadSettings({}).toss.secretKey}:`).toString('base64')}`,
}
const HOUR = 3_600_000
const ORDER = {
  amount: 80_000,
  orderId: '261121-ABCD',
  orderName: '근조화환',
  customerName: '김민수',
  bank: '20',
  validHours: 24,
}
interface Account {
  readonly paymentKey: string
  readonly secret: string
  readonly virtualAccount: { readonly accountNumber: string; readonly dueDate: string }
}

let world: TestWorld
beforeEach(async () => {
  world = await startTestWorld()
})
afterEach(() => world.stop())

const call = (path: string, body?: unknown) =>
  world.json(`/toss/v1${path}`, body === undefined ? { headers: BASIC } : sends(body, BASIC))
async function issue(change: object = {}): Promise<Account> {
  const answer = await call('/virtual-accounts', { ...ORDER, ...change })
  expect(answer).toMatchObject({ status: 200, body: { status: 'WAITING_FOR_DEPOSIT' } })
  return answer.body as Account
}
const deposit = (change: object = {}) =>
  world.json(
    '/world/api/deposits',
    sends({ to: 'virtual_account', order: ORDER.orderId, amount: 80_000, depositor: '김민수', ...change }),
  )
const read = ({ paymentKey }: Account) => call(`/payments/${paymentKey}`)

describe('issuing', () => {
  it('gives a number, a bank, a due date and a secret', async () => {
    expect(await issue()).toMatchObject({
      method: '가상계좌',
      secret: expect.stringMatching(/^ps_/),
      checkout: null,
      approvedAt: null,
      virtualAccount: {
        accountNumber: expect.stringMatching(/^\d{14}$/),
        bankCode: '20',
        customerName: '김민수',
        dueDate: '2026-11-22T13:10:00+09:00',
        expired: false,
      },
    })
    expect(world.webhooks.received).toEqual([])
  })

  it('takes a due date in Korean time, and a bank by name', async () => {
    const { virtualAccount } = await issue({
      validHours: undefined,
      dueDate: '2026-11-21T13:10:30',
      bank: '국민',
    })
    expect(virtualAccount).toMatchObject({ dueDate: '2026-11-21T13:10:30+09:00', bankCode: '06' })
  })

  it.each([
    ['both ways to say until when', { dueDate: '2026-11-23T10:00:00' }, 'INVALID_REQUEST'],
    ['a day that is over', { validHours: undefined, dueDate: '2026-11-20T10:00:00' }, 'INVALID_DATE'],
    ['too long a wait', { validHours: 2161 }, 'INVALID_REQUEST'],
    ['no such bank', { bank: '00' }, 'INVALID_BANK'],
    ['a bank without virtual accounts', { bank: '90' }, 'INVALID_BANK'],
    ['nobody', { customerName: '' }, 'INVALID_REQUEST'],
    ['a receipt for nobody', { cashReceipt: { type: '소득공제' } }, 'INVALID_REQUEST'],
  ])('is refused with %s', async (_name, change, code) => {
    expect(await call('/virtual-accounts', { ...ORDER, ...change })).toMatchObject({
      status: 400,
      body: { code },
    })
  })
})

describe('a deposit', () => {
  it('of the exact amount, from anybody, is told with the secret', async () => {
    const account = await issue({ cashReceipt: { type: '소득공제', registrationNumber: '01012345678' } })
    expect(await deposit({ depositor: '박영자' })).toMatchObject({
      status: 201,
      body: { payment: { status: 'DONE' } },
    })
    const [callback] = await world.webhooks.waitFor(1)
    expect(callback).toMatchObject({ path: '/webhooks/toss' })
    expect(callback?.body).toEqual({
      createdAt: expect.any(String),
      secret: account.secret,
      status: 'DONE',
      orderId: ORDER.orderId,
      transactionKey: expect.stringMatching(/^[0-9A-F]{32}$/),
    })
    expect(await read(account)).toMatchObject({
      body: {
        status: 'DONE',
        approvedAt: '2026-11-21T13:10:00+09:00',
        virtualAccount: { depositorName: '박영자' },
        cashReceipt: { type: '소득공제', amount: 80_000 },
      },
    })
  })

  it('of another amount, late, or a second time goes back', async () => {
    const account = await issue()
    expect(await deposit({ amount: 79_000 })).toMatchObject({
      status: 409,
      body: { error: { code: 'AMOUNT' } },
    })
    expect(await deposit({ amount: 81_000 })).toMatchObject({
      status: 409,
      body: { error: { code: 'AMOUNT' } },
    })
    expect((await deposit({ order: undefined, account: account.virtualAccount.accountNumber })).status).toBe(
      201,
    )
    expect(await deposit()).toMatchObject({ status: 409, body: { error: { code: 'CLOSED' } } })
    const late = await issue({ orderId: '261121-LATE' })
    world.clock.now += 24 * HOUR + 1
    expect(await deposit({ order: '261121-LATE' })).toMatchObject({
      status: 409,
      body: { error: { code: 'LATE' } },
    })
    expect(await read(late)).toMatchObject({ body: { status: 'EXPIRED', virtualAccount: { expired: true } } })
    expect(await deposit({ order: 'unknown' })).toMatchObject({ status: 404 })
    expect(await deposit({ order: undefined })).toMatchObject({ status: 422 })
  })

  it('that never comes is told at the due date, also after a restart', async () => {
    await issue({ validHours: 1 })
    world.clock.now += HOUR + 1
    world = await world.restart()
    const [webhook] = await world.webhooks.waitFor(1)
    expect(webhook?.body).toMatchObject({ eventType: 'PAYMENT_STATUS_CHANGED', data: { status: 'EXPIRED' } })
  })

  it('can fall back to waiting, and come again', async () => {
    const account = await issue()
    const back = () => world.json(`/world/api/payments/${account.paymentKey}/fall-back`, { method: 'POST' })
    expect((await back()).status).toBe(409)
    await deposit()
    expect(await back()).toMatchObject({
      status: 200,
      body: { status: 'WAITING_FOR_DEPOSIT', approvedAt: null },
    })
    expect((await deposit()).status).toBe(201)
    const callbacks = await world.webhooks.waitFor(3)
    expect(callbacks.map(({ body }) => (body as { status: string }).status).sort()).toEqual([
      'DONE',
      'DONE',
      'WAITING_FOR_DEPOSIT',
    ])
  })

  it('callback is doubled, lost or turned around by faults', async () => {
    const account = await issue()
    const { faults } = world.context
    faults.add({ service: 'payments', operation: 'deposit_callback', kind: 'reorder', times: 1 })
    await deposit()
    faults.add({ service: 'payments', operation: 'deposit_callback', kind: 'double', times: 1 })
    await world.json(`/world/api/payments/${account.paymentKey}/fall-back`, { method: 'POST' })
    const callbacks = await world.webhooks.waitFor(3)
    const statuses = callbacks.map(({ body }) => (body as { status: string }).status)
    expect(statuses[0]).toBe('WAITING_FOR_DEPOSIT')
    expect([...statuses].sort()).toEqual(['DONE', 'WAITING_FOR_DEPOSIT', 'WAITING_FOR_DEPOSIT'])
  })
})

describe('cancelling', () => {
  const account = { bank: '신한', accountNumber: '110123456789', holderName: '김민수' }
  const cancel = ({ paymentKey }: Account, body: object) =>
    call(`/payments/${paymentKey}/cancel`, { cancelReason: '고객 요청', ...body })

  it('a paid one needs an account for the money', async () => {
    const paid = await issue()
    await deposit()
    expect(await cancel(paid, {})).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } })
    expect(await cancel(paid, { refundReceiveAccount: { ...account, bank: 'x' } })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_BANK' },
    })
    expect(await cancel(paid, { refundReceiveAccount: { ...account, accountNumber: '1' } })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_REFUND_ACCOUNT_NUMBER' },
    })
    expect(await cancel(paid, { refundReceiveAccount: account, cancelAmount: 20_000 })).toMatchObject({
      status: 200,
      body: {
        status: 'PARTIAL_CANCELED',
        balanceAmount: 60_000,
        cancels: [{ cancelAmount: 20_000, refundReceiveAccount: account }],
        virtualAccount: { refundStatus: 'COMPLETED' },
      },
    })
    expect(await cancel(paid, { refundReceiveAccount: account })).toMatchObject({
      body: { status: 'CANCELED' },
    })
  })

  it('one that waits is closed whole, and takes no money afterwards', async () => {
    const open = await issue()
    expect(await cancel(open, { cancelAmount: 20_000 })).toMatchObject({ status: 403 })
    expect(await cancel(open, {})).toMatchObject({
      status: 200,
      body: { status: 'CANCELED', approvedAt: null },
    })
    expect(await deposit()).toMatchObject({ status: 409, body: { error: { code: 'CLOSED' } } })
  })
})

it('a payment kept before there were virtual accounts is read', async () => {
  const card = { ...ORDER, method: 'CARD', successUrl: 'http://a/s', failUrl: 'http://a/f' }
  const { body } = await call('/payments', card)
  const file = join(world.dataDir, 'world', 'payments.jsonl')
  const old = readFileSync(file, 'utf8').replace(',"virtualAccount":null,"secret":null', '')
  expect(old).not.toContain('secret')
  writeFileSync(file, old)
  world = await world.restart()
  expect(await read(body as Account)).toMatchObject({
    body: { status: 'READY', virtualAccount: null, secret: null, cashReceipt: null },
  })
})
