import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { readTrunks } from '../../../config/trunks.ts'
import type { HoldLegInput, LegReport } from '../../../domain/call.ts'
import { type LegId, makeCallId, makeLegId } from '../../../domain/ids.ts'
import { gatewayStateToken } from '../../../domain/media-socket-token.ts'
import { unseal } from '../../../domain/sealed.ts'
import { encodeG711 } from '../../../media-gateway/rtp/index.ts'
import { encodeSpeech } from '../../../simulators/azure-speech/modem/encode.ts'
import { TASK_QUEUES } from '../../../temporal/task-queues.ts'
import { TestMediaSocket } from '../../support/media-socket-client.ts'
import { readRecording } from '../../support/recording.ts'
import { getTemporalAddress } from '../../support/temporal.ts'
import { TestPhone } from '../../support/test-phone.ts'
import { type FakeResult, hangUp } from './fake-workflows.ts'
import { DATA_KEY, GatewayWorld, SECRET, TemporalWorld } from './harness.ts'

let temporal: TemporalWorld
let world: GatewayWorld
let calls = 0
beforeAll(async () => {
  temporal = await TemporalWorld.open(getTemporalAddress())
})
afterAll(() => temporal.close())
afterEach(() => world.close())

const open = async (options: { channels?: number } = {}) => {
  world = await GatewayWorld.open(temporal, options)
  return world
}

/** The workflow of the next inbound call of this file. */
const nextCall = async () => {
  calls++
  const handle = (await temporal.workflows('inboundCall', calls)).at(-1)
  if (handle === undefined) throw new Error('no workflow')
  return handle
}
const resultOf = async (handle: Awaited<ReturnType<typeof nextCall>>) => {
  const { report, events } = (await handle.result()) as FakeResult
  return { report: report as LegReport, failure: 'failure' in report ? report.failure : undefined, events }
}

const tone = (ms: number) =>
  encodeG711(
    'PCMU',
    Int16Array.from({ length: ms * 8 }, (_, i) => Math.round(8000 * Math.sin(i / 3))),
  )

test('an inbound call is answered by its workflow, heard and spoken to over the media socket', async () => {
  const { gateway, phone, folder } = await open()
  expect((await phone.call(gateway.sipPort)).kind).toBe('answered')
  const call = await nextCall()
  const { legId, mediaSocketUrl } = await temporal.answered(call)
  const socket = new TestMediaSocket(mediaSocketUrl, legId, SECRET, 0)
  expect(await socket.message('attached')).toMatchObject({ legId, codec: 'PCMU', cursor: 0, utterances: [] })

  const words = tone(600)
  socket.say('u1', 'hello', words)
  await socket.message('utterance.done', ({ interrupted }) => !interrupted)
  await phone.hear(10)
  expect(phone.hasHeard(words)).toBe(true)

  phone.speech.write(encodeG711('PCMU', encodeSpeech('네, 여보세요.').pcm))
  await socket.message('speech.start')
  await socket.message('speech.end')
  await phone.rtp?.sendDigits('42#')
  await socket.message('digit', ({ digit }) => digit === '#')

  await call.signal(hangUp, { afterPlayoutMs: 1000 })
  const { report, events } = await resultOf(call)
  expect((await phone.dialog?.ended)?.by).toBe('remote')
  expect(events.map((event) => (event.type === 'digit' ? event.digit : event.type))).toEqual([
    'answered',
    '4',
    '2',
    '#',
    'ended',
  ])
  expect(report).toMatchObject({ outcome: 'completed_by_us', sipCode: 200, codec: 'PCMU' })
  const { samples } = await readRecording(join(folder, report.recordingKey ?? ''), DATA_KEY)
  expect(samples).toBeGreaterThan(0)
  expect(await socket.closed).toBe(1000)
})

test('a carrier whose sound must be encrypted is not let in without', async () => {
  const { trunks } = readTrunks('trunks: [{ name: near, servers: [{ host: 127.0.0.1 }] }]', {
    environment: {},
    hasTcp: false,
    hasTls: false,
  })
  const [near] = trunks
  if (near === undefined) throw new Error('no trunk')
  world = await GatewayWorld.open(temporal, { trunks: [{ ...near, srtp: 'require' }] })
  const call = await world.phone.dial(world.gateway.sipPort)
  expect(await call.outcome).toMatchObject({ kind: 'failed', code: 488 })
  expect(world.gateway.usage()).toMatchObject({ legs: 0, rtpPortPairs: 0 })
  expect(world.gateway.trunks[0]?.channelsInUse).toBe(0)
})

test('a stranger is refused with 403 before anything is taken', async () => {
  const { trunks, problems } = readTrunks('trunks: [{ name: far, servers: [{ host: 127.0.0.9 }] }]', {
    environment: {},
    hasTcp: false,
    hasTls: false,
  })
  expect(problems).toEqual([])
  world = await GatewayWorld.open(temporal, { trunks })
  const call = await world.phone.dial(world.gateway.sipPort)
  expect(await call.outcome).toMatchObject({ kind: 'failed', code: 403 })
  expect(world.gateway.usage()).toMatchObject({ legs: 0, rtpPortPairs: 0 })
})

test('the gateway tells its health, figures and trunks, keeps the messages of a call, and drains', async () => {
  const { gateway, phone, folder } = await open()
  const ask = (path: string, token?: string) =>
    fetch(`http://127.0.0.1:${gateway.mediaSocketPort}${path}`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    })
  await phone.call(gateway.sipPort)
  const call = await nextCall()
  const { legId } = await temporal.answered(call)
  expect((await ask('/healthz')).status).toBe(200)
  expect(await (await ask('/readyz')).json()).toEqual({ readiness: 'ready', legs: 1 })
  expect(await (await ask('/metrics')).text()).toContain('daeri_gateway_in_use{what="legs"} 1')
  expect((await ask('/state')).status).toBe(401)
  expect(await (await ask('/state', gatewayStateToken(SECRET))).json()).toMatchObject({
    legs: 1,
    trunks: [{ name: 'carrier', channelsInUse: 1 }],
  })
  expect((await ask('/legs/x')).status).toBe(426)

  const second = await TestPhone.open()
  const stopped = world.stop()
  const refused = await (await second.dial(gateway.sipPort)).outcome
  expect(refused).toMatchObject({ kind: 'failed', code: 503, retryAfterSeconds: 30 })
  await second.close()
  await stopped
  const [callFolder] = await readdir(join(folder, 'signalling'))
  const name = `signalling/${callFolder}/${legId}.sealed`
  const log = JSON.parse(unseal(DATA_KEY, 'signalling', name, await readFile(join(folder, name))).toString())
  const lines = log.messages.map(({ text }: { text: string }) =>
    text.split('\r\n')[0]?.replace(/sip:\S+ /, ''),
  )
  expect(lines.slice(0, 3)).toEqual(['INVITE SIP/2.0', 'SIP/2.0 100 Trying', 'SIP/2.0 180 Ringing'])
  expect(lines.at(-2)).toMatch(/^BYE /)
})

test('the caller hangs up, and the workflow has the report at once', async () => {
  const { gateway, phone } = await open()
  await phone.call(gateway.sipPort)
  const call = await nextCall()
  await temporal.answered(call)
  await phone.dialog?.bye()
  const { report, events } = await resultOf(call)
  expect(report).toMatchObject({ outcome: 'completed_by_remote', sipCode: 200 })
  expect(events.at(-1)?.type).toBe('ended')
})

test('two calls are connected by an activity, hear each other, and end together', async () => {
  const { gateway, phone } = await open()
  const other = await TestPhone.open()
  const legs: LegId[] = []
  const handles = []
  for (const each of [phone, other]) {
    await each.call(gateway.sipPort)
    const call = await nextCall()
    handles.push(call)
    legs.push((await temporal.answered(call)).legId)
  }
  const operate = (name: string, args: object) =>
    temporal.client.workflow.execute('operate', {
      workflowId: `operate-${name}-${calls}`,
      taskQueue: TASK_QUEUES.business,
      args: [{ gatewayHost: gateway.name, name, args }],
    })
  const members = legs.map((legId) => ({ legId, role: 'party' }))
  const conference = { conferenceId: 'c1', revision: 1, members, whenPartyEnds: 'hang_up_others' }
  expect(await operate('setConference', conference)).toEqual({
    conferenceId: 'c1',
    revision: 1,
    members: legs,
  })
  expect(gateway.usage().conferences).toBe(1)
  const words = tone(600)
  phone.speech.write(words)
  await other.until(() => other.hasHeard(words))
  const gathered = operate('gatherDigits', { legId: legs[0], gatherId: 'g1', maxDigits: 2 })
  await phone.rtp?.sendDigits('42')
  expect(await gathered).toEqual({ digits: '42', reason: 'max_digits' })
  await other.until(() => other.digits.length === 2)
  await other.dialog?.bye()
  const [first, second] = await Promise.all(handles.map(resultOf))
  expect([first?.report.outcome, second?.report.outcome]).toEqual(['completed_by_us', 'completed_by_remote'])
  expect(gateway.usage().conferences).toBe(0)
  await other.close()
})

test('cancelling the activity hangs up', async () => {
  const { gateway, phone } = await open()
  await phone.call(gateway.sipPort)
  const call = await nextCall()
  await temporal.answered(call)
  await call.signal(hangUp, 'cancel')
  await phone.dialog?.ended
  expect((await resultOf(call)).report).toMatchObject({ outcome: 'completed_by_us' })
})

test('a caller who gives up at once leaves nothing behind', async () => {
  const { gateway, phone } = await open()
  const call = await phone.dial(gateway.sipPort)
  call.cancel()
  await call.outcome
  const handle = await nextCall()
  const { report } = await resultOf(handle)
  expect(['cancelled', 'completed_by_remote']).toContain(report.outcome)
})

test.each([
  ['+821012345678', '01012345678'],
  ['821012345678', '01012345678'],
  ['+15551234567', '15551234567'],
  ['anonymous', ''],
])('a carrier that gives the number as %s: the call knows it as "%s"', async (carriers, known) => {
  const { gateway, phone } = await open()
  const call = await phone.dial(gateway.sipPort, ['PCMU'], { from: carriers })
  call.cancel()
  await call.outcome
  const { input } = (await (await nextCall()).result()) as FakeResult
  expect(input).toMatchObject({ fromNumber: known, toNumber: '15880000' })
})

test('one more call than channels is told busy', async () => {
  const { gateway, phone } = await open({ channels: 1 })
  await phone.call(gateway.sipPort)
  const call = await nextCall()
  const second = await TestPhone.open()
  expect(await second.call(gateway.sipPort)).toMatchObject({ kind: 'failed', code: 486 })
  await second.close()
  await phone.dialog?.bye()
  await call.result()
})

test('a gateway that stops refuses new calls and ends the live ones', async () => {
  const { gateway, phone } = await open()
  await phone.call(gateway.sipPort)
  const call = await nextCall()
  await temporal.answered(call)
  const stopped = world.stop()
  const second = await TestPhone.open()
  expect(await second.call(gateway.sipPort)).toMatchObject({ kind: 'failed', code: 503 })
  await second.close()
  expect((await phone.dialog?.ended)?.by).toBe('remote')
  await stopped
  expect((await resultOf(call)).report).toMatchObject({ outcome: 'completed_by_us' })
})

test.each([['answered'], ['busy'], ['unanswered']] as const)('an outbound call that is %s', async (fate) => {
  const { gateway, phone } = await open()
  const ring = phone.ring()
  const hex = Buffer.from(fate.padEnd(12)).toString('hex')
  const dial: HoldLegInput = {
    kind: 'dial',
    legId: makeLegId(hex),
    callId: makeCallId(hex.slice(12)),
    callerNumber: '15880000',
    calleeNumber: '01012345678',
    ringTimeoutMs: 800,
  }
  const call = await temporal.client.workflow.start('dialOut', {
    workflowId: `dial-${fate}`,
    taskQueue: TASK_QUEUES.business,
    args: [{ dial, gatewayHost: gateway.name, queue: TASK_QUEUES.legs }],
  })
  const invite = await ring
  expect(invite).toMatchObject({ fromNumber: '15880000', toNumber: '01012345678' })
  if (fate === 'busy') {
    invite.reject(486)
  } else {
    invite.ringing()
    if (fate === 'answered') {
      await phone.answer(invite)
      await temporal.answered(call)
      await phone.dialog?.bye()
    }
  }
  const { report, events } = await resultOf(call)
  const expected = {
    answered: ['completed_by_remote', ['ringing', 'answered', 'ended']],
    busy: ['busy', ['ended']],
    unanswered: ['no_answer', ['ringing', 'ended']],
  } as const
  expect([report.outcome, events.map(({ type }) => type)]).toEqual(expected[fate])
})
