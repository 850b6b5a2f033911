/** What is said about placed orders, in both languages. */
import type { OrderField } from '../../../../domain/order.ts'
import type { KnownOrder } from '../conversation.ts'

export interface ServicePhrases {
  /** Without an ending, so that more can follow. */
  readonly status: (order: KnownOrder) => string
  readonly photoComes: string
  readonly photoSent: string
  readonly photoLater: string
  readonly noPhoto: string
  readonly noNumber: string
  readonly moment: string
  readonly askProof: string
  readonly askName: string
  readonly askNumber: string
  readonly proofWrong: string
  readonly cannotLookUp: string
  readonly askWhich: (orders: readonly KnownOrder[]) => string
  readonly sorry: string
  readonly reported: string
  readonly askCancel: (order: KnownOrder | undefined) => string
  readonly kept: string
  readonly cancelled: string
  readonly cancelByPerson: string
  readonly tooLate: string
  readonly changed: (values: Partial<Record<OrderField, string>>) => string
  readonly alreadyMade: string
  readonly cannotChange: string
  readonly askWhatToChange: string
  readonly handedOver: string
  readonly nobodyFree: string
  readonly connecting: string
  readonly handedOverNoNumber: string
  readonly askSame: (order: KnownOrder) => string
  readonly oneOrder: string
  readonly twoOrders: string
  readonly sameByPerson: string
}

const NAMES_KO: Readonly<Record<OrderField, string>> = {
  orderer: '보내시는 분',
  recipient: '받으시는 분',
  destination: '장소',
  room: '호실',
  message: '리본 문구',
  deliver_by: '도착 희망 시간',
  phone: '연락처',
}
const NAMES_EN: Readonly<Record<OrderField, string>> = {
  orderer: 'the sender',
  recipient: 'the recipient',
  destination: 'the place',
  room: 'the room',
  message: 'the ribbon text',
  deliver_by: 'the time',
  phone: 'the phone number',
}

const valuesIn = (
  names: Readonly<Record<OrderField, string>>,
  values: Partial<Record<OrderField, string>>,
  join: (name: string, value: string) => string,
): string =>
  (Object.entries(values) as [OrderField, string][])
    .map(([field, value]) => join(names[field], value))
    .join(', ')

export const SERVICE_KO: ServicePhrases = {
  status: ({ recipient, inWords }) =>
    `${recipient === null ? '주문하신' : `${recipient} 님께 보내시는`} 화환은 ${inWords}.`,
  photoComes: '배송 사진을 문자로 보내 드리겠습니다.',
  photoSent: '배송 사진 링크를 주문하실 때 남기신 번호로 보내 드렸습니다.',
  photoLater: '배송이 끝나면 사진을 문자로 보내 드립니다.',
  noPhoto: '죄송합니다, 이 배송에는 사진이 없습니다.',
  noNumber: '죄송합니다, 사진을 받으실 번호가 등록되어 있지 않습니다.',
  moment: '네, 확인해 보겠습니다.',
  askProof: '확인을 위해 주문번호와 주문하신 분이나 받으시는 분 성함을 말씀해 주시겠어요?',
  askName: '주문하신 분이나 받으시는 분 성함도 말씀해 주시겠어요? 주문번호와 함께 확인하겠습니다.',
  askNumber: '주문번호도 말씀해 주시겠어요? 성함과 함께 확인하겠습니다.',
  proofWrong: '말씀하신 내용으로는 주문을 찾을 수 없습니다. 주문번호와 성함을 다시 한번 말씀해 주시겠어요?',
  cannotLookUp: '죄송합니다, 제가 조회해 드리기는 어렵습니다.',
  askWhich: (orders) =>
    `어느 분께 보내신 주문인가요? ${orders.flatMap(({ recipient }) => (recipient === null ? [] : [`${recipient} 님`])).join(', ')} 중에서 말씀해 주시겠어요?`,
  sorry: '불편을 드려 정말 죄송합니다.',
  reported: '말씀하신 내용을 담당자에게 바로 전했고, 확인하는 대로 연락드리겠습니다.',
  askCancel: (order) =>
    `${order?.recipient == null ? '주문을' : `${order.recipient} 님께 보내시는 주문을`} 정말 취소해 드릴까요?`,
  kept: '네, 주문은 그대로 진행하겠습니다.',
  cancelled: '주문을 취소해 드렸습니다.',
  cancelByPerson: '결제하신 주문이라 담당자가 확인하고 연락드리겠습니다.',
  tooLate: '죄송합니다, 이 주문은 더 이상 취소할 수 없습니다.',
  changed: (values) =>
    `네, 바꾸었습니다. ${valuesIn(NAMES_KO, values, (name, value) => `${name}: ${value}`)}.`,
  alreadyMade: '죄송합니다, 이미 제작이 시작되어 바꿀 수 없습니다. 담당자가 방법을 찾아 연락드리겠습니다.',
  cannotChange: '죄송합니다, 이 주문은 더 이상 바꿀 수 없습니다.',
  askWhatToChange: '네, 무엇을 어떻게 바꿔 드릴까요?',
  nobodyFree: '죄송합니다, 지금은 통화할 수 있는 상담원이 없습니다.',
  connecting: '네, 상담원을 연결해 드리겠습니다. 잠시만 기다려 주세요.',
  handedOver: '담당자에게 전했습니다. 지금 쓰시는 번호로 연락드리겠습니다.',
  handedOverNoNumber: '담당자에게 전했습니다. 연락받으실 전화번호를 말씀해 주시겠어요?',
  askSame: ({ recipient, hall }) =>
    `혹시 이미 저희에게 주문하신 ${[recipient === null ? null : `${recipient} 님`, hall].filter((part) => part !== null).join(', ')} 화환과 같은 주문인가요?`,
  oneOrder: '네, 하나의 주문으로 처리하겠습니다.',
  twoOrders: '네, 따로 진행하겠습니다.',
  sameByPerson: '네, 두 주문은 담당자가 확인하고 연락드리겠습니다.',
}

export const SERVICE_EN: ServicePhrases = {
  status: ({ recipient, progress, delivered }) =>
    `About the wreath${recipient === null ? '' : ` for ${recipient}`}: ${PROGRESS_EN[progress] ?? (delivered ? 'it has been delivered' : 'it is on its way')}.`,
  photoComes: 'I will text you the delivery photo.',
  photoSent: 'I texted the link to the delivery photo to the number you left with the order.',
  photoLater: 'We text you a photo as soon as it is delivered.',
  noPhoto: 'I am sorry, there is no photo of this delivery.',
  noNumber: 'I am sorry, there is no number on file that takes texts.',
  moment: 'Let me check.',
  askProof: 'To check that, may I have your order number and the name of who ordered or receives it?',
  askName: 'May I also have the name of who ordered or receives it, to go with the order number?',
  askNumber: 'May I also have the order number, to go with the name?',
  proofWrong: 'I cannot find an order with that. May I have the order number and the name once more?',
  cannotLookUp: 'I am sorry, I cannot look that up for you.',
  askWhich: (orders) =>
    `Which order do you mean: ${orders.flatMap(({ recipient }) => recipient ?? []).join(', or ')}?`,
  sorry: 'I am very sorry about that.',
  reported: 'I passed it on to a colleague, who looks into it and gets in touch with you.',
  askCancel: (order) =>
    `Shall I really cancel the order${order?.recipient == null ? '' : ` for ${order.recipient}`}?`,
  kept: 'All right, the order stays as it is.',
  cancelled: 'The order is cancelled.',
  cancelByPerson: 'The order is paid, so a colleague will check and get in touch with you.',
  tooLate: 'I am sorry, this order can no longer be cancelled.',
  changed: (values) =>
    `It is changed: ${valuesIn(NAMES_EN, values, (name, value) => `${name} is now ${value}`)}.`,
  alreadyMade:
    'I am sorry, it is being made already and cannot be changed. A colleague will find a way and get in touch.',
  cannotChange: 'I am sorry, this order can no longer be changed.',
  askWhatToChange: 'Of course. What shall I change, and to what?',
  nobodyFree: 'I am sorry, nobody is free to talk right now.',
  connecting: 'Let me put you through. One moment, please.',
  handedOver: 'I told a colleague, who will get in touch at the number you are using.',
  handedOverNoNumber: 'I told a colleague. May I have your phone number?',
  askSame: ({ recipient, hall }) =>
    `Is this the same order as the one you gave us before${recipient === null ? '' : ` for ${recipient}`}${hall === null ? '' : ` at ${hall}`}?`,
  oneOrder: 'All right, we handle both as one order.',
  twoOrders: 'All right, they go on as two orders.',
  sameByPerson: 'A colleague will look at both orders and get in touch.',
}

const PROGRESS_EN: Readonly<Record<string, string>> = {
  order_received: 'the order is being taken down',
  awaiting_payment: 'it waits for the payment',
  paid: 'it is paid and will be made soon',
  message_confirmed: 'it is about to be made',
  po_placed: 'it is being made and has not left yet',
  in_delivery: 'it is on its way and has not arrived yet',
  delivered: 'it has been delivered',
  cancelled: 'the order was cancelled',
  refunded: 'the order was cancelled and refunded',
}
