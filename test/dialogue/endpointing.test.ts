import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Completeness,
  completenessOf,
  decideEndOfTurn,
  END_SILENCE_MS,
  isBackchannel,
  PENDING_WORDS_MS,
} from '../../activities/dialogue/endpointing.ts'

describe('how finished words sound', () => {
  it.each<[string, Completeness]>([
    ['네', 'complete'],
    ['네 맞아요', 'complete'],
    ['아니요', 'complete'],
    ['홍길동입니다', 'complete'],
    ['서울아산병원으로 보내 주세요', 'complete'],
    ['삼가 고인의 명복을 빕니다', 'complete'],
    ['내일 오후 두 시까지 되나요', 'complete'],
    ['이 번호로 해 주세요.', 'complete'],
    ['공일공 일이삼사 오육칠팔', 'complete'],
    ['010-1234-5678', 'complete'],
    ['고 최순희요', 'complete'],
    ['그러니까', 'incomplete'],
    ['보내야 하니까', 'incomplete'],
    ['제 번호는 010 1234 5678', 'complete'],
    ['화환 하나 보내려고 하는데요', 'open'],
    ['홍길동', 'open'],
    ['특2호실', 'open'],
    ['서울아산병원 장례식장', 'open'],
    ['음', 'incomplete'],
    ['그러니까 저', 'incomplete'],
    ['잠시만요', 'incomplete'],
    ['받으시는 분은', 'incomplete'],
    ['서울아산병원에', 'incomplete'],
    ['내일 보내고', 'incomplete'],
    ['공일공', 'incomplete'],
    ['공일공 일이삼사', 'incomplete'],
    ['010. 1234.', 'incomplete'],
    ['제 번호는 010', 'incomplete'],
    ['네, 그리고,', 'incomplete'],
    ['yes', 'complete'],
    ['my name is', 'incomplete'],
    ['send it to the', 'incomplete'],
  ])('%s is %s', (words, expected) => expect(completenessOf(words)).toBe(expected))
})

const quiet = { speaking: false, silenceMs: 0, words: '네 맞아요', unrecognizedMs: 0, quietMs: 200 }

describe('the end of a turn', () => {
  it.each([
    ['a finished sentence after a breath', { silenceMs: END_SILENCE_MS.complete }, 'end'],
    ['not before', { silenceMs: END_SILENCE_MS.complete - 20 }, 'wait'],
    ['never while the caller speaks', { silenceMs: 5_000, speaking: true }, 'wait'],
    ['a number under way is waited for', { words: '공일공 일이삼사', silenceMs: 1_400 }, 'wait'],
    ['but not for ever', { words: '공일공 일이삼사', silenceMs: END_SILENCE_MS.incomplete }, 'end'],
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
    ['a last syllable that is missing', { words: '특2호실입니', silenceMs: 360, unrecognizedMs: 185 }, 'end'],
    ['voice without words is waited for', { words: '', silenceMs: 900, quietMs: 900 }, 'wait'],
    ['and then it was noise', { words: '', silenceMs: 2_000, quietMs: PENDING_WORDS_MS }, 'noise'],
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
          const at = { speaking: false, words: text, unrecognizedMs, silenceMs, quietMs: silenceMs }
          const before = decideEndOfTurn(at)
          const later = decideEndOfTurn({ ...at, silenceMs: silenceMs + more, quietMs: silenceMs + more })
          if (before !== 'wait') expect(later).toBe(before)
        },
      ),
    )
  })
})

it.each([
  ['네 네', true],
  ['아, 네.', true],
  ['네 맞아요', false],
  ['아니요', false],
])('backchannel %s: %s', (words, expected) => expect(isBackchannel(words)).toBe(expected))
