import { ApplicationFailure } from '@temporalio/common'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { koreanIso } from '../../domain/korean-time.ts'
import {
  cancelOrder,
  confirmPayment,
  editOrder,
  openPayment,
  paymentChanged,
  raiseIssue,
  resolveIssue,
  snapshot,
} from '../../workflows/ticket-messages.ts'
import { ORDER } from '../domain/order-fixture.ts'
import { createTimeSkippingEnvironment } from '../support/temporal.ts'
import { recordHistory } from './record-history.ts'
import {
  order,
  pay,
  prepareEnvironment,
  refusal,
  type TicketRunForTest,
  until,
  untilIssue,
  withTicket,
} from './ticket-harness.ts'

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await prepareEnvironment(createTimeSkippingEnvironment)
})
afterAll(() => env?.teardown())

const BOSS = 'owner@example.com'

test('an unpaid order is reminded of once, cancelled when its time is over, and the customer told', async () => {
  await withTicket(env, async (run) => {
    await order(run)
    expect(await run.handle.result()).toMatchObject({ outcome: 'cancelled' })
    expect(run.outside.texts).toEqual(['payment_link', 'payment_reminder', 'payment_expired'])
    expect(run.outside.placed).toEqual([])
    expect(run.outside.subStates.at(-1)).toBe('done/awaiting_payment')
  })
})

test('nobody pays for a wreath whose time has passed: an order that is wanted sooner has to be paid sooner', async () => {
  await withTicket(env, async (run) => {
    const orderedMs = await env.currentTimeMs()
    const wantedMs = orderedMs + 3 * 3_600_000
    await order(run, { ...ORDER, deliver_by: koreanIso(wantedMs) })
    await until(env, run, () => run.outside.kinds.includes('payment_ready'))
    const link = run.outside.messages[0]
    expect(link).toMatchObject({ kind: 'payment_link', paymentExpirySeconds: 10_200 })
    // The customer hears of it once, but not at once.
    expect(run.outside.texts).toEqual(['payment_link'])
    expect(await run.handle.result()).toMatchObject({ outcome: 'cancelled' })
    expect(run.outside.texts).toEqual(['payment_link', 'payment_reminder', 'payment_expired'])
    const calledOff = [...run.outside.timeline.values()].find(({ kind }) => kind === 'cancel_requested')
    expect(Date.parse(calledOff?.at ?? '')).toBeLessThanOrEqual(wantedMs)
  })
})

test('an order that an Issue held over its time to pay can still be paid once a person lets it go on', async () => {
  await withTicket(env, async (run) => {
    await order(run)
    await until(env, run, () => run.outside.kinds.includes('payment_ready'))
    await run.handle.executeUpdate(raiseIssue, {
      args: [{ kind: 'complaint', reason: '가격 문의', actor: BOSS }],
    })
    await env.sleep('3 days')
    await run.handle.executeUpdate(resolveIssue, { args: [{ action: 'retry_step', note: '', actor: BOSS }] })
    await env.sleep('1 hour')
    // The customer was told one end of it, and hears of the other.
    expect(run.outside.texts).toEqual(['payment_link', 'payment_until'])
    expect(await pay(run)).toEqual({ status: 'paid', reason: null })
    expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
  })
})

/** The customer changes when the wreath is wanted. */
const want = ({ handle }: TicketRunForTest, atMs: number) =>
  handle.executeUpdate(editOrder, { args: [{ fields: { deliver_by: koreanIso(atMs) }, actor: 'customer' }] })

const HOUR_MS = 3_600_000

test('a wanted time that is moved forward ends the time to pay sooner, and the customer is told', async () => {
  await withTicket(env, async (run) => {
    const orderedMs = await env.currentTimeMs()
    await order(run, { ...ORDER, deliver_by: koreanIso(orderedMs + 72 * HOUR_MS) })
    await until(env, run, () => run.outside.kinds.includes('payment_ready'))
    await env.sleep('2 hours')
    const wantedMs = (await env.currentTimeMs()) + 3 * HOUR_MS
    await want(run, wantedMs)
    await until(env, run, () => run.outside.texts.includes('payment_until'))
    const told = run.outside.messages.find(({ kind }) => kind === 'payment_until')
    expect(Date.parse(told?.payUntil ?? '')).toBeLessThanOrEqual(wantedMs)
    expect(await run.handle.result()).toMatchObject({ outcome: 'cancelled' })
    expect(run.outside.texts).toEqual([
      'payment_link',
      'payment_until',
      'payment_reminder',
      'payment_expired',
    ])
    const calledOff = [...run.outside.timeline.values()].find(({ kind }) => kind === 'cancel_requested')
    expect(Date.parse(calledOff?.at ?? '')).toBeLessThanOrEqual(wantedMs)
    await recordHistory(env, run.handle.workflowId, 'ticket-wanted-sooner')
  })
})

test('a wanted time that is put off gives the whole time to pay back, after a reminder too', async () => {
  await withTicket(env, async (run) => {
    const orderedMs = await env.currentTimeMs()
    await order(run, { ...ORDER, deliver_by: koreanIso(orderedMs + 3 * HOUR_MS) })
    await until(env, run, () => run.outside.texts.includes('payment_reminder'), '60s')
    await want(run, orderedMs + 72 * HOUR_MS)
    await env.sleep('12 hours')
    expect(run.outside.texts).toEqual(['payment_link', 'payment_reminder', 'payment_until'])
    expect(await pay(run)).toEqual({ status: 'paid', reason: null })
    expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
  })
})

test('an edit under an Issue is told with the time that the Issue gives back', async () => {
  await withTicket(env, async (run) => {
    const orderedMs = await env.currentTimeMs()
    await order(run, { ...ORDER, deliver_by: koreanIso(orderedMs + 72 * HOUR_MS) })
    await until(env, run, () => run.outside.kinds.includes('payment_ready'))
    await run.handle.executeUpdate(raiseIssue, {
      args: [{ kind: 'complaint', reason: '가격 문의', actor: BOSS }],
    })
    const wantedMs = (await env.currentTimeMs()) + 5 * HOUR_MS
    await want(run, wantedMs)
    await env.sleep('1 hour')
    expect(run.outside.texts).toEqual(['payment_link'])
    await run.handle.executeUpdate(resolveIssue, { args: [{ action: 'retry_step', note: '', actor: BOSS }] })
    await until(env, run, () => run.outside.texts.includes('payment_until'))
    const told = run.outside.messages.find(({ kind }) => kind === 'payment_until')
    expect(Date.parse(told?.payUntil ?? '')).toBeLessThanOrEqual(wantedMs)
    expect(await run.handle.result()).toMatchObject({ outcome: 'cancelled' })
  })
})

test('an Issue that is raised while a text is on its way takes none of the time to pay', async () => {
  await withTicket(
    env,
    async (run) => {
      await order(run)
      await until(env, run, () => run.outside.kinds.includes('payment_ready'))
      const endsAt = () => Date.parse(run.outside.latest?.ticket.paymentExpiresAt ?? '')
      const before = endsAt()
      let tries = 0
      run.outside.fault = (activity) => {
        if (activity !== 'sendMessage') return
        tries += 1
        throw new Error('the carrier is away')
      }
      await until(env, run, () => tries > 0, '600s')
      await run.handle.executeUpdate(raiseIssue, {
        args: [{ kind: 'complaint', reason: '가격 문의', actor: BOSS }],
      })
      run.outside.fault = () => {}
      await until(env, run, () => run.outside.texts.includes('payment_reminder'), '60s')
      await env.sleep('6 hours')
      await run.handle.executeUpdate(resolveIssue, {
        args: [{ action: 'retry_step', note: '', actor: BOSS }],
      })
      await until(env, run, () => endsAt() > before)
      expect(endsAt() - before).toBeGreaterThanOrEqual(6 * HOUR_MS)
      expect(await pay(run)).toEqual({ status: 'paid', reason: null })
    },
    { policy: { stepRetrySeconds: 600 } },
  )
})

test('money that an uncertain confirmation took goes back when the order is called off', async () => {
  await withTicket(
    env,
    async (run) => {
      let tries = 0
      run.outside.fault = (activity) => {
        if (activity !== 'confirmPayment') return
        tries += 1
        throw new Error('the answer was lost')
      }
      await order(run)
      const paying = pay(run)
      await until(env, run, () => tries > 0)
      await run.handle.executeUpdate(cancelOrder, { args: [{ reason: '고객 요청', actor: BOSS }] })
      expect(await paying).toEqual({ status: 'closed', reason: null })
      expect(await run.handle.result()).toMatchObject({ outcome: 'refunded' })
      expect(run.outside.refunds).toHaveLength(1)
      expect(run.outside.placed).toEqual([])
    },
    { policy: { stepRetrySeconds: 36_000 } },
  )
})

test('a payment link that a person gave by hand is good for as long as any other', async () => {
  await withTicket(env, async (run) => {
    run.outside.fault = (activity) => {
      if (activity === 'sendMessage') throw ApplicationFailure.nonRetryable('결번', 'PartyError')
    }
    await order(run)
    await untilIssue(env, run)
    run.outside.fault = () => {}
    await run.handle.executeUpdate(resolveIssue, {
      args: [{ action: 'complete_by_hand', note: '전화로 불러 주었습니다', actor: BOSS }],
    })
    await until(env, run, () => run.outside.kinds.includes('payment_ready'))
    expect(await pay(run)).toEqual({ status: 'paid', reason: null })
    expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
  })
})

test('a refused card may try again; nothing is taken twice', async () => {
  await withTicket(env, async (run) => {
    await order(run)
    run.outside.confirmation = { status: 'refused', code: 'REJECT_CARD_COMPANY', reason: '한도 초과' }
    expect(await pay(run)).toEqual({ status: 'refused', reason: '한도 초과' })
    run.outside.confirmation = { status: 'paid', method: '카드', paidAt: '2026-11-21T12:00:00+09:00' }
    expect(await pay(run)).toEqual({ status: 'paid', reason: null })
    expect(await pay(run).catch(() => 'no page')).toBe('no page')
    expect(run.outside.confirmations).toHaveLength(2)
    await run.handle.result()
    expect(run.outside.kinds.filter((kind) => kind === 'paid')).toHaveLength(1)
  })
})

test('a payment of another amount or another order is refused before anything happens', async () => {
  await withTicket(env, async (run) => {
    await order(run)
    const { checkoutUrl } = await run.handle.executeUpdate(openPayment)
    const paymentKey = checkoutUrl?.split('/').at(-1) ?? ''
    const confirm = (key: string, amount: number) =>
      run.handle.executeUpdate(confirmPayment, { args: [{ paymentKey: key, amount }] })
    expect(await refusal(confirm(paymentKey, 100))).toBe('amount_mismatch')
    expect(await refusal(confirm('pk-other', 80_000))).toBe('unknown_payment')
    run.outside.reading = { status: 'open' }
    expect((await run.handle.executeUpdate(openPayment)).checkoutUrl).toBe(checkoutUrl)
    expect(run.outside.confirmations).toEqual([])
  })
})

test('a card that was declined does not lock the customer out: the next try is another payment', async () => {
  await withTicket(env, async (run) => {
    await order(run)
    const first = await run.handle.executeUpdate(openPayment)
    run.outside.reading = { status: 'refused', code: 'ABORTED', reason: '한도 초과' }
    await run.handle.signal(paymentChanged, { paymentKey: 'pk-1' })
    await run.handle.signal(paymentChanged, { paymentKey: 'pk-1' })
    const second = await run.handle.executeUpdate(openPayment)
    expect(second.status).toBe('ready')
    expect(second.checkoutUrl).not.toBe(first.checkoutUrl)
    await env.sleep('10s')
    expect(run.outside.kinds.filter((kind) => kind === 'payment_refused')).toHaveLength(1)
    run.outside.reading = { status: 'paid', method: '카드', paidAt: '2026-11-21T12:00:00+09:00' }
    const paid = { paymentKey: 'pk-2', amount: 80_000 }
    expect(await run.handle.executeUpdate(confirmPayment, { args: [paid] })).toMatchObject({ status: 'paid' })
    expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
  })
})

test('money that a webhook tells of is read from its source first', async () => {
  await withTicket(env, async (run) => {
    await order(run)
    await run.handle.executeUpdate(openPayment)
    run.outside.reading = { status: 'open' }
    await run.handle.signal(paymentChanged, { paymentKey: 'pk-1' })
    await env.sleep('10s')
    expect((await run.handle.query(snapshot)).subState).toBe('awaiting_payment')
    run.outside.reading = { status: 'paid', method: '가상계좌', paidAt: '2026-11-21T12:00:00+09:00' }
    await run.handle.signal(paymentChanged, { paymentKey: 'pk-1' })
    expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
  })
})

test('money that is gone before the purchase order stops the ticket', async () => {
  await withTicket(env, async (run) => {
    await order(run)
    await pay(run)
    run.outside.reading = { status: 'taken_back', reason: 'cancelled' }
    await untilIssue(env, run)
    expect(run.outside.latest?.ticket.issue?.step).toBe('check_payment')
    expect(run.outside.placed).toEqual([])
  })
})
