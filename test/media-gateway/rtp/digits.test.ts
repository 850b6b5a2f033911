import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RtpPacket } from '../../../media-gateway/rtp/packet.ts'
import { DigitReceiver, DigitSender } from '../../../media-gateway/rtp/telephone-event.ts'

/** All packets of some digits, as the sender puts them on the wire. */
function send(digits: string, durationMs = 100, gapMs = 60): RtpPacket[] {
  const sender = new DigitSender()
  void sender.send(digits, durationMs, gapMs)
  const packets: RtpPacket[] = []
  for (let beat = 0; ; beat++) {
    const step = sender.next()
    if (step === undefined) return packets
    if (step === 'gap') continue
    for (let copy = 0; copy < step.copies; copy++)
      packets.push({
        payloadType: 101,
        marker: step.marker,
        sequence: packets.length,
        timestamp: beat * 160 - step.sinceStart,
        ssrc: 1,
        payload: step.payload,
      })
  }
}

function receive(packets: readonly RtpPacket[]) {
  const heard: { digit: string; durationMs: number }[] = []
  const receiver = new DigitReceiver((event) => heard.push(event))
  for (const [index, packet] of packets.entries()) receiver.push(packet, index * 20)
  receiver.tick(packets.length * 20 + 1_000)
  return heard
}

test('each digit is sent as one event: growing duration, marker first, the end three times', () => {
  const packets = send('5')
  expect(packets.map(({ marker }) => marker)).toEqual([true, false, false, false, false, false, false])
  expect(packets.map(({ payload }) => payload[0])).toEqual(Array(7).fill(5))
  expect(packets.map(({ payload }) => (payload[2] ?? 0) * 256 + (payload[3] ?? 0))).toEqual([
    160, 320, 480, 640, 800, 800, 800,
  ])
  expect(packets.map(({ payload }) => (payload[1] ?? 0) >> 7)).toEqual([0, 0, 0, 0, 1, 1, 1])
  expect(new Set(packets.map(({ timestamp }) => timestamp)).size).toBe(1)
})

test('every digit arrives once, also the same one twice, while one packet of each event comes through', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789*#ABCD'), minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(digits, fc.infiniteStream(fc.boolean()), (text, luck) => {
      const packets = send(text)
      const events = Map.groupBy(packets, ({ timestamp }) => timestamp)
      const arrived = [...events.values()].flatMap((event) => {
        const kept = event.filter(() => luck.next().value)
        return kept.length > 0 ? kept : event.slice(-1)
      })
      expect(
        receive(arrived)
          .map(({ digit }) => digit)
          .join(''),
      ).toBe(text)
    }),
  )
})

test('the length is that of the end packet', () => {
  expect(receive(send('7', 240))).toEqual([{ digit: '7', durationMs: 240 }])
})

test('overtaken packets of an earlier digit do not repeat it', () => {
  const packets = send('12')
  expect(receive([...packets, ...packets.slice(0, 3)]).map(({ digit }) => digit)).toEqual(['1', '2'])
})

test('packets in any order, twice, with ends lost: each digit once', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789*#ABCD'), minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(digits, fc.infiniteStream(fc.nat(3)), (text, luck) => {
      const packets = send(text).filter((packet) => !isEnd(packet) || luck.next().value !== 0)
      // Each is up to three places late, and some come twice.
      const arrived = packets
        .flatMap((packet, at) => {
          const late = luck.next().value ?? 0
          return [{ packet, at: at + late }, ...(late === 1 ? [{ packet, at: at + 3 }] : [])]
        })
        .sort((a, b) => a.at - b.at)
      expect(
        receive(arrived.map(({ packet }) => packet))
          .map(({ digit }) => digit)
          .join(''),
      ).toBe(text)
    }),
  )
})

test('a digit whose only packet was overtaken by the next one still comes first', () => {
  const packets = send('12')
  const [late] = packets
  const second = packets.filter(({ timestamp }) => timestamp !== packets[0]?.timestamp)
  expect(
    late && receive([...second.slice(0, 1), late, ...second.slice(1)]).map(({ digit }) => digit),
  ).toEqual(['1', '2'])
})

test('a key that is held for longer than a packet can say is one digit', () => {
  const long = (timestamp: number, duration: number, marker: boolean, end = false): RtpPacket => ({
    payloadType: 101,
    marker,
    sequence: 0,
    timestamp,
    ssrc: 1,
    payload: Uint8Array.of(9, end ? 0x8a : 0x0a, duration >> 8, duration & 0xff),
  })
  const packets = [
    long(1_000, 160, true),
    long(1_000, 0xffff, false),
    long(1_000 + 0xffff, 160, false),
    long(1_000 + 0xffff, 1_600, false, true),
  ]
  expect(receive(packets)).toEqual([{ digit: '9', durationMs: Math.round((0xffff + 1_600) / 8) }])
})

const isEnd = ({ payload }: RtpPacket) => ((payload[1] ?? 0) & 0x80) !== 0

test('what is no digit is refused', () => {
  expect(() => new DigitSender().send('12x', 100, 100)).toThrow('not on a telephone')
})

test('an event of another kind (a fax tone) is no digit', () => {
  const [packet] = send('1')
  expect(packet && receive([{ ...packet, payload: Uint8Array.of(32, 0x8a, 1, 0) }])).toEqual([])
})
