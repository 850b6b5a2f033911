/** Texts to customers: their kinds. */
export const MESSAGE_KINDS = [
  'payment_link',
  'confirmation',
  'order_changed',
  'delivered',
  'payment_expired',
  'cancelled',
  'refunded',
] as const
export type MessageKind = (typeof MESSAGE_KINDS)[number]
