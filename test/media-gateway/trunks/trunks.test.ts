/** Calls by several carriers, over real sockets: which one, what if it fails, and how many. */
import { afterEach, describe, expect, it } from 'vitest'
import { readTrunks, type TrunkSettings } from '../../../config/trunks.ts'
import type { IncomingInvite, SipEndpoint } from '../../../media-gateway/sip/index.ts'
import {
  CallerNotAllowedError,
  TrunkBusyError,
  UnresolvedTargetError,
} from '../../../media-gateway/trunks/errors.ts'
import type { DialOptions } from '../../../media-gateway/trunks/outbound-route.ts'
import { Trunks, type TrunksOptions } from '../../../media-gateway/trunks/trunks.ts'
import { SIPP_MISSING, sippPath, startSipp } from '../../support/sipp.ts'
import {
  answerTo,
  cleanUp,
  closeLater,
  HOST,
  offerOf,
  openAnsweringEndpoint,
  openEndpoint,
  openRawPeer,
  rawResponse,
  UNHURRIED,
  until,
} from '../sip/harness.ts'
import { calleeAnswers, calleeUnavailable } from '../sip/sipp-scenarios.ts'

if (sippPath === null) console.log(SIPP_MISSING)

afterEach(cleanUp)

const logger = { debug() {}, info() {}, warn() {}, error() {} }
const CALLER = '07012345678'
const CALLEE = '01098765432'

interface TrunkInput {
  readonly name: string
  readonly ports: readonly number[]
  readonly [key: string]: unknown
}

/** Trunks as the file would give them: servers in the order of their ports, not asked by OPTIONS. */
function settingsOf(trunks: readonly TrunkInput[]): readonly TrunkSettings[] {
  const text = JSON.stringify({
    trunks: trunks.map(({ ports, ...rest }) => ({
      servers: ports.map((port, priority) => ({ host: HOST, port, priority })),
      check_seconds: 0,
      ...rest,
    })),
  })
  const { trunks: settings, problems } = readTrunks(text, { environment: {}, hasTcp: true, hasTls: false })
  expect(problems).toEqual([])
  return settings
}

async function openTrunks(
  inputs: readonly TrunkInput[],
  options: Partial<TrunksOptions> = {},
  sip?: SipEndpoint,
) {
  const trunks = await Trunks.create({ settings: settingsOf(inputs), logger, ...options })
  const endpoint = sip ?? (await openEndpoint({ timers: UNHURRIED }))
  trunks.open(endpoint)
  closeLater(() => trunks.stop())
  const dialOptions = (more: Partial<DialOptions> = {}): DialOptions => ({
    callerNumber: CALLER,
    calleeNumber: CALLEE,
    sdp: () => offerOf(20_000),
    ...more,
  })
  const call = async (more: Partial<DialOptions> = {}) => {
    const dial = dialOptions(more)
    return (await trunks.route(dial)).dial(dial)
  }
  const inUse = () => trunks.states.map(({ channelsInUse }) => channelsInUse)
  return { trunks, sip: endpoint, call, inUse }
}

const openRefusing = (code: number, retryAfterSeconds?: number) => {
  const invites: IncomingInvite[] = []
  const refuse = (invite: IncomingInvite) => {
    invites.push(invite)
    invite.reject(code, undefined, retryAfterSeconds)
  }
  return openEndpoint({ timers: UNHURRIED, onInvite: refuse }).then((endpoint) => ({ endpoint, invites }))
}

describe('the way of a call', () => {
  it('is the trunk with the longest beginning of the number, then the one that owns the caller', async () => {
    const mobile = await openAnsweringEndpoint()
    const other = await openAnsweringEndpoint()
    const owner = await openAnsweringEndpoint()
    const { call } = await openTrunks([
      { name: 'other', ports: [other.endpoint.port], caller_ids: ['0701*', '15880000'] },
      { name: 'owner', ports: [owner.endpoint.port], numbers: ['15880000'] },
      { name: 'mobile', ports: [mobile.endpoint.port], prefixes: ['010'], caller_ids: ['0701*'] },
    ])
    expect((await (await call()).outcome).kind).toBe('answered')
    expect(mobile.invites.map(({ toNumber }) => toNumber)).toEqual([CALLEE])
    await (await call({ callerNumber: '15880000' })).outcome
    expect(owner.invites).toHaveLength(1)
    await (await call({ calleeNumber: '0212345678' })).outcome
    expect(other.invites).toHaveLength(1)
  })

  it('shows only numbers that are allowed, and asserts them where the carrier wants that', async () => {
    const carrier = await openAnsweringEndpoint()
    const { call, sip } = await openTrunks([
      { name: 'a', ports: [carrier.endpoint.port], numbers: ['0701*'], asserts_identity: true },
    ])
    await expect(call({ callerNumber: '01055556666' })).rejects.toThrow(CallerNotAllowedError)
    expect(carrier.invites).toHaveLength(0)
    await (await call({ headers: { 'X-Outbound-Call-ID': 'ob-1' } })).outcome
    const [invite] = carrier.invites
    expect(invite?.headers.get('P-Asserted-Identity')).toBe(`<sip:${CALLER}@${sip.publicHost}>`)
    expect(invite?.headers.get('X-Outbound-Call-ID')).toBe('ob-1')
  })

  it('speaks what the trunk may speak', async () => {
    const carrier = await openAnsweringEndpoint()
    const offered: unknown[] = []
    const { call } = await openTrunks([{ name: 'a', ports: [carrier.endpoint.port], codecs: ['PCMA'] }])
    const sdp: DialOptions['sdp'] = (media) => {
      offered.push(media)
      return offerOf(20_000)
    }
    await (await call({ sdp })).outcome
    expect(offered).toEqual([{ codecs: ['PCMA'], srtp: undefined }])
  })

  it('is a phone of ours where no trunk reaches the number, else there is none', async () => {
    const { trunks } = await openTrunks([{ name: 'a', ports: [1], prefixes: ['02'] }])
    await expect(trunks.route({ callerNumber: CALLER, calleeNumber: '1001' })).rejects.toThrow(
      'Cannot resolve outbound target: 1001',
    )
  })
})

describe('a server that does not take a call', () => {
  it.each([503, 408])('by %i is followed by the next', async (code) => {
    const first = await openRefusing(code)
    const second = await openAnsweringEndpoint()
    const { call, inUse } = await openTrunks([
      { name: 'a', ports: [first.endpoint.port, second.endpoint.port] },
    ])
    const placed = await call()
    const outcome = await placed.outcome
    expect([outcome.kind, placed.state]).toEqual(['answered', 'answered'])
    expect([first.invites.length, second.invites.length]).toEqual([1, 1])
    expect(second.invites[0]?.callId).toBe(placed.callId)
    expect(inUse()).toEqual([1])
    if (outcome.kind === 'answered') await outcome.dialog.bye()
    expect(inUse()).toEqual([0])
  })

  it.each([486, 603, 404, 480])('by %i is believed: it speaks of the callee', async (code) => {
    const first = await openRefusing(code)
    const second = await openAnsweringEndpoint()
    const { call, inUse } = await openTrunks([
      { name: 'a', ports: [first.endpoint.port, second.endpoint.port] },
    ])
    expect(await (await call()).outcome).toMatchObject({ kind: 'failed', cause: 'response', code })
    expect(second.invites).toHaveLength(0)
    expect(inUse()).toEqual([0])
  })

  it('by silence is followed by the next; should it answer after all, it is told that nobody is there', async () => {
    const silent = await openRawPeer()
    const second = await openAnsweringEndpoint()
    const { call, sip } = await openTrunks([{ name: 'a', ports: [silent.port, second.endpoint.port] }], {
      firstResponseMs: 60,
    })
    const outcome = await (await call()).outcome
    expect(outcome.kind).toBe('answered')
    const invite = await silent.next('INVITE')
    silent.send(rawResponse(silent, invite, 180), sip)
    const cancel = await silent.next('CANCEL')
    silent.send(rawResponse(silent, cancel, 200), sip)
    silent.send(
      rawResponse(silent, invite, 200, { body: answerTo(second.invites[0] as IncomingInvite) }),
      sip,
    )
    await silent.next('ACK')
    await silent.next('BYE')
    expect(silent.count('INVITE')).toBe(1)
  })

  it('is the only one: then its silence lasts as long as the standard says', async () => {
    const silent = await openRawPeer()
    const { call } = await openTrunks(
      [{ name: 'a', ports: [silent.port] }],
      { firstResponseMs: 20 },
      await openEndpoint(),
    )
    const placed = await call()
    await silent.next('INVITE', 3)
    expect(placed.state).toBe('calling')
    expect(await placed.outcome).toMatchObject({ cause: 'timeout', code: 408 })
  })

  it('after it rang keeps the call: the callee would be rung twice', async () => {
    const first = await openEndpoint({
      onInvite: (invite) => {
        invite.ringing()
        invite.reject(503)
      },
    })
    const second = await openAnsweringEndpoint()
    const { call } = await openTrunks([{ name: 'a', ports: [first.port, second.endpoint.port] }])
    expect(await (await call()).outcome).toMatchObject({ kind: 'failed', code: 503 })
    expect(second.invites).toHaveLength(0)
  })

  it('is followed by the next trunk, whose channel it then has', async () => {
    const first = await openRefusing(503)
    const second = await openAnsweringEndpoint()
    const { call, inUse } = await openTrunks([
      { name: 'a', ports: [first.endpoint.port] },
      { name: 'b', ports: [second.endpoint.port], channels: 1 },
    ])
    const outcome = await (await call()).outcome
    expect(outcome.kind).toBe('answered')
    expect(inUse()).toEqual([0, 1])
    // The second trunk is full now, so that this call ends with what the first has said.
    expect(await (await call()).outcome).toMatchObject({ kind: 'failed', code: 503 })
    expect(inUse()).toEqual([0, 1])
  })

  it('is not followed by anything once the call was cancelled', async () => {
    const first = await openRawPeer()
    const second = await openAnsweringEndpoint()
    const { call, sip } = await openTrunks([{ name: 'a', ports: [first.port, second.endpoint.port] }])
    const placed = await call()
    const invite = await first.next('INVITE')
    first.send(rawResponse(first, invite, 100), sip)
    await until(() => placed.state === 'trying')
    placed.cancel()
    await first.next('CANCEL')
    first.send(rawResponse(first, invite, 503), sip)
    expect((await placed.outcome).kind).toBe('failed')
    expect(second.invites).toHaveLength(0)
  })
})

describe('Retry-After', () => {
  it('leaves a server alone for that long', async () => {
    let now = 0
    const first = await openRefusing(503, 20)
    const second = await openAnsweringEndpoint()
    const { call, trunks } = await openTrunks(
      [{ name: 'a', ports: [first.endpoint.port, second.endpoint.port] }],
      { now: () => now },
    )
    await (await call()).outcome
    await (await call()).outcome
    expect([first.invites.length, second.invites.length]).toEqual([1, 2])
    expect(trunks.states[0]?.servers.map(({ heldMs }) => heldMs)).toEqual([20_000, 0])
    now += 20_001
    await (await call()).outcome
    expect(first.invites).toHaveLength(2)
  })

  it('of the only server is a clear error that another try is worth', async () => {
    const first = await openRefusing(503, 20)
    const { call } = await openTrunks([{ name: 'a', ports: [first.endpoint.port] }], { now: () => 0 })
    await (await call()).outcome
    const refused = call()
    await expect(refused).rejects.toThrow(TrunkBusyError)
    await expect(refused).rejects.toMatchObject({ retryable: true, retryAfterMs: 20_000 })
    expect(first.invites).toHaveLength(1)
  })
})

describe('limits', () => {
  it('of channels go to the next trunk, then to a clear error', async () => {
    const a = await openAnsweringEndpoint()
    const b = await openAnsweringEndpoint()
    const { call } = await openTrunks([
      { name: 'a', ports: [a.endpoint.port], channels: 1 },
      { name: 'b', ports: [b.endpoint.port], channels: 1 },
    ])
    await (await call()).outcome
    await (await call()).outcome
    expect([a.invites.length, b.invites.length]).toEqual([1, 1])
    await expect(call()).rejects.toMatchObject({ name: 'TrunkBusyError', retryable: true })
  })

  it('of calls per second make a call wait for its turn, but not for long', async () => {
    const carrier = await openAnsweringEndpoint()
    const { call } = await openTrunks([{ name: 'a', ports: [carrier.endpoint.port], calls_per_second: 20 }])
    // The bucket holds one second; what is beyond it waits for 50 ms each.
    const calls = await Promise.all(Array.from({ length: 23 }, () => call()))
    for (const placed of calls) expect((await placed.outcome).kind).toBe('answered')
    const slow = await openTrunks([{ name: 'b', ports: [carrier.endpoint.port], calls_per_second: 0.1 }])
    await slow.call()
    await expect(slow.call()).rejects.toThrow('calls per second')
  })

  it('give the channel of a route back that is not used, or that can not be dialled', async () => {
    const { trunks, inUse } = await openTrunks([{ name: 'a', ports: [1] }])
    const dial = { callerNumber: CALLER, calleeNumber: CALLEE, sdp: () => offerOf(20_000) }
    const route = await trunks.route(dial)
    expect(inUse()).toEqual([1])
    route.release()
    const bad = await trunks.route(dial)
    expect(() => bad.dial({ ...dial, headers: { 'X-Bad': 'a\r\nb' } })).toThrow('control character')
    expect(inUse()).toEqual([0])
  })
})

describe('a server that is not there', () => {
  it('by OPTIONS is asked last, and taken in front again when it answers', async () => {
    let status = 503
    const invitesAt: string[] = []
    const named = (name: string) => (invite: IncomingInvite) => {
      invitesAt.push(name)
      invite.answer(answerTo(invite)).catch(() => {})
    }
    const first = await openEndpoint({ onInvite: named('first'), onOptions: () => ({ code: status }) })
    const second = await openEndpoint({ onInvite: named('second') })
    const { call, trunks, sip } = await openTrunks([
      { name: 'a', ports: [first.port, second.port], check_seconds: 1 },
    ])
    const isUp = () => trunks.states[0]?.servers.map((server) => server.isUp)
    await until(() => isUp()?.every((known) => known !== null) === true)
    expect(isUp()).toEqual([false, true])
    await (await call()).outcome
    expect(invitesAt).toEqual(['second'])
    status = 200
    await until(() => isUp()?.[0] === true)
    await (await call()).outcome
    expect(invitesAt).toEqual(['second', 'first'])
    await trunks.stop()
    await sip.close({ graceMs: 50 })
  })
})

describe('calls that come in', () => {
  const invite = (host: string, toNumber = '15880000', user: string | null = null) => ({
    source: { host, port: 5060 },
    toNumber,
    user,
  })

  it('are let in from a trunk or of a phone of ours, within the channels of the trunk', async () => {
    const { trunks } = await openTrunks([
      { name: 'a', ports: [5060], inbound_from: ['192.0.2.0/24'], channels: 1, numbers: ['15880000'] },
      { name: 'b', ports: [5060], inbound_from: ['192.0.2.7', '2001:db8::/32'], numbers: ['07012345678'] },
    ])
    const first = trunks.admit(invite('192.0.2.9'))
    expect(first).toMatchObject({ kind: 'admitted', trunk: 'a' })
    expect(trunks.admit(invite('192.0.2.9'))).toEqual({ kind: 'refused', code: 503, retryAfterSeconds: 5 })
    expect(trunks.admit(invite('192.0.2.7', '+827012345678'))).toMatchObject({ trunk: 'b' })
    expect(trunks.admit(invite('2001:db8::5'))).toMatchObject({ trunk: 'b' })
    expect(trunks.admit(invite('198.51.100.1'))).toEqual({ kind: 'refused', code: 403 })
    expect(trunks.admit(invite('198.51.100.1', '1', 'agent-1'))).toMatchObject({ trunk: null })
    // A server's own address needs no entry.
    expect(trunks.admit(invite(HOST, '07012345678'))).toMatchObject({ trunk: 'b' })
    if (first.kind === 'admitted') first.release()
    expect(trunks.admit(invite('192.0.2.9'))).toMatchObject({ kind: 'admitted', trunk: 'a' })
  })
})

describe.skipIf(sippPath === null)('SIPp as carriers', () => {
  it('one that is unavailable is left alone, the other takes the call', async () => {
    const first = await startSipp({ scenario: calleeUnavailable })
    const second = await startSipp({ scenario: calleeAnswers, calls: 2 })
    // SIPp needs a moment to listen; an INVITE of ours is repeated meanwhile.
    const servers = [{ name: 'a', ports: [first.port, second.port] }]
    const { call, trunks } = await openTrunks(servers, { firstResponseMs: 30_000 })
    const placed = [await (await call()).outcome, await (await call()).outcome]
    expect(placed.map(({ kind }) => kind)).toEqual(['answered', 'answered'])
    expect(trunks.states[0]?.servers[0]?.heldMs).toBeGreaterThan(10_000)
    for (const outcome of placed) if (outcome.kind === 'answered') await outcome.dialog.bye()
    expect(await first.finished).toMatchObject({ exitCode: 0 })
    expect(await second.finished).toMatchObject({ exitCode: 0 })
    expect(trunks.states[0]?.channelsInUse).toBe(0)
  })
})

it('who wants a phone of ours gets that one and no carrier, however many could reach the number', async () => {
  const carrier = await openAnsweringEndpoint()
  const endpoint = await openEndpoint()
  const phones = new Map([['1001', 'WSS'] as const, ['1002', 'UDP'] as const])
  const sip: SipEndpoint = Object.create(endpoint, {
    phonesOf: {
      value: (number: '1001' | '1002') => {
        const protocol = phones.get(number)
        const requestUri = `sip:${number}@${HOST}`
        return protocol === undefined ? [] : [{ target: { host: HOST, port: 9, protocol }, requestUri }]
      },
    },
  })
  const { trunks } = await openTrunks([{ name: 'all', ports: [carrier.endpoint.port] }], {}, sip)
  const route = (calleeNumber: string) => trunks.route({ callerNumber: CALLER, calleeNumber, via: 'phones' })
  expect(await route('1001')).toMatchObject({ isBrowser: true })
  expect(await route('1002')).toMatchObject({ isBrowser: false })
  await expect(route(CALLEE)).rejects.toThrow(UnresolvedTargetError)
  expect(trunks.states[0]?.channelsInUse).toBe(0)
  expect(carrier.invites).toHaveLength(0)
})

it('a carrier is registered at, and left', async () => {
  const company = { username: 'company', password: 'secret 12', numbers: ['15880000'] }
  const far = await openEndpoint({ phones: { realm: 'carrier', users: { find: () => company } } })
  const { trunks } = await openTrunks([
    {
      name: 'a',
      ports: [far.port],
      credentials: { username: 'company', password: 'secret 12' },
      register: true,
      check_seconds: 30,
    },
  ])
  await expect
    .poll(() => trunks.states[0])
    .toMatchObject({
      registration: 'registered',
      servers: [{ isUp: true, heldMs: 0, transport: 'udp' }],
    })
  expect(far.phonesOf('15880000')).toHaveLength(1)
  await trunks.stop()
  expect([far.stats().registeredPhones, trunks.states[0]?.registration]).toEqual([0, 'stopped'])
})

it('a name that can not be looked up keeps nobody from starting', async () => {
  const port = (await openAnsweringEndpoint()).endpoint.port
  const settings = settingsOf([{ name: 'a', ports: [port] }])
  const unknown = settings.map((trunk) => ({
    ...trunk,
    servers: [
      { host: 'no-such-carrier.invalid', port: 5060, transport: 'udp' as const, priority: 0, weight: 1 },
      ...trunk.servers,
    ],
  }))
  const trunks = await Trunks.create({ settings: unknown, logger })
  trunks.open(await openEndpoint())
  const dial = { callerNumber: CALLER, calleeNumber: CALLEE, sdp: () => offerOf(20_000) }
  const outcome = await (await trunks.route(dial)).dial(dial).outcome
  expect(outcome.kind).toBe('answered')
  await trunks.stop()
})
