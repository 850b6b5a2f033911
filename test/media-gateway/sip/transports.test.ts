/** TCP, TLS, WS and WSS as a foreign peer sees them (RFC 3261 section 18, RFC 5626, RFC 5923, RFC 7118). */
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { SipHop, SipProtocol } from '../../../media-gateway/sip/index.ts'
import {
  cleanUp,
  HOST,
  offerOf,
  openAnsweringEndpoint,
  openEndpoint,
  openRawPeer,
  QUICK,
  rawResponse,
  toTagOf,
  until,
} from './harness.ts'
import {
  type ConnectedPeer,
  connectByTls,
  connectTcp,
  connectWebSocket,
  openTcpServer,
  streamRequest,
  TLS,
} from './stream-harness.ts'

afterEach(cleanUp)

const ALL = {
  tcp: { port: 0 },
  tls: { port: 0, ...TLS, ca: TLS.cert },
  ws: { port: 0 },
  wss: { port: 0, ...TLS },
}
const numbers = { callerNumber: '0212345678', calleeNumber: '01098765432' }

type Connected = 'TCP' | 'TLS' | 'WS' | 'WSS'
const connectBy: Record<Connected, (port: number) => Promise<ConnectedPeer>> = {
  TCP: connectTcp,
  TLS: connectByTls,
  WS: connectWebSocket,
  WSS: (port) => connectWebSocket(port, true),
}

const nothingLeft = (endpoint: { stats(): object }) =>
  until(() => Object.values(endpoint.stats()).every((count) => count === 0))

describe.each(['TCP', 'TLS', 'WS', 'WSS'] as const)('a call over %s', (protocol) => {
  const openPhone = async () => {
    const { endpoint, invites } = await openAnsweringEndpoint({ transports: ALL })
    const port = endpoint.ports[protocol] ?? 0
    const peer = await connectBy[protocol](port)
    const send = (method: string, cseq: number, toTag?: string) =>
      peer.send(
        streamRequest(peer, protocol, {
          method,
          to: { port },
          cseq,
          branch: `z9hG4bK-${method}-${cseq}`,
          ...(toTag === undefined ? {} : { toTag }),
          ...(method === 'INVITE' ? { body: offerOf(20_000) } : {}),
        }),
      )
    return { endpoint, invites, peer, port, send }
  }

  it('is answered on the connection it came by, with our Contact for that transport', async () => {
    const { endpoint, invites, peer, port, send } = await openPhone()
    send('INVITE', 1)
    const ok = await peer.next('200')
    const parameter = protocol === 'WSS' ? 'ws' : protocol.toLowerCase()
    expect(ok.header('Contact')).toBe(`<sip:15880000@${HOST}:${port};transport=${parameter}>`)
    expect(ok.header('Via')).toContain(`SIP/2.0/${protocol} `)
    expect(invites[0]?.source).toMatchObject({ host: HOST, protocol })
    send('ACK', 1, toTagOf(ok))
    await until(() => invites[0]?.state === 'answered')
    send('BYE', 2, toTagOf(ok))
    await peer.next('200', 2)
    await until(() => endpoint.stats().dialogs + endpoint.stats().transactions === 0)
    expect(endpoint.stats().connections).toBe(1)
    peer.close()
    await nothingLeft(endpoint)
  })

  it('is hung up by us on the same connection', async () => {
    const { endpoint, invites, peer, port, send } = await openPhone()
    send('INVITE', 1)
    send('ACK', 1, toTagOf(await peer.next('200')))
    await until(() => invites[0]?.state === 'answered')
    const closed = endpoint.close({ graceMs: 5_000 })
    const bye = await peer.next('BYE')
    expect(bye.header('Via')).toMatch(
      new RegExp(`^SIP/2.0/${protocol} ${HOST}:${port};branch=z9hG4bK-inbound-`),
    )
    peer.send(rawResponse(peer, bye, 200))
    await closed
    await until(() => peer.isClosed)
  })
})

describe('reliable transports', () => {
  it('repeat no request and no refusal, but a 200 until its ACK', async () => {
    const { endpoint } = await openAnsweringEndpoint({
      transports: ALL,
      timers: { ...QUICK, t1: 10, t2: 20 },
    })
    const peer = await connectTcp(endpoint.ports.TCP ?? 0)
    const invite = { method: 'INVITE', to: { port: endpoint.ports.TCP ?? 0 } }
    const lines = ['Require: nothing-we-have']
    peer.send(streamRequest(peer, 'TCP', { ...invite, lines, branch: 'z9hG4bK-bad', callId: 'bad' }))
    peer.send(streamRequest(peer, 'TCP', { ...invite, body: offerOf(20_000) }))
    await peer.next('200', 4)
    expect(peer.received.filter(({ what }) => what === '420')).toHaveLength(1)

    const server = await openTcpServer()
    const { outcome } = endpoint.invite({
      target: { host: HOST, port: server.port, protocol: 'TCP' },
      sdp: offerOf(20_000),
      ...numbers,
    })
    await expect(outcome).resolves.toMatchObject({ cause: 'timeout', code: 408 })
    expect((await server.first()).received.map(({ what }) => what)).toEqual(['INVITE'])
  })

  it('tell at once that nobody listens', async () => {
    const endpoint = await openEndpoint({ transports: ALL })
    const other = await openEndpoint({ transports: ALL })
    await other.close()
    const target = { host: HOST, port: other.ports.TCP ?? 0, protocol: 'TCP' } as const
    const { outcome } = endpoint.invite({ target, sdp: offerOf(20_000), ...numbers })
    await expect(outcome).resolves.toMatchObject({ cause: 'transport', code: 503 })
    await nothingLeft(endpoint)
  })
})

describe('two endpoints', () => {
  it.each(['TCP', 'TLS'] as const)('call each other by %s over one connection each way', async (protocol) => {
    const { endpoint: callee, invites } = await openAnsweringEndpoint({ transports: ALL })
    const caller = await openEndpoint({ transports: ALL })
    const target: SipHop = { host: HOST, port: callee.ports[protocol] ?? 0, protocol }
    for (let call = 0; call < 3; call++) {
      const outcome = await caller.invite({ target, sdp: offerOf(20_000), ...numbers }).outcome
      if (outcome.kind !== 'answered') throw new Error(`not answered: ${outcome.code}`)
      await outcome.dialog.bye()
    }
    expect(invites).toHaveLength(3)
    expect([caller.stats().connections, callee.stats().connections]).toEqual([1, 1])
    // The alias of its Via (RFC 5923) brings our call to it by the connection that it opened.
    const back: SipHop = { host: HOST, port: caller.ports[protocol] ?? 0, protocol }
    await expect(
      callee.invite({ target: back, sdp: offerOf(20_000), ...numbers }).outcome,
    ).resolves.toMatchObject({ code: 486 })
    expect([caller.stats().connections, callee.stats().connections]).toEqual([1, 1])
  })

  it('do not talk by TLS where the certificate is not trusted', async () => {
    const { endpoint: callee } = await openAnsweringEndpoint({ transports: ALL })
    const caller = await openEndpoint({ transports: { tls: { port: 0, ...TLS } } })
    const target = { host: HOST, port: callee.ports.TLS ?? 0, protocol: 'TLS' } as const
    const { outcome } = caller.invite({ target, sdp: offerOf(20_000), ...numbers })
    await expect(outcome).resolves.toMatchObject({ cause: 'transport' })
    await nothingLeft(caller)
    await nothingLeft(callee)
  })
})

describe('a request too large for UDP (section 18.1.1)', () => {
  const long = { 'X-Long': 'x'.repeat(1_400) }

  const peerHop = (peer: { port: number }) => ({ host: HOST, port: peer.port })

  it('goes by TCP, with its Via', async () => {
    const server = await openTcpServer()
    const endpoint = await openEndpoint({ transports: ALL })
    const call = endpoint.invite({
      target: { host: HOST, port: server.port },
      sdp: offerOf(1),
      headers: long,
      ...numbers,
    })
    const peer = await server.first()
    const invite = await peer.next('INVITE')
    expect(invite.header('Via')).toMatch(
      new RegExp(`^SIP/2.0/TCP ${HOST}:${endpoint.ports.TCP};branch=z9hG4bK-outbound-`),
    )
    peer.send(rawResponse(peer, invite, 180))
    await until(() => call.state === 'ringing')
    call.cancel()
    expect((await peer.next('CANCEL')).header('Via')).toBe(invite.header('Via'))
    peer.send(rawResponse(peer, invite, 487))
    await expect(call.outcome).resolves.toMatchObject({ cause: 'cancelled' })
    await peer.next('ACK')
  })

  it('goes by UDP all the same where nobody listens on TCP', async () => {
    const peer = await openRawPeer()
    const endpoint = await openEndpoint({ transports: ALL })
    const { outcome } = endpoint.invite({ target: peerHop(peer), sdp: offerOf(1), headers: long, ...numbers })
    const invite = await peer.next('INVITE')
    expect(invite.header('Via')).toMatch(/^SIP\/2.0\/UDP /)
    peer.send(rawResponse(peer, invite, 486), endpoint)
    await expect(outcome).resolves.toMatchObject({ code: 486 })
  })
})

describe('keep-alives', () => {
  it('are answered between messages, also in pieces (RFC 5626 section 4.4.1)', async () => {
    const endpoint = await openEndpoint({ transports: ALL })
    const peer = await connectTcp(endpoint.ports.TCP ?? 0)
    peer.send('\r\n\r\n')
    await until(() => peer.keepAlives === '\r\n')
    const options = streamRequest(peer, 'TCP', { method: 'OPTIONS', to: { port: 1 } })
    peer.send(`\r\n\r\n${options}`)
    await peer.next('200')
    const browser = await connectWebSocket(endpoint.ports.WS ?? 0)
    browser.send('\r\n\r\n')
    await until(() => browser.keepAlives === '\r\n')
  })

  it('of ours find a dead connection once the other side has answered one', async () => {
    const server = await openTcpServer()
    const limits = { pingMs: 40, pongMs: 200 }
    const endpoint = await openEndpoint({ transports: ALL, connectionLimits: limits })
    const target = { host: HOST, port: server.port, protocol: 'TCP' } as const
    const call = endpoint.invite({ target, sdp: offerOf(1), ...numbers })
    const peer = await server.first()
    peer.send(rawResponse(peer, await peer.next('INVITE'), 486))
    await call.outcome
    await until(() => peer.keepAlives.length >= 8)
    expect(peer.isClosed).toBe(false)
    peer.send('\r\n')
    await until(() => peer.isClosed)
    await nothingLeft(endpoint)
  })
})

describe('a WebSocket', () => {
  const handshake = (port: number, protocols: string[], origin?: string) =>
    new Promise<number>((resolve, reject) => {
      const socket = new WebSocket(`ws://${HOST}:${port}`, protocols, origin === undefined ? {} : { origin })
      socket.on('open', () => {
        socket.terminate()
        resolve(101)
      })
      socket.on('unexpected-response', (request, response) => {
        request.destroy()
        resolve(response.statusCode ?? 0)
      })
      socket.on('error', reject)
    })

  it('has to ask for the subprotocol sip and come from a page of ours', async () => {
    const endpoint = await openEndpoint({
      transports: {
        ws: { port: 0, isOriginAllowed: (origin) => origin === undefined || origin === 'https://ours' },
      },
    })
    const port = endpoint.ports.WS ?? 0
    expect(await handshake(port, ['sip'])).toBe(101)
    expect(await handshake(port, ['chat', 'sip'], 'https://ours')).toBe(101)
    expect(await handshake(port, ['chat'])).toBe(400)
    expect(await handshake(port, [])).toBe(400)
    expect(await handshake(port, ['sip'], 'https://elsewhere')).toBe(403)
    const [response] = await once(httpRequest({ host: HOST, port }).end(), 'response')
    expect(response.statusCode).toBe(426)
    response.resume()
    await nothingLeft(endpoint)
  })

  it('that closes while it rings is a caller who hung up', async () => {
    const { promise: cancelled, resolve } = Promise.withResolvers<void>()
    const endpoint = await openEndpoint({
      transports: ALL,
      onInvite: (invite) => {
        invite.ringing()
        invite.onCancel(resolve)
      },
    })
    const peer = await connectWebSocket(endpoint.ports.WS ?? 0)
    peer.send(streamRequest(peer, 'WS', { method: 'INVITE', to: { port: 1 }, body: offerOf(20_000) }))
    await peer.next('180')
    peer.close()
    await cancelled
    await nothingLeft(endpoint)
  })

  it('that closes ends what we asked by it, at once', async () => {
    const endpoint = await openEndpoint({ transports: ALL, timers: { t1: 500, t2: 4_000, t4: 5_000 } })
    const sources: SipHop[] = []
    const stop = endpoint.onMessage(({ remote }) => sources.push(remote))
    const peer = await connectWebSocket(endpoint.ports.WS ?? 0)
    peer.send(streamRequest(peer, 'WS', { method: 'OPTIONS', to: { port: 1 } }))
    await peer.next('200')
    stop()
    const [target] = sources
    if (target === undefined) throw new Error('nothing seen')
    const call = endpoint.invite({
      target,
      requestUri: 'sip:x@y.invalid;transport=ws',
      sdp: offerOf(1),
      ...numbers,
    })
    peer.send(rawResponse(peer, await peer.next('INVITE'), 180))
    await until(() => call.state === 'ringing')
    peer.close()
    await expect(call.outcome).resolves.toMatchObject({ cause: 'transport' })
  })

  it('that has connected anew goes on with its call by re-INVITE', async () => {
    const { endpoint, invites } = await openAnsweringEndpoint({ transports: ALL })
    const port = endpoint.ports.WS ?? 0
    const first = await connectWebSocket(port)
    const invite = { method: 'INVITE', to: { port }, body: offerOf(20_000) }
    first.send(streamRequest(first, 'WS', invite))
    const toTag = toTagOf(await first.next('200'))
    first.send(streamRequest(first, 'WS', { method: 'ACK', to: { port }, toTag }))
    await until(() => invites[0]?.state === 'answered')
    first.close()
    await until(() => endpoint.stats().connections === 0)
    const second = await connectWebSocket(port)
    second.send(streamRequest(second, 'WS', { ...invite, toTag, cseq: 2, branch: 'z9hG4bK-again' }))
    await second.next('200')
    second.send(streamRequest(second, 'WS', { method: 'ACK', to: { port }, toTag, cseq: 2 }))
    void endpoint.close({ graceMs: 2_000 })
    second.send(rawResponse(second, await second.next('BYE'), 200))
  })
})

describe('transports that are off', () => {
  it('are not listed, and TCP then is UDP', async () => {
    const peer = await openRawPeer()
    const endpoint = await openEndpoint()
    expect(Object.keys(endpoint.ports)).toEqual(['UDP'] satisfies SipProtocol[])
    endpoint.invite({ target: { host: HOST, port: peer.port, protocol: 'TCP' }, sdp: offerOf(1), ...numbers })
    expect((await peer.next('INVITE')).header('Via')).toMatch(/^SIP\/2.0\/UDP /)
    const { outcome } = endpoint.invite({
      target: { host: HOST, port: 1, protocol: 'TLS' },
      sdp: offerOf(1),
      ...numbers,
    })
    await expect(outcome).resolves.toMatchObject({ cause: 'transport' })
  })
})
