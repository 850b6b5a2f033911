import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ApplicationFailure } from '@temporalio/common'
import { MockActivityEnvironment } from '@temporalio/testing'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type {
  DeliveryReport,
  FollowDeliveryInput,
  PurchaseOrderInput,
} from '../../../activities/activity-types.ts'
import { createVendorActivities } from '../../../activities/vendor/activities.ts'
import { createApiDoor } from '../../../activities/vendor/api-door.ts'
import { VendorErpClient } from '../../../activities/vendor/erp-client.ts'
import { ORDER } from '../../domain/order-fixture.ts'
import { createTestDatabase } from '../../support/postgres.ts'
import { projectOrder, startOutside, type TestOutside } from '../fixture.ts'

let outside: TestOutside
beforeAll(async () => {
  outside = await startOutside(createTestDatabase)
})
afterAll(() => outside?.stop())
afterEach(() => outside.faults.remove())

async function purchase(change: Partial<PurchaseOrderInput['order']> = {}): Promise<PurchaseOrderInput> {
  const orderNo = await projectOrder(outside.db, outside.settings)
  return { orderNo, reference: `${orderNo}-1`, order: { ...ORDER, ...change }, priceWon: 40_000 }
}

async function placed(input: PurchaseOrderInput): Promise<FollowDeliveryInput> {
  const result = await outside.vendor.placePurchaseOrder(input)
  if (result.status !== 'placed') throw new Error(result.reason)
  const { orderNo, reference } = input
  return { orderNo, reference, erpOrderId: result.erpOrderId, knownStatus: null, maxOutages: 3 }
}

const row = (reference: string) =>
  outside.db
    .selectFrom('purchase_orders')
    .selectAll()
    .where('reference', '=', reference)
    .executeTakeFirstOrThrow()
const atVendor = async (reference: string) => {
  const { orders } = await outside.json<{ orders: { reference: string }[] }>('/world/api/vendor-orders')
  return orders.filter((order) => order.reference === reference)
}
const advance = (erpOrderId: string | null) =>
  outside.json(`/world/api/vendor-orders/${erpOrderId}/advance`, { method: 'POST' })
const follow = (input: FollowDeliveryInput, heartbeatDetails?: unknown) =>
  inActivity(() => outside.vendor.followDelivery(input), heartbeatDetails)
async function poll(input: FollowDeliveryInput, heartbeatDetails?: unknown): Promise<DeliveryReport> {
  const report = await follow(input, heartbeatDetails)
  if ('askByPhone' in report) throw new Error('the vendor has no door')
  return report
}
/** @param heartbeatDetails of the attempt before. */
function inActivity<Result>(act: () => Promise<Result>, heartbeatDetails?: unknown): Promise<Result> {
  const env = new MockActivityEnvironment(heartbeatDetails === undefined ? {} : { heartbeatDetails })
  return env.run<[], Result, typeof act>(act)
}

test('a purchase order is placed once, however often it is tried', async () => {
  const input = await purchase()
  const first = await outside.vendor.placePurchaseOrder(input)
  const again = await outside.vendor.placePurchaseOrder(input)
  expect(first).toMatchObject({ status: 'placed', found: false, method: 'api' })
  expect(again).toMatchObject({ status: 'placed', found: true })
  expect(await atVendor(input.reference)).toHaveLength(1)
  expect(await row(input.reference)).toMatchObject({ status: '접수', error: null })
})

test('an answer that got lost is found by its reference', async () => {
  const input = await purchase()
  outside.faults.add({ service: 'vendor_erp', kind: 'drop', operation: 'create_order', times: 1 })
  await expect(outside.vendor.placePurchaseOrder(input)).rejects.toMatchObject({ nonRetryable: false })
  expect((await row(input.reference)).status).toBe('requested')
  expect(await outside.vendor.placePurchaseOrder(input)).toMatchObject({ status: 'placed', found: true })
  expect(await atVendor(input.reference)).toHaveLength(1)
})

test('a refusal says why and is kept', async () => {
  const input = await purchase()
  outside.faults.add({
    service: 'vendor_erp',
    kind: 'refuse',
    operation: 'create_order',
    status: 422,
    times: 1,
  })
  const refused = await outside.vendor.placePurchaseOrder(input)
  expect(refused.status).toBe('refused')
  expect((await row(input.reference)).status).toBe('refused')
})

test('a delivery is followed to its photo', async () => {
  const input = await placed(await purchase())
  const received = await poll(input)
  expect(received).toMatchObject({ status: '접수', departed: false, delivered: null })
  await expect(poll({ ...input, knownStatus: '접수' })).rejects.toMatchObject({ type: 'NothingNew' })
  for (let step = 0; step < 3; step++) await advance(input.erpOrderId)
  const report = await poll({ ...input, knownStatus: '접수' })
  expect(report.delivered?.photoUrl).toBeTruthy()
  const { key } = await outside.vendor.fetchPhoto({
    orderNo: input.orderNo,
    reference: input.reference,
    photoUrl: report.delivered?.photoUrl ?? '',
  })
  const photo = await readFile(join(outside.settings.dataDir, 'photos', key))
  expect(photo.byteLength).toBeGreaterThan(100)
  const delivery = await outside.db
    .selectFrom('deliveries')
    .innerJoin('purchase_orders', 'purchase_orders.id', 'deliveries.purchase_order_id')
    .select(['deliveries.status', 'photo_key', 'delivered_at'])
    .where('reference', '=', input.reference)
    .executeTakeFirstOrThrow()
  expect(delivery).toMatchObject({ status: '완료', photo_key: key })
})

test('polls without an answer are counted over attempts until a person is needed', async () => {
  const input = await placed(await purchase())
  outside.faults.add({ service: 'vendor_erp', kind: 'refuse', status: 503 })
  await expect(poll(input)).rejects.toMatchObject({ retryable: true })
  await expect(poll(input, 1)).rejects.toMatchObject({ retryable: true })
  const last = await poll(input, 2).catch((error: unknown) => error)
  expect(last).toBeInstanceOf(ApplicationFailure)
  expect(last).toMatchObject({ type: 'VendorSilent', nonRetryable: true })
})

test('an edit is taken until the wreath is made', async () => {
  const input = await placed(await purchase())
  expect(await outside.vendor.shareEdit({ ...input, fields: { message: '근조' } })).toEqual({
    status: 'shared',
  })
  const [order] = (await atVendor(input.reference)) as { ribbon_text?: string }[]
  expect(order?.ribbon_text).toBe('근조')
  for (let step = 0; step < 2; step++) await advance(input.erpOrderId)
  const late = await outside.vendor.shareEdit({ ...input, fields: { message: '늦음' } })
  expect(late.status).toBe('refused')
})

const CANCEL = { reason: '취소', mayBeUnknown: false }

test('a purchase order is cancelled once, and refused when it is too late', async () => {
  const early = await placed(await purchase())
  expect(await inActivity(() => outside.vendor.cancelPurchaseOrder({ ...early, ...CANCEL }))).toEqual({
    status: 'cancelled',
  })
  expect(await inActivity(() => outside.vendor.cancelPurchaseOrder({ ...early, ...CANCEL }))).toEqual({
    status: 'cancelled',
  })
  const late = await placed(await purchase())
  for (let step = 0; step < 3; step++) await advance(late.erpOrderId)
  const refused = await inActivity(() => outside.vendor.cancelPurchaseOrder({ ...late, ...CANCEL }))
  expect(refused.status).toBe('refused')
})

test('an order that may never have reached the vendor is cancelled there only if it did', async () => {
  const uncertain = { ...CANCEL, mayBeUnknown: true, erpOrderId: null }
  const never = await purchase()
  const { reference } = never
  expect(await inActivity(() => outside.vendor.cancelPurchaseOrder({ reference, ...uncertain }))).toEqual({
    status: 'cancelled',
  })
  expect(await atVendor(reference)).toEqual([])
  const reached = await placed(await purchase())
  await inActivity(() => outside.vendor.cancelPurchaseOrder({ reference: reached.reference, ...uncertain }))
  expect(await atVendor(reached.reference)).toMatchObject([{ status: '취소' }])
  await expect(
    inActivity(() => outside.vendor.cancelPurchaseOrder({ reference, ...CANCEL, erpOrderId: null })),
  ).rejects.toMatchObject({ retryable: false })
})

test('what is no picture is not kept as a photo', async () => {
  const { orderNo, reference } = await placed(await purchase())
  const photoUrl = `${outside.world.origin}/world/api/sms`
  await expect(outside.vendor.fetchPhoto({ orderNo, reference, photoUrl })).rejects.toMatchObject({
    retryable: false,
  })
})

test('a status that nobody knows is told as it stands', async () => {
  const input = await placed(await purchase())
  const erp = new VendorErpClient(outside.settings.vendorErp)
  const api = createApiDoor(erp)
  const read: typeof api.read = async (id) => {
    const order = await api.read(id)
    return order === null ? null : { ...order, status: '보류' }
  }
  const vendor = createVendorActivities({
    db: outside.db,
    settings: outside.settings,
    photos: outside.photos,
    erp,
    doors: { api: { ...api, read }, browser: { ...api, method: 'browser', read } },
  })
  const report = await inActivity(() => vendor.followDelivery(input))
  const nothing = { departed: false, cancelled: false, delivered: null }
  expect(report).toEqual({ status: '보류', unknown: true, ...nothing })
  expect((await row(input.reference)).status).toBe('보류')
})

test('a second purchase order is linked to the one it takes the place of', async () => {
  const first = await purchase()
  await placed(first)
  const second = { ...first, reference: `${first.orderNo}-2`, replaces: first.reference }
  const { erpOrderId } = await placed(second)
  const { id } = await row(first.reference)
  expect(await row(second.reference)).toMatchObject({ replaces_id: id, erp_order_id: erpOrderId })
})
