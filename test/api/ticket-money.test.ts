/** The money on an order's page: the account to transfer to, deposits as they came, refunds as they were decided. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { IssueDetail } from '../../api/schemas/issues.ts'
import type { TicketDetail } from '../../api/schemas/tickets.ts'
import { encryptText, keyedHash } from '../../db/encryption.ts'
import { recordPayment } from '../../db/queries/payments.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { nextOrderNo, seedTicket } from './seed.ts'
import { createTestApi, type TestApi } from './test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi(await createTestDatabase())
})
afterAll(() => api.close())

const read = async <Body>(path: string) =>
  (await (await api.ask('GET', path, { cookie: api.cookies.admin })).json()) as Body
const orderId = async (orderNo: string) =>
  (
    await api.database
      .selectFrom('orders')
      .select('id')
      .where('order_no', '=', orderNo)
      .executeTakeFirstOrThrow()
  ).id

test('a transfer: account, holder, until when, whom the receipt is for, what came of it', async () => {
  const { dataKey } = api.settings
  const { orderNo } = (await seedTicket(api, { stage: 'awaiting_payment' })).data
  const account = { bankCode: '88', accountNumber: '56201234567890', holder: '대리화환' } as const
  await recordPayment(api.database, {
    orderNo,
    paymentKey: `va_${orderNo}`,
    method: '가상계좌',
    amountWon: 80_000,
    status: 'WAITING_FOR_DEPOSIT',
    paidAt: null,
    response: {},
    account: { ...account, dueAt: '2026-11-22T14:00:00+09:00' },
    cashReceipt: encryptText(JSON.stringify({ kind: 'income_deduction', number: '01087654321' }), dataKey),
  })
  const id = await orderId(orderNo)
  const deposit = (n: number, status: string, amount: number) => ({
    bank_id: `B-${orderNo}-${n}`,
    received_at: new Date(Date.UTC(2026, 10, 21, n)),
    amount,
    depositor: encryptText('박영희', dataKey),
    depositor_hash: keyedHash('depositor', '박영희', dataKey),
    status,
    order_id: id,
    settled_by: 'system',
  })
  await api.database
    .insertInto('bank_deposits')
    .values([deposit(2, 'matched', 50_000), deposit(1, 'matched', 30_000), deposit(3, 'claimed', 80_000)])
    .execute()
  const ticket = await read<TicketDetail>(`/api/tickets/${orderNo}`)
  expect(ticket.payments).toMatchObject([
    {
      account: {
        bank_code: '88',
        number: '56201234567890',
        holder: '대리화환',
        due_at: '2026-11-22T14:00:00+09:00',
      },
      cash_receipt: { kind: 'income_deduction', number: '***-4321' },
    },
  ])
  expect(ticket.deposits.map(({ amount, depositor }) => [amount, depositor])).toEqual([
    [30_000, '박영희'],
    [50_000, '박영희'],
  ])
  expect(JSON.stringify(ticket)).not.toContain('87654321')
})

test('refunds stand with the amounts that were decided; only those that were made count', async () => {
  const { orderNo } = (await seedTicket(api, { stage: 'paid' })).data
  const id = await orderId(orderNo)
  const refund = (key: string, amount: number, state: string) => ({
    order_id: id,
    idempotency_key: `${orderNo}:${key}`,
    kind: 'refund',
    amount,
    state,
    settled_at: state === 'pending' ? null : new Date(),
  })
  await api.database
    .insertInto('payment_ledger')
    .values([refund('a', 15_000, 'settled'), refund('b', 9_000, 'failed'), refund('c', 7_000, 'pending')])
    .execute()
  const { refunded, refunds } = await read<TicketDetail>(`/api/tickets/${orderNo}`)
  expect(refunded).toBe(15_000)
  expect(refunds.map(({ amount, state }) => [amount, state])).toEqual([
    [15_000, 'settled'],
    [9_000, 'failed'],
    [7_000, 'pending'],
  ])
})

test('what a wrong text would give back follows the policy of the order’s own time', async () => {
  const orderNo = nextOrderNo()
  const then = { ...api.settings, order: { ...api.settings.order, typoRefundWon: 12_000 } }
  const { data } = await seedTicket({ ...api, settings: then }, { stage: 'issue', orderNo })
  const path = `/api/issues/${data.issue?.id}`
  expect((await read<IssueDetail>(path)).amounts).toEqual({ all: 80_000, part: 12_000 })
  // Orders of before that was kept go by today's.
  await api.database
    .updateTable('orders')
    .set({ part_refund: null })
    .where('order_no', '=', orderNo)
    .execute()
  expect((await read<IssueDetail>(path)).amounts).toEqual({
    all: 80_000,
    part: api.settings.order.typoRefundWon ?? 20_000,
  })
})
