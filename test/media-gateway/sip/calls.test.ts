/** Two endpoints of ours call each other over real sockets. */
import { afterEach, describe, expect, it } from 'vitest'
import type { Dialog, IncomingInvite, SipStats, TappedMessage } from '../../../media-gateway/sip/index.ts'
import { SipCallError } from '../../../media-gateway/sip/index.ts'
import { answerTo, cleanUp, HOST, offerOf, openAnsweringEndpoint, openEndpoint, until } from './harness.ts'

afterEach(cleanUp)

const numbers = { callerNumber: '0212345678', calleeNumber: '01098765432' }

async function connect() {
  const dialogs: Dialog[] = []
  const callee = await openEndpoint({
    onInvite: (invite) => void invite.answer(answerTo(invite)).then((dialog) => dialogs.push(dialog)),
  })
  const caller = await openEndpoint()
  const outcome = await caller.invite({ target: callee, sdp: offerOf(20_000), ...numbers }).outcome
  await until(() => dialogs.length === 1)
  if (outcome.kind !== 'answered') throw new Error(`not answered: ${outcome.code}`)
  return { caller, callee, ours: outcome.dialog, theirs: dialogs[0] as Dialog }
}

/** Nothing is left but perhaps transactions that absorb repetitions for 64*T1. */
const isOver = ({ dialogs, pendingCalls }: SipStats): boolean => dialogs === 0 && pendingCalls === 0
const isEmpty = (stats: SipStats): boolean => isOver(stats) && stats.transactions === 0

describe('an answered call', () => {
  it('rings, carries SDP both ways and ends by the BYE of the caller', async () => {
    const { endpoint: callee, invites } = await openAnsweringEndpoint()
    const caller = await openEndpoint()
    const seen: string[] = []
    const call = caller.invite({
      target: callee,
      sdp: offerOf(20_000),
      ...numbers,
      onTrying: () => seen.push('trying'),
      onRinging: () => seen.push('ringing'),
    })
    const outcome = await call.outcome
    expect(seen).toEqual(['trying', 'ringing'])
    if (outcome.kind !== 'answered') throw new Error('not answered')
    expect(outcome.dialog.remoteSdp).toContain('m=audio 30000 RTP/AVP 0 101')
    expect(invites[0]).toMatchObject({
      fromNumber: '0212345678',
      toNumber: '01098765432',
      sdpOffer: offerOf(20_000),
    })
    await outcome.dialog.bye()
    await expect(outcome.dialog.ended).resolves.toEqual({ by: 'local', cause: 'bye' })
    await until(() => isEmpty(callee.stats()) && isEmpty(caller.stats()))
  })

  it('ends by the BYE of the callee', async () => {
    const { caller, callee, ours, theirs } = await connect()
    let heard = 0
    ours.onBye(() => (heard += 1))
    await theirs.bye()
    await expect(ours.ended).resolves.toEqual({ by: 'remote', cause: 'bye' })
    ours.onBye(() => (heard += 1))
    expect(heard).toBe(2)
    await ours.bye()
    await until(() => isOver(callee.stats()) && isOver(caller.stats()))
  })

  it('ends once where both say BYE at the same time', async () => {
    const { caller, callee, ours, theirs } = await connect()
    await Promise.all([ours.bye(), theirs.bye()])
    await expect(ours.ended).resolves.toMatchObject({ by: 'local', cause: 'bye' })
    await expect(theirs.ended).resolves.toMatchObject({ by: 'local', cause: 'bye' })
    await until(() => isOver(callee.stats()) && isOver(caller.stats()))
  })

  it('writes the INVITE as agreed with carriers', async () => {
    const { endpoint: callee } = await openAnsweringEndpoint()
    const caller = await openEndpoint()
    const sent: TappedMessage[] = []
    const stop = caller.onMessage((message) => sent.push(message))
    const call = caller.invite({
      target: callee,
      sdp: offerOf(20_000),
      callerDisplayName: '대리 "화환"',
      callIdPrefix: 'outbound-ob-1a2b3c4d',
      headers: { 'X-Outbound-Call-ID': 'ob-1a2b3c4d' },
      ...numbers,
    })
    await call.outcome
    stop()
    const invite = sent[0]?.raw ?? ''
    const line = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(invite)?.[1]
    expect(invite.split('\r\n')[0]).toBe(`INVITE sip:01098765432@${HOST}:${callee.port} SIP/2.0`)
    expect(line('Via')).toMatch(
      new RegExp(`^SIP/2.0/UDP ${HOST}:${caller.port};branch=z9hG4bK-outbound-[0-9a-f]{8}$`),
    )
    expect(line('From')).toMatch(
      new RegExp(`^"대리 \\\\"화환\\\\"" <sip:0212345678@${HOST}>;tag=outb-[0-9a-f]{8}$`),
    )
    expect(line('To')).toBe(`<sip:01098765432@${HOST}>`)
    expect(line('Call-ID')).toMatch(/^outbound-ob-1a2b3c4d-[0-9a-f]{8}$/)
    expect(call.callId).toBe(line('Call-ID'))
    expect(line('CSeq')).toBe('1 INVITE')
    expect(line('Max-Forwards')).toBe('70')
    expect(line('Contact')).toBe(`<sip:0212345678@${HOST}:${caller.port}>`)
    expect(line('X-Outbound-Call-ID')).toBe('ob-1a2b3c4d')
    expect(line('Content-Type')).toBe('application/sdp')
    expect(Number(line('Content-Length'))).toBe(Buffer.byteLength(offerOf(20_000)))
    // Once each: a slow machine repeats some.
    const messages = new Set(sent.map((message) => `${message.direction} ${message.raw.split('\r\n')[0]}`))
    expect([...messages].map((message) => message.slice(0, 14))).toEqual([
      'out INVITE sip',
      'in SIP/2.0 100',
      'in SIP/2.0 180',
      'in SIP/2.0 200',
      'out ACK sip:01',
    ])
    expect(new Set(sent.map((message) => message.callId))).toEqual(new Set([call.callId]))
  })

  it('gives early media to the caller', async () => {
    const callee = await openEndpoint({
      onInvite: (invite) => {
        invite.progress(answerTo(invite, 31_000))
        void invite.answer(answerTo(invite, 31_000))
      },
    })
    const caller = await openEndpoint()
    const early = Promise.withResolvers<string>()
    const call = caller.invite({
      target: callee,
      sdp: offerOf(20_000),
      ...numbers,
      onProgress: early.resolve,
    })
    await expect(early.promise).resolves.toContain('m=audio 31000')
    await expect(call.outcome).resolves.toMatchObject({ kind: 'answered' })
  })
})

describe('a call that is not answered', () => {
  it.each([
    [486, 'Busy Here'],
    [603, 'Decline'],
    [503, 'Service Unavailable'],
    [404, 'Not Found'],
  ])('is refused with %i %s', async (code, reason) => {
    const callee = await openEndpoint({ onInvite: (invite) => invite.reject(code) })
    const caller = await openEndpoint()
    const { outcome } = caller.invite({ target: callee, sdp: offerOf(20_000), ...numbers })
    await expect(outcome).resolves.toEqual({ kind: 'failed', cause: 'response', code, reason })
    await until(() => isOver(callee.stats()) && isOver(caller.stats()))
  })

  it('is cancelled while it rings', async () => {
    const invites: IncomingInvite[] = []
    const cancelled = Promise.withResolvers<void>()
    const callee = await openEndpoint({
      onInvite: (invite) => {
        invites.push(invite)
        invite.onCancel(cancelled.resolve)
        invite.ringing()
      },
    })
    const caller = await openEndpoint()
    const call = caller.invite({
      target: callee,
      sdp: offerOf(20_000),
      ...numbers,
      onRinging: () => call.cancel(),
    })
    await expect(call.outcome).resolves.toMatchObject({ cause: 'cancelled', code: 487 })
    await cancelled.promise
    expect(invites[0]?.state).toBe('cancelled')
    await expect(invites[0]?.answer('')).rejects.toMatchObject({ reason: 'cancelled' })
    await until(() => isEmpty(callee.stats()) && isEmpty(caller.stats()))
  })

  it('is hung up where the 200 crosses the CANCEL', async () => {
    const ended: Promise<unknown>[] = []
    const callee = await openEndpoint({
      onInvite: (invite) => {
        // Answered in the same moment, so that the CANCEL is already too late.
        invite.ringing()
        void invite.answer(answerTo(invite)).then((dialog) => ended.push(dialog.ended))
      },
    })
    const caller = await openEndpoint()
    const call = caller.invite({
      target: callee,
      sdp: offerOf(20_000),
      ...numbers,
      onTrying: () => call.cancel(),
    })
    await expect(call.outcome).resolves.toMatchObject({ kind: 'failed', cause: 'cancelled' })
    await until(() => ended.length === 1)
    await expect(ended[0]).resolves.toEqual({ by: 'remote', cause: 'bye' })
    await until(() => isEmpty(callee.stats()) && isEmpty(caller.stats()))
  })

  it.each([
    ['throws', () => Promise.reject(new Error('no channel'))],
    [
      'rejects',
      () => {
        throw new Error('no channel')
      },
    ],
  ])('fails with 500 where the owner %s', async (_name, onInvite) => {
    const callee = await openEndpoint({ onInvite })
    const caller = await openEndpoint()
    const { outcome } = caller.invite({ target: callee, sdp: offerOf(20_000), ...numbers })
    await expect(outcome).resolves.toMatchObject({ code: 500 })
  })

  it('refuses header values that would break out of their line', async () => {
    const caller = await openEndpoint()
    const bad = { target: caller, sdp: offerOf(20_000), ...numbers, headers: { 'X-A': 'a\r\nVia: b' } }
    expect(() => caller.invite(bad)).toThrow('control character')
    expect(caller.stats().pendingCalls).toBe(0)
  })
})

describe('a new offer within a call', () => {
  it('mirrors hold and resumes by default', async () => {
    const { ours, theirs } = await connect()
    const hold = offerOf(20_000).replace('a=rtcp', 'a=sendonly\r\na=rtcp')
    await expect(ours.reinvite(hold)).resolves.toContain('a=recvonly')
    expect(theirs.remoteSdp).toBe(hold)
    const resumed = await ours.reinvite(offerOf(20_000))
    expect(resumed).not.toContain('a=recvonly')
    await theirs.bye()
  })

  it('is answered by the handler, or refused with 488 and the call stays', async () => {
    const { ours, theirs } = await connect()
    theirs.onReinvite(() => {
      throw new SipCallError('not_acceptable', 'no common codec', 488)
    })
    await expect(ours.reinvite(offerOf(20_002))).rejects.toMatchObject({ reason: 'refused', code: 488 })
    theirs.onReinvite(async () => offerOf(30_002))
    await expect(ours.reinvite(offerOf(20_002))).resolves.toBe(offerOf(30_002))
    expect(theirs.localSdp).toBe(offerOf(30_002))
    await ours.bye()
  })

  it('waits and comes again where both offer at once (RFC 3261 section 14.1)', async () => {
    const { ours, theirs, caller } = await connect()
    const refusals: string[] = []
    caller.onMessage(({ raw }) => {
      if (raw.startsWith('SIP/2.0 491')) refusals.push(raw)
    })
    await Promise.all([ours.reinvite(offerOf(20_002)), theirs.reinvite(offerOf(30_002))])
    expect(refusals.length).toBeGreaterThan(0)
    // Whoever came second has answered the other's offer with its new address.
    expect(ours.localSdp).toContain('m=audio 20002 ')
    expect(theirs.localSdp).toContain('m=audio 30002 ')
    expect([ours.remoteSdp, theirs.remoteSdp]).toEqual([theirs.localSdp, ours.localSdp])
    await ours.bye()
  })

  it('that waits is given up with its call', async () => {
    const { ours, theirs } = await connect()
    const both = Promise.allSettled([ours.reinvite(offerOf(20_002)), theirs.reinvite(offerOf(30_002))])
    await theirs.bye()
    const answers = await both
    expect(answers.some(({ status }) => status === 'rejected')).toBe(true)
  })
})

describe('closing', () => {
  it('ends dialogs with BYE, refuses waiting callers and takes no new calls', async () => {
    const { caller, callee, ours } = await connect()
    const waiting: IncomingInvite[] = []
    const second = await openEndpoint({ onInvite: (invite) => void waiting.push(invite) })
    const pending = caller.invite({ target: second, sdp: offerOf(20_002), ...numbers })
    await until(() => waiting.length === 1)
    await Promise.all([callee.close(), second.close()])
    await expect(ours.ended).resolves.toEqual({ by: 'remote', cause: 'bye' })
    await expect(pending.outcome).resolves.toMatchObject({ code: 503 })
    expect(() => callee.invite({ target: second, sdp: '', ...numbers })).toThrow('closing')
    await until(() => isEmpty(caller.stats()))
  })
})

describe('a hundred calls in a row', () => {
  it('leave nothing behind', async () => {
    const { endpoint: callee } = await openAnsweringEndpoint()
    const caller = await openEndpoint()
    for (let i = 0; i < 100; i++) {
      const outcome = await caller.invite({ target: callee, sdp: offerOf(20_000), ...numbers }).outcome
      if (outcome.kind !== 'answered') throw new Error(`call ${i}: ${outcome.code}`)
      await outcome.dialog.bye()
    }
    await until(() => isEmpty(callee.stats()) && isEmpty(caller.stats()))
  })
})
