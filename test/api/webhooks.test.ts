/** Webhooks: passed on once understood, refused when forged, harmless when doubled or strange. */
import { createHash, createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ApiProblem } from '../../api/problems.ts'
import { messageIdOf, smsThread } from '../../api/webhooks/chat-addresses.ts'
import { keepInboundMessage } from '../../db/queries/chat-inbound.ts'
import { openChatMessage } from '../../db/queries/chat-outgoing.ts'
import { settleMessageSent } from '../../db/queries/messages.ts'
import type { OrderNo } from '../../domain/ids.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { ScriptedChats } from './scripted-chats.ts'
import { ScriptedTickets } from './scripted-tickets.ts'
import { seedMessage, seedPayment, seedPurchaseOrder, seedTicket } from './seed.ts'
import { createTestApi, type TestApi } from './test-api.ts'

const tickets = new ScriptedTickets()
const chats = new ScriptedChats()
let api: TestApi
let orderNo: OrderNo

beforeAll(async () => {
  api = await createTestApi(await createTestDatabase(), { tickets, chats })
})
afterAll(() => api.close())
beforeEach(async () => {
  orderNo = (await seedTicket(api, { stage: 'awaiting_payment' })).data.orderNo
  tickets.asked.length = 0
})

const post = (party: string, value: unknown, headers: Record<string, string> = {}) =>
  api.ask('POST', `/webhooks/${party}`, {
    body: typeof value === 'string' ? value : JSON.stringify(value),
    headers: { 'content-type': 'application/json', ...headers },
  })
const unavailable = () => new ApiProblem('workflow_engine_unavailable', 'away', { retryAfterSeconds: 3 })
const closed = () => new ApiProblem('refused', 'closed', { code: 'closed' })
const GARBAGE = ['', 'nonsense', '[]', '{}', 'null', '{"eventType":"OTHER"}', '{"order_id":7}', '["x"]']

describe('toss', () => {
  const event = (paymentKey: string) => ({
    eventType: 'PAYMENT_STATUS_CHANGED',
    createdAt: '2026-11-21T10:00:00.000000',
    data: { paymentKey, status: 'DONE', orderId: `${orderNo}-P1` },
  })

  test('a change of a payment makes its ticket read it again', async () => {
    const paymentKey = await seedPayment(api, orderNo)
    expect((await post('toss', event(paymentKey))).status).toBe(200)
    expect((await post('toss', event(paymentKey))).status).toBe(200)
    expect(tickets.asked).toEqual(
      Array(2).fill({ kind: 'signal', orderNo, name: 'paymentChanged', input: { paymentKey } }),
    )
  })

  test('a payment that is not ours is received and forgotten', async () => {
    expect((await post('toss', event('pay_of_somebody_else'))).status).toBe(200)
    expect(tickets.asked).toEqual([])
  })

  test('a deposit is believed only with the secret of its account', async () => {
    const paymentKey = await seedPayment(api, orderNo)
    const deposit = {
      secret: 'secret of the account',
      status: 'DONE',
      orderId: `${orderNo}-P1`,
      transactionKey: 't',
    }
    expect((await post('toss', { ...deposit, secret: 'guessed' })).status).toBe(401)
    expect(tickets.asked).toEqual([])
    expect((await post('toss', deposit)).status).toBe(200)
    expect(tickets.asked).toMatchObject([{ name: 'paymentChanged', input: { paymentKey } }])
  })

  test('is asked to come again while the workflow engine is away, and not when the order is closed', async () => {
    const paymentKey = await seedPayment(api, orderNo)
    tickets.nextProblem = unavailable()
    const response = await post('toss', event(paymentKey))
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '3'])
    tickets.nextProblem = closed()
    expect((await post('toss', event(paymentKey))).status).toBe(200)
  })

  test.each(GARBAGE)('refuses %j', async (body) => {
    expect((await post('toss', body)).status).toBe(400)
  })

  test('refuses a body without end', async () => {
    expect((await post('toss', 'x'.repeat(1024 * 1024 + 1))).status).toBe(413)
  })
})

describe('solapi', () => {
  const header = (secret: string) => ({ 'x-solapi-secret': createHash('sha1').update(secret).digest('hex') })
  const genuine = () => header(api.settings.solapi.webhookSecret)
  const report = (messageId: string, statusCode: string, more = {}) => ({
    messageId,
    statusCode,
    statusMessage: statusCode === '4000' ? '수신완료' : '결번',
    dateReported: '2026-11-21T01:00:00.000Z',
    ...more,
  })
  const stored = (key: string) =>
    api.database
      .selectFrom('messages')
      .selectAll()
      .where('idempotency_key', '=', key)
      .executeTakeFirstOrThrow()

  test('a delivered text that nothing waits for is kept as such, and its ticket is left alone', async () => {
    const { key, providerId } = await seedMessage(api, orderNo)
    expect((await post('solapi', [report(providerId, '4000')], genuine())).status).toBe(200)
    expect(await stored(key)).toMatchObject({ status: 'delivered', error: null })
    expect(tickets.asked).toEqual([])
  })

  test('a delivered text that ends an order is kept as such and told to its ticket', async () => {
    const { key, providerId } = await seedMessage(api, orderNo, 'delivered')
    expect((await post('solapi', [report(providerId, '4000')], genuine())).status).toBe(200)
    expect(await stored(key)).toMatchObject({ status: 'delivered', error: null })
    expect(tickets.asked).toMatchObject([
      {
        name: 'messageReported',
        orderNo,
        input: { messageKey: key, status: 'delivered', at: '2026-11-21T10:00:00+09:00' },
      },
    ])
  })

  test('a failed one tells why; what comes after it changes nothing', async () => {
    const { key, providerId } = await seedMessage(api, orderNo)
    await post('solapi', [report(providerId, '3104')], genuine())
    await post('solapi', [report(providerId, '4000')], genuine())
    expect(await stored(key)).toMatchObject({ status: 'failed', error: '3104 결번' })
    expect(tickets.asked[0]).toMatchObject({ input: { status: 'failed', reason: '3104 결번' } })
  })

  test('a text on its way is no end yet', async () => {
    const { key, providerId } = await seedMessage(api, orderNo)
    const underway = [report(providerId, '2000'), report(providerId, '3000')]
    expect((await post('solapi', underway, genuine())).status).toBe(200)
    expect(await stored(key)).toMatchObject({ status: 'sent' })
    expect(tickets.asked).toEqual([])
  })

  test('a report that is faster than our note of the sending finds its text by our own key', async () => {
    const { key } = await seedMessage(api, orderNo)
    const early = report('M4V-not-noted', '4000', { customFields: { key } })
    expect((await post('solapi', [early], genuine())).status).toBe(200)
    expect(await stored(key)).toMatchObject({ status: 'delivered', provider_id: 'M4V-not-noted' })
  })

  test('an unknown text is asked for again', async () => {
    expect((await post('solapi', [report('M4V-unknown', '4000')], genuine())).status).toBe(404)
  })

  test('an answer in a chat that did not arrive is told to its conversation, one that did to nobody', async () => {
    const thread = smsThread('01012345678', api.settings.dataKey)
    const arrived = {
      ...thread,
      messageId: messageIdOf(thread.threadId, orderNo),
      toNumber: '15880000',
      text: '안녕하세요',
      receivedAt: new Date(),
      attachments: [],
    }
    await keepInboundMessage(api.database, api.settings.dataKey, arrived, null)
    for (const key of [`${orderNo}:1`, `${orderNo}:2`, `${orderNo}:3`]) {
      const message = { key, threadId: thread.threadId, orderNo, author: 'ai', body: '네' }
      const route = { channel: 'sms', to: '01012345678' } as const
      const { id } = await openChatMessage(api.database, api.settings.dataKey, message, route)
      await settleMessageSent(api.database, id, `M4V-${key}`)
    }
    await post('solapi', [report(`M4V-${orderNo}:1`, '4000')], genuine())
    expect(chats.failed).toEqual([])
    const failed = [report(`M4V-${orderNo}:2`, '3104')]
    expect((await post('solapi', failed, genuine())).status).toBe(200)
    expect((await post('solapi', failed, genuine())).status).toBe(200)
    expect(chats.failed).toEqual(Array(2).fill({ threadId: thread.threadId, key: `${orderNo}:2` }))
    expect(await stored(`${orderNo}:2`)).toMatchObject({ status: 'failed' })
    chats.over = true
    expect((await post('solapi', [report(`M4V-${orderNo}:3`, '3104')], genuine())).status).toBe(200)
    chats.over = false
    chats.away = true
    expect((await post('solapi', failed, genuine())).status).toBe(503)
    chats.away = false
    expect(tickets.asked).toEqual([])
  })

  test('refuses a wrong secret and none, and touches nothing', async () => {
    const { key, providerId } = await seedMessage(api, orderNo)
    expect((await post('solapi', [report(providerId, '4000')], header('guessed'))).status).toBe(401)
    expect((await post('solapi', [report(providerId, '4000')])).status).toBe(401)
    expect(await stored(key)).toMatchObject({ status: 'sent' })
    expect(tickets.asked).toEqual([])
  })

  test('a list of nothing is fine, anything else is refused', async () => {
    for (const body of GARBAGE) {
      expect([body, (await post('solapi', body, genuine())).status]).toEqual([
        body,
        body === '[]' ? 200 : 400,
      ])
    }
  })
})

describe('vendor-erp', () => {
  const signed = (body: string, secret = api.settings.vendorErp.webhookSecret) => ({
    'x-erp-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  })
  const event = (order: { erp_order_id: string; reference: string }) =>
    JSON.stringify({
      event: 'status_changed',
      order_id: order.erp_order_id,
      reference: order.reference,
      status: '배송중',
      at: '2026-11-21T10:00:00+09:00',
    })

  test('a change makes the ticket look at the vendor again, as often as it is told', async () => {
    const order = await seedPurchaseOrder(api, orderNo)
    const body = event(order)
    expect((await post('vendor-erp', body, signed(body))).status).toBe(200)
    expect((await post('vendor-erp', body, signed(body))).status).toBe(200)
    const told = {
      kind: 'signal',
      orderNo,
      name: 'deliveryChanged',
      input: { erpOrderId: order.erp_order_id },
    }
    expect(tickets.asked).toEqual([told, told])
  })

  test('a number that two vendors use wakes both orders, each of which reads its own', async () => {
    const first = await seedPurchaseOrder(api, orderNo)
    const otherNo = (await seedTicket(api, { stage: 'paid' })).data.orderNo
    tickets.asked.length = 0
    const other = await seedPurchaseOrder(api, otherNo)
    await api.database
      .updateTable('purchase_orders')
      .set({ erp_order_id: first.erp_order_id })
      .where('reference', '=', other.reference)
      .execute()
    const body = event(first)
    expect((await post('vendor-erp', body, signed(body))).status).toBe(200)
    expect(tickets.asked.map((asked) => 'orderNo' in asked && asked.orderNo).sort()).toEqual(
      [orderNo, otherNo].sort(),
    )
  })

  test('refuses a body that was changed, a foreign key and no signature', async () => {
    const body = event(await seedPurchaseOrder(api, orderNo))
    expect((await post('vendor-erp', body.replace('배송중', '완료'), signed(body))).status).toBe(401)
    expect((await post('vendor-erp', body, signed(body, 'guessed'))).status).toBe(401)
    expect((await post('vendor-erp', body)).status).toBe(401)
    expect(tickets.asked).toEqual([])
  })

  test('an order that is not ours is received and forgotten', async () => {
    const body = event({ erp_order_id: 'ERP-none', reference: 'none-1' })
    expect((await post('vendor-erp', body, signed(body))).status).toBe(200)
    expect(tickets.asked).toEqual([])
  })

  test.each(GARBAGE)('refuses %j even when it is signed', async (body) => {
    expect((await post('vendor-erp', body, signed(body))).status).toBe(400)
  })
})
