/** Doors in turn, calls that are noted, and the vendors they belong to: against the practice ERP and real tables. */
import { MockActivityEnvironment } from '@temporalio/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { TryVendorInput, VendorCallInput } from '../../../activities/activity-types.ts'
import { addVendor, listVendors, updateVendor, vendorSeed } from '../../../db/queries/vendors.ts'
import { makeCallId } from '../../../domain/ids.ts'
import type { VendorCallResult } from '../../../domain/outbound-call.ts'
import type { VendorMethod } from '../../../domain/vendor.ts'
import { ORDER } from '../../domain/order-fixture.ts'
import { createTestDatabase } from '../../support/postgres.ts'
import { projectOrder, startOutside, type TestOutside } from '../fixture.ts'

const BROWSER_LIMIT_MS = 60_000

let outside: TestOutside
beforeAll(async () => {
  outside = await startOutside(createTestDatabase)
})
afterAll(() => outside?.stop())
beforeEach(() => methods('api', 'browser', 'phone'))
afterEach(() => outside.faults.remove())

const keys = () => outside.settings.dataKey
const vendors = () => listVendors(outside.db, keys(), vendorSeed(outside.settings))
async function methods(...wanted: VendorMethod[]): Promise<void> {
  const [first] = await vendors()
  await updateVendor(outside.db, keys(), first?.id ?? 0, { methods: wanted, costWon: 40_000, active: true })
}

async function purchase(change: Partial<TryVendorInput> = {}): Promise<TryVendorInput> {
  const orderNo = await projectOrder(outside.db, outside.settings)
  return { orderNo, reference: `${orderNo}-1`, order: ORDER, attempts: 1, ...change }
}
/** @param attempt counted from 1. */
function inActivity<Result>(act: () => Promise<Result>, attempt = 1): Promise<Result> {
  return new MockActivityEnvironment({ attempt }).run<[], Result, typeof act>(act)
}
const tryVendor = (input: TryVendorInput, attempt = 1) =>
  inActivity(() => outside.vendor.tryVendor(input), attempt)
const row = (reference: string) =>
  outside.db
    .selectFrom('purchase_orders')
    .selectAll()
    .where('reference', '=', reference)
    .executeTakeFirstOrThrow()
const atVendor = async (reference: string) => {
  const { orders } = await outside.json<{ orders: { reference: string; order_id: string; price: number }[] }>(
    '/world/api/vendor-orders',
  )
  return orders.filter((order) => order.reference === reference)
}

test('the first vendor comes from the settings; who calls for one gets it with number and price', async () => {
  const [first, ...others] = await vendors()
  expect(others).toEqual([])
  expect(first).toMatchObject({
    name: '화환 외주업체',
    phone: '0318887777',
    costWon: 40_000,
    isDefault: true,
  })
  const stored = await outside.db.selectFrom('vendors').selectAll().executeTakeFirstOrThrow()
  expect(stored.phone).not.toContain('0318887777')
  expect(await outside.vendor.chooseVendor({ reference: 'x' })).toMatchObject({
    id: first?.id,
    methods: ['api', 'browser', 'phone'],
  })
})

test('an order goes to the vendor at its price, by the way it prefers', {
  timeout: BROWSER_LIMIT_MS,
}, async () => {
  const [first] = await vendors()
  await updateVendor(outside.db, keys(), first?.id ?? 0, { methods: ['browser', 'api'], costWon: 43_000 })
  const input = await purchase()
  const { vendor, outcome } = await tryVendor(input)
  expect(outcome).toMatchObject({ status: 'placed', found: false, method: 'browser' })
  expect(vendor.costWon).toBe(43_000)
  expect(await atVendor(input.reference)).toMatchObject([{ price: 43_000 }])
  expect(await row(input.reference)).toMatchObject({
    vendor_id: vendor.id,
    method: 'browser',
    cost: 43_000,
    evidence: [{ kind: 'picture', key: expect.stringMatching(/\.png$/) }],
  })
})

test('an API whose answer is lost: the web pages find the order', { timeout: BROWSER_LIMIT_MS }, async () => {
  outside.faults.add({ service: 'vendor_erp', kind: 'drop', operation: 'create_order', times: 1 })
  const input = await purchase()
  const { outcome } = await tryVendor(input)
  expect(outcome).toMatchObject({ status: 'placed', found: true })
  expect(await atVendor(input.reference)).toHaveLength(1)
})

test('what it costs is what the try that came through told the vendor', async () => {
  await methods('api')
  const [first] = await vendors()
  const price = (costWon: number) => updateVendor(outside.db, keys(), first?.id ?? 0, { costWon })
  const input = await purchase()
  outside.faults.add({
    service: 'vendor_erp',
    kind: 'refuse',
    operation: 'create_order',
    status: 503,
    times: 1,
  })
  expect((await tryVendor(input)).outcome.status).toBe('out')
  await price(41_000)
  outside.faults.add({ service: 'vendor_erp', kind: 'drop', operation: 'create_order', times: 1 })
  expect((await tryVendor(input)).outcome.status).toBe('out')
  await price(45_000)
  expect((await tryVendor(input)).outcome).toMatchObject({ status: 'placed', found: true })
  expect(await atVendor(input.reference)).toMatchObject([{ price: 41_000 }])
  expect((await row(input.reference)).cost).toBe(41_000)
})

test('doors that a vendor likes less than a call are left for after it', async () => {
  await methods('phone', 'api')
  const input = await purchase()
  expect((await tryVendor(input)).outcome).toEqual({ status: 'out', failures: [], stop: false })
  expect(await atVendor(input.reference)).toEqual([])
  expect((await tryVendor({ ...input, doors: ['api'] })).outcome.status).toBe('placed')
})

test('out everywhere: an attempt that is not the last waits for the next, the last one tells', {
  timeout: BROWSER_LIMIT_MS,
}, async () => {
  outside.faults.add({ service: 'vendor_erp', kind: 'refuse', status: 503 })
  const input = await purchase({ attempts: 3 })
  await expect(tryVendor(input, 1)).rejects.toMatchObject({ type: 'VendorStillOut', nonRetryable: false })
  const { outcome } = await tryVendor(input, 3)
  expect(outcome).toMatchObject({
    status: 'out',
    failures: [
      { method: 'api', mayPass: true },
      { method: 'browser', mayPass: true },
    ],
  })
})

test('a changed page does not wait for another attempt, and its picture comes along', {
  timeout: BROWSER_LIMIT_MS,
}, async () => {
  await methods('browser')
  const layout = (changed: boolean) =>
    outside.json('/world/api/vendor-erp/layout', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ changed }),
    })
  await layout(true)
  const { outcome } = await tryVendor(await purchase({ attempts: 9 }))
  await layout(false)
  expect(outcome).toMatchObject({
    status: 'out',
    failures: [{ code: 'LAYOUT_CHANGED', mayPass: false, pictures: [expect.stringMatching(/\.png$/)] }],
  })
})

test('an order stays with the vendor that was tried, whoever gets new ones', async () => {
  outside.faults.add({ service: 'vendor_erp', kind: 'refuse', status: 503 })
  const input = await purchase({ doors: ['api'] })
  await tryVendor(input)
  outside.faults.remove()
  const other = await addVendor(outside.db, keys(), {
    name: '둘째 업체',
    methods: ['api'],
    phone: null,
    costWon: 39_000,
    active: true,
    isDefault: true,
  })
  expect((await outside.vendor.chooseVendor({ reference: input.reference })).id).not.toBe(other.id)
  expect((await outside.vendor.chooseVendor({ reference: 'new' })).id).toBe(other.id)
  const [, first] = await vendors()
  await updateVendor(outside.db, keys(), first?.id ?? 0, { isDefault: true })
})

describe('a call to the vendor', () => {
  const placed: VendorCallResult = {
    status: 'placed',
    found: false,
    erpOrderId: 'B261121-0042',
    vendorStatus: null,
    words: '접수번호는 B261121-0042입니다',
  }
  async function called(
    result: VendorCallResult | null,
    change: Partial<VendorCallInput> = {},
  ): Promise<VendorCallInput> {
    const { orderNo, reference } = await purchase()
    const vendor = await outside.vendor.chooseVendor({ reference })
    const call = { outcome: 'completed_by_us', answered: true, result } as const
    return { task: 'place', orderNo, reference, vendor, callId: makeCallId('0a1b2c3d4e5f'), call, ...change }
  }
  const record = (input: VendorCallInput) => inActivity(() => outside.vendor.recordVendorCall(input))

  test('counts as it was said while no door answers', { timeout: BROWSER_LIMIT_MS }, async () => {
    outside.faults.add({ service: 'vendor_erp', kind: 'refuse', status: 503 })
    const input = await called(placed)
    expect(await record(input)).toEqual({
      status: 'placed',
      erpOrderId: 'B261121-0042',
      found: false,
      method: 'phone',
    })
    expect(await row(input.reference)).toMatchObject({
      erp_order_id: 'B261121-0042',
      method: 'phone',
      evidence: [{ kind: 'call', callId: 'call-0a1b2c3d4e5f' }],
    })
  })

  test('is corrected by what a door shows', async () => {
    await methods('phone', 'api')
    const input = await called(placed)
    const written = await outside.json<{ order_id: string }>('/world/api/vendor-orders', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ reference: input.reference, hall: '서울아산병원' }),
    })
    expect(await record(input)).toMatchObject({ status: 'placed', erpOrderId: written.order_id })
  })

  test('that broke off after the clerk had written is found out', async () => {
    await methods('phone', 'api')
    const input = await called(null)
    await outside.json('/world/api/vendor-orders', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ reference: input.reference }),
    })
    expect(await record(input)).toMatchObject({ status: 'placed' })
  })

  test('without an answer, or without a clear one, is another way that did not serve', async () => {
    await methods('phone')
    const busy = await called(null, { call: { outcome: 'busy', answered: false, result: null } })
    expect(await record(busy)).toMatchObject({
      status: 'out',
      failures: [{ method: 'phone', code: 'BUSY', mayPass: true }],
    })
    const unclear = await called({ ...placed, status: 'unclear', erpOrderId: null })
    expect(await record(unclear)).toMatchObject({ status: 'out', failures: [{ code: 'UNCLEAR' }] })
  })

  test('that told the number of another order is not certain, whether a door shows that one or not', async () => {
    await methods('phone')
    const number = 'B261121-0077'
    const first = await called({ ...placed, erpOrderId: number })
    expect(await record(first)).toMatchObject({ status: 'placed' })
    const second = await called({ ...placed, erpOrderId: number, found: true })
    expect(await record(second)).toMatchObject({ status: 'out', failures: [{ code: 'UNCLEAR' }] })
    expect((await row(second.reference)).erp_order_id).toBeNull()

    await methods('phone', 'api')
    const written = await outside.json<{ order_id: string }>('/world/api/vendor-orders', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ reference: 'misheard-1' }),
    })
    const misheard = { ...placed, erpOrderId: written.order_id }
    const third = await called(misheard)
    expect(await record(third)).toMatchObject({ status: 'placed', erpOrderId: written.order_id })
    expect(await record(await called(misheard))).toMatchObject({ status: 'out' })
  })

  test('ends with a no in the words of the vendor', async () => {
    await methods('phone')
    const input = await called({
      ...placed,
      status: 'refused',
      erpOrderId: null,
      words: '거기는 배송 안 합니다',
    })
    expect(await record(input)).toEqual({
      status: 'refused',
      code: 'REFUSED_BY_PHONE',
      reason: '거기는 배송 안 합니다',
    })
    expect((await row(input.reference)).status).toBe('refused')
  })

  test('about an edit or a cancellation says whether it was done', async () => {
    await methods('phone')
    const edit = await called({ ...placed, status: 'changed' }, { task: 'edit' })
    expect(await record(edit)).toEqual({ status: 'changed' })
    const cancel = await called({ ...placed, status: 'cancelled' }, { task: 'cancel' })
    expect(await record(cancel)).toEqual({ status: 'cancelled' })
    expect((await row(cancel.reference)).status).toBe('취소')
    const beside = await called({ ...placed, status: 'placed' }, { task: 'cancel' })
    expect(await record(beside)).toMatchObject({ status: 'out' })
  })
})
