/** A vendor who is reached by phone only: when they are called about a delivery, and what follows from their word. */
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { koreanIso } from '../../domain/korean-time.ts'
import { VENDOR_CALLS } from '../../domain/order-policy.ts'
import { cancelOrder, editOrder, resolveIssue, tellDelay } from '../../workflows/ticket-messages.ts'
import { ORDER } from '../domain/order-fixture.ts'
import { createTimeSkippingEnvironment } from '../support/temporal.ts'
import { recordHistory } from './record-history.ts'
import { bundleWithScriptedCalls } from './scripted-calls/bundle.ts'
import {
  order,
  pay,
  prepareEnvironment,
  type TicketRunForTest,
  until,
  untilIssue,
  untilSubState,
  withTicket,
} from './ticket-harness.ts'
import { VendorWorld } from './vendor-world.ts'

const BOSS = 'owner@example.com'
const HOUR_MS = 3_600_000
/** At any time of the day: the hours are a rule of domain/vendor-calls.ts. */
const vendorCalls = { ...VENDOR_CALLS, fromHour: 0, toHour: 24 }

let env: TestWorkflowEnvironment
let workflowBundle: WorkflowBundleWithSourceMap
beforeAll(async () => {
  env = await prepareEnvironment(createTimeSkippingEnvironment)
  workflowBundle = await bundleWithScriptedCalls()
})
afterAll(() => env?.teardown())

/** A vendor with a telephone, and an order that is with them. @param hours until it is wanted. */
function withPhoneVendor<Result>(
  vendor: VendorWorld,
  body: (run: TicketRunForTest) => Promise<Result>,
  hours = 6,
): Promise<Result> {
  return withTicket(
    env,
    async (run) => {
      await order(run, { ...ORDER, deliver_by: koreanIso((await env.currentTimeMs()) + hours * HOUR_MS) })
      await pay(run)
      await untilSubState(env, run, 'po_placed')
      return body(run)
    },
    { workflowBundle, activities: vendor.activities(), policy: { vendorCalls, editWindowSeconds: 1 } },
  )
}

const asked = ({ calls }: VendorWorld): number =>
  calls.filter((call) => call.flow === 'vendor_order' && call.brief.task.kind === 'status').length

test('two calls at the right time: it has left, it is there, and the customer hears of it without a photo', async () => {
  const vendor = new VendorWorld(['phone'])
  vendor.tells('배송중', '완료')
  await withPhoneVendor(vendor, async (run) => {
    await env.sleep('4 hours')
    // Nobody is called before there can be news.
    expect(asked(vendor)).toBe(0)
    await env.sleep('70 minutes')
    await untilSubState(env, run, 'in_delivery')
    expect(asked(vendor)).toBe(1)
    await env.sleep('1 hour')
    await run.handle.result()
    expect(asked(vendor)).toBe(2)
    expect(run.outside.kinds).not.toContain('issue_raised')
    expect(run.outside.messages.at(-1)).toMatchObject({ kind: 'delivered', hasPhoto: false })
    expect(run.outside.latest?.ticket).toMatchObject({ outcome: 'delivered', photoKey: null })
    await recordHistory(env, run.handle.workflowId, 'ticket-followed-by-phone')
  })
})

test('late by the vendor’s own word, and then there: the Issue comes and goes', async () => {
  const vendor = new VendorWorld(['phone'])
  vendor.tells('제작중', '배송중', '완료')
  await withPhoneVendor(vendor, async (run) => {
    await env.sleep('5 hours')
    await untilIssue(env, run)
    expect(run.outside.latest?.ticket.issue).toMatchObject({
      kind: 'delivery_delay',
      cause: { code: 'late_departure' },
      evidence: [{ kind: 'timing', status: '제작중' }],
    })
    await env.sleep('1 hour')
    await until(env, run, () => run.outside.latest?.ticket.issue?.cause?.code === 'late_arrival')
    await env.sleep('1 hour')
    await run.handle.result()
    expect(run.outside.latest?.ticket.outcome).toBe('delivered')
    expect(asked(vendor)).toBe(3)
  })
})

test('nobody answers: three calls, then a person; who retries calls anew', async () => {
  const vendor = new VendorWorld(['phone'])
  await withPhoneVendor(vendor, async (run) => {
    vendor.becomes('phone', 'out')
    await env.sleep('330 minutes')
    await until(env, run, () => run.outside.latest?.ticket.issue?.step === 'follow_delivery')
    expect(asked(vendor)).toBe(3)
    expect(run.outside.latest?.ticket.issue).toMatchObject({
      kind: 'admin_required',
      cause: { code: 'vendor_unheard', params: { count: '3' } },
      evidence: [{ kind: 'vendor_answer', code: 'NO_ANSWER' }],
    })
    vendor.becomes('phone', 'open')
    vendor.tells('완료')
    await run.handle.executeUpdate(resolveIssue, { args: [{ action: 'retry_step', note: '', actor: BOSS }] })
    await run.handle.result()
    expect(asked(vendor)).toBe(4)
  })
})

test('an unclear answer is asked for again', async () => {
  const vendor = new VendorWorld(['phone'])
  vendor.tells(null, '완료')
  await withPhoneVendor(vendor, async (run) => {
    await env.sleep('5 hours')
    await run.handle.result()
    expect(asked(vendor)).toBe(2)
    expect(run.outside.kinds).not.toContain('issue_raised')
  })
})

test('called off by the vendor: a person decides', async () => {
  const vendor = new VendorWorld(['phone'])
  vendor.tells('취소')
  await withPhoneVendor(vendor, async (run) => {
    await env.sleep('5 hours')
    await untilIssue(env, run)
    expect(run.outside.latest?.ticket.issue).toMatchObject({ cause: { code: 'vendor_cancelled' } })
  })
})

test('never there: the calls end with a person', async () => {
  const vendor = new VendorWorld(['phone'])
  vendor.tells('배송중')
  await withPhoneVendor(vendor, async (run) => {
    await env.sleep('20 hours')
    await until(env, run, () => run.outside.latest?.ticket.issue?.step === 'follow_delivery')
    expect(asked(vendor)).toBe(VENDOR_CALLS.maxCalls)
    expect(run.outside.latest?.ticket.issue?.cause?.code).toBe('vendor_never_there')
  })
})

test('another time that the customer wants, or was told, is another time to call', async () => {
  const vendor = new VendorWorld(['phone'])
  vendor.tells('제작중', '제작중', '완료')
  await withPhoneVendor(vendor, async (run) => {
    const later = koreanIso((await env.currentTimeMs()) + 12 * HOUR_MS)
    await run.handle.executeUpdate(editOrder, { args: [{ fields: { deliver_by: later }, actor: BOSS }] })
    await env.sleep('9 hours')
    expect(asked(vendor)).toBe(0)
    await env.sleep('3 hours')
    await until(env, run, () => run.outside.latest?.ticket.issue?.cause?.code === 'late_arrival')
    const told = koreanIso((await env.currentTimeMs()) + 3 * HOUR_MS)
    await run.handle.executeUpdate(tellDelay, { args: [{ expectedBy: told, actor: BOSS }] })
    // Nothing is asked before it should leave by then.
    await env.sleep('100 minutes')
    expect(asked(vendor)).toBe(2)
    await env.sleep('1 hour')
    await run.handle.result()
    expect(asked(vendor)).toBe(3)
  })
})

test('called off by the customer between two calls: nobody waits for the next', async () => {
  const vendor = new VendorWorld(['phone'])
  await withPhoneVendor(vendor, async (run) => {
    await run.handle.executeUpdate(cancelOrder, { args: [{ reason: '고객 요청', actor: BOSS }] })
    await run.handle.result()
    expect(run.outside.latest?.ticket.outcome).toBe('refunded')
    expect(asked(vendor)).toBe(0)
  })
})
