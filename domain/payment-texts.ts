/** Texts about the money that is still to come. */
import { formatDuration } from './korean-time.ts'
import { formatWon } from './money.ts'
import { accountLines, lines, orderLines, payUntil, type Writer } from './notification-lines.ts'

export const PAYMENT_TEXTS = {
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
  payment_until: (context, language) => {
    const amount = formatWon(context.amountWon - (context.receivedWon ?? 0), language)
    const until = payUntil(context, language)
    return language === 'ko'
      ? {
          subject: '결제 기한 변경',
          text: lines(
            `[${context.companyName}] 주문(${context.orderNo})의 결제 기한이 바뀌었습니다. ${until}까지 ${amount}을 결제해 주세요.`,
            context.link,
            accountLines(context, language),
            `기한이 지나면 주문이 자동으로 취소됩니다. 문의 ${context.companyPhone}`,
          ),
        }
      : {
          subject: 'Time to pay changed',
          text: lines(
            `[${context.companyName}] The time to pay for order ${context.orderNo} has changed. Please pay ${amount} by ${until}.`,
            context.link,
            accountLines(context, language),
            `After that the order is cancelled. Questions: ${context.companyPhone}`,
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
} satisfies Readonly<Record<string, Writer>>
