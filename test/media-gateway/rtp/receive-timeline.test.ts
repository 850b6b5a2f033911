import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FRAME_SAMPLES } from '../../../domain/media-socket.ts'
import { decodeG711, SILENCE } from '../../../media-gateway/rtp/index.ts'
import { ReceiveTimeline } from '../../../media-gateway/rtp/receive-timeline.ts'

const MS = 8
const SILENT = SILENCE.PCMU

function listen() {
  const frames: Uint8Array[] = []
  const cursors: number[] = []
  const timeline = new ReceiveTimeline('PCMU', (frame, cursor) => {
    frames.push(frame)
    cursors.push(cursor)
  })
  return { timeline, frames, cursors, sound: () => Buffer.concat(frames) }
}

/** Packet `n` of a stream: its bytes are all `n + 1`, loud and never silence. */
const packet = (n: number, options: { ssrc?: number; skew?: number; base?: number } = {}) => ({
  packet: {
    sequence: ((options.base ?? 65_530) + n) & 0xffff,
    timestamp: (4_294_967_000 + n * FRAME_SAMPLES + (options.skew ?? 0)) >>> 0,
    ssrc: options.ssrc ?? 7,
  },
  audio: new Uint8Array(FRAME_SAMPLES).fill((n % 100) + 1),
})

const arrival = (n: number) => (n + 1) * FRAME_SAMPLES

/** As the clock does it: every 20 ms. */
const settle = (timeline: ReceiveTimeline, from: number, to: number) => {
  for (let now = from; now <= to; now += FRAME_SAMPLES) timeline.settle(now)
}

/** The packets heard, in order, silence left out. */
const order = (frames: readonly Uint8Array[]) =>
  frames.flatMap((frame) => {
    const code = frame.find((byte) => byte !== SILENT)
    return code === undefined ? [] : [code - 1]
  })

/** Equal bytes that follow each other. */
function runs(sound: Uint8Array): { code: number; length: number }[] {
  const found: { code: number; length: number }[] = []
  for (const code of sound) {
    const last = found.at(-1)
    if (last?.code === code) last.length++
    else found.push({ code, length: 1 })
  }
  return found
}

describe('the timeline of what is received', () => {
  test('passes packets in order straight through, across both wrap-arounds', () => {
    const { timeline, frames, cursors } = listen()
    for (let n = 0; n < 20; n++) timeline.push(packet(n), arrival(n))
    expect(order(frames)).toEqual([...Array(20).keys()])
    expect(cursors).toEqual(frames.map((_, i) => i * FRAME_SAMPLES))
  })

  test('begins where the first packet came: the time before it is silence', () => {
    const { timeline, frames } = listen()
    timeline.settle(400 * MS)
    timeline.push(packet(0), 500 * MS)
    expect(frames.length).toBe(25)
    expect(order(frames)).toEqual([0])
    expect(order(frames.slice(-1))).toEqual([0])
  })

  test('puts overtaken packets back in order', () => {
    const { timeline, frames } = listen()
    for (const n of [0, 2, 3, 1, 4]) timeline.push(packet(n), arrival(Math.max(n, 3)))
    expect(order(frames)).toEqual([0, 1, 2, 3, 4])
    expect(timeline.counts).toMatchObject({ reordered: 1, late: 0 })
  })

  test('waits a moment for a lost packet, then conceals it: what was before fades into what comes after', () => {
    const { timeline, frames } = listen()
    for (const n of [0, 1, 3]) timeline.push(packet(n), arrival(n))
    timeline.settle(arrival(3) + 40 * MS)
    expect(order(frames)).toEqual([0, 1])
    timeline.settle(arrival(3) + 60 * MS)
    expect(frames.map((frame) => frame[0])).toEqual([1, 2, 2, 4])
    expect(frames[2]?.at(-1)).toBe(4)
    timeline.push(packet(2), arrival(6))
    expect(timeline.counts).toMatchObject({ late: 1, lost: 1, gaps: 1, concealed: FRAME_SAMPLES })
    expect(frames.length).toBe(4)
  })

  test('waits as long as packets of this line were seen to be late', () => {
    const { timeline, frames } = listen()
    for (const n of [0, 1, 3]) timeline.push(packet(n), arrival(n))
    timeline.settle(arrival(3) + 60 * MS)
    timeline.push(packet(2), arrival(3) + 110 * MS)
    expect(timeline.counts.late).toBe(1)
    for (const n of [4, 5, 7]) timeline.push(packet(n), arrival(10))
    timeline.settle(arrival(10) + 120 * MS)
    timeline.push(packet(6), arrival(10) + 125 * MS)
    expect(order(frames).slice(-4)).toEqual([4, 5, 6, 7])
    expect(timeline.counts.late).toBe(1)
  })

  test('silence that the peer describes is its noise, and needs no second occasion', () => {
    const { timeline, frames } = listen()
    timeline.push(packet(0), arrival(0))
    timeline.push({ ...packet(1), audio: undefined, noiseDbov: -50 }, arrival(1))
    settle(timeline, arrival(1), arrival(30))
    timeline.push(packet(2, { skew: 29 * FRAME_SAMPLES }), arrival(31))
    const noise = decodeG711('PCMU', Buffer.concat(frames.slice(1, 30)))
    const rms = Math.sqrt(noise.reduce((sum, sample) => sum + sample ** 2, 0) / noise.length)
    expect(20 * Math.log10(rms / 32_768)).toBeCloseTo(-50, 0)
    expect(frames.at(-1)?.[0]).toBe(3)
    expect(timeline.edge).toBe(arrival(31))
  })

  test('drops duplicates, also of packets that still wait', () => {
    const { timeline, frames } = listen()
    for (const n of [0, 0, 2, 2, 1, 1, 2]) timeline.push(packet(n), arrival(n))
    expect(order(frames)).toEqual([0, 1, 2])
    expect(timeline.counts).toMatchObject({ duplicates: 4, late: 0, lost: 0 })
  })

  test('keeps the caller clock where a phone sends nothing in silence', () => {
    const { timeline, frames, cursors } = listen()
    timeline.push(packet(0), arrival(0))
    for (let now = arrival(1); now < arrival(50); now += FRAME_SAMPLES) timeline.settle(now)
    timeline.push(packet(1, { skew: 49 * FRAME_SAMPLES }), arrival(50))
    expect(cursors.at(-1)).toBe(50 * FRAME_SAMPLES)
    expect(order(frames)).toEqual([0, 1])
  })

  test('a phone that sends nothing in silence is taken for silent after 100 ms', () => {
    const { timeline } = listen()
    timeline.push(packet(0), arrival(0))
    timeline.push(packet(1, { skew: 20 * FRAME_SAMPLES }), arrival(21))
    settle(timeline, arrival(21), arrival(21) + 300 * MS)
    expect(timeline.edge).toBe(arrival(21))
    timeline.push(packet(2, { skew: 40 * FRAME_SAMPLES }), arrival(42))
    settle(timeline, arrival(42), arrival(42) + 300 * MS)
    expect(timeline.edge).toBe(arrival(42) + 200 * MS)
  })

  test('a sender that stood still and left time out is not one that pauses', () => {
    const { timeline, frames } = listen()
    // Three times: 22 frames of nothing, then twenty at once; two were left out.
    let skipped = 0
    for (let round = 0, frame = 0; round < 3; round++) {
      for (const end = frame + 30; frame < end; frame++) {
        timeline.push(packet(frame - skipped, { skew: skipped * FRAME_SAMPLES }), arrival(frame))
        timeline.settle(arrival(frame))
      }
      settle(timeline, arrival(frame), arrival(frame + 20))
      skipped += 2
      const woken = frame + 21
      for (frame += 2; frame <= woken; frame++)
        timeline.push(packet(frame - skipped, { skew: skipped * FRAME_SAMPLES }), arrival(woken))
    }
    const { edge } = timeline
    settle(timeline, edge, edge + 300 * MS)
    expect(timeline.edge).toBe(edge)
    expect(order(frames).length).toBeGreaterThan(140)
  })

  test('a moment in which we stood still ourselves leaves no trace, however long', () => {
    const { timeline, frames } = listen()
    for (let n = 0; n < 5; n++) timeline.push(packet(n), arrival(n))
    settle(timeline, arrival(0), arrival(4))
    // Three seconds later the first turn of the event loop finds some of the packets, the next ones the others.
    for (let n = 5; n < 37; n++) timeline.push(packet(n), arrival(155))
    timeline.settle(arrival(155))
    for (let n = 37; n < 156; n++) timeline.push(packet(n), arrival(155))
    settle(timeline, arrival(156), arrival(170))
    expect(frames.map((frame) => frame[0])).toEqual(Array.from({ length: 156 }, (_, n) => (n % 100) + 1))
  })

  test('a lost packet does not make a phone one that leaves out silence', () => {
    const { timeline } = listen()
    for (const n of [0, 1, 3, 4]) timeline.push(packet(n), arrival(n))
    settle(timeline, arrival(4), arrival(4) + 300 * MS)
    expect(timeline.edge).toBe(arrival(4))
  })

  test('a moment in which the network stood still leaves no trace', () => {
    const { timeline, frames } = listen()
    for (let n = 0; n < 5; n++) timeline.push(packet(n), arrival(n))
    for (let now = arrival(5); now <= arrival(22); now += FRAME_SAMPLES) timeline.settle(now)
    for (let n = 5; n < 23; n++) timeline.push(packet(n), arrival(22))
    expect(frames.map((frame) => frame[0])).toEqual(Array.from({ length: 23 }, (_, n) => n + 1))
  })

  test('loses nothing when the network stood still for long and then delivers all at once', () => {
    const { timeline, frames } = listen()
    for (let n = 0; n < 5; n++) timeline.push(packet(n), arrival(n))
    for (let now = arrival(5); now <= arrival(85); now += FRAME_SAMPLES) timeline.settle(now)
    for (let n = 5; n < 86; n++) timeline.push(packet(n), arrival(85))
    expect(order(frames)).toEqual([...Array(86).keys()])
  })

  test('gets back to the wall clock by leaving out silence', () => {
    const { timeline } = listen()
    for (let n = 0; n < 5; n++) timeline.push(packet(n), arrival(n))
    for (let now = arrival(5); now <= arrival(105); now += FRAME_SAMPLES) timeline.settle(now)
    for (let n = 5; n < 106; n++) timeline.push(packet(n), arrival(105))
    expect(timeline.edge - arrival(105)).toBeGreaterThan(200 * MS)
    for (let n = 106; n < 156; n++)
      timeline.push({ ...packet(n), audio: new Uint8Array(FRAME_SAMPLES).fill(SILENT) }, arrival(n))
    expect(timeline.edge - arrival(155)).toBeLessThanOrEqual(80 * MS)
    expect(timeline.counts.leftOut).toBeGreaterThan(200 * MS)
  })

  test('goes on with a new source where the wall clock is', () => {
    const { timeline, frames, cursors } = listen()
    for (let n = 0; n < 3; n++) timeline.push(packet(n), arrival(n))
    for (let n = 0; n < 3; n++)
      timeline.push(packet(n + 10, { ssrc: 8, base: 100, skew: 99_999 }), arrival(n + 6))
    expect(order(frames)).toEqual([0, 1, 2, 10, 11, 12])
    expect(cursors.at(-3)).toBe(6 * FRAME_SAMPLES)
  })

  test('does not follow a timestamp that jumps into the future', () => {
    const { timeline } = listen()
    timeline.push(packet(0), arrival(0))
    timeline.push(packet(1, { skew: 1_000_000 }), arrival(1))
    expect(timeline.edge).toBe(2 * FRAME_SAMPLES)
  })

  test('events take a sequence number and their time, but bring no sound', () => {
    const { timeline, frames } = listen()
    timeline.push(packet(0), arrival(0))
    for (const n of [1, 2, 3]) timeline.push({ ...packet(n), audio: undefined }, arrival(n))
    timeline.push(packet(4), arrival(4))
    expect(frames.map((frame) => frame[0])).toEqual([1, SILENT, SILENT, SILENT, 5])
  })

  test('cuts packets of other lengths into frames', () => {
    const { timeline, frames, sound } = listen()
    for (let n = 0; n < 10; n++) {
      const samples = 240
      const input = {
        packet: { sequence: n, timestamp: n * samples, ssrc: 1 },
        audio: new Uint8Array(samples).fill(n + 1),
      }
      timeline.push(input, (n + 1) * samples)
    }
    expect(frames.length).toBe(15)
    expect([...new Set(sound())]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  test('whatever the network does: no hole, no duplicate, no disorder, in step with the clock', () => {
    const network = fc.array(
      fc.record({
        lost: fc.boolean(),
        delayMs: fc.nat({ max: 150 }),
        copies: fc.integer({ min: 1, max: 2 }),
      }),
      { minLength: 1, maxLength: 120 },
    )
    fc.assert(
      fc.property(network, (fates) => {
        const { timeline, frames, cursors } = listen()
        const arrivals = fates.flatMap(({ lost, delayMs, copies }, n) =>
          lost && n % 3 === 0
            ? []
            : Array.from({ length: copies }, (_, copy) => ({
                at: arrival(n) + (delayMs + copy * 30) * MS,
                n,
              })),
        )
        arrivals.sort((a, b) => a.at - b.at)
        const end = arrival(fates.length) + 1_200 * MS
        for (let now = 0; now <= end; now += FRAME_SAMPLES) {
          while (arrivals[0] !== undefined && arrivals[0].at <= now) {
            const { n, at } = arrivals.shift() as (typeof arrivals)[0]
            timeline.push(packet(n), at)
          }
          timeline.settle(now)
        }
        expect(cursors).toEqual(frames.map((_, i) => i * FRAME_SAMPLES))
        // What was received is whole: a run of its code. Concealment between two is shorter runs, or makes one longer.
        const once = runs(Buffer.concat(frames))
          .filter(({ code, length }) => code !== SILENT && length >= FRAME_SAMPLES)
          .map(({ code }) => code - 1)
        for (const [i, n] of once.entries())
          if (i > 0) expect((n - (once[i - 1] ?? 0) + 100) % 100).toBeGreaterThan(0)
        expect(new Set(once.map((n, i) => `${n}/${Math.floor(i / 100)}`)).size).toBe(once.length)
        expect(timeline.edge).toBeGreaterThanOrEqual(end - 1_000 * MS - FRAME_SAMPLES)
      }),
      { numRuns: 200 },
    )
  })
})
