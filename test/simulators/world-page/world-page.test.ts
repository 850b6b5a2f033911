import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { loadSettings } from '../../../config/settings.ts'
import { launchBrowser } from '../../support/browser.ts'
import { sends, startTestWorld, type TestWorld } from '../world-fixture.ts'

const { toss, vendorErp } = loadSettings({})

let world: TestWorld
beforeEach(async () => {
  world = await startTestWorld()
})
afterEach(() => world.stop())

describe('faults over HTTP', () => {
  it('are switched on, used up and switched off', async () => {
    const fault = { service: 'claude', kind: 'refuse', status: 529, times: 1 }
    expect(await world.json('/world/api/faults', sends(fault))).toMatchObject({
      status: 201,
      body: { ...fault, id: 'fault-1', taken: 0 },
    })
    await world.json('/world/api/faults', sends({ service: 'sms', kind: 'drop', operation: 'report' }))
    expect(world.context.faults.take('claude', 'messages')).toMatchObject({ kind: 'refuse', taken: 1 })
    expect(world.context.faults.take('claude', 'messages')).toBeUndefined()
    expect(await world.json('/world/api/faults')).toMatchObject({
      body: { faults: [{ id: 'fault-2', taken: 0 }] },
    })
    expect((await fetch(`${world.origin}/world/api/faults/fault-2`, { method: 'DELETE' })).status).toBe(204)
    expect((await fetch(`${world.origin}/world/api/faults/fault-2`, { method: 'DELETE' })).status).toBe(404)
    await world.json('/world/api/faults', sends({ service: 'sms', kind: 'drop' }))
    expect((await fetch(`${world.origin}/world/api/faults`, { method: 'DELETE' })).status).toBe(204)
    expect(await world.json('/world/api/faults')).toMatchObject({ body: { faults: [] } })
  })

  it.each([
    [{ service: 'weather', kind: 'refuse' }],
    [{ service: 'sms', kind: 'explode' }],
    [{ service: 'sms', kind: 'slow', times: 0 }],
    [{ service: 'sms', kind: 'slow', surprise: 1 }],
  ])('that make no sense are refused: %o', async (fault) => {
    expect((await world.json('/world/api/faults', sends(fault))).status).toBe(422)
  })

  it('strike only the operation and kinds asked for', () => {
    const { faults } = world.context
    faults.add({ service: 'sms', operation: 'report', kind: 'double' })
    expect(faults.take('sms', 'send')).toBeUndefined()
    expect(faults.take('sms', 'report', ['drop'])).toBeUndefined()
    expect(faults.take('sms', 'report', ['double'])).toMatchObject({ taken: 1 })
    expect(faults.take('sms', 'report')).toMatchObject({ taken: 2 })
  })
})

describe('the live socket', () => {
  it('tells what happens', async () => {
    const socket = new WebSocket(`${world.origin.replace('http', 'ws')}/world/api/live`)
    await new Promise((resolve) => socket.once('open', resolve))
    const event = new Promise<string>((resolve) => socket.once('message', (data) => resolve(String(data))))
    await world.json('/world/api/texts', sends({ from: '01012345678', text: '안녕하세요' }))
    expect(JSON.parse(await event)).toMatchObject({ type: 'sms', message: { text: '안녕하세요' } })
    socket.close()
  })

  it('leaves other upgrades alone', async () => {
    const socket = new WebSocket(`${world.origin.replace('http', 'ws')}/nothing`)
    await expect(new Promise((_resolve, reject) => socket.once('error', reject))).rejects.toThrow()
  })
})

describe('the files of the page', () => {
  it.each([
    ['/', 200],
    ['/site/main.js', 200],
    ['/site/style.css', 200],
    ['/site/index.html', 404],
    ['/site/..%2findex.ts', 404],
    ['/site/none.js', 404],
  ])('%s: %s', async (path, status) => {
    expect((await fetch(world.origin + path)).status).toBe(status)
  })
})

describe('in the browser', () => {
  let browser: Browser
  let page: Page
  const problems: string[] = []
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser.close())
  beforeEach(async () => {
    const context = await browser.newContext({ locale: 'ko-KR', viewport: { width: 1280, height: 900 } })
    page = await context.newPage()
    problems.length = 0
    page.on('pageerror', (error) => problems.push(error.message))
    await page.goto(world.origin)
    await page.getByText('실시간 연결됨').waitFor()
  })
  afterEach(async () => {
    await page.context().close()
    expect(problems).toEqual([])
  })

  async function placeVendorOrder(): Promise<void> {
    const order = {
      reference: 't-1',
      recipient: '고 박영자',
      sender: '홍길동',
      ribbon_text: '삼가 고인의 명복을 빕니다',
      hall: '서울아산병원 장례식장',
      room: '특2호실',
      deliver_by: '2026-11-22T10:00:00+09:00',
      phone: '01012345678',
      price: 40_000,
    }
    await world.json('/vendor-erp/api/orders', sends(order, { authorization: `Bearer ${vendorErp.apiKey}` }))
  }

  it('shows texts with links, and a person answers them', async () => {
    world.context.live.publish({
      type: 'sms',
      message: {
        id: 'm1',
        to: '01012345678',
        from: '15880000',
        text: '결제하기: http://127.0.0.1:1/pay/abc <b>',
        type: 'LMS',
        at: '2026-11-21T04:10:00Z',
        status: 'delivered',
      },
    })
    await page.getByRole('link', { name: 'http://127.0.0.1:1/pay/abc' }).waitFor()
    const panel = page.getByRole('region', { name: '문자함' })
    await panel.getByRole('textbox', { name: '회사에 보낼 말' }).fill('배송됐나요?')
    await panel.getByRole('button', { name: '회사로 보내기' }).click()
    await panel.getByText('배송됐나요?').waitFor()
    const [webhook] = await world.webhooks.waitFor(1)
    expect(webhook?.body).toMatchObject({ from: '01012345678', text: '배송됐나요?' })
  })

  it('shows AlimTalk with its buttons', async () => {
    world.context.live.publish({
      type: 'sms',
      message: {
        id: 'm2',
        to: '01012345678',
        from: '15880000',
        text: '배송되었습니다.',
        type: 'ATA',
        at: '2026-11-21T04:10:00Z',
        status: 'delivered',
        buttons: [{ name: '사진 보기', link: 'http://127.0.0.1:1/photo/abc' }],
      },
    })
    await page.getByRole('link', { name: '사진 보기' }).waitFor()
    await page.getByText('카카오 알림톡 · 도착').waitFor()
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  })

  it('lets a persona write, with a picture', async () => {
    const panel = page.getByRole('region', { name: '문자함' })
    await panel.getByLabel('보내는 사람').selectOption('buyer')
    await panel.getByLabel('사진').selectOption('wreath')
    await panel.getByRole('button', { name: '회사로 보내기' }).click()
    await panel.getByRole('img', { name: '보낸 사진' }).waitFor()
    const [webhook] = await world.webhooks.waitFor(1)
    expect(webhook?.body).toMatchObject({ attachments: [{ content_type: 'image/png' }] })
    expect(world.context.people.get('01012345678')?.name).toBe('홍길동')
  })

  it('chats in KakaoTalk, by words and by quick replies', async () => {
    const reply = (text: string, quickReplies: object[] = []) => ({
      version: '2.0',
      template: { outputs: [{ simpleText: { text } }], quickReplies },
    })
    world.webhooks.replies.push(
      () =>
        reply('화환을 주문하시겠어요?', [{ label: '네', action: 'message', messageText: '네, 부탁드려요' }]),
      () => reply('성함이 어떻게 되세요?'),
    )
    const panel = page.getByRole('region', { name: '카카오톡' })
    await panel.getByRole('textbox', { name: '회사에 보낼 말' }).fill('안녕하세요')
    await panel.getByRole('button', { name: '회사로 보내기' }).click()
    await panel.getByRole('button', { name: '네' }).click()
    await panel.getByText('네, 부탁드려요').waitFor()
    await panel.getByText('성함이 어떻게 되세요?').waitFor()
    await expect.poll(() => panel.getByRole('button', { name: '네' }).count()).toBe(0)
  })

  it('keeps what happens while it is still reading how things were', async () => {
    const [read, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    await page.route('**/world/api/vendor-orders', async (route) => {
      const response = await route.fetch()
      read.resolve()
      await held.promise
      await route.fulfill({ response })
    })
    await page.reload()
    await read.promise
    await page.getByText('실시간 연결됨').waitFor()
    await placeVendorOrder()
    const order = page.locator('#orders .item')
    await order.waitFor()
    const shown = page.waitForResponse('**/world/api/vendor-orders')
    held.resolve()
    await (await shown).finished()
    await order.getByRole('button', { name: '다음 단계로' }).click()
    await order.locator('.pill', { hasText: '제작중' }).waitFor()
  })

  it('moves vendor orders and shows the photo', async () => {
    await placeVendorOrder()
    const order = page.locator('#orders .item')
    for (const status of ['제작중', '배송중', '완료']) {
      await order.getByRole('button', { name: '다음 단계로' }).click()
      await order.locator('.pill', { hasText: status }).waitFor()
    }
    await order.getByRole('img', { name: '배송 완료 사진' }).waitFor()
  })

  it('lays an order aside and changes the web pages of the vendor', async () => {
    await placeVendorOrder()
    const hold = page.locator('#orders .item').getByRole('button', { name: '제작 멈춤' })
    await hold.click()
    await page.locator('#orders [aria-pressed="true"]').waitFor()
    const layout = page.getByLabel('웹 화면이 바뀜 (항목 이름, 공지)')
    const saved = page.waitForResponse((response) => response.url().endsWith('/vendor-erp/layout'))
    await layout.click()
    // What is still on its way when a page is left may be lost.
    await saved
    await page.reload()
    await page.locator('#erp-layout:checked').waitFor()
    expect(await world.json('/world/api/vendor-orders')).toMatchObject({ body: { orders: [{ held: true }] } })
  })

  it('shows payments with their checkout', async () => {
    const authorization = `Basic ${Buffer.from(`${toss.secretKey}:`).toString('base64')}`
    const payment = {
      method: 'CARD',
      amount: 80_000,
      orderId: '261121-ABCD',
      orderName: '근조화환',
      successUrl: `${world.webhooks.url}/s`,
      failUrl: `${world.webhooks.url}/f`,
    }
    await world.json('/toss/v1/payments', sends(payment, { authorization }))
    const checkout = page.waitForEvent('popup')
    await page.getByRole('link', { name: '결제창 열기' }).click()
    const paying = await checkout
    await paying.getByRole('button', { name: '80,000원 결제하기' }).waitFor()
    expect((await new AxeBuilder({ page: paying }).analyze()).violations).toEqual([])
  })

  it('pays into a virtual account and into the account of the company', async () => {
    const authorization = `Basic ${Buffer.from(`${toss.secretKey}:`).toString('base64')}`
    const account = {
      amount: 80_000,
      orderId: '261121-ABCD',
      orderName: '근조화환',
      customerName: '김민수',
      bank: '20',
      validHours: 1,
    }
    await world.json('/toss/v1/virtual-accounts', sends(account, { authorization }))
    const payment = page.locator('#payments .item')
    await payment.getByLabel('금액(원)').fill('70000')
    await payment.getByRole('button', { name: '입금' }).click()
    await payment.getByText('80,000원만 입금할 수 있습니다.').waitFor()
    await payment.getByLabel('금액(원)').fill('80000')
    await payment.getByLabel('입금자').fill('박영자')
    await payment.getByRole('button', { name: '입금' }).click()
    await payment.getByText('결제 완료').waitFor()
    await payment.getByRole('button', { name: '은행이 입금 취소' }).click()
    await payment.getByText('입금 대기').waitFor()
    const bank = page.getByRole('region', { name: '회사 계좌' })
    await bank.getByLabel('금액(원)').fill('50000')
    await bank.getByLabel('입금자').fill('이서연')
    await bank.getByRole('button', { name: '입금' }).click()
    await bank.getByText('50,000원').waitFor()
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  })

  it('switches faults on and off', async () => {
    const form = page.locator('#fault')
    await form.getByLabel('서비스').selectOption('vendor_erp')
    await form.getByLabel('동작').selectOption('create_order')
    await form.getByLabel('횟수').fill('1')
    await form.getByRole('button', { name: '켜기' }).click()
    await page.getByText('외주업체 ERP · 주문 등록 · 거절 · 1 번 남음').waitFor()
    expect(world.context.faults.list()).toMatchObject([
      { service: 'vendor_erp', operation: 'create_order', kind: 'refuse', times: 1 },
    ])
    await page.getByRole('button', { name: '끄기' }).click()
    await page.getByText('켜진 장애가 없습니다.').waitFor()
  })

  it('shows a call as it goes and lets one speak in it', async () => {
    const call = {
      id: 'c1',
      from: '01012345678',
      to: '15880000',
      direction: 'out',
      state: 'live',
      sip_code: 200,
      ended_by: null,
      transcript: [{ at_ms: 0, end_ms: 2000, speaker: 'them', text: '무엇을 도와드릴까요?' }],
    }
    const show = (change: object) =>
      world.context.live.publish({ type: 'call', call: { ...call, ...change } })
    show({})
    await page.getByText('무엇을 도와드릴까요?').waitFor()
    const words = page.getByRole('textbox', { name: '할 말을 입력하세요' })
    await words.fill('근조화환 하나')
    const more = [...call.transcript, { at_ms: 65_000, end_ms: 66_000, speaker: 'me', text: '여보세요' }]
    show({ transcript: more })
    await page.getByText('01:05').waitFor()
    await expect.poll(() => words.inputValue()).toBe('근조화환 하나')
    show({ state: 'ended', ended_by: 'them' })
    await page.getByText('끝남 · 회사가 끊음').waitFor()
    await expect.poll(() => words.isVisible()).toBe(false)
  })

  it('speaks English, fits a telephone, and can be used by everyone in light and dark', async () => {
    await placeVendorOrder()
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('heading', { name: 'Vendor orders' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Outside world' }).waitFor()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
    }
    await page.setViewportSize({ width: 390, height: 800 })
    const overflow = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    )
    expect(overflow).toBe(0)
  })
})
