/** Words of the pages that customers open from a text message. */
import type { Language } from '../../domain/money.ts'

/** What a page tells: how far the order is, or why nothing can be done here. */
export type CustomerPage =
  | 'paid'
  | 'pending'
  | 'refused'
  | 'failed'
  | 'closed'
  | 'mismatch'
  | 'unavailable'
  | 'unknown_link'
  | 'photo'
  | 'no_photo'

interface PageText {
  readonly title: string
  readonly body: string
}

export const PAGE_TEXTS: Readonly<Record<Language, Readonly<Record<CustomerPage, PageText>>>> = {
  ko: {
    paid: {
      title: '결제가 완료되었습니다',
      body: '감사합니다. 주문 확인 문자를 보내드립니다. 이 창은 닫으셔도 됩니다.',
    },
    pending: {
      title: '결제를 확인하고 있습니다',
      body: '확인이 끝나면 문자로 알려드립니다. 다시 결제하지 마시고 잠시만 기다려 주세요.',
    },
    refused: { title: '결제가 승인되지 않았습니다', body: '다른 카드나 결제 수단으로 다시 시도해 주세요.' },
    failed: {
      title: '결제가 완료되지 않았습니다',
      body: '아직 청구된 금액은 없습니다. 다시 시도하실 수 있습니다.',
    },
    closed: {
      title: '결제할 수 없는 주문입니다',
      body: '결제 기한이 지났거나 취소된 주문입니다. 다시 주문하시려면 전화해 주세요.',
    },
    mismatch: {
      title: '결제 정보가 주문과 다릅니다',
      body: '청구된 금액은 없습니다. 문자로 받으신 링크를 다시 열어 주세요.',
    },
    unavailable: {
      title: '잠시 후 다시 열어 주세요',
      body: '지금은 결제 페이지를 열 수 없습니다. 청구된 금액은 없습니다.',
    },
    unknown_link: { title: '올바르지 않은 링크입니다', body: '문자로 받으신 링크를 그대로 열어 주세요.' },
    photo: { title: '배송이 완료되었습니다', body: '놓아드린 모습입니다.' },
    no_photo: { title: '사진이 없습니다', body: '아직 사진이 없거나 보관 기간이 지났습니다.' },
  },
  en: {
    paid: {
      title: 'Your payment is complete',
      body: 'Thank you. We will text you a confirmation; you may close this page.',
    },
    pending: {
      title: 'Your payment is being checked',
      body: 'We will text you when it is settled. Please wait and do not pay again.',
    },
    refused: { title: 'The payment was declined', body: 'Please try again with another card or method.' },
    failed: { title: 'The payment was not completed', body: 'Nothing has been charged. You can try again.' },
    closed: {
      title: 'This order can not be paid',
      body: 'The time to pay is over or the order was cancelled. Please call us to order again.',
    },
    mismatch: {
      title: 'This payment does not belong to the order',
      body: 'Nothing has been charged. Please open the link in our text message again.',
    },
    unavailable: {
      title: 'Please try again in a moment',
      body: 'The payment page can not be opened just now. Nothing has been charged.',
    },
    unknown_link: {
      title: 'This link is not valid',
      body: 'Please open the link exactly as it is in our text message.',
    },
    photo: { title: 'Your wreath has been delivered', body: 'This is how it stands.' },
    no_photo: { title: 'There is no photo', body: 'There is none yet, or it is no longer kept.' },
  },
}

export const LABELS: Readonly<
  Record<Language, Readonly<Record<'order' | 'amount' | 'again' | 'phone' | 'orderPage', string>>>
> = {
  ko: { order: '주문번호', amount: '금액', again: '다시 결제하기', phone: '문의', orderPage: '주문 보기' },
  en: {
    order: 'Order',
    amount: 'Amount',
    again: 'Try again',
    phone: 'Questions',
    orderPage: 'See the order',
  },
}
