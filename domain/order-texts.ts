/** Texts about the order itself: what was ordered, changed, delivered. */
import { formatDuration, formatKoreanTime, parseIsoTime } from './korean-time.ts'
import type { Language } from './money.ts'
import { editedLines, lines, orderLines, type Writer } from './notification-lines.ts'

/** The sentence every customer gets when the order is fixed. */
export function confirmationSentence(editWindowSeconds: number, language: Language = 'ko'): string {
  const window = formatDuration(editWindowSeconds, language)
  return language === 'ko'
    ? `입력하신 정보가 맞나요? 곧 제작·배송 절차가 시작되니 ${window} 안에 수정이 있으면 알려주세요.`
    : `Is the information you gave correct? Making and delivery will start soon, so please tell us within ${window} if anything needs to be changed.`
}

/** Said to a customer who has agreed to the order, or who can't yet. */
export const ORDER_CONFIRMED = '주문이 접수되었습니다. 결제 링크를 문자로 보내드립니다.'
export const ORDER_INCOMPLETE = '아직 확인하지 못한 내용이 있습니다.'

export const ORDER_TEXTS = {
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
  call_broken_off: (context, language) =>
    language === 'ko'
      ? {
          subject: '통화 안내',
          text: lines(
            `[${context.companyName}] 저희 쪽 문제로 통화를 마치지 못해 죄송합니다. 말씀하신 내용은 남겨 두었으며, 담당자가 곧 전화드리겠습니다.`,
            context.link === null ? null : `기다리지 않고 이어서 주문하기: ${context.link}`,
            `문의 ${context.companyPhone}`,
          ),
        }
      : {
          subject: 'Your call',
          text: lines(
            `[${context.companyName}] We are sorry that a problem on our side ended our call. What you told us is kept, and a colleague will call you back soon.`,
            context.link === null ? null : `Go on with your order right away: ${context.link}`,
            `Questions: ${context.companyPhone}`,
          ),
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
} satisfies Readonly<Record<string, Writer>>
