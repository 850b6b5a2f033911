import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { issueAlarmWorkflowId } from '../../domain/ids.ts'
import { cancelOrder, raiseIssue, resolveIssue } from '../../workflows/ticket-messages.ts'
import { createTimeSkippingEnvironment } from '../support/temporal.ts'
import { order, pay, prepareEnvironment, until, untilIssue, withTicket } from './ticket-harness.ts'

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await prepareEnvironment(createTimeSkippingEnvironment)
})
afterAll(() => env?.teardown())

const BOSS = 'owner@example.com'
const alarmOf = (issueId: string) => env.client.workflow.getHandle(issueAlarmWorkflowId(issueId))

test('a failed step rings an alarm of its own, which hears when the Issue is over and does not hold the ticket up', async () => {
  await withTicket(env, async (run) => {
    run.outside.placing = { status: 'refused', code: 'HALL_NOT_SERVED', reason: '배송 불가 지역' }
    await order(run)
    await pay(run)
    await untilIssue(env, run)
    const issue = run.outside.latest?.ticket.issue
    expect(issue?.cause).toEqual({
      code: 'vendor_refused',
      params: { code: 'HALL_NOT_SERVED', detail: '배송 불가 지역' },
    })
    const issueId = issue?.id ?? ''
    await until(env, run, () => run.outside.alarms.includes(issueId))
    expect(run.outside.advised).toContain(issueId)
    run.outside.placing = null
    await run.handle.executeUpdate(resolveIssue, { args: [{ action: 'retry_step', note: '', actor: BOSS }] })
    expect(await alarmOf(issueId).result()).toMatch(/resolved|unheard/)
    await run.handle.result()
  })
})

test('two Issues of one ticket have two alarms; one that is resolved at once is told before the ticket ends', async () => {
  await withTicket(env, async (run) => {
    const raise = () =>
      run.handle.executeUpdate(raiseIssue, {
        args: [{ kind: 'complaint', reason: '고객이 화가 났습니다.', actor: BOSS }],
      })
    await raise()
    await run.handle.executeUpdate(resolveIssue, { args: [{ action: 'retry_step', note: '', actor: BOSS }] })
    await raise()
    await run.handle.executeUpdate(resolveIssue, { args: [{ action: 'retry_step', note: '', actor: BOSS }] })
    await run.handle.executeUpdate(cancelOrder, { args: [{ reason: '고객 요청', actor: BOSS }] })
    await run.handle.result()
    const orderNo = run.handle.workflowId.replace('ticket-', '')
    for (const id of [`${orderNo}-I1`, `${orderNo}-I2`]) expect(await alarmOf(id).result()).toBe('resolved')
    expect(run.outside.alarms).toEqual([])
  })
})
