import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answerSdpOffer, buildSdpOffer, readSdpAnswer } from '../../../media-gateway/rtp/index.ts'
import { serialiseRtp } from '../../../media-gateway/rtp/packet.ts'
import { ReplayWindow } from '../../../media-gateway/rtp/replay-window.ts'
import { serialiseRtcp } from '../../../media-gateway/rtp/rtcp-packet.ts'
import { SrtpReceiver, SrtpSender } from '../../../media-gateway/rtp/srtp.ts'
import { deriveKey, GcmCipher } from '../../../media-gateway/rtp/srtp-cipher.ts'
import { makeSrtpKeys, SipCallError, type SrtpPolicy } from '../../../media-gateway/sip/index.ts'
import { CRYPTO_SUITES, type CryptoSuite, parseCrypto } from '../../../media-gateway/sip/sdp-crypto.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')

describe('the test vectors of the standards', () => {
  test('session keys (RFC 3711 appendix B.3)', () => {
    const key = hex('E1F97A0D3E018BE0D64FA32C06DE4139')
    const salt = hex('0EC675AD498AFEEBB6960B3AABE6')
    expect(deriveKey(key, salt, 0, 16)).toEqual(hex('C61E7A93744F39EE10734AFE3FF7A087'))
    expect(deriveKey(key, salt, 2, 14)).toEqual(hex('30CBBC08863D8C85D49DB34A9AE1'))
    expect(deriveKey(key, salt, 1, 94)).toEqual(
      hex(`CEBE321F6FF7716B6FD4AB49AF256A15 6D38BAA48F0A0ACF3C34E2359E6CDBCE E049646C43D9327AD175578EF7227098
           6371C10C9A369AC2F94A8C5FBCDDDC25 6D6E919A48B610EF17C2041E47403576 6B68642C59BBFC2F34DB60DBDFB2`),
    )
  })

  test('a packet sealed by libsrtp (AES_CM_128_HMAC_SHA1_80)', () => {
    const key = hex('E1F97A0D3E018BE0D64FA32C06DE41390EC675AD498AFEEBB6960B3AABE6')
    const clear = hex('800f1234decafbadcafebabe abababababababababababababababab')
    const sealed = hex('800f1234decafbadcafebabe 4e55dc4ce79978d88ca4d215949d2402 b78d6acc99ea179b8dbb')
    expect(new SrtpSender('AES_CM_128_HMAC_SHA1_80', key).protectRtp(Buffer.from(clear))).toEqual(sealed)
    expect(new SrtpReceiver('AES_CM_128_HMAC_SHA1_80', key).unprotectRtp(sealed)).toEqual(clear)
  })

  test('an RTCP packet sealed by libsrtp (AES_CM_128_HMAC_SHA1_80)', () => {
    const key = hex('E1F97A0D3E018BE0D64FA32C06DE41390EC675AD498AFEEBB6960B3AABE6')
    const clear = hex('81c8000bcafebabe abababababababababababababababab')
    const sealed = hex('81c8000bcafebabe 7128035be487b9bdbef89041f977a5a8 80000001 993e08cd54d6c1230798')
    const sender = new SrtpSender('AES_CM_128_HMAC_SHA1_80', key)
    sender.protectRtcp(Buffer.from(clear))
    expect(sender.protectRtcp(Buffer.from(clear))).toEqual(sealed)
    expect(new SrtpReceiver('AES_CM_128_HMAC_SHA1_80', key).unprotectRtcp(sealed)).toEqual(clear)
  })
})

test('a packet sealed with AES-GCM (RFC 7714 section 16.1.1)', () => {
  const cipher = new GcmCipher(
    hex('000102030405060708090a0b0c0d0e0f'),
    hex('517569642070726f2071756f'),
    'rtp',
  )
  const header = hex('8040f17b8041f8d35501a0b2')
  const packet = Buffer.concat([header, Buffer.from('Gallia est omnis divisa in partes tres')])
  const tag = cipher.seal(packet, 12, 0x5501a0b2, 0xf17b, Buffer.alloc(4))
  expect(packet.subarray(12)).toEqual(
    hex(`f24de3a3fb34de6cacba861c9d7e4bca be633bd50d294e6f42a5f47a51c7d19b 36de3adf8833`),
  )
  expect(tag).toEqual(hex('899d7f27beb16a9152cf765ee4390cce'))
})

const SSRC = 0xcafebabe
const voice = (sequence: number, text = 'sound', ssrc = SSRC) =>
  serialiseRtp({
    payloadType: 0,
    marker: false,
    sequence: sequence & 0xffff,
    timestamp: sequence * 160,
    ssrc,
    payload: Buffer.from(text),
  })
const report = () => serialiseRtcp({ ssrc: SSRC, cname: 'us', sender: undefined, blocks: [], bye: false })

describe.each(CRYPTO_SUITES)('%s', (suite) => {
  const key = makeSrtpKeys()[suite]
  const pair = () => ({ sender: new SrtpSender(suite, key), receiver: new SrtpReceiver(suite, key) })

  test('what is sealed is opened, the header stays readable, the sound does not', () => {
    const { sender, receiver } = pair()
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 400 }), fc.nat(15), (payload, csrcs) => {
        const plain = serialiseRtp({
          payloadType: 8,
          marker: true,
          sequence: sequence++ & 0xffff,
          timestamp: 1,
          ssrc: SSRC,
          payload,
        })
        const clear = Buffer.concat([
          Buffer.from([0x80 | csrcs]),
          plain.subarray(1, 12),
          Buffer.alloc(csrcs * 4, 3),
          plain.subarray(12),
        ])
        const sealed = sender.protectRtp(Buffer.from(clear))
        expect(sealed.subarray(0, 12 + csrcs * 4)).toEqual(clear.subarray(0, 12 + csrcs * 4))
        expect(sealed.includes(Buffer.from(payload))).toBe(false)
        expect(receiver.unprotectRtp(sealed)).toEqual(clear)
      }),
    )
  })
  let sequence = 100

  test('a packet or report is taken once; a changed bit, a cut and another key are refused', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(7), (at, bit) => {
        const { sender, receiver } = pair()
        for (const [sealed, open] of [
          [sender.protectRtp(voice(1)), (datagram: Buffer) => receiver.unprotectRtp(datagram)],
          [sender.protectRtcp(report()), (datagram: Buffer) => receiver.unprotectRtcp(datagram)],
        ] as const) {
          const changed = Buffer.from(sealed)
          changed[at % sealed.length] = (changed[at % sealed.length] ?? 0) ^ (1 << bit)
          expect(open(changed)).toBeUndefined()
          expect(open(Buffer.from(sealed.subarray(0, at % sealed.length)))).toBeUndefined()
          expect(open(Buffer.from(sealed))).toBeDefined()
          expect(open(Buffer.from(sealed))).toBeUndefined()
        }
      }),
    )
    const stranger = new SrtpReceiver(suite, makeSrtpKeys()[suite])
    expect(stranger.unprotectRtp(pair().sender.protectRtp(voice(1)))).toBeUndefined()
  })

  test('any bytes are refused, never an exception', () => {
    const { receiver } = pair()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        expect(receiver.unprotectRtp(Buffer.from(bytes))).toBeUndefined()
        expect(receiver.unprotectRtcp(Buffer.from(bytes))).toBeUndefined()
      }),
    )
  })

  test('three wrap-arounds of the sequence number, with loss and disorder at each', () => {
    const { sender, receiver } = pair()
    const opened: number[] = []
    for (let block = 0; block < 4_000; block++) {
      const sealed = Array.from({ length: 50 }, (_, i) => sender.protectRtp(voice(60_000 + block * 50 + i)))
      // Of each fifty only a few are received, in disorder: the receiver never sees the exact moment of the wrap.
      for (const at of [7, 3, 40, 39]) {
        const clear = receiver.unprotectRtp(sealed[at] ?? Buffer.alloc(0))
        if (clear !== undefined) opened.push(clear.readUInt16BE(2))
      }
    }
    expect(opened.length).toBe(16_000)
  })

  test('another stream of the same sender begins anew, within bounds', () => {
    const { receiver } = pair()
    for (let ssrc = 1; ssrc < 100; ssrc++)
      expect(receiver.unprotectRtp(new SrtpSender(suite, key).protectRtp(voice(5, 'x', ssrc)))).toBeDefined()
  })
})

test('the tag of AES_CM_128_HMAC_SHA1_32 is the beginning of the longer one', () => {
  const key = makeSrtpKeys().AES_CM_128_HMAC_SHA1_80
  const [long, short] = (['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32'] as const).map((suite) =>
    new SrtpSender(suite, key).protectRtp(voice(9)),
  )
  expect(long?.length).toBe((short?.length ?? 0) + 6)
  expect(long?.subarray(0, short?.length)).toEqual(short)
})

test('the replay window: each index once, in any order, none older than 128', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(600), { maxLength: 200 }), (indices) => {
      const window = new ReplayWindow()
      const seen = new Set<number>()
      let highest = -1
      for (const index of indices) {
        const expected = seen.has(index) || index <= highest - 128
        expect(window.isReplayed(index)).toBe(expected)
        if (expected) continue
        window.accept(index)
        seen.add(index)
        highest = Math.max(highest, index)
      }
    }),
  )
})

describe('keys in SDP', () => {
  const end = (host: string, policy: SrtpPolicy) => ({
    host,
    rtpPort: 4_000,
    srtp: { policy, keys: makeSrtpKeys() },
  })

  test('a required offer is answered in kind: each end encrypts with its own key', () => {
    const [a, b] = [end('10.0.0.1', 'require'), end('10.0.0.2', 'accept')]
    const offer = buildSdpOffer(a)
    expect(offer).toContain('RTP/SAVP 0 8 101')
    const { sdp, media } = answerSdpOffer(offer, b)
    expect(sdp).toMatch(/m=audio 4000 RTP\/SAVP 0 101\r\n/)
    expect(sdp.match(/a=crypto:/g)?.length).toBe(1)
    const back = readSdpAnswer(sdp, a.srtp)
    expect(media.srtp?.suite).toBe('AES_CM_128_HMAC_SHA1_80')
    expect(back.srtp?.localKey).toEqual(media.srtp?.remoteKeys[0]?.key)
    expect(back.srtp?.remoteKeys.map(({ key }) => key)).toEqual([media.srtp?.localKey])
  })

  test.each([
    ['require', 'off'],
    ['accept', 'require'],
  ] as const)('%s and %s do not come together', (offering, answering) => {
    const offer = buildSdpOffer(end('10.0.0.1', offering))
    expect(() => answerSdpOffer(offer, end('10.0.0.2', answering))).toThrow(SipCallError)
  })

  test('who requires it takes no answer in the clear', () => {
    const a = end('10.0.0.1', 'require')
    const { sdp } = answerSdpOffer(buildSdpOffer(end('10.0.0.3', 'accept')), end('10.0.0.2', 'off'))
    expect(() => readSdpAnswer(sdp, a.srtp)).toThrow(SipCallError)
  })

  test('keys beside RTP/AVP are taken, where we may', () => {
    const offer = `${buildSdpOffer({ host: '10.0.0.1', rtpPort: 4_000 })}a=crypto:7 AES_CM_128_HMAC_SHA1_32 inline:${Buffer.alloc(30, 1).toString('base64')}|2^31\r\n`
    const { sdp, media } = answerSdpOffer(offer, end('10.0.0.2', 'accept'))
    expect(media.srtp?.suite).toBe('AES_CM_128_HMAC_SHA1_32')
    expect(sdp).toMatch(/m=audio 4000 RTP\/AVP.*a=crypto:7 AES_CM_128_HMAC_SHA1_32 inline:/s)
    expect(answerSdpOffer(offer, end('10.0.0.2', 'off')).media.srtp).toBeUndefined()
  })

  const key = Buffer.alloc(30, 5).toString('base64')
  test.each([
    ['an unknown suite', `1 F8_128_HMAC_SHA1_80 inline:${key}`],
    ['a key of a wrong length', `1 AES_CM_128_HMAC_SHA1_80 inline:${Buffer.alloc(16).toString('base64')}`],
    ['several keys without identifiers', `1 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^20;inline:${key}`],
    ['two keys of one identifier', `1 AES_CM_128_HMAC_SHA1_80 inline:${key}|1:4;inline:${key}|1:4`],
    ['identifiers of two lengths', `1 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^20|1:4;inline:${key}|2^20|2:2`],
    ['an identifier that does not fit', `1 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^20|256:1`],
    ['an identifier without length', `1 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^20|1:0`],
    ['a key that may not be used', `1 AES_CM_128_HMAC_SHA1_80 inline:${key}|0`],
    ['a lifetime beyond all bounds', `1 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^49`],
    ['parameters that change the wire', `1 AES_CM_128_HMAC_SHA1_80 inline:${key} UNENCRYPTED_SRTP`],
    ['nonsense', 'x'],
  ])('a line with %s is passed over', (_, line) => {
    expect(parseCrypto(line)).toBeUndefined()
  })

  test('lifetime and window hint are no obstacle', () => {
    const line = `2 AES_CM_128_HMAC_SHA1_32 inline:${key}|2^31 WSH=64`
    expect(parseCrypto(line)).toMatchObject({ tag: '2', keys: [{ lifetime: 2 ** 31, mki: null }] })
    const several = `1 AES_CM_128_HMAC_SHA1_80 inline:${key}|1000|1:4;inline:${key}|2^20|66051:4`
    expect(parseCrypto(several)?.keys.map(({ lifetime, mki }) => [lifetime, mki?.toString('hex')])).toEqual([
      [1_000, '00000001'],
      [2 ** 20, '00010203'],
    ])
  })

  test('any line is a key or nothing, never an exception', () => {
    fc.assert(fc.property(fc.string(), (line) => void parseCrypto(line)))
  })
})

/** Session authentication by hand, so that the roll-over counter is proved to be in the tag. */
test('the tag covers the roll-over counter', () => {
  const suite: CryptoSuite = 'AES_CM_128_HMAC_SHA1_80'
  const key = makeSrtpKeys()[suite]
  const sender = new SrtpSender(suite, key)
  sender.protectRtp(voice(65_535))
  const sealed = sender.protectRtp(voice(65_536))
  const authentication = deriveKey(key.subarray(0, 16), key.subarray(16), 1, 20)
  const tag = createHmac('sha1', authentication)
    .update(sealed.subarray(0, -10))
    .update(Buffer.from([0, 0, 0, 1]))
    .digest()
  expect(sealed.subarray(-10)).toEqual(tag.subarray(0, 10))
})
