import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeG711, encodeG711, SILENCE } from '../../../media-gateway/rtp/index.ts'
import {
  parseRtp,
  sequenceDistance,
  serialiseRtp,
  timestampDistance,
} from '../../../media-gateway/rtp/packet.ts'

describe.each(['PCMU', 'PCMA'] as const)('G.711 %s', (codec) => {
  const codes = Uint8Array.from({ length: 256 }, (_, i) => i)

  test('every code survives decoding and encoding, but for the second zero of mu-law', () => {
    const again = encodeG711(codec, decodeG711(codec, codes))
    const changed = codes.filter((code) => again[code] !== code)
    expect([...changed]).toEqual(codec === 'PCMU' ? [0x7f] : [])
  })

  test('every sample becomes the value of the table that is nearest to it', () => {
    const values = [...decodeG711(codec, codes)].sort((a, b) => a - b)
    let above = 0
    for (let sample = -32_768; sample <= 32_767; sample++) {
      while (above < values.length && (values[above] ?? 0) < sample) above++
      const nearest = Math.min(
        Math.abs(sample - (values[above - 1] ?? Number.NEGATIVE_INFINITY)),
        Math.abs(sample - (values[above] ?? Number.POSITIVE_INFINITY)),
      )
      const [decoded = 0] = decodeG711(codec, encodeG711(codec, Int16Array.of(sample)))
      if (Math.abs(decoded - sample) !== nearest) expect.fail(`${sample} became ${decoded}`)
    }
  })

  test('silence is silence', () => {
    expect(encodeG711(codec, Int16Array.of(codec === 'PCMU' ? 0 : 8))[0]).toBe(SILENCE[codec])
  })
})

test('known values of both laws (ITU-T G.711 tables)', () => {
  expect([...decodeG711('PCMU', Uint8Array.of(0x00, 0x80, 0xff, 0x7f))]).toEqual([-32_124, 32_124, 0, 0])
  expect([...decodeG711('PCMA', Uint8Array.of(0x2a, 0xaa, 0xd5, 0x55))]).toEqual([-32_256, 32_256, 8, -8])
})

describe('RTP packets', () => {
  const packets = fc.record({
    payloadType: fc.integer({ min: 0, max: 127 }).filter((type) => type < 64 || type > 95),
    marker: fc.boolean(),
    sequence: fc.nat(0xffff),
    timestamp: fc.nat(0xffffffff),
    ssrc: fc.nat(0xffffffff),
    payload: fc.uint8Array({ maxLength: 320 }),
  })

  test('survive the wire', () => {
    fc.assert(
      fc.property(packets, (packet) => {
        const parsed = parseRtp(serialiseRtp(packet))
        expect(parsed && { ...parsed, payload: Uint8Array.from(parsed.payload) }).toEqual({
          ...packet,
          payload: Uint8Array.from(packet.payload),
        })
      }),
    )
  })

  test('any bytes are a packet or nothing, never an exception', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void parseRtp(Buffer.from(bytes))))
  })

  test('CSRCs, extension and padding are passed over', () => {
    const plain = serialiseRtp({
      payloadType: 0,
      marker: false,
      sequence: 1,
      timestamp: 2,
      ssrc: 3,
      payload: Uint8Array.of(1, 2, 3),
    })
    const extended = Buffer.concat([
      Buffer.from([0x80 | 0x20 | 0x10 | 1]),
      plain.subarray(1, 12),
      Buffer.from([9, 9, 9, 9]),
      Buffer.from([0xbe, 0xde, 0, 1, 7, 7, 7, 7]),
      plain.subarray(12),
      Buffer.from([0, 2]),
    ])
    expect([...(parseRtp(extended)?.payload ?? [])]).toEqual([1, 2, 3])
  })

  test('RTCP on the RTP port is not taken for RTP', () => {
    expect(parseRtp(Buffer.from([0x80, 200, 0, 6, ...Array(24).fill(0)]))).toBeUndefined()
  })

  test('distances know the wrap-around', () => {
    expect(sequenceDistance(2, 65_534)).toBe(4)
    expect(sequenceDistance(65_534, 2)).toBe(-4)
    expect(timestampDistance(100, 4_294_967_200)).toBe(196)
  })
})
