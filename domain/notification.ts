/** Texts to customers: one kind an occasion, in Korean and English. */
import { AMENDS_TEXTS } from './amends-texts.ts'
import type { Language } from './money.ts'
import type { Notification, NotificationContext, Writer } from './notification-lines.ts'
import { ORDER_TEXTS } from './order-texts.ts'
import { PAYMENT_TEXTS } from './payment-texts.ts'

export type { Notification, NotificationContext } from './notification-lines.ts'
export { confirmationSentence } from './order-texts.ts'

export const MESSAGE_KINDS = [
  'payment_link',
  'confirmation',
  'delivered',
  'payment_expired',
  'cancelled',
  'refunded',
  'order_link',
  'virtual_account',
  'deposit_part',
  'payment_reminder',
  'payment_until',
  'edit_applied',
  'part_refunded',
  'reordered',
  'delay_notice',
  'merged',
  'photo_link',
  'refund_account',
  'money_returned',
  'call_broken_off',
] as const
export type MessageKind = (typeof MESSAGE_KINDS)[number]

/** Texts without which the customer does not know how it ends: the ticket waits until the phone has them. */
const AWAITED_KINDS: ReadonlySet<string> = new Set<MessageKind>([
  'delivered',
  'payment_expired',
  'cancelled',
  'refunded',
  'merged',
  'part_refunded',
  'delay_notice',
  'reordered',
])

/** Whether a ticket must hear how a text of this kind ended; what failed it hears in any case. */
export const isReportAwaited = (kind: string): boolean => AWAITED_KINDS.has(kind)

const WRITERS: Readonly<Record<MessageKind, Writer>> = { ...PAYMENT_TEXTS, ...ORDER_TEXTS, ...AMENDS_TEXTS }

/** The text for an occasion; Korean unless the customer speaks English. */
export function writeNotification(
  kind: MessageKind,
  context: NotificationContext,
  language: Language = 'ko',
): Notification {
  return WRITERS[kind](context, language)
}
