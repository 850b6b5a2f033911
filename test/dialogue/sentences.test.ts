import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SentenceSplitter, splitSentences } from '../../activities/claude/sentences.ts'

describe('sentences of a whole text', () => {
  it.each([
    ['네, 알겠습니다. 받으시는 분은요?', ['네, 알겠습니다.', '받으시는 분은요?']],
    ['네. 알겠습니다.', ['네. 알겠습니다.']],
    ['무게는 3.5킬로입니다. 끝입니다.', ['무게는 3.5킬로입니다.', '끝입니다.']],
    ['daeri.kr 로 오세요.', ['daeri.kr 로 오세요.']],
    ['Ask Dr. Kim. Thank you.', ['Ask Dr. Kim.', 'Thank you.']],
    ['정말요?! 네, 그래요…', ['정말요?!', '네, 그래요…']],
    ['첫 줄\n둘째 줄', ['첫 줄', '둘째 줄']],
    ['그분이 "괜찮아요." 라고 했습니다.', ['그분이 "괜찮아요."', '라고 했습니다.']],
    ['   ', []],
    ['끝이 없는 문장', ['끝이 없는 문장']],
  ])('%s', (text, sentences) => expect(splitSentences(text)).toEqual(sentences))
})

it('hands out a sentence as soon as it is complete', () => {
  const splitter = new SentenceSplitter()
  expect(splitter.push('네, 알겠습')).toEqual([])
  expect(splitter.push('니다.')).toEqual(['네, 알겠습니다.'])
  expect(splitter.push(' 성함이')).toEqual([])
  expect(splitter.push(' 어떻게 되세요?')).toEqual(['성함이 어떻게 되세요?'])
  expect(splitter.end()).toEqual([])
})

it('an English dot waits for what follows', () => {
  const splitter = new SentenceSplitter()
  expect(splitter.push('It costs 3.')).toEqual([])
  expect(splitter.push('5 dollars. ')).toEqual(['It costs 3.5 dollars.'])
})

it('however the text is cut, no letter is lost, doubled or moved', () => {
  const letters = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '')
  const piece = fc.constantFrom(
    '네',
    '알겠습니다',
    '. ',
    '? ',
    '.',
    '3',
    ' ',
    '\n',
    'Dr',
    '요',
    '!',
    '…',
    '"',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const splitter = new SentenceSplitter()
      const sentences = [...pieces.flatMap((text) => splitter.push(text)), ...splitter.end()]
      expect(letters(sentences.join(''))).toBe(letters(pieces.join('')))
      for (const sentence of sentences) expect(sentence).toBe(sentence.trim())
    }),
  )
})
