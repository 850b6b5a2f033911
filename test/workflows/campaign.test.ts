/** A campaign from its start to its end, on a server that skips time. */
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { koreanIso } from '../../domain/korean-time.ts'
import {
  changeSpeed,
  pauseCampaign,
  resumeCampaign,
  rowsChanged,
  stopCampaign,
} from '../../workflows/campaign-messages.ts'
import { createTimeSkippingEnvironment } from '../support/temporal.ts'
import { atRest, EMPTY, playCampaign, SPEED } from './campaign-harness.ts'
import { recordHistory } from './record-history.ts'
import { prepareEnvironment } from './ticket-harness.ts'

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await prepareEnvironment(createTimeSkippingEnvironment)
})
afterAll(() => env?.teardown())

const HOUR_MS = 3_600_000

test('goes on slice by slice until nothing waits and nobody is on the phone', async () => {
  const { world, state, workflowId } = await playCampaign(env, [{ started: 3 }, { started: 2 }, EMPTY])
  expect(state).toBe('done')
  expect(world.slices).toHaveLength(3)
  expect(world.slices[0]).toMatchObject({ speed: SPEED, forMs: 60_000 })
  expect(world.states).toEqual(['running', 'done'])
  expect(world.snapshots.map(({ version }) => version)).toEqual([1, 2])
  await recordHistory(env, workflowId, 'campaign-done')
})

test('sleeps through the night until the first hour in which somebody may be called', async () => {
  const opening = (nowMs: number) => ({ nextAt: koreanIso(nowMs + 11 * HOUR_MS) })
  const { world } = await playCampaign(env, [opening, EMPTY])
  const [before = 0, after = 0] = world.sliceTimesMs
  // It looks now and then in between: a clock may be wrong.
  expect(after - before).toBeGreaterThanOrEqual(HOUR_MS - 1_000)
})

test('rows that come while it waits are looked at once', async () => {
  const opening = (nowMs: number) => ({ nextAt: koreanIso(nowMs + HOUR_MS / 2) })
  const { world } = await playCampaign(env, [opening, EMPTY], async ({ world, handle }) => {
    await world.reaches(({ slices }) => slices.length === 1)
    await atRest(handle)
    await handle.signal(rowsChanged)
  })
  const [before = 0, after = 0] = world.sliceTimesMs
  expect(after - before).toBeLessThan(HOUR_MS / 2)
})

test('a pause ends the slice at once, nothing is begun until somebody resumes it', async () => {
  const { world, state, workflowId } = await playCampaign(
    env,
    ['stays', 'stays', EMPTY],
    async ({ world, handle }) => {
      await world.reaches(({ slices }) => slices.length === 1)
      await atRest(handle)
      expect(await handle.executeUpdate(pauseCampaign)).toBe('paused')
      expect(world.slices).toHaveLength(1)
      await atRest(handle)
      expect(await handle.executeUpdate(resumeCampaign)).toBe('running')
      await world.reaches(({ slices }) => slices.length === 2)
      await atRest(handle)
      await handle.executeUpdate(changeSpeed, { args: [{ windowSize: 50, callsPerSecond: 10 }] })
    },
  )
  expect(state).toBe('done')
  expect(world.states).toEqual(['running', 'paused', 'running', 'done'])
  expect(world.slices[2]?.speed).toEqual({ windowSize: 50, callsPerSecond: 10 })
  expect(world.snapshots.at(-1)?.speed).toEqual({ windowSize: 50, callsPerSecond: 10 })
  await recordHistory(env, workflowId, 'campaign-paused')
})

test('stopped, it begins nothing more', async () => {
  const { world, state } = await playCampaign(env, ['stays'], async ({ world, handle }) => {
    await world.reaches(({ slices }) => slices.length === 1)
    await atRest(handle)
    expect(await handle.executeUpdate(stopCampaign)).toBe('stopped')
  })
  expect(state).toBe('stopped')
  expect(world.slices).toHaveLength(1)
  expect(world.states).toEqual(['running', 'stopped'])
})

describe('campaign-breaker', () => {
  test('too many failures in a row pause it with an Issue that the owner hears of; resumed, it counts anew', async () => {
    const { world, state, workflowId } = await playCampaign(
      env,
      [{ started: 6, tripped: { ended: 6, failed: 5 } }, EMPTY],
      async ({ world, handle }) => {
        await world.reaches(({ told }) => told.length === 1)
        await atRest(handle)
        expect(world.snapshots.at(-1)).toMatchObject({
          state: 'paused',
          issue: { cause: 'breaker', failed: 5, ended: 6 },
        })
        expect(world.slices).toHaveLength(1)
        await handle.executeUpdate(resumeCampaign)
      },
    )
    expect(state).toBe('done')
    expect(world.states).toEqual(['running', 'paused', 'running', 'done'])
    expect(world.snapshots.at(-1)?.issue).toBeNull()
    const [first, second] = world.slices.map(({ resumedAt }) => Date.parse(resumedAt))
    expect(second).toBeGreaterThanOrEqual(first ?? Number.NaN)
    await recordHistory(env, workflowId, 'campaign-breaker')
  })
})

test('a new run knows all that the one before knew', async () => {
  const slices = Array.from({ length: 7 }, () => ({ started: 1 }))
  const { world, state } = await playCampaign(env, slices, undefined, { slicesPerRun: 2 })
  expect(state).toBe('done')
  expect(world.slices).toHaveLength(8)
  expect(new Set(world.slices.map(({ resumedAt }) => resumedAt)).size).toBe(1)
  expect(world.snapshots.map(({ version }) => version)).toEqual([1, 2])
})
