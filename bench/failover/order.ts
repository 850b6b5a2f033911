/** The call of the benchmark `failover`: a customer orders a wreath, and what must be true afterwards. */
import { type Scenario, scenarioSchema } from '../../scripts/scenario/schema.ts'

const ORDER = {
  orderer: '정하늘',
  recipient: '고 최순희',
  destination: '신촌세브란스병원 장례식장',
  room: '특1호실',
  message: '삼가 고인의 명복을 빕니다',
} as const

/** What each call has to bring. */
export const FIELDS = Object.keys(ORDER)

/** Names of the checks that the figures are made of, as the verdict writes them. */
export const CHECKS = {
  silence: 'longest silence that the caller heard, ms',
  twice: 'nothing was said twice',
  vendorOrders: "orders in the vendor's books",
  field: (field: string) => `order ${field}`,
} as const

export const orderByPhone = (): Scenario =>
  scenarioSchema.parse({
    name: 'failover',
    shows: 'A customer orders while something breaks.',
    people: {
      customer: {
        persona: {
          name: ORDER.orderer,
          language: 'ko',
          goal: 'order_wreath',
          facts: { ...ORDER, deliver_by: '내일 오후 세 시', phone: '이 번호로' },
          pays: { method: 'card', after_ms: 1_000 },
        },
      },
    },
    steps: [
      { call: { from: 'customer' } },
      { wait: { call: { state: 'ended' }, within_seconds: 240 } },
      { wait: { ticket: { sub_state: 'po_placed' }, within_seconds: 120 } },
    ],
    expect: [{ order: ORDER, vendor_orders: 1, call: { nothing_twice: true, silence_ms: 3_000 } }],
  })
