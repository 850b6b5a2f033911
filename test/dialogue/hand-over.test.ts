import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HandOver } from '../../activities/dialogue/hand-over.ts'
import { NO_PROGRESS } from '../../activities/dialogue/turn.ts'
import type { TurnOpening, TurnProgress } from '../../domain/dialogue.ts'

const openings = ['greet', 'listen', 'continue', 'close', 'message', 'offer_person'] as const
const opening = fc.constantFrom<TurnOpening>(...openings)
const progress: fc.Arbitrary<TurnProgress> = fc.record({
  caller: fc.constant(null),
  silent: fc.boolean(),
  heardUntil: fc.option(fc.nat()),
  sentences: fc.array(fc.string(), { maxLength: 2 }),
  toolCalls: fc.constant([]),
  decided: fc.boolean(),
  fault: fc.boolean(),
})
const listens = (how: TurnOpening, { heardUntil, sentences, decided }: TurnProgress) =>
  ['greet', 'listen', 'message'].includes(how) && heardUntil === null && sentences.length === 0 && !decided

test('a turn is given up while it listens, and at no other time, whenever the worker is told to leave', () => {
  const story = fc.tuple(opening, fc.array(progress, { maxLength: 6 }), fc.nat({ max: 6 }))
  fc.assert(
    fc.property(story, ([how, steps, leavesAfter]) => {
      const leaving = new AbortController()
      if (leavesAfter === 0) leaving.abort()
      const handOver = new HandOver(leaving.signal, how, NO_PROGRESS)
      let expected = leavesAfter === 0 && listens(how, NO_PROGRESS)
      let now = NO_PROGRESS
      for (const [index, step] of steps.entries()) {
        expect(handOver.signal.aborted).toBe(expected)
        handOver.reached(step)
        now = step
        if (leavesAfter === index + 1) leaving.abort()
        expected ||= leaving.signal.aborted && listens(how, now)
      }
      expect(handOver.signal.aborted).toBe(expected)
      handOver.close()
    }),
  )
})

test('what is over is not given up, and a worker that never leaves gives nothing up', () => {
  const leaving = new AbortController()
  const over = new HandOver(leaving.signal, 'listen', NO_PROGRESS)
  over.close()
  leaving.abort()
  expect(over.signal.aborted).toBe(false)
  expect(new HandOver(undefined, 'listen', NO_PROGRESS).signal.aborted).toBe(false)
})
