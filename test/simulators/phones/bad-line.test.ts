/** What a bad line does to packets, without sockets. */
import { describe, expect, it } from 'vitest'
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
})
