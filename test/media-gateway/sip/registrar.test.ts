/** Phones of ours: registration (RFC 3261 section 10.3), calls from them and to them. */
import { afterEach, describe, expect, it } from 'vitest'
import { digestResponse, parseDigest, writeDigest } from '../../../media-gateway/sip/auth/digest.ts'
import type { IncomingInvite, SipUser } from '../../../media-gateway/sip/index.ts'
import {
  answerTo,
  cleanUp,
  HOST,
  offerOf,
  openEndpoint,
  openRawPeer,
  type RawMessage,
  rawResponse,
  toTagOf,
  until,
} from './harness.ts'
import { connectTcp, connectWebSocket } from './stream-harness.ts'

afterEach(cleanUp)

const USERS: readonly SipUser[] = [
  { username: 'agent-1', password: 'pass one', numbers: ['1001', '07012341001'] },
  { username: 'agent-2', password: 'pass two', numbers: ['1002'] },
]
const users = {
  // As from a database: later, not at once.
  find: async (name: string) => USERS.find(({ username }) => username === name) ?? null,
}

async function openRegistrar(intervals = {}) {
  const invites: IncomingInvite[] = []
  const endpoint = await openEndpoint({
    transports: { tcp: { port: 0 }, ws: { port: 0 } },
    phones: { realm: 'daeri', users, intervals },
    onInvite: (invite) => {
      invites.push(invite)
      invite.answer(answerTo(invite)).catch(() => {})
    },
  })
  return { endpoint, invites }
}

interface Peer {
  readonly port: number
  readonly received: readonly RawMessage[]
  send(text: string): void
}

/** A phone that registers and calls by hand. */
class Phone {
  readonly peer: Peer
  readonly username: string
  readonly via: string
  readonly contact: string
  #cseq = 0
  #nonce = ''
  #count = 0

  constructor(peer: Peer, username: string, options: { via?: string; contact?: string } = {}) {
    this.peer = peer
    this.username = username
    this.via = options.via ?? `SIP/2.0/UDP ${HOST}:${peer.port}`
    this.contact = options.contact ?? `<sip:${username}@${HOST}:${peer.port}>`
  }

  /** The answer to a request, after one challenge if need be. */
  async ask(method: string, lines: readonly string[], options: AskOptions = {}): Promise<RawMessage> {
    if (options.fromCseq !== undefined) this.#cseq = options.fromCseq - 1
    const first = await this.#askOnce(method, lines, options)
    if (first.what !== '401' || options.answersChallenge === false) return first
    this.#nonce = parseDigest(first.header('WWW-Authenticate') ?? '')?.get('nonce') ?? ''
    this.#count = 0
    return this.#askOnce(method, lines, options)
  }

  register(lines: readonly string[] = [`Contact: ${this.contact}`], options: AskOptions = {}) {
    return this.ask('REGISTER', lines, options)
  }

  async #askOnce(method: string, lines: readonly string[], options: AskOptions): Promise<RawMessage> {
    const cseq = ++this.#cseq
    const { body = '', callId = `call of ${this.username}`.replaceAll(' ', '-') } = options
    const uri = method === 'REGISTER' ? 'sip:daeri' : `sip:15880000@${HOST}`
    const from = `<sip:${options.from ?? this.username}@daeri>`
    const text = [
      `${method} ${uri} SIP/2.0`,
      `Via: ${this.via};branch=z9hG4bK-${this.username}-${method}-${cseq}-${this.#count};rport`,
      `From: ${from};tag=${this.username}`,
      `To: ${method === 'REGISTER' ? `<sip:${options.to ?? this.username}@daeri>` : `<${uri}>`}`,
      `Call-ID: ${callId}`,
      `CSeq: ${cseq} ${method}`,
      ...(this.#nonce === '' ? [] : [`Authorization: ${this.#authorize(method, uri, options.password)}`]),
      ...lines,
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n')
    const before = this.peer.received.length
    this.peer.send(text)
    const find = () =>
      this.peer.received
        .slice(before)
        .find((message) => message.header('CSeq') === `${cseq} ${method}` && /^[2-6]/.test(message.what))
    await until(() => find() !== undefined)
    return find() as RawMessage
  }

  #authorize(method: string, uri: string, password?: string): string {
    const known = USERS.find(({ username }) => username === this.username)?.password ?? ''
    const nc = (++this.#count).toString(16).padStart(8, '0')
    const base = { username: this.username, realm: 'daeri', nonce: this.#nonce, uri, algorithm: 'SHA-256' }
    const qop = { cnonce: 'c', nc }
    const response = digestResponse({ ...base, password: password ?? known, method, qop })
    return writeDigest({ ...base, response, ...qop, qop: 'auth' }, true)
  }
}

interface AskOptions {
  readonly answersChallenge?: boolean
  readonly password?: string
  /** Of the first try. */
  readonly fromCseq?: number
  readonly callId?: string
  readonly to?: string
  readonly from?: string
  readonly body?: string
}

async function openPhone(
  endpoint: { port: number },
  username = 'agent-1',
  options: { contact?: string; via?: string } = {},
) {
  const raw = await openRawPeer()
  const peer = { port: raw.port, received: raw.received, send: (text: string) => raw.send(text, endpoint) }
  return { raw, phone: new Phone(peer, username, options) }
}

const contactsOf = (message: RawMessage) =>
  [...message.text.matchAll(/^Contact: (.*)$/gm)].map(([, value]) => value?.trim())

describe('REGISTER', () => {
  it('has to prove itself, and is answered with all bindings', async () => {
    const { endpoint } = await openRegistrar()
    const { phone } = await openPhone(endpoint)
    const refused = await phone.register(undefined, { answersChallenge: false })
    expect(refused.what).toBe('401')
    expect(refused.header('WWW-Authenticate')).toMatch(
      /^Digest realm="daeri", nonce="[\w-]+", algorithm=SHA-256, qop="auth"$/,
    )
    const ok = await phone.register()
    expect(ok.what).toBe('200')
    expect(contactsOf(ok)).toEqual([`${phone.contact};expires=600`])
    expect(ok.header('Date')).toMatch(/GMT$/)
    expect(endpoint.stats().registeredPhones).toBe(1)
    expect(endpoint.phonesOf('1001')).toEqual([
      { target: { host: HOST, port: phone.peer.port }, requestUri: phone.contact.slice(1, -1) },
    ])
    expect(endpoint.phonesOf('1002')).toEqual([])
  })

  it.each([
    ['a wrong password', undefined, { password: 'guess' }, 403],
    ['the address of another user', undefined, { to: 'agent-2' }, 403],
    ['a time too short', ['Contact: <sip:a@192.0.2.1>;expires=59'], {}, 423],
    ['a Contact that is none', ['Contact: <sip:'], {}, 400],
    ['a Contact of another scheme', ['Contact: <mailto:a@example.com>'], {}, 400],
    ['a q beyond 1', ['Contact: <sip:a@192.0.2.1>;q=1.5'], {}, 400],
    ['* beside another Contact', ['Contact: *, <sip:a@192.0.2.1>', 'Expires: 0'], {}, 400],
    ['* without Expires 0', ['Contact: *', 'Expires: 60'], {}, 400],
    [
      'eleven Contacts',
      [`Contact: ${Array.from({ length: 11 }, (_, n) => `<sip:a${n}@192.0.2.1>`).join(', ')}`],
      {},
      403,
    ],
    ['an extension that we do not have', ['Require: gruu', 'Contact: <sip:a@192.0.2.1>'], {}, 420],
  ])('with %s is refused and changes nothing', async (_name, lines, options, code) => {
    const { endpoint } = await openRegistrar()
    const { phone } = await openPhone(endpoint)
    const answer = await phone.register(lines, options)
    expect(answer.what).toBe(String(code))
    if (code === 423) expect(answer.header('Min-Expires')).toBe('60')
    expect(endpoint.stats().registeredPhones).toBe(0)
  })

  it.each([
    ['the Contact before Expires', 'Contact: <sip:a@192.0.2.1>;expires=100', 'Expires: 200', 100],
    ['Expires', 'Contact: <sip:a@192.0.2.1>', 'Expires: 200', 200],
    ['nothing', 'Contact: <sip:a@192.0.2.1>', 'X: y', 600],
    ['something that is no number', 'Contact: <sip:a@192.0.2.1>', 'Expires: soon', 600],
    ['more than we keep', 'Contact: <sip:a@192.0.2.1>', 'Expires: 99999999', 3600],
  ])('lasts as long as is said by %s', async (_name, contact, expires, seconds) => {
    const { endpoint } = await openRegistrar()
    const { phone } = await openPhone(endpoint)
    expect(contactsOf(await phone.register([contact, expires]))).toEqual([
      `<sip:a@192.0.2.1>;expires=${seconds}`,
    ])
  })

  it('keeps several devices, the best first, lists them, and removes one or all', async () => {
    const { endpoint } = await openRegistrar()
    const { phone } = await openPhone(endpoint)
    await phone.register(['Contact: <sip:desk@192.0.2.1>;q=0.5, <sip:soft@192.0.2.2>;q=0.9'])
    await phone.register(['Contact: "Mobile" <sip:mobile@192.0.2.3>;q=0.7;expires=60'])
    const order = () => endpoint.phonesOf('07012341001').map(({ requestUri }) => requestUri)
    expect(order()).toEqual(['sip:soft@192.0.2.2', 'sip:mobile@192.0.2.3', 'sip:desk@192.0.2.1'])
    // Seconds may have passed since.
    const inMinutes = (contact = '') =>
      contact.replace(/expires=(\d+)/, (_, left) => `expires=${Math.ceil(Number(left) / 60) * 60}`)
    expect(contactsOf(await phone.register([])).map(inMinutes)).toEqual([
      '<sip:soft@192.0.2.2>;expires=600;q=0.9',
      '<sip:mobile@192.0.2.3>;expires=60;q=0.7',
      '<sip:desk@192.0.2.1>;expires=600;q=0.5',
    ])
    await phone.register(['Contact: <sip:soft@192.0.2.2>', 'Expires: 0'])
    expect(order()).toEqual(['sip:mobile@192.0.2.3', 'sip:desk@192.0.2.1'])
    expect(contactsOf(await phone.register(['Contact: *', 'Expires: 0']))).toEqual([])
    expect(order()).toEqual([])
  })

  it('that comes late changes nothing (section 10.3 step 7)', async () => {
    const { endpoint } = await openRegistrar()
    const { phone } = await openPhone(endpoint)
    await phone.register(undefined, { fromCseq: 7 })
    expect((await phone.register([`Contact: ${phone.contact}`, 'Expires: 0'], { fromCseq: 5 })).what).toBe(
      '500',
    )
    expect((await phone.register(['Contact: *', 'Expires: 0'], { fromCseq: 6 })).what).toBe('500')
    expect(endpoint.stats().registeredPhones).toBe(1)
    expect((await phone.register([`Contact: ${phone.contact}`, 'Expires: 0'], { fromCseq: 9 })).what).toBe(
      '200',
    )
    expect(endpoint.stats().registeredPhones).toBe(0)
  })

  it('gets 405 where there are no phones', async () => {
    const { phone } = await openPhone(await openEndpoint())
    expect((await phone.register()).what).toBe('405')
  })
})

describe('a phone behind a NAT', () => {
  it('is called where its REGISTER came from, by the Contact that it knows', async () => {
    const { endpoint } = await openRegistrar()
    const hidden = { via: 'SIP/2.0/UDP 10.0.0.7:5060', contact: '<sip:agent-1@10.0.0.7:5060;ob>' }
    const { raw, phone } = await openPhone(endpoint, 'agent-1', hidden)
    const ok = await phone.register()
    expect(ok.header('Via')).toContain(`;rport=${raw.port}`)
    const [found] = endpoint.phonesOf('1001')
    if (found === undefined) throw new Error('not registered')
    const call = endpoint.invite({
      ...found,
      callerNumber: '15880000',
      calleeNumber: '1001',
      sdp: offerOf(1),
    })
    const invite = await raw.next('INVITE')
    expect(invite.text).toMatch(/^INVITE sip:agent-1@10\.0\.0\.7:5060;ob SIP/)
    const answer = rawResponse(phone.peer, invite, 200, { body: offerOf(2) })
    raw.send(answer.replace(/^Contact: .*$/m, `Contact: ${phone.contact}`), endpoint)
    const outcome = await call.outcome
    if (outcome.kind !== 'answered') throw new Error('not answered')
    await raw.next('ACK')
    void outcome.dialog.bye()
    raw.send(rawResponse(phone.peer, await raw.next('BYE'), 200), endpoint)
    await outcome.dialog.ended
  })
})

describe('a phone on a connection', () => {
  const open = {
    TCP: {
      connect: connectTcp,
      via: 'SIP/2.0/TCP 10.0.0.7',
      contact: '<sip:agent-1@10.0.0.7;transport=tcp>',
    },
    WS: {
      connect: connectWebSocket,
      via: 'SIP/2.0/WS x.invalid',
      contact: '<sip:agent-1@x.invalid;transport=ws>',
    },
  }

  it.each(['TCP', 'WS'] as const)('is called by its %s connection, and is gone with it', async (protocol) => {
    const { endpoint } = await openRegistrar()
    const { connect, via, contact } = open[protocol]
    const peer = await connect(endpoint.ports[protocol] ?? 0)
    const phone = new Phone(peer, 'agent-1', { via, contact })
    expect((await phone.register()).what).toBe('200')
    const [found] = endpoint.phonesOf('1001')
    expect(found).toMatchObject({ target: { protocol, connection: expect.any(Number) } })
    if (found === undefined) throw new Error('not registered')
    const call = endpoint.invite({ ...found, callerNumber: '1', calleeNumber: '1001', sdp: offerOf(1) })
    const invite = await peer.next('INVITE')
    expect(invite.header('Via')).toMatch(new RegExp(`^SIP/2.0/${protocol} `))
    expect(invite.header('Contact')).toContain(`;transport=${protocol.toLowerCase()}>`)
    peer.send(rawResponse(peer, invite, 486))
    await expect(call.outcome).resolves.toMatchObject({ code: 486 })
    peer.close()
    await until(() => endpoint.stats().registeredPhones === 0)
  })

  it('that connects anew has one binding, by its instance (RFC 5626)', async () => {
    const { endpoint } = await openRegistrar()
    const register = async (host: string) => {
      const peer = await connectWebSocket(endpoint.ports.WS ?? 0)
      const phone = new Phone(peer, 'agent-1', { via: `SIP/2.0/WS ${host}` })
      const instance = '+sip.instance="<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>";reg-id=1'
      return phone.register([`Contact: <sip:agent-1@${host};transport=ws>;${instance}`], { callId: host })
    }
    await register('first.invalid')
    const ok = await register('second.invalid')
    expect(contactsOf(ok)).toEqual(['<sip:agent-1@second.invalid;transport=ws>;expires=600'])
  })
})

describe('a call from a phone', () => {
  it('has to prove itself, and is told apart from a call by a carrier', async () => {
    const { endpoint, invites } = await openRegistrar()
    const { phone } = await openPhone(endpoint)
    const ask = (options: AskOptions) =>
      phone.ask('INVITE', [`Contact: ${phone.contact}`], { body: offerOf(20_000), ...options })
    expect((await ask({ answersChallenge: false, callId: 'c1' })).what).toBe('401')
    expect((await ask({ callId: 'c2' })).what).toBe('200')
    expect(invites.map(({ user }) => user)).toEqual(['agent-1'])
    const { phone: carrier } = await openPhone(endpoint, '01012345678')
    const answer = await carrier.ask('INVITE', [`Contact: ${carrier.contact}`], { body: offerOf(20_000) })
    expect([answer.what, invites[1]?.user]).toEqual(['200', null])
  })

  it('must not bear the name of another user', async () => {
    const { endpoint, invites } = await openRegistrar()
    const { phone } = await openPhone(endpoint)
    const options = { body: offerOf(20_000), from: 'agent-2' }
    expect((await phone.ask('INVITE', [`Contact: ${phone.contact}`], options)).what).toBe('403')
    expect(invites).toEqual([])
  })

  it('by a WebSocket has to prove itself whatever its name', async () => {
    const { endpoint, invites } = await openRegistrar()
    const peer = await connectWebSocket(endpoint.ports.WS ?? 0)
    const phone = new Phone(peer, 'agent-1', { via: 'SIP/2.0/WS x.invalid' })
    const options = { body: offerOf(20_000), from: '01012345678' }
    expect((await phone.ask('INVITE', [], { ...options, answersChallenge: false })).what).toBe('401')
    expect(invites).toEqual([])
  })

  it('that is cancelled while it is checked never reaches anybody', async () => {
    const checked = Promise.withResolvers<void>()
    const invites: IncomingInvite[] = []
    const endpoint = await openEndpoint({
      phones: { realm: 'daeri', users: { find: () => checked.promise.then(() => null) } },
      onInvite: (invite) => void invites.push(invite),
    })
    const { raw, phone } = await openPhone(endpoint, '01012345678')
    const asked = phone.ask('INVITE', [`Contact: ${phone.contact}`])
    await until(() => endpoint.stats().transactions === 1)
    const branch = `${phone.via};branch=z9hG4bK-01012345678-INVITE-1-0;rport`
    raw.send(
      `CANCEL sip:15880000@${HOST} SIP/2.0\r\nVia: ${branch}\r\nFrom: <sip:01012345678@daeri>;tag=01012345678\r\nTo: <sip:15880000@${HOST}>\r\nCall-ID: call-of-01012345678\r\nCSeq: 1 CANCEL\r\nContent-Length: 0\r\n\r\n`,
      endpoint,
    )
    await raw.next('200')
    checked.resolve()
    const answer = await asked
    expect(answer.what).toBe('487')
    expect(toTagOf(answer)).not.toBe('')
    expect(invites.map(({ state }) => state)).toEqual(['cancelled'])
  })
})
