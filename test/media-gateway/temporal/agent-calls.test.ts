/** Telephones of ours that dial out: over the wire, by the real workflow, heard on both ends. */
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { DialPlan, FindDialTargetInput } from '../../../activities/agent-calls.ts'
import type { FinishCallInput, RecordCallInput } from '../../../activities/calls.ts'
import type { GuestRecord } from '../../../domain/call-guests.ts'
import { readRecording } from '../../support/recording.ts'
import { getTemporalAddress } from '../../support/temporal.ts'
import { TestPhone } from '../../support/test-phone.ts'
import { spectrum, tone } from '../../support/tones.ts'
import { DATA_KEY, GatewayWorld, HOST, TemporalWorld } from './harness.ts'

const [CUSTOMER, AGENT, COLLEAGUE] = [450, 1_000, 1_700]
const LOUD = 2_500
const USER = { username: 'agent-1', password: 'a long password', numbers: ['1001'] }
const OTHER = { username: 'agent-2', password: 'another password', numbers: ['1002'] }

const records: RecordCallInput[] = []
const guests: GuestRecord[] = []
const finished: FinishCallInput[] = []
let gatewayName = ''

/** Numbers of four digits are telephones of ours. */
const planOf = ({ dialled }: FindDialTargetInput): DialPlan => ({
  agent: { personId: 'person-1', personName: '이상담' },
  target: dialled.startsWith('060')
    ? { kind: 'refused', sipCode: 403 }
    : dialled.length === 4
      ? { kind: 'phone', extension: dialled, gatewayHost: gatewayName, personId: 'p2', personName: '박상담' }
      : { kind: 'outside', number: dialled },
  companyPhone: '15880000',
  isRecorded: true,
})

let temporal: TemporalWorld
let world: GatewayWorld
let agent: TestPhone
let colleague: TestPhone
beforeAll(async () => {
  temporal = await TemporalWorld.open(getTemporalAddress(), {
    findDialTarget: async (input: FindDialTargetInput) => planOf(input),
    recordCall: async (input: RecordCallInput) => void records.push(input),
    recordGuest: async (input: GuestRecord) => void guests.push(input),
    finishCall: async (input: FinishCallInput) => void finished.push(input),
  })
})
afterAll(() => temporal.close())
beforeEach(async () => {
  for (const list of [records, guests, finished]) list.length = 0
  world = await GatewayWorld.open(temporal, { phones: [USER, OTHER] })
  gatewayName = world.gateway.name
  agent = await TestPhone.open()
  colleague = await TestPhone.open()
})
afterEach(async () => {
  await agent.close()
  await colleague.close()
  await world.close()
})

const dial = (to: string, phone = agent, user = USER) =>
  phone.dial(world.gateway.sipPort, ['PCMU'], { from: user.username, to, credentials: user })

/** The agent calls the customer by hand; both talk. */
async function talk(): Promise<void> {
  const call = await dial('01098765432')
  const ringing = await world.phone.ring()
  expect(ringing).toMatchObject({ fromNumber: '15880000', toNumber: '01098765432' })
  // Whom they call has not answered: neither have we.
  expect(call.state).not.toBe('answered')
  await world.phone.answer(ringing)
  const outcome = await call.outcome
  if (outcome.kind !== 'answered') throw new Error(`not answered: ${outcome.code}`)
  agent.connected(outcome.dialog)
  speak(agent, AGENT)
  speak(world.phone, CUSTOMER)
  await hears(world.phone, AGENT)
  await hears(agent, CUSTOMER)
}

const speak = (phone: TestPhone, hz: number) => phone.speech.write(tone(phone.speech.codec, hz, 120_000))
/** Resolves when this phone hears exactly these of the three. */
const hears = (phone: TestPhone, ...wanted: readonly number[]) =>
  phone.until(() => {
    const levels = spectrum(phone.speech.codec, phone.heard.slice(-15), [CUSTOMER, AGENT, COLLEAGUE])
    return [CUSTOMER, AGENT, COLLEAGUE].every(
      (hz, index) => (levels[index] ?? 0) > LOUD === wanted.includes(hz),
    )
  })
const over = (phone: TestPhone) => new Promise<void>((resolve) => phone.dialog?.onBye(() => resolve()))
/** Of the call of this test; listing workflows would tell of others, too, and late. */
const result = () => temporal.client.workflow.getHandle(records[0]?.workflowId ?? '').result()

test('a number that somebody of ours dials is called by the carrier, connected, recorded, and is no customer’s call', async () => {
  await talk()
  await agent.rtp?.sendDigits('7')
  await world.phone.until(() => world.phone.digits.includes('7'))
  const ended = over(world.phone)
  await agent.dialog?.bye()
  await ended
  expect(await result()).toEqual({ end: 'talked' })
  expect(records[0]).toMatchObject({ direction: 'outbound', placedBy: { personName: '이상담' } })
  const key = finished[0]?.report?.recordingKey ?? ''
  const { samples } = await readRecording(join(world.folder, key), DATA_KEY)
  expect(samples).toBeGreaterThan(0)
  expect(guests.at(-1)).toMatchObject({ mode: 'talk', leftAt: expect.any(String) })
  const started = []
  for await (const { type } of temporal.client.workflow.list()) started.push(type)
  expect(started).not.toContain('inboundCall')
})

test('a refusal of the carrier, and of our own rules, reaches the telephone that dialled', async () => {
  const busy = await dial('01098765432')
  ;(await world.phone.ring()).reject(486)
  expect(await busy.outcome).toMatchObject({ kind: 'failed', code: 486 })
  const forbidden = await dial('0601234567')
  expect(await forbidden.outcome).toMatchObject({ kind: 'failed', code: 403 })
})

test('who gives up stops the ringing at the other side', async () => {
  const call = await dial('01098765432')
  const ringing = await world.phone.ring()
  const cancelled = new Promise<void>((resolve) => ringing.onCancel(resolve))
  call.cancel()
  expect(await call.outcome).toMatchObject({ kind: 'failed', cause: 'cancelled' })
  await cancelled
})

test('who has not the password of a telephone of ours calls nobody', async () => {
  const call = await agent.dial(world.gateway.sipPort, ['PCMU'], {
    from: USER.username,
    to: '01098765432',
    credentials: { ...USER, password: 'a wrong password' },
  })
  expect(await call.outcome).toMatchObject({ kind: 'failed', code: 403 })
  expect(records).toEqual([])
})

const register = async (phone: TestPhone, user: typeof USER) => {
  const registration = phone.sip.register({
    registrars: () => [{ host: HOST, port: world.gateway.sipPort }],
    domain: 'daeri',
    username: user.username,
    credentials: user,
  })
  await expect.poll(() => registration.state, { timeout: 20_000 }).toBe('registered')
  return registration
}

test('colleagues call each other by extension, and nothing is recorded', async () => {
  const registration = await register(colleague, OTHER)
  const call = await dial('1002')
  const ringing = await colleague.ring()
  expect(ringing.fromNumber).toBe('1001')
  await colleague.answer(ringing)
  const outcome = await call.outcome
  if (outcome.kind !== 'answered') throw new Error(`not answered: ${outcome.code}`)
  agent.connected(outcome.dialog)
  speak(agent, AGENT)
  speak(colleague, COLLEAGUE)
  await hears(colleague, AGENT)
  await hears(agent, COLLEAGUE)
  const ended = over(agent)
  await colleague.dialog?.bye()
  await ended
  await result()
  expect(finished.at(-1)?.report).toMatchObject({ recordingKey: null })
  await registration.stop()
})

test('REFER: a customer is transferred to a colleague, with music while it rings', async () => {
  const registration = await register(colleague, OTHER)
  await talk()
  const transferred = agent.dialog?.refer(`sip:1002@${HOST}`)
  const ringing = await colleague.ring()
  expect(ringing.fromNumber).toBe('01098765432')
  // Neither of the two hears the other; the customer hears our music.
  await hears(world.phone)
  const left = over(agent)
  await colleague.answer(ringing)
  speak(colleague, COLLEAGUE)
  expect(await transferred).toEqual({ code: 200 })
  await left
  await hears(world.phone, COLLEAGUE)
  await hears(colleague, CUSTOMER)
  const ended = over(colleague)
  await world.phone.dialog?.bye()
  await ended
  await registration.stop()
})

test('REFER to one who is busy: it goes on as before', async () => {
  const registration = await register(colleague, OTHER)
  await talk()
  const transferred = agent.dialog?.refer(`sip:1002@${HOST}`)
  ;(await colleague.ring()).reject(486)
  expect(await transferred).toEqual({ code: 486 })
  await hears(world.phone, AGENT)
  await hears(agent, CUSTOMER)
  const ended = over(world.phone)
  await agent.dialog?.bye()
  await ended
  await registration.stop()
})

test('REFER with Replaces: whom the agent has asked first talks with the customer, and the agent is out of both calls', async () => {
  await talk()
  const [first, line] = [agent.dialog, agent.rtp]
  const consult = await dial('0311234567')
  const another = await TestPhone.open()
  // The trunk's signalling has one end; the sound of who is asked has its own.
  await another.answer(await world.phone.ring())
  const outcome = await consult.outcome
  if (outcome.kind !== 'answered' || first === undefined) throw new Error('not answered')
  agent.connected(outcome.dialog)
  speak(agent, AGENT)
  speak(another, COLLEAGUE)
  await hears(another, AGENT)
  const left = [new Promise<void>((resolve) => first.onBye(resolve)), over(agent)]
  expect(await first.refer(`sip:0311234567@${HOST}`, outcome.dialog)).toEqual({ code: 200 })
  await Promise.all(left)
  await hears(world.phone, COLLEAGUE)
  await hears(another, CUSTOMER)
  const ended = over(another)
  await world.phone.dialog?.bye()
  await ended
  await line?.close()
  await another.close()
})

test('a customer may not transfer us: REFER of a carrier is refused', async () => {
  await talk()
  await expect(world.phone.dialog?.refer(`sip:0601234567@${HOST}`)).rejects.toMatchObject({ code: 603 })
  await hears(agent, CUSTOMER)
  const ended = over(world.phone)
  await agent.dialog?.bye()
  await ended
})
