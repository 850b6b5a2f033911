/** The product's own clients against this world: both must mean the same by the vendors' protocols. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PartyError } from '../../activities/http.ts'
import { SolapiClient } from '../../activities/solapi-client.ts'
import { TossClient } from '../../activities/toss-client.ts'
import { VendorErpClient } from '../../activities/vendor/erp-client.ts'
import { loadSettings } from '../../config/settings.ts'
import { startTestWorld, type TestWorld } from './world-fixture.ts'

const { solapi, toss, vendorErp, company } = loadSettings({})

let world: TestWorld
beforeEach(async () => {
  world = await startTestWorld()
  world.clock.now = Date.now()
})
afterEach(() => world.stop())

describe('text messages', () => {
  const text = {
    to: '01012345678',
    from: company.phone,
    text: '안녕하세요',
    type: 'SMS',
    key: 'ticket-1:payment',
  } as const
  const client = () => new SolapiClient({ ...solapi, apiUrl: `${world.origin}/solapi` })

  it('are sent and found again by their key', async () => {
    const id = await client().send(text)
    expect(await client().find(text.to, text.key, new Date(world.clock.now - 60_000))).toBe(id)
    expect(await client().find(text.to, 'other', new Date(world.clock.now - 60_000))).toBeNull()
  })

  it('whose answer was lost are found', async () => {
    world.context.faults.add({ service: 'sms', operation: 'send', kind: 'drop', times: 1 })
    await expect(client().send(text)).rejects.toMatchObject({ retryable: true })
    expect(await client().find(text.to, text.key, new Date(world.clock.now - 60_000))).not.toBeNull()
  })

  it('from a number that is not registered are refused for good', async () => {
    const error: unknown = await client()
      .send({ ...text, from: '0211112222' })
      .catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(PartyError)
    expect(error).toMatchObject({ code: '1062', retryable: false })
  })
})

describe('payments', () => {
  const client = () => new TossClient({ ...toss, apiUrl: `${world.origin}/toss` })
  const order = {
    method: 'CARD',
    amount: 80_000,
    orderId: '261121-ABCD',
    orderName: '근조화환',
    successUrl: 'http://shop.example/s',
    failUrl: 'http://shop.example/f',
  } as const

  it('are created, confirmed, read and cancelled', async () => {
    const payment = await client().create(order, 'create')
    await fetch(payment.checkout?.url ?? '', {
      method: 'POST',
      body: new URLSearchParams({ action: 'pay' }),
      redirect: 'manual',
    })
    const { paymentKey } = payment
    const confirmed = await client().confirm(
      { paymentKey, orderId: order.orderId, amount: order.amount },
      'confirm',
    )
    expect(confirmed).toMatchObject({ status: 'DONE', totalAmount: 80_000, method: '카드' })
    expect(confirmed.approvedAt).toMatch(/\+09:00$/)
    expect(await client().read(paymentKey)).toMatchObject({ status: 'DONE' })
    const part = { cancelReason: '부분 환불', cancelAmount: 20_000 }
    const afterPart = { status: 'PARTIAL_CANCELED', balanceAmount: 60_000 }
    expect(await client().cancel(paymentKey, part, 'part')).toMatchObject(afterPart)
    expect(await client().cancel(paymentKey, part, 'part')).toMatchObject(afterPart)
    expect(await client().cancel(paymentKey, { cancelReason: '고객 요청' }, 'cancel')).toMatchObject({
      status: 'CANCELED',
    })
  })

  it('that are refused say why', async () => {
    const { paymentKey } = await client().create(order, 'create')
    const confirm = client().confirm({ paymentKey, orderId: order.orderId, amount: order.amount }, 'confirm')
    await expect(confirm).rejects.toMatchObject({ code: 'NOT_FOUND_PAYMENT_SESSION', retryable: false })
  })
})

describe('purchase orders', () => {
  const client = () => new VendorErpClient({ ...vendorErp, url: `${world.origin}/vendor-erp` })
  const request = {
    reference: 'ticket-261121-ABCD-po-1',
    product: '근조화환',
    recipient: '고 박영자',
    sender: '홍길동',
    ribbon_text: '삼가 고인의 명복을 빕니다',
    hall: '서울아산병원 장례식장',
    room: '특2호실',
    deliver_by: '2026-11-22T10:00:00+09:00',
    phone: '01012345678',
    price: 40_000,
  } as const

  it('are placed once, changed, read and photographed', async () => {
    expect(await client().find(request.reference)).toBeNull()
    const order = await client().place(request)
    expect(await client().place(request)).toEqual(order)
    expect(await client().find(request.reference)).toEqual(order)
    await client().change(order.order_id, { ribbon_text: '근조' })
    for (let step = 0; step < 3; step += 1) {
      await world.json(`/world/api/vendor-orders/${order.order_id}/advance`, { method: 'POST' })
    }
    const delivered = await client().read(order.order_id)
    expect(delivered).toMatchObject({ status: '완료' })
    const photo = client().photoRequest(delivered?.photo_url ?? '')
    expect((await fetch(photo.url, { headers: photo.headers })).headers.get('content-type')).toBe('image/png')
    await expect(client().change(order.order_id, { ribbon_text: '늦음' })).rejects.toMatchObject({
      status: 409,
      code: 'ALREADY_MADE',
    })
  })

  it('can be cancelled, and are null when unknown', async () => {
    const order = await client().place(request)
    expect(await client().cancel(order.order_id, '고객 요청')).toMatchObject({ status: '취소' })
    expect(await client().read('B0')).toBeNull()
  })

  it('are refused with the vendor’s reason', async () => {
    world.context.faults.add({ service: 'vendor_erp', operation: 'create_order', kind: 'refuse', times: 1 })
    await expect(client().place(request)).rejects.toMatchObject({
      status: 422,
      code: 'HALL_NOT_SERVED',
      retryable: false,
    })
  })
})
