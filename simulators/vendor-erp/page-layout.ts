/** How the vendor's pages name their things. A web page changes without notice: then there is another set of names. */

export interface PageLayout {
  /** Of the form: key of the order's field, name in the form, label, kind of input. */
  readonly fields: ReadonlyArray<readonly [key: string, name: string, label: string, type: string]>
  readonly list: string
  readonly newOrder: string
  readonly submit: string
  readonly columns: readonly [
    id: string,
    reference: string,
    status: string,
    place: string,
    recipient: string,
    due: string,
  ]
  readonly search: { readonly name: string; readonly label: string; readonly button: string }
  readonly terms: Readonly<
    Record<
      | 'status'
      | 'reference'
      | 'product'
      | 'sender'
      | 'recipient'
      | 'ribbon'
      | 'place'
      | 'due'
      | 'phone'
      | 'price'
      | 'delivered',
      string
    >
  >
  readonly heading: (orderId: string) => string
  readonly ribbon: { readonly name: string; readonly label: string; readonly save: string }
  readonly cancel: string
  /** Who signs in has to agree to a notice first. */
  readonly notice: { readonly title: string; readonly text: string; readonly button: string } | undefined
}

export const USUAL_LAYOUT: PageLayout = {
  fields: [
    ['reference', 'reference', '주문 참조번호', 'text'],
    ['sender', 'sender', '보내는 분', 'text'],
    ['recipient', 'recipient', '받는 분', 'text'],
    ['ribbon_text', 'ribbon_text', '리본 문구', 'text'],
    ['hall', 'hall', '장례식장', 'text'],
    ['room', 'room', '호실', 'text'],
    ['deliver_by', 'deliver_by', '배송 희망 시각', 'text'],
    ['phone', 'phone', '연락처', 'tel'],
    ['price', 'price', '금액(원)', 'number'],
  ],
  list: '주문 목록',
  newOrder: '새 주문 등록',
  submit: '주문 등록',
  columns: ['주문번호', '참조', '상태', '장례식장', '받는 분', '배송 희망'],
  search: { name: 'q', label: '참조번호', button: '검색' },
  terms: {
    status: '상태',
    reference: '참조',
    product: '상품',
    sender: '보내는 분',
    recipient: '받는 분',
    ribbon: '리본 문구',
    place: '장소',
    due: '배송 희망',
    phone: '연락처',
    price: '금액',
    delivered: '배송 완료',
  },
  heading: (orderId) => `주문 ${orderId}`,
  ribbon: { name: 'ribbon_text', label: '리본 문구', save: '문구 저장' },
  cancel: '주문 취소',
  notice: undefined,
}

export const CHANGED_LAYOUT: PageLayout = {
  fields: [
    ['hall', 'f01', '식장명', 'text'],
    ['room', 'f02', '빈소', 'text'],
    ['deliver_by', 'f03', '도착 요청', 'text'],
    ['recipient', 'f04', '고인/상주', 'text'],
    ['sender', 'f05', '발송인', 'text'],
    ['ribbon_text', 'f06', '조사(弔詞)', 'text'],
    ['phone', 'f07', '담당 전화', 'tel'],
    ['price', 'f08', '단가', 'number'],
    ['reference', 'f09', '거래처 관리번호', 'text'],
  ],
  list: '의뢰 현황',
  newOrder: '의뢰서 작성',
  submit: '의뢰서 접수',
  columns: ['의뢰번호', '관리번호', '진행', '식장', '고인/상주', '도착 요청'],
  search: { name: 'keyword', label: '관리번호', button: '조회' },
  terms: {
    status: '진행',
    reference: '관리번호',
    product: '품목',
    sender: '발송인',
    recipient: '고인/상주',
    ribbon: '조사',
    place: '식장',
    due: '도착 요청',
    phone: '담당 전화',
    price: '단가',
    delivered: '도착',
  },
  heading: (orderId) => `의뢰서 ${orderId}`,
  ribbon: { name: 'f06', label: '조사(弔詞)', save: '저장' },
  cancel: '의뢰 취소',
  notice: {
    title: '화환 ERP가 새로워졌습니다',
    text: '메뉴와 항목 이름이 바뀌었습니다. 계속하려면 확인을 눌러 주세요.',
    button: '확인했습니다',
  },
}
