/** Texts about what went otherwise: called off, late, put right. */
import { formatKoreanTime, parseIsoTime } from './korean-time.ts'
import { formatWon } from './money.ts'
import { lines, orderLines, type Writer } from './notification-lines.ts'

export const AMENDS_TEXTS = {
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
  refund_account: (context, language) => {
    const amount = formatWon(context.refundWon ?? 0, language)
    return language === 'ko'
      ? {
          subject: '환불 계좌 안내',
          text: lines(
            `[${context.companyName}] 주문(${context.orderNo})의 ${amount}을 돌려드리려고 합니다. 환불받으실 계좌를 아래 링크에서 알려 주세요.`,
            context.link,
            `문의 ${context.companyPhone}`,
          ),
        }
      : {
          subject: 'Your refund',
          text: lines(
            `[${context.companyName}] We owe you ${amount} of order ${context.orderNo}. Please tell us your bank account here:`,
            context.link,
            `Questions: ${context.companyPhone}`,
          ),
        }
  },
  money_returned: (context, language) => {
    const amount = formatWon(context.refundWon ?? 0, language)
    return language === 'ko'
      ? {
          subject: '환불 안내',
          text: `[${context.companyName}] 주문(${context.orderNo})의 ${amount}을 계좌로 돌려드렸습니다. 문의 ${context.companyPhone}`,
        }
      : {
          subject: 'Refund',
          text: `[${context.companyName}] We have returned ${amount} of order ${context.orderNo} to your account. Questions: ${context.companyPhone}`,
        }
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
} satisfies Readonly<Record<string, Writer>>
