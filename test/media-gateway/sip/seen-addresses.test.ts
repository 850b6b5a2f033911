/** An endpoint behind a NAT: what carriers tell of our address is where they find us. */
import { afterEach, describe, expect, it } from 'vitest'
import type { SipEndpoint } from '../../../media-gateway/sip/index.ts'
import type { Via } from '../../../media-gateway/sip/message.ts'
import { SeenAddresses } from '../../../media-gateway/sip/seen-addresses.ts'
import {
  cleanUp,
  HOST,
  offerOf,
  openEndpoint,
  openRawPeer,
  type RawMessage,
  type RawPeer,
  rawResponse,
  until,
} from './harness.ts'

afterEach(cleanUp)

const credentials = { username: 'company', password: 'secret' }

/** Answers as a carrier beyond a NAT does, which sees us at `seenAt`. */
function reply(peer: RawPeer, endpoint: SipEndpoint, request: RawMessage, code: number, seenAt: string) {
  const text = rawResponse(peer, request, code)
    .replace(/^(Via: [^\r]*?);rport/m, `$1;${seenAt}`)
    .replace(/^Contact: .*$/m, 'Expires: 3600')
  peer.send(text, endpoint)
}

describe('an endpoint whose carrier sees it elsewhere', () => {
  it('registers there, calls from there, and takes back where it was not', async () => {
    const peer = await openRawPeer()
    const endpoint = await openEndpoint({ learnsAddress: true, rport: true })
    const registration = endpoint.register({
      registrars: () => [{ host: HOST, port: peer.port }],
      domain: 'carrier.example',
      username: '15880000',
      credentials,
    })
    const first = await peer.nextWithCseq('1 REGISTER')
    expect(first.header('Contact')).toBe(`<sip:15880000@${HOST}:${endpoint.port}>`)
    reply(peer, endpoint, first, 200, 'received=203.0.113.9;rport=40001')
    const second = await peer.nextWithCseq('2 REGISTER')
    expect(second.text.match(/^Contact: .*$/gm)?.map((line) => line.trim())).toEqual([
      'Contact: <sip:15880000@203.0.113.9:40001>',
      `Contact: <sip:15880000@${HOST}:${endpoint.port}>;expires=0`,
    ])
    reply(peer, endpoint, second, 200, 'received=203.0.113.9;rport=40001')
    await until(() => endpoint.stats().transactions <= 2 && registration.state === 'registered')
    const call = endpoint.invite({
      target: { host: HOST, port: peer.port },
      callerNumber: '15880000',
      calleeNumber: '01012345678',
      sdp: offerOf(20_000),
    })
    const invite = await peer.next('INVITE')
    expect(invite.header('Via')).toMatch(/^SIP\/2\.0\/UDP 203\.0\.113\.9:40001;/)
    expect(invite.header('Contact')).toBe('<sip:15880000@203.0.113.9:40001>')
    expect(invite.header('From')).toMatch(/^<sip:15880000@203\.0\.113\.9>;/)
    peer.send(rawResponse(peer, invite, 486), endpoint)
    await call.outcome
    // The line was dialled anew by the provider.
    registration.renew()
    reply(peer, endpoint, await peer.nextWithCseq('3 REGISTER'), 200, 'received=203.0.113.77;rport=40001')
    const moved = await peer.nextWithCseq('4 REGISTER')
    expect(moved.header('Contact')).toBe('<sip:15880000@203.0.113.77:40001>')
    expect(moved.text).toContain('Contact: <sip:15880000@203.0.113.9:40001>;expires=0')
  })

  it('is not led round in circles by one who sees it elsewhere each time', async () => {
    const peer = await openRawPeer()
    const endpoint = await openEndpoint({ learnsAddress: true, rport: true })
    endpoint.register({
      registrars: () => [{ host: HOST, port: peer.port }],
      domain: 'carrier.example',
      username: '15880000',
      credentials,
    })
    reply(peer, endpoint, await peer.nextWithCseq('1 REGISTER'), 200, 'received=203.0.113.9;rport=40001')
    reply(peer, endpoint, await peer.nextWithCseq('2 REGISTER'), 200, 'received=203.0.113.9;rport=40002')
    await until(() => endpoint.stats().transactions === 0)
    expect(peer.received.filter(({ header }) => header('CSeq') === '3 REGISTER')).toEqual([])
  })

  it('learns from OPTIONS too; one that was told its address does not listen', async () => {
    const peer = await openRawPeer()
    for (const learnsAddress of [true, false]) {
      const endpoint = await openEndpoint({ learnsAddress, rport: true })
      const watch = endpoint.watch({ target: { host: HOST, port: peer.port } })
      const asked = await peer.next('OPTIONS', learnsAddress ? 1 : 2)
      reply(peer, endpoint, asked, 200, 'received=203.0.113.9;rport=40001')
      await until(() => watch.isUp === true)
      expect(endpoint.hostFor({ host: HOST, port: 5060 })).toBe(learnsAddress ? '203.0.113.9' : HOST)
      expect(endpoint.publicHost).toBe(HOST)
      watch.stop()
    }
  })
})

describe('what was learned', () => {
  const own = { host: '10.0.0.5', port: 5060 }
  const via = (received: string | null, rport: number | null, host = '10.0.0.5') =>
    ({ host, received, rport }) as Via

  it('is told to who has seen it and to strangers outside, never to those inside', () => {
    const seen = new SeenAddresses()
    const carrier = { host: '198.51.100.1', port: 5060 }
    expect(seen.of(carrier, own)).toEqual(own)
    expect(seen.learn(carrier, via('203.0.113.9', 4_000))).toBe(true)
    expect(seen.learn(carrier, via('203.0.113.9', null))).toBe(false)
    expect(seen.of(carrier, own)).toEqual({ host: '203.0.113.9', port: 4_000 })
    expect(seen.of({ host: '198.51.100.77', port: 5060 }, own).host).toBe('203.0.113.9')
    for (const host of ['192.168.0.7', '10.1.1.1', '127.0.0.1', 'fd00::1'])
      expect(seen.of({ host, port: 5060 }, own)).toEqual(own)
    // A private line to another carrier, which sees us as we are.
    expect(seen.learn({ host: '10.9.0.1', port: 5060 }, via(null, null))).toBe(true)
    expect(seen.of({ host: '10.9.0.1', port: 5060 }, own)).toEqual(own)
  })

  it('has our own port by TCP, and is nothing where a name stands for it', () => {
    const seen = new SeenAddresses()
    const carrier = { host: 'sip.example.com', port: 5061, protocol: 'TLS' } as const
    expect(seen.learn(carrier, via(null, null, 'gateway.example.com'))).toBe(false)
    expect(seen.learn(carrier, via('203.0.113.9', 51_234))).toBe(true)
    expect(seen.of(carrier, { host: '10.0.0.5', port: 5061 })).toEqual({ host: '203.0.113.9', port: 5061 })
  })
})
