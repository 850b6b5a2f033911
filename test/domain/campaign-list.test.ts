/** Lists of people: every line is a row or an error. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isZone } from '../../domain/calling-hours.ts'
import { guessColumns, missingColumns, readList } from '../../domain/campaign-list.ts'

const PLAN = {
  purpose: '{이름} 님 만족도 조사',
  questions: ['만족하셨나요?'],
  callerNumbers: ['07012345678'],
}
const HEADINGS = ['이름', '휴대폰 번호', '시간대']
const COLUMNS = { phone: '휴대폰 번호', zone: '시간대', variables: { 이름: '이름' } }
const read = (...cells: string[][]) => readList({ headings: HEADINGS, cells }, COLUMNS, PLAN, isZone)

describe('columns', () => {
  test('are known by their headings', () => {
    expect(guessColumns(HEADINGS, PLAN)).toEqual(COLUMNS)
    expect(guessColumns(['a', 'b'], PLAN)).toBeNull()
  })
  test('that the template asks for and the file lacks are named', () => {
    const columns = { phone: '휴대폰 번호', zone: null, variables: {} }
    expect(missingColumns(HEADINGS, columns, PLAN)).toEqual(['이름'])
    expect(missingColumns(['이름'], COLUMNS, PLAN)).toEqual(['휴대폰 번호', '시간대'])
  })
})

test.each([
  ['no number', ['김철수', '', ''], 'no_phone'],
  ['what is no number', ['김철수', '12-34', ''], 'bad_phone'],
  ['our own number', ['김철수', '070-1234-5678', ''], 'own_number'],
  ['a zone that is none', ['김철수', '01011112222', 'Mars/Base'], 'bad_zone'],
  ['no name where the template wants one', ['', '01011112222', ''], 'missing_variable'],
  ['a name without end', ['ㄱ'.repeat(201), '01011112222', ''], 'too_long'],
])('a line with %s is an error', (_what, cells, problem) => {
  expect(read(cells)).toMatchObject({ rows: [], errors: [{ line: 2, problem }] })
})

test('numbers are read however they are written, also without the zero that a spreadsheet took', () => {
  const { rows } = read(['가', '010-1111-2222', ''], ['나', '+82 10 1111 3333', ''], ['다', '1011114444', ''])
  expect(rows.map(({ phone }) => phone)).toEqual(['01011112222', '01011113333', '01011114444'])
  expect(rows[0]).toMatchObject({ line: 2, zone: 'Asia/Seoul', variables: { 이름: '가' } })
})

test('a number that comes twice is called once, and the second line says so', () => {
  const result = read(['가', '01011112222', ''], ['', '', ''], ['나', '010 1111 2222', ''])
  expect(result.rows).toHaveLength(1)
  expect(result.errors).toEqual([{ line: 4, problem: 'duplicate', detail: '010 1111 2222' }])
})

test('nothing is lost: each line that holds something is a row or an error, once', () => {
  const cell = fc.oneof(
    fc.string(),
    fc.constantFrom('', '01011112222', '010-3333-4444', 'Asia/Seoul', '김철수', '1012345678'),
  )
  fc.assert(
    fc.property(fc.array(fc.array(cell, { maxLength: 5 })), (cells) => {
      const { rows, errors } = read(...cells)
      const lines = [...rows, ...errors].map(({ line }) => line).toSorted((a, b) => a - b)
      const filled = cells.flatMap((row, index) =>
        row.some((text) => text.trim() !== '') ? [index + 2] : [],
      )
      expect(lines).toEqual(filled)
      expect(new Set(rows.map(({ phone }) => phone)).size).toBe(rows.length)
    }),
  )
})
