import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { VendorList, VendorView } from '../../api/schemas/vendors.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { nextOrderNo, seedTicket } from './seed.ts'
import { createTestApi, type TestApi } from './test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi(await createTestDatabase())
})
afterAll(() => api?.close())
beforeEach(async () => {
  await api.database.deleteFrom('deliveries').execute()
  await api.database.deleteFrom('purchase_orders').execute()
  await api.database.deleteFrom('vendors').execute()
})

const ask = (method: string, path: string, json?: unknown) =>
  api.ask(method, path, { cookie: api.cookies.admin, ...(json === undefined ? {} : { json }) })
async function vendors(): Promise<readonly VendorView[]> {
  const answer = (await (await ask('GET', '/api/vendors')).json()) as { vendors: VendorView[] }
  return answer.vendors
}
const first = async () => (await vendors())[0] as VendorView

test('the first vendor comes from the settings', async () => {
  expect(await vendors()).toMatchObject([
    {
      name: '화환 외주업체',
      methods: ['api', 'browser', 'phone'],
      phone: '0318887777',
      cost: 40_000,
      active: true,
      is_default: true,
    },
  ])
})

test('the owner changes the order of the ways, the phone and the price', async () => {
  const { id } = await first()
  const change = { methods: ['phone', 'browser'], phone: '031-222-3333', cost: 42_000 }
  const response = await ask('PATCH', `/api/vendors/${id}`, change)
  expect(response.status).toBe(200)
  expect(await vendors()).toMatchObject([{ ...change, phone: '0312223333' }])
})

test('an agent neither sees nor changes vendors', async () => {
  const { id } = await first()
  const asAgent = { cookie: api.cookies.agent }
  expect((await api.ask('GET', '/api/vendors', asAgent)).status).toBe(403)
  const change = { ...asAgent, json: { cost: 1 } }
  expect((await api.ask('PATCH', `/api/vendors/${id}`, change)).status).toBe(403)
})

test.each([
  ['no way at all', { methods: [] }, 422],
  ['a way twice', { methods: ['api', 'api'] }, 422],
  ['a way that is none', { methods: ['fax'] }, 422],
  ['a number that is none', { phone: '12' }, 422],
  ['a price of nothing', { cost: 0 }, 422],
  ['a phone call without a number', { methods: ['phone'], phone: null }, 409],
  ['to switch off who gets new orders', { active: false }, 409],
])('refuses %s', async (_what, change, status) => {
  const { id } = await first()
  expect((await ask('PATCH', `/api/vendors/${id}`, change)).status).toBe(status)
  expect(await vendors()).toMatchObject([{ methods: ['api', 'browser', 'phone'], active: true }])
})

test('a second vendor gets new orders once it is made the default', async () => {
  const { id } = await first()
  const added = await ask('POST', '/api/vendors', { name: '한마음 플라워', methods: ['api'], cost: 39_000 })
  expect(added.status).toBe(201)
  const { id: second } = (await added.json()) as VendorView
  expect((await vendors()).map((vendor) => vendor.is_default)).toEqual([true, false])
  expect((await ask('PATCH', `/api/vendors/${second}`, { is_default: true })).status).toBe(200)
  expect(await vendors()).toMatchObject([
    { id: second, is_default: true },
    { id, is_default: false },
  ])
  expect((await ask('PATCH', `/api/vendors/${id}`, { active: false })).status).toBe(200)
  expect((await ask('PATCH', `/api/vendors/${id}`, { is_default: true })).status).toBe(409)
})

test('two vendors have two names, and nobody changes one that is not there', async () => {
  const { name } = await first()
  expect((await ask('POST', '/api/vendors', { name, methods: ['api'], cost: 1 })).status).toBe(409)
  expect((await ask('PATCH', '/api/vendors/999999', { cost: 1 })).status).toBe(404)
})

test.each([
  ['a name that is taken', { name: '둘째 업체' }, 'vendor_name_taken', 'body.name'],
  ['a call without a number', { phone: null }, 'vendor_without_phone', 'body.phone'],
  ['to be switched off as the default', { active: false }, 'vendor_is_default', 'body.active'],
])('says at which field it refuses %s', async (_what, change, code, path) => {
  const { id } = await first()
  await ask('POST', '/api/vendors', { name: '둘째 업체', methods: ['api'], cost: 39_000 })
  const response = await ask('PATCH', `/api/vendors/${id}`, change)
  expect(response.status).toBe(409)
  expect(await response.json()).toMatchObject({ code, errors: [{ path }] })
})

test('how each vendor did in the last 30 days stands beside it', async () => {
  const { id } = await first()
  const day = (days: number) => new Date(Date.now() - days * 86_400_000)
  const place = async (row: {
    status: string
    method?: 'api' | 'browser' | 'phone'
    requested_at: Date
    delivered?: boolean
    outAt?: readonly Date[]
  }) => {
    const orderNo = nextOrderNo()
    await seedTicket(api, { stage: 'paid', orderNo })
    const ticket = await api.database
      .selectFrom('tickets')
      .innerJoin('orders', 'orders.id', 'tickets.order_id')
      .where('orders.order_no', '=', orderNo)
      .select(['tickets.id', 'tickets.order_id'])
      .executeTakeFirstOrThrow()
    const { status, method = null, requested_at } = row
    const { id: placed } = await api.database
      .insertInto('purchase_orders')
      .values({
        order_id: ticket.order_id,
        reference: `${orderNo}-1`,
        vendor: 'erp',
        vendor_id: id,
        cost: 40_000,
        status,
        method,
        requested_at,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    if (row.delivered)
      await api.database
        .insertInto('deliveries')
        .values({
          order_id: ticket.order_id,
          purchase_order_id: placed,
          status: '완료',
          delivered_at: requested_at,
        })
        .execute()
    for (const [index, at] of (row.outAt ?? []).entries())
      await api.database
        .insertInto('ticket_events')
        .values({
          ticket_id: ticket.id,
          seq: 900 + index,
          at,
          actor: 'system',
          kind: 'vendor_out',
          data: '{}',
        })
        .execute()
    return { ...ticket, orderNo }
  }
  await place({ status: '완료', method: 'api', requested_at: day(2), delivered: true })
  await place({ status: '접수', method: 'phone', requested_at: day(3), outAt: [day(2.9), day(2.8)] })
  await place({ status: 'refused', requested_at: day(4) })
  await place({ status: '완료', method: 'api', requested_at: day(31), delivered: true })
  // The second order of a ticket waited, its first one did not.
  const { order_id, orderNo } = await place({
    status: '취소',
    method: 'api',
    requested_at: day(5),
    outAt: [day(4)],
  })
  await api.database
    .insertInto('purchase_orders')
    .values({
      order_id,
      reference: `${orderNo}-2`,
      vendor: 'erp',
      vendor_id: id,
      cost: 40_000,
      status: 'requested',
      requested_at: day(4.5),
    })
    .execute()
  const answer = (await (await ask('GET', '/api/vendors')).json()) as VendorList
  expect(answer.vendors).toMatchObject([
    {
      id,
      last_30_days: { orders: 5, refused: 1, out: 2, delivered: 1, ways: { api: 2, browser: 0, phone: 1 } },
    },
  ])
})
