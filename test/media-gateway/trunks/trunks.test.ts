/** Calls by several carriers, over real sockets: which one, and how many; whose calls are let in. */
import { afterEach, describe, expect, it } from 'vitest'
import { CallerNotAllowedError } from '../../../media-gateway/trunks/errors.ts'
import type { DialOptions } from '../../../media-gateway/trunks/outbound-route.ts'
import { cleanUp, HOST, offerOf, openAnsweringEndpoint } from '../sip/harness.ts'
import { CALLEE, CALLER, openTrunks } from './harness.ts'

afterEach(cleanUp)

describe('the way of a call', () => {
  it('is the trunk with the longest beginning of the number, then the one that owns the caller', async () => {
    const mobile = await openAnsweringEndpoint()
    const other = await openAnsweringEndpoint()
    const owner = await openAnsweringEndpoint()
    const { call } = await openTrunks([
      { name: 'other', ports: [other.endpoint.port], caller_ids: ['0701*', '15880000'] },
      { name: 'owner', ports: [owner.endpoint.port], numbers: ['15880000'] },
      { name: 'mobile', ports: [mobile.endpoint.port], prefixes: ['010'], caller_ids: ['0701*'] },
    ])
    expect((await (await call()).outcome).kind).toBe('answered')
    expect(mobile.invites.map(({ toNumber }) => toNumber)).toEqual([CALLEE])
    await (await call({ callerNumber: '15880000' })).outcome
    expect(owner.invites).toHaveLength(1)
    await (await call({ calleeNumber: '0212345678' })).outcome
    expect(other.invites).toHaveLength(1)
  })

  it('shows only numbers that are allowed, and asserts them where the carrier wants that', async () => {
    const carrier = await openAnsweringEndpoint()
    const { call, sip } = await openTrunks([
      { name: 'a', ports: [carrier.endpoint.port], numbers: ['0701*'], asserts_identity: true },
    ])
    await expect(call({ callerNumber: '01055556666' })).rejects.toThrow(CallerNotAllowedError)
    expect(carrier.invites).toHaveLength(0)
    await (await call({ headers: { 'X-Outbound-Call-ID': 'ob-1' } })).outcome
    const [invite] = carrier.invites
    expect(invite?.headers.get('P-Asserted-Identity')).toBe(`<sip:${CALLER}@${sip.publicHost}>`)
    expect(invite?.headers.get('X-Outbound-Call-ID')).toBe('ob-1')
  })

  it('speaks what the trunk may speak', async () => {
    const carrier = await openAnsweringEndpoint()
    const offered: unknown[] = []
    const { call } = await openTrunks([{ name: 'a', ports: [carrier.endpoint.port], codecs: ['PCMA'] }])
    const sdp: DialOptions['sdp'] = (media) => {
      offered.push(media)
      return offerOf(20_000)
    }
    await (await call({ sdp })).outcome
    expect(offered).toEqual([{ codecs: ['PCMA'], srtp: undefined, host: HOST }])
  })

  it('is a phone of ours where no trunk reaches the number, else there is none', async () => {
    const { trunks } = await openTrunks([{ name: 'a', ports: [1], prefixes: ['02'] }])
    await expect(trunks.route({ callerNumber: CALLER, calleeNumber: '1001' })).rejects.toThrow(
      'Cannot resolve outbound target: 1001',
    )
  })
})

describe('limits', () => {
  it('of channels go to the next trunk, then to a clear error', async () => {
    const a = await openAnsweringEndpoint()
    const b = await openAnsweringEndpoint()
    const { call } = await openTrunks([
      { name: 'a', ports: [a.endpoint.port], channels: 1 },
      { name: 'b', ports: [b.endpoint.port], channels: 1 },
    ])
    await (await call()).outcome
    await (await call()).outcome
    expect([a.invites.length, b.invites.length]).toEqual([1, 1])
    await expect(call()).rejects.toMatchObject({ name: 'TrunkBusyError', retryable: true })
  })

  it('of calls per second make a call wait for its turn, but not for long', async () => {
    const carrier = await openAnsweringEndpoint()
    const { call } = await openTrunks([{ name: 'a', ports: [carrier.endpoint.port], calls_per_second: 20 }])
    // The bucket holds one second; what is beyond it waits for 50 ms each.
    const calls = await Promise.all(Array.from({ length: 23 }, () => call()))
    for (const placed of calls) expect((await placed.outcome).kind).toBe('answered')
    const slow = await openTrunks([{ name: 'b', ports: [carrier.endpoint.port], calls_per_second: 0.1 }])
    await slow.call()
    await expect(slow.call()).rejects.toThrow('calls per second')
  })

  it('give the channel of a route back that is not used, or that can not be dialled', async () => {
    const { trunks, inUse } = await openTrunks([{ name: 'a', ports: [1] }])
    const dial = { callerNumber: CALLER, calleeNumber: CALLEE, sdp: () => offerOf(20_000) }
    const route = await trunks.route(dial)
    expect(inUse()).toEqual([1])
    route.release()
    const bad = await trunks.route(dial)
    expect(() => bad.dial({ ...dial, headers: { 'X-Bad': 'a\r\nb' } })).toThrow('control character')
    expect(inUse()).toEqual([0])
  })
})

describe('calls that come in', () => {
  const invite = (host: string, toNumber = '15880000', user: string | null = null) => ({
    source: { host, port: 5060 },
    toNumber,
    user,
  })

  it('are let in from a trunk or of a phone of ours, within the channels of the trunk', async () => {
    const { trunks } = await openTrunks([
      { name: 'a', ports: [5060], inbound_from: ['192.0.2.0/24'], channels: 1, numbers: ['15880000'] },
      { name: 'b', ports: [5060], inbound_from: ['192.0.2.7', '2001:db8::/32'], numbers: ['07012345678'] },
    ])
    const first = trunks.admit(invite('192.0.2.9'))
    expect(first).toMatchObject({ kind: 'admitted', trunk: 'a' })
    expect(trunks.admit(invite('192.0.2.9'))).toEqual({ kind: 'refused', code: 503, retryAfterSeconds: 5 })
    expect(trunks.admit(invite('192.0.2.7', '+827012345678'))).toMatchObject({ trunk: 'b' })
    expect(trunks.admit(invite('2001:db8::5'))).toMatchObject({ trunk: 'b' })
    expect(trunks.admit(invite('198.51.100.1'))).toEqual({ kind: 'refused', code: 403 })
    expect(trunks.admit(invite('198.51.100.1', '1', 'agent-1'))).toMatchObject({ trunk: null })
    // A server's own address needs no entry.
    expect(trunks.admit(invite(HOST, '07012345678'))).toMatchObject({ trunk: 'b' })
    if (first.kind === 'admitted') first.release()
    expect(trunks.admit(invite('192.0.2.9'))).toMatchObject({ kind: 'admitted', trunk: 'a' })
  })
})
