/** Korean as it is spoken on the telephone. */
import { withCopula, withDirection, withYo } from './particles.ts'
import type { PersonPhrases } from './phrases.ts'

export const KOREAN: PersonPhrases = {
  openings: {
    order_wreath: '근조화환 하나 보내려고요.',
    hold_and_hang_up: '아, 잠시만요. 확인 좀 해 볼게요.',
    wrong_number: '아, 죄송합니다. 전화를 잘못 걸었네요.',
    silent: '',
    take_vendor_orders: '',
    take_alarms: '',
    answer_questions: '',
    take_messages: '',
    screen_calls: '',
  },
  openingWithNotice: '부고 사진 보내 드려요. 여기로 근조화환 하나 부탁드립니다.',
  tell: {
    orderer: [withYo, (v) => `보내는 사람은 ${withCopula(v)}.`, (v) => `${v}라고 적어 주세요.`],
    recipient: [withYo, (v) => `받는 분은 ${withCopula(v)}.`, (v) => `받으시는 분 성함이 ${withCopula(v)}.`],
    destination: [withCopula, (v) => `${withDirection(v)} 보내 주세요.`, (v) => `장소는 ${withCopula(v)}.`],
    room: [withYo, (v) => `빈소는 ${withCopula(v)}.`, (v) => `호실은 ${withCopula(v)}.`],
    message: [
      (v) => `${v}라고 써 주세요.`,
      (v) => `리본 문구는 ${withDirection(v)} 해 주세요.`,
      (v) => `리본에 ${v}라고 적어 주세요.`,
    ],
    deliver_by: [
      (v) => `${v}까지요.`,
      (v) => `${v}까지 도착하면 돼요.`,
      (v) => `도착 시간은 ${v}까지로 해 주세요.`,
    ],
    phone: [withCopula, (v) => `제 번호는 ${withCopula(v)}.`, (v) => `연락처는 ${withCopula(v)}.`],
  },
  tellOwnNumber: [
    () => '이 번호로 연락 주시면 돼요.',
    () => '지금 전화 건 번호로 해 주세요.',
    () => '이 번호로 해 주세요.',
  ],
  correct: {
    orderer: (v) => `보내는 사람은 ${withCopula(v)}.`,
    recipient: (v) => `받는 분은 ${withCopula(v)}.`,
    destination: (v) => `장소는 ${withCopula(v)}.`,
    room: (v) => `호실은 ${withCopula(v)}.`,
    message: (v) => `리본 문구를 ${withDirection(v)} 바꿔 주세요.`,
    deliver_by: (v) => `시간은 ${v}까지예요.`,
    phone: (v) => `연락처는 ${withCopula(v)}.`,
  },
  yes: '네.',
  no: '아니요,',
  noticed: '아, 제가 잘못 말했네요.',
  allRight: ['네, 맞아요.', '네, 다 맞습니다.'],
  agree: ['네, 그렇게 해 주세요.', '네, 좋아요.'],
  notOwnNumber: '아니요,',
  dontKnow: ['아직 잘 모르겠어요.', '그건 잘 모르겠는데요.'],
  nothingMore: ['아니요, 없어요. 감사합니다.', '아니요, 괜찮아요. 감사합니다.'],
  thanks: '네, 감사합니다.',
  goodbye: ['네, 안녕히 계세요.', '네, 수고하세요.'],
  pardon: ['네? 다시 한번 말씀해 주시겠어요?', '죄송한데 잘 못 들었어요. 다시 말씀해 주세요.'],
  stillHere: '네, 듣고 있어요.',
  hello: '네, 여보세요?',
  anybodyThere: ['여보세요?', '여보세요? 제 말 들리세요?'],
}
