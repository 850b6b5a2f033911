/** A live call that people join by their own telephones, which are registered at another gateway: heard on both ends. */
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { LegReport } from '../../../domain/call.ts'
import type { GuestMode, JoinCallInput } from '../../../domain/call-guests.ts'
import { makeCallId, makeLegId } from '../../../domain/ids.ts'
import { TASK_QUEUES } from '../../../temporal/task-queues.ts'
import { joinCall, leaveCall, setCallRecording } from '../../../workflows/call-messages.ts'
import { TestMediaSocket } from '../../support/media-socket-client.ts'
import { getTemporalAddress } from '../../support/temporal.ts'
import { TestPhone } from '../../support/test-phone.ts'
import { spectrum, tone } from '../../support/tones.ts'
import { GatewayWorld, HOST, SECRET, TemporalWorld } from './harness.ts'

const [CALLER, OURS, AGENT] = [450, 1_000, 1_700]
const LOUD = 2_500
const USER = { username: 'agent-1', password: 'a long password', numbers: ['1001'] }

let temporal: TemporalWorld
let home: GatewayWorld
let away: GatewayWorld
let agent: TestPhone
beforeAll(async () => {
  temporal = await TemporalWorld.open(getTemporalAddress())
})
afterAll(() => temporal.close())
beforeEach(async () => {
  home = await GatewayWorld.open(temporal)
  away = await GatewayWorld.open(temporal, { phones: [USER] })
  agent = await TestPhone.open()
})
afterEach(async () => {
  await agent.close()
  await home.close()
  await away.close()
})

/** Resolves when this phone hears exactly these of the three. */
const hears = (phone: TestPhone, ...wanted: readonly number[]) =>
  phone.until(() => {
    const levels = spectrum(phone.speech.codec, phone.heard.slice(-15), [CALLER, OURS, AGENT])
    return [CALLER, OURS, AGENT].every((hz, index) => (levels[index] ?? 0) > LOUD === wanted.includes(hz))
  })
const speak = (phone: TestPhone, hz: number) => phone.speech.write(tone(phone.speech.codec, hz, 60_000))

test('a supervisor hears caller and AI; then an agent takes the call over; the record leaves out what it should', async () => {
  const registration = agent.sip.register({
    registrars: () => [{ host: HOST, port: away.gateway.sipPort }],
    domain: 'daeri',
    username: USER.username,
    credentials: USER,
  })
  const hex = randomUUID().replaceAll('-', '')
  const [callId, legId] = [makeCallId(hex), makeLegId(hex)]
  const call = await temporal.client.workflow.start('supervisedCall', {
    workflowId: callId,
    taskQueue: TASK_QUEUES.business,
    args: [
      {
        gatewayHost: home.gateway.name,
        shownNumber: '01012345678',
        dial: {
          kind: 'dial',
          callId,
          legId,
          callerNumber: '15880000',
          calleeNumber: '01012345678',
          ringTimeoutMs: 30_000,
        },
      },
    ],
  })
  await home.phone.answer(await home.phone.ring())
  speak(home.phone, CALLER)
  const socket = new TestMediaSocket(
    `ws://${HOST}:${home.gateway.mediaSocketPort}/legs/${legId}`,
    legId,
    SECRET,
    0,
  )
  await socket.message('attached')
  socket.say('u1', 'what the AI says', tone('PCMU', OURS, 60_000))
  await hears(home.phone, OURS)
  while (registration.state !== 'registered') await home.phone.hear(1)

  const join = (mode: GuestMode, personId: string) => {
    const wish: JoinCallInput = {
      personId,
      personName: '김팀장',
      mode,
      extension: '1001',
      gatewayHost: away.gateway.name,
    }
    return call.executeUpdate(joinCall, { args: [wish] })
  }
  await join('listen', 'person-1')
  const ringing = await agent.ring()
  expect(ringing.fromNumber).toBe('01012345678')
  await agent.answer(ringing)
  speak(agent, AGENT)
  await hears(agent, CALLER, OURS)
  // Unheard: the caller goes on hearing us alone.
  await hears(home.phone, OURS)

  await call.executeUpdate(setCallRecording, { args: [{ paused: true, personName: '김팀장' }] })
  await call.executeUpdate(setCallRecording, { args: [{ paused: false, personName: '김팀장' }] })
  const left = new Promise<void>((resolve) => agent.dialog?.onBye(() => resolve()))
  await call.executeUpdate(leaveCall, { args: [{ personId: 'person-1' }] })
  await left
  await agent.rtp?.close()

  await join('talk', 'person-2')
  await agent.answer(await agent.ring())
  speak(agent, AGENT)
  // The AI is silent from then on, in the middle of its sentence.
  await hears(home.phone, AGENT)
  await hears(agent, CALLER)

  const over = new Promise<void>((resolve) => agent.dialog?.onBye(() => resolve()))
  await home.phone.dialog?.bye()
  await over
  const report = (await call.result()) as LegReport
  expect(report).toMatchObject({ outcome: 'completed_by_remote', recordingPauses: [{}] })
  await registration.stop()
})
