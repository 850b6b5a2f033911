/** What our calls do when the other side is slow, silent, forked or odd (RFC 3261 sections 9.1, 13.2, 17.1). */
import { afterEach, describe, expect, it } from 'vitest'
import {
  cleanUp,
  offerOf,
  openEndpoint,
  openRawPeer,
  QUICK,
  type RawPeer,
  rawRequest,
  rawResponse,
  until,
} from './harness.ts'

afterEach(cleanUp)

async function dial(options: { readonly t1?: number } = {}) {
  const caller = await openEndpoint({ timers: { ...QUICK, ...options } })
  const peer = await openRawPeer()
  const events: string[] = []
  const call = caller.invite({
    target: { host: '127.0.0.1', port: peer.port },
    callerNumber: '0212345678',
    calleeNumber: '01098765432',
    sdp: offerOf(20_000),
    onTrying: () => events.push('trying'),
    onRinging: () => events.push('ringing'),
    onProgress: () => events.push('progress'),
  })
  const invite = await peer.next('INVITE')
  const reply = (code: number, extra: { toTag?: string; body?: string } = {}) =>
    peer.send(rawResponse(peer, invite, code, extra), caller)
  return { caller, peer, call, invite, reply, events }
}

const ok = (peer: RawPeer, caller: { port: number }, what: string, n = 1) =>
  peer.next(what, n).then((request) => peer.send(rawResponse(peer, request, 200), caller))

describe('an INVITE of ours', () => {
  it('is repeated until a provisional answer comes, and not after', async () => {
    const { caller, peer, call, reply } = await dial()
    await peer.next('INVITE', 3)
    reply(100)
    await until(() => call.state === 'trying')
    // What was sent before this answer has been received before it.
    peer.send(rawRequest(peer, { method: 'OPTIONS', to: caller }), caller)
    await peer.next('200')
    const sent = peer.count('INVITE')
    reply(200, { body: offerOf(30_000) })
    await call.outcome
    await ok(peer, caller, 'ACK')
    expect(peer.count('INVITE')).toBe(sent)
  })

  it('fails with a timeout where nobody answers', async () => {
    const { caller, call } = await dial({ t1: 5 })
    await expect(call.outcome).resolves.toMatchObject({ kind: 'failed', cause: 'timeout', code: 408 })
    expect(caller.stats()).toEqual({
      dialogs: 0,
      pendingCalls: 0,
      transactions: 0,
      connections: 0,
      registeredPhones: 0,
    })
  })

  it('fails as a transport matter where its address can not be reached', async () => {
    const caller = await openEndpoint()
    const target = { host: 'no-such-host.invalid', port: 5060 }
    const call = caller.invite({ target, callerNumber: '1', calleeNumber: '2', sdp: offerOf(20_000) })
    await expect(call.outcome).resolves.toMatchObject({ cause: 'transport', code: 503 })
    expect(caller.stats().transactions).toBe(0)
  })

  it('acknowledges a refusal each time it comes, on the same branch', async () => {
    const { peer, call, invite, reply } = await dial()
    reply(486)
    reply(486)
    const ack = await peer.next('ACK', 2)
    expect(ack.header('Via')).toBe(invite.header('Via'))
    expect(ack.header('CSeq')).toBe('1 ACK')
    expect(ack.header('To')).toMatch(/;tag=peer$/)
    await expect(call.outcome).resolves.toMatchObject({ cause: 'response', code: 486 })
  })

  it('acknowledges a 200 each time it comes, with the same ACK on its own branch', async () => {
    const { peer, call, invite, reply } = await dial()
    reply(200, { body: offerOf(30_000) })
    const first = await peer.next('ACK')
    reply(200, { body: offerOf(30_000) })
    const second = await peer.next('ACK', 2)
    expect(second.text).toBe(first.text)
    expect(first.header('Via')).not.toBe(invite.header('Via'))
    expect(first.text).toMatch(new RegExp(`^ACK sip:peer@127.0.0.1:${peer.port} SIP/2.0`))
    await expect(call.outcome).resolves.toMatchObject({ kind: 'answered' })
  })

  it('keeps the first of two answers of a forking proxy and hangs up the other', async () => {
    const { caller, peer, call, reply } = await dial()
    reply(200, { toTag: 'first', body: offerOf(30_000) })
    reply(200, { toTag: 'second', body: offerOf(30_002) })
    const outcome = await call.outcome
    expect(outcome).toMatchObject({ kind: 'answered', dialog: { remoteTag: 'first' } })
    const bye = await peer.next('BYE')
    expect(bye.header('To')).toMatch(/tag=second$/)
    peer.send(rawResponse(peer, bye, 200).replace(/;tag=peer/, ''), caller)
    await until(() => caller.stats().dialogs === 1)
  })

  it('tells ringing once and early media each time', async () => {
    const { call, reply, events } = await dial()
    reply(100)
    reply(180)
    reply(180)
    reply(183, { body: offerOf(30_000) })
    reply(603)
    await call.outcome
    expect(events).toEqual(['trying', 'ringing', 'progress'])
  })

  it('takes an answer without Contact and without To tag', async () => {
    const { caller, peer, call, invite } = await dial()
    const text = rawResponse(peer, invite, 200, { body: offerOf(30_000) })
    peer.send(text.replace(/Contact:.*\r\n/, '').replace(/;tag=peer/, ''), caller)
    const outcome = await call.outcome
    if (outcome.kind !== 'answered') throw new Error('not answered')
    void outcome.dialog.bye()
    await ok(peer, caller, 'BYE')
    await until(() => caller.stats().dialogs === 0)
  })

  it('ignores answers that are not for it', async () => {
    const { caller, peer, call, invite, reply } = await dial()
    peer.send(rawResponse(peer, invite, 486).replace(/branch=\S+/, 'branch=z9hG4bK-forged'), caller)
    peer.send(rawResponse(peer, invite, 486).replace('1 INVITE', '1 BYE'), caller)
    peer.send(
      rawResponse(peer, invite, 486).replace('From:', 'Via: SIP/2.0/UDP x;branch=z9hG4bK2\r\nFrom:'),
      caller,
    )
    reply(603)
    await expect(call.outcome).resolves.toMatchObject({ code: 603 })
  })
})

describe('CANCEL of ours', () => {
  it('waits for a provisional answer', async () => {
    const { peer, call, invite, reply } = await dial()
    call.cancel()
    await peer.next('INVITE', 2)
    expect(peer.count('CANCEL')).toBe(0)
    reply(180)
    const cancel = await peer.next('CANCEL')
    expect(cancel.header('Via')).toBe(invite.header('Via'))
    expect(cancel.header('CSeq')).toBe('1 CANCEL')
    expect(cancel.header('To')).toBe(invite.header('To'))
    reply(487)
    await expect(call.outcome).resolves.toMatchObject({ cause: 'cancelled', code: 487 })
  })

  it('ends the call although the other side never answers again', async () => {
    const { caller, call, reply } = await dial()
    reply(100)
    await until(() => call.state === 'trying')
    call.cancel()
    await expect(call.outcome).resolves.toMatchObject({ cause: 'cancelled' })
    await until(() => caller.stats().transactions === 0)
  })

  it('ends the call although no provisional answer ever comes', async () => {
    const { caller, call } = await dial()
    call.cancel()
    await expect(call.outcome).resolves.toMatchObject({ cause: 'cancelled' })
    expect(caller.stats().transactions).toBe(0)
  })

  it('that crosses a 200 is followed by ACK and BYE', async () => {
    const { caller, peer, call, reply } = await dial()
    reply(180)
    await until(() => call.state === 'ringing')
    call.cancel()
    await peer.next('CANCEL')
    reply(200, { body: offerOf(30_000) })
    await peer.next('ACK')
    await ok(peer, caller, 'BYE')
    await expect(call.outcome).resolves.toMatchObject({ kind: 'failed', cause: 'cancelled' })
    await until(() => caller.stats().dialogs === 0 && caller.stats().transactions === 0)
  })

  it('that crosses a refusal tells the refusal', async () => {
    const { peer, call, reply } = await dial()
    reply(180)
    await until(() => call.state === 'ringing')
    call.cancel()
    await peer.next('CANCEL')
    reply(486)
    await expect(call.outcome).resolves.toMatchObject({ cause: 'response', code: 486 })
  })
})

describe('a dialog of ours', () => {
  async function connected() {
    const all = await dial()
    all.reply(200, { body: offerOf(30_000) })
    const outcome = await all.call.outcome
    if (outcome.kind !== 'answered') throw new Error('not answered')
    return { ...all, dialog: outcome.dialog }
  }

  it('repeats its BYE and is over although nobody answers it', async () => {
    const { caller, peer, dialog } = await connected()
    const bye = dialog.bye()
    await peer.next('BYE', 3)
    await bye
    await until(() => caller.stats().dialogs === 0 && caller.stats().transactions === 0)
  })

  it('is over where a re-INVITE finds no dialog on the other side', async () => {
    const { caller, peer, dialog } = await connected()
    const offered = dialog.reinvite(offerOf(20_002))
    const invite = await peer.nextWithCseq('2 INVITE')
    peer.send(rawResponse(peer, invite, 481).replace(/;tag=peer\r/, '\r'), caller)
    await expect(offered).rejects.toMatchObject({ reason: 'refused', code: 481 })
    await expect(dialog.ended).resolves.toEqual({ by: 'remote', cause: 'gone' })
    expect(caller.stats().dialogs).toBe(0)
  })

  it('is not misled by a 200 of its last offer that comes again during the next', async () => {
    const { caller, peer, dialog } = await connected()
    const inDialog = (text: string) => text.replace(/;tag=peer\r/, '\r')
    const first = dialog.reinvite(offerOf(20_002))
    const invite = await peer.nextWithCseq('2 INVITE')
    const ok = inDialog(rawResponse(peer, invite, 200, { body: offerOf(30_002) }))
    peer.send(ok, caller)
    await expect(first).resolves.toBe(offerOf(30_002))
    const second = dialog.reinvite(offerOf(20_004))
    const next = await peer.nextWithCseq('3 INVITE')
    peer.send(ok, caller)
    peer.send(inDialog(rawResponse(peer, next, 200, { body: offerOf(30_004) })), caller)
    await expect(second).resolves.toBe(offerOf(30_004))
    await peer.nextWithCseq('3 ACK')
    expect(peer.received.filter((message) => message.header('CSeq') === '2 ACK')).toHaveLength(2)
  })

  it('gives up its offer where the call ends meanwhile', async () => {
    const { caller, peer, dialog } = await connected()
    const offered = dialog.reinvite(offerOf(20_002))
    const invite = await peer.nextWithCseq('2 INVITE')
    peer.send(rawResponse(peer, invite, 100), caller)
    const request = {
      method: 'BYE',
      to: caller,
      callId: dialog.callId,
      fromTag: 'peer',
      toTag: dialog.localTag,
    }
    peer.send(rawRequest(peer, request), caller)
    await expect(offered).rejects.toMatchObject({ reason: 'state' })
    await expect(dialog.ended).resolves.toEqual({ by: 'remote', cause: 'bye' })
    await until(() => caller.stats().transactions === 0)
  })

  it('is over where its offer is never answered', async () => {
    const { caller, peer, dialog } = await connected()
    const offered = dialog.reinvite(offerOf(20_002))
    const invite = await peer.nextWithCseq('2 INVITE')
    peer.send(rawResponse(peer, invite, 100), caller)
    await expect(offered).rejects.toMatchObject({ reason: 'timeout', code: 408 })
    await expect(dialog.ended).resolves.toEqual({ by: 'remote', cause: 'gone' })
  })

  it('answers an offer that crosses its own with 491', async () => {
    const { caller, peer, dialog } = await connected()
    const offered = dialog.reinvite(offerOf(20_002))
    const invite = await peer.nextWithCseq('2 INVITE')
    const request = {
      method: 'INVITE',
      to: caller,
      callId: dialog.callId,
      fromTag: 'peer',
      toTag: dialog.localTag,
    }
    peer.send(rawRequest(peer, { ...request, body: offerOf(30_002) }), caller)
    await peer.next('491')
    peer.send(rawResponse(peer, invite, 200, { body: offerOf(30_000) }).replace(/;tag=peer\r/, '\r'), caller)
    await expect(offered).resolves.toBe(offerOf(30_000))
    await peer.next('ACK', 2)
  })

  it('hears INFO', async () => {
    const { caller, peer, dialog, invite } = await connected()
    const heard: string[] = []
    dialog.onInfo((info) => heard.push(`${info.contentType} ${info.body}`))
    const request = {
      method: 'INFO',
      to: caller,
      callId: dialog.callId,
      fromTag: 'peer',
      toTag: dialog.localTag,
    }
    peer.send(
      rawRequest(peer, { ...request, body: 'Signal=5' }).replace('application/sdp', 'application/dtmf-relay'),
      caller,
    )
    await peer.next('200')
    expect(heard).toEqual(['application/dtmf-relay Signal=5'])
    expect(invite.header('Call-ID')).toBe(dialog.callId)
  })
})

describe('the route of a call of ours', () => {
  it('goes back through the proxies that recorded it, nearest first, also through one of RFC 2543', async () => {
    for (const [parameter, expectedUri] of [
      [';lr', 'peer'],
      ['', 'near'],
    ]) {
      const { caller, peer, call, invite } = await dial()
      const near = `<sip:near@127.0.0.1:${peer.port}${parameter}>`
      const text = rawResponse(peer, invite, 200, { body: offerOf(30_000) })
      peer.send(text.replace('Contact', `Record-Route: <sip:far.example;lr>, ${near}\r\nContact`), caller)
      await expect(call.outcome).resolves.toMatchObject({ kind: 'answered' })
      const ack = await peer.next('ACK')
      expect(ack.text).toMatch(new RegExp(`^ACK sip:${expectedUri}@127.0.0.1:${peer.port} SIP/2.0`))
      const routes = [...ack.text.matchAll(/^Route: (.*)\r$/gm)].map(([, route]) => route)
      const last = `<sip:peer@127.0.0.1:${peer.port}>`
      expect(routes).toEqual(
        parameter === '' ? ['<sip:far.example;lr>', last] : [near, '<sip:far.example;lr>'],
      )
    }
  })

  it('follows a new Contact of the other side', async () => {
    const { caller, peer, call, reply } = await dial()
    const moved = await openRawPeer()
    reply(200, { body: offerOf(30_000) })
    const outcome = await call.outcome
    if (outcome.kind !== 'answered') throw new Error('not answered')
    const { dialog } = outcome
    const request = {
      method: 'UPDATE',
      to: caller,
      callId: dialog.callId,
      fromTag: 'peer',
      toTag: dialog.localTag,
    }
    const update = rawRequest(peer, request).replace(
      /^Contact:.*$/m,
      `Contact: <sip:moved@127.0.0.1:${moved.port}>`,
    )
    peer.send(update, caller)
    await peer.next('200')
    void dialog.bye()
    expect((await moved.next('BYE')).text).toMatch(/^BYE sip:moved@/)
  })
})
