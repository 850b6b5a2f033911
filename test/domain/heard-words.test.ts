import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { confidenceOf, displayedWords, type HeardWord } from '../../domain/heard-words.ts'

const heard = (...words: readonly [string, number][]): HeardWord[] =>
  words.map(([text, confidence]) => ({ text, confidence }))

describe('how surely a value was heard', () => {
  const said = heard(
    ['저기', 0.2],
    ['홍길동이요.', 0.9],
    ['010-1234-5678', 0.5],
    ['13호', 0.4],
    ['3호실', 0.8],
  )

  it('is told by the words that say it', () => {
    expect(confidenceOf('홍길동', '', said)).toBe(0.9)
    expect(confidenceOf('01012345678', '', said)).toBe(0.5)
  })

  it('by its least sure word where it has several', () => {
    expect(
      confidenceOf('서울 대학교 병원', '', heard(['서울', 0.9], ['대학교', 0.3], ['병원이요', 0.8])),
    ).toBe(0.3)
  })

  it('by the better hearing where it was said twice, and not by another word it happens to stand in', () => {
    expect(confidenceOf('홍길동', '', heard(['홍길동', 0.3], ['아니', 0.9], ['홍길동이요', 0.8]))).toBe(0.8)
    expect(confidenceOf('3호', '', said)).toBe(0.8)
    expect(confidenceOf('호실', '', heard(['3호실', 0.5], ['5호실', 0.4]))).toBe(0.4)
  })

  it('by what the customer said for it where that is something else', () => {
    const spelled = heard(['공일공', 0.6], ['일이삼사', 0.4], ['맞나요', 0.9])
    expect(confidenceOf('010-1234', '공일공 일이삼사', spelled)).toBeCloseTo((3 * 0.6 + 4 * 0.4) / 7)
  })

  it('by nothing where neither was said', () => {
    expect(confidenceOf('김영수', '네', said)).toBeNull()
    expect(confidenceOf('', '', said)).toBeNull()
    expect(confidenceOf('홍길동', '홍길동', [])).toBeNull()
  })

  it('whatever is said: between the least and the most sure word', () => {
    const word = fc.record({
      text: fc.string({ unit: 'grapheme' }),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(
        fc.array(word),
        fc.string({ unit: 'grapheme' }),
        fc.nat(),
        fc.nat(),
        (words, other, from, length) => {
          const some = words.slice(from % (words.length + 1)).slice(0, length % 3)
          const value = some.map(({ text }) => text).join(' ')
          const all = words.map(({ confidence }) => confidence)
          for (const found of [confidenceOf(value, other, words), confidenceOf(other, value, words)]) {
            if (found === null) continue
            expect(found).toBeGreaterThanOrEqual(Math.min(...all) - 1e-9)
            expect(found).toBeLessThanOrEqual(Math.max(...all) + 1e-9)
          }
        },
      ),
    )
  })
})

describe('the displayed words', () => {
  it('are as sure as those that were spoken', () => {
    const spoken = heard(['제', 0.9], ['번호는', 0.8], ['공일공', 0.3], ['일이삼사', 0.7], ['이에요', 0.95])
    expect(displayedWords('제 번호는 010-1234 이에요.', spoken, 0.7)).toEqual(
      heard(['제', 0.9], ['번호는', 0.8], ['010-1234', 0.3], ['이에요.', 0.95]),
    )
  })

  it('take the confidence of all where nothing is told of them', () => {
    expect(displayedWords('네 어 맞아요', heard(['네', 0.9], ['맞아요', 0.8]), 0.6)).toEqual(
      heard(['네', 0.9], ['어', 0.6], ['맞아요', 0.8]),
    )
  })

  it('whatever is spoken: each displayed word once, in order, none surer than the surest', () => {
    const word = fc.constantFrom('네', '아니요', '10', '열', '층', '.')
    fc.assert(
      fc.property(
        fc.array(word),
        fc.array(fc.tuple(word, fc.double({ min: 0, max: 1, noNaN: true }))),
        (shown, spoken) => {
          const words = displayedWords(shown.join(' '), heard(...spoken), 0.5)
          expect(words.map(({ text }) => text)).toEqual(shown)
          const most = Math.max(0.5, ...spoken.map(([, confidence]) => confidence))
          for (const { confidence } of words) expect(confidence).toBeLessThanOrEqual(most)
        },
      ),
    )
  })
})
