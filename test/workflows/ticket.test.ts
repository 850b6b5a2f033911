import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTimeSkippingEnvironment } from '../support/temporal.ts'
import { order, pay, prepareEnvironment, withTicket } from './ticket-harness.ts'

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await prepareEnvironment(createTimeSkippingEnvironment)
})
afterAll(() => env?.teardown())

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
  })
})
