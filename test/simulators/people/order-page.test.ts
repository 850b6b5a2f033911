/** People on the order page as our API really renders it. */
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CustomerOrder } from '../../../api/customer-pages/order-page/order.ts'
import { renderOrderPage } from '../../../api/customer-pages/order-page/view.ts'
import { parseOrderNo } from '../../../domain/ids.ts'
import { visitOrderPage } from '../../../scripts/scenario/visit.ts'
import { Browser, BrowserError } from '../../../simulators/people/browser.ts'
import {
  editOrder,
  giveRefundAccount,
  type ShownAccount,
  takeAccount,
} from '../../../simulators/people/order-page.ts'
import { Payer } from '../../../simulators/people/payer.ts'
import { personaSchema } from '../../../simulators/people/persona.ts'
import { NOW_MS } from './conversation.ts'

const ACCOUNT = {
  bankCode: '06',
  accountNumber: '79123456789012',
  holder: '김민수',
  dueAt: NOW_MS + 3_600_000,
}
const AWAITING_PAYMENT: CustomerOrder = {
  orderNo: parseOrderNo('261121-7KQ2'),
  linkVersion: 0,
  version: 3,
  stage: 'pay',
  step: 0,
  amountWon: 80_000,
  fields: {
    orderer: '한빛 & "상사"',
    recipient: '고 박영자',
    message: "삼가 고인의 '명복'을 빕니다",
    destination: '서울대학교병원 장례식장',
    room: '특2호실',
    deliver_by: '2026-11-22T10:00:00+09:00',
    phone: '010-****-5678',
  },
  editable: true,
  atVendor: false,
  hasIssue: false,
  payUntil: NOW_MS + 3_600_000,
  editUntil: null,
  deliveredAt: null,
  photoKey: null,
  account: null,
  wantsRefundAccount: false,
}

let server: ReturnType<typeof serve>
let link: string
let order: CustomerOrder
let posted: Record<string, unknown>

beforeEach(async () => {
  order = AWAITING_PAYMENT
  posted = {}
  const app = new Hono()
  const show = () =>
    renderOrderPage({
      order,
      path: '/order/T',
      language: 'ko',
      company: { name: '대리 화환', phone: '15880000' },
      nowMs: NOW_MS,
      notice: null,
      form: null,
      formKey: 'key-1',
    })
  app.get('/order/T', (c) => c.html(show()))
  app.post('/order/T/:what', async (c) => {
    posted = { ...(await c.req.parseBody()), what: c.req.param('what') }
    if (posted.what === 'account')
      order = { ...order, account: { ...ACCOUNT, bankCode: String(posted.bank) } }
    return c.redirect('/order/T', 303)
  })
  app.get('/order/T/pay', (c) => c.redirect('/checkout', 303))
  app.get('/checkout', (c) =>
    c.html('<form method="post"><button name="action" value="pay">80,000원 결제하기</button></form>'),
  )
  app.post('/checkout', (c) => {
    order = { ...order, stage: 'window', step: 1, editUntil: NOW_MS + 600_000 }
    return c.redirect('/order/T', 303)
  })
  server = await new Promise((resolve) => {
    const started = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(started))
  })
  link = `http://127.0.0.1:${(server.address() as AddressInfo).port}/order/T`
})
afterEach(() => new Promise((resolve) => server.close(resolve)))

/** Somebody to whom the link was texted. */
const visitor = () => ({
  number: '01012345678',
  outbound: [],
  campaignRows: [],
  tickets: [],
  calls: [],
  receivedCalls: [],
  keptTurns: [],
  worldCalls: [],
  sms: [
    {
      id: '1',
      to: '01012345678',
      from: '15880000',
      text: `결제해 주세요. ${link}`,
      at: '2026-11-21T04:00:00Z',
      type: 'LMS',
      status: 'delivered',
    } as const,
  ],
  sentSms: [],
  kakao: [],
  worldPayments: [],
  vendorOrders: [],
})

describe('a visitor', () => {
  it('edits what they name and leaves the rest as the page showed it', async () => {
    await editOrder(new Browser(), link, { message: '편히 쉬세요', room: '3호실' })
    expect(posted).toEqual({
      what: 'edit',
      key: 'key-1',
      ...Object.fromEntries(
        Object.entries({ ...AWAITING_PAYMENT.fields, deliver_by: '2026-11-22T10:00', phone: '' }).map(
          ([field, value]) => [`was_${field}`, value],
        ),
      ),
      ...AWAITING_PAYMENT.fields,
      deliver_by: '2026-11-22T10:00',
      phone: '',
      message: '편히 쉬세요',
      room: '3호실',
    })
    await expect(editOrder(new Browser(), link, { color: 'red' })).rejects.toThrow(BrowserError)
    order = { ...order, editable: false }
    await expect(editOrder(new Browser(), link, { room: '4호실' })).rejects.toThrow(BrowserError)
  })

  it('takes an account, once', async () => {
    const values = { receipt: 'income_deduction', receipt_number: '01012345678' }
    const { account } = await takeAccount(new Browser(), link, values)
    expect(account).toEqual({ number: '79123456789012', amountWon: 80_000 })
    expect(posted).toEqual({ what: 'account', bank: '06', ...values })
    posted = {}
    expect((await takeAccount(new Browser(), link)).account).toEqual(account)
    expect(posted).toEqual({})
  })

  it('tells where a refund goes when asked for it', async () => {
    const values = { bank: '20', account_number: '1002123456789', holder: '김민수' }
    await expect(giveRefundAccount(new Browser(), link, values)).rejects.toThrow(BrowserError)
    order = { ...order, stage: 'refunded', wantsRefundAccount: true }
    await giveRefundAccount(new Browser(), link, values)
    expect(posted).toEqual({ what: 'refund-account', ...values })
  })

  it('pays by card, looks, and reads what the page says', async () => {
    expect((await visitOrderPage(visitor(), {})).seen).toContain('결제를 기다리고 있습니다')
    const paid = await visitOrderPage(visitor(), { pay: 'card' })
    expect(paid.done).toContain('pays by card')
    expect(paid.seen).toContain('결제가 완료되었습니다')
    expect(paid.seen).not.toContain('querySelector')
    expect((await visitOrderPage(visitor(), { pay: 'card' })).done).toContain('nothing to pay')
    await expect(visitOrderPage({ ...visitor(), sms: [] }, {})).rejects.toThrow('no link')
  })
})

it('a person who transfers takes an account on the page and sends the money, in another name if they like', async () => {
  const transfers: [ShownAccount, string][] = []
  const persona = personaSchema.parse({
    name: '김민수',
    pays: { method: 'bank_transfer', after_ms: 0, depositor: '박영자' },
  })
  const payer = new Payer({
    personaOf: () => persona,
    callOver: async () => undefined,
    wait: async () => undefined,
    transfer: (account, depositor) => transfers.push([account, depositor]),
    logger: pino({ level: 'silent' }),
  })
  await payer.onMessage({ to: '01012345678', text: `결제해 주세요. ${link}` })
  expect(transfers).toEqual([[{ number: '79123456789012', amountWon: 80_000 }, '박영자']])
})
