/** Every message of RFC 4475, sent to a live endpoint with a registrar: what it answers, and that it is well afterwards. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SipEndpoint } from '../../../media-gateway/sip/index.ts'
import { cleanUp, openEndpoint, openRawPeer, type RawPeer, rawRequest, until } from './harness.ts'
import { APPLICATION, INVALID, message, OPTIONS, VALID } from './torture-4475-cases.ts'

let endpoint: SipEndpoint
let peer: RawPeer
let checks = 0
beforeEach(async () => {
  endpoint = await openEndpoint({
    phones: { realm: 'example.com', users: { find: () => null } },
    onInvite: (invite) => invite.reject(486),
  })
  peer = await openRawPeer()
})
afterEach(cleanUp)

/** Sends it, waits until the endpoint has shown that it is well, and tells what came back. */
async function answersTo(text: string): Promise<readonly string[]> {
  peer.send(text.replaceAll('PORT', String(peer.port)), endpoint)
  checks += 1
  const callId = `are you well ${checks}`.replaceAll(' ', '-')
  peer.send(
    rawRequest(peer, { method: 'OPTIONS', to: endpoint, callId, branch: `z9hG4bK-${callId}` }),
    endpoint,
  )
  await until(() => peer.received.some(({ header }) => header('Call-ID') === callId))
  return peer.received
    .filter(({ header }) => !header('Call-ID')?.startsWith('are-you-well'))
    .map(({ what }) => what)
}

describe.each([
  ['valid', VALID],
  ['invalid', INVALID],
  ['for the application to judge', APPLICATION],
])('messages of RFC 4475 that are %s', (_name, cases) => {
  it.each(cases)('%s', async (_case, text, code) => {
    const answers = (await answersTo(text)).filter((what) => what !== '100')
    // A refused INVITE is repeated until its ACK comes.
    expect([...new Set(answers)]).toEqual(code === null ? [] : [String(code)])
    await until(() => endpoint.stats().pendingCalls === 0)
  })
})

it('3.2.1 a branch that is only the cookie: two requests are not taken for one', async () => {
  const via = 'SIP/2.0/UDP 192.0.2.1:PORT;branch=z9hG4bK'
  const first = await answersTo(message(OPTIONS, { Via: via, 'Call-ID': 'badbranch.1' }))
  const both = await answersTo(
    message('FROBNICATE sip:user@example.com SIP/2.0', { Via: via, 'Call-ID': 'badbranch.2' }),
  )
  await answersTo(message(OPTIONS, { Via: via, 'Call-ID': 'badbranch.3' }))
  expect(first).toEqual(['200'])
  expect(both).toEqual(['200', '501'])
  await until(() => peer.received.filter(({ header }) => header('Call-ID') === 'badbranch.3').length === 1)
})

it('3.1.1.2 control characters, even quoted ones, are never echoed', async () => {
  expect(await answersTo(message(OPTIONS, { To: '"BEL:\\\u0007" <sip:user@example.com>' }))).toEqual([])
})

it('3.3.5 all extensions that we lack are named, and none of the proxies’', async () => {
  await answersTo(APPLICATION[4]?.[1] ?? '')
  expect(peer.received.find(({ what }) => what === '420')?.header('Unsupported')).toBe(
    'nothingSupportsThis, nothingSupportsThisEither',
  )
})
