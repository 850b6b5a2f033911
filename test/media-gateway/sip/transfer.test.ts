/** REFER and NOTIFY (RFC 3515), Replaces (RFC 3891), and who was called first (RFC 5806, 7044). */
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { divertedFrom } from '../../../media-gateway/sip/caller-facts.ts'
import type { Dialog, IncomingInvite, SipEndpoint } from '../../../media-gateway/sip/index.ts'
import { HeaderFields } from '../../../media-gateway/sip/message.ts'
import { readReplaces, readSipfrag, replacesValue } from '../../../media-gateway/sip/transfer.ts'
import { answerTo, cleanUp, HOST, offerOf, openEndpoint, openRawPeer, rawRequest, until } from './harness.ts'

afterEach(cleanUp)

/** An endpoint that answers all calls and keeps their dialogs. */
async function openPhone(options: Parameters<typeof openEndpoint>[0] = {}) {
  const dialogs: Dialog[] = []
  const invites: IncomingInvite[] = []
  const endpoint = await openEndpoint({
    onInvite: async (invite) => {
      invites.push(invite)
      dialogs.push(await invite.answer(answerTo(invite)))
    },
    ...options,
  })
  return { endpoint, dialogs, invites }
}

async function call(from: SipEndpoint, to: SipEndpoint, headers: Record<string, string> = {}) {
  const { outcome } = from.invite({
    target: to,
    callerNumber: '15880000',
    calleeNumber: '01012345678',
    sdp: offerOf(20_000),
    headers,
  })
  const decided = await outcome
  if (decided.kind !== 'answered') throw new Error(`not answered: ${decided.code}`)
  return decided.dialog
}

describe('a transfer', () => {
  it('is asked for, accepted, followed and told', async () => {
    const customer = await openPhone()
    const ours = await openPhone()
    const dialog = await call(ours.endpoint, customer.endpoint)
    await until(() => customer.dialogs.length === 1)
    const asked: unknown[] = []
    customer.dialogs[0]?.onRefer((request, accept) => {
      asked.push(request)
      const progress = accept()
      progress.notify(180)
      progress.notify(200)
      progress.notify(486)
    })
    await expect(dialog.refer(`sip:1001@${HOST}`)).resolves.toEqual({ code: 200 })
    expect(asked).toMatchObject([{ target: `sip:1001@${HOST}`, targetNumber: '1001', replaces: null }])
    await dialog.bye()
  })

  it('with Replaces makes two calls one: the third party talks to the customer, our call with it ends', async () => {
    const mayReplace = (_replaced: Dialog, invite: IncomingInvite) => invite.fromNumber === '15880000'
    const agent = await openPhone({ mayReplace })
    const customer = await openPhone()
    const us = await openPhone()
    const withAgent = await call(us.endpoint, agent.endpoint)
    const withCustomer = await call(us.endpoint, customer.endpoint)
    await until(() => customer.dialogs.length === 1)
    customer.dialogs[0]?.onRefer((request, accept) => {
      const progress = accept()
      void call(customer.endpoint, agent.endpoint, { Replaces: request.replaces ?? '' }).then(() =>
        progress.notify(200),
      )
    })
    await expect(withCustomer.refer(`sip:agent@${HOST}:${agent.endpoint.port}`, withAgent)).resolves.toEqual({
      code: 200,
    })
    await expect(withAgent.ended).resolves.toEqual({ by: 'remote', cause: 'bye' })
    expect(agent.invites[1]?.replaces?.callId).toBe(withAgent.callId)
    await withCustomer.bye()
  })

  it('that nobody decides about is declined, and one that is not readable is a mistake', async () => {
    const customer = await openPhone()
    const us = await openPhone()
    const dialog = await call(us.endpoint, customer.endpoint)
    await expect(dialog.refer(`sip:1001@${HOST}`)).rejects.toMatchObject({ reason: 'refused', code: 603 })
    await expect(dialog.refer('sip:a b')).rejects.toMatchObject({ reason: 'state' })
    await expect(dialog.refer('mailto:somebody@example.com')).rejects.toMatchObject({ code: 400 })
    await dialog.bye()
    await expect(dialog.refer(`sip:1001@${HOST}`)).rejects.toMatchObject({ reason: 'state' })
  })

  it('whose call is over before there is news has no outcome', async () => {
    const customer = await openPhone()
    const us = await openPhone()
    const dialog = await call(us.endpoint, customer.endpoint)
    await until(() => customer.dialogs.length === 1)
    customer.dialogs[0]?.onRefer((_request, accept) => {
      accept()
      void customer.dialogs[0]?.bye()
    })
    await expect(dialog.refer(`sip:1001@${HOST}`)).resolves.toEqual({ code: null })
  })

  it('of a subscription that is no transfer is not served', async () => {
    const us = await openPhone()
    const peer = await openRawPeer()
    peer.send(rawRequest(peer, { method: 'INVITE', to: us.endpoint, body: offerOf(20_000) }), us.endpoint)
    const ok = await peer.next('200')
    const toTag = /;tag=(\S+)/.exec(ok.header('To') ?? '')?.[1] ?? ''
    peer.send(rawRequest(peer, { method: 'ACK', to: us.endpoint, toTag }), us.endpoint)
    const notify = (cseq: number, event: string, body = '') =>
      peer.send(
        rawRequest(peer, {
          method: 'NOTIFY',
          to: us.endpoint,
          toTag,
          cseq,
          branch: `z9hG4bK-n${cseq}`,
          lines: [`Event: ${event}`, 'Subscription-State: active'],
          body,
        }),
        us.endpoint,
      )
    notify(2, 'message-summary')
    expect((await peer.nextWithCseq('2 NOTIFY')).what).toBe('489')
    notify(3, 'refer;id=77', 'SIP/2.0 200 OK')
    expect((await peer.nextWithCseq('3 NOTIFY')).what).toBe('200')
  })
})

describe('an INVITE that wants the place of another call', () => {
  const codeOf = async (replaces: readonly string[], options: Parameters<typeof openEndpoint>[0] = {}) => {
    const us = await openPhone(options)
    const caller = await openPhone()
    const dialog = await call(caller.endpoint, us.endpoint)
    await until(() => us.dialogs.length === 1)
    const value = replacesValue(dialog)
    const peer = await openRawPeer()
    const lines = replaces.map((text) => `Replaces: ${text.replace('THAT', value)}`)
    peer.send(
      rawRequest(peer, { method: 'INVITE', to: us.endpoint, lines, callId: 'third', body: offerOf(20_000) }),
      us.endpoint,
    )
    await until(() => peer.received.some(({ what }) => /^[2-6]/.test(what)))
    return Number(peer.received.find(({ what }) => /^[2-6]/.test(what))?.what)
  }
  const all = { mayReplace: () => true }

  it.each([
    ['of a call that we have', ['THAT'], all, 200],
    ['where no policy allows it', ['THAT'], {}, 403],
    [
      'where the policy fails',
      ['THAT'],
      {
        mayReplace: () => {
          throw new Error('no')
        },
      },
      403,
    ],
    ['only while it rings', ['THAT;early-only'], all, 486],
    ['of a call that we do not have', ['none;to-tag=a;from-tag=b'], all, 481],
    ['of no call at all', ['none'], all, 400],
    ['of two calls', ['THAT', 'THAT'], all, 400],
  ])('%s: %j', async (_name, replaces, options, code) => {
    expect(await codeOf(replaces, options)).toBe(code)
  })
})

describe('values', () => {
  it('of Replaces say what was written', () => {
    const token = fc.stringMatching(/^[\w.-]{1,12}$/)
    fc.assert(
      fc.property(token, token, token, (callId, localTag, remoteTag) => {
        expect(readReplaces(replacesValue({ callId, localTag, remoteTag }))).toEqual({
          callId,
          toTag: remoteTag,
          fromTag: localTag,
          earlyOnly: false,
        })
      }),
    )
    fc.assert(fc.property(fc.string(), (text) => void readReplaces(text)))
  })

  it.each([
    ['SIP/2.0 200 OK\r\n', 200],
    ['sip/2.0 486 Busy', 486],
    ['SIP/2.0 999 No', null],
    ['', null],
  ])('of a sipfrag: %j is %j', (body, code) => expect(readSipfrag(body)).toBe(code))

  it.each([
    [
      { Diversion: '<sip:07011112222@a>;reason=unconditional, <tel:+827033334444>;reason=no-answer' },
      '+827033334444',
    ],
    [{ 'History-Info': '<sip:15880000@a>;index=1, <sip:07011112222@b>;index=1.1' }, '15880000'],
    [{ 'History-Info': '<sip:15880000@a>;index=1' }, null],
    [{ Diversion: '<sip:reception@a>' }, null],
    [{ Diversion: '<<<' }, null],
    [{}, null],
  ])('of %j: called first was %j', (lines, number) => {
    const headers = new HeaderFields()
    for (const [name, value] of Object.entries(lines)) headers.add(name, value)
    expect(divertedFrom(headers)).toBe(number)
  })
})
