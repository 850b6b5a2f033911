/** Deposits, money to return and reconciliations through the API; tickets are scripted, the tables are real. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ApiProblem } from '../../api/problems.ts'
import type {
  DepositList,
  DepositView,
  MoneyToReturnList,
  ReconciliationView,
} from '../../api/schemas/payments.ts'
import { keepDeposits } from '../../db/queries/bank-deposits.ts'
import { beginRun, endRun } from '../../db/queries/reconciliation.ts'
import type { OrderNo } from '../../domain/ids.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { ScriptedTickets } from './scripted-tickets.ts'
import { project, seedTicket } from './seed.ts'
import { createTestApi, type TestApi } from './test-api.ts'

const tickets = new ScriptedTickets()
const reconciled: string[] = []
const told: number[] = []
let api: TestApi
let count = 0

beforeAll(async () => {
  api = await createTestApi(await createTestDatabase(), {
    tickets,
    money: {
      reconcile: async (by) => {
        reconciled.push(by)
      },
      tellOfReturn: async (id) => {
        told.push(id)
      },
    },
  })
})
afterAll(() => api.close())
beforeEach(async () => {
  tickets.asked.length = 0
  told.length = 0
  tickets.refusals.clear()
  await api.database.deleteFrom('bank_deposits').execute()
})

const get = async <Answer>(path: string, cookie = api.cookies.agent): Promise<Answer> =>
  (await (await api.ask('GET', path, { cookie })).json()) as Answer
const post = (path: string, json: unknown, cookie = api.cookies.admin) =>
  api.ask('POST', path, { cookie, json })

async function deposit(depositor: string, amountWon = 80_000): Promise<number> {
  count += 1
  const bankId = `T${count}`
  const at = koreanIso(Date.now())
  await keepDeposits(
    api.database,
    api.settings.dataKey,
    [{ bankId, receivedAt: at, amountWon, depositor, memo: '화환' }],
    bankId,
  )
  const row = await api.database
    .selectFrom('bank_deposits')
    .select('id')
    .where('bank_id', '=', bankId)
    .executeTakeFirstOrThrow()
  return row.id
}
const waiting = async (orderer = '이순신'): Promise<OrderNo> =>
  (await seedTicket(api, { stage: 'awaiting_payment', fields: { orderer } })).data.orderNo
const open = async (): Promise<readonly DepositView[]> =>
  (await get<DepositList>('/api/payments/deposits')).deposits

describe('deposits that wait', () => {
  test('are listed with the orders they may belong to, and why', async () => {
    const orderNo = await waiting('강감찬')
    await deposit('강감천')
    const [shown] = await open()
    expect(shown).toMatchObject({ depositor: '강감천', amount: 80_000, memo: '화환', status: 'waiting' })
    expect(shown?.suggestions[0]).toMatchObject({
      order_no: orderNo,
      orderer: '강감찬',
      missing: 80_000,
      open: true,
      reasons: ['amount_exact', 'name_alike'],
    })
  })

  test('are given to an order with one request: the order is told, the row settled, once', async () => {
    const orderNo = await waiting()
    const id = await deposit('거북선')
    const response = await post(
      `/api/payments/deposits/${id}/match`,
      { order_no: orderNo },
      api.cookies.agent,
    )
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      status: 'matched',
      order_no: orderNo,
      settled_by: 'agent@example.com',
    })
    expect(tickets.asked).toMatchObject([
      { name: 'depositReceived', orderNo, input: { amountWon: 80_000, actor: 'agent@example.com' } },
    ])
    expect((await post(`/api/payments/deposits/${id}/match`, { order_no: orderNo })).status).toBe(409)
    expect(await open()).toEqual([])
    const settled = await get<DepositList>('/api/payments/deposits?state=settled')
    expect(settled.deposits).toMatchObject([{ id, status: 'matched' }])
  })

  test('wait again when the order would not take them', async () => {
    const orderNo = await waiting()
    const id = await deposit('거북선')
    tickets.refusals.set(orderNo, new ApiProblem('refused', 'This order is closed.', { code: 'closed' }))
    const response = await post(`/api/payments/deposits/${id}/match`, { order_no: orderNo })
    expect(response.status).toBe(409)
    expect(await response.json()).toMatchObject({ code: 'closed' })
    expect(await open()).toMatchObject([{ id, status: 'waiting', order_no: null }])
  })

  test('are settled by the owner alone as returned or ignored, with a note', async () => {
    const id = await deposit('거북선')
    const body = { status: 'returned', note: '이체 확인 20261121-7' }
    expect((await post(`/api/payments/deposits/${id}/settle`, body, api.cookies.agent)).status).toBe(403)
    expect((await post(`/api/payments/deposits/${id}/settle`, { ...body, note: '' })).status).toBe(422)
    const response = await post(`/api/payments/deposits/${id}/settle`, body)
    expect(await response.json()).toMatchObject({ status: 'returned', note: body.note })
    expect((await post(`/api/payments/deposits/${id}/settle`, body)).status).toBe(409)
    expect((await post('/api/payments/deposits/999999/settle', body)).status).toBe(404)
  })

  test('come in pages that miss none and repeat none', async () => {
    const ids: number[] = []
    for (let i = 0; i < 5; i++) ids.push(await deposit(`누구${i}`))
    const seen: number[] = []
    let cursor: string | null = null
    do {
      const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const page: DepositList = await get(`/api/payments/deposits?limit=2${query}`)
      seen.push(...page.deposits.map(({ id }) => id))
      cursor = page.next_cursor
    } while (cursor !== null)
    expect(seen).toEqual(ids)
    expect(
      (await api.ask('GET', '/api/payments/deposits?cursor=x', { cookie: api.cookies.agent })).status,
    ).toBe(422)
  })
})

describe('money to return', () => {
  /** An order that was paid twice by transfer, its second deposit to be returned. */
  async function twice() {
    const ticket = await seedTicket(api, { stage: 'awaiting_payment', fields: { orderer: '장영실' } })
    const deed = { actor: 'system', at: koreanIso(Date.now()) }
    const paid = ticket
      .depositReceived({ ...deed, deposit: { id: `x${count}`, amountWon: 80_000, receivedAt: deed.at } })
      .depositsTaken(deed)
      .depositReceived({ ...deed, deposit: { id: `y${count}`, amountWon: 80_000, receivedAt: deed.at } })
      .refundAccountSet({
        ...deed,
        account: { bankCode: '88', accountNumber: '110123456789', holder: '장영실' },
      })
    count += 1
    await project(api, paid)
    return paid.data.orderNo
  }
  const listed = async () => (await get<MoneyToReturnList>('/api/payments/returns')).returns

  test('is listed with where to, masked; the whole account is shown for a reason that is kept', async () => {
    const orderNo = await twice()
    const due = (await listed()).find(({ order_no }) => order_no === orderNo)
    expect(due).toMatchObject({
      amount: 80_000,
      source: 'bank_transfer',
      reason: 'paid_twice',
      account: '신한은행 ****6789',
      status: 'open',
    })
    const path = `/api/payments/returns/${due?.id}/account`
    expect((await post(path, { reason: '환불 송금' }, api.cookies.agent)).status).toBe(403)
    const response = await post(path, { reason: '환불 송금' })
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual({
      bank_code: '88',
      account_number: '110123456789',
      holder: '장영실',
    })
    const audit = await api.database
      .selectFrom('audit_entries')
      .selectAll()
      .where('action', '=', 'reveal_refund_account')
      .execute()
    expect(audit).toMatchObject([{ reason: '환불 송금', actor: 'owner@example.com' }])
  })

  test('is settled once, with evidence, and its order hears of it', async () => {
    const orderNo = await twice()
    const due = (await listed()).find(({ order_no }) => order_no === orderNo)
    const path = `/api/payments/returns/${due?.id}/returned`
    const body = { note: '이체 확인 7' }
    expect((await post(path, body, api.cookies.agent)).status).toBe(403)
    expect(await (await post(path, body)).json()).toMatchObject({ status: 'returned', note: body.note })
    expect(tickets.asked).toMatchObject([{ name: 'moneyReturned', orderNo }])
    expect((await post(path, body)).status).toBe(409)
    // The customer hears of it once.
    expect(told).toEqual([due?.id])
  })

  test('that is the order’s own refund goes on with the order, which tells its customer itself', async () => {
    const ticket = await seedTicket(api, { stage: 'awaiting_payment' })
    const deed = { actor: 'system', at: koreanIso(Date.now()) }
    count += 1
    const off = ticket
      .depositReceived({ ...deed, deposit: { id: `z${count}`, amountWon: 80_000, receivedAt: deed.at } })
      .depositsTaken(deed)
      .cancel({ ...deed, cause: 'requested', reason: '고객 요청' })
    await project(api, off)
    const { orderNo } = ticket.data
    const due = (await listed()).find(({ order_no }) => order_no === orderNo)
    expect(due).toMatchObject({ amount: 80_000, reason: 'order_closed', account: null })
    expect((await post(`/api/payments/returns/${due?.id}/returned`, { note: '이체 확인 9' })).status).toBe(
      200,
    )
    expect(tickets.asked).toMatchObject([
      { name: 'moneyReturned', input: { key: `refund:${orderNo}`, note: '이체 확인 9' } },
    ])
    expect(told).toEqual([])
  })

  test('of an order that has ended is settled all the same; one that returns it itself refuses', async () => {
    const ended = await twice()
    tickets.refusals.set(ended, new ApiProblem('refused', 'closed', { code: 'closed' }))
    const busy = await twice()
    tickets.refusals.set(busy, new ApiProblem('refused', 'by itself', { code: 'not_allowed_now' }))
    const idOf = async (orderNo: OrderNo) => (await listed()).find(({ order_no }) => order_no === orderNo)?.id
    const note = { note: '이체 확인 8' }
    expect((await post(`/api/payments/returns/${await idOf(ended)}/returned`, note)).status).toBe(200)
    const id = await idOf(busy)
    expect((await post(`/api/payments/returns/${id}/returned`, note)).status).toBe(409)
    expect(await idOf(busy)).toBe(id)
  })
})

describe('reconciliation', () => {
  test('tells its runs, what they found and what waits', async () => {
    const orderNo = await waiting()
    const run = await beginRun(api.database, 'run-1', 'system')
    const finding = { kind: 'silent_payment', order_no: orderNo, payment_key: 'pk', amount: 80_000 } as const
    await endRun(api.database, run, { checked: 3, findings: [finding], error: null })
    await deposit('거북선')
    const view = await get<ReconciliationView>('/api/payments/reconciliation')
    expect(view.runs[0]).toMatchObject({ checked: 3, findings: [finding], error: null })
    expect(view.open_deposits).toBe(1)
    expect(view.bank?.error).toBeNull()
  })

  test('begins when a person asks', async () => {
    expect(
      (await api.ask('POST', '/api/payments/reconciliation', { cookie: api.cookies.agent })).status,
    ).toBe(202)
    expect(reconciled).toEqual(['agent@example.com'])
  })
})
