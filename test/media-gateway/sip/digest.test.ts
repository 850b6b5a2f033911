/** Digest sums, our challenges and our answers (RFC 7616, RFC 8760, RFC 3261 section 22). */
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import {
  type DigestInput,
  digestResponse,
  parseDigest,
  writeDigest,
} from '../../../media-gateway/sip/auth/digest.ts'
import { DigestServer } from '../../../media-gateway/sip/auth/digest-server.ts'
import type { DigestAlgorithm, SipCredentials } from '../../../media-gateway/sip/index.ts'
import { parseMessage } from '../../../media-gateway/sip/parse-message.ts'
import {
  cleanUp,
  HOST,
  offerOf,
  openEndpoint,
  openRawPeer,
  type RawMessage,
  type RawPeer,
  rawRequest,
  rawResponse,
  until,
} from './harness.ts'

/** CSeqs of the requests of that kind: one that UDP repeats is no other. */
const different = (peer: RawPeer, method: string) => [
  ...new Set(peer.received.filter(({ what }) => what === method).map(({ header }) => header('CSeq'))),
]

afterEach(cleanUp)

/** RFC 7616 section 3.9.1. */
const MUFASA: Omit<DigestInput, 'algorithm'> = {
  username: 'Mufasa',
  realm: 'http-auth@example.org',
  password: 'Circle of Life',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  qop: { cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ', nc: '00000001' },
  method: 'GET',
  uri: '/dir/index.html',
}

describe('the sum', () => {
  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('of %s is that of RFC 7616', (algorithm, response) => {
    expect(digestResponse({ ...MUFASA, algorithm })).toBe(response)
  })

  it('of RFC 2069 has neither count nor cnonce', () => {
    const input = { username: 'Mufasa', realm: 'testrealm@host.com', password: 'Circle Of Life' }
    const nonce = 'dcd98b7102dd2f0e8b11d0f600bfb0c093'
    expect(digestResponse({ ...MUFASA, ...input, nonce, qop: null, algorithm: 'MD5' })).toBe(
      '670fd8c2df070c60b045671b8b24ff02',
    )
  })

  it('differs with -sess', () => {
    const plain = digestResponse({ ...MUFASA, algorithm: 'SHA-256' })
    expect(digestResponse({ ...MUFASA, algorithm: 'SHA-256-sess' })).not.toBe(plain)
  })
})

describe('the syntax', () => {
  it('reads what it has written', () => {
    const value = fc.string({ unit: fc.constantFrom(...'abc ,"\\=0;:@/') })
    fc.assert(
      fc.property(value, value, (realm, nonce) => {
        const read = parseDigest(writeDigest({ realm, nonce, algorithm: 'SHA-256', qop: 'auth' }, true))
        expect(Object.fromEntries(read ?? [])).toEqual({ realm, nonce, algorithm: 'SHA-256', qop: 'auth' })
      }),
    )
  })

  it.each([
    ['Basic QWxhZGRpbjpvcGVu'],
    ['Digest realm="a", realm="b"'],
    ['Digest realm="a'],
    ['Digest realm'],
    ['Digest realm="a" nonce="b"'],
    ['Digest , realm="a"'],
  ])('refuses %s', (value) => {
    expect(parseDigest(value)).toBeNull()
  })

  it('never throws', () => {
    const text = fc.string({ unit: fc.constantFrom('Digest ', 'realm', '=', '"', ',', '\\', ' ', 'x') })
    fc.assert(fc.property(text, (rest) => void parseDigest(`Digest ${rest}`)))
  })
})

describe('our challenge', () => {
  const users = new Map([['phone-1', { username: 'phone-1', password: 'secret', numbers: ['1001'] }]])
  const uri = `sip:${HOST}`

  function openServer(algorithms: readonly DigestAlgorithm[] = ['SHA-256']) {
    const clock = { now: 1_000_000 }
    const server = new DigestServer({
      realm: 'daeri',
      algorithms,
      users: { find: (name) => users.get(name) ?? null },
      nonceLifetimeMs: 60_000,
      now: () => clock.now,
    })
    const challenges = () => server.challenge(false).map(([, value]) => parseDigest(value) ?? new Map())
    let nonce = challenges()[0]?.get('nonce') ?? ''
    const check = (changes: Record<string, string | undefined> = {}, password = 'secret') => {
      const given = {
        username: 'phone-1',
        realm: 'daeri',
        nonce,
        uri,
        algorithm: 'SHA-256',
        cnonce: 'abc',
        qop: 'auth',
        nc: '00000001',
        ...changes,
      }
      const { username, realm, algorithm, cnonce, nc } = given
      const response = digestResponse({
        ...{ username, realm, algorithm, password, nonce: given.nonce, uri: given.uri },
        qop: { cnonce, nc },
        method: 'REGISTER',
      })
      const authorization = `Authorization: ${writeDigest({ response, ...given }, true)}`
      return server.check(requestWith([authorization]), HOST)
    }
    const renew = () => {
      nonce = challenges()[0]?.get('nonce') ?? ''
    }
    return { server, clock, challenges, check, renew }
  }

  function requestWith(lines: readonly string[]) {
    const text = rawRequest({ port: 5060 }, { method: 'REGISTER', to: { port: 1 }, uri, lines })
    const parsed = parseMessage(Buffer.from(text))
    if (!parsed.ok || parsed.message.kind !== 'request') throw new Error('no request')
    return parsed.message
  }

  it('offers what it is told to, in that order', () => {
    const offered = (algorithms: readonly DigestAlgorithm[]) =>
      openServer(algorithms)
        .challenges()
        .map((each) => each.get('algorithm'))
    expect(offered(['SHA-256'])).toEqual(['SHA-256'])
    expect(offered(['SHA-256', 'MD5'])).toEqual(['SHA-256', 'MD5'])
  })

  it('is met by the right password, once for each count', async () => {
    const { check } = openServer()
    expect(await check()).toMatchObject({ kind: 'user', user: { username: 'phone-1' } })
    expect(await check()).toEqual({ kind: 'challenge', isStale: true })
    expect(await check({ nc: '00000002' })).toMatchObject({ kind: 'user' })
    expect(await check({ nc: '0000000a' })).toMatchObject({ kind: 'user' })
    expect(await check({ nc: '00000009' })).toEqual({ kind: 'challenge', isStale: true })
  })

  it('expires, which is no fault of the phone', async () => {
    const { check, clock } = openServer()
    clock.now += 60_000
    expect(await check()).toEqual({ kind: 'challenge', isStale: true })
    expect(await check({}, 'wrong')).toEqual({ kind: 'forbidden' })
  })

  it.each([
    ['the wrong password', {}, 'wrong', { kind: 'forbidden' }],
    ['nobody we know', { username: 'phone-2' }, 'secret', { kind: 'forbidden' }],
    ['a response of another length', { response: 'abc' }, 'secret', { kind: 'forbidden' }],
    [
      'a nonce of somebody else, rightly used',
      { nonce: 'AAAA' },
      'secret',
      { kind: 'challenge', isStale: true },
    ],
    ['a nonce of somebody else', { nonce: 'AAAA' }, 'wrong', { kind: 'challenge', isStale: false }],
    ['another realm', { realm: 'elsewhere' }, 'secret', { kind: 'challenge', isStale: false }],
    ['MD5, which is not offered', { algorithm: 'MD5' }, 'secret', { kind: 'challenge', isStale: false }],
    [
      'an algorithm that nobody knows',
      { algorithm: 'ROT13' },
      'secret',
      { kind: 'challenge', isStale: false },
    ],
    ['no qop', { qop: undefined }, 'secret', { kind: 'malformed' }],
    ['no count', { nc: 'x' }, 'secret', { kind: 'malformed' }],
    ['a count of nought', { nc: '00000000' }, 'secret', { kind: 'challenge', isStale: true }],
    ['credentials for another URI', { uri: 'sip:elsewhere' }, 'secret', { kind: 'malformed' }],
  ])('is not met by %s', async (_name, changes, password, result) => {
    expect(await openServer().check(changes, password)).toMatchObject(result)
  })

  it('is met by MD5 where it is allowed', async () => {
    expect(await openServer(['SHA-256', 'MD5']).check({ algorithm: 'MD5' })).toMatchObject({ kind: 'user' })
  })

  it('needs an answer', async () => {
    const { server } = openServer()
    expect(await server.check(requestWith([]), HOST)).toEqual({ kind: 'challenge', isStale: false })
    expect(await server.check(requestWith(['Authorization: Digest "']), HOST)).toMatchObject({
      kind: 'malformed',
    })
  })

  it('is not asked a thousand times: after ten wrong passwords even the right one waits a minute', async () => {
    const { check, clock, renew } = openServer()
    for (let n = 0; n < 10; n++) expect(await check({}, `guess ${n}`)).toEqual({ kind: 'forbidden' })
    expect(await check()).toEqual({ kind: 'forbidden' })
    clock.now += 60_000
    renew()
    expect(await check()).toMatchObject({ kind: 'user' })
  })
})

describe('a carrier challenges us', () => {
  const credentials: SipCredentials = { username: 'company', password: 'p "w' }
  const challengeOf = (parameters: string) => `Digest realm="carrier", ${parameters}`

  /** The sum of what we have sent, as the carrier makes it. */
  function isRight(message: RawMessage, name: 'Authorization' | 'Proxy-Authorization'): boolean {
    const given = parseDigest(message.header(name) ?? '')
    const get = (key: string) => given?.get(key) ?? ''
    const qop = get('qop') === '' ? null : { cnonce: get('cnonce'), nc: get('nc') }
    const expected = digestResponse({
      ...credentials,
      algorithm: get('algorithm') || 'MD5',
      realm: 'carrier',
      nonce: get('nonce'),
      uri: get('uri'),
      method: message.what,
      qop,
    })
    return get('username') === 'company' && get('response') === expected
  }

  async function dial(given: SipCredentials = credentials) {
    const peer = await openRawPeer()
    const endpoint = await openEndpoint()
    const call = endpoint.invite({
      target: { host: HOST, port: peer.port },
      callerNumber: '15880000',
      calleeNumber: '01012345678',
      sdp: offerOf(20_000),
      credentials: given,
    })
    const invite = await peer.next('INVITE')
    const answer = (request: RawMessage, code: number, lines: readonly string[] = [], body = '') =>
      peer.send(
        rawResponse(peer, request, code, { toTag: `t${code}`, body }).replace(
          'Contact:',
          [...lines, 'Contact:'].join('\r\n'),
        ),
        endpoint,
      )
    const withCseq = (cseq: string) => peer.nextWithCseq(cseq)
    return { peer, endpoint, call, invite, answer, withCseq }
  }

  it.each([
    [
      401,
      'WWW-Authenticate',
      'Authorization',
      'SHA-256',
      'nonce="n1", algorithm=SHA-256, qop="auth,auth-int"',
    ],
    [
      407,
      'Proxy-Authenticate',
      'Proxy-Authorization',
      'SHA-512-256',
      'nonce="n1", algorithm=SHA-512-256, qop="auth"',
    ],
  ] as const)(
    'by %i, and lets the whole call in: INVITE, ACK, re-INVITE, BYE',
    async (code, asks, answers, algorithm, parameters) => {
      const { peer, call, invite, answer, withCseq } = await dial()
      answer(invite, code, [`${asks}: ${challengeOf(parameters)}`])
      expect((await withCseq('1 ACK')).header('Via')).toBe(invite.header('Via'))
      const second = await withCseq('2 INVITE')
      expect(second.header('Call-ID')).toBe(invite.header('Call-ID'))
      expect(second.header('From')).toBe(invite.header('From'))
      expect(second.header('Via')).not.toBe(invite.header('Via'))
      expect(isRight(second, answers)).toBe(true)
      expect(second.header(answers)).toContain(`algorithm=${algorithm}`)
      answer(second, 200, [], offerOf(30_000))
      const outcome = await call.outcome
      if (outcome.kind !== 'answered') throw new Error('not answered')
      // Section 22.1: the ACK repeats the credentials of its INVITE.
      expect((await withCseq('2 ACK')).header(answers)).toBe(second.header(answers))

      const reoffer = outcome.dialog.reinvite(offerOf(20_002))
      const third = await withCseq('3 INVITE')
      expect(third.header(answers)).toContain('nc=00000002')
      answer(third, code, [`${asks}: ${challengeOf(parameters.replace('n1', 'n2'))}`])
      const fourth = await withCseq('4 INVITE')
      expect(isRight(fourth, answers)).toBe(true)
      expect(fourth.header(answers)).toContain('nonce="n2"')
      answer(fourth, 200, [], offerOf(30_002))
      await reoffer
      expect((await withCseq('4 ACK')).header(answers)).toBe(fourth.header(answers))

      const bye = outcome.dialog.bye()
      const fifth = await withCseq('5 BYE')
      expect(isRight(fifth, answers)).toBe(true)
      answer(fifth, code, [`${asks}: ${challengeOf(parameters.replace('n1', 'n3'))}, stale=true`])
      answer(await withCseq('6 BYE'), 200)
      await bye
      expect(different(peer, 'BYE')).toEqual(['5 BYE', '6 BYE'])
    },
  )

  it('and refuses the answer: there is no third try', async () => {
    const { peer, endpoint, call, invite, answer, withCseq } = await dial()
    const asks = `WWW-Authenticate: ${challengeOf('nonce="n1", algorithm=SHA-256, qop="auth"')}`
    answer(invite, 401, [asks])
    answer(await withCseq('2 INVITE'), 401, [asks.replace('n1', 'n2')])
    await expect(call.outcome).resolves.toMatchObject({ cause: 'response', code: 401 })
    await withCseq('2 ACK')
    await until(() => endpoint.stats().transactions === 0)
    expect(different(peer, 'INVITE')).toEqual(['1 INVITE', '2 INVITE'])
  })

  it('and says for ever that it is stale: there is no fourth try', async () => {
    const { peer, call, invite, answer, withCseq } = await dial()
    const asks = `WWW-Authenticate: ${challengeOf('nonce="n1", algorithm=SHA-256, qop="auth", stale=true')}`
    answer(invite, 401, [asks])
    answer(await withCseq('2 INVITE'), 401, [asks])
    answer(await withCseq('3 INVITE'), 401, [asks])
    await expect(call.outcome).resolves.toMatchObject({ cause: 'response', code: 401 })
    expect(
      new Set(peer.received.filter(({ what }) => what === 'INVITE').map((m) => m.header('CSeq'))).size,
    ).toBe(3)
  })

  it('several times at once: the first that we know of each realm is answered', async () => {
    const { invite, answer, withCseq } = await dial()
    answer(invite, 401, [
      `WWW-Authenticate: ${challengeOf('nonce="n0", algorithm=WHIRLPOOL, qop="auth"')}`,
      `WWW-Authenticate: ${challengeOf('nonce="n1", algorithm=SHA-256, qop="auth"')}`,
      `WWW-Authenticate: ${challengeOf('nonce="n2", algorithm=MD5')}`,
    ])
    const second = await withCseq('2 INVITE')
    expect(second.text.match(/^Authorization: /gm)).toHaveLength(1)
    expect(second.header('Authorization')).toContain('nonce="n1"')
  })

  it.each([
    ['by MD5 alone, which we take only where it is allowed', credentials, false],
    ['by MD5 alone, which is allowed', { ...credentials, allowMd5: true }, true],
  ])('%s', async (_name, given, isAnswered) => {
    const { call, invite, answer, withCseq } = await dial(given)
    answer(invite, 401, [`WWW-Authenticate: ${challengeOf('nonce="n1"')}`])
    if (isAnswered) expect(isRight(await withCseq('2 INVITE'), 'Authorization')).toBe(true)
    else await expect(call.outcome).resolves.toMatchObject({ code: 401 })
  })

  it('while we cancel: the call is not placed again', async () => {
    const { peer, call, invite, answer } = await dial()
    answer(invite, 100)
    await until(() => call.state === 'trying')
    call.cancel()
    answer(invite, 401, [`WWW-Authenticate: ${challengeOf('nonce="n1", algorithm=SHA-256, qop="auth"')}`])
    await expect(call.outcome).resolves.toMatchObject({ kind: 'failed' })
    expect(different(peer, 'INVITE')).toEqual(['1 INVITE'])
  })
})
