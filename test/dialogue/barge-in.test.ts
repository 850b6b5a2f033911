import { describe, expect, it } from 'vitest'
import { onlyListens } from '../../activities/dialogue/barge-in.ts'
import { cutUtterance, unheardOf } from '../../activities/dialogue/heard.ts'
import { asksToHold, patienceMs } from '../../activities/dialogue/patience.ts'
import type { DialogueMessage } from '../../domain/dialogue.ts'
import type { SentenceState, UtteranceState } from '../../domain/media-socket.ts'

/** The last sentence was cut after `playedMs` of 2 s, those before it were heard. */
function cutAfter(playedMs: number, ...texts: readonly string[]): UtteranceState {
  const sentences = texts.map(
    (text, index): SentenceState => ({
      index,
      text,
      totalMs: 2_000,
      ...(index === texts.length - 1
        ? { state: 'interrupted', playedMs }
        : { state: 'played', playedMs: 2_000 }),
    }),
  )
  return { utteranceId: 'u1', complete: true, sentences }
}

const PLACED = '주문이 접수되었습니다.'
const READ_BACK = '보내시는 분은 한빛상사, 받으시는 분은 홍길동 님, 모두 맞으신가요?'

describe('words that cut our speech', () => {
  it.each<[string, string, UtteranceState, boolean]>([
    ['a yes in the middle of a statement', '네', cutAfter(900, PLACED), true],
    ['several of them', '아, 네네.', cutAfter(900, PLACED), true],
    ['an m-hm at its end', '음', cutAfter(1_900, PLACED), true],
    ['a yes at the beginning of a question', '네', cutAfter(400, READ_BACK), true],
    ['a yes at its end is the answer', '네', cutAfter(1_700, READ_BACK), false],
    ['a yes over a question for a name', '네', cutAfter(1_900, '성함이 어떻게 되세요?'), true],
    ['words that want the turn', '잠깐만요', cutAfter(900, PLACED), false],
    ['a no', '아니요', cutAfter(900, PLACED), false],
    ['more than a yes', '네, 그런데 호실이 바뀌었어요', cutAfter(900, PLACED), false],
  ])('%s', (_, words, cut, expected) => expect(onlyListens(words, cut)).toBe(expected))

  it('a yes over a question that is behind a sentence not yet heard answers nothing', () => {
    const cut = cutAfter(0, PLACED, READ_BACK)
    const sentences = cut.sentences.map((sentence) => ({ ...sentence, state: 'interrupted' as const }))
    expect(onlyListens('네', { ...cut, sentences })).toBe(true)
  })
})

it('our speech goes on from the start of the sentence that was cut', () => {
  const cut = cutAfter(700, PLACED, '문자로 결제 링크를 보내 드리겠습니다.')
  expect(unheardOf(cut)).toEqual(['문자로 결제 링크를 보내 드리겠습니다.'])
  expect(cutUtterance([cut], 'u2')).toBe(cut)
  expect(cutUtterance([cut], 'u1')).toBeNull()
  const whole = { ...cutAfter(0, PLACED), utteranceId: 'u3', sentences: [] }
  expect(cutUtterance([cut, whole], 'u4')).toBeNull()
})

describe('patience', () => {
  it.each([
    ['잠시만요', true],
    ['아, 잠깐만 기다려 주세요', true],
    ['확인 좀 해 볼게요', true],
    ['hold on, please', true],
    ['네, 맞아요', false],
    ['홍길동입니다', false],
  ])('%s: asks to wait %s', (words, expected) => expect(asksToHold(words)).toBe(expected))

  it('who asked us to wait is given time until they say something else', () => {
    const said = (words: string): DialogueMessage => ({ role: 'caller', words, toolResults: [] })
    const answered: DialogueMessage = {
      role: 'assistant',
      heard: '네, 천천히 확인하세요.',
      interrupted: false,
      toolCalls: [],
    }
    const usual = patienceMs([])
    expect(patienceMs([said('잠시만요'), answered])).toBeGreaterThan(usual * 3)
    expect(patienceMs([said('잠시만요'), answered, said('특2호실이요'), answered])).toBe(usual)
  })
})
