/** What a foreign peer sees on the wire when it sends us requests (RFC 3261 sections 8.2, 12.2.2, 13.3, 17.2). */
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { IncomingInvite } from '../../../media-gateway/sip/index.ts'
import {
  answerTo,
  cleanUp,
  HOST,
  offerOf,
  openAnsweringEndpoint,
  openEndpoint,
  openRawPeer,
  QUICK,
  type RawRequest,
  rawRequest,
  toTagOf,
  until,
} from './harness.ts'

afterEach(cleanUp)

/** Sends one request to a fresh endpoint and gives the first final answer. */
async function ask(request: Omit<RawRequest, 'to'>, edit: (text: string) => string = (text) => text) {
  const endpoint = await openEndpoint()
  const peer = await openRawPeer()
  peer.send(edit(rawRequest(peer, { ...request, to: endpoint })), endpoint)
  await until(() => peer.received.some((message) => /^[2-6]/.test(message.what)))
  const answer = peer.received.find((message) => /^[2-6]/.test(message.what))
  if (answer === undefined) throw new Error('no answer')
  return answer
}

async function answeredByHand() {
  const { endpoint, invites } = await openAnsweringEndpoint()
  const peer = await openRawPeer()
  const invite = rawRequest(peer, { method: 'INVITE', to: endpoint, body: offerOf(20_000) })
  peer.send(invite, endpoint)
  const toTag = toTagOf(await peer.next('200'))
  const inDialog = (method: string, cseq: number, extra: Partial<RawRequest> = {}) =>
    peer.send(
      rawRequest(peer, { method, to: endpoint, toTag, cseq, branch: `z9hG4bK-${method}-${cseq}`, ...extra }),
      endpoint,
    )
  return { endpoint, invites, peer, invite, toTag, inDialog }
}

describe('requests outside of dialogs', () => {
  it.each([
    ['OPTIONS', 200],
    ['BYE', 481],
    ['INFO', 481],
    ['CANCEL', 481],
    ['REGISTER', 405],
    ['SUBSCRIBE', 405],
    ['MESSAGE', 405],
    ['REFER', 403],
    ['PRACK', 481],
    ['NOTIFY', 481],
    ['FROBNICATE', 501],
  ])('%s gets %i', async (method, code) => {
    const answer = await ask({ method })
    expect(answer.what).toBe(String(code))
    expect(toTagOf(answer)).not.toBe('')
    if (code === 200 || code === 405 || code === 501)
      expect(answer.header('Allow')).toBe(
        'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK, REFER, NOTIFY',
      )
  })

  it.each([
    ['an extension that we do not have', { lines: ['Require: 100rel, nothing-we-have, gruu'] }, 420],
    ['a scheme that is not telephony', { uri: 'http://example.com' }, 416],
    ['a body that is no SDP', { body: '<x/>', lines: ['Content-Type: text/xml'] }, 415],
    ['a coded body', { lines: ['Content-Encoding: gzip'] }, 415],
    ['a tag of a dialog we do not know', { toTag: 'gone' }, 481],
  ])('an INVITE with %s gets its refusal', async (_name, request, code) => {
    const answer = await ask({ method: 'INVITE', ...request }, (text) =>
      text.replace('Content-Type: application/sdp\r\n', ''),
    )
    expect(answer.what).toBe(String(code))
    if (code === 420) expect(answer.header('Unsupported')).toBe('nothing-we-have, gruu')
  })

  it.each([
    ['another SIP version', (text: string) => text.replace('SIP/2.0\r\n', 'SIP/3.0\r\n'), '505'],
    ['a CSeq of another method', (text: string) => text.replace(/CSeq: 1 \w+/, 'CSeq: 1 BYE'), '400'],
    ['two Call-IDs', (text: string) => text.replace('Call-ID', 'Call-ID: other\r\nCall-ID'), '400'],
    ['a broken From', (text: string) => text.replace('From: <sip:', 'From: <<sip:'), '400'],
    [
      'a body shorter than announced',
      (text: string) => text.replace('Content-Length: 0', 'Content-Length: 9'),
      '400',
    ],
    ['no end of its headers', (text: string) => text.slice(0, -2), '400'],
    [
      'too many bytes',
      (text: string) => text.replace('Max-Forwards', `X-Long: ${'x'.repeat(40_000)}\r\nMax-Forwards`),
      '513',
    ],
  ])('a request with %s gets an answer that says so', async (_name, edit, code) => {
    const answer = await ask({ method: 'OPTIONS' }, edit)
    expect(answer.what).toBe(code)
    expect(answer.header('CSeq')).toMatch(/^1 /)
  })

  it('a health check gets the status of the owner', async () => {
    const endpoint = await openEndpoint({ onOptions: () => ({ code: 503, reason: 'No channel' }) })
    const peer = await openRawPeer()
    peer.send(rawRequest(peer, { method: 'OPTIONS', to: endpoint }), endpoint)
    expect((await peer.next('503')).text).toContain('SIP/2.0 503 No channel')
  })
})

describe('who is calling', () => {
  async function identityOf(edit: (text: string) => string) {
    const { endpoint, invites } = await openAnsweringEndpoint()
    const peer = await openRawPeer()
    peer.send(edit(rawRequest(peer, { method: 'INVITE', to: endpoint, body: offerOf(20_000) })), endpoint)
    await peer.next('200')
    return invites[0] as IncomingInvite
  }

  it.each([
    ['From', '', { fromNumber: '01012345678', toNumber: '15880000', displayName: null }],
    [
      'P-Asserted-Identity over From',
      'P-Asserted-Identity: "Hong" <tel:+82-10-9999-8888>\r\n',
      { fromNumber: '+821099998888', displayName: 'Hong' },
    ],
    ['nobody, where it is withheld', 'Privacy: id\r\n', { fromNumber: '', displayName: null }],
  ])('is told by %s', async (_name, lines, identity) => {
    expect(await identityOf((text) => text.replace('Max-Forwards', `${lines}Max-Forwards`))).toMatchObject(
      identity,
    )
  })

  it('is understood in compact and folded headers, with comma-separated Vias and tel: addresses', async () => {
    const invite = await identityOf((text) =>
      text
        .replace(/From: <[^>]+>/, 'f: "홍길동"\r\n <tel:+821012345678>')
        .replace('To:', 't:')
        .replace('Call-ID:', 'i:')
        .replace('Contact:', 'm:')
        .replace('Content-Length:', 'l:')
        .replace(
          /Via: (.*)/,
          'v: $1 , SIP/2.0/TCP "proxy".example;branch=z9hG4bK-far'.replace('"proxy"', 'proxy'),
        ),
    )
    expect(invite).toMatchObject({ fromNumber: '+821012345678', displayName: '홍길동' })
    expect(invite.headers.get('CALL-ID')).toBe('raw-call')
    expect(invite.headers.getAll('via')).toHaveLength(1)
  })
})

describe('INVITE transactions', () => {
  it('absorb repeated INVITEs and repeat the last provisional answer', async () => {
    const invites: IncomingInvite[] = []
    const endpoint = await openEndpoint({
      onInvite: (invite) => {
        invites.push(invite)
        invite.ringing()
      },
    })
    const peer = await openRawPeer()
    const text = rawRequest(peer, { method: 'INVITE', to: endpoint, body: offerOf(20_000) })
    peer.send(text, endpoint)
    await peer.next('180')
    peer.send(text, endpoint)
    await peer.next('180', 2)
    expect(invites).toHaveLength(1)
    expect(peer.count('100')).toBe(1)
    invites[0]?.reject(486)
    await peer.next('486')
  })

  it('repeat 180 each minute, so that proxies keep the call (section 13.3.1.1)', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    try {
      const endpoint = await openEndpoint({ onInvite: (invite) => invite.ringing() })
      const peer = await openRawPeer()
      peer.send(rawRequest(peer, { method: 'INVITE', to: endpoint }), endpoint)
      await peer.next('180')
      vi.advanceTimersByTime(60_000)
      await peer.next('180', 2)
      vi.advanceTimersByTime(60_000)
      await peer.next('180', 3)
    } finally {
      vi.useRealTimers()
    }
  })

  it('refuse the same call that came over another path (482)', async () => {
    const { endpoint, invites, peer } = await answeredByHand()
    peer.send(
      rawRequest(peer, { method: 'INVITE', to: endpoint, branch: 'z9hG4bK-other', body: offerOf(1) }),
      endpoint,
    )
    await peer.next('482')
    expect(invites).toHaveLength(1)
  })

  it('repeat a refusal until its ACK', async () => {
    const endpoint = await openEndpoint({ timers: { ...QUICK, t1: 10 } })
    const peer = await openRawPeer()
    peer.send(rawRequest(peer, { method: 'INVITE', to: endpoint, branch: 'z9hG4bK-x' }), endpoint)
    const third = await peer.next('486', 3)
    peer.send(
      rawRequest(peer, { method: 'ACK', to: endpoint, branch: 'z9hG4bK-x', toTag: toTagOf(third) }),
      endpoint,
    )
    await until(() => endpoint.stats().transactions === 0)
    expect(new Set(peer.received.filter((m) => m.what === '486').map(toTagOf)).size).toBe(1)
  })

  it('match peers of RFC 2543 that send no branch cookie', async () => {
    const { endpoint, invites } = await openAnsweringEndpoint()
    const peer = await openRawPeer()
    const text = rawRequest(peer, { method: 'INVITE', to: endpoint, branch: '1', body: offerOf(20_000) })
    peer.send(text, endpoint)
    peer.send(text, endpoint)
    await peer.next('200')
    expect(invites).toHaveLength(1)
  })

  it('repeat the 200 until its ACK, then stop', async () => {
    const { endpoint, peer, inDialog } = await answeredByHand()
    await peer.next('200', 3)
    inDialog('ACK', 1)
    inDialog('OPTIONS', 2)
    await until(() => peer.received.some((message) => message.header('CSeq') === '2 OPTIONS'))
    const answers = () => peer.received.filter((message) => message.header('CSeq') === '1 INVITE').length
    const before = answers()
    await until(() => endpoint.stats().transactions === 0)
    expect(answers()).toBe(before)
  })

  it('give up a call whose 200 is never acknowledged, with a BYE', async () => {
    const { endpoint, invites, peer } = await answeredByHand()
    const bye = await peer.next('BYE')
    expect(bye.header('CSeq')).toBe('1 BYE')
    expect(invites[0]?.state).toBe('failed')
    peer.send(bye.text.replace(/^BYE.*/, 'SIP/2.0 200 OK'), endpoint)
    await until(() => endpoint.stats().dialogs === 0 && endpoint.stats().transactions === 0)
  })

  it('tell the owner why answer() failed', async () => {
    const failed = Promise.withResolvers<unknown>()
    const endpoint = await openEndpoint({
      onInvite: (invite) => {
        invite.answer(answerTo(invite)).catch(failed.resolve)
      },
    })
    const peer = await openRawPeer()
    peer.send(rawRequest(peer, { method: 'INVITE', to: endpoint, body: offerOf(20_000) }), endpoint)
    await expect(failed.promise).resolves.toMatchObject({ reason: 'no_ack' })
  })

  it('are cancelled by CANCEL (487, with one To tag) and by a BYE in the early dialog', async () => {
    const invites: IncomingInvite[] = []
    const endpoint = await openEndpoint({
      onInvite: (invite) => {
        invites.push(invite)
        invite.ringing()
      },
    })
    const peer = await openRawPeer()
    const cancelled = { to: endpoint, branch: 'z9hG4bK-c' }
    peer.send(rawRequest(peer, { method: 'INVITE', ...cancelled }), endpoint)
    await peer.next('180')
    peer.send(rawRequest(peer, { method: 'CANCEL', ...cancelled }), endpoint)
    const refusal = await peer.next('487')
    expect(toTagOf(await peer.next('200'))).toBe(toTagOf(refusal))

    const hungUp = { to: endpoint, callId: 'second' }
    peer.send(rawRequest(peer, { method: 'INVITE', branch: 'z9hG4bK-d', ...hungUp }), endpoint)
    const toTag = toTagOf(await peer.next('180', 2))
    peer.send(rawRequest(peer, { method: 'BYE', cseq: 2, toTag, ...hungUp }), endpoint)
    await until(() => peer.received.some((m) => m.what === '487' && m.header('Call-ID') === 'second'))
    expect(invites.map((invite) => invite.state)).toEqual(['cancelled', 'cancelled'])
    expect(endpoint.stats().pendingCalls).toBe(0)
  })

  it('take the answer out of the ACK where the INVITE offered nothing', async () => {
    const { endpoint, invites } = await openAnsweringEndpoint()
    const peer = await openRawPeer()
    peer.send(rawRequest(peer, { method: 'INVITE', to: endpoint }), endpoint)
    const ok = await peer.next('200')
    expect(ok.text).toContain('RTP/AVP 0 8 101')
    expect(invites[0]?.sdpOffer).toBeNull()
    const ack = rawRequest(peer, { method: 'ACK', to: endpoint, toTag: toTagOf(ok), body: offerOf(20_000) })
    peer.send(ack, endpoint)
    await until(() => invites[0]?.state === 'answered')
  })
})

describe('requests within a dialog', () => {
  it('are answered by their method', async () => {
    const { invites, peer, inDialog } = await answeredByHand()
    inDialog('ACK', 1)
    await until(() => invites[0]?.state === 'answered')
    const codeOf = async (method: string, cseq: number, extra: Partial<RawRequest> = {}) => {
      inDialog(method, cseq, extra)
      const isAnswer = (m: { what: string; header(name: string): string | undefined }) =>
        m.header('CSeq') === `${cseq} ${method}` && /^[2-6]/.test(m.what)
      await until(() => peer.received.some(isAnswer))
      return Number(peer.received.find(isAnswer)?.what)
    }
    expect(await codeOf('OPTIONS', 2)).toBe(200)
    expect(await codeOf('INFO', 3)).toBe(200)
    expect(await codeOf('INFO', 4, { body: 'Signal=1' })).toBe(415)
    expect(await codeOf('UPDATE', 5)).toBe(200)
    expect(await codeOf('UPDATE', 6, { body: offerOf(20_004) })).toBe(200)
    expect(await codeOf('REFER', 7)).toBe(400)
    expect(await codeOf('FROBNICATE', 8)).toBe(501)
    expect(await codeOf('OPTIONS', 4, { branch: 'z9hG4bK-late' })).toBe(500)
    expect(await codeOf('INVITE', 9, { body: 'v=0\r\nnonsense' })).toBe(488)
    expect(await codeOf('INVITE', 10, { body: offerOf(20_006) })).toBe(200)
    inDialog('ACK', 10)
    expect(await codeOf('BYE', 11)).toBe(200)
    expect(await codeOf('BYE', 12)).toBe(481)
  })
})

describe('closing before the ACK', () => {
  it('waits with its BYE until the ACK has come (section 15)', async () => {
    const { endpoint, peer, inDialog } = await answeredByHand()
    const closed = endpoint.close({ graceMs: 10_000 })
    await peer.next('200', 2)
    expect(peer.count('BYE')).toBe(0)
    inDialog('ACK', 1)
    const bye = await peer.next('BYE')
    peer.send(bye.text.replace(/^BYE.*/, 'SIP/2.0 200 OK'), endpoint)
    await closed
  })
})

describe('where answers go', () => {
  it('to the source port where rport asks for it, with received and rport filled in', async () => {
    const endpoint = await openEndpoint()
    const peer = await openRawPeer()
    const via = 'SIP/2.0/UDP 10.9.8.7:5060;rport;branch=z9hG4bK-r'
    peer.send(rawRequest(peer, { method: 'OPTIONS', to: endpoint, via }), endpoint)
    const answer = await peer.next('200')
    expect(answer.header('Via')).toBe(
      `SIP/2.0/UDP 10.9.8.7:5060;rport=${peer.port};branch=z9hG4bK-r;received=${HOST}`,
    )
  })

  it('to the port of the Via otherwise', async () => {
    const endpoint = await openEndpoint()
    const sender = await openRawPeer()
    const listener = await openRawPeer()
    const via = `SIP/2.0/UDP proxy.example:${listener.port};branch=z9hG4bK-r`
    sender.send(rawRequest(sender, { method: 'OPTIONS', to: endpoint, via }), endpoint)
    const answer = await listener.next('200')
    expect(answer.header('Via')).toBe(`${via};received=${HOST}`)
    expect(sender.received).toHaveLength(0)
  })

  it('through the recorded route for requests of ours', async () => {
    const { endpoint, invites } = await openAnsweringEndpoint()
    const peer = await openRawPeer()
    const proxy = await openRawPeer()
    const lines = [`Record-Route: <sip:${HOST}:${proxy.port};lr>, <sip:far.example;lr>`]
    peer.send(rawRequest(peer, { method: 'INVITE', to: endpoint, body: offerOf(20_000), lines }), endpoint)
    const ok = await peer.next('200')
    expect(ok.header('Record-Route')).toBe(lines[0]?.slice('Record-Route: '.length))
    peer.send(rawRequest(peer, { method: 'ACK', to: endpoint, toTag: toTagOf(ok) }), endpoint)
    await until(() => invites[0]?.state === 'answered')
    void endpoint.close({ graceMs: 1 })
    const bye = await proxy.next('BYE')
    expect(bye.text).toMatch(new RegExp(`^BYE sip:01012345678@${HOST}:${peer.port} `))
    expect(bye.text).toContain(`Route: <sip:${HOST}:${proxy.port};lr>\r\nRoute: <sip:far.example;lr>\r\n`)
  })
})
