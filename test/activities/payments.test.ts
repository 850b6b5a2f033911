import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { PaymentReference } from '../../activities/activity-types.ts'
import { createPaymentActivities } from '../../activities/payments.ts'
import { TossClient } from '../../activities/toss-client.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { projectOrder, startOutside, type TestOutside } from './fixture.ts'

let outside: TestOutside
beforeAll(async () => {
  outside = await startOutside(createTestDatabase)
})
afterAll(() => outside?.stop())
afterEach(() => outside.faults.remove())

/** A payment that the customer has authenticated on the gateway's page. */
async function authenticated(): Promise<PaymentReference & { readonly key: string }> {
  const orderNo = await projectOrder(outside.db, outside.settings)
  const gatewayOrderId = `${orderNo}-P1`
  const created = await outside.payments.createPayment({
    orderNo,
    gatewayOrderId,
    key: `create-${orderNo}`,
    amountWon: 80_000,
  })
  const body = new URLSearchParams({ action: 'pay' })
  const back = await fetch(created.checkoutUrl, { method: 'POST', body, redirect: 'manual' })
  const location = new URL(back.headers.get('location') ?? '')
  expect(location.pathname).toMatch(/^\/pay\/.+\/success$/)
  return {
    orderNo,
    gatewayOrderId,
    paymentKey: created.paymentKey,
    amountWon: 80_000,
    key: `charge-${orderNo}`,
  }
}

const ledger = (key: string) =>
  outside.db
    .selectFrom('payment_ledger')
    .selectAll()
    .where('idempotency_key', '=', key)
    .executeTakeFirstOrThrow()
const payment = (paymentKey: string) =>
  outside.db
    .selectFrom('payments')
    .selectAll()
    .where('payment_key', '=', paymentKey)
    .executeTakeFirstOrThrow()

async function gatewayBalance(paymentKey: string): Promise<number | undefined> {
  const { payments } = await outside.json<{ payments: { paymentKey: string; balanceAmount: number }[] }>(
    '/world/api/payments',
  )
  return payments.find((one) => one.paymentKey === paymentKey)?.balanceAmount
}

test('a payment is confirmed once and stands in the ledger', async () => {
  const input = await authenticated()
  expect((await payment(input.paymentKey)).status).toBe('READY')
  const first = await outside.payments.confirmPayment(input)
  expect(first).toMatchObject({ status: 'paid' })
  expect(await outside.payments.confirmPayment(input)).toMatchObject({ status: 'paid' })
  expect(await ledger(input.key)).toMatchObject({ state: 'settled', kind: 'charge', amount: 80_000 })
  expect(await payment(input.paymentKey)).toMatchObject({ status: 'DONE', amount: 80_000 })
  expect(await outside.payments.readPayment(input)).toMatchObject({ status: 'paid' })
})

test('an answer that got lost leads to the payment that was made', async () => {
  const input = await authenticated()
  outside.faults.add({ service: 'payments', kind: 'drop', operation: 'confirm', times: 1 })
  await expect(outside.payments.confirmPayment(input)).rejects.toMatchObject({ retryable: true })
  expect((await ledger(input.key)).state).toBe('pending')
  expect(await outside.payments.confirmPayment(input)).toMatchObject({ status: 'paid' })
  expect((await ledger(input.key)).state).toBe('settled')
})

test('a confirmation that is still under way is no refusal', async () => {
  const input = await authenticated()
  const busy = createServer((_, response) => {
    response.writeHead(409, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ code: 'IDEMPOTENT_REQUEST_PROCESSING', message: '처리중입니다.' }))
  })
  await once(busy.listen(0, '127.0.0.1'), 'listening')
  const { port } = busy.address() as AddressInfo
  const { db, settings } = outside
  const toss = new TossClient({ ...settings.toss, apiUrl: `http://127.0.0.1:${port}` })
  const activities = createPaymentActivities({ db, settings, toss })
  await expect(activities.confirmPayment(input)).rejects.toMatchObject({ status: 409, retryable: true })
  expect((await ledger(input.key)).state).toBe('pending')
  busy.closeAllConnections()
  busy.close()
})

test('a lost confirmation is settled in the ledger when the payment is read', async () => {
  const input = await authenticated()
  outside.faults.add({ service: 'payments', kind: 'drop', operation: 'confirm', times: 1 })
  await expect(outside.payments.confirmPayment(input)).rejects.toMatchObject({ retryable: true })
  expect(await outside.payments.readPayment(input)).toMatchObject({ status: 'paid' })
  expect((await ledger(input.key)).state).toBe('settled')
})

test('a payment confirmed under another key is found, not taken again', async () => {
  const input = await authenticated()
  await outside.payments.confirmPayment(input)
  expect(await outside.payments.confirmPayment({ ...input, key: `${input.key}-2` })).toMatchObject({
    status: 'paid',
  })
})

test('a refused card is an answer, not an error', async () => {
  const input = await authenticated()
  outside.faults.add({ service: 'payments', kind: 'refuse', operation: 'confirm', status: 403, times: 1 })
  expect(await outside.payments.confirmPayment(input)).toMatchObject({
    status: 'refused',
    code: 'REJECT_CARD_PAYMENT',
  })
  expect((await ledger(input.key)).state).toBe('failed')
})

test('another amount than ours is never confirmed', async () => {
  const input = await authenticated()
  expect(await outside.payments.confirmPayment({ ...input, amountWon: 100 })).toMatchObject({
    status: 'refused',
  })
  await expect(outside.payments.readPayment({ ...input, amountWon: 100 })).rejects.toMatchObject({
    retryable: false,
  })
})

test('a wrong secret key is our fault, not the card’s', async () => {
  const input = await authenticated()
  const { db, settings } = outside
  const toss = new TossClient({ ...settings.toss, secretKey: 'wrong' })
  const activities = createPaymentActivities({ db, settings, toss })
  await expect(activities.confirmPayment(input)).rejects.toMatchObject({ retryable: false, status: 401 })
})

test('a refund is made once and stands in the ledger', async () => {
  const input = await authenticated()
  await outside.payments.confirmPayment(input)
  const refund = { ...input, key: `refund-${input.orderNo}`, reason: '고객 요청' }
  await outside.payments.refundPayment(refund)
  await outside.payments.refundPayment(refund)
  await outside.payments.refundPayment({ ...refund, key: `${refund.key}-2` })
  expect(await ledger(refund.key)).toMatchObject({ state: 'settled', kind: 'refund' })
  expect((await payment(input.paymentKey)).status).toBe('CANCELED')
  expect(await outside.payments.readPayment(input)).toMatchObject({ status: 'taken_back' })
})

test('part of the money goes back once, and a refund after it gives back the rest', async () => {
  const input = await authenticated()
  await outside.payments.confirmPayment(input)
  const part = {
    ...input,
    key: `part-${input.orderNo}`,
    amountWon: 20_000,
    part: true as const,
    reason: '사과',
  }
  // The answer to the first try is lost.
  outside.faults.add({ service: 'payments', kind: 'drop', operation: 'cancel', times: 1 })
  await expect(outside.payments.refundPayment(part)).rejects.toMatchObject({ retryable: true })
  expect((await ledger(part.key)).state).toBe('pending')
  await outside.payments.refundPayment(part)
  await outside.payments.refundPayment(part)
  expect(await ledger(part.key)).toMatchObject({ state: 'settled', kind: 'refund', amount: 20_000 })
  expect(await gatewayBalance(input.paymentKey)).toBe(60_000)
  expect(await outside.payments.readPayment(input)).toMatchObject({ status: 'paid', balanceWon: 60_000 })
  const rest = { ...input, key: `rest-${input.orderNo}`, amountWon: 60_000, reason: '취소' }
  await outside.payments.refundPayment(rest)
  expect(await ledger(rest.key)).toMatchObject({ state: 'settled', amount: 60_000 })
  expect(await gatewayBalance(input.paymentKey)).toBe(0)
})

test('a part that the gateway can’t give back is a failure in the ledger, not a refund', async () => {
  const input = await authenticated()
  await outside.payments.confirmPayment(input)
  await outside.payments.refundPayment({ ...input, key: `all-${input.orderNo}`, reason: '취소' })
  const part = {
    ...input,
    key: `part-${input.orderNo}`,
    amountWon: 20_000,
    part: true as const,
    reason: '사과',
  }
  await expect(outside.payments.refundPayment(part)).rejects.toMatchObject({ retryable: false })
  expect((await ledger(part.key)).state).toBe('failed')
})
