import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTimeSkippingEnvironment } from '../support/temporal.ts'
import { runMissedCall } from './missed-call-harness.ts'
import { prepareEnvironment } from './ticket-harness.ts'
import { Outside } from './ticket-outside.ts'

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await prepareEnvironment(createTimeSkippingEnvironment)
})
afterAll(() => env?.teardown())

test('a missed call is noted and somebody asked to call back, also when the database is away for a while', async () => {
  const outside = new Outside()
  let tries = 0
  outside.fault = () => {
    tries += 1
    if (tries < 3) throw new Error('database is away')
  }
  const callBacks: string[] = []
  await runMissedCall(env, outside, callBacks)
  expect(outside.missed).toMatchObject([{ fromNumber: '01012345678' }])
  expect(callBacks).toHaveLength(1)
})
