/** Simulated phones call each other over real SIP and RTP. */
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FaultRegistry } from '../../../simulators/faults.ts'
import { seededRandom } from '../../../simulators/people/on-the-phone.ts'
import { type PhoneHabits, TelephoneNetwork } from '../../../simulators/phones/network.ts'
import type { PhoneCall } from '../../../simulators/phones/phone-call.ts'

const HOST = '127.0.0.1'
const logger = pino({ level: 'silent' })
let networks: TelephoneNetwork[]
let faults: FaultRegistry
let arrived: PhoneCall[]

beforeEach(() => {
  networks = []
  faults = new FaultRegistry()
  arrived = []
})

afterEach(async () => {
  await Promise.all(networks.map((network) => network.stop()))
})

async function startNetwork(company: number, habits?: Partial<PhoneHabits>): Promise<TelephoneNetwork> {
  const network = await TelephoneNetwork.start({
    host: HOST,
    port: 0,
    company: { host: HOST, port: company },
    logger,
    faults,
    now: Date.now,
    random: seededRandom('line'),
    habitsOf: () => habits && { behaviour: 'answer', ringMs: 10, voice: {}, ...habits },
    onCall: (call) => {
      if (call.direction === 'in') arrived.push(call)
    },
  })
  networks.push(network)
  return network
}

/** `callee` answers as told; `caller` has it for its company. */
async function pair(habits?: Partial<PhoneHabits>) {
  const callee = await startNetwork(9, habits)
  const caller = await startNetwork(callee.port)
  return { callee, caller }
}

async function until(call: PhoneCall, condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise<void>((resolve) => {
      const stop = call.onChange(() => {
        stop()
        resolve()
      })
    })
  }
}

/** Its 200 may have come to the caller before the ACK comes to it. */
async function answeredArrival(): Promise<PhoneCall> {
  const call = arrived[0] as PhoneCall
  expect(await call.answered()).toBe(true)
  return call
}

/**
 * Says it until the other side has heard it whole: a machine that stands still for half a second cuts a hole
 * into any telephone call, and people then say it again.
 */
async function sayUntilHeard(speaker: PhoneCall, listener: PhoneCall, text: string): Promise<void> {
  for (let attempt = 0; attempt < 6; attempt++) {
    await speaker.say(text)
    await until(listener, () => settled(listener))
    if (listener.record.transcript.some((entry) => entry.speaker === 'them' && entry.text === text)) return
  }
  throw new Error(`"${text}" was never heard, but ${theirs(listener)}`)
}

/** Something was heard, and its end. */
const settled = (call: PhoneCall) =>
  theirs(call) !== '' &&
  call.record.transcript.every(({ speaker, end_ms }) => speaker === 'me' || end_ms !== null)

const theirs = (call: PhoneCall) =>
  call.record.transcript
    .filter(({ speaker }) => speaker === 'them')
    .map(({ text }) => text)
    .join(' ')

describe('a call', () => {
  it.each(['PCMU', 'PCMA'] as const)('carries what both sides say, %s', async (codec) => {
    const { caller } = await pair({ behaviour: 'answer' })
    const call = await caller.placeCall({ from: '01012345678', to: '15880000', codecs: [codec] })
    expect(call.state).toBe('dialing')
    expect(await call.answered()).toBe(true)
    const other = await answeredArrival()
    expect(other.record).toMatchObject({
      from: '01012345678',
      to: '15880000',
      direction: 'in',
      state: 'live',
    })
    await Promise.all([
      sayUntilHeard(call, other, '여보세요?'),
      sayUntilHeard(other, call, '네, 안녕하세요.'),
    ])
    const [mine] = call.record.transcript.filter(({ speaker }) => speaker === 'me')
    const [heard] = other.record.transcript.filter(({ speaker }) => speaker === 'them')
    expect(mine?.end_ms).toBeGreaterThan(mine?.at_ms ?? 0)
    expect(Math.abs((heard?.at_ms ?? 0) - (mine?.at_ms ?? 0))).toBeLessThan(10_000)
    call.hangUp()
    await other.over
    expect(call.record).toMatchObject({ state: 'ended', ended_by: 'me', sip_code: 200, codec })
    expect(other.record).toMatchObject({ state: 'ended', ended_by: 'them', sip_code: 200, codec })
  })

  it('carries digits', async () => {
    const { caller } = await pair({})
    const call = await caller.placeCall({ from: '01012345678', to: '15880000' })
    await call.answered()
    await call.pressDigits('10#')
    const other = await answeredArrival()
    await until(other, () => other.record.digits_heard === '10#')
  })

  it('keeps in its transcript only what went out before the end', async () => {
    const { caller } = await pair({})
    const call = await caller.placeCall({ from: '01012345678', to: '15880000' })
    await call.answered()
    const other = await answeredArrival()
    void call.say('이 문장은 끝까지 말할 수 없습니다 왜냐하면 곧 끊기 때문입니다.')
    await until(other, () => theirs(other).length > 4)
    call.hangUp()
    await other.over
    const [mine] = call.record.transcript
    expect(mine?.text.length).toBeLessThan(20)
    expect(mine?.text.startsWith('이 문장')).toBe(true)
    expect(mine?.end_ms).not.toBeNull()
  })

  it('is ended by the other side', async () => {
    const { caller } = await pair({})
    const call = await caller.placeCall({ from: '01012345678', to: '15880000' })
    await call.answered()
    ;(await answeredArrival()).hangUp()
    await call.over
    expect(call.record.ended_by).toBe('them')
  })
})

describe('a bad line', () => {
  it.each([
    ['double', undefined],
    ['slow', 25],
  ] as const)('that only %ss packets is understood', async (kind, delay_ms) => {
    faults.add({
      service: 'telephone',
      kind,
      operation: 'audio',
      ...(delay_ms === undefined ? {} : { delay_ms }),
    })
    const { caller } = await pair({})
    const call = await caller.placeCall({ from: '01012345678', to: '15880000' })
    await call.answered()
    const other = await answeredArrival()
    await Promise.all([
      sayUntilHeard(call, other, '여보세요, 들리세요?'),
      sayUntilHeard(other, call, '네, 잘 들립니다.'),
    ])
    expect(faults.list()[0]?.taken).toBe(2)
  })

  it('that loses packets damages a syllable here and there, and the rest comes through', async () => {
    faults.add({ service: 'telephone', kind: 'drop', operation: 'audio', times: 1 })
    const { caller } = await pair({})
    const call = await caller.placeCall({ from: '01012345678', to: '15880000' })
    await call.answered()
    const other = await answeredArrival()
    await call.say('가나다라마바사아자차카타파하')
    await until(other, () => settled(other))
    const heard = [...theirs(other)].filter((char) => '가나다라마바사아자차카타파하'.includes(char))
    expect(heard.length).toBeGreaterThan(7)
  })
})

describe('a call that is not answered', () => {
  it.each([
    ['busy', 486],
    ['refuse', 603],
  ] as const)('%s gives %i', async (behaviour, code) => {
    const { caller } = await pair({ behaviour })
    const call = await caller.placeCall({ from: '01012345678', to: '01099998888' })
    expect(await call.answered()).toBe(false)
    expect(call.record).toMatchObject({ state: 'ended', sip_code: code, ended_by: null })
  })

  it('rings until the caller gives up', async () => {
    const { caller } = await pair({ behaviour: 'no_answer' })
    const call = await caller.placeCall({ from: '01012345678', to: '01099998888' })
    await until(call, () => call.state === 'ringing')
    call.hangUp()
    await call.over
    expect(call.record).toMatchObject({ state: 'ended', sip_code: 487, ended_by: 'me' })
    await arrived[0]?.over
    expect(arrived[0]?.record).toMatchObject({ state: 'ended', sip_code: 487, ended_by: null })
  })

  it('waits for a hand where nobody owns the number', async () => {
    const { caller, callee } = await pair()
    const call = await caller.placeCall({ from: '01012345678', to: '01099998888' })
    await until(call, () => call.state === 'ringing')
    expect(await callee.answer(arrived[0] as PhoneCall)).toBe(true)
    expect(await call.answered()).toBe(true)
  })

  it('a fault refuses it with the status it was given', async () => {
    faults.add({ service: 'telephone', kind: 'refuse', status: 480, times: 1 })
    const { caller } = await pair({})
    const call = await caller.placeCall({ from: '01012345678', to: '01099998888' })
    await call.over
    expect(call.record.sip_code).toBe(480)
  })
})
