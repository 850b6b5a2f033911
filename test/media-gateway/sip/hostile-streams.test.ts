/** Whatever arrives on a connection: messages are found however they are cut, the rest is cut off, nothing is kept. */
import { connect } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { SipEndpoint } from '../../../media-gateway/sip/index.ts'
import { FramingError, StreamFramer } from '../../../media-gateway/sip/transport/stream-framer.ts'
import {
  cleanUp,
  closeLater,
  HOST,
  offerOf,
  openAnsweringEndpoint,
  openEndpoint,
  rawRequest,
  until,
} from './harness.ts'
import {
  connectByTls,
  connectTcp,
  connectWebSocket,
  QUICK_LIMITS,
  streamRequest,
  TLS,
} from './stream-harness.ts'

afterEach(cleanUp)

/** Port 9: nobody listens there, and no system gives it away as a free one. */
const DISCARD = { port: 9 }

const MAX = 4_000
const message = (n: number, body = '') =>
  rawRequest({ port: 5060 }, { method: 'OPTIONS', to: { port: 5062 }, callId: `c${n}`, body })

/** Cuts a text where the numbers say. */
function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [...new Set(at.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b)
  return [0, ...places].map((from, index) => bytes.subarray(from, places[index] ?? bytes.length))
}

function frame(chunks: readonly Buffer[]) {
  const framer = new StreamFramer(MAX)
  const messages: string[] = []
  let pings = 0
  try {
    for (const chunk of chunks)
      for (const event of framer.push(chunk)) {
        if (event.kind === 'message') messages.push(event.data.toString())
        if (event.kind === 'ping') pings++
      }
  } catch (error) {
    if (!(error instanceof FramingError)) throw error
    return { messages, pings, error, isUnfinished: true }
  }
  return { messages, pings, error: null, isUnfinished: framer.isUnfinished }
}

describe('a framer', () => {
  const bodies = fc.array(fc.string({ unit: 'grapheme', maxLength: 200 }), { minLength: 1, maxLength: 5 })
  const cuts = fc.array(fc.nat(), { maxLength: 40 })

  it('finds the same messages however the stream is cut', () => {
    fc.assert(
      fc.property(bodies, cuts, fc.boolean(), (texts, at, pinged) => {
        const sent = texts.map((body, n) => message(n, body))
        const stream = sent.join(pinged ? '\r\n\r\n' : '')
        const { messages, error, isUnfinished } = frame(cut(Buffer.from(stream), at))
        expect(error).toBeNull()
        expect(messages).toEqual(sent)
        expect(isUnfinished).toBe(false)
      }),
    )
  })

  it('hears every ping, also a byte at a time', () => {
    const stream = Buffer.from(`\r\n\r\n${message(1)}\r\n\r\n\r\n\r\n`)
    expect(frame([...stream].map((byte) => Buffer.from([byte]))).pings).toBe(3)
    expect(frame([stream]).pings).toBe(3)
  })

  it('never throws anything else, nor holds more than a message, on arbitrary bytes', () => {
    const part = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom('\r\n', '\r', 'INVITE sip:a@b SIP/2.0\r\n', 'Content-Length: 5\r\n', 'l : 9\r\n\r\n')
        .map((text) => Buffer.from(text)),
      fc.nat(5).map((n) => Buffer.from(message(n))),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        frame(parts)
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['a web browser', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', 400, false],
    ['a TLS greeting', '\x16\x03\x01\x02\x00\x01', 400, false],
    ['noise', '\xff\xfe\x00', 400, false],
    ['a head without end', `OPTIONS sip:a@b SIP/2.0\r\n${'X: y\r\n'.repeat(1_000)}`, 513, true],
    ['a line without end', 'x'.repeat(MAX + 1), 513, true],
    ['no Content-Length', message(1).replace(/Content-Length.*\r\n/, ''), 400, true],
    ['a negative Content-Length', message(1).replace('Length: 0', 'Length: -1'), 400, true],
    ['two Content-Length', message(1).replace('Max-F', 'l: 4\r\nMax-F'), 400, true],
    ['a body beyond all bounds', message(1).replace('Length: 0', 'Length: 999999999'), 513, true],
  ])('gives up on %s', (_name, text, code, hasHead) => {
    const { error, messages } = frame([Buffer.from(`${message(0)}${text}`, 'latin1')])
    expect(messages).toHaveLength(1)
    expect(error).toMatchObject({ code, head: hasHead ? expect.any(Buffer) : null })
  })
})

describe('an endpoint', () => {
  const transports = { tcp: { port: 0 }, tls: { port: 0, ...TLS }, ws: { port: 0 } }
  const open = () => openAnsweringEndpoint({ transports, connectionLimits: QUICK_LIMITS })
  const noConnections = (endpoint: SipEndpoint) => until(() => endpoint.stats().connections === 0)

  it.each([
    ['no Content-Length', (text: string) => text.replace(/Content-Length.*\r\n/, ''), '400'],
    ['a bad Content-Length', (text: string) => text.replace('Length: 0', 'Length: x'), '400'],
    ['too many bytes announced', (text: string) => text.replace('Length: 0', 'Length: 40000'), '513'],
    [
      'too many bytes of headers',
      (text: string) => text.replace('Max-F', `X: ${'x'.repeat(40_000)}\r\nMax-F`),
      '513',
    ],
  ])('answers a message with %s and cuts the connection', async (_name, edit, code) => {
    const { endpoint } = await open()
    const peer = await connectTcp(endpoint.ports.TCP ?? 0)
    peer.send(edit(streamRequest(peer, 'TCP', { method: 'OPTIONS', to: { port: 1 } })))
    await peer.next(code)
    await until(() => peer.isClosed)
    await noConnections(endpoint)
  })

  it('cuts off who says nothing, who speaks too slowly, who makes no sense and who greets for ever', async () => {
    const { endpoint } = await open()
    const silent = await connectTcp(endpoint.ports.TCP ?? 0)
    const slow = await connectTcp(endpoint.ports.TCP ?? 0)
    slow.send('OPTIONS sip:a@b SIP/2.0\r\nVia: SIP')
    const dripping = setInterval(() => slow.send('x'), 50)
    const garbage = await connectTcp(endpoint.ports.TCP ?? 0)
    garbage.send(Buffer.from([0x16, 3, 1, 0, 200]))
    const halfTls = connect({ host: HOST, port: endpoint.ports.TLS ?? 0 })
    const halfWs = connect({ host: HOST, port: endpoint.ports.WS ?? 0 })
    closeLater(async () => [halfTls, halfWs].map((socket) => socket.destroy()))
    halfTls.write(Buffer.from([0x16, 3, 1, 0, 200]))
    halfWs.write('GET / HTTP/1.1\r\n')
    const silentBrowser = await connectWebSocket(endpoint.ports.WS ?? 0)
    await until(() => silent.isClosed && slow.isClosed && garbage.isClosed && silentBrowser.isClosed)
    await until(() => halfTls.destroyed || halfTls.readyState === 'closed')
    clearInterval(dripping)
    await noConnections(endpoint)
  })

  it('closes in peace although a peer resets its connection meanwhile', async () => {
    const { endpoint } = await open()
    const peer = await connectTcp(endpoint.ports.TCP ?? 0)
    peer.send(streamRequest(peer, 'TCP', { method: 'OPTIONS', to: { port: 1 } }))
    await peer.next('200')
    peer.socket.pause()
    const closed = endpoint.close({ graceMs: 10 })
    peer.socket.resetAndDestroy()
    await closed
    expect(endpoint.stats().connections).toBe(0)
  })

  it('cuts off a WebSocket whose message is too large', async () => {
    const { endpoint } = await open()
    const peer = await connectWebSocket(endpoint.ports.WS ?? 0)
    peer.send('x'.repeat(40_000))
    await until(() => peer.isClosed)
    await noConnections(endpoint)
  })

  it('cuts off who asks and never reads', async () => {
    const { endpoint } = await openAnsweringEndpoint({
      transports,
      connectionLimits: { queuedBytes: 20_000 },
    })
    const peer = await connectTcp(endpoint.ports.TCP ?? 0)
    peer.socket.pause()
    const pad = 'y'.repeat(20_000)
    // Each answer repeats the Via, so that ours fill up as fast as theirs.
    for (let n = 0; !peer.isClosed; n++) {
      const via = `SIP/2.0/TCP ${HOST}:${peer.port};branch=z9hG4bK-${n};pad=${pad}`
      peer.send(streamRequest(peer, 'TCP', { method: 'OPTIONS', to: { port: 1 }, callId: `c${n}`, via }))
      await until(() => peer.isClosed || !peer.socket.writableNeedDrain)
    }
    await noConnections(endpoint)
  })

  it('has bounds for the connections of one address and in all', async () => {
    const endpoint = await openEndpoint({ transports, connectionLimits: { connectionsPerAddress: 3 } })
    const port = endpoint.ports.TCP ?? 0
    const peers = [await connectTcp(port), await connectTcp(port), await connectTcp(port)]
    const fourth = await connectTcp(port)
    await until(() => fourth.isClosed)
    expect(peers.map((peer) => peer.isClosed)).toEqual([false, false, false])
    peers[0]?.close()
    await until(() => endpoint.stats().connections === 2)
    const fifth = await connectTcp(port)
    fifth.send(streamRequest(fifth, 'TCP', { method: 'OPTIONS', to: { port } }))
    await fifth.next('200')
  })

  it('keeps nothing of three hundred connections, calls and sudden ends', async () => {
    const { endpoint, invites } = await openAnsweringEndpoint({ transports })
    const rounds = Array.from({ length: 100 }, async (_, n) => {
      const tcp = await connectTcp(endpoint.ports.TCP ?? 0)
      const tls = await connectByTls(endpoint.ports.TLS ?? 0)
      const ws = await connectWebSocket(endpoint.ports.WS ?? 0)
      const names = ['TCP', 'TLS', 'WS'] as const
      for (const [index, peer] of [tcp, tls, ws].entries()) {
        const protocol = names[index] ?? 'TCP'
        const id = `${n}-${protocol}`
        const port = endpoint.ports[protocol] ?? 0
        const invite = {
          method: 'INVITE',
          to: { port },
          callId: id,
          branch: `z9hG4bK-${id}`,
          body: offerOf(20_000),
        }
        // Answers to who is gone go to the port that it names: nobody must listen there who is part of something else.
        peer.send(streamRequest(DISCARD, protocol, invite))
        if (n % 2 === 0) await peer.next('200')
        peer.close()
      }
    })
    await Promise.all(rounds)
    await until(() => Object.values(endpoint.stats()).every((count) => count === 0))
    expect(invites.length).toBeGreaterThanOrEqual(150)
  })
})
