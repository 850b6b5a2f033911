/** What a bad line does to packets, without sockets. */
import { describe, expect, it } from 'vitest'
import { decodeG711, encodeG711 } from '../../../media-gateway/rtp/index.ts'
import { SpeechDecoder } from '../../../simulators/azure-speech/modem/decode.ts'
import { encodeSpeech } from '../../../simulators/azure-speech/modem/encode.ts'
import { seededRandom } from '../../../simulators/people/on-the-phone.ts'
import { PacketTrouble } from '../../../simulators/phones/bad-line.ts'

function pass(kind: 'drop' | 'double' | 'reorder'): number[] {
  const trouble = new PacketTrouble(kind, seededRandom('line'))
  return Array.from({ length: 1_000 }, (_, i) => trouble.pass(Buffer.from([i >> 8, i & 0xff])))
    .flat()
    .map((packet) => packet.readUInt16BE())
}

describe('a line that', () => {
  it('drops loses about one in twenty', () => {
    const passed = pass('drop')
    expect(passed.length).toBeGreaterThan(900)
    expect(passed.length).toBeLessThan(980)
    expect(passed).toEqual(passed.toSorted((a, b) => a - b))
  })

  it('doubles loses none', () => {
    const passed = pass('double')
    expect(passed.length).toBeGreaterThan(1_020)
    expect(new Set(passed).size).toBe(1_000)
  })

  it('reorders swaps neighbours', () => {
    const passed = pass('reorder')
    const swapped = passed.filter((packet, i) => packet > (passed[i + 1] ?? 1_000))
    expect(swapped.length).toBeGreaterThan(20)
    expect(passed.length).toBeGreaterThanOrEqual(999)
    for (const [i, packet] of passed.entries()) expect(Math.abs(packet - i)).toBeLessThanOrEqual(1)
  })

  it('hisses is heard in every packet of sound, and the words come through', () => {
    const trouble = new PacketTrouble('noise', seededRandom('line'))
    const words = '서울대학교병원 장례식장 특2호실, 삼가 고인의 명복을 빕니다.'
    const codes = encodeG711('PCMA', encodeSpeech(words, { pace: 8, pitch: 118 }).pcm)
    const decoder = new SpeechDecoder()
    let heard = ''
    for (let at = 0; at + 160 <= codes.length; at += 160) {
      const packet = rtpPacket(8, codes.subarray(at, at + 160))
      const [passed, ...more] = trouble.pass(packet)
      expect(more).toEqual([])
      expect(passed?.subarray(0, 12)).toEqual(packet.subarray(0, 12))
      expect(passed?.equals(packet)).toBe(false)
      const sound = decodeG711('PCMA', (passed ?? packet).subarray(12))
      heard += decoder
        .push(sound)
        .map(({ char }) => char)
        .join('')
    }
    heard += decoder
      .push(new Int16Array(1_600))
      .map(({ char }) => char)
      .join('')
    expect(heard).toBe(words)
  })

  it('hisses leaves keys and what is no sound alone', () => {
    const trouble = new PacketTrouble('noise', seededRandom('line'))
    for (const packet of [
      rtpPacket(101, Buffer.from([1, 10, 0, 160])),
      Buffer.from('hello'),
      Buffer.alloc(0),
    ])
      expect(trouble.pass(packet)).toEqual([packet])
  })
})

function rtpPacket(payloadType: number, payload: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([0x80, payloadType, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1]), payload])
}
