/** Both doors against the practice ERP: its REST interface, and its web pages in a real browser. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { SharedBrowser } from '../../../activities/browser/shared-browser.ts'
import { createFolderStore } from '../../../activities/file-store.ts'
import { createApiDoor } from '../../../activities/vendor/api-door.ts'
import { createBrowserDoor } from '../../../activities/vendor/browser-door.ts'
import type { VendorDoor } from '../../../activities/vendor/door.ts'
import type { ErpOrderRequest } from '../../../activities/vendor/erp-client.ts'
import { VendorErpClient } from '../../../activities/vendor/erp-client.ts'
import { createTestDatabase } from '../../support/postgres.ts'
import { startOutside, type TestOutside } from '../fixture.ts'

const BROWSER_LIMIT_MS = 60_000
const PNG = [0x89, 0x50, 0x4e, 0x47]

let outside: TestOutside
const browser = new SharedBrowser()
beforeAll(async () => {
  outside = await startOutside(createTestDatabase)
})
afterAll(async () => {
  await browser.close()
  await outside?.stop()
})
afterEach(() => outside.faults.remove())

const evidenceFolder = () => join(outside.settings.dataDir, 'photos')
const doors: Readonly<Record<VendorDoor['method'], () => VendorDoor>> = {
  api: () => createApiDoor(new VendorErpClient(outside.settings.vendorErp)),
  browser: () => browserDoor(),
}
function browserDoor(change: Partial<TestOutside['settings']['vendorErp']['web']> = {}): VendorDoor {
  const pages = { ...outside.settings.vendorErp.web, ...change }
  return createBrowserDoor({ browser, pages, evidence: createFolderStore(evidenceFolder()) })
}

let count = 0
function request(change: Partial<ErpOrderRequest> = {}): ErpOrderRequest {
  count += 1
  return {
    reference: `261121-DR${count}-1`,
    product: '근조화환',
    recipient: '고 김철수',
    sender: '한빛상사 "임직원" 일동',
    ribbon_text: '삼가 故人의 명복을 빕니다 <謹弔>',
    hall: '서울아산병원 장례식장',
    room: '특2호실',
    deliver_by: '2026-11-22T10:00:00+09:00',
    phone: '01012345678',
    price: 40_000,
    ...change,
  }
}
const atVendor = async (reference: string) => {
  const { orders } = await outside.json<{ orders: Record<string, unknown>[] }>('/world/api/vendor-orders')
  return orders.filter((order) => order.reference === reference)
}
const advance = (orderId: string) =>
  outside.json(`/world/api/vendor-orders/${orderId}/advance`, { method: 'POST' })

/** One contract for every door. */
describe.each(['api', 'browser'] as const)('the door %s', (method) => {
  test('places what was asked for, and finds it again', { timeout: BROWSER_LIMIT_MS }, async () => {
    const door = doors[method]()
    const wanted = request()
    expect(await door.find(wanted.reference)).toBeNull()
    const { order, pictures } = await door.place(wanted)
    expect(await atVendor(wanted.reference)).toMatchObject([{ ...wanted, order_id: order.order_id }])
    expect(await door.find(wanted.reference)).toMatchObject({
      order_id: order.order_id,
      reference: wanted.reference,
      status: '접수',
    })
    expect(pictures).toHaveLength(method === 'browser' ? 1 : 0)
    for (const key of pictures) {
      const picture = await readFile(join(evidenceFolder(), key))
      expect([...picture.subarray(0, 4)]).toEqual(PNG)
    }
  })

  test('does not place a reference twice', { timeout: BROWSER_LIMIT_MS }, async () => {
    const wanted = request()
    const first = await doors.api().place(wanted)
    const { order } = await doors[method]().place(wanted)
    expect(order.order_id).toBe(first.order.order_id)
    expect(await atVendor(wanted.reference)).toHaveLength(1)
  })

  test('says no as the vendor does', { timeout: BROWSER_LIMIT_MS }, async () => {
    outside.faults.add({
      service: 'vendor_erp',
      kind: 'refuse',
      operation: 'create_order',
      status: 422,
      times: 1,
    })
    const wanted = request()
    await expect(doors[method]().place(wanted)).rejects.toMatchObject({
      status: 422,
      message: '배송이 불가능한 장례식장입니다.',
    })
    expect(await atVendor(wanted.reference)).toEqual([])
  })

  test('changes the ribbon until it is made, and cancels until then', {
    timeout: BROWSER_LIMIT_MS,
  }, async () => {
    const door = doors[method]()
    const wanted = request()
    const { order } = await doors.api().place(wanted)
    await door.edit(order.order_id, { ribbon_text: '근조' })
    expect(await atVendor(wanted.reference)).toMatchObject([{ ribbon_text: '근조' }])
    const other = await doors.api().place(request())
    expect((await door.cancel(other.order.order_id, '고객 요청')).order.status).toBe('취소')
    await advance(order.order_id)
    await expect(door.edit(order.order_id, { ribbon_text: '謹弔' })).rejects.toMatchObject({ status: 409 })
    await expect(door.cancel(order.order_id, '')).rejects.toMatchObject({ status: 409 })
  })

  test('reads how far an order is, and shows its photo', { timeout: BROWSER_LIMIT_MS }, async () => {
    const { order } = await doors.api().place(request())
    for (let step = 0; step < 3; step++) await advance(order.order_id)
    const read = await doors[method]().read(order.order_id)
    expect(read).toMatchObject({ order_id: order.order_id, status: '완료' })
    expect(read?.photo_url).toContain(`/vendor-erp/photos/${order.order_id}.png`)
    expect(Date.parse(read?.delivered_at ?? '')).toBeGreaterThan(0)
    expect(await doors[method]().read('B000000-9999')).toBeNull()
  })

  test('is out while the system is out', { timeout: BROWSER_LIMIT_MS }, async () => {
    outside.faults.add({ service: 'vendor_erp', kind: 'refuse', status: 503 })
    await expect(doors[method]().find('x')).rejects.toMatchObject({ retryable: true, status: 503 })
    outside.faults.remove()
    outside.faults.add({ service: 'vendor_erp', kind: 'drop' })
    await expect(doors[method]().find('x')).rejects.toMatchObject({ retryable: true, status: null })
  })
})

describe('web pages', () => {
  test('another layout is told with a picture of it', { timeout: BROWSER_LIMIT_MS }, async () => {
    await outside.json('/world/api/vendor-erp/layout', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ changed: true }),
    })
    const wanted = request()
    const failed = await browserDoor()
      .place(wanted)
      .catch((error: unknown) => error)
    expect(failed).toMatchObject({ name: 'DoorError', code: 'LAYOUT_CHANGED', retryable: false })
    const { pictures } = failed as { readonly pictures: readonly string[] }
    expect(pictures).toHaveLength(1)
    const picture = await readFile(join(evidenceFolder(), pictures[0] ?? ''))
    expect([...picture.subarray(0, 4)]).toEqual(PNG)
    expect(await atVendor(wanted.reference)).toEqual([])
    await outside.json('/world/api/vendor-erp/layout', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ changed: false }),
    })
    expect((await browserDoor().place(wanted)).order.status).toBe('접수')
  })

  test('a wrong password is no outage', { timeout: BROWSER_LIMIT_MS }, async () => {
    await expect(browserDoor({ password: 'wrong' }).find('x')).rejects.toMatchObject({
      status: 401,
      retryable: false,
    })
  })

  test('offer nothing but the ribbon to change', { timeout: BROWSER_LIMIT_MS }, async () => {
    const { order } = await doors.api().place(request())
    await expect(browserDoor().edit(order.order_id, { room: '3호실' })).rejects.toMatchObject({
      code: 'NOT_POSSIBLE_HERE',
    })
  })

  test('a system that is not there at all is an outage', { timeout: BROWSER_LIMIT_MS }, async () => {
    await expect(browserDoor({ url: 'http://127.0.0.1:9/vendor-erp' }).find('x')).rejects.toMatchObject({
      code: 'UNREACHABLE',
      retryable: true,
    })
  })

  test('jobs share one browser, each with a session of its own; a browser that died is replaced', {
    timeout: BROWSER_LIMIT_MS,
  }, async () => {
    const references = [request(), request()]
    const placed = await Promise.all(references.map((wanted) => browserDoor().place(wanted)))
    expect(new Set(placed.map(({ order }) => order.order_id)).size).toBe(2)
    await browser.withContext(async (context) => {
      await context.browser()?.close()
    })
    expect(await browserDoor().find(references[0]?.reference ?? '')).not.toBeNull()
  })
})
