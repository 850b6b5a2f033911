import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase, type Database } from '../../db/database.ts'
import { decryptText } from '../../db/encryption.ts'
import { migrateToLatest } from '../../db/migrate.ts'
import { openMessage, recordDeliveryReport, settleMessageSent } from '../../db/queries/messages.ts'
import { recordMissedCall } from '../../db/queries/missed-calls.ts'
import { EVENTS_CHANNEL } from '../../db/queries/notify.ts'
import { projectTicket } from '../../db/queries/ticket-projection.ts'
import { makeCallId, makeOrderNo, type OrderNo } from '../../domain/ids.ts'
import { Ticket } from '../../domain/ticket.ts'
import { ORDER, POLICY } from '../domain/order-fixture.ts'
import { createTestDatabase } from '../support/postgres.ts'

const KEY = '33'.repeat(32)
const deed = { actor: 'system', at: '2026-11-21T12:00:00+09:00' }

let db: Database
let url: string
let drop: () => Promise<void>
beforeAll(async () => {
  ;({ url, drop } = await createTestDatabase())
  db = createDatabase(url)
})
afterAll(async () => {
  await db?.destroy()
  await drop?.()
})

let count = 0
function opened(customerPhone = '01012345678'): Ticket {
  count += 1
  const orderNo = makeOrderNo('261121', [0.5, count / 32, 0, 0])
  return Ticket.open({ orderNo, channel: 'phone', callId: null, customerPhone, policy: POLICY }, deed)
}
const told = (ticket: Ticket) =>
  ticket.setFields({
    ...deed,
    fields: ORDER,
    evidence: { recipient: { channel: 'phone', words: '이영희 씨요', confidence: 0.9 } },
    channel: 'phone',
    callId: null,
  })
const project = (ticket: Ticket) =>
  projectTicket(db, KEY, {
    workflowId: `ticket-${ticket.data.orderNo}`,
    ticket: ticket.data,
    events: ticket.events,
  })
const read = (orderNo: OrderNo) =>
  db
    .selectFrom('tickets')
    .innerJoin('orders', 'orders.id', 'tickets.order_id')
    .innerJoin('customers', 'customers.id', 'orders.customer_id')
    .selectAll(['tickets', 'orders'])
    .select(['customers.phone as customer_phone', 'customers.phone_tail', 'tickets.id as ticket_id'])
    .where('order_no', '=', orderNo)
    .executeTakeFirstOrThrow()
const eventsOf = (ticketId: number) =>
  db.selectFrom('ticket_events').selectAll().where('ticket_id', '=', ticketId).orderBy('seq').execute()

test('a ticket is written with order, customer and timeline, personal data encrypted', async () => {
  const ticket = told(opened())
  await project(ticket)
  const row = await read(ticket.data.orderNo)
  expect(row).toMatchObject({
    current_state: 'todo',
    sub_state: 'order_received',
    missing: [],
    actions: ['edit_order', 'confirm_order', 'cancel', 'raise_issue'],
    channel: 'phone',
    amount: 80_000,
    cost: 40_000,
    recipient: ORDER.recipient,
    phone_tail: '5678',
  })
  expect(decryptText(row.phone ?? '', KEY)).toBe('01012345678')
  expect(decryptText(row.customer_phone, KEY)).toBe('01012345678')
  const evidence = row.evidence as { recipient: { words: string } }
  expect(decryptText(evidence.recipient.words, KEY)).toBe('이영희 씨요')
  expect((await eventsOf(row.ticket_id)).map(({ kind }) => kind)).toEqual(['opened', 'fields_set'])
})

test('repeating a projection, or an older one coming late, changes nothing', async () => {
  const first = opened()
  const second = told(first)
  await project(second)
  await project(first)
  await project(second)
  const row = await read(second.data.orderNo)
  expect(row.version).toBe(second.data.version)
  expect(row.orderer).toBe(ORDER.orderer)
  expect(await eventsOf(row.ticket_id)).toHaveLength(2)
})

test('many at once end in the newest', async () => {
  const history = [opened()]
  for (let i = 0; i < 8; i++) {
    const last = history.at(-1)
    if (last !== undefined) {
      history.push(
        last.setFields({
          ...deed,
          fields: { room: `${i}호실` },
          evidence: {},
          channel: 'phone',
          callId: null,
        }),
      )
    }
  }
  await Promise.all(history.toReversed().map(project))
  const newest = history.at(-1)
  const row = await read(newest?.data.orderNo ?? ('' as OrderNo))
  expect(row.room).toBe('7호실')
  expect((await eventsOf(row.ticket_id)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
})

test('the API hears of it when the transaction commits, by ids only', async () => {
  const listener = new Client({ connectionString: url })
  await listener.connect()
  await listener.query(`listen ${EVENTS_CHANNEL}`)
  const heard = new Promise<string>((resolve) => {
    listener.once('notification', ({ payload }) => resolve(payload ?? ''))
  })
  const ticket = opened()
  await project(ticket)
  expect(JSON.parse(await heard)).toEqual({ type: 'ticket_changed', order_no: ticket.data.orderNo })
  await listener.end()
})

test('two orders of one number have one customer; an Issue and its reason are kept', async () => {
  const [one, two] = [opened('01055556666'), opened('01055556666')]
  const stuck = two.raiseIssue({ ...deed, kind: 'complaint', reason: '사유', step: null })
  await project(one)
  await project(stuck)
  const [a, b] = [await read(one.data.orderNo), await read(two.data.orderNo)]
  expect(b.customer_id).toBe(a.customer_id)
  expect(b).toMatchObject({ current_state: 'issue', issue_kind: 'complaint' })
  expect(b.issue).toMatchObject({ reason: '사유', actions: ['retry_step', 'refund_and_close'] })
})

test('a delivery report that is faster than our own note is not lost', async () => {
  const ticket = opened()
  await project(ticket)
  const message = {
    key: `key-${ticket.data.orderNo}`,
    orderNo: ticket.data.orderNo,
    kind: 'delivered' as const,
    to: '01012345678',
    body: 'text',
    type: 'SMS' as const,
    attempt: 1,
  }
  const row = await openMessage(db, KEY, message)
  const report = { providerId: 'M1', key: message.key, status: 'delivered' as const, at: new Date() }
  expect(await recordDeliveryReport(db, report)).toMatchObject({ changed: true, key: message.key })
  await settleMessageSent(db, row.id, 'M1')
  expect(await recordDeliveryReport(db, report)).toMatchObject({ changed: false })
  expect((await openMessage(db, KEY, message)).status).toBe('delivered')
  expect(await recordDeliveryReport(db, { ...report, providerId: 'unknown', key: 'unknown' })).toBeNull()
})

test('a missed call is noted once', async () => {
  const call = {
    callId: makeCallId('aabbccddeeff'),
    fromNumber: '010-1234-5678',
    toNumber: '15880000',
    receivedAt: '2026-11-21T12:00:00+09:00',
  }
  await recordMissedCall(db, KEY, call, 'missed-x')
  await recordMissedCall(db, KEY, call, 'missed-x')
  const rows = await db.selectFrom('call_records').selectAll().where('call_id', '=', call.callId).execute()
  expect(rows).toHaveLength(1)
  expect(rows[0]).toMatchObject({ state: 'missed', direction: 'inbound' })
  expect(decryptText(rows[0]?.from_number ?? '', KEY)).toBe('01012345678')
})

test('migrations run once, whoever starts them', async () => {
  expect(await Promise.all([migrateToLatest(url), migrateToLatest(url)])).toEqual([[], []])
})

test('a migration that was changed after it ran is refused', async () => {
  const { url: other, drop: dropOther } = await createTestDatabase()
  const client = new Client({ connectionString: other })
  await client.connect()
  await client.query("update schema_migrations set sha256 = 'other' where name like '0001%'")
  await client.end()
  await expect(migrateToLatest(other)).rejects.toThrow(/was changed/)
  await dropOther()
})
