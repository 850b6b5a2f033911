import { randomBytes } from 'node:crypto'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker } from '@temporalio/worker'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { MorningActivities } from '../../activities/issue-alarm-types.ts'
import { bundleWorkflows } from '../../temporal/bundle.ts'
import { ensureSchedules, SCHEDULES } from '../../temporal/schedules.ts'
import type { morningDigest } from '../../workflows/morning-digest.ts'
import { connectTestEnvironment } from '../support/temporal.ts'

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await connectTestEnvironment()
})
afterAll(async () => {
  for (const id of Object.values(SCHEDULES)) await env.client.schedule.getHandle(id).delete()
  await env.teardown()
})

const times = async () => {
  const { spec } = await env.client.schedule.getHandle(SCHEDULES.morningDigest).describe()
  const hours = spec.calendars?.map(({ hour, minute }) => [hour?.[0]?.start, minute?.[0]?.start])
  return { zone: spec.timezone, hours }
}
/** Money is watched so seldom that no run falls into the tests. */
const at = (hours: number, minutes = 0) => ({
  money: {
    bankPollSeconds: 40_000 + minutes,
    reconciliationSeconds: 50_000,
    fees: { cardBasisPoints: 0, virtualAccountWon: 0 },
  },
  morning: { nightFrom: 18 * 60, morningAt: hours * 60 + minutes },
})

test('the digest is due each morning in Korea; workers that start together or with another time make no second one', async () => {
  await Promise.all([ensureSchedules(env.client, at(10)), ensureSchedules(env.client, at(10))])
  expect(await times()).toEqual({ zone: 'Asia/Seoul', hours: [[10, 0]] })
  await ensureSchedules(env.client, at(9, 30))
  expect(await times()).toEqual({ zone: 'Asia/Seoul', hours: [[9, 30]] })
})

test('the bank and the books are looked at as often as the settings say', async () => {
  await ensureSchedules(env.client, at(10, 30))
  const every = async (id: string) =>
    (await env.client.schedule.getHandle(id).describe()).spec.intervals?.map((interval) => interval.every)
  expect(await every(SCHEDULES.bankFeed)).toEqual([40_030_000])
  expect(await every(SCHEDULES.reconciliation)).toEqual([50_000_000])
})

test('the digest is of the day on which it runs, unless another one is asked for', async () => {
  const days: (string | null)[] = []
  const counts = { complete: 0, awaiting_payment: 0, missing: 0, issues: 0 }
  const activities: MorningActivities = {
    sendMorningDigest: async ({ day }) => {
      days.push(day)
      return { day: day ?? 'today', counts, sent: true }
    },
  }
  const taskQueue = `morning-${randomBytes(4).toString('hex')}`
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue,
    workflowBundle: await bundleWorkflows(),
    activities,
  })
  await worker.runUntil(async () => {
    const run = (args: Parameters<typeof morningDigest>) =>
      env.client.workflow.execute<typeof morningDigest>('morningDigest', {
        workflowId: `morning-${randomBytes(4).toString('hex')}`,
        taskQueue,
        args,
      })
    await run([{}])
    await run([{ day: '2026-11-21' }])
  })
  expect(days).toEqual([null, '2026-11-21'])
})
