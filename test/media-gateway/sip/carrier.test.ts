/** Our registration at a carrier and our watch of it (RFC 3261 sections 10.2 and 11, RFC 5626 section 4.5). */
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { renewAfterMs, retryAfterMs } from '../../../media-gateway/sip/carrier-registration.ts'
import type {
  RegistrationOptions,
  RegistrationState,
  SipEndpoint,
  SipHop,
  SipUser,
} from '../../../media-gateway/sip/index.ts'
import { Hysteresis, isAlive } from '../../../media-gateway/sip/trunk-watch.ts'
import {
  cleanUp,
  HOST,
  openEndpoint,
  openRawPeer,
  type RawMessage,
  type RawPeer,
  rawResponse,
  until,
} from './harness.ts'
import { openTcpServer } from './stream-harness.ts'

afterEach(cleanUp)

const credentials = { username: 'company', password: 'secret' }

async function register(peer: { port: number }, options: Partial<RegistrationOptions> = {}) {
  const endpoint = await openEndpoint({ transports: { tcp: { port: 0 } } })
  const states: RegistrationState[] = []
  const registration = endpoint.register({
    registrars: () => [{ host: HOST, port: peer.port }],
    domain: 'carrier.example',
    username: '15880000',
    credentials,
    onState: (state) => states.push(state),
    ...options,
  })
  return { endpoint, registration, states }
}

/** Answers with header lines of its own. */
function reply(
  peer: RawPeer,
  endpoint: SipEndpoint,
  request: RawMessage,
  code: number,
  lines: readonly string[] = [],
) {
  const text = rawResponse(peer, request, code).replace(/^Contact: .*$/m, lines.join('\r\n') || 'X: y')
  peer.send(text, endpoint)
}

/** CSeqs of the different ones. */
const registersOf = (peer: RawPeer) => [
  ...new Set(peer.received.filter(({ what }) => what === 'REGISTER').map(({ header }) => header('CSeq'))),
]

describe('a registration', () => {
  it('is asked for, kept by one Call-ID, renewed before its end, and taken back', async () => {
    const peer = await openRawPeer()
    const { endpoint, registration, states } = await register(peer)
    const first = await peer.nextWithCseq('1 REGISTER')
    expect(first.text).toMatch(/^REGISTER sip:carrier\.example SIP\/2\.0\r\n/)
    expect(first.header('To')).toBe('<sip:15880000@carrier.example>')
    expect(first.header('Contact')).toBe(`<sip:15880000@${HOST}:${endpoint.port}>`)
    expect(first.header('Expires')).toBe('600')
    const others = 'Contact: <sip:other@192.0.2.1>;expires=7000'
    reply(peer, endpoint, first, 200, [others, `Contact: ${first.header('Contact')};expires=1`])
    await until(() => registration.state === 'registered')
    // One second was granted: it comes again within it.
    const second = await peer.nextWithCseq('2 REGISTER')
    expect(second.header('Call-ID')).toBe(first.header('Call-ID'))
    expect(second.header('From')).toBe(first.header('From'))
    reply(peer, endpoint, second, 200, ['Expires: 3600'])
    await until(() => endpoint.stats().transactions <= 1)
    const stopped = registration.stop()
    const last = await peer.nextWithCseq('3 REGISTER')
    expect(last.header('Expires')).toBe('0')
    expect(last.header('Contact')).toBe(first.header('Contact'))
    reply(peer, endpoint, last, 200)
    await stopped
    expect(states).toEqual(['registered', 'stopped'])
  })

  it('is tried again after a failure, and takes what the registrar wishes', async () => {
    const peer = await openRawPeer()
    const { endpoint, states } = await register(peer, { firstRetryMs: 20, expiresSeconds: 300 })
    reply(peer, endpoint, await peer.nextWithCseq('1 REGISTER'), 503)
    reply(peer, endpoint, await peer.nextWithCseq('2 REGISTER'), 423, ['Min-Expires: 1800'])
    const third = await peer.nextWithCseq('3 REGISTER')
    expect(third.header('Expires')).toBe('1800')
    reply(peer, endpoint, third, 200)
    await until(() => states.length === 2)
    expect(states).toEqual(['failed', 'registered'])
  })

  it('is ended with its endpoint', async () => {
    const peer = await openRawPeer()
    const { endpoint, registration } = await register(peer)
    reply(peer, endpoint, await peer.nextWithCseq('1 REGISTER'), 200)
    await until(() => registration.state === 'registered')
    const closed = endpoint.close({ graceMs: 5_000 })
    reply(peer, endpoint, await peer.nextWithCseq('2 REGISTER'), 200)
    await closed
    expect(registration.state).toBe('stopped')
  })

  it('is not taken back where there is none', async () => {
    const peer = await openRawPeer()
    const { endpoint, registration } = await register(peer)
    reply(peer, endpoint, await peer.nextWithCseq('1 REGISTER'), 403)
    await until(() => registration.state === 'failed')
    await registration.stop()
    // It may have come again, as UDP wants it, but there is no second one.
    expect(registersOf(peer)).toEqual(['1 REGISTER'])
  })

  it('comes again when its TCP connection is closed', async () => {
    const server = await openTcpServer()
    const registrar = { host: HOST, port: server.port, protocol: 'TCP' } as const
    const { registration } = await register(server, { registrars: () => [registrar], firstRetryMs: 20 })
    const peer = await server.first()
    const first = await peer.next('REGISTER')
    expect(first.header('Contact')).toMatch(/;transport=tcp>$/)
    peer.send(rawResponse(peer, first, 200))
    await until(() => registration.state === 'registered')
    peer.close()
    await until(() => server.peers.length === 2)
    await server.peers[1]?.next('REGISTER')
  })

  it('goes to the next server where one is silent or out of order, and back to the best one when it is renewed', async () => {
    const [silent, broken, third] = [await openRawPeer(), await openRawPeer(), await openRawPeer()]
    const hops = [silent, broken, third].map(({ port }) => ({ host: HOST, port }))
    const { endpoint, registration, states } = await register(silent, {
      registrars: () => hops as [SipHop, ...SipHop[]],
      answerMs: 1_000,
    })
    await silent.nextWithCseq('1 REGISTER')
    reply(broken, endpoint, await broken.nextWithCseq('2 REGISTER'), 503)
    reply(third, endpoint, await third.nextWithCseq('3 REGISTER'), 200)
    await until(() => registration.state === 'registered')
    expect(registration.registrar).toMatchObject({ port: third.port })
    registration.renew()
    reply(silent, endpoint, await silent.nextWithCseq('4 REGISTER'), 200)
    await until(() => registration.registrar?.port === silent.port)
    expect(states).toEqual(['registered'])
    const stopped = registration.stop()
    const last = await silent.nextWithCseq('5 REGISTER')
    expect(last.header('Expires')).toBe('0')
    reply(silent, endpoint, last, 200)
    await stopped
    expect([registersOf(broken), registersOf(third)]).toEqual([['2 REGISTER'], ['3 REGISTER']])
  })

  it('believes a refusal: the other servers of a carrier know the same names', async () => {
    const [first, second] = [await openRawPeer(), await openRawPeer()]
    const hops = [first, second].map(({ port }) => ({ host: HOST, port }))
    const { endpoint, registration } = await register(first, {
      registrars: () => hops as [SipHop, ...SipHop[]],
    })
    reply(first, endpoint, await first.nextWithCseq('1 REGISTER'), 403)
    await until(() => registration.state === 'failed')
    expect(second.received).toEqual([])
  })

  it('at a registrar of ours proves itself, and a wrong password is tried again with the right one', async () => {
    const user: SipUser = { username: 'company', password: 'wrong', numbers: ['15880000'] }
    let known = user
    const registrar = await openEndpoint({ phones: { realm: 'daeri', users: { find: () => known } } })
    const { registration } = await register(registrar, { username: 'company', firstRetryMs: 20 })
    await until(() => registration.state === 'failed')
    expect(registrar.stats().registeredPhones).toBe(0)
    known = { ...user, password: 'secret' }
    await until(() => registration.state === 'registered')
    expect(registrar.phonesOf('15880000')).toHaveLength(1)
    await registration.stop()
    expect(registrar.stats().registeredPhones).toBe(0)
  })
})

describe('the times', () => {
  it('renew within the last fifth of what was granted', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (granted, random) => {
          const after = renewAfterMs(granted, random) / 1_000
          expect(after).toBeGreaterThanOrEqual(granted * 0.8 - 0.001)
          expect(after).toBeLessThanOrEqual(granted * 0.9 + 0.001)
        },
      ),
    )
  })

  it.each([
    [1, 0, 0, 15_000],
    [1, 0, 1, 30_000],
    [2, 0, 1, 60_000],
    [4, 0, 0, 120_000],
    [50, 0, 1, 1_800_000],
    [1, 120, 0, 120_000],
    [1, 99_999, 0, 3_600_000],
  ])('after %i failures, asked to wait %i s, with chance %d: %i ms', (failures, asked, random, after) => {
    expect(retryAfterMs(failures, asked, random)).toBe(after)
  })
})

describe('the watch of a carrier', () => {
  it('asks by OPTIONS, and believes neither one silence nor one answer', async () => {
    const peer = await openRawPeer()
    const endpoint = await openEndpoint({ timers: { t1: 2, t2: 8, t4: 10 } })
    const changes: boolean[] = []
    const watch = endpoint.watch({
      target: { host: HOST, port: peer.port },
      everyMs: 5,
      onChange: (isUp) => changes.push(isUp),
    })
    expect(watch.isUp).toBeNull()
    let asked = 0
    const answerNext = async (code: number | null) => {
      const seen = () => [
        ...new Map(peer.received.map((message) => [message.header('Call-ID'), message])).values(),
      ]
      await until(() => seen().length > asked)
      const request = seen()[asked++]
      if (request !== undefined && code !== null) reply(peer, endpoint, request, code)
      return request
    }
    expect((await answerNext(404))?.text).toMatch(new RegExp(`^OPTIONS sip:${HOST}:${peer.port} SIP/2.0\r\n`))
    for (const code of [503, 200, null, 503]) await answerNext(code)
    await until(() => changes.length === 2)
    expect(watch.isUp).toBe(false)
    for (const code of [200, 200]) await answerNext(code)
    await until(() => changes.length === 3)
    watch.stop()
    expect(changes).toEqual([true, false, true])
  })

  it.each([
    [200, true],
    [401, true],
    [404, true],
    [405, true],
    [486, true],
    [501, true],
    [603, true],
    [408, false],
    [500, false],
    [502, false],
    [503, false],
    [504, false],
  ])('takes %i for life: %s', (code, isAliveThere) => {
    expect(isAlive(code)).toBe(isAliveThere)
  })

  it('turns only after enough in a row', () => {
    const observations = fc.array(fc.boolean(), { maxLength: 60 })
    fc.assert(
      fc.property(
        observations,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        (all, toDown, toUp) => {
          const belief = new Hysteresis(toDown, toUp)
          let run = 0
          for (const [index, isGood] of all.entries()) {
            run = index > 0 && all[index - 1] === isGood ? run + 1 : 1
            const before = belief.isUp
            const changed = belief.observe(isGood)
            expect(changed).toBe(belief.isUp !== before)
            if (changed && before !== null) expect(run).toBe(isGood ? toUp : toDown)
            if (run >= Math.max(toDown, toUp)) expect(belief.isUp).toBe(isGood)
          }
        },
      ),
    )
  })
})
