import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spellKorean } from '../../domain/korean-spelling.ts'
import { ORDER_FIELDS, type OrderField } from '../../domain/order.ts'
import { formatPhone } from '../../domain/phone-number.ts'
import {
  type Doubts,
  doubtsAfter,
  type Heard,
  judgeHearing,
  readBackSentence,
  readBacks,
  UNSURE_BELOW,
} from '../../domain/read-back.ts'
import { TALK_LANGUAGES } from '../../domain/talk-language.ts'

const heard = (value: string, confidence: number, words = value): Heard => ({ value, words, confidence })

const hangul = fc.integer({ min: 0xac00, max: 0xd7a3 }).map((code) => String.fromCharCode(code))
const field = fc.constantFrom<OrderField>(...ORDER_FIELDS)
const confidence = fc.double({ min: 0, max: 1, noNaN: true })
const anyText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })

describe('names are spelled', () => {
  it('by words that people know', () => {
    expect(spellKorean('홍길동')).toBe('홍수 할 때 홍, 길거리 할 때 길, 동쪽 할 때 동')
  })

  it('by letters where no word is known, and Latin ones one by one', () => {
    expect(spellKorean('뷁')).toBe('비읍 웨 리을 기역 받침, 뷁')
    expect(spellKorean('Kim 2')).toBe('K, I, M, 이')
  })

  it('whatever the name: each syllable is said, in order, and ends what spells it', () => {
    fc.assert(
      fc.property(fc.array(hangul, { maxLength: 8 }), (syllables) => {
        const ends = spellKorean(syllables.join('')).split(', ')
        const said = ends.filter((part) => part.endsWith('받침') === false && / 할 때 .$/.test(part) === true)
        const bare = ends.filter((part) => [...part].length === 1)
        expect([...said.map((part) => part.at(-1)), ...bare].sort()).toEqual([...syllables].sort())
      }),
    )
  })
})

describe('what was heard in doubt', () => {
  it('does not count before the customer agrees, and keeps how it was heard', () => {
    const first = judgeHearing('orderer', { ...heard('홍길동', 0.9), atMs: 4_000 }, { confidence: 0.4 }, {})
    expect(first).toMatchObject({ kind: 'unsure', told: { value: '홍길동', confidence: 0.4 } })
    const doubts = doubtsAfter({}, 'orderer', first)
    const agreed = judgeHearing('orderer', heard('홍길동', 0.95, '네 맞아요'), { confidence: 0.9 }, doubts)
    expect(agreed).toEqual({
      kind: 'confirmed',
      told: { value: '홍길동', words: '홍길동', confidence: 0.4, atMs: 4_000 },
    })
    expect(doubtsAfter(doubts, 'orderer', agreed)).toEqual({})
  })

  it('a yes that was hardly heard may have been a no; the same name heard again may not', () => {
    const doubts: Doubts = { orderer: heard('홍길동', 0.4) }
    expect(judgeHearing('orderer', heard('홍길동', 0.95, '네'), { confidence: 0.3 }, doubts).kind).toBe(
      'unsure',
    )
    expect(
      judgeHearing('orderer', heard('홍길동', 0.5, '홍길동이라고요'), { confidence: 0.3 }, doubts).kind,
    ).toBe('confirmed')
  })

  it('a correction that was heard well counts, and one that was not is read back in its turn', () => {
    const doubts: Doubts = { recipient: heard('박영자', 0.4) }
    expect(judgeHearing('recipient', heard('박영재', 0.95), { confidence: 0.9 }, doubts).kind).toBe('sure')
    const again = judgeHearing('recipient', heard('박영재', 0.95), { confidence: 0.5 }, doubts)
    expect(doubtsAfter(doubts, 'recipient', again)).toEqual({ recipient: heard('박영재', 0.5, '박영재') })
  })

  it('a number is the same however it is written', () => {
    const doubts: Doubts = { phone: heard('01012345678', 0.3) }
    expect(judgeHearing('phone', heard('010-1234-5678', 0.9, '네'), { confidence: 0.9 }, doubts).kind).toBe(
      'confirmed',
    )
  })

  it('whatever is told: sure is nothing of little confidence, and a doubt is over only by agreement or another value', () => {
    fc.assert(
      fc.property(
        field,
        anyText,
        anyText,
        confidence,
        confidence,
        fc.boolean(),
        (name, a, b, one, two, same) => {
          const before = doubtsAfter(
            {},
            name,
            judgeHearing(name, heard(a, one, '…'), { confidence: one }, {}),
          )
          const judged = judgeHearing(name, heard(same ? a : b, two, '…'), { confidence: two }, before)
          const after = doubtsAfter(before, name, judged)
          if (judged.kind === 'sure' && name !== 'deliver_by')
            expect(judged.told.confidence).toBeGreaterThanOrEqual(UNSURE_BELOW)
          if (judged.kind === 'confirmed') {
            expect(before[name]).toBeDefined()
            expect(judged.told.confidence).toBe(one)
            expect(judged.told.value).toBe(a)
          }
          expect(after[name] === undefined).toBe(judged.kind !== 'unsure')
        },
      ),
    )
  })

  it('of other fields nothing changes', () => {
    fc.assert(
      fc.property(field, field, anyText, confidence, (name, other, value, one) => {
        fc.pre(name !== other)
        const doubts: Doubts = { [other]: heard('x', 0.1) }
        const after = doubtsAfter(
          doubts,
          name,
          judgeHearing(name, heard(value, one), { confidence: one }, doubts),
        )
        expect(after[other]).toEqual(doubts[other])
      }),
    )
  })
})

describe('what is said', () => {
  it('names spelled, numbers in their groups (the voice reads them digit by digit)', () => {
    expect(readBackSentence('orderer', '홍길동', 'ko')).toBe(
      '보내시는 분 성함을 확인하겠습니다. 홍수 할 때 홍, 길거리 할 때 길, 동쪽 할 때 동, 홍길동 님, 맞으세요?',
    )
    expect(readBackSentence('phone', '01012345678', 'ko')).toBe(
      '전화번호를 확인하겠습니다. 010-1234-5678, 맞으세요?',
    )
    expect(readBackSentence('recipient', '고 박영자', 'ko')).toContain('박수 할 때 박')
    expect(readBackSentence('destination', '서울아산병원 장례식장', 'ko')).toBe(
      '장례식장을 확인하겠습니다. 서울아산병원 장례식장, 맞으세요?',
    )
    expect(readBackSentence('orderer', 'John Kim', 'en')).toBe(
      "Let me check the sender's name: John Kim, J, O, H, N, K, I, M. Is that correct?",
    )
    expect(readBackSentence('phone', '01012345678', 'en')).toContain('0 1 0 1 2 3 4 5 6 7 8')
  })

  it('in every language the value is in it, and it ends in a question', () => {
    const letters = { unit: fc.constantFrom(...'홍길동김이박AbcD '), minLength: 1, maxLength: 12 }
    const value = fc.string(letters).filter((text) => text === text.trim() && text !== '')
    fc.assert(
      fc.property(
        fc.constantFrom<OrderField>('orderer', 'recipient', 'destination', 'room', 'message'),
        value,
        fc.constantFrom(...TALK_LANGUAGES),
        (name, text, language) => {
          const sentence = readBackSentence(name, text, language)
          expect(sentence).toContain(text)
          expect(sentence).toMatch(/\?$/)
        },
      ),
    )
    for (const language of TALK_LANGUAGES) {
      const digits = readBackSentence('phone', '01098765432', language).replace(/\D/g, '')
      expect(digits, language).toBe(formatPhone('01098765432').replace(/\D/g, ''))
    }
  })

  it('all that is in doubt, in the order of the questions', () => {
    const doubts: Doubts = { phone: heard('01012345678', 0.2), orderer: heard('홍길동', 0.4) }
    expect(readBacks(doubts, 'ko').map((due) => due.field)).toEqual(['orderer', 'phone'])
  })
})
