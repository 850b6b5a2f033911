/** A carrier's server that does not take a call, or is not there: what comes instead, over real sockets. */
import { afterEach, describe, expect, it } from 'vitest'
import type { IncomingInvite, SipEndpoint } from '../../../media-gateway/sip/index.ts'
import { TrunkBusyError, UnresolvedTargetError } from '../../../media-gateway/trunks/errors.ts'
import { Trunks } from '../../../media-gateway/trunks/trunks.ts'
import { SIPP_MISSING, sippPath, startSipp } from '../../support/sipp.ts'
import {
  answerTo,
  cleanUp,
  HOST,
  offerOf,
  openAnsweringEndpoint,
  openEndpoint,
  openRawPeer,
  rawResponse,
  until,
} from '../sip/harness.ts'
import { calleeAnswers, calleeUnavailable } from '../sip/sipp-scenarios.ts'
import { CALLEE, CALLER, logger, openRefusing, openTrunks, settingsOf } from './harness.ts'

if (sippPath === null) console.log(SIPP_MISSING)

afterEach(cleanUp)

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

it('a registration leaves a server that does not answer OPTIONS, and comes back to the preferred one', async () => {
  const company = { username: 'company', password: 'secret 12', numbers: ['15880000'] }
  let isThere = true
  const openRegistrar = (isUp: () => boolean) =>
    openEndpoint({
      phones: { realm: 'carrier', users: { find: () => (isUp() ? company : null) } },
      onOptions: () => ({ code: isUp() ? 200 : 503 }),
    })
  const first = await openRegistrar(() => isThere)
  const second = await openRegistrar(() => true)
  const { trunks } = await openTrunks([
    {
      name: 'a',
      ports: [first.port, second.port],
      credentials: { username: 'company', password: 'secret 12' },
      register: true,
      check_seconds: 1,
    },
  ])
  const registrar = () => trunks.states[0]?.registrar
  await until(() => registrar() === `${HOST}:${first.port}`)
  isThere = false
  await until(() => registrar() === `${HOST}:${second.port}`)
  expect(second.phonesOf('15880000')).toHaveLength(1)
  isThere = true
  await until(() => registrar() === `${HOST}:${first.port}`)
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
