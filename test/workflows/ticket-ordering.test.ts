import { ApplicationFailure } from '@temporalio/common'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { VendorTask } from '../../domain/outbound-call.ts'
import type { VendorMethod } from '../../domain/vendor.ts'
import { cancelOrder, editOrder, resolveIssue } from '../../workflows/ticket-messages.ts'
import { ORDER } from '../domain/order-fixture.ts'
import { createTimeSkippingEnvironment } from '../support/temporal.ts'
import { recordHistory } from './record-history.ts'
import { bundleWithScriptedCalls } from './scripted-calls/bundle.ts'
import {
  order,
  pay,
  prepareEnvironment,
  type TicketOptions,
  type TicketRunForTest,
  until,
  untilIssue,
  untilSubState,
  withTicket,
} from './ticket-harness.ts'
import { VendorWorld, type Way } from './vendor-world.ts'

const BOSS = 'owner@example.com'

let env: TestWorkflowEnvironment
let workflowBundle: WorkflowBundleWithSourceMap
beforeAll(async () => {
  env = await prepareEnvironment(createTimeSkippingEnvironment)
  workflowBundle = await bundleWithScriptedCalls()
})
afterAll(() => env?.teardown())

function withVendor<Result>(
  vendor: VendorWorld,
  body: (run: TicketRunForTest) => Promise<Result>,
  options: TicketOptions = {},
): Promise<Result> {
  return withTicket(env, body, { workflowBundle, activities: vendor.activities(), ...options })
}

/** Until the vendor's turn. @param wantedInHours from now. */
async function ordered(run: TicketRunForTest, wantedInHours = 72): Promise<void> {
  const deliverBy = new Date((await env.currentTimeMs()) + wantedInHours * 3_600_000).toISOString()
  await order(run, { ...ORDER, deliver_by: deliverBy })
  await pay(run)
}

/** What the vendor was called for, call after call. */
const tasksOf = ({ calls }: VendorWorld): readonly VendorTask[] =>
  calls.flatMap((call) => (call.flow === 'vendor_order' ? [call.brief.task] : []))

/** Ends a ticket in peace: one that is cut off in the middle of a step leaves a server that skips no time. */
async function callOff({ handle }: TicketRunForTest): Promise<void> {
  await handle.executeUpdate(cancelOrder, { args: [{ reason: '시험 끝', actor: BOSS }] })
  await handle.result()
}

const events = async ({ handle }: TicketRunForTest): Promise<number> =>
  (await handle.fetchHistory()).events?.length ?? 0

describe('the way to the vendor', () => {
  test('the preferred one serves: nobody else is asked', async () => {
    const vendor = new VendorWorld(['browser', 'api', 'phone'])
    await withVendor(vendor, async (run) => {
      await ordered(run)
      await untilSubState(env, run, 'po_placed')
      expect(vendor.tries).toEqual(['browser'])
      expect(run.outside.latest?.ticket).toMatchObject({ costWon: 41_000, purchaseOrderSent: null })
    })
  })

  test('an outage goes to the next way, down to the phone', async () => {
    const vendor = new VendorWorld(['api', 'browser', 'phone'], { api: ['out'], browser: ['broken'] })
    await withVendor(vendor, async (run) => {
      await ordered(run)
      await untilSubState(env, run, 'po_placed')
      expect(vendor.tries).toEqual(['api', 'browser', 'phone'])
      expect(vendor.calls).toMatchObject([
        { flow: 'vendor_order', calleeNumber: '0311112222', brief: { task: { kind: 'place' } } },
      ])
      const placed = [...run.outside.timeline.values()].find(({ kind }) => kind === 'po_placed')
      expect(placed?.data).toMatchObject({ method: 'phone', found: false })
      await run.handle.result()
      await recordHistory(env, run.handle.workflowId, 'ticket-vendor-by-phone')
    })
  })

  test('who is called first is asked through a door whether the order is there already', async () => {
    const vendor = new VendorWorld(['phone', 'api'], { phone: ['lost', 'open'] })
    await withVendor(vendor, async (run) => {
      await ordered(run)
      await untilSubState(env, run, 'po_placed')
      expect(vendor.tries).toEqual(['phone'])
      expect(vendor.book).toHaveLength(1)
    })
  })

  test('a call that broke off is cleared up by another soon, which asks what they have: no second order, no Issue', async () => {
    const vendor = new VendorWorld(['phone'], { phone: ['lost', 'open'] })
    await withVendor(vendor, async (run) => {
      await ordered(run)
      await untilSubState(env, run, 'po_placed')
      const timeOf = (wanted: string) =>
        Date.parse([...run.outside.timeline.values()].find(({ kind }) => kind === wanted)?.at ?? '')
      expect(timeOf('po_placed') - timeOf('edit_window_closed')).toBeLessThan(3 * 60_000)
      expect(tasksOf(vendor)).toEqual([{ kind: 'place' }, { kind: 'place', again: true }])
      expect(vendor.book).toHaveLength(1)
      expect(run.outside.kinds).not.toContain('issue_raised')
      expect(run.outside.kinds).not.toContain('vendor_out')
      const placed = [...run.outside.timeline.values()].find(({ kind }) => kind === 'po_placed')
      expect(placed?.data).toMatchObject({ found: true })
      await recordHistory(env, run.handle.workflowId, 'ticket-vendor-call-cleared')
      await callOff(run)
    })
  })

  test('calls of which none is certain end with a person, who is warned; a further try asks first', async () => {
    const vendor = new VendorWorld(['phone'], { phone: ['lost', 'lost', 'lost', 'out'] })
    await withVendor(vendor, async (run) => {
      await ordered(run, 3.3)
      await untilIssue(env, run, '60s')
      const { issue, purchaseOrderSent } = run.outside.latest?.ticket ?? {}
      expect(issue?.cause).toMatchObject({ code: 'vendor_may_have_it' })
      expect(purchaseOrderSent).toMatchObject({ toldByPhone: true })
      vendor.becomes('phone', 'open')
      await run.handle.executeUpdate(resolveIssue, {
        args: [{ action: 'retry_step', note: '', actor: BOSS }],
      })
      await untilSubState(env, run, 'po_placed')
      expect(
        tasksOf(vendor)
          .slice(1)
          .every((task) => task.kind === 'place' && task.again === true),
      ).toBe(true)
      expect(vendor.book).toHaveLength(1)
      await callOff(run)
    })
  })

  test('an edit that a call left open is told once more before a person is asked', async () => {
    const vendor = new VendorWorld(['phone'], { phone: ['open', 'lost', 'open'] })
    const shareEdit = async () => {
      throw ApplicationFailure.nonRetryable('전화로만 연락할 수 있습니다.')
    }
    await withVendor(
      vendor,
      async (run) => {
        await ordered(run)
        await untilSubState(env, run, 'po_placed')
        // Who edits waits for the vendor: no time passes by itself meanwhile.
        const editing = run.handle.executeUpdate(editOrder, {
          args: [{ fields: { room: '9호실' }, actor: BOSS }],
        })
        await until(env, run, () => run.outside.kinds.includes('edit_shared'))
        await editing
        expect(tasksOf(vendor).slice(1)).toEqual([
          { kind: 'edit', fields: { room: '9호실' } },
          { kind: 'edit', fields: { room: '9호실' } },
        ])
        expect(run.outside.kinds).not.toContain('issue_raised')
        await callOff(run)
      },
      { activities: { ...vendor.activities(), shareEdit } },
    )
  })

  test("the vendor's no ends it: no other way is tried", async () => {
    const vendor = new VendorWorld(['api', 'browser', 'phone'], { api: ['refused'] })
    await withVendor(vendor, async (run) => {
      await ordered(run)
      await untilIssue(env, run)
      expect(vendor.tries).toEqual(['api'])
      expect(run.outside.latest?.ticket.issue).toMatchObject({
        step: 'place_purchase_order',
        cause: { code: 'vendor_refused' },
        evidence: [{ kind: 'vendor_answer', code: 'HALL_NOT_SERVED' }],
      })
    })
  })
})

describe('a vendor out of reach', () => {
  test('a night without the ERP: placed once afterwards, with a short history and no person', async () => {
    const vendor = new VendorWorld(['api', 'browser'], {
      api: [...Array.from({ length: 40 }, (): Way => 'out'), 'open'],
      browser: ['out'],
    })
    await withVendor(vendor, async (run) => {
      await ordered(run)
      await until(env, run, () => run.outside.kinds.includes('vendor_out'))
      const before = await events(run)
      // Rounds pass without anything in the history.
      await env.sleep('2 hours')
      expect(vendor.tries.length).toBeGreaterThan(30)
      expect((await events(run)) - before).toBeLessThan(12)
      await env.sleep('2 hours')
      await until(env, run, () => run.outside.kinds.includes('po_placed'))
      expect(vendor.book).toHaveLength(1)
      expect(run.outside.kinds).not.toContain('issue_raised')
      await run.handle.result()
      await recordHistory(env, run.handle.workflowId, 'ticket-vendor-out-overnight')
    })
  })

  test('patience ends in an Issue with every reason and picture; a person who retries starts anew', async () => {
    const vendor = new VendorWorld(['api', 'browser', 'phone'], {
      api: ['out'],
      browser: ['broken'],
      phone: ['out'],
    })
    await withVendor(vendor, async (run) => {
      await ordered(run)
      await until(env, run, () => run.outside.kinds.includes('vendor_out'))
      await env.sleep('7 hours')
      await untilIssue(env, run)
      const issue = run.outside.latest?.ticket.issue
      expect(issue?.cause).toMatchObject({ code: 'vendor_out_of_reach' })
      expect(issue?.evidence).toEqual([
        { kind: 'vendor_answer', method: 'api', code: 'OUT', reason: 'api is out' },
        { kind: 'vendor_answer', method: 'browser', code: 'BROKEN', reason: 'browser is broken' },
        { kind: 'file', label: '외주업체 웹 화면', method: 'browser', key: 'page.png' },
        { kind: 'vendor_answer', method: 'phone', code: 'NO_ANSWER', reason: 'nobody' },
      ])
      // Nobody is called every five minutes.
      expect(vendor.calls.length).toBeGreaterThan(2)
      expect(vendor.calls.length).toBeLessThan(8)
      expect(await events(run)).toBeLessThan(400)
      vendor.becomes('api', 'open')
      await run.handle.executeUpdate(resolveIssue, {
        args: [{ action: 'retry_step', note: '', actor: BOSS }],
      })
      await untilSubState(env, run, 'po_placed')
      expect(vendor.book).toHaveLength(1)
    })
  })

  test('what only a person can mend is an Issue at once', async () => {
    const vendor = new VendorWorld(['browser'], { browser: ['broken'] })
    await withVendor(vendor, async (run) => {
      await ordered(run)
      await untilIssue(env, run)
      expect(vendor.tries).toEqual(['browser'])
      expect(run.outside.kinds).not.toContain('vendor_out')
    })
  })

  test('an order that is wanted soon is tried for one more round all the same', async () => {
    const vendor = new VendorWorld(['api'], { api: ['out', 'open'] })
    await withVendor(vendor, async (run) => {
      await ordered(run, 2)
      await untilSubState(env, run, 'po_placed')
      expect(vendor.tries).toEqual(['api', 'api'])
      expect(run.outside.kinds).not.toContain('issue_raised')
      await callOff(run)
    })
  })

  test('an order that is wanted soon gives up soon', async () => {
    const vendor = new VendorWorld(['api'], { api: ['out'] })
    await withVendor(vendor, async (run) => {
      await ordered(run, 4)
      await until(env, run, () => run.outside.kinds.includes('vendor_out'))
      await env.sleep('90 minutes')
      await untilIssue(env, run)
    })
  })

  test('an edit while the vendor is away goes along with the order', async () => {
    const vendor = new VendorWorld(['api'], { api: ['out'] })
    await withVendor(vendor, async (run) => {
      await ordered(run)
      await until(env, run, () => run.outside.kinds.includes('vendor_out'))
      await run.handle.executeUpdate(editOrder, { args: [{ fields: { room: '9호실' }, actor: BOSS }] })
      vendor.becomes('api', 'open')
      await until(env, run, () => run.outside.kinds.includes('po_placed'))
      const [placed] = vendor.book
      const known = run.outside.shared.length > 0 ? run.outside.shared.at(-1)?.room : placed?.order.room
      expect(known).toBe('9호실')
    })
  })

  test('an order that is called off meanwhile waits for nobody', async () => {
    const vendor = new VendorWorld(['api', 'phone'], { api: ['out'], phone: ['out'] })
    await withVendor(vendor, async (run) => {
      await ordered(run)
      await until(env, run, () => run.outside.kinds.includes('vendor_out'))
      await run.handle.executeUpdate(cancelOrder, { args: [{ reason: '고객 요청', actor: BOSS }] })
      await run.handle.result()
      expect(run.outside.cancelled).toHaveLength(1)
      expect(vendor.book).toEqual([])
    })
  })
})

test('whatever is out when, and in which order the ways stand: at most one order, and an end', async () => {
  const methods = fc.shuffledSubarray<VendorMethod>(['api', 'browser', 'phone'], { minLength: 1 })
  const way = fc.constantFrom<Way>('open', 'out', 'lost', 'broken')
  const weather = fc.record({
    api: fc.array(way, { minLength: 1, maxLength: 3 }),
    browser: fc.array(way, { minLength: 1, maxLength: 3 }),
    phone: fc.array(way, { minLength: 1, maxLength: 3 }),
  })
  await fc.assert(
    fc.asyncProperty(methods, weather, async (ways, sky) => {
      const vendor = new VendorWorld(ways, sky)
      await withVendor(
        vendor,
        async (run) => {
          await ordered(run)
          await until(env, run, () => {
            const data = run.outside.latest?.ticket
            return data?.issue !== null || data.purchaseOrder !== null
          })
          expect(vendor.book.length).toBeLessThanOrEqual(1)
          if (run.outside.latest?.ticket.purchaseOrder !== null) expect(vendor.book).toHaveLength(1)
        },
        { policy: { vendorRoundSeconds: 10, vendorPatienceSeconds: 120, editWindowSeconds: 1 } },
      )
    }),
    { numRuns: 20 },
  )
})
