/** The telephones of the world by its HTTP interface; the company is another simulated phone. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { loadSettings } from '../../../config/settings.ts'
import { FaultRegistry } from '../../../simulators/faults.ts'
import { LiveEvents } from '../../../simulators/live-events.ts'
import { PeopleDirectory } from '../../../simulators/people/directory.ts'
import { createTelephones } from '../../../simulators/phones/index.ts'
import { TelephoneNetwork } from '../../../simulators/phones/network.ts'
import type { PhoneCall, PhoneCallRecord } from '../../../simulators/phones/phone-call.ts'
import { PictureStore } from '../../../simulators/pictures/store.ts'
import type { WorldPart } from '../../../simulators/world-part.ts'

const HOST = '127.0.0.1'
const NUMBER = '01012345678'
const logger = pino({ level: 'silent' })
let folder: string
let company: TelephoneNetwork
let arrived: PhoneCall[]
let world: WorldPart
let live: LiveEvents
let people: PeopleDirectory

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'daeri-phones-'))
  arrived = []
  company = await TelephoneNetwork.start({
    host: HOST,
    port: 0,
    company: { host: HOST, port: 9 },
    logger,
    faults: new FaultRegistry(),
    now: Date.now,
    habitsOf: () => ({ behaviour: 'answer', ringMs: 0, voice: { pace: 8 } }),
    onCall: (call) => arrived.push(call),
  })
  live = new LiveEvents()
  people = new PeopleDirectory(folder, live)
  const settings = loadSettings({ SIP_PORT: String(company.port), WORLD_SIP_PORT: '0', HOST })
  world = await createTelephones({
    settings,
    pace: { erpStepMs: 1, smsDeliveryMs: 1, webhookRetryMs: [], kakaoSkillMs: 1 },
    logger,
    faults: new FaultRegistry(),
    live,
    people,
    pictures: new PictureStore(folder),
    folder,
    origin: () => 'http://127.0.0.1',
    now: Date.now,
  })
})

afterEach(async () => {
  await world.stop?.()
  await company.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function request(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; json: unknown }> {
  const init = body === undefined ? {} : { body: JSON.stringify(body) }
  const response = await world.routes?.request(path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...init,
  })
  return { status: response?.status ?? 0, json: await response?.json() }
}

const startCall = async (body: object): Promise<string> => {
  const { status, json } = await request('POST', '/world/api/calls', body)
  expect(status).toBe(201)
  return z.object({ id: z.string() }).parse(json).id
}
const record = async (id: string) => (await request('GET', `/world/api/calls/${id}`)).json as PhoneCallRecord

/** Waits on the world's own events until a call is as wanted. */
async function until(id: string, condition: (call: PhoneCallRecord) => boolean): Promise<PhoneCallRecord> {
  const now = await record(id)
  if (condition(now)) return now
  return new Promise((resolve) => {
    const stop = live.subscribe((event) => {
      if (event.type !== 'call') return
      const call = event.call as PhoneCallRecord
      if (call.id !== id || !condition(call)) return
      stop()
      resolve(call)
    })
  })
}

const words = (call: PhoneCallRecord, speaker: 'me' | 'them') =>
  call.transcript.filter((entry) => entry.speaker === speaker).map(({ text }) => text)

/** Asks again when the line swallowed the question, as it may when the machine stands still. */
async function askUntil(id: string, question: string, expected: string): Promise<void> {
  for (let attempt = 0; attempt < 6; attempt++) {
    const before = words(await record(id), 'me').length
    await arrived[0]?.say(question)
    const call = await until(id, (c) => words(c, 'me').length > before && mineAreOut(c))
    if (words(call, 'me').at(-1)?.includes(expected)) return
  }
  throw new Error(`"${question}" was never understood`)
}

const mineAreOut = (call: PhoneCallRecord) =>
  call.transcript.every(({ speaker, end_ms }) => speaker === 'them' || end_ms !== null)

describe('by hand', () => {
  it('a call is placed, spoken in, typed in and hung up', async () => {
    const id = await startCall({ from: '010-1234-5678' })
    await until(id, ({ state }) => state === 'live')
    expect(await record(id)).toMatchObject({ from: NUMBER, to: '15880000', sip_code: 200, ended_by: null })
    await arrived[0]?.answered()
    void arrived[0]?.say('누구세요?')
    await until(id, (call) => words(call, 'them').join('') !== '')
    expect((await request('POST', `/world/api/calls/${id}/say`, { text: '저요.' })).status).toBe(202)
    const said = await until(id, (call) =>
      call.transcript.some((e) => e.speaker === 'me' && e.end_ms !== null),
    )
    expect(words(said, 'me')).toEqual(['저요.'])
    expect((await request('POST', `/world/api/calls/${id}/digits`, { digits: '1#' })).status).toBe(200)
    expect((await request('POST', `/world/api/calls/${id}/hangup`)).status).toBe(200)
    await arrived[0]?.over
    expect(arrived[0]?.record.digits_heard).toBe('1#')
    expect(await record(id)).toMatchObject({ state: 'ended', ended_by: 'me' })
    expect((await request('GET', '/world/api/calls')).json).toMatchObject({ calls: [{ id, state: 'ended' }] })
  })

  it.each([
    ['POST', '/world/api/calls', { from: 'x' }, 422],
    ['POST', '/world/api/calls', undefined, 422],
    ['GET', '/world/api/calls/nope', undefined, 404],
    ['POST', '/world/api/calls/nope/say', { text: 'a' }, 404],
  ] as const)('%s %s %o is answered with %i', async (method, path, body, status) => {
    expect((await request(method, path, body)).status).toBe(status)
  })

  it('nothing is said in a call that is over', async () => {
    const id = await startCall({ from: NUMBER })
    await request('POST', `/world/api/calls/${id}/hangup`)
    await until(id, ({ state }) => state === 'ended')
    expect((await request('POST', `/world/api/calls/${id}/say`, { text: 'a' })).status).toBe(409)
    expect((await request('POST', `/world/api/calls/${id}/answer`)).status).toBe(409)
  })
})

describe('by a person', () => {
  it('who owns the number speaks for themselves', async () => {
    const persona = { name: '홍길동', facts: { orderer: '홍길동' }, speech: { answer_delay_ms: 0, pace: 8 } }
    people.put(NUMBER, persona)
    const id = await startCall({ from: NUMBER })
    await until(id, ({ state }) => state === 'live')
    await arrived[0]?.answered()
    await askUntil(id, '무엇을 도와드릴까요?', '근조화환 하나 보내려고요.')
    await askUntil(id, '보내시는 분 성함은요?', '홍길동')
    arrived[0]?.hangUp()
    expect(await until(id, ({ state }) => state === 'ended')).toMatchObject({ ended_by: 'them' })
  })
})
