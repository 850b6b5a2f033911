/** Keys with identifiers and lifetimes (RFC 4568 section 6.1), opened packet by packet. */
import { describe, expect, test } from 'vitest'
import { serialiseRtp } from '../../../media-gateway/rtp/packet.ts'
import { serialiseRtcp } from '../../../media-gateway/rtp/rtcp-packet.ts'
import { SrtpSender } from '../../../media-gateway/rtp/srtp.ts'
import { SrtpKeyRing } from '../../../media-gateway/rtp/srtp-key-ring.ts'
import { makeSrtpKeys } from '../../../media-gateway/sip/index.ts'
import { CRYPTO_SUITES, type CryptoSuite, LONGEST_LIFETIME } from '../../../media-gateway/sip/sdp-crypto.ts'

const SSRC = 0xcafebabe
const voice = (sequence: number) =>
  serialiseRtp({
    payloadType: 0,
    marker: false,
    sequence: sequence & 0xffff,
    timestamp: sequence * 160,
    ssrc: SSRC,
    payload: Buffer.from('sound'),
  })
const report = () => serialiseRtcp({ ssrc: SSRC, cname: 'us', sender: undefined, blocks: [], bye: false })

/** Puts the identifier where the standard wants it: before the tag, or with GCM at the end. */
function name(suite: CryptoSuite, sealed: Buffer, mki: Buffer, kind: 'rtp' | 'rtcp'): Buffer {
  const tag =
    suite === 'AEAD_AES_128_GCM' ? 0 : suite === 'AES_CM_128_HMAC_SHA1_32' && kind === 'rtp' ? 4 : 10
  const at = sealed.length - tag
  return Buffer.concat([sealed.subarray(0, at), mki, sealed.subarray(at)])
}

describe.each(CRYPTO_SUITES)('%s', (suite) => {
  const mkis = [Buffer.from('00000001', 'hex'), Buffer.from('00000002', 'hex')]
  const keys = mkis.map((mki) => ({ key: makeSrtpKeys()[suite], lifetime: LONGEST_LIFETIME, mki }))

  test('each packet is opened by the key that it names; one that names none of them is refused', () => {
    const ring = new SrtpKeyRing(suite, keys)
    for (const [index, { key, mki }] of keys.entries()) {
      const sender = new SrtpSender(suite, key)
      const sealed = name(suite, sender.protectRtp(voice(10 + index)), mki, 'rtp')
      const other = name(suite, Buffer.from(sealed), Buffer.alloc(0), 'rtp')
      expect(ring.unprotectRtp(sealed)).toEqual(voice(10 + index))
      expect(ring.unprotectRtp(other)).toBeUndefined() // once
    }
    const strange = new SrtpSender(suite, keys[0]?.key ?? Buffer.alloc(0)).protectRtp(voice(20))
    expect(ring.unprotectRtp(Buffer.from(strange))).toBeUndefined()
    expect(ring.unprotectRtp(name(suite, strange, Buffer.from('00000003', 'hex'), 'rtp'))).toBeUndefined()
    for (let bytes = 0; bytes < 30; bytes++) expect(ring.unprotectRtp(Buffer.alloc(bytes))).toBeUndefined()
  })

  test('reports name their key as well', () => {
    const ring = new SrtpKeyRing(suite, keys)
    const [first] = keys
    if (first === undefined) throw new Error('no key')
    const sealed = new SrtpSender(suite, first.key).protectRtcp(report())
    expect(ring.unprotectRtcp(name(suite, sealed, first.mki, 'rtcp'))).toEqual(report())
  })

  test('the roll-over counter goes on when the key changes', () => {
    const ring = new SrtpKeyRing(suite, keys)
    const senders = keys.map(({ key }) => new SrtpSender(suite, key))
    // Both have counted; the second one speaks for the first time after the wrap.
    for (let sequence = 65_500; sequence < 65_600; sequence++) {
      const sealed = senders.map((sender) => sender.protectRtp(voice(sequence)))
      const speaker = sequence < 65_560 ? 0 : 1
      const datagram = name(
        suite,
        sealed[speaker] ?? Buffer.alloc(0),
        mkis[speaker] ?? Buffer.alloc(0),
        'rtp',
      )
      expect(ring.unprotectRtp(datagram)).toEqual(voice(sequence))
    }
  })

  test('a key that has sealed as much as it may seals nothing more', () => {
    const key = makeSrtpKeys()[suite]
    const ring = new SrtpKeyRing(suite, [{ key, lifetime: 3, mki: null }])
    const sender = new SrtpSender(suite, key)
    const opened = [1, 2, 3, 4, 5].map((sequence) => ring.unprotectRtp(sender.protectRtp(voice(sequence))))
    expect(opened.map((packet) => packet !== undefined)).toEqual([true, true, true, false, false])
  })
})
