/** How long callers wait, through the API, on turns as the calls' workflows write them. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCallActivities } from '../../activities/calls.ts'
import { judgeOpenAlarm } from '../../api/latency-watch.ts'
import type { LatencyView } from '../../api/schemas/latency.ts'
import { judgeLatency, openLatencyAlarm } from '../../db/queries/turn-latency.ts'
import { makeCallId, makeTurnId } from '../../domain/ids.ts'
import { eventually } from '../support/patience.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { createTestApi, type TestApi } from './test-api.ts'

/** 14:30 in Korea. */
const NOW = Date.parse('2026-11-21T05:30:00.000Z')
const MINUTE = 60_000
let api: TestApi
const notices: string[] = []

beforeAll(async () => {
  api = await createTestApi(await createTestDatabase(), { now: () => new Date(NOW) })
  api.deps.events.subscribe((event) => notices.push(event))
})
afterAll(() => api.close())

let calls = 0

/** A call with one answer for each wait: 400 ms to decide, 200 to the first token, 100 to the first audio. */
async function call(at: number, waits: readonly number[]): Promise<void> {
  const { database, settings } = api
  const activities = createCallActivities({
    database,
    dataKeys: settings.dataKey,
    company: settings.company,
    order: settings.order,
    prices: settings.prices,
  })
  const callId = makeCallId(String(++calls).padStart(12, '0'))
  const calledAt = new Date(at).toISOString()
  await activities.recordCall({
    callId,
    workflowId: `inbound-${callId}`,
    fromNumber: '01012345678',
    toNumber: '15880000',
    calledAt,
    answeredAt: calledAt,
  })
  for (const [index, wireLatencyMs] of [null, ...waits].entries()) {
    const turnId = makeTurnId(callId, index)
    const parts = { endOfTurnMs: 400, firstTokenMs: 200, firstAudioMs: 100 }
    const none = { endOfTurnMs: null, firstTokenMs: null, firstAudioMs: null }
    await activities.recordTurn({
      callId,
      turnId,
      turnIndex: index,
      caller: null,
      spoken: { utteranceId: turnId, text: '네.', startMs: index * 10, endMs: index * 10 + 500 },
      interruptions: [],
      timings: { ...(wireLatencyMs === null ? none : parts), wireLatencyMs },
    })
  }
}

const read = async (query = '', cookie = api.cookies.admin) =>
  await api.ask('GET', `/api/statistics/latency${query}`, { cookie })
const view = async (query = '') => (await (await read(query)).json()) as LatencyView
const times = (count: number, ms: number) => Array.from({ length: count }, () => ms)

test('nobody has called: nothing is made up', async () => {
  expect(await view()).toMatchObject({
    total: { turns: 0, wait: null, parts: null },
    buckets: [],
    alarm: { limit: 2_500, window_minutes: 15, now: { turns: 0, p95: null }, open: null, last: [] },
  })
})

test('percentiles by hour and day of Korea, and the share of each part', async () => {
  await call(NOW - 3 * 60 * MINUTE, [800, 1_000, 1_200])
  await call(NOW - 5 * MINUTE, [1_000, 1_000])
  const hours = await view()
  expect(hours.total).toMatchObject({ turns: 5, wait: { p50: 1_000, p95: 1_160, p99: 1_192 } })
  expect(hours.buckets).toMatchObject([
    { from: '2026-11-21T11:00:00+09:00', turns: 3, wait: { p50: 1_000 } },
    { from: '2026-11-21T14:00:00+09:00', turns: 2, wait: { p50: 1_000, p95: 1_000, p99: 1_000 } },
  ])
  // Of 5,000 ms in all: 2,000, 1,000, 500, and what is left.
  expect(hours.total.parts).toEqual({
    decision: { share: 0.4, p95: 400 },
    first_token: { share: 0.2, p95: 200 },
    first_audio: { share: 0.1, p95: 100 },
    first_packet: { share: 0.3, p95: 460 },
  })
  const days = await view('?by=day&from=2026-11-01T00:00:00%2B09:00')
  expect(days.buckets).toMatchObject([{ from: '2026-11-21T00:00:00+09:00', turns: 5 }])
  const earlier = await view('?until=2026-11-21T12:00:00%2B09:00')
  expect(earlier.total.turns).toBe(3)
})

test('the owner’s affair; a range that is none, or too long for its steps, is refused', async () => {
  expect((await read('', api.cookies.agent)).status).toBe(403)
  expect((await read('?from=2026-11-21T15:00:00%2B09:00')).status).toBe(422)
  expect((await read('?from=2026-10-01T00:00:00%2B09:00')).status).toBe(422)
  expect((await read('?by=day&from=2026-10-01T00:00:00%2B09:00')).status).toBe(200)
})

test('callers who wait too long are an alarm: in the app, in the metrics, and over when it is over', async () => {
  const { database, settings } = api
  const judge = () => judgeLatency(database, settings.latencyAlarm, NOW)
  await judge()
  expect(await openLatencyAlarm(database)).toBeUndefined()
  await call(NOW - 4 * MINUTE, times(30, 3_000))
  // Several workers may judge at once.
  await Promise.all([judge(), judge(), judge()])
  expect((await view()).alarm).toMatchObject({
    now: { turns: 32, p95: 3_000 },
    open: { p95: 3_000, limit: 2_500, window_minutes: 15, turns: 32, cleared_at: null },
  })
  const metrics = await (await api.ask('GET', '/metrics')).text()
  expect(metrics).toContain('daeri_answer_wait_p95_seconds 3\n')
  expect(metrics).toContain('daeri_answer_wait_limit_seconds 2.5\n')

  await call(NOW - 3 * MINUTE, times(30, 4_000))
  await judge()
  expect((await view()).alarm.open).toMatchObject({ p95: 4_000, turns: 62 })
  await call(NOW - 2 * MINUTE, times(1_240, 900))
  await judge()
  const { alarm } = await view()
  expect(alarm.open).toBeNull()
  expect(alarm.last).toMatchObject([{ p95: 4_000, cleared_at: '2026-11-21T14:30:00+09:00' }])
  await eventually(() =>
    expect(notices.filter((event) => event.includes('latency_changed')).length).toBeGreaterThan(2),
  )
})

test('it is judged as turns are recorded', async () => {
  const { database, settings } = api
  const callId = makeCallId('00000000a1a1')
  const calledAt = new Date().toISOString()
  const activities = createCallActivities({
    database,
    dataKeys: settings.dataKey,
    company: settings.company,
    order: settings.order,
    prices: settings.prices,
    latencyAlarm: settings.latencyAlarm,
  })
  const record = { callId, workflowId: 'inbound-a', fromNumber: '', toNumber: '15880000' }
  await activities.recordCall({ ...record, calledAt, answeredAt: calledAt })
  for (let index = 0; index < 21; index++) {
    const turnId = makeTurnId(callId, index)
    await activities.recordTurn({
      callId,
      turnId,
      turnIndex: index,
      caller: null,
      spoken: { utteranceId: turnId, text: '네.', startMs: index, endMs: index + 500 },
      interruptions: [],
      timings: { endOfTurnMs: 400, firstTokenMs: 9_000, firstAudioMs: 100, wireLatencyMs: 9_600 },
    })
    const open = await openLatencyAlarm(database)
    expect(open?.p95_ms ?? null, `after ${index + 1}`).toBe(index < 19 ? null : 9_600)
  }
})

test('an alarm closes by itself when its period is over, though nobody calls any more', async () => {
  const { database, settings, deps } = api
  // Another period: nothing of the tests before lies in it, nor is anything of theirs open.
  await database.deleteFrom('latency_alarms').execute()
  const later = NOW + 60 * MINUTE
  await call(later - 4 * MINUTE, times(30, 3_000))
  await judgeLatency(database, settings.latencyAlarm, later)
  expect(await openLatencyAlarm(database)).toMatchObject({ p95_ms: 3_000 })
  const lookAt = (ms: number) => judgeOpenAlarm({ ...deps, now: () => new Date(ms) })
  await lookAt(later + 10 * MINUTE)
  expect(await openLatencyAlarm(database)).toBeDefined()
  await lookAt(later + 12 * MINUTE)
  expect(await openLatencyAlarm(database)).toBeUndefined()
})
