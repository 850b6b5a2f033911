/** People to choose from for calls and texts by hand; what they know is told as it stands here. */

const FACTS = {
  orderer: '홍길동',
  recipient: '고 박영자',
  destination: '서울아산병원 장례식장',
  room: '특2호실',
  message: '삼가 고인의 명복을 빕니다',
  deliver_by: '내일 오전 열 시',
  phone: '이 번호로',
}
const PAYS = { method: 'card', after_ms: 2000 }

/** Key of the text that names the preset, and the persona itself. */
export const PERSONAS = {
  buyer: { name: '홍길동', facts: FACTS, pays: PAYS },
  talkative: {
    name: '김철수',
    facts: {
      ...FACTS,
      orderer: '한빛상사 대표 김철수',
      recipient: '고 한상철',
      destination: '신촌세브란스병원 장례식장',
    },
    speech: { volunteers: ['orderer', 'recipient', 'destination', 'room'] },
    pays: PAYS,
  },
  correcting: {
    name: '이영희',
    facts: {
      ...FACTS,
      orderer: '이영희',
      recipient: '고 오정희',
      destination: '고려대학교 안암병원 장례식장',
    },
    corrects: { field: 'room', wrong: '특3호실', right: '특2호실' },
    pays: PAYS,
  },
  leaving: {
    name: '박민수',
    facts: { ...FACTS, orderer: '박민수', recipient: '고 김말순', destination: '강북삼성병원 장례식장' },
    hangs_up: { after_telling: 'destination' },
  },
  unpaid: {
    name: '최진우',
    facts: { ...FACTS, orderer: '최진우', recipient: '고 서동수', destination: '서울성모병원 장례식장' },
  },
  transferring: {
    name: '윤가람',
    facts: { ...FACTS, orderer: '윤가람', recipient: '고 윤태호', destination: '아주대학교병원 장례식장' },
    pays: { method: 'bank_transfer', after_ms: 2000 },
  },
  wrongNumber: { name: '정하늘', goal: 'wrong_number' },
  silent: { name: '무명', goal: 'silent' },
  english: {
    name: 'John Kim',
    language: 'en',
    facts: {
      orderer: 'John Kim',
      recipient: 'Youngja Park',
      destination: 'Asan Medical Center',
      room: 'room 12',
      message: 'Rest in peace',
      deliver_by: 'tomorrow at 10 am',
      phone: 'this number',
    },
    pays: PAYS,
  },
}

/** Who can be let write: those to whom silence and hanging up mean nothing stay on the phone. */
export const WRITERS = ['buyer', 'talkative', 'correcting', 'unpaid', 'transferring', 'english']
/** What can be sent along with a text. */
export const PHOTOS = ['obituary', 'obituary_blurred', 'obituary_cropped', 'wreath']
