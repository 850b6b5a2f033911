/** What the texts to customers are made from, and the lines that many of them share. */
import { bankName } from './banks.ts'
import { formatKoreanTime, parseIsoTime } from './korean-time.ts'
import type { Language } from './money.ts'
import type { OrderField, OrderFields } from './order.ts'
import type { VirtualAccount } from './ticket-money-data.ts'

/** What the texts are made from. */
export interface NotificationContext {
  readonly companyName: string
  /** As customers read it: "1588-0000". */
  readonly companyPhone: string
  readonly orderNo: string
  readonly order: OrderFields
  /** Won. */
  readonly amountWon: number
  readonly editWindowSeconds: number
  readonly paymentExpirySeconds: number
  /** ISO 8601; only for `delivered`. */
  readonly deliveredAt: string | null
  /** Only for `merged`: the order that goes on. */
  readonly mergedInto?: string
  /** The signed link that belongs to the kind: order page or photo; null leaves the line out. */
  readonly link: string | null
  /** ISO 8601: until when the customer may pay; only where the payment is still to come. */
  readonly payUntil?: string
  /** Where to transfer to; only for texts that tell an account. */
  readonly account?: VirtualAccount
  /** Won that have come so far; only for `deposit_part` and `payment_expired`. */
  readonly receivedWon?: number
  /** Only for `edit_applied`: what was edited. */
  readonly changed?: readonly OrderField[]
  /** Won, for `part_refunded` and, where part had gone back before, `refunded`. */
  readonly refundWon?: number
  /** ISO 8601; only for `delay_notice`. */
  readonly expectedBy?: string
}

/** A text ready to be sent. */
export interface Notification {
  /** Shown by phones only for long messages. */
  readonly subject: string
  readonly text: string
}

/** Writes the text of one kind. */
export type Writer = (context: NotificationContext, language: Language) => Notification

export const lines = (...parts: (string | null)[]): string => parts.filter((part) => part !== null).join('\n')

/** The fields a text calls by name; the room goes with its place. */
const ROW_FIELDS = ['order_no', 'orderer', 'recipient', 'message', 'destination', 'deliver_by'] as const

/** What was edited, as it is now; a number is not repeated in a text. */
export function editedLines(context: NotificationContext, language: Language): string | null {
  const changed = new Set<string>(context.changed)
  if (changed.has('room')) changed.add('destination')
  const rows = orderRows(context, language).filter((_, i) => changed.has(ROW_FIELDS[i] ?? ''))
  const phone = language === 'ko' ? '연락처: 바뀌었습니다' : 'Phone: changed'
  const shown = [...rows.flatMap((row) => row ?? []), ...(changed.has('phone') ? [phone] : [])]
  return shown.length === 0 ? null : shown.join('\n')
}

/** The order as the customer checks it; fields that are empty are left out. */
export function orderLines(context: NotificationContext, language: Language): string {
  return orderRows(context, language)
    .flatMap((row) => row ?? [])
    .join('\n')
}

/** One row for each of ROW_FIELDS; null where the field is empty. */
function orderRows(context: NotificationContext, language: Language): (string | null)[] {
  const { order } = context
  const at = order.deliver_by === null ? null : parseIsoTime(order.deliver_by)
  const hall = [order.destination, order.room].filter((part) => part !== null).join(' ')
  const rows: ReadonlyArray<readonly [string, string, string | null]> = [
    ['주문번호', 'Order', context.orderNo],
    ['보내는 분', 'From', order.orderer],
    ['받는 분', 'For', order.recipient],
    ['리본 문구', 'Ribbon', order.message],
    ['장소', 'Place', hall === '' ? null : hall],
    ['도착 희망', 'Wanted by', at === null ? null : formatKoreanTime(at, language)],
  ]
  return rows.map(([ko, en, value]) =>
    value === null || value === '' ? null : `${language === 'ko' ? ko : en}: ${value}`,
  )
}

/** An account as the customer types it into their bank; nothing without one. */
export function accountLines({ account }: NotificationContext, language: Language): string | null {
  if (account === undefined) return null
  return language === 'ko'
    ? lines(
        `입금 은행: ${bankName(account.bankCode)}`,
        `계좌번호: ${account.accountNumber}`,
        `예금주: ${account.holder}`,
      )
    : lines(
        `Bank: ${bankName(account.bankCode)}`,
        `Account: ${account.accountNumber}`,
        `Holder: ${account.holder}`,
      )
}

/** "11월 21일(토) 오후 2시", when account or order end first; empty without a time. */
export function payUntil({ account, payUntil }: NotificationContext, language: Language): string {
  const ends = [account?.dueAt, payUntil].flatMap((end) => parseIsoTime(end ?? '') ?? [])
  return ends.length === 0 ? '' : formatKoreanTime(Math.min(...ends), language)
}
