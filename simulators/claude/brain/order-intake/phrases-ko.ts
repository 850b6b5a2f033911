/** Korean phrases of the order intake. */
import type { OrderField, OrderFields } from '../../../../domain/order.ts'
import { koreanPhone, koreanTime, koreanWon, withDirection } from '../spoken-korean.ts'
import type { Phrases } from './phrases.ts'

const NAMES: Readonly<Record<OrderField, string>> = {
  orderer: '보내시는 분은',
  recipient: '받으시는 분은',
  destination: '장소는',
  room: '호실은',
  message: '리본 문구는',
  deliver_by: '도착 시간은',
  phone: '연락처는',
}

function spoken(field: OrderField, order: OrderFields, now: string): string {
  const value = order[field] ?? ''
  switch (field) {
    case 'orderer':
    case 'recipient':
      return `${value} 님`
    case 'deliver_by':
      return `${koreanTime(value, now)}까지`
    case 'phone':
      return koreanPhone(value)
    default:
      return value
  }
}

export const KOREAN: Phrases = {
  acknowledged: ['네, 알겠습니다.', '네, 감사합니다.', '네.'],
  condolence: '삼가 조의를 표합니다.',
  begin: ['네, 근조화환 주문 도와드리겠습니다.', '네, 화환 주문을 받아 드리겠습니다.'],
  ask: {
    orderer: ['보내시는 분 성함이 어떻게 되세요?', '주문하시는 분 성함을 말씀해 주시겠어요?'],
    recipient: ['고인이나 받으시는 분 성함은 어떻게 되세요?', '받으시는 분 성함을 알려 주시겠어요?'],
    destination: ['어느 장례식장으로 보내 드릴까요?', '장례식장 이름을 말씀해 주시겠어요?'],
    room: ['몇 호실로 보내 드릴까요?', '빈소는 몇 호실인가요?'],
    message: ['리본 문구는 어떻게 해 드릴까요?', '리본에 넣을 문구를 말씀해 주시겠어요?'],
    deliver_by: ['언제까지 도착하면 될까요?', '언제까지 보내 드리면 될까요?'],
    phone: ['연락받으실 전화번호를 말씀해 주시겠어요?', '연락처로 쓸 전화번호를 알려 주시겠어요?'],
  },
  askOwnNumber: ['연락처는 지금 전화 주신 번호로 할까요?', '연락은 지금 전화 주신 번호로 드리면 될까요?'],
  askHour: (day) => `${day} 몇 시까지 도착하면 될까요?`,
  askWhichPart: '네, 어느 부분을 고쳐 드릴까요?',
  askWhatToDo: '근조화환 주문을 도와드릴까요?',
  readBack: (order, now, priceWon) =>
    `확인해 드리겠습니다. 보내시는 분은 ${order.orderer} 님, 받으시는 분은 ${order.recipient} 님, ` +
    `장소는 ${order.destination} ${order.room}, 리본 문구는 ${order.message}, ` +
    `도착 시간은 ${koreanTime(order.deliver_by ?? '', now)}까지, 연락처는 ${koreanPhone(order.phone ?? '')}이고, ` +
    `금액은 ${koreanWon(priceWon)}입니다. 모두 맞으신가요?`,
  readBackChanged: (changed, order, now) =>
    `네, ${changed.map((field) => withDirection(`${NAMES[field]} ${spoken(field, order, now)}`)).join(', ')} 고치겠습니다. 이제 모두 맞으신가요?`,
  askReadBack: '말씀드린 주문 내용이 모두 맞으신가요?',
  confirming: ['네, 주문 접수하겠습니다. 잠시만요.', '네, 바로 접수해 드리겠습니다. 잠시만요.'],
  placed: '주문이 접수되었습니다. 결제 링크를 문자로 보내 드렸습니다.',
  notPlaced: '죄송합니다, 주문을 접수하려면 확인이 더 필요합니다.',
  noted: '말씀하신 내용은 잘 적어 두었습니다. 접수가 끝나는 대로 문자로 알려 드리겠습니다.',
  systemRefused:
    '죄송합니다, 지금 저희 시스템에 문제가 있어 접수하지 못했습니다. 담당자가 곧 연락드리겠습니다. 안녕히 계세요.',
  sorry: '죄송합니다.',
  askAnythingElse: ['더 필요하신 것이 있으신가요?', '더 도와드릴 것이 있을까요?'],
  goOn: '네, 말씀해 주세요.',
  goodbyePlaced: [
    '네, 이용해 주셔서 감사합니다. 안녕히 계세요.',
    '네, 정성껏 준비하겠습니다. 감사합니다. 안녕히 계세요.',
  ],
  goodbyeOpen: ['네, 전화 주셔서 감사합니다. 안녕히 계세요.', '네, 알겠습니다. 감사합니다. 안녕히 계세요.'],
  goodbyeCancelled: '네, 알겠습니다. 주문은 진행하지 않겠습니다. 전화 주셔서 감사합니다. 안녕히 계세요.',
  goodbyeWrongNumber: '네, 괜찮습니다. 안녕히 계세요.',
  goodbyeAbuse: '통화를 마치겠습니다. 안녕히 계세요.',
  goodbyeSilence: '말씀이 없으셔서 통화를 마치겠습니다. 필요하시면 다시 전화해 주세요. 감사합니다.',
  goodbyeIncomplete:
    '그럼 확인하신 뒤 다시 전화해 주세요. 말씀해 주신 내용은 남겨 두겠습니다. 감사합니다. 안녕히 계세요.',
  here: '네, 듣고 있습니다.',
  waiting: '네, 천천히 확인하시고 말씀해 주세요.',
  notUnderstood: ['죄송합니다, 잘 못 들었습니다.', '죄송합니다, 제가 잘 알아듣지 못했습니다.'],
  repeating: '네, 다시 말씀드리겠습니다.',
  later: '네, 괜찮습니다. 그 부분은 나중에 여쭙겠습니다.',
  suggestMessage: '보통 삼가 고인의 명복을 빕니다로 많이 하십니다. 문구를 그렇게 해 드릴까요?',
  pastTime: '죄송합니다, 말씀하신 시간은 이미 지났습니다.',
  ownNumberUnknown: '죄송합니다, 전화 주신 번호가 표시되지 않습니다.',
  fieldRefused: '죄송합니다, 방금 말씀하신 내용은 그대로 접수하기 어렵습니다.',
  stillThere: ['여보세요? 잘 들리시나요?', '여보세요, 듣고 계신가요?'],
  warnAbuse: '그런 말씀을 계속하시면 통화를 종료하겠습니다.',
  offTopic: '죄송하지만 저는 근조화환 주문을 도와드리고 있습니다. 다른 문의는 담당자가 연락드리겠습니다.',
  cancelPlaced: '네, 결제하지 않으시면 주문은 자동으로 취소됩니다.',
  changedPlaced: '네, 말씀하신 대로 바꾸겠습니다.',
  answers: {
    price: (priceWon) => `근조화환은 배송비를 포함해서 ${koreanWon(priceWon)}입니다.`,
    payment: '주문이 접수되면 결제 링크를 문자로 보내 드립니다.',
    delivery: '원하시는 시간을 말씀해 주시면 그 시간까지 도착하도록 준비하겠습니다.',
    edit_later: '결제하신 뒤 십 분 안에는 내용을 고치실 수 있습니다.',
    who_are_you: (company) => `저는 ${company}의 AI 상담원입니다.`,
    agent: '저는 화환 주문을 받고 있고, 다른 문의는 담당자가 다시 연락드리겠습니다.',
  },
}
