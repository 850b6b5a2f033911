/** Offer and answer (RFC 3264) for G.711 with telephone-event. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AudioCodec,
  answerReoffer,
  buildOffer,
  type Direction,
  negotiateAnswer,
  parseSdp,
  readAnswer,
  SipCallError,
} from '../../../media-gateway/sip/index.ts'

const local = {
  id: 1_763_690_000,
  version: 1_763_690_001,
  ip: '192.0.2.7',
  rtpPort: 20_000,
  rtcpPort: 20_001,
}

const sdp = (...media: string[]) =>
  [
    'v=0',
    'o=- 18446744073709551615 2 IN IP4 198.51.100.1',
    's=-',
    'c=IN IP4 198.51.100.1',
    't=0 0',
    ...media,
    '',
  ].join('\r\n')

describe('buildOffer', () => {
  it('writes exactly what carriers are promised', () => {
    expect(buildOffer(local)).toBe(
      'v=0\r\no=- 1763690000 1763690001 IN IP4 192.0.2.7\r\ns=Talk\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\n' +
        'm=audio 20000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=rtcp:20001\r\n',
    )
  })

  it('is read back', () => {
    const [audio] = parseSdp(buildOffer(local)).media
    expect(audio).toMatchObject({ port: 20_000, rtcpPort: 20_001, host: '192.0.2.7', direction: 'sendrecv' })
  })
})

describe('negotiateAnswer', () => {
  it.each([
    ['PCMU first', 'm=audio 4000 RTP/AVP 0 8 101', { codec: 'PCMU', payloadType: 0 }],
    ['PCMA first', 'm=audio 4000 RTP/AVP 18 8 0', { codec: 'PCMA', payloadType: 8 }],
    [
      'a dynamic payload type',
      'm=audio 4000 RTP/AVP 96\r\na=rtpmap:96 pcma/8000/1',
      { codec: 'PCMA', payloadType: 96 },
    ],
    [
      'digits',
      'm=audio 4000 RTP/AVP 0 97\r\na=rtpmap:97 telephone-event/8000',
      { telephoneEventPayloadType: 97 },
    ],
    [
      'no digits at another clock',
      'm=audio 4000 RTP/AVP 0 97\r\na=rtpmap:97 telephone-event/16000',
      { telephoneEventPayloadType: null },
    ],
    [
      'own address and RTCP port',
      'm=audio 4000 RTP/AVP 0\r\nc=IN IP4 203.0.113.9\r\na=rtcp:4100 IN IP4 203.0.113.9',
      { remote: { host: '203.0.113.9', rtpPort: 4000, rtcpPort: 4100 } },
    ],
    [
      'RTCP by default',
      'm=audio 4000 RTP/AVP 0',
      { remote: { host: '198.51.100.1', rtpPort: 4000, rtcpPort: 4001 } },
    ],
  ])('chooses by the offer: %s', (_name, media, expected) => {
    expect(negotiateAnswer(sdp(media), local)).toMatchObject(expected)
  })

  it('writes one codec, the same payload type for digits, and refuses other media in their place', () => {
    const offer = sdp(
      'm=video 5000 RTP/AVP 97',
      'm=audio 4000 RTP/AVP 8 0 99',
      'a=rtpmap:99 telephone-event/8000',
      'm=audio 4002 RTP/AVP 0',
    )
    expect(negotiateAnswer(offer, local).sdp.split('\r\n').slice(5)).toEqual([
      'm=video 0 RTP/AVP 97',
      'm=audio 20000 RTP/AVP 8 99',
      'a=rtpmap:99 telephone-event/8000',
      'a=rtcp:20001',
      'm=audio 0 RTP/AVP 0',
      '',
    ])
  })

  it.each<[string, Direction, Direction, boolean]>([
    ['sendrecv', 'sendrecv', 'sendrecv', false],
    ['sendonly', 'sendrecv', 'recvonly', true],
    ['recvonly', 'sendrecv', 'sendonly', false],
    ['inactive', 'sendrecv', 'inactive', true],
    ['sendrecv', 'sendonly', 'sendonly', false],
    ['sendonly', 'sendonly', 'inactive', true],
  ])('answers %s, where we want %s, with %s', (offered, wanted, answered, onHold) => {
    const answer = negotiateAnswer(sdp('m=audio 4000 RTP/AVP 0', `a=${offered}`), {
      ...local,
      direction: wanted,
    })
    expect(answer).toMatchObject({ direction: answered, onHold })
    expect(parseSdp(answer.sdp).media[0]?.direction).toBe(answered)
  })

  it('takes the direction of the session where the section has none, and 0.0.0.0 for hold', () => {
    expect(
      negotiateAnswer(sdp('m=audio 4000 RTP/AVP 0').replace('t=0 0', 't=0 0\r\na=sendonly'), local).onHold,
    ).toBe(true)
    expect(negotiateAnswer(sdp('m=audio 4000 RTP/AVP 0', 'c=IN IP4 0.0.0.0'), local).direction).toBe(
      'recvonly',
    )
  })

  it.each([
    ['G.729 only', sdp('m=audio 4000 RTP/AVP 18')],
    ['encrypted media only', sdp('m=audio 4000 RTP/SAVP 0')],
    ['video only', sdp('m=video 4000 RTP/AVP 0')],
    ['a refused section', sdp('m=audio 0 RTP/AVP 0')],
    ['PCMU renamed to something else', sdp('m=audio 4000 RTP/AVP 0\r\na=rtpmap:0 L16/44100')],
    ['no address', 'v=0\r\no=- 1 1 IN IP4 x\r\nm=audio 4000 RTP/AVP 0\r\n'],
    ['nonsense', 'hello'],
    ['a broken section', sdp('m=audio many RTP/AVP 0')],
  ])('refuses %s with 488', (_name, offer) => {
    expect(() => negotiateAnswer(offer, local)).toThrow(
      expect.objectContaining({ reason: 'not_acceptable', code: 488, retryable: false }),
    )
  })

  it('speaks only the codecs that it is told to', () => {
    expect(negotiateAnswer(buildOffer(local), { ...local, codecs: ['PCMA'] }).codec).toBe('PCMA')
  })
})

describe('readAnswer', () => {
  it('reads the answer of the other side and refuses one without a codec of ours', () => {
    const { sdp: answer } = negotiateAnswer(buildOffer(local), {
      ...local,
      ip: '198.51.100.2',
      rtpPort: 4000,
      rtcpPort: 4001,
    })
    expect(readAnswer(answer)).toMatchObject({
      codec: 'PCMU',
      payloadType: 0,
      telephoneEventPayloadType: 101,
      remote: { host: '198.51.100.2', rtpPort: 4000 },
      direction: 'sendrecv',
      onHold: false,
    })
    expect(() => readAnswer(sdp('m=audio 0 RTP/AVP 0'))).toThrow(SipCallError)
  })
})

describe('answerReoffer', () => {
  const current = negotiateAnswer(sdp('m=audio 4000 RTP/AVP 0'), local).sdp

  it('keeps the description where nothing changes, else counts the version', () => {
    expect(answerReoffer(current, null)).toBe(current)
    expect(answerReoffer(current, sdp('m=audio 4444 RTP/AVP 0'))).toBe(current)
    const held = answerReoffer(current, sdp('m=audio 4000 RTP/AVP 0', 'a=sendonly'))
    expect(held).toContain('o=- 1763690000 1763690002 IN IP4')
    expect(held).toContain('a=recvonly')
    expect(answerReoffer(held, sdp('m=audio 4000 RTP/AVP 0'))).toContain('1763690003')
  })
})

describe('any offer', () => {
  const direction = fc.constantFrom<Direction>('sendrecv', 'sendonly', 'recvonly', 'inactive')
  const section = fc
    .record({
      kind: fc.constantFrom('audio', 'video', 'application'),
      port: fc.nat(65_535),
      profile: fc.constantFrom('RTP/AVP', 'RTP/SAVP', 'UDP/TLS/RTP/SAVPF'),
      formats: fc.uniqueArray(fc.constantFrom(0, 3, 8, 9, 18, 96, 97, 101), { minLength: 1 }),
      maps: fc.dictionary(
        fc.constantFrom('96', '97', '101'),
        fc.constantFrom('PCMU/8000', 'telephone-event/8000', 'opus/48000/2'),
      ),
      direction: fc.option(direction),
    })
    .map(({ kind, port, profile, formats, maps, direction: way }) => [
      `m=${kind} ${port} ${profile} ${formats.join(' ')}`,
      ...Object.entries(maps).map(([type, encoding]) => `a=rtpmap:${type} ${encoding}`),
      ...(way === null ? [] : [`a=${way}`]),
    ])

  it('gets an answer with as many sections and only what was offered, or 488', () => {
    fc.assert(
      fc.property(fc.array(section, { maxLength: 4 }), direction, (sections, wanted) => {
        const offer = sdp(...sections.flat())
        try {
          const answer = negotiateAnswer(offer, { ...local, direction: wanted })
          const offered = parseSdp(offer).media
          const answered = parseSdp(answer.sdp).media
          expect(answered.map(({ kind, profile }) => [kind, profile])).toEqual(
            offered.map(({ kind, profile }) => [kind, profile]),
          )
          const live = answered.flatMap((media, index) =>
            media.port === 0 ? [] : [{ media, offer: offered[index] }],
          )
          expect(live).toHaveLength(1)
          const [only] = live
          expect(only?.offer?.formats).toEqual(expect.arrayContaining(only?.media.formats as string[]))
          expect(readAnswer(answer.sdp).codec).toBe<AudioCodec>(answer.codec)
          expect(readAnswer(answer.sdp).payloadType).toBe(answer.payloadType)
        } catch (error) {
          if (!(error instanceof SipCallError)) throw error
          expect(error.code).toBe(488)
        }
      }),
    )
  })

  it('that is no SDP is refused without another error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(() => negotiateAnswer(`v=0\r\n${text}`, local)).toThrow(SipCallError)
      }),
    )
  })
})
