/** One complete order and the policy it is taken under. */
import type { OrderFields } from '../../domain/order.ts'
import type { OrderPolicy } from '../../domain/order-policy.ts'

export const POLICY: OrderPolicy = {
  priceWon: 80_000,
  costWon: 40_000,
  editWindowSeconds: 600,
  paymentExpirySeconds: 86_400,
  vendorPollSeconds: 60,
  stepMaxAttempts: 3,
  stepRetrySeconds: 5,
}

export const ORDER: OrderFields = {
  orderer: '김철수',
  recipient: '고 이영희',
  destination: '서울의료원 장례식장',
  room: '3호실',
  message: '삼가 고인의 명복을 빕니다',
  deliver_by: '2026-11-22T10:00:00+09:00',
  phone: '01012345678',
}
