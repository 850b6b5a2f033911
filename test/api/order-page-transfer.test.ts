/** Paying by transfer on the page behind the link in a customer's texts. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ApiProblem } from '../../api/problems.ts'
import { decryptText } from '../../db/encryption.ts'
import type { OrderNo } from '../../domain/ids.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { DAY_MS, OrderPageVisit } from './order-page-visit.ts'
import { ScriptedTickets } from './scripted-tickets.ts'
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
    const { orderNo, path } = await visit.seed('awaiting_payment')
    tickets.results.set('openVirtualAccount', { status: 'ready', account })
    const form = { bank: '88', receipt: 'income_deduction', receipt_number: '010-1234-5678' }
    const response = await visit.post(`${path}/account`, form)
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
    const { path } = await visit.seed('awaiting_payment')
    const form = { bank: '06', receipt: 'business_expense', receipt_number: '1234567890' }
    const response = await visit.post(`${path}/account`, form)
    expect(response.status).toBe(422)
    expect(await response.text()).toContain('현금영수증 번호가 올바르지 않습니다')
    expect(tickets.asked).toEqual([])
  })

  test('shows the open account first, and card payment still', async () => {
    const { orderNo, path } = await visit.seed('awaiting_payment')
    await openAccount(orderNo, 'WAITING_FOR_DEPOSIT')
    const { text } = await visit.open(path)
    expect(text).toContain('KB국민은행 70012345678901')
    expect(text).toContain('data-copy="70012345678901"')
    expect(text).toContain('카드로 결제하기')
    expect(text).not.toContain('입금 계좌 받기')
  })

  test('shows no account that has expired', async () => {
    const { orderNo, path } = await visit.seed('awaiting_payment')
    await openAccount(orderNo, 'EXPIRED')
    expect((await visit.open(path)).text).toContain('입금 계좌 받기')
  })

  test('takes the account for a refund when one is asked for', async () => {
    const { orderNo, path } = await visit.seed('awaiting_payment')
    expect((await visit.open(path)).text).not.toContain('환불받으실 계좌')
    await api.database
      .updateTable('tickets')
      .set({ actions: ['set_refund_account'] })
      .where('workflow_id', '=', `ticket-${orderNo}`)
      .execute()
    expect((await visit.open(path)).text).toContain('환불받으실 계좌')
    const bad = await visit.post(`${path}/refund-account`, {
      bank: '06',
      account_number: 'abc',
      holder: '김철수',
    })
    expect(bad.status).toBe(422)
    await visit.post(`${path}/refund-account`, {
      bank: '06',
      account_number: '123-456-789012',
      holder: '김철수',
    })
    expect(tickets.asked).toMatchObject([
      {
        orderNo,
        name: 'setRefundAccount',
        input: { bankCode: '06', accountNumber: '123456789012', holder: '김철수', actor: 'customer' },
      },
    ])
  })

  test('says that an order is being called off, and takes no account that nobody asked for', async () => {
    const { orderNo, path } = await visit.seed('paid')
    await api.database
      .updateTable('tickets')
      .set({ actions: ['retry_step'] })
      .where('workflow_id', '=', `ticket-${orderNo}`)
      .execute()
    expect((await visit.open(path)).text).toContain('주문을 취소하고 있습니다')
    const asked = tickets.asked.length
    const answer = await visit.post(`${path}/refund-account`, {
      bank: '06',
      account_number: '123-456-789012',
      holder: '남의 이름',
    })
    expect(answer.status).toBe(303)
    expect(tickets.asked).toHaveLength(asked)
  })

  test('takes the account also once the order has ended, as long as money waits for it, and only the first', async () => {
    const { orderNo, path } = await visit.seed('cancelled')
    expect((await visit.open(path)).text).not.toContain('환불받으실 계좌')
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
    expect((await visit.open(path)).text).toContain('환불받으실 계좌')
    tickets.refusals.set(orderNo, new ApiProblem('refused', 'closed', { code: 'closed' }))
    const account = { bank: '06', account_number: '123-456-789012', holder: '김철수' }
    await visit.post(`${path}/refund-account`, account)
    await visit.post(`${path}/refund-account`, { ...account, holder: '남의 이름' })
    expect((await visit.open(path)).text).not.toContain('환불받으실 계좌')
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
