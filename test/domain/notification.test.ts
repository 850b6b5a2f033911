import { expect, test } from 'vitest'
import {
  confirmationSentence,
  MESSAGE_KINDS,
  type NotificationContext,
  writeNotification,
} from '../../domain/notification.ts'
import { cutToBytes, eucKrBytes, TextTooLongError, textMessageType } from '../../domain/text-message.ts'
import { ORDER } from './order-fixture.ts'

const context: NotificationContext = {
  companyName: '대리 화환',
  companyPhone: '1588-0000',
  orderNo: '261121-ABCD',
  order: ORDER,
  amountWon: 80_000,
  editWindowSeconds: 600,
  paymentExpirySeconds: 86_400,
  deliveredAt: '2026-11-22T09:30:00+09:00',
  link: 'https://daeri.example/pay/token',
}

test('the confirmation begins with the agreed sentence, word for word', () => {
  const { text } = writeNotification('confirmation', context)
  expect(text.split('\n')[0]).toBe(
    '입력하신 정보가 맞나요? 곧 제작·배송 절차가 시작되니 10분 안에 수정이 있으면 알려주세요.',
  )
  for (const value of ['김철수', '고 이영희', '서울의료원 장례식장 3호실', '삼가 고인의 명복을 빕니다']) {
    expect(text).toContain(value)
  }
  expect(text).toContain('11월 22일(일) 오전 10시')
})

test.each([
  [600, '10분'],
  [30, '30초'],
  [90, '1분 30초'],
  [3600, '1시간'],
])('a window of %i s is told as %s', (seconds, told) => {
  expect(confirmationSentence(seconds)).toContain(`시작되니 ${told} 안에`)
})

test('every kind has a text in both languages that a message carries', () => {
  for (const kind of MESSAGE_KINDS) {
    for (const language of ['ko', 'en'] as const) {
      const { subject, text } = writeNotification(kind, context, language)
      expect(subject).not.toBe('')
      expect(['SMS', 'LMS']).toContain(textMessageType(text))
      expect(text).not.toMatch(/null|undefined/)
    }
  }
})

test('the delivery text names place, time and photo, and does without a photo', () => {
  const { text } = writeNotification('delivered', { ...context, link: 'https://daeri.example/photo/token' })
  expect(text).toContain('서울의료원 장례식장 3호실')
  expect(text).toContain('오전 9시 30분')
  expect(text).toContain('https://daeri.example/photo/token')
  expect(writeNotification('delivered', { ...context, link: null }).text).not.toContain('사진')
})

test('lengths are counted in EUC-KR bytes', () => {
  expect(eucKrBytes('abc')).toBe(3)
  expect(eucKrBytes('가나·')).toBe(6)
  expect(textMessageType('가'.repeat(45))).toBe('SMS')
  expect(textMessageType(`${'가'.repeat(45)}a`)).toBe('LMS')
  expect(textMessageType('가'.repeat(1000))).toBe('LMS')
  expect(() => textMessageType('가'.repeat(1001))).toThrow(TextTooLongError)
  expect(cutToBytes('가나다', 5)).toBe('가나')
})
