/**
 * Tickets that continue as new at every step, on a real server: the one that skips time loses a message that
 * crosses with it. So the times of the policy are short.
 */
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { issueAlarmWorkflowId } from '../../domain/ids.ts'
import type { OrderPolicy } from '../../domain/order-policy.ts'
import {
  deliveryChanged,
  editOrder,
  messageReported,
  partialRefund,
  raiseIssue,
  reorder,
  resolveIssue,
} from '../../workflows/ticket-messages.ts'
import { connectTestEnvironment } from '../support/temporal.ts'
import { account, deposit } from './bank-steps.ts'
import { quietRuntime } from './quiet-runtime.ts'
import {
  order,
  pay,
  refusal,
  type TicketOptions,
  type TicketRunForTest,
  until,
  withTicket,
} from './ticket-harness.ts'

let env: TestWorkflowEnvironment
beforeAll(async () => {
  quietRuntime()
  env = await connectTestEnvironment()
})
afterAll(() => env?.teardown())
vi.setConfig({ testTimeout: 180_000 })

const BOSS = 'owner@example.com'
const REPORTED_AT = '2026-11-21T12:00:00+09:00'
const BRISK: Partial<OrderPolicy> = { editWindowSeconds: 1, vendorPollSeconds: 1, stepRetrySeconds: 1 }
const byBoss = { args: [{ actor: BOSS }] } satisfies { args: [{ actor: string }] }

const continuing = (body: (run: TicketRunForTest) => Promise<void>, options: TicketOptions = {}) =>
  withTicket(
    env,
    async (run) => {
      run.outside.onSent = ({ key }) =>
        run.handle.signal(messageReported, { messageKey: key, status: 'delivered', at: REPORTED_AT })
      await body(run)
      expect(await runIdOf(run)).not.toBe(run.handle.firstExecutionRunId)
    },
    { ...options, policy: { ...BRISK, ...options.policy }, input: { continueAfterEvents: 1 } },
  )

/** The latest. */
const runIdOf = async ({ handle }: TicketRunForTest) =>
  (await env.client.workflow.getHandle(handle.workflowId).describe()).runId

/** In real time, as a look at the screens is free. */
const shown = (run: TicketRunForTest, reached: () => boolean) => until(env, run, reached, '500ms')

test('nothing that anybody sees changes', async () => {
  await continuing(async (run) => {
    await order(run)
    expect(await pay(run)).toEqual({ status: 'paid', reason: null })
    expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
    expect(run.outside.texts).toEqual(['payment_link', 'confirmation', 'delivered'])
    expect(run.outside.placed).toHaveLength(1)
    expect([...run.outside.timeline.keys()]).toEqual(run.outside.kinds.map((_, i) => i + 1))
  })
})

test('an alarm rings on, and no second one is started', async () => {
  const readAlarmPolicy = async () => ({
    gatherSeconds: 1,
    callAfterSeconds: 600,
    callRepeatSeconds: 300,
    maxCalls: 0,
  })
  await continuing(
    async (run) => {
      run.outside.journey = ['접수']
      await order(run)
      await pay(run)
      await shown(run, () => run.outside.latest?.ticket.subState === 'po_placed')
      await run.handle.executeUpdate(raiseIssue, {
        args: [{ kind: 'complaint', reason: '꽃이 시들었다고 합니다', actor: BOSS }],
      })
      const issueId = `${run.handle.workflowId.replace('ticket-', '')}-I1`
      await shown(run, () => run.outside.alarms.length > 0)
      const ringing = await runIdOf(run)
      run.outside.journey = ['완료']
      await run.handle.signal(deliveryChanged, { erpOrderId: 'ERP' })
      await shown(run, () => run.outside.latest?.ticket.subState === 'delivered')
      expect(await runIdOf(run)).not.toBe(ringing)
      await run.handle.executeUpdate(resolveIssue, {
        args: [{ action: 'retry_step', note: '사과함', actor: BOSS }],
      })
      await run.handle.result()
      const alarm = env.client.workflow.getHandle(issueAlarmWorkflowId(issueId))
      expect(await alarm.result()).toMatch(/resolved|unheard/)
      expect(run.outside.advised).toEqual([issueId])
    },
    { activities: { readAlarmPolicy } },
  )
})

test('a virtual account and its deposits are kept', async () => {
  await continuing(async (run) => {
    await order(run)
    const first = await account(run)
    await deposit(run, 'b1', 30_000)
    await shown(run, () => run.outside.texts.includes('deposit_part'))
    expect(await account(run)).toEqual(first)
    expect(await deposit(run, 'b1', 30_000)).toMatchObject({ receivedWon: 30_000 })
    await deposit(run, 'b2', 50_000)
    await shown(run, () => run.outside.kinds.includes('done'))
    expect(run.outside.latest?.ticket.outcome).toBe('delivered')
  })
})

test('a wrong wreath is made good', async () => {
  await continuing(async (run) => {
    run.outside.journey = ['제작중']
    await order(run)
    await pay(run)
    await shown(run, () => run.outside.latest?.ticket.subState === 'po_placed')
    run.outside.sharing = { status: 'refused', code: 'ALREADY_MADE', reason: '이미 제작되었습니다' }
    const late = run.handle.executeUpdate(editOrder, {
      args: [{ fields: { message: '바꾼 문구' }, actor: BOSS }],
    })
    expect(await refusal(late)).toBe('already_made')
    await run.handle.executeUpdate(partialRefund, byBoss)
    run.outside.journey = ['접수']
    await run.handle.executeUpdate(reorder, byBoss)
    await shown(run, () => run.outside.placed.length === 2)
    run.outside.journey = ['완료']
    await run.handle.signal(deliveryChanged, { erpOrderId: 'ERP' })
    await shown(run, () => run.outside.latest?.ticket.outcome === 'delivered')
    expect(run.outside.refunds).toHaveLength(1)
    expect([...run.outside.timeline.keys()]).toEqual(run.outside.kinds.map((_, i) => i + 1))
  })
})
