/**
 * The API's half of an order from the first click to Done, with the real workflow on a real Temporal, the
 * real activities and the stand-ins of gateway, carrier and vendor over HTTP.
 */
import { randomBytes } from 'node:crypto'
import { Connection } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { LiveEvent } from '../../api/schemas/live-events.ts'
import type { TicketActionRequest } from '../../api/schemas/ticket-requests.ts'
import { ticketDetailSchema } from '../../api/schemas/tickets.ts'
import { type ApiServer, startServer } from '../../api/server.ts'
import type { RunningProcess } from '../../config/process.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import { freePort } from '../../scripts/setup/free-port.ts'
import { FaultRegistry } from '../../simulators/faults.ts'
import { type RunningWorld, startWorld } from '../../simulators/world.ts'
import { startBusinessWorker } from '../../temporal/workers/business.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { getTemporalAddress } from '../support/temporal.ts'
import { MessageLog } from './message-log.ts'
import { CUSTOMER_PHONE } from './seed.ts'
import { createTestApi, type TestApi } from './test-api.ts'

let api: TestApi
let server: ApiServer
let world: RunningWorld
let worker: RunningProcess
let log: MessageLog

/** A namespace of its own: other test files serve the same task queue. */
async function createNamespace(): Promise<string> {
  const namespace = `api-${randomBytes(4).toString('hex')}`
  const connection = await Connection.connect({ address: getTemporalAddress() })
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: 86_400 } as never,
    })
    // The server's parts learn of a namespace one after the other.
    for (;;) {
      const known = await connection.workflowService.listWorkflowExecutions({ namespace }).then(
        () => true,
        () => false,
      )
      if (known) return namespace
    }
  } finally {
    await connection.close()
  }
}

beforeAll(async () => {
  const [apiPort, worldPort] = [await freePort(), await freePort()]
  api = await createTestApi(await createTestDatabase(), {
    environment: {
      API_PORT: String(apiPort),
      WORLD_PORT: String(worldPort),
      TEMPORAL_ADDRESS: getTemporalAddress(),
      TEMPORAL_NAMESPACE: await createNamespace(),
      EDIT_WINDOW_SECONDS: '2',
      VENDOR_POLL_SECONDS: '60',
      STEP_RETRY_SECONDS: '0.2',
      STEP_MAX_ATTEMPTS: '2',
    },
  })
  const { settings, logger } = api.deps
  world = await startWorld({
    settings,
    logger,
    faults: new FaultRegistry(),
    pace: { erpStepMs: 150, smsDeliveryMs: 20, webhookRetryMs: [50, 200, 1_000] },
  })
  worker = await startBusinessWorker(settings, logger)
  server = await startServer(api, { host: '127.0.0.1', port: apiPort })
  log = await MessageLog.open(`ws://127.0.0.1:${apiPort}/api/events`, { cookie: api.cookies.admin })
})
afterAll(async () => {
  await log?.close()
  await server?.stop()
  await worker?.stop()
  await world?.stop()
  await api?.close()
})

const url = (path: string) => `${api.settings.publicUrl}${path}`
const asPerson = () => ({ cookie: api.cookies.admin, 'content-type': 'application/json' })
const post = (path: string, json: unknown, headers: Record<string, string> = {}) =>
  fetch(url(path), { method: 'POST', headers: { ...asPerson(), ...headers }, body: JSON.stringify(json) })
const read = async (orderNo: string) =>
  ticketDetailSchema.parse(
    await (await fetch(url(`/api/tickets/${orderNo}`), { headers: asPerson() })).json(),
  )
const act = (orderNo: string, action: TicketActionRequest) => post(`/api/tickets/${orderNo}/actions`, action)

/** The live event that shows the ticket as wanted. */
const shown = (
  orderNo: string,
  fits: (ticket: Extract<LiveEvent, { type: 'ticket_changed' }>['ticket']) => boolean,
) =>
  log.find(
    (event) => event.type === 'ticket_changed' && event.ticket.order_no === orderNo && fits(event.ticket),
  )

async function takeDown(recipient: string) {
  const response = await post('/api/tickets', {
    customer_phone: '010-1234-5678',
    fields: {
      orderer: '주식회사 한빛',
      recipient,
      destination: '서울대학교병원 장례식장',
      room: '특2호실',
      message: '삼가 고인의 명복을 빕니다',
      deliver_by: koreanIso(Math.floor(Date.now() / 1000) * 1000 + 6 * 3_600_000),
    },
    confirmed: true,
  })
  const text = await response.text()
  expect([response.status, text]).toEqual([201, expect.any(String)])
  return ticketDetailSchema.parse(JSON.parse(text)).order_no
}

const smsSchema = z.object({ messages: z.array(z.object({ to: z.string(), text: z.string() })) })
async function texts(orderNo: string) {
  const inbox = await fetch(`${world.origin}/world/api/sms?number=${CUSTOMER_PHONE}`)
  return smsSchema.parse(await inbox.json()).messages.filter(({ text }) => text.includes(orderNo))
}

/** The link to the order page as soon as it was texted: each step of a ticket is told live. */
async function orderLink(orderNo: string): Promise<string> {
  for (;;) {
    const from = log.events.length
    for (const { text } of await texts(orderNo)) {
      const link = /https?:\S+\/order\/\S+/.exec(text)?.[0]
      if (link !== undefined) return link
    }
    await log.find(() => true, from)
  }
}

/** The customer pays from the page behind the link of their text, on the gateway's page. */
async function pay(orderNo: string) {
  const link = await orderLink(orderNo)
  const opened = await fetch(`${link}/pay`, { redirect: 'manual' })
  const checkout = opened.headers.get('location') ?? ''
  expect([opened.status, checkout]).toEqual([303, expect.stringContaining('/toss/checkout/')])
  const decision = await fetch(checkout, {
    method: 'POST',
    body: new URLSearchParams({ action: 'pay' }),
    redirect: 'manual',
  })
  const back = decision.headers.get('location') ?? ''
  const page = await (await fetch(back)).text()
  return { link, back, page: /data-page="(\w+)"/.exec(page)?.[1] }
}

describe('an order taken down by hand', () => {
  test('is paid by link, delivered with a photo and Done, watched live', async () => {
    const orderNo = await takeDown('김철수')
    const { page, link, back } = await pay(orderNo)
    expect(page).toBe('paid')
    // A reloaded page and a link that is opened again take no second payment.
    expect(await (await fetch(back)).text()).toContain('data-page="paid"')
    const again = await fetch(`${link}/pay`, { redirect: 'manual' })
    expect(again.headers.get('location')).toBe(new URL(link).pathname)
    await shown(orderNo, (ticket) => ticket.state === 'done')
    const ticket = await read(orderNo)
    expect(ticket).toMatchObject({ state: 'done', outcome: 'delivered', sub_state: 'delivered', actions: [] })
    expect(ticket.payments.map(({ status }) => status)).toEqual(['DONE'])
    expect(ticket.purchase_orders).toHaveLength(1)
    expect(ticket.messages.map(({ kind }) => kind)).toEqual(['payment_link', 'confirmation', 'delivered'])
    const photo = await fetch(url(ticket.deliveries[0]?.photo_url ?? ''), { headers: asPerson() })
    expect([photo.status, photo.headers.get('content-type')?.split('/')[0]]).toEqual([200, 'image'])
    // The text brings the photo itself; the order page shows it too.
    expect(ticket.messages.at(-1)).toMatchObject({ kind: 'delivered', type: 'MMS' })
    const shownPhoto = await fetch(`${link}/photo`)
    expect(shownPhoto.headers.get('content-type')?.split('/')[0]).toBe('image')
    // What comes after the end is told, not done.
    expect((await act(orderNo, { action: 'cancel', reason: '늦은 취소' })).status).toBe(409)
    expect(await (await fetch(link)).text()).toContain('data-stage="delivered"')
  })

  test('that the vendor refuses becomes an Issue, which a person resolves', async () => {
    world.context.faults.add({
      service: 'vendor_erp',
      kind: 'refuse',
      operation: 'create_order',
      status: 422,
      times: 1,
    })
    const orderNo = await takeDown('박영희')
    await pay(orderNo)
    await shown(orderNo, (ticket) => ticket.state === 'issue')
    const stuck = await read(orderNo)
    expect(stuck.issue).toMatchObject({ kind: 'admin_required', step: 'place_purchase_order' })
    expect(stuck.actions).toContain('retry_step')
    // Another Issue waits until this one is resolved, and is resolved after it.
    const another = await act(orderNo, { action: 'raise_issue', kind: 'complaint', reason: '또 하나' })
    expect(another.status).toBe(200)
    const resolved = await act(orderNo, { action: 'retry_step', note: '다시 확인함' })
    expect(resolved.status).toBe(200)
    expect(ticketDetailSchema.parse(await resolved.json()).issue_kind).toBe('complaint')
    expect((await act(orderNo, { action: 'retry_step', note: '통화함' })).status).toBe(200)
    await shown(orderNo, (ticket) => ticket.state === 'done')
  })

  test('can be edited and cancelled while nothing is paid', async () => {
    const orderNo = await takeDown('이민수')
    await shown(orderNo, (ticket) => ticket.sub_state === 'awaiting_payment')
    const edited = await act(orderNo, { action: 'edit_order', fields: { room: '3호실' } })
    expect([edited.status, await edited.json()]).toMatchObject([200, { room: '3호실' }])
    expect((await act(orderNo, { action: 'cancel', reason: '고객 요청' })).status).toBe(200)
    await shown(orderNo, (ticket) => ticket.outcome === 'cancelled')
    const link = await orderLink(orderNo)
    expect(await (await fetch(link)).text()).toContain('data-stage="cancelled"')
  })

  test('that is done by now answers a repeated request and is not opened again', async () => {
    const repeated = { 'idempotency-key': 'order-of-a-slow-browser' }
    const request = { customer_phone: '010-1234-5678', fields: {}, confirmed: false }
    const first = await post('/api/tickets', request, repeated)
    const { order_no: orderNo } = ticketDetailSchema.parse(await first.json())
    expect((await act(orderNo, { action: 'cancel', reason: '잘못 접수' })).status).toBe(200)
    await shown(orderNo, (ticket) => ticket.state === 'done')
    const { timeline } = await read(orderNo)
    const again = await post('/api/tickets', request, repeated)
    expect(again.status).toBe(201)
    const answer = ticketDetailSchema.parse(await again.json())
    expect(answer).toMatchObject({ order_no: orderNo, state: 'done', outcome: 'cancelled' })
    expect(answer.timeline).toEqual(timeline)
  })

  test('has a payment page that says so when the gateway is away, and works again later', async () => {
    const orderNo = await takeDown('최정우')
    const link = await orderLink(orderNo)
    world.context.faults.add({ service: 'payments', kind: 'refuse', status: 503 })
    const away = await fetch(`${link}/pay`, { redirect: 'manual' })
    expect([away.status, await away.text()]).toEqual([
      503,
      expect.stringContaining('지금은 처리하지 못했습니다'),
    ])
    world.context.faults.remove()
    expect((await fetch(`${link}/pay`, { redirect: 'manual' })).status).toBe(303)
    expect((await act(orderNo, { action: 'cancel', reason: '고객 요청' })).status).toBe(200)
    await shown(orderNo, (ticket) => ticket.outcome === 'cancelled')
  })
})
