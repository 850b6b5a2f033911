import { ApplicationFailure } from '@temporalio/common'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  cancelOrder,
  confirmByCustomer,
  deliveryChanged,
  editOrder,
  messageReported,
  type ResolveIssueInput,
  raiseIssue,
  resolveIssue,
  setFields,
} from '../../workflows/ticket-messages.ts'
import { ORDER } from '../domain/order-fixture.ts'
import { createTimeSkippingEnvironment } from '../support/temporal.ts'
import {
  order,
  pay,
  prepareEnvironment,
  refusal,
  until,
  untilIssue,
  untilSubState,
  withTicket,
} from './ticket-harness.ts'

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await prepareEnvironment(createTimeSkippingEnvironment)
})
afterAll(() => env?.teardown())

const BOSS = 'owner@example.com'
const wait: { args: [ResolveIssueInput] } = { args: [{ action: 'retry_step', note: '', actor: BOSS }] }

test('an order that is paid reaches Done through every sub-state', async () => {
  await withTicket(env, async (run) => {
    await order(run)
    expect(await pay(run)).toEqual({ status: 'paid', reason: null })
    expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
    expect(run.outside.subStates).toEqual([
      'todo/awaiting_payment',
      'in_progress/paid',
      'in_progress/message_confirmed',
      'in_progress/po_placed',
      'in_progress/in_delivery',
      'in_progress/delivered',
      'done/delivered',
    ])
    expect(run.outside.texts).toEqual(['payment_link', 'confirmation', 'delivered'])
    expect(run.outside.placed).toHaveLength(1)
    expect(run.outside.confirmations).toHaveLength(1)
    expect([...run.outside.timeline.keys()]).toEqual(run.outside.kinds.map((_, i) => i + 1))
  })
})

test('a broken-off call leaves a To Do that a person completes', async () => {
  await withTicket(env, async (run) => {
    const { orderer, recipient, ...rest } = ORDER
    const told = await run.handle.executeUpdate(setFields, {
      args: [{ fields: { orderer, recipient }, evidence: {}, actor: 'ai', channel: 'phone' }],
    })
    expect(told.missing).toEqual(['destination', 'room', 'message', 'deliver_by', 'phone'])
    const early = await run.handle.executeUpdate(confirmByCustomer, { args: [{ actor: BOSS }] })
    expect(early).toEqual({ ok: false, missing: told.missing })
    expect(run.outside.latest?.ticket.subState).toBe('order_received')
    await run.handle.executeUpdate(editOrder, { args: [{ fields: rest, actor: BOSS }] })
    expect(await run.handle.executeUpdate(confirmByCustomer, { args: [{ actor: BOSS }] })).toMatchObject({
      ok: true,
    })
    await pay(run)
    expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
  })
})

test('the edit window takes changes and the vendor gets the last word of the customer', async () => {
  await withTicket(env, async (run) => {
    await order(run)
    await pay(run)
    await until(env, run, () => run.outside.kinds.includes('edit_window_opened'))
    await run.handle.executeUpdate(editOrder, { args: [{ fields: { message: '근조' }, actor: 'customer' }] })
    await run.handle.result()
    expect(run.outside.latest?.ticket.order.message).toBe('근조')
    expect(run.outside.shared).toEqual([])
    expect(run.outside.kinds.indexOf('order_edited')).toBeLessThan(run.outside.kinds.indexOf('po_placed'))
  })
})

test('a purchase order that the vendor refuses waits for a person and goes on', async () => {
  await withTicket(env, async (run) => {
    run.outside.placing = { status: 'refused', code: 'HALL_NOT_SERVED', reason: '배송 불가 지역' }
    await order(run)
    await pay(run)
    await untilIssue(env, run)
    const { issue, subState } = run.outside.latest?.ticket ?? {}
    expect(issue).toMatchObject({
      kind: 'admin_required',
      step: 'place_purchase_order',
      raisedBy: 'system',
    })
    expect(issue?.actions).toEqual(['retry_step', 'complete_by_hand', 'refund_and_close'])
    expect(subState).toBe('message_confirmed')
    expect(run.outside.kinds.filter((kind) => kind === 'po_refused')).toHaveLength(1)
    run.outside.placing = null
    await run.handle.executeUpdate(resolveIssue, wait)
    expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
    expect(run.outside.subStates).toContain('issue/message_confirmed')
    expect(run.outside.placed).toHaveLength(1)
  })
})

test('a purchase order may be placed by hand with evidence', async () => {
  await withTicket(env, async (run) => {
    run.outside.placing = { status: 'refused', code: 'X', reason: 'no' }
    await order(run)
    await pay(run)
    await untilIssue(env, run)
    const byHand = (note: string) =>
      run.handle.executeUpdate(resolveIssue, { args: [{ action: 'complete_by_hand', note, actor: BOSS }] })
    expect(await refusal(byHand(' '))).toBe('evidence_required')
    await byHand('ERP-777')
    await run.handle.result()
    expect(run.outside.latest?.ticket.purchaseOrder?.erpOrderId).toBe('ERP-777')
    expect(run.outside.placed).toEqual([])
  })
})

test('a step that fails for good becomes an Issue after its retries, and the money can go back', async () => {
  await withTicket(env, async (run) => {
    let tries = 0
    run.outside.fault = (activity) => {
      if (activity !== 'placePurchaseOrder') return
      tries += 1
      throw new Error('ERP is away')
    }
    await order(run)
    await pay(run)
    await untilIssue(env, run)
    expect(tries).toBe(3)
    await run.handle.executeUpdate(resolveIssue, {
      args: [{ action: 'refund_and_close', note: '재고 없음', actor: BOSS }],
    })
    expect(await run.handle.result()).toMatchObject({ outcome: 'refunded' })
    expect(run.outside.refunds).toHaveLength(1)
    expect(run.outside.texts.at(-1)).toBe('refunded')
    // A try whose answer was lost may have reached the vendor.
    expect(run.outside.cancelled).toEqual([`${run.outside.latest?.ticket.orderNo}-1`])
  })
})

test('an order that the vendor refused is not cancelled there', async () => {
  await withTicket(env, async (run) => {
    run.outside.placing = { status: 'refused', code: 'HALL_NOT_SERVED', reason: '배송 불가' }
    await order(run)
    await pay(run)
    await untilIssue(env, run)
    await run.handle.executeUpdate(resolveIssue, {
      args: [{ action: 'refund_and_close', note: '배송 불가', actor: BOSS }],
    })
    expect(await run.handle.result()).toMatchObject({ outcome: 'refunded' })
    expect(run.outside.cancelled).toEqual([])
  })
})

test('an edit made while nobody knew whether the vendor has the order reaches the vendor', async () => {
  await withTicket(env, async (run) => {
    run.outside.journey = ['접수']
    run.outside.fault = (activity) => {
      if (activity === 'placePurchaseOrder') throw new Error('the answer was lost')
    }
    await order(run)
    await pay(run)
    await untilIssue(env, run)
    await run.handle.executeUpdate(editOrder, { args: [{ fields: { message: '근조' }, actor: BOSS }] })
    run.outside.fault = () => {}
    run.outside.placing = { status: 'placed', erpOrderId: 'ERP-1', found: true }
    await run.handle.executeUpdate(resolveIssue, wait)
    await until(env, run, () => run.outside.shared.length > 0)
    expect(run.outside.shared).toEqual([{ message: '근조' }])
  })
})

test('an order that is called off does not wait for further tries of a failing step', async () => {
  await withTicket(
    env,
    async (run) => {
      let tries = 0
      run.outside.fault = (activity) => {
        if (activity !== 'placePurchaseOrder') return
        tries += 1
        throw new Error('ERP is away')
      }
      await order(run)
      await pay(run)
      await until(env, run, () => tries > 0)
      await run.handle.executeUpdate(cancelOrder, { args: [{ reason: '고객 요청', actor: BOSS }] })
      expect(await run.handle.result()).toMatchObject({ outcome: 'refunded' })
      // The next try would have come ten hours later.
      expect(tries).toBe(1)
      expect(run.outside.cancelled).toHaveLength(1)
      expect(run.outside.refunds).toHaveLength(1)
      expect(run.outside.kinds).not.toContain('issue_raised')
    },
    { policy: { stepRetrySeconds: 36_000 } },
  )
})

test('a cancelled order is taken back from the vendor before the money goes back', async () => {
  await withTicket(env, async (run) => {
    run.outside.journey = ['접수']
    await order(run)
    await pay(run)
    await untilSubState(env, run, 'po_placed')
    await run.handle.executeUpdate(cancelOrder, { args: [{ reason: '고객 요청', actor: BOSS }] })
    expect(await run.handle.result()).toMatchObject({ outcome: 'refunded' })
    expect(run.outside.cancelled).toHaveLength(1)
    expect(run.outside.refunds).toHaveLength(1)
  })
})

test('before payment a cancelled order simply ends', async () => {
  await withTicket(env, async (run) => {
    await order(run)
    await run.handle.executeUpdate(cancelOrder, { args: [{ reason: '고객 요청', actor: BOSS }] })
    expect(await run.handle.result()).toMatchObject({ outcome: 'cancelled' })
    expect(run.outside.texts).toEqual(['payment_link', 'cancelled'])
  })
})

test('an edit after the purchase order goes to the vendor', async () => {
  await withTicket(env, async (run) => {
    run.outside.journey = ['접수']
    await order(run)
    await pay(run)
    await untilSubState(env, run, 'po_placed')
    await run.handle.executeUpdate(editOrder, { args: [{ fields: { room: '5호실' }, actor: BOSS }] })
    expect(run.outside.shared).toEqual([{ room: '5호실' }])
    expect(run.outside.latest?.ticket.order.room).toBe('5호실')
    run.outside.journey = ['완료']
    await run.handle.result()
  })
})

test('a text that is made already can no longer change: refused, undone, and an Issue', async () => {
  await withTicket(env, async (run) => {
    run.outside.journey = ['제작중']
    run.outside.sharing = { status: 'refused', code: 'ALREADY_MADE', reason: '이미 제작되었습니다' }
    await order(run)
    await pay(run)
    await untilSubState(env, run, 'po_placed')
    const edit = run.handle.executeUpdate(editOrder, {
      args: [{ fields: { message: '다른 문구' }, actor: BOSS }],
    })
    expect(await refusal(edit)).toBe('already_made')
    expect(run.outside.latest?.ticket.issue?.kind).toBe('message_typo')
    expect(run.outside.latest?.ticket.order.message).toBe(ORDER.message)
    run.outside.journey = ['완료']
    await run.handle.executeUpdate(resolveIssue, wait)
    expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
  })
})

test('an edit that the vendor had not got when the wreath was delivered is undone, and a person told', async () => {
  await withTicket(env, async (run) => {
    run.outside.fault = (activity) => {
      if (activity === 'followDelivery') throw ApplicationFailure.nonRetryable('ERP is away')
    }
    await order(run)
    await pay(run)
    await untilIssue(env, run)
    await run.handle.executeUpdate(editOrder, { args: [{ fields: { room: '5호실' }, actor: BOSS }] })
    await run.handle.executeUpdate(resolveIssue, {
      args: [{ action: 'complete_by_hand', note: '장례식장에 전화로 확인', actor: BOSS }],
    })
    await until(env, run, () => run.outside.kinds.includes('edit_refused'))
    const { issue, order: kept, subState } = run.outside.latest?.ticket ?? {}
    expect(issue).toMatchObject({ kind: 'admin_required', step: null, wanted: { room: '5호실' } })
    expect([subState, kept?.room]).toEqual(['delivered', ORDER.room])
    await run.handle.executeUpdate(resolveIssue, wait)
    expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
    expect(run.outside.texts).not.toContain('edit_applied')
    expect(run.outside.shared).toEqual([])
  })
})

test('a webhook ends the wait for the next poll', async () => {
  await withTicket(
    env,
    async (run) => {
      run.outside.journey = ['접수']
      await order(run)
      await pay(run)
      await untilSubState(env, run, 'po_placed')
      run.outside.journey = ['완료']
      await run.handle.signal(deliveryChanged, { erpOrderId: 'ERP-1' })
      await untilSubState(env, run, 'delivered')
      await run.handle.result()
    },
    { policy: { vendorPollSeconds: 864_000 } },
  )
})

test('an Issue raised by a person holds the ticket where it is', async () => {
  await withTicket(env, async (run) => {
    await order(run)
    await pay(run)
    await untilSubState(env, run, 'paid')
    await run.handle.executeUpdate(raiseIssue, {
      args: [{ kind: 'complaint', reason: '가격 문의', actor: BOSS }],
    })
    await env.sleep('1 hour')
    expect(run.outside.latest?.ticket.subState).toBe('paid')
    expect(run.outside.placed).toEqual([])
    const again = run.handle.executeUpdate(raiseIssue, {
      args: [{ kind: 'complaint', reason: '또', actor: BOSS }],
    })
    expect(await refusal(again)).toBe('issue_open')
    await run.handle.executeUpdate(resolveIssue, wait)
    expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
    expect(run.outside.subStates.slice(1, 4)).toEqual(['in_progress/paid', 'issue/paid', 'in_progress/paid'])
  })
})

test('a report that is faster than the carrier’s own answer counts', async () => {
  await withTicket(env, async (run) => {
    run.outside.onSent = ({ key }) =>
      run.handle.signal(messageReported, {
        messageKey: key,
        status: 'delivered',
        at: '2026-11-21T12:00:00+09:00',
      })
    await order(run)
    await pay(run)
    await run.handle.result()
    expect(run.outside.kinds.filter((kind) => kind === 'message_delivered')).toHaveLength(3)
  })
})

test('a customer who could not be told of the delivery keeps the ticket open', async () => {
  await withTicket(env, async (run) => {
    run.outside.onSent = ({ key, kind }) =>
      run.handle.signal(messageReported, {
        messageKey: key,
        status: kind === 'delivered' ? 'failed' : 'delivered',
        at: '2026-11-21T12:00:00+09:00',
        reason: '결번',
      })
    await order(run)
    await pay(run)
    await untilIssue(env, run)
    expect(run.outside.latest?.ticket).toMatchObject({
      subState: 'delivered',
      outcome: null,
      issue: { step: 'send_delivered' },
    })
    await run.handle.executeUpdate(resolveIssue, {
      args: [{ action: 'complete_by_hand', note: '전화로 알렸습니다', actor: BOSS }],
    })
    expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
  })
})
