/** Joining a live call and pausing its recording, with telephones and files on several gateways. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { CallWorkflows } from '../../api/call-workflows.ts'
import { softphoneWays } from '../../api/gateways.ts'
import { ApiProblem } from '../../api/problems.ts'
import { phoneColleaguesSchema } from '../../api/schemas/softphone.ts'
import { captureSchema, gatewaysSchema } from '../../api/schemas/telephone.ts'
import { callDetailSchema } from '../../api/schemas/tickets.ts'
import { recordGuest, recordPauses } from '../../db/queries/call-guests.ts'
import type { GuestRecord } from '../../domain/call-guests.ts'
import type { CallId } from '../../domain/ids.ts'
import { makeLegId } from '../../domain/ids.ts'
import { gatewayStateToken } from '../../domain/media-socket-token.ts'
import { CHUNK_SAMPLES, newRecordingKey, sealChunk } from '../../domain/recording-file.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { type GatewayHost, openGatewayHost } from './gateway-hosts.ts'
import { nextCallId, seedCall, seedCapture, seedSignalling } from './seed.ts'
import { createTestApi, type TestApi } from './test-api.ts'

const SECRET = 'a secret of the api tests'
let api: TestApi
let hosts: readonly [GatewayHost, GatewayHost]
const asked: unknown[] = []
let refusal: ApiProblem | null = null
const calls: CallWorkflows = {
  async join(workflowId, wish) {
    if (refusal !== null) throw refusal
    asked.push({ workflowId, ...wish })
  },
  async leave(workflowId, personId) {
    asked.push({ workflowId, leaves: personId })
  },
  async setRecording(workflowId, wish) {
    asked.push({ workflowId, ...wish })
  },
}
beforeAll(async () => {
  hosts = [await openGatewayHost('gateway-1', SECRET), await openGatewayHost('gateway-2', SECRET, 4_602)]
  api = await createTestApi(await createTestDatabase(), {
    environment: { MEDIA_GATEWAYS: ['127.0.0.1:1', ...hosts.map(({ address }) => address)].join(', ') },
    calls,
  })
})
afterAll(async () => {
  await api.close()
  for (const host of hosts) await host.close()
})
beforeEach(() => {
  asked.length = 0
  refusal = null
  for (const host of hosts) host.phones.clear()
})

const post = (callId: string, wish: string, role: 'admin' | 'agent' = 'admin') =>
  api.ask('POST', `/api/calls/${callId}/${wish}`, { cookie: api.cookies[role], json: {} })
const liveCall = () => seedCall(api, { callId: nextCallId(), state: 'live' })
const extensionOf = async (role: 'admin' | 'agent') => {
  const answer = await api.ask('POST', '/api/softphone/credentials', { cookie: api.cookies[role] })
  return ((await answer.json()) as { extension: string }).extension
}
const audited = () =>
  api.database.selectFrom('audit_entries').select(['actor', 'action', 'reason']).orderBy('id').execute()

describe('joining a live call', () => {
  test('rings the telephone at whichever gateway it is registered, and is written down before', async () => {
    const callId = await liveCall()
    hosts[1].phones.add(await extensionOf('admin'))
    expect((await post(callId, 'listen')).status).toBe(200)
    expect(asked).toMatchObject([
      {
        mode: 'listen',
        extension: await extensionOf('admin'),
        gatewayHost: 'gateway-2',
        workflowId: expect.stringContaining(''),
      },
    ])
    expect(await audited()).toContainEqual({
      actor: 'owner@example.com',
      action: 'call_listen',
      reason: callId,
    })
  })

  test('by listening or whispering is the owner’s only; an agent may take it over', async () => {
    const callId = await liveCall()
    hosts[0].phones.add(await extensionOf('agent'))
    for (const wish of ['listen', 'whisper']) expect((await post(callId, wish, 'agent')).status).toBe(403)
    expect((await post(callId, 'take-over', 'agent')).status).toBe(200)
    expect((await post(callId, 'leave', 'agent')).status).toBe(200)
    expect(asked).toMatchObject([{ mode: 'talk', gatewayHost: 'gateway-1' }, { leaves: expect.any(String) }])
  })

  test('takes a live call, a telephone, and the consent of the call', async () => {
    const codeOf = async (response: Response) => {
      const { code } = (await response.json()) as { code: string }
      return [response.status, code]
    }
    expect(await codeOf(await post(await seedCall(api, { callId: nextCallId() }), 'listen'))).toEqual([
      409,
      'not_live',
    ])
    expect((await post('call-ffffffffffff', 'listen')).status).toBe(404)
    const callId = await liveCall()
    const before = (await audited()).length
    expect(await codeOf(await post(callId, 'listen'))).toEqual([409, 'no_phone'])
    expect(await audited()).toHaveLength(before)
    hosts[0].phones.add(await extensionOf('admin'))
    refusal = new ApiProblem('refused', 'no', { code: 'somebody_talks' })
    expect(await codeOf(await post(callId, 'take-over'))).toEqual([409, 'somebody_talks'])
  })
})

test('a recording is paused by whoever is signed in, and the call tells what was left out and who joined', async () => {
  const callId = (await liveCall()) as CallId
  expect((await post(callId, 'recording/pause', 'agent')).status).toBe(200)
  expect((await post(callId, 'recording/resume', 'agent')).status).toBe(200)
  expect(asked).toMatchObject([{ paused: true, personName: 'Agent' }, { paused: false }])
  const { database } = api
  await recordPauses(database, { callId, pauses: [{ fromMs: 4_020, toMs: null }], personName: 'Agent' })
  const read = async () => {
    const response = await api.ask('GET', `/api/calls/${callId}`, { cookie: api.cookies.agent })
    return callDetailSchema.parse(await response.json())
  }
  expect((await read()).recording_pauses).toEqual([
    { from: 4.02, to: null, paused_by: 'Agent', resumed_by: null },
  ])
  await recordPauses(database, { callId, pauses: [{ fromMs: 4_020, toMs: 9_500 }], personName: 'Owner' })
  // The leg's report knows the times, and nobody's name.
  await recordPauses(database, { callId, pauses: [{ fromMs: 4_020, toMs: 9_500 }], personName: null })
  const guest = {
    callId,
    legId: makeLegId('aaaaaaaaaaaa'),
    personId: (await api.database.selectFrom('auth_users').select('id').executeTakeFirstOrThrow()).id,
    personName: '김팀장',
    mode: 'listen',
    askedAt: '2026-11-26T10:00:00+09:00',
    joinedAt: null,
    leftAt: null,
  } as const
  await recordGuest(database, guest)
  await recordGuest(database, { ...guest, joinedAt: '2026-11-26T10:00:05+09:00' })
  const call = await read()
  expect(call.recording_pauses).toEqual([{ from: 4.02, to: 9.5, paused_by: 'Agent', resumed_by: 'Owner' }])
  expect(call.guests).toMatchObject([{ name: '김팀장', mode: 'listen', left_at: null }])
  expect(call.guests[0]?.joined_at).toContain('10:00:05')
})

describe('gateways on other machines', () => {
  test('give their recordings sealed, and any range of them is served', async () => {
    const callId = await seedCall(api, { callId: nextCallId() })
    const name = 'recordings/leg-bbbbbbbbbbbb.rec'
    const key = newRecordingKey('PCMU', api.settings.dataKey)
    const seconds = Array.from({ length: 40 }, (_, index) => {
      const side = new Uint8Array(CHUNK_SAMPLES).fill(index)
      return sealChunk(key, index, { caller: side, ours: side, paused: [] })
    })
    mkdirSync(join(hosts[1].dataDir, 'recordings'), { recursive: true })
    writeFileSync(join(hosts[1].dataDir, name), Buffer.concat([key.header, ...seconds]))
    await api.database
      .updateTable('call_records')
      .set({ recording_key: name })
      .where('call_id', '=', callId)
      .execute()
    const get = (range?: string) =>
      api.ask('GET', `/api/calls/${callId}/recording`, {
        cookie: api.cookies.agent,
        ...(range === undefined ? {} : { headers: { range } }),
      })
    const whole = Buffer.from(await (await get()).arrayBuffer())
    expect(whole.length).toBe(44 + 40 * CHUNK_SAMPLES * 4)
    const part = await get('bytes=900000-900099')
    expect(part.status).toBe(206)
    expect(Buffer.from(await part.arrayBuffer())).toEqual(whole.subarray(900_000, 900_100))
  })

  test('give the messages of their calls', async () => {
    const callId = await seedSignalling(api)
    const folder = `signalling/${callId}`
    for (const leg of ['leg-111111111111', 'leg-222222222222']) {
      const file = `${folder}/${leg}.sealed`
      const there = join(hosts[0].dataDir, file)
      mkdirSync(dirname(there), { recursive: true })
      writeFileSync(there, readFileSync(join(api.settings.dataDir, file)))
    }
    rmSync(join(api.settings.dataDir, folder), { recursive: true })
    const answer = await api.ask('GET', `/api/calls/${callId}/signalling`, { cookie: api.cookies.admin })
    const { legs } = (await answer.json()) as { legs: { leg_id: string }[] }
    expect(legs.map(({ leg_id }) => leg_id)).toEqual(['leg-111111111111', 'leg-222222222222'])
  })

  test('give nothing to strangers, and nothing else of their folders', async () => {
    writeFileSync(join(hosts[0].dataDir, 'secrets.env'), 'secret')
    const ask = (path: string, token: string) =>
      fetch(`http://${hosts[0].address}${path}`, { headers: { authorization: `Bearer ${token}` } })
    for (const path of ['/state', '/phones/1001', '/files/recordings/leg-bbbbbbbbbbbb.rec'])
      expect((await ask(path, 'guessed')).status).toBe(401)
    const token = gatewayStateToken(SECRET)
    for (const path of [
      '/files/secrets.env',
      '/files/recordings/..%2Fsecrets.env',
      '/files/',
      '/files/recordings',
    ])
      expect((await ask(path, token)).status).toBe(404)
  })

  test('are all told of; each telephone has one that it prefers, and others for when that one drains', async () => {
    const states = await api.ask('GET', '/api/gateways', { cookie: api.cookies.admin })
    const { gateways } = gatewaysSchema.parse(await states.json())
    expect(gateways.map(({ name, readiness }) => [name, readiness])).toEqual([
      ['127.0.0.1:1', 'unreachable'],
      ['gateway-1', 'ready'],
      ['gateway-2', 'ready'],
    ])
    const ways = await Promise.all(
      Array.from({ length: 30 }, (_, index) => softphoneWays(api.settings, String(1_001 + index))),
    )
    const first = new Set(ways.map(([way]) => way))
    expect([...first].toSorted()).toEqual(['ws://127.0.0.1:4502', 'ws://127.0.0.1:4602'])
    expect(ways.every(({ length }) => length === 2)).toBe(true)
    hosts[0].readiness = 'draining'
    expect(await softphoneWays(api.settings, '1001')).toEqual(['ws://127.0.0.1:4602'])
    hosts[0].readiness = 'ready'
  })
})

describe('the packets of a call', () => {
  const state = async (callId: string) =>
    captureSchema.parse(await (await api.ask('GET', `/api/calls/${callId}/capture`, { cookie })).json())
  let cookie: string
  beforeAll(() => {
    cookie = api.cookies.admin
  })
  const start = (callId: string, role: 'admin' | 'agent' = 'admin') =>
    api.ask('POST', `/api/calls/${callId}/capture/start`, {
      cookie: api.cookies[role],
      json: { with_sound: true },
    })
  const keep = (callId: CallId) => seedCapture(hosts[1].dataDir, api.settings.dataKey, callId)

  test('are asked for by the owner at whichever gateway has the call, and ended; both are written down', async () => {
    const callId = (await liveCall()) as CallId
    hosts[1].calls.add(callId)
    expect(await state(callId)).toEqual({ is_running: false, with_sound: false, packets: 0, is_kept: false })
    expect((await start(callId)).status).toBe(200)
    expect(await state(callId)).toMatchObject({ is_running: true, with_sound: true })
    expect((await post(callId, 'capture/stop')).status).toBe(200)
    expect(await state(callId)).toMatchObject({ is_running: false, packets: 120 })
    const actor = 'owner@example.com'
    for (const action of ['call_capture_start', 'call_capture_stop'])
      expect(await audited()).toContainEqual({ actor, action, reason: callId })
  })

  test('of a call that is over, or that no gateway has, are not asked for', async () => {
    const over = await seedCall(api, { callId: nextCallId() })
    const nowhere = await liveCall()
    for (const callId of [over, nowhere]) {
      const answer = await start(callId)
      expect(answer.status).toBe(409)
      expect(await answer.json()).toMatchObject({ error: { code: 'not_live' } })
    }
    expect((await start('call-ffffffffffff')).status).toBe(404)
    expect(await state(over)).toMatchObject({ is_running: false, is_kept: false })
  })

  test('are downloaded from another machine, and each download is written down', async () => {
    const callId = (await seedCall(api, { callId: nextCallId() })) as CallId
    const path = `/api/calls/${callId}/capture.pcap`
    expect((await api.ask('GET', path, { cookie })).status).toBe(404)
    keep(callId)
    expect(await state(callId)).toMatchObject({ is_kept: true })
    const answer = await api.ask('GET', path, { cookie })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-disposition')).toContain(`${callId}.pcap`)
    // A header, and twice 16 bytes of the record, 28 of IP and UDP, 172 of RTP.
    expect((await answer.arrayBuffer()).byteLength).toBe(24 + 2 * (16 + 28 + 172))
    const downloads = (await audited()).filter(({ reason }) => reason === callId)
    expect(downloads).toEqual([
      { actor: 'owner@example.com', action: 'call_capture_download', reason: callId },
    ])
  })

  test('are nothing for agents', async () => {
    const callId = (await liveCall()) as CallId
    hosts[1].calls.add(callId)
    keep(callId)
    expect((await start(callId, 'agent')).status).toBe(403)
    expect((await post(callId, 'capture/stop', 'agent')).status).toBe(403)
    for (const path of [`/api/calls/${callId}/capture`, `/api/calls/${callId}/capture.pcap`])
      expect((await api.ask('GET', path, { cookie: api.cookies.agent })).status).toBe(403)
  })
})

test('colleagues are told with whether they can be called: away, free, and in a call', async () => {
  const extension = await extensionOf('agent')
  await extensionOf('admin')
  const presence = async () => {
    const cookie = api.cookies.admin
    const answer = await api.ask('GET', '/api/softphone/colleagues', { cookie })
    const { colleagues } = phoneColleaguesSchema.parse(await answer.json())
    // Oneself is none.
    expect(colleagues).toHaveLength(1)
    expect(colleagues[0]?.extension).toBe(extension)
    return colleagues[0]?.presence
  }
  expect(await presence()).toBe('away')
  hosts[1].phones.add(extension)
  expect(await presence()).toBe('free')
  const person = await api.database
    .selectFrom('agent_phones')
    .select('user_id')
    .where('extension', '=', Number(extension))
    .executeTakeFirstOrThrow()
  const guest: GuestRecord = {
    callId: (await liveCall()) as CallId,
    legId: makeLegId('fedcba987654'),
    personId: person.user_id,
    personName: '이상담',
    mode: 'talk',
    askedAt: '2026-11-21T14:00:00+09:00',
    joinedAt: null,
    leftAt: null,
  }
  await recordGuest(api.database, guest)
  expect(await presence()).toBe('free')
  await recordGuest(api.database, { ...guest, joinedAt: '2026-11-21T14:00:05+09:00' })
  expect(await presence()).toBe('busy')
  await recordGuest(api.database, {
    ...guest,
    joinedAt: '2026-11-21T14:00:05+09:00',
    leftAt: '2026-11-21T14:01:00+09:00',
  })
  expect(await presence()).toBe('free')
})
