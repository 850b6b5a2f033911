import { createHmac } from 'node:crypto'
import { inflateSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadSettings } from '../../../config/settings.ts'
import { eventually } from '../../support/patience.ts'
import { sends, startTestWorld, type TestWorld } from '../world-fixture.ts'

const { vendorErp } = loadSettings({})
const BEARER = { authorization: `Bearer ${vendorErp.apiKey}` }

interface Order {
  readonly order_id: string
  readonly status: string
  readonly photo_url: string | null
}

let world: TestWorld
beforeEach(async () => {
  world = await startTestWorld()
})
afterEach(() => world.stop())

const FIELDS = {
  product: '근조화환',
  recipient: '고 박영자',
  sender: '홍길동',
  ribbon_text: '삼가 고인의 명복을 빕니다',
  hall: '서울아산병원 장례식장',
  room: '특2호실',
  deliver_by: '2026-11-22T10:00:00+09:00',
  phone: '01012345678',
  price: 40_000,
}

const call = (path: string, body?: unknown, method = body === undefined ? 'GET' : 'POST') =>
  world.json(
    `/vendor-erp/api${path}`,
    body === undefined ? { method, headers: BEARER } : sends(body, BEARER, method),
  )

async function place(reference = 'ticket-261121-ABCD'): Promise<Order> {
  const answer = await call('/orders', { ...FIELDS, reference })
  expect(answer.status).toBe(201)
  return answer.body as Order
}

const advance = (order: Order) =>
  world.json(`/world/api/vendor-orders/${order.order_id}/advance`, { method: 'POST' })

describe('orders', () => {
  it('are placed once per reference', async () => {
    const order = await place()
    expect(order).toMatchObject({
      status: '접수',
      reference: 'ticket-261121-ABCD',
      delivered_at: null,
      photo_url: null,
    })
    const again = await call('/orders', {
      ...FIELDS,
      reference: 'ticket-261121-ABCD',
      ribbon_text: '다른 문구',
    })
    expect(again).toEqual({ status: 200, body: order })
    expect(await call('/orders?reference=ticket-261121-ABCD')).toMatchObject({
      body: { orders: [{ order_id: order.order_id }] },
    })
    expect(await call('/orders?reference=other')).toMatchObject({ body: { orders: [] } })
    expect(await call(`/orders/${order.order_id}`)).toMatchObject({ status: 200, body: order })
  })

  it.each([
    ['no ribbon text', { ribbon_text: '' }, 422, 'INVALID'],
    ['no reference', { reference: undefined }, 422, 'INVALID'],
    ['a free wreath', { price: 0 }, 422, 'INVALID'],
  ])('are refused with %s', async (_name, change, status, code) => {
    expect(await call('/orders', { ...FIELDS, reference: 'r', ...change })).toMatchObject({
      status,
      body: { error: { code } },
    })
  })

  it('need the key', async () => {
    const answer = await world.json('/vendor-erp/api/orders', sends(FIELDS, { authorization: 'Bearer x' }))
    expect(answer).toMatchObject({ status: 401, body: { error: { code: 'UNAUTHORIZED' } } })
  })

  it('that do not exist are not found', async () => {
    expect(await call('/orders/B0')).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND' } } })
  })

  it('can be changed and cancelled until they are made', async () => {
    const order = await place()
    expect(await call(`/orders/${order.order_id}`, { ribbon_text: '근조' }, 'PATCH')).toMatchObject({
      status: 200,
      body: { ribbon_text: '근조', hall: FIELDS.hall },
    })
    await advance(order)
    expect(await call(`/orders/${order.order_id}`, { ribbon_text: '늦음' }, 'PATCH')).toMatchObject({
      status: 409,
      body: { error: { code: 'ALREADY_MADE' } },
    })
    expect((await call(`/orders/${order.order_id}/cancel`, {})).status).toBe(409)
    const other = await place('second')
    expect(await call(`/orders/${other.order_id}/cancel`, {})).toMatchObject({
      status: 200,
      body: { status: '취소' },
    })
  })
})

describe('delivery', () => {
  it('goes on by itself, tells us with a signature, and ends with a photo', async () => {
    await world.stop()
    world = await startTestWorld({ erpStepMs: 5 })
    const order = await place()
    const webhooks = await world.webhooks.waitFor(3)
    expect(webhooks.map((webhook) => (webhook.body as Order).status)).toEqual(['제작중', '배송중', '완료'])
    for (const webhook of webhooks) {
      const mac = createHmac('sha256', vendorErp.webhookSecret).update(webhook.text).digest('hex')
      expect(webhook.headers['x-erp-signature']).toBe(`sha256=${mac}`)
      expect(webhook).toMatchObject({
        path: '/webhooks/vendor-erp',
        body: { event: 'status_changed', order_id: order.order_id, reference: 'ticket-261121-ABCD' },
      })
    }
    const { body } = await call(`/orders/${order.order_id}`)
    expect(body).toMatchObject({
      status: '완료',
      delivered_at: expect.stringMatching(/\+09:00$/),
      history: [{}, {}, {}, {}],
    })
    const photo = await fetch((body as Order).photo_url ?? '')
    expect(photo.headers.get('content-type')).toBe('image/png')
    expectPng(Buffer.from(await photo.arrayBuffer()))
  })

  it('has no photo before', async () => {
    const order = await place()
    expect((await fetch(`${world.origin}/vendor-erp/photos/${order.order_id}.png`)).status).toBe(404)
  })

  it('goes on after a restart', async () => {
    const order = await place()
    world = await world.restart({ erpStepMs: 5 })
    await world.webhooks.waitFor(3)
    expect(await call(`/orders/${order.order_id}`)).toMatchObject({ body: { status: '완료' } })
  })

  it('can be given up by the vendor', async () => {
    const order = await place()
    await world.json(`/world/api/vendor-orders/${order.order_id}/refuse`, { method: 'POST' })
    const [webhook] = await world.webhooks.waitFor(1)
    expect(webhook?.body).toMatchObject({ status: '취소' })
    expect(await advance(order)).toMatchObject({ body: { status: '취소' } })
  })
})

describe('faults', () => {
  it('refuse a hall that is not served', async () => {
    world.context.faults.add({ service: 'vendor_erp', operation: 'create_order', kind: 'refuse', times: 1 })
    const refused = await call('/orders', { ...FIELDS, reference: 'r' })
    expect(refused).toMatchObject({ status: 422, body: { error: { code: 'HALL_NOT_SERVED' } } })
    await place('r')
  })

  it('are out of service', async () => {
    world.context.faults.add({ service: 'vendor_erp', kind: 'refuse', status: 503, times: 1 })
    expect(await call('/orders')).toMatchObject({ status: 503, body: { error: { code: 'UNAVAILABLE' } } })
  })

  it('take an order although the client has given up waiting', async () => {
    world.context.faults.add({
      service: 'vendor_erp',
      operation: 'create_order',
      kind: 'slow',
      delay_ms: 60_000,
      times: 1,
    })
    const patience = new AbortController()
    const late = fetch(`${world.origin}/vendor-erp/api/orders`, {
      ...sends({ ...FIELDS, reference: 'r' }, BEARER),
      signal: patience.signal,
    })
    await eventually(async () =>
      expect(await call('/orders?reference=r')).toMatchObject({ body: { orders: [{ reference: 'r' }] } }),
    )
    patience.abort()
    await expect(late).rejects.toThrow()
    expect(await call('/orders?reference=r')).toMatchObject({ body: { orders: [{ reference: 'r' }] } })
    expect((await call('/orders', { ...FIELDS, reference: 'r' })).status).toBe(200)
  })

  it('tell the status twice', async () => {
    world.context.faults.add({ service: 'vendor_erp', operation: 'webhook', kind: 'double', times: 1 })
    await advance(await place())
    const [first, second] = await world.webhooks.waitFor(2)
    expect(first?.text).toBe(second?.text)
  })
})

describe('an order laid aside', () => {
  const hold = (order: Order, held?: boolean) =>
    world.json(`/world/api/vendor-orders/${order.order_id}/hold`, sends(held === undefined ? {} : { held }))

  it('stays until it is taken up again, also over a restart, and the API does not tell', async () => {
    const order = await place()
    expect(await hold(order)).toMatchObject({ status: 200, body: { held: true, status: '접수' } })
    world = await world.restart({ erpStepMs: 1 })
    await place('another')
    await world.webhooks.waitFor(3)
    const { body } = await call(`/orders/${order.order_id}`)
    expect(body).toMatchObject({ status: '접수' })
    expect(body).not.toHaveProperty('held')
    expect(await advance(order)).toMatchObject({ body: { status: '제작중', held: true } })
    await hold(order, false)
    await world.webhooks.waitFor(6)
    expect(await call(`/orders/${order.order_id}`)).toMatchObject({ body: { status: '완료' } })
  })
})

/** Signature, header, and as many decompressed bytes as the header promises. */
function expectPng(png: Buffer): void {
  expect(png.subarray(1, 4).toString('latin1')).toBe('PNG')
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)]
  const at = png.indexOf('IDAT', 0, 'latin1')
  const data = png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4))
  expect(inflateSync(data).length).toBe((width * 3 + 1) * height)
}
