import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  FrameClock,
  type FrameListener,
  mediaNow,
  standStillWithProcess,
} from '../../../media-gateway/rtp/index.ts'
import { eventually } from '../../support/patience.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

class Recorder implements FrameListener {
  readonly beats: number[] = []
  readonly skipped: number[] = []
  after = 0
  beat(nowMs: number, skipped: number): void {
    this.beats.push(nowMs)
    this.skipped.push(skipped)
  }
  afterBeat(): void {
    this.after++
  }
}

const added = (clock: FrameClock, count: number) =>
  Array.from({ length: count }, () => {
    const listener = new Recorder()
    clock.add(listener)
    return listener
  })

describe('the clock of frames', () => {
  test('beats fifty times a second for everybody, and looks after each beat', () => {
    const clock = new FrameClock()
    const listeners = added(clock, 25)
    vi.advanceTimersByTime(1_000)
    for (const { beats, after, skipped } of listeners) {
      expect(Math.abs(beats.length - 50)).toBeLessThanOrEqual(1)
      // The last one's is under way.
      expect(beats.length - after).toBeLessThanOrEqual(1)
      expect(Math.max(...skipped)).toBe(0)
      for (const [at, ms] of beats.entries())
        if (at > 0) expect(Math.abs(ms - (beats[at - 1] ?? 0) - 20)).toBeLessThanOrEqual(1)
    }
    for (const listener of listeners) clock.remove(listener)
    vi.advanceTimersByTime(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('spreads them over the 20 ms, and fills the places of those who left', () => {
    const clock = new FrameClock()
    const listeners = added(clock, 20)
    vi.advanceTimersByTime(100)
    const phases = () => Map.groupBy(listeners, ({ beats }) => Math.round(beats.at(-1) ?? 0) % 20)
    expect([...phases().values()].map((some) => some.length)).toEqual(Array(10).fill(2))
    for (const gone of listeners.splice(4, 6)) clock.remove(gone)
    listeners.push(...added(clock, 6))
    vi.advanceTimersByTime(100)
    expect([...phases().values()].map((some) => some.length)).toEqual(Array(10).fill(2))
    expect(clock.size).toBe(20)
  })

  test('the first beat comes within 30 ms, whoever beats already', () => {
    const clock = new FrameClock()
    for (let i = 0; i < 40; i++) {
      vi.advanceTimersByTime(7)
      const since = performance.now()
      const [listener] = added(clock, 1)
      vi.advanceTimersByTime(31)
      expect((listener?.beats[0] ?? 1e9) - since).toBeLessThanOrEqual(31)
    }
  })

  // The last one: it holds for the whole process.
  test('stands still with the process where that is wanted, and nothing is missed', async () => {
    vi.useRealTimers()
    standStillWithProcess()
    const clock = new FrameClock()
    const [listener] = added(clock, 1)
    if (listener === undefined) throw new Error('nobody listens')
    await eventually(() => expect(listener.beats.length).toBeGreaterThan(2))
    const before = { media: mediaNow(), real: performance.now(), beats: listener.beats.length }
    while (performance.now() < before.real + 700);
    await eventually(() => expect(listener.beats.length).toBeGreaterThan(before.beats))
    clock.remove(listener)
    expect(performance.now() - before.real - (mediaNow() - before.media)).toBeGreaterThan(600)
    expect(Math.max(...listener.skipped)).toBe(0)
  })
})
