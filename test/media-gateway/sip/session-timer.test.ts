/** Session timers (RFC 4028), both roles: the rules, and calls that live by them. */
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { glareWaitMs } from '../../../media-gateway/sip/dialog-offers.ts'
import type { Dialog, IncomingInvite, SipEndpointOptions } from '../../../media-gateway/sip/index.ts'
import { HeaderFields, type SipRequest } from '../../../media-gateway/sip/message.ts'
import { decideAsServer, expiryMs, readSessionExpires } from '../../../media-gateway/sip/session-timer.ts'
import {
  answerTo,
  cleanUp,
  offerOf,
  openEndpoint,
  openRawPeer,
  rawRequest,
  rawResponse,
  until,
} from './harness.ts'

afterEach(cleanUp)

const headersOf = (lines: Readonly<Record<string, string>>) => {
  const headers = new HeaderFields()
  for (const [name, value] of Object.entries(lines)) headers.add(name, value)
  return headers
}
const decide = (lines: Readonly<Record<string, string>>) =>
  decideAsServer({ headers: headersOf(lines) } as SipRequest, { seconds: 1_800, minSeconds: 90 })

describe('the rules', () => {
  it.each([
    [{}, null],
    [{ Supported: 'timer' }, { seconds: 1_800, weRefresh: true }],
    [
      { Supported: 'timer', 'Min-SE': '3600' },
      { seconds: 3_600, weRefresh: true },
    ],
    [
      { Supported: '100rel, TIMER', 'Session-Expires': '600' },
      { seconds: 600, weRefresh: true },
    ],
    [
      { k: 'timer', x: '600;refresher=uac' },
      { seconds: 600, weRefresh: false },
    ],
    // A proxy asked, and the caller has no timer: the refreshes are ours.
    [{ 'Session-Expires': '60;refresher=uac' }, { seconds: 60, weRefresh: true }],
    [
      { Supported: 'timer', 'Session-Expires': 'soon' },
      { seconds: 1_800, weRefresh: true },
    ],
  ])('%j agrees on %j', (lines, timer) => {
    expect(decide(lines as Record<string, string>)).toMatchObject({ kind: 'agreed', timer })
  })

  it('what is too brief is refused with what would be enough', () => {
    expect(decide({ Supported: 'timer', 'Session-Expires': '89' })).toEqual({
      kind: 'too_brief',
      fields: [['Min-SE', '90']],
    })
  })

  it('the timer is required of who refreshes', () => {
    const fields = (lines: Record<string, string>) => {
      const decision = decide(lines)
      return decision.kind === 'agreed' ? decision.fields : []
    }
    expect(fields({ Supported: 'timer', 'Session-Expires': '600;refresher=uac' })).toEqual([
      ['Require', 'timer'],
      ['Session-Expires', '600;refresher=uac'],
    ])
    expect(fields({ 'Session-Expires': '600' })).toEqual([['Session-Expires', '600;refresher=uas']])
  })

  it('any value is read or is none, and who waits gives up between two thirds and the whole of the time', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = readSessionExpires(headersOf({ 'Session-Expires': text }))
        if (read !== null) expect(Number.isInteger(read.seconds)).toBe(true)
      }),
    )
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 86_400 }), (seconds) => {
        expect(expiryMs(seconds)).toBeGreaterThanOrEqual((seconds * 1_000 * 2) / 3 - 1)
        expect(expiryMs(seconds)).toBeLessThan(seconds * 1_000)
      }),
    )
  })
})

/** Two endpoints in a call, with timers of a second. */
async function connect(calling: Partial<SipEndpointOptions>, called: Partial<SipEndpointOptions>) {
  const invites: IncomingInvite[] = []
  const answered = Promise.withResolvers<Dialog>()
  const callee = await openEndpoint({
    onInvite: (invite) => {
      invites.push(invite)
      invite.answer(answerTo(invite)).then(answered.resolve, answered.reject)
    },
    ...called,
  })
  const caller = await openEndpoint(calling)
  const seen: string[] = []
  caller.onMessage(({ raw, direction }) => seen.push(`${direction} ${raw.split('\r\n')[0]}`))
  const placed = caller.invite({
    target: callee,
    callerNumber: '15880000',
    calleeNumber: '01012345678',
    sdp: offerOf(20_000),
  })
  const outcome = await placed.outcome
  if (outcome.kind !== 'answered') throw new Error(`not answered: ${outcome.code}`)
  return { caller, callee, ours: outcome.dialog, theirs: await answered.promise, seen, invites }
}

it('who has the Call-ID waits longer after a crossing than who has not, so that one is always first', () => {
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(chance, chance, (a, b) => {
      expect(glareWaitMs(true, a)).toBeGreaterThan(glareWaitMs(false, b))
      expect([glareWaitMs(true, a) % 10, glareWaitMs(false, b) % 10]).toEqual([0, 0])
    }),
  )
})

describe('a call', () => {
  const short = { sessionTimer: { seconds: 1, minSeconds: 1 } }

  it('is refreshed again and again by UPDATE, and ends as it should', async () => {
    const { ours, theirs, seen } = await connect(short, short)
    // Nobody was named, so the callee refreshes.
    await until(() => seen.filter((line) => line.startsWith('in UPDATE')).length === 3)
    await ours.bye()
    await expect(theirs.ended).resolves.toEqual({ by: 'remote', cause: 'bye' })
    const refreshes = seen.filter((line) => line.startsWith('in UPDATE')).length
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect(seen.filter((line) => line.startsWith('in UPDATE'))).toHaveLength(refreshes)
  })

  it('begins again with a longer timer where the other side asks for it', async () => {
    const { ours, seen, invites } = await connect(short, { sessionTimer: { minSeconds: 120 } })
    expect(seen).toContain('in SIP/2.0 422 Session Interval Too Small')
    expect(invites[0]?.headers.get('Session-Expires')).toBe('120')
    expect(invites[0]?.headers.get('Min-SE')).toBe('120')
    await ours.bye()
  })

  it('without timers on one side has none', async () => {
    const { ours, seen } = await connect({ sessionTimer: null }, short)
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    expect(seen.some((line) => /UPDATE|BYE/.test(line))).toBe(false)
    await ours.bye()
  })
})

describe('a peer', () => {
  it('that does not refresh is hung up on', async () => {
    const ended = Promise.withResolvers<unknown>()
    const endpoint = await openEndpoint({
      sessionTimer: { minSeconds: 1 },
      onInvite: (invite) =>
        void invite.answer(answerTo(invite)).then((dialog) => dialog.ended.then(ended.resolve)),
    })
    const peer = await openRawPeer()
    const lines = ['Supported: timer', 'Session-Expires: 1;refresher=uac']
    peer.send(rawRequest(peer, { method: 'INVITE', to: endpoint, lines, body: offerOf(20_000) }), endpoint)
    const ok = await peer.next('200')
    expect(ok.header('Require')).toBe('timer')
    expect(ok.header('Session-Expires')).toBe('1;refresher=uac')
    const toTag = /;tag=(\S+)/.exec(ok.header('To') ?? '')?.[1] ?? ''
    peer.send(rawRequest(peer, { method: 'ACK', to: endpoint, toTag }), endpoint)
    const bye = await peer.next('BYE')
    peer.send(rawResponse(peer, bye, 200), endpoint)
    expect(await ended.promise).toEqual({ by: 'local', cause: 'expired' })
  })

  it('that does not know UPDATE is refreshed by re-INVITE, with what was agreed on', async () => {
    const endpoint = await openEndpoint({ sessionTimer: { seconds: 1, minSeconds: 1 } })
    const peer = await openRawPeer()
    const { outcome } = endpoint.invite({
      target: { host: '127.0.0.1', port: peer.port },
      callerNumber: '15880000',
      calleeNumber: '01012345678',
      sdp: offerOf(20_000),
    })
    const invite = await peer.next('INVITE')
    expect(invite.header('Session-Expires')).toBe('1')
    const answered = (request: typeof invite) =>
      rawResponse(peer, request, 200, { body: offerOf(30_000) })
        .replace('Contact:', 'Session-Expires: 1;refresher=uac\r\nContact:')
        .replace(/(To: .*?);tag=peer(.*;tag=)/, '$1$2')
    peer.send(answered(invite), endpoint)
    await outcome
    const again = await peer.nextWithCseq('2 INVITE')
    expect(again.text.split('\r\n\r\n')[1]).toBe(offerOf(20_000))
    expect(again.header('Session-Expires')).toBe('1;refresher=uac')
    peer.send(answered(again).replace(/;tag=(\S+);tag=peer/, ';tag=$1'), endpoint)
    await peer.nextWithCseq('3 INVITE')
  })

  it('that has lost the call is not called on any more', async () => {
    const endpoint = await openEndpoint({ sessionTimer: { seconds: 1, minSeconds: 1 } })
    const peer = await openRawPeer()
    const { outcome } = endpoint.invite({
      target: { host: '127.0.0.1', port: peer.port },
      callerNumber: '15880000',
      calleeNumber: '01012345678',
      sdp: offerOf(20_000),
    })
    const invite = await peer.next('INVITE')
    const ok = rawResponse(peer, invite, 200, { body: offerOf(30_000) }).replace(
      'Contact:',
      'Allow: INVITE, UPDATE\r\nSession-Expires: 1;refresher=uac\r\nContact:',
    )
    peer.send(ok, endpoint)
    const decided = await outcome
    const update = await peer.next('UPDATE')
    expect(update.header('Session-Expires')).toBe('1;refresher=uac')
    peer.send(rawResponse(peer, update, 481).replace(/(;tag=peer){2}/, ';tag=peer'), endpoint)
    if (decided.kind === 'answered')
      await expect(decided.dialog.ended).resolves.toEqual({ by: 'remote', cause: 'gone' })
    expect(peer.count('BYE')).toBe(0)
  })
})
