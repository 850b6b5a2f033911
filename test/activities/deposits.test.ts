/** Deposits on our own account: the real feed, tables and matching; tickets are scripted. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { BankFeedClient } from '../../activities/bank-feed-client.ts'
import { createDepositActivities, type TellOfDeposit } from '../../activities/deposits.ts'
import { PartyError } from '../../activities/http.ts'
import type { BankActivities } from '../../activities/money-types.ts'
import { projectTicket } from '../../db/queries/ticket-projection.ts'
import { makeOrderNo, type OrderNo } from '../../domain/ids.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import { Ticket } from '../../domain/ticket.ts'
import { ORDER, POLICY } from '../domain/order-fixture.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { startOutside, type TestOutside } from './fixture.ts'

let outside: TestOutside
let bank: BankFeedClient
let activities: BankActivities
const tickets = new Map<OrderNo, Ticket>()
/** Called before a ticket is told. */
let fault: () => void = () => {}

beforeAll(async () => {
  outside = await startOutside(createTestDatabase)
  bank = new BankFeedClient({ ...outside.settings.bankFeed, url: `${outside.world.origin}/bank` })
  activities = createDepositActivities({ db: outside.db, bank, settings: outside.settings, tell })
})
afterAll(() => outside?.stop())
beforeEach(() => {
  fault = () => {}
})

const deed = () => ({ actor: 'system', at: koreanIso(Date.now()) })
let count = 0

const project = (ticket: Ticket) => {
  tickets.set(ticket.data.orderNo, ticket)
  return projectTicket(outside.db, outside.settings.dataKey, {
    workflowId: `ticket-${ticket.data.orderNo}`,
    ticket: ticket.data,
    events: ticket.events,
  })
}

/** A ticket that waits for its money. */
async function waiting(orderer: string): Promise<OrderNo> {
  count += 1
  const orderNo = makeOrderNo('261121', [0.5, count / 32, 0, 0])
  const opened = Ticket.open(
    { orderNo, channel: 'phone', callId: null, customerPhone: '01012345678', policy: POLICY },
    deed(),
  )
    .setFields({ ...deed(), fields: { ...ORDER, orderer }, evidence: {}, channel: 'phone', callId: null })
    .confirmByCustomer({ ...deed(), callId: null })
    .paymentLinkSent({ ...deed(), expiresAt: koreanIso(Date.now() + 3_600_000) })
  await project(opened)
  return orderNo
}

/** Does what the ticket's workflow does, projection included. */
const tell: TellOfDeposit = async (orderNo, { depositId, amountWon, receivedAt, actor }) => {
  fault()
  const ticket = tickets.get(orderNo)
  if (ticket === undefined || ticket.data.outcome !== null) return 'refused'
  const taken = ticket.depositReceived({
    ...deed(),
    actor,
    deposit: { id: depositId, amountWon, receivedAt },
  })
  const isAll = taken.data.payment === null && taken.data.deposits.length > 0 && missing(taken) === 0
  await project(isAll ? taken.depositsTaken(deed()) : taken)
  return 'taken'
}
const missing = (ticket: Ticket) =>
  ticket.data.amountWon - ticket.data.deposits.reduce((sum, { amountWon }) => sum + amountWon, 0)

const send = (depositor: string, amount: number, memo = '') =>
  outside.json<{ transaction: { id: string } }>('/world/api/deposits', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ to: 'company_account', amount, depositor, memo }),
  })
const stored = (bankId: string) =>
  outside.db.selectFrom('bank_deposits').selectAll().where('bank_id', '=', bankId).executeTakeFirstOrThrow()

async function watch() {
  await activities.readBankFeed()
  return activities.matchDeposits()
}

test('each row of the feed is kept once, however often and in however many pages it is read', async () => {
  const first = await send('없는사람', 12_345)
  for (let i = 0; i < 101; i++) await send(`없는사람${i}`, 1_000 + i)
  expect((await activities.readBankFeed()).read).toBe(102)
  expect((await activities.readBankFeed()).read).toBe(0)
  const row = await stored(first.transaction.id)
  expect(row).toMatchObject({ amount: 12_345, status: 'waiting' })
  expect(row.depositor).not.toContain('없는사람')
})

test('exactly the amount under the name of one waiting order is matched by itself and pays it', async () => {
  const orderNo = await waiting('박지성')
  const { transaction } = await send('박 지성', 80_000)
  expect(await watch()).toMatchObject({ matched: 1 })
  expect(await stored(transaction.id)).toMatchObject({ status: 'matched', settled_by: 'system' })
  const payment = await outside.db
    .selectFrom('payments')
    .innerJoin('orders', 'orders.id', 'payments.order_id')
    .where('orders.order_no', '=', orderNo)
    .selectAll('payments')
    .executeTakeFirstOrThrow()
  expect(payment).toMatchObject({ method: 'bank_transfer', status: 'DONE', counts: true, amount: 80_000 })
})

test('a second transfer of the same customer is shown, not taken', async () => {
  const { transaction } = await send('박지성', 80_000)
  expect(await watch()).toMatchObject({ matched: 0 })
  expect(await stored(transaction.id)).toMatchObject({ status: 'waiting', reason: 'already_paid' })
})

test.each([
  ['part', '차범근', 30_000],
  ['over', '차범근', 90_000],
  ['wrong_name', '손흥민의친구', 80_000],
])('a deposit that is in doubt (%s) waits for a person', async (doubt, depositor, amount) => {
  await waiting('차범근')
  const { transaction } = await send(depositor, amount)
  await watch()
  expect(await stored(transaction.id)).toMatchObject({ status: 'waiting', reason: doubt })
})

test('two orders of one name are not guessed between', async () => {
  await waiting('이강인')
  await waiting('이강인')
  const { transaction } = await send('이강인', 80_000)
  await watch()
  expect(await stored(transaction.id)).toMatchObject({ status: 'waiting', reason: 'ambiguous' })
})

test('money for an order that is closed is late', async () => {
  const orderNo = await waiting('기성용')
  const ticket = tickets.get(orderNo)
  if (ticket === undefined) throw new Error('no ticket')
  const closed = ticket
    .cancel({ ...deed(), cause: 'payment_expired', reason: '기한' })
    .customerNotified()
    .finish(deed())
  await project(closed)
  const { transaction } = await send('기성용', 80_000)
  await watch()
  expect(await stored(transaction.id)).toMatchObject({ status: 'waiting', reason: 'late' })
})

test('an answer of the ticket that got lost leads to the same order, not to another', async () => {
  const orderNo = await waiting('황희찬')
  const { transaction } = await send('황희찬', 80_000)
  await activities.readBankFeed()
  fault = () => {
    throw new Error('the worker was killed')
  }
  await expect(activities.matchDeposits()).rejects.toThrow('killed')
  expect(await stored(transaction.id)).toMatchObject({ status: 'claimed' })
  // Meanwhile a namesake orders too: the claim stands.
  fault = () => {}
  await waiting('황희찬')
  await activities.matchDeposits()
  const order = await outside.db
    .selectFrom('bank_deposits')
    .innerJoin('orders', 'orders.id', 'bank_deposits.order_id')
    .where('bank_id', '=', transaction.id)
    .select(['orders.order_no', 'bank_deposits.status'])
    .executeTakeFirstOrThrow()
  expect(order).toEqual({ order_no: orderNo, status: 'matched' })
})

test('a ticket that took the money and ended before its answer arrived keeps it', async () => {
  const orderNo = await waiting('김민재')
  const { transaction } = await send('김민재', 80_000)
  await activities.readBankFeed()
  let told = 0
  const forgetful = createDepositActivities({
    db: outside.db,
    bank,
    settings: outside.settings,
    tell: async (order, input) => {
      told += 1
      if (told > 1) return 'refused'
      await tell(order, input)
      throw new Error('the answer was lost')
    },
  })
  await expect(forgetful.matchDeposits()).rejects.toThrow('lost')
  await forgetful.matchDeposits()
  expect(await stored(transaction.id)).toMatchObject({ status: 'matched' })
  expect(tickets.get(orderNo)?.data.deposits).toHaveLength(1)
})

test('a bank that is away is noted where people look', async () => {
  const away = createDepositActivities({
    db: outside.db,
    settings: outside.settings,
    tell,
    bank: {
      transactions: async () => {
        throw new PartyError('은행', 503, 'UNAVAILABLE', '은행이 점검 중입니다.')
      },
    },
  })
  await expect(away.readBankFeed()).rejects.toMatchObject({ retryable: true })
  const cursor = await outside.db.selectFrom('feed_cursors').selectAll().executeTakeFirstOrThrow()
  expect(cursor.error).toBe('은행이 점검 중입니다.')
  await activities.readBankFeed()
  expect((await outside.db.selectFrom('feed_cursors').selectAll().executeTakeFirstOrThrow()).error).toBeNull()
})

test('a wrong key is our own fault and not tried again', async () => {
  const wrong = new BankFeedClient({ url: `${outside.world.origin}/bank`, key: 'wrong' })
  await expect(wrong.transactions('')).rejects.toMatchObject({ status: 401, retryable: false })
})
