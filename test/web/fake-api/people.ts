/** Who orders which wreath in the fixtures; nothing here is anybody real. */
import type { OrderField } from '../../../web/api/types.ts'

export interface Person {
  readonly orderer: string
  readonly recipient: string
  readonly message: string
  readonly destination: string
  readonly room: string
  readonly phone: string
}

export const PEOPLE: readonly Person[] = [
  {
    orderer: '주식회사 한빛테크 임직원 일동',
    recipient: '故 김영호',
    message: '삼가 고인의 명복을 빕니다',
    destination: '서울아산병원 장례식장',
    room: '특2호실',
    phone: '010-****-5678',
  },
  {
    orderer: '법무법인 새길',
    recipient: '故 박순자',
    message: '謹弔 삼가 조의를 표합니다',
    destination: '삼성서울병원 장례식장',
    room: '15호실',
    phone: '010-****-1102',
  },
  {
    orderer: '한국대학교 총동문회장 이정민',
    recipient: '故 최동식',
    message: '故人의 冥福을 빕니다',
    destination: '신촌세브란스병원 장례식장',
    room: '3호실',
    phone: '010-****-8841',
  },
  {
    orderer: '대성건설 대표이사 정우성',
    recipient: '상주 윤태영',
    message: '어머님의 평안한 영면을 기원합니다',
    destination: '부산대학교병원 장례식장',
    room: '101호',
    phone: '010-****-3090',
  },
  {
    orderer: '푸른초등학교 교직원 일동',
    recipient: '故 이말순',
    message: '삼가 고인의 명복을 빕니다',
    destination: '분당서울대학교병원 장례식장',
    room: '7호실',
    phone: '010-****-4417',
  },
  {
    orderer: '동네책방 모임',
    recipient: '故 강민석',
    message: '따뜻했던 마음을 오래 기억하겠습니다',
    destination: '전주시티장례문화원',
    room: 'VIP 1호실',
    phone: '010-****-2755',
  },
  {
    orderer: '오케이물류 노동조합',
    recipient: '故 조성래',
    message: '근조',
    destination: '인천의료원 장례식장',
    room: '2호실',
    phone: '010-****-6320',
  },
  {
    orderer: '김가네 사촌 일동',
    recipient: '故 김복례',
    message: '사랑하는 할머니 편히 쉬세요',
    destination: '경북대학교병원 장례식장',
    room: '특1호실',
    phone: '010-****-9034',
  },
]

/** What a caller says for each field. */
export const SPOKEN: Readonly<Record<OrderField, string>> = {
  orderer: '주식회사 한빛테크 임직원 일동으로 해 주세요',
  recipient: '김 영 자, 호 자 쓰시는 분이요',
  destination: '서울아산병원 장례식장이에요',
  room: '특2호실입니다',
  message: '삼가 고인의 명복을 빕니다로요',
  deliver_by: '오늘 오후 세 시까지요',
  phone: '지금 전화드린 번호요',
}
