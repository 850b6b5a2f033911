/** Captured packets at rest: what was sealed is read again, up to where a crash has cut it. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  CAPTURE_HEADER_BYTES,
  type CapturedPacket,
  CaptureError,
  newCaptureKey,
  openCapture,
  sealBlock,
} from '../../domain/packet-capture.ts'

const KEY = 'ab'.repeat(32)
const NAME = 'captures/call-0123456789ab/leg-0123456789ab.sealed'

const port = fc.integer({ min: 0, max: 65_535 })
const packets = fc.array(
  fc.record({
    atUs: fc.integer({ min: 0, max: 4_000_000_000_000_000 }),
    direction: fc.constantFrom('in', 'out'),
    kind: fc.constantFrom('rtp', 'rtcp'),
    host: fc.ipV4(),
    port,
    ourPort: port,
    length: port,
    bytes: fc.uint8Array({ maxLength: 200 }),
  }),
  { maxLength: 8 },
)
const blocks = fc.array(packets, { maxLength: 5 })

const fileOf = (all: readonly (readonly CapturedPacket[])[]): Buffer => {
  const key = newCaptureKey(NAME, KEY)
  return Buffer.concat([key.header, ...all.map((block, index) => sealBlock(key, index, block))])
}
const read = (file: Buffer, name = NAME) =>
  [...openCapture(name, file, [KEY])].map((packet) => ({ ...packet, bytes: Uint8Array.from(packet.bytes) }))

describe('a capture', () => {
  test('is read as it was written', () => {
    fc.assert(fc.property(blocks, (all) => void expect(read(fileOf(all))).toEqual(all.flat())))
  })

  test('that was cut anywhere is read up to its last whole block', () => {
    fc.assert(
      fc.property(blocks, fc.double({ min: 0, max: 1, noNaN: true }), (all, share) => {
        const file = fileOf(all)
        const cut = CAPTURE_HEADER_BYTES + Math.floor((file.length - CAPTURE_HEADER_BYTES) * share)
        const found = read(file.subarray(0, cut))
        expect(found).toEqual(all.flat().slice(0, found.length))
      }),
    )
  })

  test('that was changed ends before the change, and is no other call’s', () => {
    const one: CapturedPacket = {
      atUs: 1,
      direction: 'in',
      kind: 'rtp',
      host: '192.0.2.1',
      port: 1,
      ourPort: 2,
      length: 3,
      bytes: Uint8Array.of(1, 2, 3),
    }
    const file = fileOf([[one], [one]])
    const last = file.length - 1
    file.writeUInt8(file.readUInt8(last) ^ 1, last)
    expect(read(file)).toEqual([one])
    expect(read(file, NAME.replace('call-0', 'call-1'))).toEqual([])
    expect(file.includes(Buffer.from([1, 2, 3]))).toBe(false)
  })

  test('of another kind or key is refused', () => {
    expect(() => read(Buffer.from('DAERIREC and more than thirty-six bytes'))).toThrow(CaptureError)
    expect(() => read(Buffer.alloc(3))).toThrow(CaptureError)
    expect(() => openCapture(NAME, fileOf([]), ['cd'.repeat(32)])).toThrow('not configured')
  })
})
