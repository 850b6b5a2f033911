/** Words of the customer's order page, Korean and English. */
import type { Language } from '../../../domain/money.ts'
import type { OrderField } from '../../../domain/order.ts'

/** Where an order stands, as its customer sees it. */
export type OrderStage =
  | 'draft'
  | 'pay'
  | 'window'
  | 'making'
  | 'on_the_way'
  | 'delivered'
  | 'cancelled'
  | 'refunded'
  /** It is called off, and money or vendor are not settled yet. */
  | 'closing'

/** Sentences above the page after something was done. */
export type OrderNotice =
  | 'saved'
  | 'same'
  | 'too_late'
  | 'not_now'
  | 'unavailable'
  | 'account_ready'
  | 'refund_account_saved'
  | 'too_many'
  | 'bad_receipt'
  | 'bad_refund_account'

interface OrderPageTexts {
  readonly stage: Readonly<Record<OrderStage, { readonly title: string; readonly body: string }>>
  readonly notice: Readonly<Record<OrderNotice, string>>
  readonly steps: readonly [
    ordered: string,
    paid: string,
    fixed: string,
    made: string,
    sent: string,
    there: string,
  ]
  readonly field: Readonly<Record<OrderField, string>>
  readonly orderNo: string
  readonly amount: string
  readonly place: string
  readonly recipient: string
  readonly ribbon: string
  readonly ribbonHint: string
  readonly timeLeftToPay: string
  readonly timeLeftToEdit: string
  readonly over: string
  readonly edit: string
  readonly editHintBefore: string
  readonly editHintAfter: string
  readonly phoneHint: (masked: string) => string
  readonly save: string
  readonly payByCard: string
  readonly payByTransfer: string
  readonly transferHint: string
  readonly getAccount: string
  readonly receipt: string
  readonly receiptNone: string
  readonly receiptPerson: string
  readonly receiptBusiness: string
  readonly receiptNumber: string
  readonly account: string
  readonly accountHolder: string
  readonly accountDue: string
  readonly accountHint: string
  readonly copy: string
  readonly copied: string
  readonly refundAccountTitle: string
  readonly refundAccountHint: string
  readonly bank: string
  readonly accountNumber: string
  readonly sendAccount: string
  readonly photo: string
  readonly deliveredAt: string
  readonly checking: string
  readonly questions: string
  readonly gone: { readonly title: string; readonly body: string }
}

export const ORDER_PAGE_TEXTS: Readonly<Record<Language, OrderPageTexts>> = {
  ko: {
    stage: {
      draft: {
        title: '주문 내용을 확인하고 있습니다',
        body: '빠진 내용이 있으면 아래에서 채우실 수 있습니다.',
      },
      pay: { title: '결제를 기다리고 있습니다', body: '주문 내용을 확인하시고 결제해 주세요.' },
      window: {
        title: '결제가 완료되었습니다',
        body: '곧 제작을 시작합니다. 고칠 내용이 있으면 시간 안에 수정해 주세요.',
      },
      making: { title: '근조화환을 제작하고 있습니다', body: '출발하면 이 페이지에서 확인하실 수 있습니다.' },
      on_the_way: { title: '장례식장으로 가고 있습니다', body: '도착하면 사진과 함께 문자로 알려드립니다.' },
      delivered: { title: '배송이 완료되었습니다', body: '삼가 고인의 명복을 빕니다.' },
      cancelled: { title: '취소된 주문입니다', body: '다시 주문하시려면 전화해 주세요.' },
      closing: { title: '주문을 취소하고 있습니다', body: '취소가 끝나면 문자로 알려드립니다.' },
      refunded: { title: '취소되어 환불된 주문입니다', body: '다시 주문하시려면 전화해 주세요.' },
    },
    notice: {
      saved: '수정한 내용을 반영했습니다.',
      same: '바뀐 내용이 없습니다.',
      too_late: '이미 제작이 시작되어 그대로 반영하지 못했습니다. 담당자가 곧 연락드리겠습니다.',
      not_now: '지금은 바꿀 수 없는 주문입니다. 전화로 문의해 주세요.',
      unavailable: '지금은 처리하지 못했습니다. 잠시 후 다시 시도해 주세요. 바뀐 것은 없습니다.',
      account_ready: '입금하실 계좌를 만들었습니다. 문자로도 보내드렸습니다.',
      refund_account_saved: '환불 계좌를 받았습니다. 환불이 끝나면 문자로 알려드립니다.',
      bad_receipt: '현금영수증 번호가 올바르지 않습니다. 휴대폰 번호나 사업자등록번호 10자리를 적어 주세요.',
      bad_refund_account: '계좌를 확인해 주세요. 은행, 숫자로 된 계좌번호, 예금주가 모두 필요합니다.',
      too_many: '짧은 시간에 너무 많이 시도하셨습니다. 잠시 후 다시 시도해 주세요.',
    },
    steps: ['주문', '결제', '문구 확정', '제작', '배송', '도착'],
    field: {
      orderer: '보내는 분',
      recipient: '받는 분 (고인 또는 상주)',
      destination: '장례식장',
      room: '호실',
      message: '리본 문구',
      deliver_by: '도착 희망 시간',
      phone: '연락처',
    },
    orderNo: '주문번호',
    amount: '금액',
    place: '장소',
    recipient: '받는 분',
    ribbon: '리본 미리보기',
    ribbonHint: '오른쪽 리본에 문구, 왼쪽 리본에 보내는 분이 인쇄됩니다.',
    timeLeftToPay: '결제까지 남은 시간',
    timeLeftToEdit: '수정할 수 있는 시간',
    over: '시간이 지났습니다',
    edit: '주문 내용 수정',
    editHintBefore: '여기서 고치시면 바로 반영됩니다.',
    editHintAfter: '제작이 시작되기 전이면 업체에 바로 전달해 반영합니다.',
    phoneHint: (masked) => `지금은 ${masked}입니다. 바꾸실 때만 적어 주세요.`,
    save: '수정 내용 저장',
    payByCard: '카드로 결제하기',
    payByTransfer: '계좌로 입금하기',
    transferHint: '이 주문만을 위한 입금 계좌를 드립니다. 입금이 확인되면 바로 진행합니다.',
    getAccount: '입금 계좌 받기',
    receipt: '현금영수증',
    receiptNone: '받지 않음',
    receiptPerson: '개인 소득공제 (휴대폰 번호)',
    receiptBusiness: '사업자 지출증빙 (사업자등록번호)',
    receiptNumber: '현금영수증 번호',
    account: '입금 계좌',
    accountHolder: '예금주',
    accountDue: '입금 기한',
    accountHint: '금액을 정확히 맞춰 입금해 주세요. 보내는 분 이름은 달라도 괜찮습니다.',
    copy: '계좌번호 복사',
    copied: '복사했습니다',
    refundAccountTitle: '환불받으실 계좌를 알려 주세요',
    refundAccountHint: '입금하신 금액은 알려 주신 계좌로 돌려드리고, 보내드린 뒤 문자로 알려드립니다.',
    bank: '은행',
    accountNumber: '계좌번호',
    sendAccount: '환불 계좌 보내기',
    photo: '배송된 근조화환 사진',
    deliveredAt: '도착',
    checking: '담당자가 이 주문을 확인하고 있습니다. 필요하면 연락드리겠습니다.',
    questions: '문의',
    gone: {
      title: '더 이상 열 수 없는 링크입니다',
      body: '기한이 지났거나 새 링크로 바뀌었습니다. 새 링크가 필요하시면 전화해 주세요.',
    },
  },
  en: {
    stage: {
      draft: {
        title: 'We are checking your order',
        body: 'If something is missing you can fill it in below.',
      },
      pay: { title: 'Waiting for your payment', body: 'Please check the order, then pay.' },
      window: {
        title: 'Your payment is complete',
        body: 'We will start making the wreath soon. Please change what is wrong while there is time.',
      },
      making: { title: 'Your wreath is being made', body: 'You will see here when it leaves.' },
      on_the_way: {
        title: 'On its way to the funeral hall',
        body: 'We will text you a photo when it is there.',
      },
      delivered: { title: 'Your wreath has been delivered', body: 'Our deepest condolences.' },
      cancelled: { title: 'This order was cancelled', body: 'Please call us to order again.' },
      closing: { title: 'Your order is being cancelled', body: 'We will text you when that is done.' },
      refunded: { title: 'This order was cancelled and refunded', body: 'Please call us to order again.' },
    },
    notice: {
      saved: 'Your changes have been taken.',
      same: 'Nothing was changed.',
      too_late: 'The wreath is being made already, so this could not be changed. We will call you soon.',
      not_now: 'This order can not be changed now. Please call us.',
      unavailable: 'That did not work just now. Please try again in a moment; nothing has changed.',
      account_ready: 'Here is the account to pay into. We have texted it to you as well.',
      refund_account_saved:
        'Thank you, we have the account for your refund and will text you when it is done.',
      bad_receipt:
        'The number for the cash receipt is not right: a mobile number or a ten-digit business number.',
      bad_refund_account: 'Please check the account: bank, account number in digits, and holder are needed.',
      too_many: 'Too many tries in a short time. Please try again in a moment.',
    },
    steps: ['Order', 'Paid', 'Fixed', 'Made', 'Leaves', 'There'],
    field: {
      orderer: 'From',
      recipient: 'For (the deceased or chief mourner)',
      destination: 'Funeral hall',
      room: 'Room',
      message: 'Ribbon text',
      deliver_by: 'Wanted by',
      phone: 'Phone',
    },
    orderNo: 'Order',
    amount: 'Amount',
    place: 'Place',
    recipient: 'For',
    ribbon: 'How the ribbons will look',
    ribbonHint: 'The right ribbon carries the text, the left one who sends it.',
    timeLeftToPay: 'Time left to pay',
    timeLeftToEdit: 'Time left to change it',
    over: 'The time is over',
    edit: 'Change the order',
    editHintBefore: 'What you change here counts at once.',
    editHintAfter: 'We tell the florist at once; it counts if the wreath is not made yet.',
    phoneHint: (masked) => `It is ${masked} now. Fill this in only to change it.`,
    save: 'Save changes',
    payByCard: 'Pay by card',
    payByTransfer: 'Pay by bank transfer',
    transferHint: 'You get an account for this order alone. We go on as soon as the money is there.',
    getAccount: 'Get the account',
    receipt: 'Cash receipt',
    receiptNone: 'None',
    receiptPerson: 'Personal (mobile number)',
    receiptBusiness: 'Business (registration number)',
    receiptNumber: 'Number for the cash receipt',
    account: 'Account',
    accountHolder: 'Holder',
    accountDue: 'Pay by',
    accountHint: 'Please transfer the exact amount. The name of the sender may differ.',
    copy: 'Copy the account number',
    copied: 'Copied',
    refundAccountTitle: 'Where shall we refund to?',
    refundAccountHint:
      'What you transferred goes back to the account you name. We will text you once it is sent.',
    bank: 'Bank',
    accountNumber: 'Account number',
    sendAccount: 'Send the account',
    photo: 'Photo of the delivered wreath',
    deliveredAt: 'Arrived',
    checking: 'A colleague is looking at this order and will call you if needed.',
    questions: 'Questions',
    gone: {
      title: 'This link no longer opens',
      body: 'It has expired or was replaced by a new one. Please call us for a new link.',
    },
  },
}
