import { expect, test } from 'vitest'
import { FRAME_SAMPLES } from '../../../domain/media-socket.ts'
import { CallerLog, type LogItem } from '../../../media-gateway/legs/caller-log.ts'

function fill(log: CallerLog, frames: number): void {
  for (let i = 0; i < frames; i++) log.audio(new Uint8Array(FRAME_SAMPLES), log.edge)
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
