/** Whatever a caller says: an answer in words, and facts that can be stored. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { EMPTY_ORDER, ORDER_FIELDS } from '../../../domain/order.ts'
import type { OpenQuestion } from '../../../simulators/claude/brain/order-intake/questions.ts'
import { understand } from '../../../simulators/claude/brain/order-intake/understand.ts'
import { OrderDesk } from './order-desk.ts'

const NOW = '2026-11-21T13:10:00+09:00'
const VOCABULARY = (
  '네 아니요 홍길동 고 박영자 님 이요 서울 아산 병원 장례식장 은 는 이 가 특 2 호실 호 내일 오전 열 시 까지 삼가 고인의 명복을 ' +
  '빕니다 문구 로 해 주세요 번호 010 1234 5678 공일공 , . ? 얼마 예요 요 저는 보내는 사람 받는 분 그리고 고요 이고 라고 합니다 (주) ' +
  '대표 한빛상사 취소 | " 층 지하 반 분 월 일 요일 room tomorrow at pm is my name John 말고 아니라 잠시만요 모르겠어요 감사합니다'
).split(' ')

const words = fc
  .array(fc.tuple(fc.constantFrom(...VOCABULARY), fc.constantFrom(' ', '')), { minLength: 1, maxLength: 14 })
  .map((parts) => parts.map(([word, gap]) => word + gap).join(''))
const anything = fc.oneof(
  { weight: 4, arbitrary: words },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
)
const question = fc.constantFrom<OpenQuestion | null>(
  null,
  ...ORDER_FIELDS,
  'own_number',
  'read_back',
  'which_part',
  'anything_else',
)

it('facts are never empty, times lie ahead, numbers are numbers', () => {
  const order = { ...EMPTY_ORDER, recipient: '고 박영자', room: '2호실' }
  fc.assert(
    fc.property(anything, question, (text, asked) => {
      const { facts } = understand(text, { asked, spoken: '', now: NOW, callerNumber: '01012345678', order })
      for (const fact of Object.values(facts)) expect(fact.value.trim()).not.toBe('')
      if (facts.deliver_by !== undefined) {
        expect(facts.deliver_by.value).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:00\+09:00$/)
        expect(Date.parse(facts.deliver_by.value)).toBeGreaterThan(Date.parse(NOW))
      }
      if (facts.phone !== undefined) expect(facts.phone.value).toMatch(/^0\d{8,10}$/)
    }),
    { numRuns: 1500 },
  )
})

it('every answer has words, and an order is confirmed only when it is complete', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof({ weight: 9, arbitrary: anything }, fc.constant('')), { maxLength: 12 }),
      (said) => {
        const desk = new OrderDesk()
        for (const text of said) {
          if (desk.ended !== undefined) break
          const answer = text.trim() === '' ? desk.silence() : desk.hear(text)
          expect(answer.trim()).not.toBe('')
          expect(answer).not.toMatch(/undefined|null|NaN/)
        }
        const asked = desk.toolCalls.filter((call) => call.name === 'confirm_order').length
        expect(asked).toBe(desk.confirmed)
      },
    ),
    { numRuns: 200 },
  )
})
