import { describe, expect, it } from 'vitest'
import { findDeliverBy } from '../../../simulators/claude/nlu/deliver-by.ts'
import { stripEndings } from '../../../simulators/claude/nlu/endings.ts'
import { findFuneralHall } from '../../../simulators/claude/nlu/funeral-hall.ts'
import { findIntents, type Intent } from '../../../simulators/claude/nlu/intent.ts'
import { parseNativeNumber, parseSinoNumber } from '../../../simulators/claude/nlu/korean-number.ts'
import { findOrderer, findRecipient } from '../../../simulators/claude/nlu/people.ts'
import { findPhoneNumber } from '../../../simulators/claude/nlu/phone-number.ts'
import { findRibbonMessage } from '../../../simulators/claude/nlu/ribbon-message.ts'
import { findRoom } from '../../../simulators/claude/nlu/room.ts'

const CALLER = '01012345678'

describe('Korean numerals', () => {
  it.each([
    ['한', 1],
    ['열', 10],
    ['열두', 12],
    ['스물 다섯', 25],
    ['일', undefined],
  ])('native %s is %s', (text, value) => expect(parseNativeNumber(text)).toBe(value))
  it.each([
    ['삼십오', 35],
    ['백이', 102],
    ['삼공일', 301],
    ['십', 10],
    ['천이백삼', 1203],
    ['가', undefined],
  ])('Sino-Korean %s is %s', (text, value) => expect(parseSinoNumber(text)).toBe(value))
})

describe('endings', () => {
  it.each([
    ['네, 홍길동이요.', '홍길동'],
    ['김철수요', '김철수'],
    ['여보세요? 제 말 들리세요? 홍길동이요.', '홍길동'],
    ['박소이요', '박소이'],
    ['박영자예요', '박영자'],
    ['음 그 한빛상사입니다', '한빛상사'],
    ['홍길동이라고 합니다', '홍길동'],
    ['서울아산병원으로 보내 주세요', '서울아산병원'],
    ['삼가 고인의 명복을 빕니다', '삼가 고인의 명복을 빕니다'],
  ])('%s is %s', (text, bare) => expect(stripEndings(text)).toBe(bare))
})

describe('phone numbers', () => {
  it.each([
    ['010-1234-5678이요', '01012345678'],
    ['제 번호는 01098765432입니다', '01098765432'],
    ['공일공 구팔칠육 오사삼이요', '01098765432'],
    ['공일공에 일이삼사에 오육칠팔입니다', '01012345678'],
    ['공일공 다시 일이삼사 다시 오육칠팔', '01012345678'],
    ['010 1234에 5678로 연락 주세요', '01012345678'],
    ['영이 오오오 일이삼사요', '025551234'],
    ['02-555-1234입니다', '025551234'],
    ['이 번호로 해 주세요', CALLER],
    ['지금 전화 건 번호로요', CALLER],
    ['지금 이 번호요', CALLER],
    ['the same number please', CALLER],
    ['특2호실이요', undefined],
    ['일이 있어서요', undefined],
  ])('%s', (text, value) => expect(findPhoneNumber(text, CALLER)?.value).toBe(value))

  it('knows no own number when it is withheld', () => {
    expect(findPhoneNumber('이 번호로 해 주세요', '')).toBeUndefined()
  })
})

describe('wanted times, said on Saturday 21 November at 13:10', () => {
  const now = '2026-11-21T13:10:00+09:00'
  it.each([
    ['내일 오전 열 시까지요', '2026-11-22T10:00'],
    ['내일 오전 10시 반이요', '2026-11-22T10:30'],
    ['오늘 저녁 6시까지', '2026-11-21T18:00'],
    ['오늘 여섯 시까지 부탁드려요', '2026-11-21T18:00'],
    ['모레 정오까지', '2026-11-23T12:00'],
    ['내일모레 오후 두 시 삼십 분', '2026-11-23T14:30'],
    ['세 시간 안에요', '2026-11-21T16:10'],
    ['3시간 안에 보내 주세요', '2026-11-21T16:10'],
    ['한 시간 반 안으로요', '2026-11-21T14:40'],
    ['두세 시간 안에', '2026-11-21T16:10'],
    ['30분 안에요', '2026-11-21T13:40'],
    ['지금 바로 보내 주세요', '2026-11-21T16:10'],
    ['최대한 빨리요', '2026-11-21T16:10'],
    ['내일 오전까지요', '2026-11-22T12:00'],
    ['내일 아침까지', '2026-11-22T09:00'],
    ['오늘 저녁이요', '2026-11-21T18:00'],
    ['내일 중으로요', '2026-11-22T18:00'],
    ['11월 25일 오전 9시', '2026-11-25T09:00'],
    ['십일월 이십오일 오전 아홉 시요', '2026-11-25T09:00'],
    ['월요일 오후 세 시까지', '2026-11-23T15:00'],
    ['다음 주 화요일 오전 열한 시', '2026-11-24T11:00'],
    ['23일 오후 1시', '2026-11-23T13:00'],
    ['오늘 밤 열 시', '2026-11-21T22:00'],
    ['오늘 밤 12시까지', '2026-11-22T00:00'],
    ['15:30까지요', '2026-11-21T15:30'],
    ['내일 14시', '2026-11-22T14:00'],
    ['열 시요', '2026-11-21T22:00'],
    ['내일 세 시요', '2026-11-22T15:00'],
    ['tomorrow at 10 am', '2026-11-22T10:00'],
    ['by 6:30 pm today', '2026-11-21T18:30'],
    ['in 3 hours', '2026-11-21T16:10'],
  ])('%s', (text, value) => {
    const reading = findDeliverBy(text, { now, asked: true })
    expect(reading).toMatchObject({ kind: 'time', found: { value: `${value}:00+09:00` } })
  })

  it.each([
    ['오늘 오전 10시까지요', 'past'],
    ['오늘 정오까지', 'past'],
    ['내일이요', 'need_hour'],
    ['월요일까지요', 'need_hour'],
  ])('%s needs another question: %s', (text, kind) => {
    expect(findDeliverBy(text, { now, asked: true })?.kind).toBe(kind)
  })

  it('takes the day from the question', () => {
    const reading = findDeliverBy('열 시요', { now, asked: true, askedDay: '내일' })
    expect(reading).toMatchObject({ found: { value: '2026-11-22T10:00:00+09:00' } })
  })

  it.each([
    ['다시 말씀해 주세요'],
    ['역시 좋네요'],
    ['혹시 얼마예요'],
    ['세브란스 병원이요'],
    ['이 번호로요'],
  ])('%s holds no time', (text) => expect(findDeliverBy(text, { now, asked: false })).toBeUndefined())
})

describe('funeral halls', () => {
  it.each([
    ['서울아산병원 장례식장이요', false, '서울아산병원 장례식장'],
    ['장소는 분당 서울대학교병원 장례식장입니다', false, '분당 서울대학교병원 장례식장'],
    ['장례식장은 서울성모병원이고요', false, '서울성모병원'],
    ['신촌 세브란스 장례식장으로 보내 주세요', false, '신촌 세브란스 장례식장'],
    ['네 삼성서울병원이요', false, '삼성서울병원'],
    ['부산 시민장례식장이에요', false, '부산 시민장례식장'],
    ['장소는 세브란스예요', false, '세브란스'],
    ['세브란스요', true, '세브란스'],
    ['그 장례식장이요', false, undefined],
    ['어느 병원인지 몰라요', false, undefined],
    ['홍길동이요', false, undefined],
    ['It is at Asan Medical Center', false, 'Asan Medical Center'],
  ])('%s', (text, asked, value) => expect(findFuneralHall(text, asked)?.value).toBe(value))
})

describe('rooms', () => {
  it.each([
    ['특2호실이요', '특2호실'],
    ['특 이 호실', '특2호실'],
    ['이 호실입니다', '2호실'],
    ['3호실로 보내 주세요', '3호실'],
    ['빈소는 제3호실이에요', '3호실'],
    ['301호요', '301호실'],
    ['백이 호실이요', '102호실'],
    ['지하 1층 5호실', '지하 1층 5호실'],
    ['VIP실이요', 'VIP실'],
    ['브이아이피 이 호실', 'VIP2호실'],
    ['특실이요', '특실'],
    ['room 12', '12호실'],
    ['이 번호로 해 주세요', undefined],
    ['특이한 일이네요', undefined],
    ['삼성서울병원이요', undefined],
    ['고 김영호요', undefined],
    ['고 김일호님이요', undefined],
    ['이호입니다', undefined],
  ])('%s', (text, value) => expect(findRoom(text)?.value).toBe(value))
})

describe('ribbon texts', () => {
  it.each([
    ['문구는 삼가 고인의 명복을 빕니다로 해주세요', 'nothing', '삼가 고인의 명복을 빕니다'],
    ['리본 문구는 한빛상사 임직원 일동으로 해 주세요.', 'nothing', '한빛상사 임직원 일동'],
    ['삼가 고인의 명복을 빕니다라고 써 주세요.', 'this', '삼가 고인의 명복을 빕니다'],
    ['리본에 근조 김철수라고 적어 주세요.', 'this', '근조 김철수'],
    ['리본 문구를 편히 쉬세요로 바꿔 주세요.', 'other', '편히 쉬세요'],
    [
      '삼가 고인의 명복을 빕니다 한빛상사 대표 김철수',
      'this',
      '삼가 고인의 명복을 빕니다 한빛상사 대표 김철수',
    ],
    ['네 삼가 명복을 빕니다', 'this', '삼가 명복을 빕니다'],
    ['그냥 기본으로 해 주세요', 'this', '삼가 고인의 명복을 빕니다'],
    ['알아서 해주세요', 'this', '삼가 고인의 명복을 빕니다'],
    ['한빛고 동창회 일동이요', 'this', '한빛고 동창회 일동'],
    ['근조화환 하나 보내려고요', 'nothing', undefined],
    ['홍길동라고 적어 주세요', 'other', undefined],
    ['네', 'this', undefined],
  ] as const)('%s', (text, asked, value) => expect(findRibbonMessage(text, asked)?.value).toBe(value))
})

describe('people', () => {
  it.each([
    ['고 박영자님이요', false, '고 박영자'],
    ['받는 분은 고 박영자입니다', false, '고 박영자'],
    ['받으시는 분 성함이 고 박영자예요', false, '고 박영자'],
    ['고인은 박영자님이세요', false, '고 박영자'],
    ['고인 성함은 김유신이고요', false, '고 김유신'],
    ['상주 이민호 님 앞으로요', false, '상주 이민호'],
    ['받는 사람은 이민호예요', false, '이민호'],
    ['박영자님 앞으로 보내 주세요', false, '박영자'],
    ['박영자요', true, '박영자'],
    ['고 박영자요', true, '고 박영자'],
    ['그리고 문구는요', false, undefined],
    ['for the late Youngja Park', false, 'Youngja Park'],
  ])('recipient in %s', (text, asked, value) => expect(findRecipient(text, asked)?.value).toBe(value))

  it.each([
    ['홍길동이요', true, '홍길동'],
    ['네 홍길동입니다', true, '홍길동'],
    ['제 이름은 김철수입니다', false, '김철수'],
    ['보내는 사람은 (주)한빛상사 대표 김철수고 받는 분은 고 박영자님', false, '(주)한빛상사 대표 김철수'],
    ['보내시는 분은 홍길동이에요', false, '홍길동'],
    ['주문자는 이영희고요', false, '이영희'],
    ['저는 이순신이라고 합니다', false, '이순신'],
    ['한빛상사 대표 김철수요', true, '한빛상사 대표 김철수'],
    ['홍길동이라고 적어 주세요', true, '홍길동'],
    ['근조화환 하나 보내려고요', true, undefined],
    ['얼마예요?', true, undefined],
    ['오늘 날씨 어때요?', true, undefined],
    ['모르겠어요', true, undefined],
    ['My name is John Kim', false, 'John Kim'],
  ])('orderer in %s', (text, asked, value) => expect(findOrderer(text, asked)?.value).toBe(value))
})

describe('intents', () => {
  it.each<[string, Intent[]]>([
    ['네 맞아요', ['yes']],
    ['네, 그렇게 해 주세요.', ['yes']],
    ['아니요, 호실이 3호실이에요', ['no']],
    ['박영자가 아니라 박영지예요', ['no']],
    ['얼마예요?', ['price', 'question']],
    ['잠시만요', ['wait']],
    ['뭐라고요? 다시 말씀해 주세요', ['repeat']],
    ['네? 다시 한번 말씀해 주시겠어요?', ['yes', 'repeat']],
    ['그냥 취소할게요', ['cancel']],
    ['잘못 걸었네요', ['wrong_number']],
    ['사람이에요?', ['who_are_you', 'question']],
    ['상담원 바꿔 주세요', ['agent']],
    ['한빛상사 임직원 일동', []],
    ['그건 잘 모르겠는데요.', ['unknown']],
    ['네, 수고하세요.', ['yes', 'goodbye']],
    ['결제는 어떻게 해요?', ['payment', 'question']],
    ['언제쯤 도착해요?', ['delivery']],
    ['오늘 날씨 어때요?', ['question']],
  ])('%s', (text, expected) => {
    const intents = findIntents(text)
    for (const intent of expected) expect(intents).toContain(intent)
    if (expected.length === 0) expect([...intents]).toEqual([])
    if (!expected.includes('question')) expect(intents.has('cancel')).toBe(expected.includes('cancel'))
  })
})
