/** Our books against the stand-in's, with webhooks that never arrive. Tickets are scripted. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createReconciliationActivities } from '../../activities/reconciliation.ts'
import { TossClient } from '../../activities/toss-client.ts'
import { projectTicket } from '../../db/queries/ticket-projection.ts'
import { makeOrderNo, type OrderNo } from '../../domain/ids.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import type { ReconciliationFinding } from '../../domain/reconciliation.ts'
import { Ticket } from '../../domain/ticket.ts'
import { ORDER, POLICY } from '../domain/order-fixture.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { startOutside, type TestOutside } from './fixture.ts'

let outside: TestOutside
const told: { readonly orderNo: OrderNo; readonly paymentKey: string }[] = []
beforeAll(async () => {
  outside = await startOutside(createTestDatabase)
})
afterAll(() => outside?.stop())
beforeEach(async () => {
  told.length = 0
  // What an earlier test left is none of the next one's business.
  await outside.db
    .updateTable('payments')
    .set({ created_at: new Date(0) })
    .execute()
})

const deed = () => ({ actor: 'system', at: koreanIso(Date.now()) })
let count = 0
const MINUTE_MS = 60_000

const project = async (ticket: Ticket): Promise<Ticket> => {
  await projectTicket(outside.db, outside.settings.dataKey, {
    workflowId: `ticket-${ticket.data.orderNo}`,
    ticket: ticket.data,
    events: ticket.events,
  })
  return ticket
}

function waiting(): Promise<Ticket> {
  count += 1
  const orderNo = makeOrderNo('261121', [0.9, count / 32, 0, 0])
  const opening = {
    orderNo,
    channel: 'phone',
    callId: null,
    customerPhone: '01012345678',
    policy: POLICY,
  } as const
  return project(
    Ticket.open(opening, deed())
      .setFields({ ...deed(), fields: ORDER, evidence: {}, channel: 'phone', callId: null })
      .confirmByCustomer({ ...deed(), callId: null })
      .paymentLinkSent({ ...deed(), expiresAt: koreanIso(Date.now() + 3_600_000) }),
  )
}

/** A virtual account of the order, paid at the gateway. */
async function paidAccount(orderNo: OrderNo): Promise<string> {
  const { paymentKey } = await outside.payments.createVirtualAccount({
    orderNo,
    gatewayOrderId: `${orderNo}-V1`,
    key: `create-${orderNo}-V1`,
    amountWon: 80_000,
    bankCode: '06',
    customerName: '김철수',
    dueAt: koreanIso(Date.now() + 3_600_000),
    cashReceipt: null,
  })
  await outside.json('/world/api/deposits', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      to: 'virtual_account',
      order: `${orderNo}-V1`,
      amount: 80_000,
      depositor: '김철수',
    }),
  })
  return paymentKey
}

/** A card payment that was taken at the gateway. */
async function paidCard(orderNo: OrderNo): Promise<string> {
  const gatewayOrderId = `${orderNo}-P1`
  const created = await outside.payments.createPayment({
    orderNo,
    gatewayOrderId,
    key: `create-${gatewayOrderId}`,
    amountWon: 80_000,
  })
  await fetch(created.checkoutUrl, {
    method: 'POST',
    body: new URLSearchParams({ action: 'pay' }),
    redirect: 'manual',
  })
  const { paymentKey } = created
  await outside.payments.confirmPayment({
    orderNo,
    gatewayOrderId,
    paymentKey,
    amountWon: 80_000,
    key: `charge-${paymentKey}`,
  })
  return paymentKey
}

const closed = (ticket: Ticket) =>
  project(
    ticket
      .cancel({ ...deed(), cause: 'payment_expired', reason: '기한' })
      .customerNotified()
      .finish(deed()),
  )

async function reconcile(): Promise<readonly ReconciliationFinding[]> {
  const { settings, db } = outside
  const activities = createReconciliationActivities({
    db,
    settings,
    toss: new TossClient(settings.toss),
    refund: outside.payments.refundPayment,
    now: () => Date.now() + MINUTE_MS,
    tell: async (orderNo, paymentKey) => {
      told.push({ orderNo, paymentKey })
      return true
    },
  })
  const key = randomUUID()
  await activities.reconcilePayments({ startedBy: 'system', key })
  const run = await db
    .selectFrom('reconciliation_runs')
    .selectAll()
    .where('run_key', '=', key)
    .executeTakeFirstOrThrow()
  expect(run.finished_at).not.toBeNull()
  return run.findings as unknown as readonly ReconciliationFinding[]
}

test('nothing is found where both books agree', async () => {
  const ticket = await waiting()
  const paymentKey = await paidCard(ticket.data.orderNo)
  await project(ticket.paid({ paymentKey, amountWon: 80_000, method: '카드', paidAt: deed().at }, deed()))
  expect(await reconcile()).toEqual([])
  expect(told).toEqual([])
})

test('an order whose money came in silently hears of it as by its webhook', async () => {
  const { data } = await waiting()
  const paymentKey = await paidAccount(data.orderNo)
  expect(await reconcile()).toEqual([
    { kind: 'silent_payment', order_no: data.orderNo, payment_key: paymentKey, amount: 80_000 },
  ])
  expect(told).toEqual([{ orderNo: data.orderNo, paymentKey }])
})

test('a payment that the gateway no longer has is read again by its order', async () => {
  const ticket = await waiting()
  const { orderNo } = ticket.data
  const paymentKey = await paidAccount(orderNo)
  await project(ticket.paid({ paymentKey, amountWon: 80_000, method: '가상계좌', paidAt: deed().at }, deed()))
  await outside.json(`/world/api/payments/${paymentKey}/fall-back`, { method: 'POST' })
  expect(await reconcile()).toMatchObject([{ kind: 'payment_gone', payment_key: paymentKey }])
  expect(told).toEqual([{ orderNo, paymentKey }])
})

test('a card that was charged for an order which is closed goes back by itself, once', async () => {
  const ticket = await waiting()
  const { orderNo } = ticket.data
  const paymentKey = await paidCard(orderNo)
  await closed(ticket)
  expect(await reconcile()).toMatchObject([{ kind: 'card_returned', amount: 80_000 }])
  expect(await reconcile()).toEqual([])
  const ledger = await outside.db
    .selectFrom('payment_ledger')
    .selectAll()
    .where('idempotency_key', '=', `reconciliation:${paymentKey}`)
    .executeTakeFirstOrThrow()
  expect(ledger).toMatchObject({ kind: 'refund', state: 'settled', amount: 80_000 })
})

test('a virtual account that was paid for an order which is closed is for a person to return, once', async () => {
  const ticket = await waiting()
  const { orderNo } = ticket.data
  const paymentKey = await paidAccount(orderNo)
  await closed(ticket)
  expect(await reconcile()).toMatchObject([{ kind: 'money_without_order' }])
  expect(await reconcile()).toEqual([])
  const due = await outside.db
    .selectFrom('money_to_return')
    .selectAll()
    .where('key', '=', `payment:${paymentKey}`)
    .executeTakeFirstOrThrow()
  expect(due).toMatchObject({ amount: 80_000, source: 'virtual_account', status: 'open' })
})

test('a refund at the gateway that is not ours is told', async () => {
  const ticket = await waiting()
  const { orderNo } = ticket.data
  const paymentKey = await paidCard(orderNo)
  await project(ticket.paid({ paymentKey, amountWon: 80_000, method: '카드', paidAt: deed().at }, deed()))
  const toss = new TossClient(outside.settings.toss)
  await toss.cancel(paymentKey, { cancelReason: '관리자 화면', cancelAmount: 30_000 }, 'by hand')
  expect(await reconcile()).toMatchObject([{ kind: 'refund_differs', amount: 30_000 }])
})

test('a gateway that is away leaves a run that says so', async () => {
  const ticket = await waiting()
  await paidCard(ticket.data.orderNo)
  outside.faults.add({ service: 'payments', kind: 'refuse', operation: 'read', status: 500, times: 1 })
  await expect(reconcile()).rejects.toMatchObject({ retryable: true })
  const run = await outside.db
    .selectFrom('reconciliation_runs')
    .selectAll()
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow()
  expect(run.error).not.toBeNull()
})
