/** The vendor's web pages, as a browser without scripts sees them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadSettings } from '../../../config/settings.ts'
import { RESELLER_ID } from '../../../simulators/vendor-erp/page-views.ts'
import { sends, startTestWorld, type TestWorld } from '../world-fixture.ts'

const { vendorErp } = loadSettings({})
const ORDER = {
  reference: '261121-ABCD-1',
  recipient: '고 박영자',
  sender: '홍길동',
  ribbon_text: '삼가 고인의 명복을 빕니다',
  hall: '서울아산병원 장례식장',
  room: '특2호실',
  deliver_by: '2026-11-22T10:00:00+09:00',
  phone: '01012345678',
  price: '40000',
}

let world: TestWorld
beforeEach(async () => {
  world = await startTestWorld()
})
afterEach(() => world.stop())

const send = (path: string, fields: Readonly<Record<string, string>>, cookie = '') =>
  fetch(`${world.origin}/vendor-erp${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { cookie },
    redirect: 'manual',
  })
const page = async (path: string, cookie: string) =>
  (await fetch(`${world.origin}/vendor-erp${path}`, { headers: { cookie } })).text()
const cookieOf = (response: Response) => response.headers.get('set-cookie')?.split(';')[0] ?? ''

async function signIn(): Promise<string> {
  const response = await send('/sign-in', { id: RESELLER_ID, password: vendorErp.apiKey })
  expect(response.headers.get('location')).toBe('/vendor-erp/orders')
  return cookieOf(response)
}
/** Registers an order; the path of its page. */
async function register(cookie: string, reference = ORDER.reference): Promise<string> {
  const created = await send('/orders', { ...ORDER, reference }, cookie)
  expect(created.status).toBe(303)
  return (created.headers.get('location') ?? '').replace('/vendor-erp', '')
}
const changeLayout = (changed: boolean) => world.json('/world/api/vendor-erp/layout', sends({ changed }))

describe('the pages', () => {
  it('ask for a sign-in', async () => {
    const response = await fetch(`${world.origin}/vendor-erp/orders`, { redirect: 'manual' })
    expect(response.headers.get('location')).toBe('/vendor-erp/sign-in')
    expect((await send('/sign-in', { id: RESELLER_ID, password: 'wrong' })).status).toBe(401)
    expect((await send('/orders', {})).headers.get('location')).toBe('/vendor-erp/sign-in')
  })

  it('list, register, change and cancel orders', async () => {
    const cookie = await signIn()
    expect((await send('/orders', { ...ORDER, hall: '' }, cookie)).status).toBe(422)
    const path = await register(cookie)
    expect(await page('/orders', cookie)).toContain(ORDER.reference)
    expect(await page(path, cookie)).toContain('삼가 고인의 명복을 빕니다')
    await send(`${path}/ribbon`, { ribbon_text: '근조 <b>' }, cookie)
    expect(await page(path, cookie)).toContain('근조 &lt;b&gt;')
    await send(`${path}/cancel`, {}, cookie)
    expect(await page(path, cookie)).toContain('취소')
    expect((await send(`${path}/ribbon`, { ribbon_text: 'x' }, cookie)).status).toBe(409)
  })

  it('find an order by its reference or number', async () => {
    const cookie = await signIn()
    const path = await register(cookie)
    await register(cookie, '261121-WXYZ-1')
    const found = await page('/orders?q=261121-ABCD-1', cookie)
    expect(found).toContain('<td>261121-ABCD-1</td>')
    expect(found).not.toContain('261121-WXYZ-1')
    expect(await page(`/orders?q=${path.split('/').at(-1)}`, cookie)).toContain('261121-ABCD-1')
    expect(await page('/orders?q=261121-NONE', cookie)).toContain('찾는 주문이 없습니다.')
    expect(await page('/orders?q=', cookie)).toContain('261121-WXYZ-1')
  })

  it('are closed by a fault, also to an order that is being sent', async () => {
    const cookie = await signIn()
    const { faults } = world.context
    faults.add({ service: 'vendor_erp', operation: 'pages', kind: 'refuse', times: 1 })
    expect(await page('/orders', cookie)).toContain('시스템 점검 중입니다.')
    faults.add({ service: 'vendor_erp', operation: 'create_order', kind: 'refuse', status: 503, times: 1 })
    expect((await send('/orders', ORDER, cookie)).status).toBe(503)
    faults.add({ service: 'vendor_erp', operation: 'create_order', kind: 'refuse', times: 1 })
    const refused = await send('/orders', ORDER, cookie)
    expect(refused.status).toBe(422)
    expect(await refused.text()).toContain('배송이 불가능한 장례식장입니다.')
    expect(await world.json('/world/api/vendor-orders')).toMatchObject({ body: { orders: [] } })
  })
})

describe('a changed layout', () => {
  it('puts a notice before everything until it is agreed to', async () => {
    const cookie = await signIn()
    await changeLayout(true)
    for (const path of ['/orders', '/orders/new'])
      expect(await page(path, cookie)).toContain('화환 ERP가 새로워졌습니다')
    const agreed = `${cookie}; ${cookieOf(await send('/notice', {}, cookie))}`
    expect(await page('/orders', agreed)).toContain('의뢰 현황')
  })

  it('calls the fields otherwise and knows the old names no more', async () => {
    const cookie = `${await signIn()}; erp_notice=seen`
    const path = await register(cookie)
    await changeLayout(true)
    const form = await page('/orders/new', cookie)
    for (const label of ['주문 참조번호', '보내는 분', '리본 문구', '주문 등록'])
      expect(form).not.toContain(label)
    expect((await send('/orders', { ...ORDER, reference: 'web-2' }, cookie)).status).toBe(422)
    await send(`${path}/ribbon`, { ribbon_text: 'x' }, cookie)
    const list = await page('/orders?keyword=261121-ABCD', cookie)
    expect(list).toContain('261121-ABCD-1')
    expect(list).not.toContain('<th>참조</th>')
  })

  it('can still be filled in by who reads it, and is taken back', async () => {
    const cookie = `${await signIn()}; erp_notice=seen`
    await changeLayout(true)
    const { hall, room, deliver_by, recipient, sender, ribbon_text, phone, price, reference } = ORDER
    const values = [hall, room, deliver_by, recipient, sender, ribbon_text, phone, price, reference]
    const fields = Object.fromEntries(values.map((value, index) => [`f0${index + 1}`, value]))
    expect((await send('/orders', fields, cookie)).status).toBe(303)
    expect(await world.json('/world/api/vendor-orders')).toMatchObject({
      body: { orders: [{ reference, hall, room, sender, recipient, ribbon_text, price: 40_000 }] },
    })
    world = await world.restart()
    expect(await world.json('/world/api/vendor-erp')).toMatchObject({ body: { layout_changed: true } })
    await changeLayout(false)
    expect(await page('/orders', await signIn())).toContain('주문 목록')
    expect((await world.json('/world/api/vendor-erp/layout', sends({}))).status).toBe(422)
  })
})
