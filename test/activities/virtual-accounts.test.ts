/** Virtual accounts through the real client against the stand-in of Toss Payments and its banks. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { PaymentReference } from '../../activities/activity-types.ts'
import { decryptText } from '../../db/encryption.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import type { VirtualAccount } from '../../domain/ticket-money-data.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { projectOrder, startOutside, type TestOutside } from './fixture.ts'

let outside: TestOutside
beforeAll(async () => {
  outside = await startOutside(createTestDatabase)
})
afterAll(() => outside?.stop())
afterEach(() => outside.faults.remove())

const REFUND_ACCOUNT = { bankCode: '88', accountNumber: '110123456789', holder: '김철수' } as const

type Issued = PaymentReference & { readonly key: string; readonly virtualAccount: VirtualAccount }

async function issued(cashReceipt: Parameters<typeof issue>[1] = null): Promise<Issued> {
  return issue(await projectOrder(outside.db, outside.settings), cashReceipt)
}

async function issue(
  orderNo: Awaited<ReturnType<typeof projectOrder>>,
  cashReceipt: { readonly kind: 'income_deduction'; readonly number: string } | null = null,
): Promise<Issued> {
  const gatewayOrderId = `${orderNo}-V1`
  const created = await outside.payments.createVirtualAccount({
    orderNo,
    gatewayOrderId,
    key: `create-${gatewayOrderId}`,
    amountWon: 80_000,
    bankCode: '06',
    customerName: '김철수',
    dueAt: koreanIso(Math.floor(Date.now() / 1000) * 1000 + 3_600_000),
    cashReceipt,
  })
  return { orderNo, gatewayOrderId, amountWon: 80_000, key: `charge-${gatewayOrderId}`, ...created }
}

const transfer = (order: string, amount = 80_000) =>
  fetch(`${outside.world.origin}/world/api/deposits`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ to: 'virtual_account', order, amount, depositor: '아무개' }),
  })
const fallBack = (paymentKey: string) =>
  fetch(`${outside.world.origin}/world/api/payments/${paymentKey}/fall-back`, { method: 'POST' })
const row = (paymentKey: string) =>
  outside.db
    .selectFrom('payments')
    .selectAll()
    .where('payment_key', '=', paymentKey)
    .executeTakeFirstOrThrow()

test('an account is issued once under a key and kept with its secret encrypted', async () => {
  const account = await issued({ kind: 'income_deduction', number: '01012345678' })
  expect(account.virtualAccount).toMatchObject({ bankCode: '06', holder: '김철수' })
  expect(Date.parse(account.virtualAccount.dueAt)).toBeGreaterThan(Date.now())
  const again = await issue(account.orderNo)
  expect(again.virtualAccount).toEqual(account.virtualAccount)

  const stored = await row(account.paymentKey)
  expect(stored).toMatchObject({
    status: 'WAITING_FOR_DEPOSIT',
    account_bank: '06',
    account_number: account.virtualAccount.accountNumber,
    account_holder: '김철수',
  })
  const { dataKey } = outside.settings
  expect(JSON.parse(decryptText(stored.cash_receipt ?? '', dataKey))).toEqual({
    kind: 'income_deduction',
    number: '01012345678',
  })
  const secret = decryptText(stored.deposit_secret ?? '', dataKey)
  expect(secret.length).toBeGreaterThan(5)
  expect(JSON.stringify(stored.pg_response)).not.toContain(secret)
  expect(JSON.stringify(stored.pg_response)).not.toContain('01012345678')
})

test('an account in the place of another one is for the same cash receipt, whose number no ticket carries', async () => {
  const first = await issued({ kind: 'income_deduction', number: '01012345678' })
  expect((await outside.payments.closeVirtualAccount(first)).status).toBe('taken_back')
  const { orderNo } = first
  const second = await outside.payments.createVirtualAccount({
    orderNo,
    gatewayOrderId: `${orderNo}-V2`,
    key: `create-${orderNo}-V2`,
    amountWon: 80_000,
    bankCode: '06',
    customerName: '김철수',
    dueAt: koreanIso(Math.floor(Date.now() / 1000) * 1000 + 7_200_000),
    cashReceipt: null,
    insteadOf: first.paymentKey,
  })
  const stored = await row(second.paymentKey)
  expect(JSON.parse(decryptText(stored.cash_receipt ?? '', outside.settings.dataKey))).toEqual({
    kind: 'income_deduction',
    number: '01012345678',
  })
})

test('a deposit is read as paid, one that the bank took back as open again', async () => {
  const account = await issued()
  expect(await outside.payments.readPayment(account)).toEqual({ status: 'open' })
  expect((await transfer(account.gatewayOrderId)).status).toBe(201)
  expect(await outside.payments.readPayment(account)).toMatchObject({ status: 'paid', method: '가상계좌' })
  await fallBack(account.paymentKey)
  expect(await outside.payments.readPayment(account)).toEqual({ status: 'open' })
})

test('an account that was closed takes no more money', async () => {
  const account = await issued()
  expect(await outside.payments.closeVirtualAccount(account)).toMatchObject({ status: 'taken_back' })
  expect(await outside.payments.closeVirtualAccount(account)).toMatchObject({ status: 'taken_back' })
  expect((await transfer(account.gatewayOrderId)).status).toBe(409)
})

test('money that was faster than the closing is told', async () => {
  const account = await issued()
  await transfer(account.gatewayOrderId)
  expect(await outside.payments.closeVirtualAccount(account)).toMatchObject({ status: 'paid' })
})

test('what was paid goes back to the account that the customer named, once', async () => {
  const account = await issued()
  await transfer(account.gatewayOrderId)
  const refund = { ...account, key: `refund-${account.orderNo}`, reason: '고객 요청' }
  await expect(outside.payments.refundPayment(refund)).rejects.toMatchObject({ retryable: false })
  const known = { ...refund, refundAccount: REFUND_ACCOUNT }
  const wrong = { ...refund, refundAccount: { ...REFUND_ACCOUNT, accountNumber: '1' } }
  await expect(outside.payments.refundPayment(wrong)).rejects.toMatchObject({ retryable: false })
  await outside.payments.refundPayment(known)
  await outside.payments.refundPayment(known)
  expect(await outside.payments.readPayment(account)).toMatchObject({ status: 'taken_back' })
  const { payments } = await outside.json<{
    payments: { paymentKey: string; cancels: { refundReceiveAccount?: { bank: string } }[] }[]
  }>('/world/api/payments')
  const paid = payments.find(({ paymentKey }) => paymentKey === account.paymentKey)
  expect(paid?.cancels).toHaveLength(1)
  expect(paid?.cancels[0]?.refundReceiveAccount?.bank).toBe('88')
  const stored = await row(account.paymentKey)
  expect(JSON.stringify(stored.pg_response)).not.toContain(REFUND_ACCOUNT.accountNumber)
})

test('a part goes back and the rest stays paid', async () => {
  const account = await issued()
  await transfer(account.gatewayOrderId)
  const part = {
    ...account,
    key: `part-${account.orderNo}`,
    amountWon: 20_000,
    part: true as const,
    reason: '사과',
    refundAccount: REFUND_ACCOUNT,
  }
  await outside.payments.refundPayment(part)
  await outside.payments.refundPayment(part)
  expect(await outside.payments.readPayment(account)).toMatchObject({ status: 'paid', balanceWon: 60_000 })
})
