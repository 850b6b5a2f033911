import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Completeness, completenessOf } from '../../activities/dialogue/completeness.ts'
import { dictatedDigits, numberProgress } from '../../activities/dialogue/dictation.ts'
import { END_SILENCE_MS } from '../../activities/dialogue/endpointing.ts'
import { type ExpectedAnswer, expectedAnswer } from '../../activities/dialogue/expected-answer.ts'

describe('how finished words sound by themselves', () => {
  it.each<[string, Completeness]>([
    ['네', 'complete'],
    ['네 맞아요', 'complete'],
    ['아니요', 'complete'],
    ['홍길동입니다', 'complete'],
    ['서울아산병원으로 보내 주세요', 'complete'],
    ['삼가 고인의 명복을 빕니다', 'complete'],
    ['내일 오후 두 시까지 되나요', 'complete'],
    ['이 번호로 해 주세요.', 'complete'],
    ['공일공 일이삼사 오육칠팔', 'complete'],
    ['공일공에 일이삼사에 오육칠팔', 'complete'],
    ['공하나공 하나둘삼넷 오여섯칠팔', 'complete'],
    ['010-1234-5678', 'complete'],
    ['고 최순희요', 'complete'],
    ['그러니까', 'incomplete'],
    ['보내야 하니까', 'incomplete'],
    ['제 번호는 010 1234 5678', 'complete'],
    ['02 123 4567', 'open'],
    ['공삼일에 일이삼에 사오육칠', 'open'],
    ['공이에 일이삼사에 오육칠팔', 'complete'],
    ['1588 1234', 'complete'],
    ['화환 하나 보내려고 하는데요', 'open'],
    ['홍길동', 'open'],
    ['특2호실', 'open'],
    ['서울아산병원 장례식장', 'open'],
    ['음', 'incomplete'],
    ['그러니까 저', 'incomplete'],
    ['잠시만요', 'incomplete'],
    ['받으시는 분은', 'incomplete'],
    ['서울아산병원에', 'incomplete'],
    ['내일 보내고', 'incomplete'],
    ['공일공', 'dictation'],
    ['공일공 일이삼사', 'dictation'],
    ['010. 1234.', 'dictation'],
    ['제 번호는 010', 'dictation'],
    ['접수 번호는 7 7', 'incomplete'],
    ['네, 그리고,', 'incomplete'],
    ['yes', 'complete'],
    ['my name is', 'incomplete'],
    ['send it to the', 'incomplete'],
  ])('%s is %s', (words, expected) => expect(completenessOf(words)).toBe(expected))
})

describe('how finished an answer sounds', () => {
  it.each<[ExpectedAnswer, string, Completeness]>([
    ['yes_no', '네.', 'answer'],
    ['yes_no', '네, 맞아요.', 'answer'],
    ['yes_no', '아니요', 'answer'],
    ['yes_no', '네 그렇게 해 주세요', 'answer'],
    ['yes_no', '네 그런데요', 'open'],
    ['check', '네 맞습니다', 'answer'],
    ['check', '아니요', 'open'],
    ['number', '네', 'open'],
    ['number', '이 번호로 해 주세요', 'complete'],
    ['number', '1234', 'dictation'],
    ['number', '공일공 일이삼사 오육칠팔', 'complete'],
    ['name', '네', 'open'],
    ['name', '홍길동', 'noun'],
    ['name', '한빛상사', 'noun'],
    ['name', '홍길동이요', 'complete'],
    ['name', '받으시는 분은', 'incomplete'],
    ['room', '특2호실', 'noun'],
    ['room', '삼 호', 'noun'],
    ['time', '내일 오후 두 시까지', 'noun'],
    ['time', '내일 오후', 'open'],
    ['place', '서울시 강남구', 'dictation'],
    ['place', '강남구 테헤란로', 'dictation'],
    ['place', '서울대병원 장례식장', 'open'],
    ['place', '테헤란로 152입니다', 'complete'],
    ['text', '삼가 고인의 명복을 빕니다', 'open'],
    ['text', '삼가 고인의 명복을 빕니다라고 써 주세요', 'complete'],
    ['text', '없어요', 'complete'],
  ])('asked for %s: %s is %s', (expected, words, completeness) =>
    expect(completenessOf(words, expected)).toBe(completeness),
  )

  it('a short answer that was asked for is taken within 300 ms of silence', () => {
    expect(END_SILENCE_MS.answer).toBeLessThan(300)
  })
})

describe('what our last words ask for', () => {
  it.each<[string | null, ExpectedAnswer]>([
    [null, 'open'],
    ['네, 알겠습니다.', 'open'],
    ['통화는 녹음됩니다. 무엇을 도와드릴까요?', 'open'],
    ['연락은 지금 전화 주신 번호로 드리면 될까요?', 'yes_no'],
    ['보내시는 분 성함이 어떻게 되세요?', 'name'],
    ['어느 장례식장으로 보내 드릴까요?', 'place'],
    ['몇 호실인가요?', 'room'],
    ['리본에는 어떤 문구를 넣어 드릴까요?', 'text'],
    ['언제까지 도착하면 될까요?', 'time'],
    ['연락받으실 번호를 말씀해 주세요.', 'number'],
    ['8만 원입니다. 모두 맞으신가요?', 'check'],
    ['Is that correct?', 'check'],
    ['What is your phone number?', 'number'],
    ['Shall we use this number?', 'yes_no'],
  ])('%s: %s', (spoken, expected) => expect(expectedAnswer(spoken)).toBe(expected))
})

const DIGIT_WORDS = ['공', '일', '이', '삼', '사', '오', '육', '칠', '팔', '구']
const spoken = (digits: string) => [...digits].map((digit) => DIGIT_WORDS[Number(digit)]).join('')
const mobile = fc.stringMatching(/^010\d{8}$/)

describe('a dictated telephone number', () => {
  it('is read in figures and in words, however it is grouped', () => {
    fc.assert(
      fc.property(
        mobile,
        fc.boolean(),
        fc.constantFrom(' ', '에 ', ', ', '. ', ' 다시 '),
        (number, inWords, joint) => {
          const groups = [number.slice(0, 3), number.slice(3, 7), number.slice(7)]
          const said = groups.map((group) => (inWords ? spoken(group) : group)).join(joint)
          expect(dictatedDigits(`제 번호는 ${said}`)).toBe(number)
        },
      ),
    )
  })

  it('is never taken for whole before its last digit, wherever the caller pauses', () => {
    fc.assert(
      fc.property(mobile, fc.integer({ min: 2, max: 10 }), fc.boolean(), (number, at, inWords) => {
        const part = number.slice(0, at)
        expect(numberProgress(part)).toBe('partial')
        expect(completenessOf(inWords ? spoken(part) : part, 'number')).toBe('dictation')
      }),
    )
  })

  it('is whole with its last digit', () => {
    fc.assert(
      fc.property(mobile, (number) => {
        expect(completenessOf(spoken(number), 'number')).toBe('complete')
      }),
    )
  })
})
