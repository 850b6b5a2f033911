import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isBackchannel } from '../../activities/dialogue/completeness.ts'
import {
  decideEndOfTurn,
  END_SILENCE_MS,
  mayBeTheEnd,
  PENDING_WORDS_MS,
} from '../../activities/dialogue/endpointing.ts'
import type { ExpectedAnswer } from '../../activities/dialogue/expected-answer.ts'

const quiet = {
  speaking: false,
  silenceMs: 0,
  words: '네 맞아요',
  expected: 'open' as ExpectedAnswer,
  unrecognizedMs: 0,
  isOpen: false,
  wasCut: false,
  quietMs: 200,
}

describe('the end of a turn', () => {
  it.each<[string, Partial<typeof quiet>, string]>([
    ['a finished sentence after a breath', { silenceMs: END_SILENCE_MS.complete }, 'end'],
    ['not before', { silenceMs: END_SILENCE_MS.complete - 20 }, 'wait'],
    ['never while the caller speaks', { silenceMs: 5_000, speaking: true }, 'wait'],
    ['a yes that was asked for at once', { words: '네', expected: 'yes_no', silenceMs: 280 }, 'end'],
    ['a name begun with yes is not cut', { words: '네', expected: 'name', silenceMs: 600 }, 'wait'],
    [
      'a yes whose next syllable is on its way is not cut',
      { words: '네', expected: 'yes_no', silenceMs: 280, unrecognizedMs: 150 },
      'wait',
    ],
    ['a number under way is waited for', { words: '공일공 일이삼사', silenceMs: 2_400 }, 'wait'],
    ['but not for ever', { words: '공일공 일이삼사', silenceMs: END_SILENCE_MS.dictation }, 'end'],
    [
      'words that are still to come are waited for',
      { silenceMs: 900, unrecognizedMs: 800, quietMs: 300 },
      'wait',
    ],
    [
      'until they can no longer come',
      { silenceMs: 1_900, unrecognizedMs: 800, quietMs: PENDING_WORDS_MS },
      'end',
    ],
    [
      'an open phrase of a slow service longer',
      { silenceMs: 4_000, unrecognizedMs: 800, isOpen: true, quietMs: 4_000 },
      'wait',
    ],
    [
      'but not for ever, even of one that died',
      { silenceMs: 6_000, unrecognizedMs: 800, isOpen: true, quietMs: 5_000 },
      'end',
    ],
    ['a last syllable that is missing', { words: '특2호실입니', silenceMs: 360, unrecognizedMs: 185 }, 'end'],
    ['voice without words is waited for', { words: '', silenceMs: 900, quietMs: 900 }, 'wait'],
    ['and then it was noise', { words: '', silenceMs: 3_000, quietMs: 2_500 }, 'noise'],
    [
      'sooner where it cut our speech',
      { words: '', wasCut: true, silenceMs: PENDING_WORDS_MS, quietMs: PENDING_WORDS_MS },
      'noise',
    ],
  ])('%s', (_, change, expected) => expect(decideEndOfTurn({ ...quiet, ...change })).toBe(expected))

  it('more silence never turns an end back into waiting', () => {
    const words = fc.constantFrom('네', '홍길동', '공일공 일이', '음', '받으시는 분은', '')
    fc.assert(
      fc.property(
        words,
        fc.nat(4_000),
        fc.nat(4_000),
        fc.nat(1_000),
        (text, silenceMs, more, unrecognizedMs) => {
          const at = { ...quiet, words: text, unrecognizedMs, silenceMs, quietMs: silenceMs }
          const before = decideEndOfTurn(at)
          const later = decideEndOfTurn({ ...at, silenceMs: silenceMs + more, quietMs: silenceMs + more })
          if (before !== 'wait') expect(later).toBe(before)
        },
      ),
    )
  })
})

describe('where an answer is thought about already', () => {
  it.each<[string, Partial<typeof quiet>, boolean]>([
    ['a sentence that sounds finished', {}, true],
    ['a bare name', { words: '홍길동' }, true],
    ['not while the caller speaks', { speaking: true }, false],
    ['not before there are words', { words: '' }, false],
    ['not while words are still to come', { unrecognizedMs: 600 }, false],
    ['not in the middle of a number', { words: '공일공 일이삼사' }, false],
    ['not after a connective', { words: '내일 보내고' }, false],
  ])('%s', (_, change, expected) => expect(mayBeTheEnd({ ...quiet, ...change })).toBe(expected))
})

it.each([
  ['네 네', true],
  ['아, 네.', true],
  ['네 맞아요', false],
  ['아니요', false],
])('backchannel %s: %s', (words, expected) => expect(isBackchannel(words)).toBe(expected))
