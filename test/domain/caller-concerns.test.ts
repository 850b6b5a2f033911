import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  CALLER_CONCERNS,
  CONCERN_REASONS,
  concernAnswer,
  concernIn,
  writtenConcernAnswer,
} from '../../domain/caller-concerns.ts'
import { TALK_LANGUAGES } from '../../domain/talk-language.ts'

describe('what no model decides about', () => {
  it.each([
    ['지금 사람이 쓰러졌어요 119에 전화 좀 해 주세요', 'emergency'],
    ['구급차 좀 불러 주세요', 'emergency'],
    ['엄마가 갑자기 쓰러졌는데 숨을 안 쉬어요', 'emergency'],
    ['경찰 불러 주세요', 'emergency'],
    ['집에 불이 났어요', 'emergency'],
    ['Please call an ambulance', 'emergency'],
    ['저도 그냥 따라 죽고 싶어요', 'self_harm'],
    ['더 이상 살고 싶지 않아요', 'self_harm'],
    ['I want to die', 'self_harm'],
    ['야 이 씨발 똑바로 안 해?', 'abuse'],
    ['개새끼야', 'abuse'],
    ['You are a fucking machine', 'abuse'],
    ['씨발 살려 주세요', 'emergency'],
  ] as const)('"%s" is %s', (words, concern) => {
    expect(concernIn(words)).toBe(concern)
  })

  it.each([
    '아버지가 어제 돌아가셨어요',
    '친구 동생이 자살했어요, 화환 보내려고요',
    '고인이 쓰러지셔서 돌아가셨습니다',
    '제 번호는 010-1192-1128이에요',
    '영일공 일일구이 일일이팔이에요',
    '서울 119안전센터로 보내 주세요',
    '경찰병원 장례식장이요',
    '다시 발송해 주실 수 있나요?',
    '다시발주해 주세요',
    '시발역이 어디예요?',
    '리본에 삼가 고인의 명복을 빕니다라고 써 주세요',
    '죽은 지 사흘 됐어요',
    '불꽃 말고 흰 국화로요',
    '네, 맞아요.',
    'My friend died yesterday',
  ])('"%s" is an order like others', (words) => {
    expect(concernIn(words)).toBeNull()
  })

  it('stands in any sentence, and its answer never asks for an order', () => {
    const around = fc.constantFrom('', '네 ', '저기요 ', '화환 주문하려는데 ', '아니 ')
    const after = fc.constantFrom('', ' 제발요', '.', ' 네?')
    fc.assert(
      fc.property(
        around,
        after,
        fc.constantFrom('구급차 불러 주세요', '죽고 싶어요', '씨발'),
        (a, b, core) => {
          expect(concernIn(`${a}${core}${b}`)).toBe(concernIn(core))
        },
      ),
    )
  })

  it('is answered in both languages by numbers that help; abuse is warned of once', () => {
    for (const language of ['ko', 'en'] as const) {
      expect(concernAnswer('emergency', { language, warned: false }).join(' ')).toMatch(/119[\s\S]*112/)
      expect(concernAnswer('self_harm', { language, warned: true }).join(' ')).toMatch(/109[\s\S]*119/)
      const [first, second] = [false, true].map((warned) => concernAnswer('abuse', { language, warned }))
      expect(first).not.toEqual(second)
    }
    for (const language of TALK_LANGUAGES) {
      const written = CALLER_CONCERNS.flatMap((concern) =>
        [false, true].map((warned) => writtenConcernAnswer(concern, { language, warned })),
      )
      // Nobody who writes is told to hang up.
      for (const text of written)
        expect(text).not.toMatch(/끊고|통화를|hang up|end (the|this) call|電話を切|通話|挂断|结束通话/)
      expect(written[0]).toMatch(/119[\s\S]*112/)
      expect(new Set(written).size).toBe(4)
    }
    for (const concern of CALLER_CONCERNS) expect(CONCERN_REASONS[concern]).not.toBe('')
  })
})
