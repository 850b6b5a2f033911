/** People who write: what they make of the company's messages, without a wire between. */
import { describe, expect, it } from 'vitest'
import { confirmationSentence } from '../../../domain/notification.ts'
import { type PersonaInput, personaSchema } from '../../../simulators/people/persona.ts'
import { Writer } from '../../../simulators/people/writer.ts'
import { NOW_MS, OWN_NUMBER } from './conversation.ts'

const FACTS = {
  orderer: '홍길동',
  recipient: '고 박영자',
  destination: '서울아산병원 장례식장',
  room: '특2호실',
  message: '삼가 고인의 명복을 빕니다',
  deliver_by: '내일 오전 열 시',
  phone: '이 번호로',
}
const writer = (persona: Partial<PersonaInput> = {}, numberHidden = false) =>
  new Writer({
    persona: personaSchema.parse({ name: '홍길동', facts: FACTS, ...persona }),
    ownNumber: OWN_NUMBER,
    numberHidden,
    now: () => NOW_MS,
  })

describe('a writer', () => {
  it('opens with the wish, or with the picture of the notice', () => {
    expect(writer().open(false)).toBe('근조화환 하나 보내려고요.')
    expect(writer().open(true)).toContain('부고 사진')
    expect(writer({ speech: { opening: '화환이요', volunteers: ['room'] } }).open(true)).toBe(
      '화환이요 빈소는 특2호실이에요.',
    )
  })

  it.each([
    [
      '보내시는 분 성함과 리본 문구를 적어 주세요.',
      '보내는 사람은 홍길동이에요. 리본 문구는 삼가 고인의 명복을 빕니다로 해 주세요.',
    ],
    ['연락처는 문자 주신 번호로 할까요?', '네, 좋아요.'],
    [
      '보내시는 분: 홍길동, 받으시는 분: 고 박영자, 장소: 서울아산병원 장례식장 특2호실. 맞으시면 네라고 답해 주세요.',
      '네, 다 맞습니다.',
    ],
    ['보내시는 분은 홍길동 님, 호실은 3호실입니다. 모두 맞으신가요?', '아니요, 호실은 특2호실이에요.'],
    ['주문이 접수되었습니다.', '네, 감사합니다.'],
  ])('answers "%s"', (text, answer) => {
    const subject = writer()
    subject.open(false)
    expect(subject.answer([text])).toBe(answer)
  })

  it('tells the number to who can not see it', () => {
    expect(writer({}, true).answer(['연락처를 알려 주세요.'])).toBe('010-1234-5678이에요.')
    expect(writer().answer(['연락처를 알려 주세요.'])).toBe('이 번호로 연락 주시면 돼요.')
  })

  it.each([
    ['결제해 주세요. http://127.0.0.1:4000/pay/x'],
    [confirmationSentence(600)],
    [confirmationSentence(600, 'en')],
    ['주문하신 근조화환이 배송되었습니다.'],
  ])('leaves the notice "%s"', (text) => {
    expect(writer().answer([text])).toBeUndefined()
  })

  it('answers a notice where they came with an answer to it', () => {
    const says = ['리본을 편히 쉬세요로 바꿔 주세요']
    expect(writer({ answers: [{ to: '수정이 있으면', says }] }).answer([confirmationSentence(600)])).toBe(
      says[0],
    )
  })

  it('is content after the order, but still answers questions', () => {
    const subject = writer()
    expect(subject.answer(['주문이 접수되었습니다.', '결제: http://a/pay/1'])).toBe('네, 감사합니다.')
    expect(subject.answer(['감사합니다. 안녕히 계세요.'])).toBeUndefined()
    expect(subject.answer(['호실이 몇 호실인가요?'])).toBe('특2호실이요.')
  })
})
