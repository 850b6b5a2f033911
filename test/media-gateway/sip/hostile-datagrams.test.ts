/** Whatever arrives on the socket: the endpoint lives, answers the next call and keeps nothing. */
import { createSocket } from 'node:dgram'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { parseMessage } from '../../../media-gateway/sip/parse-message.ts'
import {
  cleanUp,
  HOST,
  offerOf,
  openAnsweringEndpoint,
  openEndpoint,
  openRawPeer,
  rawRequest,
  UNHURRIED,
  until,
} from './harness.ts'

afterEach(cleanUp)

/** Well-formed messages as a start for mutations. */
const SEEDS = ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'UPDATE'].flatMap((method) => {
  const peer = { port: 5060 } as Parameters<typeof rawRequest>[0]
  const request = rawRequest(peer, { method, to: { port: 5062 }, body: offerOf(20_000), toTag: 'x' })
  return [request, request.replace(/^.*/, 'SIP/2.0 200 OK').replace(';tag=x', ';tag=y')]
})

type Mutation = (text: string) => string

const piece = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '\r\n',
    '\n',
    '\0',
    '"',
    '<',
    '>',
    ',',
    ';tag=',
    'SIP/2.0',
    '\r\n ',
    ': ',
    '%',
    '\\',
    '[::1]',
    '😀',
  ),
  fc.constantFrom(
    'Via',
    'v: ',
    'CSeq: ',
    'Content-Length: ',
    '99999999999999999999',
    '-1',
    '__proto__: x\r\n',
    '*',
  ),
)

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(fc.nat(), fc.nat(60), piece).map(
    ([at, length, text]): Mutation =>
      (whole) =>
        whole.slice(0, at % (whole.length + 1)) + text + whole.slice((at % (whole.length + 1)) + length),
  ),
  fc.nat().map(
    (line): Mutation =>
      (whole) => {
        const lines = whole.split('\r\n')
        lines.splice(line % lines.length, 1)
        return lines.join('\r\n')
      },
  ),
  fc.tuple(fc.nat(), fc.nat()).map(
    ([from, to]): Mutation =>
      (whole) => {
        const lines = whole.split('\r\n')
        lines.splice(to % lines.length, 0, lines[from % lines.length] ?? '')
        return lines.join('\r\n')
      },
  ),
  fc.nat().map(
    (at): Mutation =>
      (whole) =>
        whole.slice(0, at % (whole.length + 1)),
  ),
)

const mutated = fc
  .tuple(fc.constantFrom(...SEEDS), fc.array(mutation, { minLength: 1, maxLength: 4 }))
  .map(([seed, mutations]) => mutations.reduce((text, mutate) => mutate(text), seed))

describe('parseMessage', () => {
  it('reads every seed', () => {
    for (const seed of SEEDS) expect(parseMessage(Buffer.from(seed))).toMatchObject({ ok: true })
  })

  it('never throws on mutated messages, and answers no response and no ACK', () => {
    fc.assert(
      fc.property(mutated, (text) => {
        const parsed = parseMessage(Buffer.from(text))
        if (parsed.ok || parsed.answer === null) return
        expect(text.trimStart()).not.toMatch(/^(SIP\/|ACK )/)
      }),
      { numRuns: 2_000 },
    )
  })

  it('never throws on arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        expect(parseMessage(Buffer.from(bytes)).ok).toBe(false)
      }),
    )
  })

  it('takes the body by bytes and drops what follows it', () => {
    const body = 'v=0\r\ns=한글\r\n'
    const text = SEEDS[0]?.replace(/Content-Length: .*[\s\S]*$/, '') ?? ''
    const datagram = Buffer.from(`${text}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}trailing`)
    expect(parseMessage(datagram)).toMatchObject({ ok: true, message: { body } })
  })
})

describe('the endpoint', () => {
  it('outlives mutated messages and answers the call after them', async () => {
    const { endpoint, invites } = await openAnsweringEndpoint()
    const socket = createSocket('udp4')
    const datagrams = [
      ...fc.sample(mutated, { numRuns: 1_500, seed: 20_261_121 }),
      ...fc.sample(fc.uint8Array({ maxLength: 1_500 }), { numRuns: 200, seed: 20_261_121 }),
    ]
    for (const datagram of datagrams) {
      const data = Buffer.from(datagram as string)
      await new Promise((resolve) => socket.send(data, endpoint.port, HOST, resolve))
    }
    socket.send(Buffer.alloc(60_000, 'a'), endpoint.port, HOST)
    socket.close()

    const caller = await openEndpoint({ timers: UNHURRIED })
    const numbers = { callerNumber: '0212345678', calleeNumber: '01098765432' }
    const outcome = await caller.invite({ target: endpoint, sdp: offerOf(20_000), ...numbers }).outcome
    if (outcome.kind !== 'answered') throw new Error(`not answered: ${outcome.code}`)
    await outcome.dialog.bye()
    // Mutated INVITEs that were still INVITEs are over too, for no ACK ever came.
    await until(() => Object.values(endpoint.stats()).every((count) => count === 0))
    expect(invites.length).toBeGreaterThan(0)
  })

  it('is not made an amplifier: one answer at most to one malformed datagram', async () => {
    const endpoint = await openEndpoint()
    const peer = await openRawPeer()
    const request = rawRequest(peer, { method: 'INVITE', to: endpoint }).replace(
      'Content-Length: 0',
      'Content-Length: x',
    )
    for (let i = 0; i < 5; i++) peer.send(request, endpoint)
    await peer.next('400', 5)
    peer.send(rawRequest(peer, { method: 'OPTIONS', to: endpoint }), endpoint)
    await peer.next('200')
    expect(peer.received).toHaveLength(6)
    expect(endpoint.stats().transactions).toBe(1)
  })

  it('refuses new work beyond its limit without keeping anything of it', async () => {
    const endpoint = await openEndpoint({ maxTransactions: 10 })
    const peer = await openRawPeer()
    const ask = (n: number) => {
      const options = { method: 'OPTIONS', to: endpoint, branch: `z9hG4bK-${n}`, callId: `c${n}` }
      peer.send(rawRequest(peer, options), endpoint)
    }
    for (let n = 0; n < 15; n++) ask(n)
    await until(() => peer.received.length === 15)
    expect([peer.count('200'), peer.count('503'), endpoint.stats().transactions]).toEqual([10, 5, 10])
    expect((await peer.next('503')).header('Retry-After')).toBe('30')
    ask(0)
    await peer.next('200', 11)
    await until(() => endpoint.stats().transactions === 0)
    ask(16)
    await peer.next('200', 12)
  })
})
