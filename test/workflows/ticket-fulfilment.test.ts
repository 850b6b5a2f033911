/** From the purchase order to the customer's phone, and what goes wrong there. */
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { koreanIso } from '../../domain/korean-time.ts'
import type { TicketEvent } from '../../domain/ticket.ts'
import {
  deliveryChanged,
  editOrder,
  messageReported,
  partialRefund,
  type ResolveIssueInput,
  raiseIssue,
  reorder,
  resolveIssue,
  tellDelay,
} from '../../workflows/ticket-messages.ts'
import { ORDER } from '../domain/order-fixture.ts'
import { createTimeSkippingEnvironment } from '../support/temporal.ts'
import {
  order,
  pay,
  prepareEnvironment,
  refusal,
  type TicketRunForTest,
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
const HOUR_MS = 3_600_000
const REPORTED_AT = '2026-11-21T12:00:00+09:00'
const wait: { args: [ResolveIssueInput] } = { args: [{ action: 'retry_step', note: '', actor: BOSS }] }
const edit = (fields: object) => ({ args: [{ fields, actor: BOSS }] as [{ fields: object; actor: string }] })
const byBoss: { args: [{ actor: string }] } = { args: [{ actor: BOSS }] }

const ofKind = <Kind extends TicketEvent['kind']>({ outside }: TicketRunForTest, kind: Kind) =>
  [...outside.timeline.values()].filter(
    (event): event is Extract<TicketEvent, { kind: Kind }> => event.kind === kind,
  )
const issueOf = ({ outside }: TicketRunForTest) => outside.latest?.ticket.issue ?? null

/** The vendor has the order and makes it, and goes no further. */
async function beingMade(run: TicketRunForTest, fields = ORDER): Promise<void> {
  run.outside.journey = ['제작중']
  await order(run, fields)
  await pay(run)
  await untilSubState(env, run, 'po_placed')
}
async function goesOn(run: TicketRunForTest, ...journey: string[]): Promise<void> {
  run.outside.journey = journey
  await run.handle.signal(deliveryChanged, { erpOrderId: 'ERP' })
}
/** An edit comes after the ribbon was printed. */
async function wrong(run: TicketRunForTest): Promise<void> {
  await beingMade(run)
  run.outside.sharing = { status: 'refused', code: 'ALREADY_MADE', reason: '이미 제작되었습니다' }
  const late = run.handle.executeUpdate(editOrder, edit({ message: '바꾼 문구' }))
  expect(await refusal(late)).toBe('already_made')
}

describe('beneath a complaint', () => {
  test('the wreath is followed and the customer told; the order is done when it is settled', async () => {
    await withTicket(env, async (run) => {
      await beingMade(run)
      await run.handle.executeUpdate(raiseIssue, {
        args: [{ kind: 'complaint', reason: '꽃이 시들었다고 합니다', actor: 'ai' }],
      })
      await goesOn(run, '완료')
      await until(env, run, () => run.outside.texts.includes('delivered'))
      await env.sleep('1 hour')
      expect(run.outside.latest?.ticket).toMatchObject({ subState: 'delivered', outcome: null })
      expect(issueOf(run)?.kind).toBe('complaint')
      await run.handle.executeUpdate(resolveIssue, wait)
      expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
      expect(run.outside.subStates.slice(-4)).toEqual([
        'issue/in_delivery',
        'issue/delivered',
        'in_progress/delivered',
        'done/delivered',
      ])
      expect([...run.outside.timeline.keys()]).toEqual(run.outside.kinds.map((_, i) => i + 1))
    })
  })

  test('a step that fails waits for its own decision, and the complaint stays', async () => {
    await withTicket(env, async (run) => {
      await beingMade(run)
      await run.handle.executeUpdate(raiseIssue, {
        args: [{ kind: 'complaint', reason: '불만', actor: BOSS }],
      })
      run.outside.fault = (activity) => {
        if (activity === 'fetchPhoto') throw new Error('photo server is away')
      }
      await goesOn(run, '완료')
      await until(env, run, () => issueOf(run)?.step === 'fetch_photo')
      run.outside.fault = () => {}
      await run.handle.executeUpdate(resolveIssue, wait)
      await until(env, run, () => run.outside.texts.includes('delivered'))
      expect(issueOf(run)?.kind).toBe('complaint')
      await run.handle.executeUpdate(resolveIssue, wait)
      await run.handle.result()
    })
  })
})

describe('edits', () => {
  test('in the window are told by one text once their author pauses', async () => {
    await withTicket(env, async (run) => {
      run.outside.journey = ['접수']
      await order(run)
      await pay(run)
      await until(env, run, () => run.outside.kinds.includes('edit_window_opened'))
      for (const message of ['근', '근조', '謹弔']) {
        await run.handle.executeUpdate(editOrder, edit({ message }))
      }
      await run.handle.executeUpdate(editOrder, edit({ room: '9호실' }))
      await until(env, run, () => run.outside.texts.includes('edit_applied'))
      expect(run.outside.messages.at(-1)).toMatchObject({
        changed: ['message', 'room'],
        order: { message: '謹弔', room: '9호실' },
      })
      expect(run.outside.latest?.ticket.subState).toBe('paid')
      await run.handle.executeUpdate(editOrder, edit({ room: '10호실' }))
      await untilSubState(env, run, 'po_placed')
      expect(run.outside.texts.filter((kind) => kind === 'edit_applied')).toHaveLength(2)
      expect(run.outside.shared).toEqual([])
    })
  })

  test('at the very end of the window are told before the vendor hears of the order', async () => {
    await withTicket(
      env,
      async (run) => {
        await order(run)
        await pay(run)
        await until(env, run, () => run.outside.kinds.includes('edit_window_opened'))
        await run.handle.executeUpdate(editOrder, edit({ room: '9호실' }))
        await run.handle.result()
        expect(run.outside.texts).toEqual(['payment_link', 'confirmation', 'edit_applied', 'delivered'])
        expect(run.outside.purchaseOrders[0]?.order.room).toBe('9호실')
      },
      { policy: { editWindowSeconds: 15 } },
    )
  })

  test('that the vendor takes are told then', async () => {
    await withTicket(env, async (run) => {
      await beingMade(run)
      await run.handle.executeUpdate(editOrder, edit({ destination: '다른 장례식장' }))
      await until(env, run, () => run.outside.texts.includes('edit_applied'))
      expect(run.outside.shared).toEqual([{ destination: '다른 장례식장' }])
      await goesOn(run, '완료')
      await run.handle.result()
    })
  })
})

describe('a wreath that was made before the edit came', () => {
  test('is made good by part of the money and a second one, each once', async () => {
    await withTicket(env, async (run) => {
      await wrong(run)
      const { orderNo } = run.outside.latest?.ticket ?? {}
      expect(issueOf(run)).toMatchObject({
        kind: 'message_typo',
        wanted: { message: '바꾼 문구' },
        evidence: [{ kind: 'vendor_answer', code: 'ALREADY_MADE', reason: '이미 제작되었습니다' }],
        actions: ['reorder', 'partial_refund', 'retry_step', 'refund_and_close'],
      })
      await run.handle.executeUpdate(partialRefund, byBoss)
      expect(await refusal(run.handle.executeUpdate(partialRefund, byBoss))).toBe('not_allowed_now')
      await until(env, run, () => run.outside.texts.includes('part_refunded'))
      expect(run.outside.refunded).toMatchObject([
        { key: `ticket-${orderNo}:part-refund:1`, amountWon: 20_000, part: true },
      ])
      expect(run.outside.messages.at(-1)?.refundWon).toBe(20_000)
      expect(issueOf(run)?.actions).toEqual(['reorder', 'retry_step', 'refund_and_close'])

      run.outside.journey = ['접수']
      await run.handle.executeUpdate(reorder, byBoss)
      expect(await refusal(run.handle.executeUpdate(reorder, byBoss))).toBe('no_issue')
      await until(env, run, () => run.outside.placed.length === 2)
      expect(run.outside.texts.at(-1)).toBe('reordered')
      expect(run.outside.purchaseOrders[1]).toMatchObject({
        reference: `${orderNo}-2`,
        replaces: `${orderNo}-1`,
        order: { message: '바꾼 문구' },
      })
      await goesOn(run, '완료')
      expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
      expect(run.outside.refunds).toHaveLength(1)
      expect(run.outside.texts.filter((kind) => kind === 'delivered')).toHaveLength(1)
    })
  })

  test('gives back only the rest when the order is given up after all', async () => {
    await withTicket(env, async (run) => {
      await wrong(run)
      await run.handle.executeUpdate(partialRefund, byBoss)
      await run.handle.executeUpdate(resolveIssue, {
        args: [{ action: 'refund_and_close', note: '고객이 원함', actor: BOSS }],
      })
      expect(await run.handle.result()).toMatchObject({ outcome: 'refunded' })
      expect(run.outside.refunded.map(({ amountWon, part }) => [amountWon, part])).toEqual([
        [20_000, true],
        [60_000, undefined],
      ])
      expect(run.outside.texts.slice(-2)).toEqual(['part_refunded', 'refunded'])
      expect(run.outside.messages.at(-1)?.refundWon).toBe(60_000)
    })
  })

  test('whose part refund fails asks a person, and then goes on with its Issue', async () => {
    await withTicket(env, async (run) => {
      await wrong(run)
      run.outside.fault = (activity) => {
        if (activity === 'refundPayment') throw new Error('the gateway is away')
      }
      await run.handle.executeUpdate(partialRefund, byBoss)
      await until(env, run, () => issueOf(run)?.step === 'refund_part')
      run.outside.fault = () => {}
      await run.handle.executeUpdate(resolveIssue, wait)
      await until(env, run, () => run.outside.texts.includes('part_refunded'))
      expect(issueOf(run)?.kind).toBe('message_typo')
      expect(issueOf(run)?.actions).not.toContain('partial_refund')
      expect(run.outside.refunds).toHaveLength(1)
    })
  })

  test('is made good also while news of it has to wait', async () => {
    await withTicket(env, async (run) => {
      await beingMade(run)
      // The news reaches us, and then a person stops the ticket before it counts.
      const news = goesOn(run, '완료')
      const raised = run.handle.executeUpdate(raiseIssue, {
        args: [{ kind: 'message_typo', reason: '오타', actor: BOSS }],
      })
      await Promise.all([news, raised])
      if (issueOf(run) === null) throw new Error('the ticket was faster')
      await run.handle.executeUpdate(partialRefund, byBoss)
      await until(env, run, () => run.outside.texts.includes('part_refunded'))
      run.outside.journey = ['접수']
      await run.handle.executeUpdate(reorder, {
        args: [{ actor: BOSS, fields: { message: '바른 문구' } }],
      })
      await until(env, run, () => run.outside.placed.length === 2)
      expect(run.outside.purchaseOrders[1]?.order.message).toBe('바른 문구')
      await goesOn(run, '완료')
      expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
    })
  })
})

describe('a late wreath', () => {
  const inHours = async (hours: number) => koreanIso((await env.currentTimeMs()) + hours * HOUR_MS)

  test('is an Issue an hour before it is wanted, and none any more when it arrives', async () => {
    await withTicket(env, async (run) => {
      const deliver_by = await inHours(4)
      await beingMade(run, { ...ORDER, deliver_by })
      const polls = run.outside.polls
      await untilIssue(env, run, '5 minutes')
      const raised = ofKind(run, 'issue_raised').at(-1)
      const beforeMs = Date.parse(deliver_by) - Date.parse(raised?.at ?? '')
      expect(Math.round(beforeMs / 60_000)).toBe(60)
      expect(issueOf(run)).toMatchObject({
        kind: 'delivery_delay',
        raisedBy: 'system',
        cause: { code: 'late_departure' },
        evidence: [{ kind: 'timing', wanted: deliver_by, status: '제작중' }],
      })
      // It was polled all the time without a trace.
      expect(run.outside.polls - polls).toBeGreaterThan(100)
      const { historyLength } = await run.handle.describe()
      expect(historyLength).toBeLessThan(150)
      await goesOn(run, '완료')
      expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
      expect(ofKind(run, 'issue_resolved').map(({ data, actor }) => [data.action, actor])).toEqual([
        ['arrived', 'system'],
      ])
    })
  })

  test('that is on its way is an Issue when it is not there in time', async () => {
    await withTicket(env, async (run) => {
      const deliver_by = await inHours(3)
      await beingMade(run, { ...ORDER, deliver_by })
      await goesOn(run, '배송중')
      await untilSubState(env, run, 'in_delivery')
      await untilIssue(env, run, '5 minutes')
      expect(issueOf(run)?.cause).toEqual({ code: 'late_arrival', params: { time: deliver_by } })
      expect(Date.parse(issueOf(run)?.raisedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(deliver_by))
    })
  })

  test('is told to the customer with its new time, which counts from then on', async () => {
    await withTicket(env, async (run) => {
      await beingMade(run, { ...ORDER, deliver_by: await inHours(3) })
      await untilIssue(env, run, '5 minutes')
      const expectedBy = await inHours(4)
      await run.handle.executeUpdate(tellDelay, { args: [{ actor: BOSS, expectedBy }] })
      await until(env, run, () => run.outside.texts.includes('delay_notice'))
      expect(run.outside.messages.at(-1)?.expectedBy).toBe(expectedBy)
      expect(issueOf(run)).toBeNull()
      await untilIssue(env, run, '5 minutes')
      expect(issueOf(run)?.cause).toEqual({ code: 'late_arrival', params: { time: expectedBy } })
      await goesOn(run, '완료')
      expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
    })
  })

  test('is measured by the time as it was edited', async () => {
    await withTicket(env, async (run) => {
      await beingMade(run, { ...ORDER, deliver_by: await inHours(3) })
      const later = await inHours(10)
      await run.handle.executeUpdate(editOrder, edit({ deliver_by: later }))
      await env.sleep('4 hours')
      expect(issueOf(run)).toBeNull()
      await untilIssue(env, run, '5 minutes')
      expect(issueOf(run)?.evidence).toMatchObject([{ wanted: later }])
    })
  })
})

describe('the notice of the delivery', () => {
  const report = (run: TicketRunForTest, failing: readonly string[]) => {
    run.outside.ways = ({ kind, failedTypes = [] }) =>
      kind === 'delivered'
        ? (['ATA', 'MMS', 'LMS'] as const).filter((t) => !failedTypes.includes(t))
        : ['LMS']
    run.outside.onSent = (message) =>
      run.handle.signal(messageReported, {
        messageKey: message.key,
        status: failing.includes(run.outside.ways(message)[0] ?? '') ? 'failed' : 'delivered',
        at: REPORTED_AT,
        reason: '3103',
      })
  }
  const told = (run: TicketRunForTest) =>
    run.outside.messages.filter(({ kind }) => kind === 'delivered').map(({ key }) => key.split(':').slice(1))

  test('takes the next way by itself when one does not arrive', async () => {
    await withTicket(env, async (run) => {
      report(run, ['ATA', 'MMS'])
      await order(run)
      await pay(run)
      expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
      expect(told(run)).toEqual([['delivered'], ['delivered', 'way-2'], ['delivered', 'way-3']])
      const sent = ofKind(run, 'message_sent').filter(({ data }) => data.message === 'delivered')
      expect(sent.map(({ data }) => [data.channel, data.type])).toEqual([
        ['kakao', 'ATA'],
        ['sms', 'MMS'],
        ['sms', 'LMS'],
      ])
      expect(run.outside.kinds).not.toContain('issue_raised')
    })
  })

  test('that arrives by no way at all needs a person', async () => {
    await withTicket(env, async (run) => {
      report(run, ['ATA', 'MMS', 'LMS'])
      await order(run)
      await pay(run)
      await untilIssue(env, run)
      expect(issueOf(run)).toMatchObject({ step: 'send_delivered', cause: { code: 'text_undelivered' } })
      expect(told(run)).toHaveLength(3)
    })
  })
})

test('a word of the vendor’s that nobody knows is told, and the delivery followed on', async () => {
  await withTicket(env, async (run) => {
    await beingMade(run)
    await goesOn(run, '보류')
    await until(env, run, () => ofKind(run, 'vendor_status').some(({ data }) => data.unknown === true))
    await goesOn(run, '완료')
    expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
  })
})
