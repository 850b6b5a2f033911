/** Results told to another program over HTTP: signed, tried again, put aside, told again on request. */
import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createOutboundRequestActivities } from '../../activities/outbound-requests.ts'
import { sendOnce } from '../../api/result-webhooks.ts'
import { webhookDeliveryListSchema } from '../../api/schemas/webhook-deliveries.ts'
import { insertCampaign, recordCampaign } from '../../db/queries/campaign-snapshots.ts'
import { makeCampaignId } from '../../domain/ids.ts'
import type { OutboundEvent } from '../../domain/outbound-events.ts'
import { newProgress } from '../../domain/outbound-request.ts'
import { newTask } from '../../domain/question-answers.ts'
import { nextWebhookTryMs, WEBHOOK_TRIES } from '../../domain/result-webhook.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { PLAN } from '../temporal/campaign-system.ts'
import { ScriptedOutbound } from './scripted-outbound.ts'
import { createTestApi, type TestApi } from './test-api.ts'

const SECRET = 'a secret of sixteen'
const START = Date.parse('2026-11-26T14:00:00+09:00')

interface Told {
  readonly headers: Record<string, string | string[] | undefined>
  readonly body: string
}

let api: TestApi
let crm: Server
let told: Told[] = []
/** What the other program answers, one after the other; then 200. */
let answers: number[] = []
let nowMs = START
let outbound: ScriptedOutbound

beforeAll(async () => {
  crm = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      told.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
      const status = answers.shift() ?? 200
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end()
    })
  })
  await new Promise<void>((resolve) => crm.listen(0, '127.0.0.1', resolve))
  outbound = new ScriptedOutbound()
  api = await createTestApi(await createTestDatabase(), {
    environment: {
      OUTBOUND_CALLER_NUMBERS: '07012345678',
      OUTBOUND_WEBHOOK_URL: `http://127.0.0.1:${(crm.address() as AddressInfo).port}/hook`,
      OUTBOUND_WEBHOOK_SECRET: SECRET,
    },
    outbound,
    now: () => new Date(nowMs),
  })
  outbound.writesTo(api)
})
afterAll(async () => {
  await api.close()
  crm.closeAllConnections()
  await new Promise((resolve) => crm.close(resolve))
})
beforeEach(async () => {
  told = []
  answers = []
  nowMs = START
  await api.database.deleteFrom('webhook_deliveries').execute()
  await api.database.deleteFrom('outbound_requests').execute()
})

let last = 0
/** Asks for a call. @returns what its workflow would write of it. */
async function ask() {
  const response = await api.ask('POST', '/api/outbound/', {
    cookie: api.cookies.agent,
    json: {
      caller_number: '07012345678',
      callee_number: `0108${String(++last).padStart(7, '0')}`,
      purpose: '확인',
      questions: ['참석 가능 여부'],
      metadata: { crm: 'A-7' },
    },
  })
  expect(response.status).toBe(202)
  const input = outbound.started.at(-1)
  if (input === undefined) throw new Error('nothing was started')
  const { outboundId } = input
  const { recordOutbound } = createOutboundRequestActivities(api.database, api.settings.dataKey, true)
  let version = 0
  const write = (event: OutboundEvent | null, isOver: boolean) =>
    recordOutbound({
      outboundId,
      version: ++version,
      progress: {
        ...newProgress(outboundId),
        state: isOver ? 'busy' : 'dialing',
        attemptCount: 1,
        failureReason: isOver ? 'SIP 486' : null,
        completedAt: isOver ? '2026-11-26T14:00:20+09:00' : null,
      },
      task: newTask(['참석 가능 여부']),
      callId: null,
      sipCallId: null,
      summary: null,
      isOver,
      event,
    })
  return { outboundId, write }
}
const FAILED: OutboundEvent = { type: 'outbound_failed', reason: 'SIP 486' }
async function endedCall(): Promise<string> {
  const { outboundId, write } = await ask()
  await write({ type: 'outbound_dialing', attempt: 1 }, false)
  await write(FAILED, true)
  return outboundId
}
const send = () => sendOnce(api.deps)
const list = async () =>
  webhookDeliveryListSchema.parse(
    await (await api.ask('GET', '/api/webhook-deliveries', { cookie: api.cookies.admin })).json(),
  )
/** Times are the database's and the test's; what was noted is due from here on. */
const fromNow = async () => {
  await api.database
    .updateTable('webhook_deliveries')
    .set({ next_try_at: new Date(START) })
    .execute()
}

test('a result is told once, signed, with what the request brought along', async () => {
  const outboundId = await endedCall()
  await fromNow()
  expect(await send()).toBe(1)
  expect(await send()).toBe(0)
  expect(told).toHaveLength(1)
  const [first] = told
  if (first === undefined) throw new Error('nothing was told')
  expect(JSON.parse(first.body)).toMatchObject({
    type: 'outbound.result',
    result: {
      outbound_id: outboundId,
      state: 'busy',
      callee_number: expect.stringMatching(/\*{4}/),
      answers: [{ status: 'not_asked' }],
    },
    failure_reason: 'SIP 486',
    attempt_count: 1,
    metadata: { crm: 'A-7' },
  })
  const seconds = START / 1_000
  const hex = createHmac('sha256', SECRET).update(`${seconds}.${first.body}`).digest('hex')
  expect(first.headers['x-daeri-signature']).toBe(`t=${seconds},v1=${hex}`)
  expect(first.headers['x-daeri-event']).toBe('outbound.result')
  expect((await list()).deliveries).toMatchObject([
    { outbound_id: outboundId, state: 'delivered', tries: 1, last_status: 200, last_error: null },
  ])
})

test('what is not taken is tried again with growing gaps, then put aside until a person has it told again', async () => {
  const outboundId = await endedCall()
  await fromNow()
  answers = [500, 302, 404, 503, 429]
  const gaps: number[] = []
  for (let tries = 1; tries <= WEBHOOK_TRIES; tries++) {
    expect(await send()).toBe(1)
    const again = nextWebhookTryMs(tries, nowMs)
    if (again === null) break
    nowMs = again - 1
    expect(await send()).toBe(0)
    gaps.push((again - START) / 1_000)
    nowMs = again
  }
  expect(gaps).toEqual([30, 150, 450, 1_050])
  nowMs += 86_400_000
  expect(await send()).toBe(0)
  const [dead] = (await list()).deliveries
  expect(dead).toMatchObject({
    outbound_id: outboundId,
    state: 'dead',
    tries: 5,
    last_status: 429,
    next_try_at: null,
  })
  const resent = await api.ask('POST', `/api/webhook-deliveries/${dead?.id}/resend`, {
    cookie: api.cookies.admin,
  })
  expect(resent.status).toBe(202)
  expect(await send()).toBe(1)
  expect((await list()).deliveries).toMatchObject([{ state: 'delivered', tries: 1 }])
  // The same delivery each time: who took it already knows it.
  expect(new Set(told.map(({ headers }) => headers['x-daeri-delivery'])).size).toBe(1)
})

test('nobody there is a try that failed, and a process that dies with it loses nothing', async () => {
  await endedCall()
  await fromNow()
  const away = {
    ...api.deps,
    settings: {
      ...api.settings,
      outbound: { ...api.settings.outbound, webhook: { url: 'http://127.0.0.1:1/', secret: SECRET } },
    },
  }
  expect(await sendOnce(away)).toBe(1)
  expect((await list()).deliveries).toMatchObject([
    { state: 'waiting', last_status: null, last_error: expect.stringMatching(/./) },
  ])
  nowMs += 30_000
  // Taken up by a copy that never comes back.
  await api.database
    .updateTable('webhook_deliveries')
    .set({ next_try_at: new Date(nowMs + 30_000), tries: 2 })
    .execute()
  expect(await send()).toBe(0)
  nowMs += 30_000
  expect(await send()).toBe(1)
  expect(told).toHaveLength(1)
})

test('a request that is made again is told again, and what follows its end without an event is not', async () => {
  const { write } = await ask()
  await write(FAILED, true)
  await write(null, true)
  await fromNow()
  expect(await send()).toBe(1)
  await write({ type: 'outbound_queued' }, false)
  await write(FAILED, true)
  await fromNow()
  expect(await send()).toBe(1)
  expect(told).toHaveLength(2)
})

test('copies of the API share the work', async () => {
  for (let calls = 0; calls < 6; calls++) await endedCall()
  await fromNow()
  const taken = await Promise.all([send(), send(), send()])
  expect(taken.reduce((sum, count) => sum + count, 0)).toBe(6)
  expect(new Set(told.map(({ headers }) => headers['x-daeri-delivery'])).size).toBe(6)
  expect(told).toHaveLength(6)
})

test('where no address is set nothing is noted, and only the owner sees deliveries', async () => {
  const { outboundId, write: _write } = await ask()
  const { recordOutbound } = createOutboundRequestActivities(api.database, api.settings.dataKey, false)
  await recordOutbound({
    outboundId,
    version: 1,
    progress: newProgress(outboundId),
    task: newTask(['참석 가능 여부']),
    callId: null,
    sipCallId: null,
    summary: null,
    isOver: true,
    event: FAILED,
  })
  expect((await list()).deliveries).toEqual([])
  expect((await api.ask('GET', '/api/webhook-deliveries', { cookie: api.cookies.agent })).status).toBe(403)
})

describe('the times of tries', () => {
  test('grow, and end', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.integer({ min: 0, max: 4_102_444_800_000 }),
        (tries, at) => {
          const next = nextWebhookTryMs(tries, at)
          expect(next === null).toBe(tries >= WEBHOOK_TRIES)
          if (next !== null) expect(next - at).toBeGreaterThanOrEqual(30_000)
        },
      ),
    )
  })
})

describe('of campaigns', () => {
  let made = 0
  async function newCampaign() {
    const campaignId = makeCampaignId((++made).toString(16).padStart(8, '0'))
    const speed = { windowSize: 5, callsPerSecond: 1 }
    const at = new Date(START).toISOString()
    await insertCampaign(api.database, {
      campaignId,
      name: '만족도 조사',
      kind: 'survey',
      plan: PLAN,
      speed,
      requestedBy: 'owner@example.com',
      createdAt: at,
    })
    let version = 0
    /** @param tripped moment, if the breaker did it. */
    const becomes = (
      state: 'running' | 'paused' | 'stopped' | 'done',
      tripped: string | null = null,
      isTold = true,
    ) => {
      const issue =
        tripped === null ? null : ({ cause: 'breaker', failed: 5, ended: 6, at: tripped } as const)
      return recordCampaign(api.database, { campaignId, version: ++version, state, speed, issue, at }, isTold)
    }
    return { campaignId, becomes }
  }

  test('the breaker and the end are told, signed, once each; what a person pauses is not', async () => {
    const { campaignId, becomes } = await newCampaign()
    await becomes('running')
    await becomes('paused')
    await becomes('running')
    await becomes('paused', '2026-11-26T14:00:00+09:00')
    await becomes('running')
    await becomes('done')
    await fromNow()
    answers = [500]
    expect(await send()).toBe(2)
    expect(told.map(({ headers }) => headers['x-daeri-event']).toSorted()).toEqual([
      'campaign.completed',
      'campaign.paused',
    ])
    const completed = told.find(({ headers }) => headers['x-daeri-event'] === 'campaign.completed')
    expect(JSON.parse(completed?.body ?? '')).toMatchObject({
      type: 'campaign.completed',
      campaign: { campaign_id: campaignId, state: 'done', counts: { total: 0 } },
    })
    const seconds = START / 1_000
    const hex = createHmac('sha256', SECRET).update(`${seconds}.${completed?.body}`).digest('hex')
    expect(completed?.headers['x-daeri-signature']).toBe(`t=${seconds},v1=${hex}`)
    // What was not taken comes again, the other one does not.
    nowMs = nextWebhookTryMs(1, START) ?? 0
    expect(await send()).toBe(1)
    const { deliveries } = await list()
    expect(deliveries).toHaveLength(2)
    expect(
      deliveries.every(({ campaign_id, outbound_id }) => campaign_id === campaignId && outbound_id === null),
    ).toBe(true)
  })

  test('a breaker that has tripped is told once, however often its campaign changes its speed; the next one anew', async () => {
    const { becomes } = await newCampaign()
    const [first, second] = ['2026-11-26T14:00:00+09:00', '2026-11-26T14:05:00+09:00']
    for (const tripped of [null, first, first, null, second, second])
      await becomes(tripped === null ? 'running' : 'paused', tripped)
    await fromNow()
    expect(await send()).toBe(2)
    expect(told.every(({ headers }) => headers['x-daeri-event'] === 'campaign.paused')).toBe(true)
  })

  test('nothing is noted where nobody is told, nor twice for one end', async () => {
    const { campaignId, becomes } = await newCampaign()
    await becomes('stopped', null, false)
    await fromNow()
    expect(await send()).toBe(0)
    const other = await newCampaign()
    await other.becomes('stopped')
    const again = { campaignId: other.campaignId, version: 1, state: 'stopped' as const, issue: null }
    const more = { speed: { windowSize: 5, callsPerSecond: 1 }, at: new Date(START).toISOString() }
    await recordCampaign(api.database, { ...again, ...more }, true)
    await fromNow()
    expect(await send()).toBe(1)
    expect(told[0]?.headers['x-daeri-event']).toBe('campaign.stopped')
    expect(JSON.parse(told[0]?.body ?? '').campaign.campaign_id).not.toBe(campaignId)
  })
})
