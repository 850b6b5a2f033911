import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cancelOrder, sendOrderLink } from '../../workflows/ticket-messages.ts'
import { createTimeSkippingEnvironment } from '../support/temporal.ts'
import { order, prepareEnvironment, withTicket } from './ticket-harness.ts'

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await prepareEnvironment(createTimeSkippingEnvironment)
})
afterAll(() => env?.teardown())

const BOSS = 'owner@example.com'

test('the link to the order page is a text of its own each time it is asked for, and once a request', async () => {
  await withTicket(env, async (run) => {
    await order(run)
    const ask = (updateId: string) =>
      run.handle.executeUpdate(sendOrderLink, { updateId, args: [{ actor: BOSS }] })
    await ask('first')
    await ask('first')
    await ask('second')
    expect(run.outside.texts.filter((kind) => kind === 'order_link')).toHaveLength(2)
    expect(run.outside.kinds.filter((kind) => kind === 'message_sent').length).toBeGreaterThanOrEqual(3)
    await run.handle.executeUpdate(cancelOrder, { args: [{ reason: '고객 요청', actor: BOSS }] })
    await run.handle.result()
  })
})
