import { describe, expect, test } from 'vitest'
import {
  formatDuration,
  formatKoreanTime,
  koreanDay,
  koreanIso,
  parseIsoTime,
} from '../../domain/korean-time.ts'
import { formatWon } from '../../domain/money.ts'
import { checkOrderFields } from '../../domain/order-rules.ts'

const NOW = Date.parse('2026-11-21T03:00:00Z')

describe('values told for an order', () => {
  test('are tidied and brought to one form', () => {
    expect(
      checkOrderFields(
        { orderer: '  김\u0000 철수 ', phone: '+82 10-1234-5678', deliver_by: '2026-11-21T05:00:00Z' },
        NOW,
      ),
    ).toEqual({
      fields: { orderer: '김 철수', phone: '01012345678', deliver_by: '2026-11-21T14:00:00+09:00' },
      problems: [],
    })
  })

  test.each([
    ['recipient', '   ', 'empty'],
    ['message', '가'.repeat(61), 'too_long'],
    ['phone', '010-123-4567', 'not_a_phone_number'],
    ['deliver_by', '내일 아침', 'not_a_time'],
    ['deliver_by', '2026-11-21T14:00:00', 'not_a_time'],
    ['deliver_by', '2026-13-41T14:00:00+09:00', 'not_a_time'],
    ['deliver_by', '2026-11-21T11:59:00+09:00', 'in_the_past'],
    ['deliver_by', '2027-11-21T11:59:00+09:00', 'too_far_ahead'],
  ] as const)('%s "%s" is refused as %s, the others are kept', (field, value, code) => {
    const checked = checkOrderFields({ destination: '서울의료원', [field]: value }, NOW)
    expect(checked.fields).toEqual({ destination: '서울의료원' })
    expect(checked.problems).toMatchObject([{ field, code }])
    expect(checked.problems[0]?.message).toMatch(/다\.|요\./)
  })
})

test('times are Korean wherever the machine stands', () => {
  expect(koreanIso(NOW)).toBe('2026-11-21T12:00:00+09:00')
  expect(koreanIso(NOW + 5)).toBe('2026-11-21T12:00:00.005+09:00')
  expect(koreanDay(Date.parse('2026-11-20T15:00:00Z'))).toBe('261121')
  expect(parseIsoTime(koreanIso(NOW))).toBe(NOW)
  expect(formatKoreanTime(NOW)).toBe('11월 21일(토) 오후 12시')
  expect(formatKoreanTime(Date.parse('2026-11-20T15:05:00Z'))).toBe('11월 21일(토) 오전 12시 5분')
  expect(formatKoreanTime(NOW, 'en')).toBe('Sat 21 Nov 12:00')
  expect(formatDuration(86_400)).toBe('24시간')
  expect(formatDuration(0)).toBe('0초')
  expect(formatDuration(61, 'en')).toBe('1 minute 1 second')
})

test('won are grouped by thousands', () => {
  expect(formatWon(80_000)).toBe('80,000원')
  expect(formatWon(1_234_567, 'en')).toBe('KRW 1,234,567')
  expect(formatWon(0)).toBe('0원')
})
