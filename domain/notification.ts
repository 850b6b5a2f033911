/** Texts to customers: one kind an occasion, in Korean and English. */
import { bankName } from './banks.ts'
import { formatDuration, formatKoreanTime, parseIsoTime } from './korean-time.ts'
import { formatWon, type Language } from './money.ts'
import type { OrderField, OrderFields } from './order.ts'
import type { VirtualAccount } from './ticket-money-data.ts'

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
  'edit_applied',
  'part_refunded',
  'reordered',
  'delay_notice',
  'merged',
  'photo_link',
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
  /** The signed link that belongs to the kind: order page or photo; null leaves the line out. */
  /** Only for `merged`: the order that goes on. */
  readonly mergedInto?: string
  /** The signed link that belongs to the kind: payment page or photo; null leaves the line out. */
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

const lines = (...parts: (string | null)[]): string => parts.filter((part) => part !== null).join('\n')

/** The fields a text calls by name; the room goes with its place. */
const ROW_FIELDS = ['order_no', 'orderer', 'recipient', 'message', 'destination', 'deliver_by'] as const

/** What was edited, as it is now; a number is not repeated in a text. */
function editedLines(context: NotificationContext, language: Language): string | null {
  const changed = new Set<string>(context.changed)
  if (changed.has('room')) changed.add('destination')
  const rows = orderRows(context, language).filter((_, i) => changed.has(ROW_FIELDS[i] ?? ''))
  const phone = language === 'ko' ? '연락처: 바뀌었습니다' : 'Phone: changed'
  const shown = [...rows.flatMap((row) => row ?? []), ...(changed.has('phone') ? [phone] : [])]
  return shown.length === 0 ? null : shown.join('\n')
}

/** The order as the customer checks it; fields that are empty are left out. */
function orderLines(context: NotificationContext, language: Language): string {
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

/** The sentence every customer gets when the order is fixed. */
export function confirmationSentence(editWindowSeconds: number, language: Language = 'ko'): string {
  const window = formatDuration(editWindowSeconds, language)
  return language === 'ko'
    ? `입력하신 정보가 맞나요? 곧 제작·배송 절차가 시작되니 ${window} 안에 수정이 있으면 알려주세요.`
    : `Is the information you gave correct? Making and delivery will start soon, so please tell us within ${window} if anything needs to be changed.`
}

/** An account as the customer types it into their bank; nothing without one. */
function accountLines({ account }: NotificationContext, language: Language): string | null {
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

/** "11월 21일(토) 오후 2시"; empty without a time. */
function payUntil(context: NotificationContext, language: Language): string {
  const at = parseIsoTime(context.account?.dueAt ?? context.payUntil ?? '')
  return at === null ? '' : formatKoreanTime(at, language)
}

type Writer = (context: NotificationContext, language: Language) => Notification

const WRITERS: Readonly<Record<MessageKind, Writer>> = {
  payment_link: (context, language) => {
    const amount = formatWon(context.amountWon, language)
    const limit = formatDuration(context.paymentExpirySeconds, language)
    return language === 'ko'
      ? {
          subject: '결제 안내',
          text: lines(
            `[${context.companyName}] 근조화환 주문이 접수되었습니다. 아래 링크에서 ${amount}을 결제해 주세요.`,
            context.link,
            orderLines(context, language),
            `${limit} 안에 결제하지 않으시면 주문이 자동으로 취소됩니다. 문의 ${context.companyPhone}`,
          ),
        }
      : {
          subject: 'Payment',
          text: lines(
            `[${context.companyName}] Your wreath order has been taken. Please pay ${amount} here:`,
            context.link,
            orderLines(context, language),
            `Without payment within ${limit} the order is cancelled. Questions: ${context.companyPhone}`,
          ),
        }
  },
  confirmation: (context, language) => ({
    subject: language === 'ko' ? '주문 확인' : 'Please check your order',
    text: lines(
      confirmationSentence(context.editWindowSeconds, language),
      '',
      orderLines(context, language),
      context.link === null
        ? null
        : language === 'ko'
          ? `수정: ${context.link}`
          : `Change it: ${context.link}`,
      language === 'ko' ? `문의 ${context.companyPhone}` : `Questions: ${context.companyPhone}`,
    ),
  }),
  delivered: (context, language) => {
    const at = context.deliveredAt === null ? null : parseIsoTime(context.deliveredAt)
    const when = at === null ? '' : formatKoreanTime(at, language)
    const place = [context.order.destination, context.order.room].filter((part) => part !== null).join(' ')
    return language === 'ko'
      ? {
          subject: '배송 완료',
          text: lines(
            `[${context.companyName}] 주문하신 근조화환이 ${place}에 배송되었습니다.`,
            when === '' ? null : `배송 시각: ${when}`,
            context.link === null ? null : `사진: ${context.link}`,
            '삼가 고인의 명복을 빕니다.',
          ),
        }
      : {
          subject: 'Delivered',
          text: lines(
            `[${context.companyName}] Your wreath has been delivered to ${place}.`,
            when === '' ? null : `Delivered: ${when}`,
            context.link === null ? null : `Photo: ${context.link}`,
            'Our deepest condolences.',
          ),
        }
  },
  payment_expired: (context, language) => {
    const back = formatWon(context.receivedWon ?? 0, language)
    const hasPart = (context.receivedWon ?? 0) > 0
    return language === 'ko'
      ? {
          subject: '주문 취소',
          text: lines(
            `[${context.companyName}] 결제가 확인되지 않아 주문(${context.orderNo})이 취소되었습니다. 다시 주문: ${context.companyPhone}`,
            hasPart ? `입금하신 ${back}은 돌려드립니다.` : null,
          ),
        }
      : {
          subject: 'Order cancelled',
          text: lines(
            `[${context.companyName}] Order ${context.orderNo} was cancelled because it was not paid. Order again: ${context.companyPhone}`,
            hasPart ? `The ${back} you transferred will be returned.` : null,
          ),
        }
  },
  cancelled: (context, language) =>
    language === 'ko'
      ? {
          subject: '주문 취소',
          text: `[${context.companyName}] 주문(${context.orderNo})이 취소되었습니다. 문의 ${context.companyPhone}`,
        }
      : {
          subject: 'Order cancelled',
          text: `[${context.companyName}] Order ${context.orderNo} has been cancelled. Questions: ${context.companyPhone}`,
        },
  merged: (context, language) =>
    language === 'ko'
      ? {
          subject: '주문 안내',
          text: `[${context.companyName}] 두 번 접수된 주문을 하나(${context.mergedInto ?? ''})로 처리합니다. 따로 하실 일은 없습니다. 문의 ${context.companyPhone}`,
        }
      : {
          subject: 'Your order',
          text: `[${context.companyName}] We received your order twice and handle both as one (${context.mergedInto ?? ''}). You need not do anything. Questions: ${context.companyPhone}`,
        },
  photo_link: (context, language) =>
    language === 'ko'
      ? {
          subject: '배송 사진',
          text: lines(`[${context.companyName}] 주문(${context.orderNo})의 배송 사진입니다.`, context.link),
        }
      : {
          subject: 'Delivery photo',
          text: lines(
            `[${context.companyName}] The delivery photo of order ${context.orderNo}:`,
            context.link,
          ),
        },
  refunded: (context, language) => {
    const amount = formatWon(context.refundWon ?? context.amountWon, language)
    return language === 'ko'
      ? {
          subject: '환불 안내',
          text: `[${context.companyName}] 주문(${context.orderNo})이 취소되어 ${amount}을 환불해 드렸습니다. 문의 ${context.companyPhone}`,
        }
      : {
          subject: 'Refund',
          text: `[${context.companyName}] Order ${context.orderNo} was cancelled and ${amount} refunded. Questions: ${context.companyPhone}`,
        }
  },
  order_link: (context, language) =>
    language === 'ko'
      ? {
          subject: '주문 페이지',
          text: lines(
            `[${context.companyName}] 주문(${context.orderNo})의 확인·수정·결제는 아래 링크에서 하실 수 있습니다.`,
            context.link,
            `문의 ${context.companyPhone}`,
          ),
        }
      : {
          subject: 'Your order',
          text: lines(
            `[${context.companyName}] Check, change and pay order ${context.orderNo} here:`,
            context.link,
            `Questions: ${context.companyPhone}`,
          ),
        },
  virtual_account: (context, language) => {
    const amount = formatWon(context.amountWon, language)
    const until = payUntil(context, language)
    return language === 'ko'
      ? {
          subject: '입금 안내',
          text: lines(
            `[${context.companyName}] 주문(${context.orderNo})의 입금 계좌입니다. ${amount}을 한 번에 입금해 주세요.`,
            accountLines(context, language),
            `입금 금액: ${amount}`,
            `입금 기한: ${until}`,
            `문의 ${context.companyPhone}`,
          ),
        }
      : {
          subject: 'Bank transfer',
          text: lines(
            `[${context.companyName}] Please transfer ${amount} for order ${context.orderNo} in one sum:`,
            accountLines(context, language),
            `Amount: ${amount}`,
            `Until: ${until}`,
            `Questions: ${context.companyPhone}`,
          ),
        }
  },
  deposit_part: (context, language) => {
    const received = context.receivedWon ?? 0
    const [got, missing] = [received, context.amountWon - received].map((won) => formatWon(won, language))
    const until = payUntil(context, language)
    return language === 'ko'
      ? {
          subject: '입금 안내',
          text: lines(
            `[${context.companyName}] 주문(${context.orderNo})에 ${got}이 입금되었습니다. ${missing}이 더 필요합니다.`,
            until === '' ? null : `입금 기한: ${until}`,
            context.link,
            `문의 ${context.companyPhone}`,
          ),
        }
      : {
          subject: 'Bank transfer',
          text: lines(
            `[${context.companyName}] ${got} arrived for order ${context.orderNo}; ${missing} is still missing.`,
            until === '' ? null : `Until: ${until}`,
            context.link,
            `Questions: ${context.companyPhone}`,
          ),
        }
  },
  payment_reminder: (context, language) => {
    const amount = formatWon(context.amountWon - (context.receivedWon ?? 0), language)
    const until = payUntil(context, language)
    return language === 'ko'
      ? {
          subject: '결제 기한 안내',
          text: lines(
            `[${context.companyName}] 주문(${context.orderNo})의 결제 기한이 곧 끝납니다. ${until}까지 ${amount}을 결제해 주세요.`,
            context.link,
            accountLines(context, language),
            `기한이 지나면 주문이 자동으로 취소됩니다. 문의 ${context.companyPhone}`,
          ),
        }
      : {
          subject: 'Payment reminder',
          text: lines(
            `[${context.companyName}] Please pay ${amount} for order ${context.orderNo} by ${until}.`,
            context.link,
            accountLines(context, language),
            `After that the order is cancelled. Questions: ${context.companyPhone}`,
          ),
        }
  },
  edit_applied: (context, language) =>
    language === 'ko'
      ? {
          subject: '주문 수정',
          text: lines(
            `[${context.companyName}] 주문(${context.orderNo})을 수정했습니다.`,
            editedLines(context, language),
          ),
        }
      : {
          subject: 'Order changed',
          text: lines(
            `[${context.companyName}] Order ${context.orderNo} was changed.`,
            editedLines(context, language),
          ),
        },
  part_refunded: (context, language) => {
    const amount = formatWon(context.refundWon ?? 0, language)
    return language === 'ko'
      ? {
          subject: '사과와 환불',
          text: `[${context.companyName}] 주문(${context.orderNo})을 원하신 대로 해 드리지 못해 진심으로 사과드립니다. 결제하신 금액 중 ${amount}을 환불해 드렸습니다. 문의 ${context.companyPhone}`,
        }
      : {
          subject: 'Our apology',
          text: `[${context.companyName}] We are sorry that order ${context.orderNo} did not turn out as you wished. We have refunded ${amount} of what you paid. Questions: ${context.companyPhone}`,
        }
  },
  reordered: (context, language) =>
    language === 'ko'
      ? {
          subject: '사과와 다시 제작',
          text: lines(
            `[${context.companyName}] 주문(${context.orderNo})을 원하신 대로 해 드리지 못해 진심으로 사과드립니다. 추가 비용 없이 아래 내용으로 다시 제작해 보내 드립니다.`,
            orderLines(context, language),
            `문의 ${context.companyPhone}`,
          ),
        }
      : {
          subject: 'A new wreath',
          text: lines(
            `[${context.companyName}] We are sorry that order ${context.orderNo} did not turn out as you wished. At no cost to you we make a new wreath like this:`,
            orderLines(context, language),
            `Questions: ${context.companyPhone}`,
          ),
        },
  delay_notice: (context, language) => {
    const at = parseIsoTime(context.expectedBy ?? '')
    const when = at === null ? '' : formatKoreanTime(at, language)
    return language === 'ko'
      ? {
          subject: '배송 지연',
          text: `[${context.companyName}] 죄송합니다. 주문하신 화환(${context.orderNo})의 배송이 늦어지고 있습니다. 도착 예정: ${when}. 문의 ${context.companyPhone}`,
        }
      : {
          subject: 'Delayed',
          text: `[${context.companyName}] We are sorry, your wreath (${context.orderNo}) is delayed. It will arrive by ${when}. Questions: ${context.companyPhone}`,
        }
  },
}

/** The text for an occasion; Korean unless the customer speaks English. */
export function writeNotification(
  kind: MessageKind,
  context: NotificationContext,
  language: Language = 'ko',
): Notification {
  return WRITERS[kind](context, language)
}
