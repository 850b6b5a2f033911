/** Lists of the law as files bring them. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  missingLawColumns,
  readConsentList,
  readDoNotCallList,
  readMoment,
} from '../../domain/call-law-list.ts'
import { koreanIso } from '../../domain/korean-time.ts'

const NOW = Date.parse('2026-11-27T14:00:00+09:00')
const table = (...lines: string[]) => {
  const [heading = '', ...rows] = lines
  return { headings: heading.split(','), cells: rows.map((row) => row.split(',')) }
}

describe('a list of numbers', () => {
  test('is read line by line: each is a number or an error', () => {
    const { phones, errors } = readDoNotCallList(
      table(
        '이름,휴대폰',
        '김철수,010-1111-2222',
        '이영희,1033334444',
        '박민수,12',
        ',',
        '최지우,+82 10 1111 2222',
        '한,',
      ),
    )
    expect(phones).toEqual([
      { line: 2, phone: '01011112222' },
      { line: 3, phone: '01033334444' },
    ])
    expect(errors).toEqual([
      { line: 4, problem: 'bad_phone', detail: '12' },
      { line: 6, problem: 'duplicate', detail: '+82 10 1111 2222' },
      { line: 7, problem: 'no_phone', detail: '' },
    ])
  })

  test('without a column of numbers has none', () => {
    expect(missingLawColumns(['a', 'b'], 'do_not_call')).toEqual(['phone'])
    expect(missingLawColumns(['Phone Number'], 'do_not_call')).toEqual([])
  })

  test('loses no line', () => {
    const cell = fc.oneof(fc.constantFrom('01011112222', '', ' ', '02-123-4567', '12'), fc.string())
    fc.assert(
      fc.property(fc.array(fc.array(cell, { maxLength: 3 }), { maxLength: 30 }), (cells) => {
        const { phones, errors } = readDoNotCallList({ headings: ['x', '번호'], cells })
        const lines = [...phones, ...errors].map(({ line }) => line).sort((a, b) => a - b)
        const told = cells.flatMap((row, index) => (row.some((one) => one.trim() !== '') ? [index + 2] : []))
        expect(lines).toEqual(told)
        expect(new Set(phones.map(({ phone }) => phone)).size).toBe(phones.length)
      }),
    )
  })
})

describe('a list of consents', () => {
  const HEADING = '전화번호,목적,동의 여부,동의 일시,동의 경로'
  test('tells who agreed to what, when and how', () => {
    const { consents, errors } = readConsentList(
      table(
        HEADING,
        '010-1111-2222,광고,Y,2026-11-01 10:00,가입 신청서',
        '010-1111-2222,야간 광고,동의,2026.11.1,가입 신청서',
        '010-1111-2222,advertising,철회,2026-11-02T10:00:00Z,전화',
      ),
      NOW,
    )
    expect(errors).toEqual([])
    expect(consents.map(({ purpose, isGiven, atMs }) => [purpose, isGiven, koreanIso(atMs)])).toEqual([
      ['advertising', true, '2026-11-01T10:00:00+09:00'],
      ['night_advertising', true, '2026-11-01T00:00:00+09:00'],
      ['advertising', false, '2026-11-02T19:00:00+09:00'],
    ])
  })

  test.each([
    ['12,광고,Y,2026-11-01,신청서', 'bad_phone'],
    [',광고,Y,2026-11-01,신청서', 'no_phone'],
    ['01011112222,무엇이든,Y,2026-11-01,신청서', 'bad_purpose'],
    ['01011112222,constructor,Y,2026-11-01,신청서', 'bad_purpose'],
    ['01011112222,광고,아마도,2026-11-01,신청서', 'bad_given'],
    ['01011112222,광고,,2026-11-01,신청서', 'bad_given'],
    ['01011112222,광고,Y,어제,신청서', 'bad_time'],
    ['01011112222,광고,Y,2026-11-31,신청서', 'bad_time'],
    ['01011112222,광고,Y,2026-11-28,신청서', 'future_time'],
    ['01011112222,광고,Y,2026-11-01,', 'no_source'],
    [`01011112222,광고,Y,2026-11-01,${'길'.repeat(201)}`, 'too_long'],
  ])('has the error of the line %s', (line, problem) => {
    const read = readConsentList(table(HEADING, line), NOW)
    expect(read.consents).toEqual([])
    expect(read.errors).toMatchObject([{ line: 2, problem }])
  })

  test('without a column of yes and no holds what was given', () => {
    const read = readConsentList(table('phone,purpose,at,source', '01011112222,광고,2026-11-01,신청서'), NOW)
    expect(read.consents).toMatchObject([{ isGiven: true }])
    expect(missingLawColumns(['phone', 'at'], 'consents')).toEqual(['purpose', 'source'])
  })
})

test('a moment that Korea writes is read back', () => {
  const moments = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2099, 11, 31) })
  fc.assert(
    fc.property(moments, (at) => {
      const second = at - (at % 1000)
      const iso = koreanIso(second)
      expect(readMoment(iso)).toBe(second)
      expect(readMoment(iso.slice(0, 19).replace('T', ' '))).toBe(second)
    }),
  )
  fc.assert(
    fc.property(fc.string(), (text) => {
      const at = readMoment(text)
      expect(at === null || Number.isFinite(at)).toBe(true)
    }),
  )
})
