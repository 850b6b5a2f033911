/** SIPp, a SIP implementation of other people, as caller and as callee. */
import { afterEach, describe, expect, it } from 'vitest'
import type { IncomingInvite, SipEndpoint } from '../../../media-gateway/sip/index.ts'
import { runSipp, SIPP_MISSING, sippHasTls, sippPath, startSipp } from '../../support/sipp.ts'
import { answerTo, cleanUp, HOST, offerOf, openEndpoint, until } from './harness.ts'
import {
  calleeAnswers,
  calleeBusy,
  calleeCancelled,
  calleeChallenges,
  calleeHangsUp,
  calleeRingsReliably,
  callerBusy,
  callerCancels,
  callerHangsUp,
  callerHolds,
  callerRefers,
  callerRequiresReliability,
  callerWithTimer,
  phoneRegisters,
} from './sipp-scenarios.ts'
import { TLS } from './stream-harness.ts'

if (sippPath === null) console.log(SIPP_MISSING)

afterEach(cleanUp)

/** RFC timers: SIPp's own are fixed at T1 = 500 ms. */
const timers = { t1: 500, t2: 4_000, t4: 50 }

/** SIPp's transport modes; its package may be built without TLS. */
const modes = [
  ['UDP', 'UDP', ['-t', 'u1']],
  ['TCP, one connection', 'TCP', ['-t', 't1']],
  ['TCP, a connection a call', 'TCP', ['-t', 'tn', '-max_socket', '100']],
  ...(sippHasTls ? ([['TLS', 'TLS', ['-t', 'l1']]] as const) : []),
] as const

async function openPhone(decide: (invite: IncomingInvite) => void) {
  const invites: IncomingInvite[] = []
  const endpoint = await openEndpoint({
    timers,
    transports: { tcp: { port: 0 }, tls: { port: 0, ...TLS } },
    onInvite: (invite) => {
      invites.push(invite)
      decide(invite)
    },
  })
  return { endpoint, invites, target: { host: HOST, port: endpoint.port } }
}

const answer = (invite: IncomingInvite) => {
  invite.ringing()
  invite.answer(answerTo(invite)).catch(() => {})
}

describe.skipIf(sippPath === null)('SIPp calls us', () => {
  it('and is answered, keeps talking and hangs up', async () => {
    const { endpoint, invites, target } = await openPhone(answer)
    await runSipp({ scenario: callerHangsUp, target, service: '15880000' })
    expect(invites[0]).toMatchObject({ toNumber: '15880000', fromNumber: '01012345678', state: 'answered' })
    await until(() => endpoint.stats().dialogs === 0)
  })

  it('and puts us on hold by re-INVITE', async () => {
    const { endpoint, target } = await openPhone(answer)
    const { messages } = await runSipp({ scenario: callerHolds, target })
    expect(messages).toContain('a=recvonly')
    await until(() => endpoint.stats().dialogs === 0)
  })

  it('and is refused', async () => {
    const { endpoint, target } = await openPhone((invite) => invite.reject(486))
    await runSipp({ scenario: callerBusy, target })
    // Gone T4 after the ACK; without one it would have stayed for 32 s.
    await until(() => endpoint.stats().transactions === 0)
  })

  it('and gives up while it rings', async () => {
    const { endpoint, invites, target } = await openPhone((invite) => invite.ringing())
    await runSipp({ scenario: callerCancels, target })
    await until(() => invites[0]?.state === 'cancelled')
    expect(endpoint.stats().pendingCalls).toBe(0)
  })

  it('and requires that our ringing arrives', async () => {
    const { endpoint, target } = await openPhone(answer)
    const { messages } = await runSipp({ scenario: callerRequiresReliability, target })
    expect(messages).toMatch(/SIP\/2\.0 180 Ringing[\s\S]*?Require: 100rel\r?\n[\s\S]*?RSeq: \d+/)
    await until(() => endpoint.stats().dialogs === 0)
  })

  it('and has us call somebody else', async () => {
    const asked: string[] = []
    const { endpoint, target } = await openPhone(async (invite) => {
      const dialog = await invite.answer(answerTo(invite))
      dialog.onRefer((request, accept) => {
        asked.push(request.targetNumber)
        accept().notify(200)
      })
    })
    const { messages } = await runSipp({ scenario: callerRefers, target })
    expect(asked).toEqual(['1001'])
    expect(messages).toMatch(/SIP\/2\.0 100 Trying\r?\n[\s\S]*SIP\/2\.0 200 OK\r?\n/)
    await until(() => endpoint.stats().dialogs === 0)
  })

  it('and is refreshed by us until it hangs up', async () => {
    const endpoint = await openEndpoint({
      timers,
      sessionTimer: { minSeconds: 1 },
      onInvite: (invite) => void invite.answer(answerTo(invite)),
    })
    await runSipp({ scenario: callerWithTimer(2), target: endpoint })
    await until(() => endpoint.stats().dialogs === 0)
  })

  it('a hundred times, and nothing is left', async () => {
    const { endpoint, invites, target } = await openPhone(answer)
    await runSipp({ scenario: callerHangsUp, target, calls: 100, callsPerSecond: 50, maxConcurrentCalls: 20 })
    expect(invites).toHaveLength(100)
    await until(() => endpoint.stats().dialogs + endpoint.stats().pendingCalls === 0)
  })
})

describe.skipIf(sippPath === null).each(modes)('SIPp calls us over %s', (_name, protocol, args) => {
  const targetOf = (endpoint: SipEndpoint) => ({ host: HOST, port: endpoint.ports[protocol] ?? 0 })

  it('ten times, and nothing is left', async () => {
    const { endpoint, invites } = await openPhone(answer)
    const options = { calls: 10, callsPerSecond: 50, maxConcurrentCalls: 10 }
    await runSipp({ scenario: callerHangsUp, target: targetOf(endpoint), args, ...options })
    expect(invites.map(({ source }) => source.protocol ?? 'UDP')).toEqual(Array(10).fill(protocol))
    await until(() => Object.values(endpoint.stats()).every((count) => count === 0), 150_000)
  })

  it('is put off, and gives up', async () => {
    const { endpoint } = await openPhone((invite) => invite.reject(486))
    await runSipp({ scenario: callerBusy, target: targetOf(endpoint), args })
    const ringing = await openPhone((invite) => invite.ringing())
    await runSipp({ scenario: callerCancels, target: targetOf(ringing.endpoint), args })
    expect(ringing.invites[0]?.state).toBe('cancelled')
  })
})

describe.skipIf(sippPath === null)('SIPp and passwords', () => {
  it.each(modes)('registers with one over %s, and goes', async (_name, protocol, args) => {
    const user = { username: 'agent-1', password: 'secret', numbers: ['1001'] }
    const endpoint = await openEndpoint({
      timers,
      transports: { tcp: { port: 0 }, tls: { port: 0, ...TLS } },
      phones: {
        realm: 'daeri',
        algorithms: ['MD5'],
        users: { find: (name) => (name === 'agent-1' ? user : null) },
      },
    })
    const target = { host: HOST, port: endpoint.ports[protocol] ?? 0 }
    const { messages } = await runSipp({ scenario: phoneRegisters('agent-1', 'secret'), target, args })
    expect(messages).toContain(';expires=120')
    expect(endpoint.stats().registeredPhones).toBe(0)
    const wrong = runSipp({ scenario: phoneRegisters('agent-1', 'guess'), target, args })
    await expect(wrong).rejects.toThrow('403 Forbidden')
  })

  it.each([
    ['right', 'secret', 'answered'],
    ['wrong', 'guess', 'failed'],
  ])('asks us for one: the %s one', async (_name, password, kind) => {
    const sipp = await startSipp({ scenario: calleeChallenges('company', 'secret') })
    const endpoint = await openEndpoint({ timers })
    const { outcome } = endpoint.invite({
      target: { host: HOST, port: sipp.port },
      callerNumber: '15880000',
      calleeNumber: '01012345678',
      sdp: offerOf(20_000),
      credentials: { username: 'company', password, allowMd5: true },
    })
    const decided = await outcome
    expect(decided.kind).toBe(kind)
    if (decided.kind === 'answered') await decided.dialog.bye()
    else expect(decided.code).toBe(403)
    expect(await sipp.finished).toMatchObject({ exitCode: 0 })
  })
})

describe.skipIf(sippPath === null)('we call SIPp by TCP', () => {
  it.each([
    ['which answers', calleeAnswers, true],
    ['which answers and hangs up', calleeHangsUp, false],
  ])('%s', async (_name, scenario, weHangUp) => {
    const sipp = await startSipp({ scenario, args: ['-t', 't1'] })
    const endpoint = await openEndpoint({ timers, transports: { tcp: { port: 0 } } })
    await sipp.listening
    const { outcome } = endpoint.invite({
      target: { host: HOST, port: sipp.port, protocol: 'TCP' },
      callerNumber: '15880000',
      calleeNumber: '01012345678',
      sdp: offerOf(20_000),
    })
    const decided = await outcome
    if (decided.kind !== 'answered') throw new Error(`not answered: ${decided.code}`)
    if (weHangUp) await decided.dialog.bye()
    await decided.dialog.ended
    expect(await sipp.finished).toMatchObject({ exitCode: 0 })
  })
})

describe.skipIf(sippPath === null)('we call SIPp', () => {
  async function call(scenario: string) {
    const sipp = await startSipp({ scenario })
    const endpoint = await openEndpoint({ timers })
    const heard: string[] = []
    const placed = endpoint.invite({
      target: { host: HOST, port: sipp.port },
      callerNumber: '15880000',
      calleeNumber: '01012345678',
      sdp: offerOf(20_000),
      onRinging: () => heard.push('ringing'),
    })
    return { sipp, endpoint, placed, heard }
  }

  it('which answers, and hang up', async () => {
    const { sipp, placed, heard } = await call(calleeAnswers)
    const outcome = await placed.outcome
    if (outcome.kind !== 'answered') throw new Error(`not answered: ${outcome.code}`)
    expect(outcome.dialog.remoteSdp).toContain('m=audio')
    expect(heard).toEqual(['ringing'])
    await outcome.dialog.bye()
    expect(await sipp.finished).toMatchObject({ exitCode: 0 })
  })

  it('which answers and hangs up', async () => {
    const { sipp, placed } = await call(calleeHangsUp)
    const outcome = await placed.outcome
    if (outcome.kind !== 'answered') throw new Error(`not answered: ${outcome.code}`)
    await expect(outcome.dialog.ended).resolves.toEqual({ by: 'remote', cause: 'bye' })
    expect(await sipp.finished).toMatchObject({ exitCode: 0 })
  })

  it('which rings reliably, with early media that its 200 builds on', async () => {
    const { sipp, placed } = await call(calleeRingsReliably)
    const outcome = await placed.outcome
    if (outcome.kind !== 'answered') throw new Error(`not answered: ${outcome.code}`)
    expect(outcome.dialog.remoteSdp).toContain('m=audio')
    await outcome.dialog.bye()
    expect(await sipp.finished).toMatchObject({ exitCode: 0 })
  })

  it('which is busy', async () => {
    const { sipp, placed } = await call(calleeBusy)
    await expect(placed.outcome).resolves.toMatchObject({ cause: 'response', code: 486 })
    expect(await sipp.finished).toMatchObject({ exitCode: 0 })
  })

  it('which rings until we cancel', async () => {
    const { sipp, placed, heard } = await call(calleeCancelled)
    await until(() => heard.length === 1)
    placed.cancel()
    await expect(placed.outcome).resolves.toMatchObject({ cause: 'cancelled', code: 487 })
    expect(await sipp.finished).toMatchObject({ exitCode: 0 })
  })
})
