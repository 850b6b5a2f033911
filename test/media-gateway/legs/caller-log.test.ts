import { expect, test } from 'vitest'
import { FRAME_SAMPLES } from '../../../domain/media-socket.ts'
import { CallerLog, type LogItem } from '../../../media-gateway/legs/caller-log.ts'

function fill(log: CallerLog, frames: number): void {
  for (let i = 0; i < frames; i++) log.audio(new Uint8Array(FRAME_SAMPLES).fill(i % 251))
}

const outline = (items: readonly LogItem[]) =>
  items.map((item) => (item.kind === 'audio' ? item.cursor / FRAME_SAMPLES : item.message.type))

test('replays audio from a cursor, with what was reported where it happened', () => {
  const log = new CallerLog()
  fill(log, 3)
  log.message({ type: 'speech.start', cursor: FRAME_SAMPLES })
  fill(log, 2)
  log.message({ type: 'speech.end', cursor: 4 * FRAME_SAMPLES })
  fill(log, 1)
  expect(outline(log.since(0))).toEqual([0, 1, 2, 'speech.start', 3, 4, 'speech.end', 5])
  expect(outline(log.since(log.edge))).toEqual([])
})

test('a cursor inside a frame gets the whole frame', () => {
  const log = new CallerLog()
  fill(log, 3)
  expect(outline(log.since(FRAME_SAMPLES + 1))).toEqual([1, 2])
})

test('who comes while the caller speaks is told first that they do', () => {
  const log = new CallerLog()
  fill(log, 3)
  log.message({ type: 'speech.start', cursor: 0 })
  fill(log, 3)
  expect(outline(log.since(4 * FRAME_SAMPLES))).toEqual(['speech.start', 4, 5])
  log.message({ type: 'speech.end', cursor: 5 * FRAME_SAMPLES })
  fill(log, 1)
  expect(outline(log.since(6 * FRAME_SAMPLES))).toEqual(['speech.start', 'speech.end', 6])
  expect(outline(log.since(7 * FRAME_SAMPLES))).toEqual([])
})

test('keeps the last 30 s only, and what the caller was doing before', () => {
  const log = new CallerLog()
  fill(log, 10)
  log.message({ type: 'speech.start', cursor: 0 })
  fill(log, 3_000)
  expect(log.oldest).toBe((3_010 - 1_500) * FRAME_SAMPLES)
  const items = log.since(0)
  expect(outline(items).slice(0, 2)).toEqual(['speech.start', 1_510])
  expect(items.length).toBe(1_501)
})

test('gives back the very sound, round after round', () => {
  const log = new CallerLog(200)
  for (let i = 0; i < 1_000; i++) {
    const frame = new Uint8Array(FRAME_SAMPLES).fill(i % 251)
    expect(log.audio(frame)).toEqual({ kind: 'audio', at: log.edge, cursor: i * FRAME_SAMPLES, frame })
    frame.fill(255)
    for (const item of log.since(0)) {
      if (item.kind === 'audio') expect(item.frame[159]).toBe((item.cursor / FRAME_SAMPLES) % 251)
    }
  }
})

test('what was reported stays between the frames where it happened, however much there is of it', () => {
  const log = new CallerLog(200)
  const oneFrame = new Uint8Array(FRAME_SAMPLES)
  for (let i = 0; i < 500; i++) {
    log.audio(oneFrame)
    log.message({ type: i % 2 === 0 ? 'speech.start' : 'speech.end', cursor: i })
  }
  const items = log.since(0)
  expect(outline(items).slice(0, 4)).toEqual(['speech.start', 'speech.end', 490, 'speech.start'])
  expect(items.every((item, at) => at === 0 || item.at >= (items[at - 1]?.at ?? 0))).toBe(true)
})

test('after the end of the call it holds nothing, and takes no harm from what is late', () => {
  const log = new CallerLog()
  fill(log, 5)
  log.message({ type: 'speech.start', cursor: 0 })
  log.forget()
  expect(log.since(0)).toEqual([])
  const frame = new Uint8Array(FRAME_SAMPLES)
  expect(log.audio(frame)).toEqual({ kind: 'audio', at: 6 * FRAME_SAMPLES, cursor: 5 * FRAME_SAMPLES, frame })
  expect(log.edge).toBe(6 * FRAME_SAMPLES)
})
