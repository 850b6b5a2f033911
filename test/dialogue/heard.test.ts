import fc from 'fast-check'
import { expect, it } from 'vitest'
import { heardOfSentence, heardOfUtterance, interruptionsOf } from '../../activities/dialogue/heard.ts'
import type { SentenceState } from '../../domain/media-socket.ts'

const sentence = (change: Partial<SentenceState>): SentenceState => ({
  index: 0,
  text: '하나 둘 셋 넷',
  state: 'played',
  totalMs: 1_000,
  playedMs: 1_000,
  ...change,
})

it.each([
  [0, ''],
  [300, '하나'],
  [620, '하나 둘'],
  [950, '하나 둘 셋 넷'],
  [1_000, '하나 둘 셋 넷'],
])('after %i of 1000 ms "%s" was heard', (playedMs, heard) => {
  expect(heardOfSentence('하나 둘 셋 넷', playedMs, 1_000)).toBe(heard)
})

it('what is heard is always a beginning of the sentence and grows with time', () => {
  const text = fc.array(fc.stringMatching(/^[가-힣]{1,8}$/), { minLength: 1 }).map((words) => words.join(' '))
  fc.assert(
    fc.property(
      text,
      fc.nat(5_000),
      fc.nat(5_000),
      fc.integer({ min: 1, max: 5_000 }),
      (words, a, b, total) => {
        const early = heardOfSentence(words, Math.min(a, b), total)
        const late = heardOfSentence(words, Math.max(a, b), total)
        expect(words.startsWith(late)).toBe(true)
        expect(late.startsWith(early)).toBe(true)
      },
    ),
  )
})

it('an utterance is heard up to the cut, later sentences not at all', () => {
  const utterance = {
    utteranceId: 't1',
    complete: true,
    sentences: [
      sentence({ text: '네, 알겠습니다.' }),
      sentence({ index: 1, state: 'interrupted', playedMs: 300 }),
      sentence({ index: 2, state: 'interrupted', playedMs: 0, totalMs: 0 }),
    ],
  }
  expect(heardOfUtterance(utterance)).toBe('네, 알겠습니다. 하나')
  expect(interruptionsOf([utterance], 't2')).toEqual([{ utteranceId: 't1', heard: '네, 알겠습니다. 하나' }])
  expect(interruptionsOf([utterance], 't1')).toEqual([])
})
