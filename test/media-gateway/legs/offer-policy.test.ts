/** What each carrier's offer is made with, and that its answer is judged by it. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { PlainSession } from '../../../media-gateway/legs/media-session.ts'
import { answerSdpOffer, PortPool } from '../../../media-gateway/rtp/index.ts'
import { makeSrtpKeys } from '../../../media-gateway/sip/index.ts'

const HOST = '127.0.0.1'
let session: PlainSession
beforeEach(async () => {
  const ports = new PortPool({ min: 32_000, max: 32_099 }, { quarantineMs: 0 })
  session = await PlainSession.open({ rtpHost: HOST, publicHost: HOST, ports, srtp: 'accept' })
})
afterEach(() => session.endpoint.close())

const answerTo = (offer: string) =>
  answerSdpOffer(offer, {
    host: HOST,
    rtpPort: 40_000,
    srtp: { policy: 'accept', keys: makeSrtpKeys() },
  }).sdp

it('the codecs and the encryption of one carrier are not those of the next', async () => {
  const offer = await session.prepareOffer()
  const first = offer({ codecs: ['PCMA'], srtp: 'require' })
  expect(first).toMatch(/m=audio \d+ RTP\/SAVP 8 101/)
  expect(first).toContain('a=crypto:')
  const second = offer({ codecs: ['PCMU'] })
  expect(second).toMatch(/m=audio \d+ RTP\/AVP 0 101/)
  expect(second).not.toContain('a=crypto:')
})

it('where the last offer was encrypted, an answer in the clear is no answer', async () => {
  const offer = await session.prepareOffer()
  const plain = answerTo(offer({ srtp: 'off' }))
  const secure = answerTo(offer({ srtp: 'require' }))
  await expect(session.accept(plain)).rejects.toMatchObject({ reason: 'not_acceptable' })
  expect((await session.accept(secure)).srtp?.suite).toMatch(/^AES_CM_128/)
})
