/** What may be said of an order to the customer it belongs to: a look at the live state, in words. */
import type { OrderNo } from './ids.ts'
import { formatKoreanTime, parseIsoTime } from './korean-time.ts'
import type { Language } from './money.ts'
import type { TicketOutcome, TicketSubState } from './ticket-states.ts'

/** One order of a verified customer. */
export interface OrderInShort {
  readonly orderNo: OrderNo
  readonly recipient: string | null
  /** Funeral hall and room. */
  readonly hall: string | null
  readonly progress: OrderProgress
  /** ISO 8601; null before the vendor reported the delivery. */
  readonly deliveredAt: string | null
  /** A photo of the delivery is there to link to. */
  readonly photo: boolean
  /** May still be changed; after the purchase order the vendor decides. */
  readonly mayChange: boolean
  /** Somebody is looking into a problem with it already. */
  readonly attention: boolean
}

/** How far an order is: its sub-state, or how it ended. */
export type OrderProgress = TicketSubState | Exclude<TicketOutcome, 'delivered'>

export function progressOf(subState: TicketSubState, outcome: TicketOutcome | null): OrderProgress {
  return outcome === null || outcome === 'delivered' ? subState : outcome
}

const PROGRESS_IN_WORDS: Readonly<Record<OrderProgress, Readonly<Record<Language, string>>>> = {
  order_received: { ko: '주문 내용을 받고 있습니다', en: 'the order is being taken down' },
  awaiting_payment: { ko: '결제를 기다리고 있습니다', en: 'it waits for the payment' },
  paid: { ko: '결제가 확인되었고 곧 제작에 들어갑니다', en: 'it is paid and will be made soon' },
  message_confirmed: { ko: '문구가 확정되어 제작을 준비하고 있습니다', en: 'it is about to be made' },
  po_placed: { ko: '제작하고 있으며 아직 출발하지 않았습니다', en: 'it is being made and has not left yet' },
  in_delivery: { ko: '배송 중이며 아직 도착하지 않았습니다', en: 'it is on its way and has not arrived yet' },
  delivered: { ko: '배송이 완료되었습니다', en: 'it has been delivered' },
  cancelled: { ko: '취소된 주문입니다', en: 'the order was cancelled' },
  refunded: { ko: '취소되어 환불된 주문입니다', en: 'the order was cancelled and refunded' },
}

/** One clause without its subject, as it may be said: "배송 중이며 아직 도착하지 않았습니다". */
export function progressInWords(
  order: Pick<OrderInShort, 'progress' | 'deliveredAt'>,
  language: Language = 'ko',
): string {
  const words = PROGRESS_IN_WORDS[order.progress][language]
  const at = order.deliveredAt === null ? null : parseIsoTime(order.deliveredAt)
  if (order.progress !== 'delivered' || at === null) return words
  const when = formatKoreanTime(at, language)
  return language === 'ko' ? `${when}에 ${words}` : `${words} (${when})`
}

/** An order as the model sees it, in its state and in results of tools. */
export function shownOrder(order: OrderInShort): Readonly<Record<string, unknown>> {
  return {
    order_no: order.orderNo,
    recipient: order.recipient,
    hall: order.hall,
    progress: order.progress,
    in_words: progressInWords(order),
    delivered: order.deliveredAt !== null,
    photo: order.photo,
    may_change: order.mayChange,
    ...(order.attention ? { colleague_looks_into_it: true } : {}),
  }
}
