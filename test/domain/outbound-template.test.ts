import fc from 'fast-check'
import { expect, test } from 'vitest'
import { blanksOf, fillBlanks } from '../../domain/outbound-template.ts'

const MEETING = {
  purpose: '{날짜} {시각} 미팅 확인',
  questions: ['{날짜} 참석 가능 여부', '장소 변경 필요 여부'],
}

test('blanks are named once each, in their order', () => {
  expect(blanksOf(MEETING)).toEqual(['날짜', '시각'])
  expect(blanksOf({ purpose: '{} { } {a-b} {{x}}', questions: ['{_no}'] })).toEqual(['x'])
})

test('what is given is filled in, the rest stays to be seen', () => {
  expect(fillBlanks(MEETING.purpose, { 날짜: ' 내일 ', 시각: ' ' })).toBe('내일 {시각} 미팅 확인')
  expect(fillBlanks('{constructor}', {})).toBe('{constructor}')
  expect(fillBlanks('{값}', { 값: '$& {날짜}' })).toBe('$& {날짜}')
})

test('with every blank filled in by words none is left, and other text is untouched', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.string().filter((word) => word.trim() !== '' && !/[{}]/.test(word)),
      (text, word) => {
        const template = { purpose: text, questions: [] }
        const values = Object.fromEntries(blanksOf(template).map((name) => [name, word]))
        const filled = fillBlanks(text, values)
        if (blanksOf(template).length === 0) expect(filled).toBe(text)
        for (const name of blanksOf(template)) expect(filled).toContain(values[name]?.trim())
      },
    ),
  )
})
