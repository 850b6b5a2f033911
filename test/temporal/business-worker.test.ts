import { randomBytes } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'
import { msToTs } from '@temporalio/common/lib/time.js'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTicketActivities, type TicketActivities } from '../../activities/tickets.ts'
import { loadSettings, type Settings } from '../../config/settings.ts'
import { createDatabase, type Database } from '../../db/database.ts'
import { makeCallId, ticketWorkflowId } from '../../domain/ids.ts'
import type { OrderSource } from '../../domain/order-source.ts'
import { connectClient } from '../../temporal/connection.ts'
import { TASK_QUEUES } from '../../temporal/task-queues.ts'
import { startBusinessWorker } from '../../temporal/workers/business.ts'
import { cancelOrder, snapshot } from '../../workflows/ticket-messages.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { getTemporalAddress } from '../support/temporal.ts'

const NOW = Date.parse('2026-11-21T03:00:00Z')

let settings: Settings
let db: Database
let client: Client
let tickets: TicketActivities
const stops: (() => Promise<void>)[] = []

beforeAll(async () => {
  const { url, drop } = await createTestDatabase()
  const namespace = `business-${randomBytes(4).toString('hex')}`
  settings = loadSettings({
    DATABASE_URL: url,
    TEMPORAL_ADDRESS: getTemporalAddress(),
    TEMPORAL_NAMESPACE: namespace,
    DAERI_DATA_KEY: '66'.repeat(32),
    STEP_RETRY_SECONDS: '3600',
    // Nothing of the outside world is there.
    WORLD_PORT: '1',
  })
  await createNamespace(namespace)
  db = createDatabase(url)
  const worker = await startBusinessWorker(settings, pino({ level: 'silent' }))
  client = await connectClient(settings)
  tickets = createTicketActivities({ client, policy: settings.order, now: () => NOW })
  stops.push(
    () => client.connection.close(),
    worker.stop,
    () => db.destroy(),
    drop,
  )
})
afterAll(async () => {
  for (const stop of stops) await stop()
})

async function createNamespace(namespace: string): Promise<void> {
  const connection = await Connection.connect({ address: getTemporalAddress() })
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: msToTs('1 day'),
  })
  await connection.close()
}

const callId = makeCallId(randomBytes(6).toString('hex'))
const source = { kind: 'call', callId } as const
const open = () => tickets.openTicket({ source, customerPhone: '+82 10-1234-5678' })
const saying = (value: string, words = value) => ({ value, words, confidence: 0.9 })

test('a call has one ticket, readable as soon as it is opened', async () => {
  const [{ orderNo }, again] = await Promise.all([open(), open()])
  expect(again).toEqual({ orderNo })
  const row = await db
    .selectFrom('tickets')
    .innerJoin('orders', 'orders.id', 'tickets.order_id')
    .select(['current_state', 'workflow_id', 'missing'])
    .where('order_no', '=', orderNo)
    .executeTakeFirstOrThrow()
  expect(row).toMatchObject({ current_state: 'todo', workflow_id: ticketWorkflowId(orderNo) })
  expect(row.missing).toHaveLength(7)
})

test('what a caller tells is checked, kept with its evidence, and told back', async () => {
  const { orderNo } = await open()
  const told = {
    orderNo,
    source,
    key: 'turn-1',
    fields: { recipient: saying('이영희', '이영희 씨요'), phone: saying('010-123') },
  }
  const first = await tickets.setOrderFields(told)
  expect(first).toMatchObject({ ok: true, order: { recipient: '이영희', phone: null } })
  expect(first.problems).toMatchObject([{ field: 'phone', code: 'not_a_phone_number' }])
  expect(await tickets.setOrderFields(told)).toEqual(first)
  const ticket = await client.workflow.getHandle(ticketWorkflowId(orderNo)).query(snapshot)
  expect(ticket.evidence.recipient).toEqual({
    channel: 'phone',
    words: '이영희 씨요',
    confidence: 0.9,
    callId,
  })
})

test('a call of before chat threads finds its ticket and is stored as one', async () => {
  const { orderNo } = await open()
  // As a call that began before an update still asks.
  const old = { orderNo, callId, customerPhone: '010-1234-5678', channel: 'phone' }
  const openOld = tickets.openTicket as (input: object) => Promise<unknown>
  const storeOld = tickets.setOrderFields as (input: object) => Promise<unknown>
  expect(await openOld(old)).toEqual({ orderNo })
  await storeOld({ ...old, key: 'turn-old', fields: { orderer: saying('김영수') } })
  const ticket = await client.workflow.getHandle(ticketWorkflowId(orderNo)).query(snapshot)
  expect(ticket.evidence.orderer).toEqual({ channel: 'phone', words: '김영수', confidence: 0.9, callId })
})

test('a thread has a ticket for each message that began an order, and fields know their message', async () => {
  const thread = { kind: 'chat', threadId: 'chat-sms-0123456789ab', channel: 'sms' } as const
  const first = { ...thread, messageId: 'm1' }
  const opening = (source: OrderSource) => tickets.openTicket({ source, customerPhone: '01077778888' })
  const { orderNo } = await opening(first)
  expect(await opening(first)).toEqual({ orderNo })
  expect((await opening({ ...thread, messageId: 'm2' })).orderNo).not.toBe(orderNo)
  await tickets.setOrderFields({ orderNo, source: first, key: 'm1-a', fields: { room: saying('2호실') } })
  const ticket = await client.workflow.getHandle(ticketWorkflowId(orderNo)).query(snapshot)
  expect(ticket).toMatchObject({ channel: 'sms', callId: null, customerPhone: '01077778888' })
  const evidence = { channel: 'sms', words: '2호실', confidence: 0.9 }
  expect(ticket.evidence.room).toEqual({ ...evidence, threadId: thread.threadId, messageId: 'm1' })
})

test('an order is confirmed only when nothing is missing', async () => {
  const { orderNo } = await open()
  const early = await tickets.confirmOrder({ orderNo, source, key: 'confirm-1' })
  expect(early.ok).toBe(false)
  expect(early.missing).toContain('room')
  const { missing } = await tickets.setOrderFields({
    orderNo,
    source,
    key: 'turn-2',
    fields: {
      orderer: saying('김철수'),
      destination: saying('서울의료원 장례식장'),
      room: saying('3호실'),
      message: saying('삼가 고인의 명복을 빕니다'),
      deliver_by: saying('2026-11-21T18:00:00+09:00'),
      phone: saying('010 1234 5678'),
    },
  })
  expect(missing).toEqual([])
  expect(await tickets.confirmOrder({ orderNo, source, key: 'confirm-2' })).toMatchObject({
    ok: true,
    missing: [],
  })
  const handle = client.workflow.getHandle(ticketWorkflowId(orderNo))
  const { typedSearchAttributes, raw } = await handle.describe()
  const shown = JSON.stringify(typedSearchAttributes.getAll())
  expect(shown).toContain('awaiting_payment')
  expect(shown).not.toContain('이영희')
  expect(JSON.stringify(raw)).not.toContain('01012345678')
})

test('history holds ciphertext only', async () => {
  const { orderNo } = await open()
  const connection = await Connection.connect({ address: getTemporalAddress() })
  const blind = new Client({ connection, namespace: settings.temporal.namespace })
  const history = await blind.workflow.getHandle(ticketWorkflowId(orderNo)).fetchHistory()
  const bytes = (history.events ?? []).flatMap(
    (event) => event.workflowExecutionStartedEventAttributes?.input?.payloads ?? [],
  )
  expect(bytes.length).toBeGreaterThan(0)
  for (const payload of bytes) {
    expect(Buffer.from(payload.metadata?.encoding ?? []).toString()).toBe('binary/encrypted')
    expect(Buffer.from(payload.data ?? []).toString('latin1')).not.toContain('01012345678')
  }
  await connection.close()
})

test('a missed call becomes an Issue that asks to call back', async () => {
  const call = makeCallId(randomBytes(6).toString('hex'))
  const input = {
    callId: call,
    fromNumber: '01099998888',
    toNumber: '15880000',
    receivedAt: '2026-11-21T12:00:00+09:00',
  }
  await client.workflow.execute('missedCall', {
    workflowId: `missed-${call}`,
    taskQueue: TASK_QUEUES.business,
    args: [input],
  })
  const row = await db
    .selectFrom('call_records')
    .innerJoin('tickets', 'tickets.order_id', 'call_records.order_id')
    .select(['call_records.state', 'current_state', 'issue_kind'])
    .where('call_id', '=', call)
    .executeTakeFirstOrThrow()
  expect(row).toEqual({ state: 'missed', current_state: 'issue', issue_kind: 'admin_required' })
})

test('a ticket that is closed tells the caller so instead of failing the call', async () => {
  const { orderNo } = await open()
  const handle = client.workflow.getHandle(ticketWorkflowId(orderNo))
  await handle.executeUpdate(cancelOrder, { args: [{ reason: '테스트', actor: 'owner@example.com' }] })
  const late = await tickets.setOrderFields({
    orderNo,
    source,
    key: 'late',
    fields: { room: saying('5호실') },
  })
  expect(late).toMatchObject({ ok: false, order: { room: '3호실' } })
  await handle.terminate()
  expect(await tickets.confirmOrder({ orderNo, source, key: 'later' })).toMatchObject({ ok: false })
})
