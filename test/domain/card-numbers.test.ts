import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskCardNumbers, mayTellCardNumber } from '../../domain/card-numbers.ts'

/** Digits with the check digit that makes them a card's. */
function cardNumber(digits: readonly number[]): string {
  const sum = digits.reduceRight((total, digit, index) => {
    const doubled = (digits.length - 1 - index) % 2 === 0 ? digit * 2 : digit
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return [...digits, (10 - (sum % 10)) % 10].join('')
}
const digits = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })

describe('a card number', () => {
  test.each([
    ['카드 번호는 4111 1111 1111 1111이에요', '카드 번호는 •••• •••• •••• 1111이에요'],
    ['4111-1111-1111-1111', '••••-••••-••••-1111'],
    ['378282246310005', '•••••••••••0005'],
    ['5555555555554444, 4012888888881881', '••••••••••••4444, ••••••••••••1881'],
  ])('in "%s" leaves its last four digits', (text, masked) => {
    expect(maskCardNumbers(text)).toBe(masked)
  })

  test('of any digits is masked, however it is grouped', () => {
    fc.assert(
      fc.property(
        fc.oneof(digits(14), digits(15)).filter((all) => all.some((digit) => digit > 0)),
        fc.constantFrom('', ' ', '-'),
        (all, between) => {
          const number = cardNumber(all)
          const masked = maskCardNumbers(`제 번호 ${[...number].join(between)} 입니다`)
          expect(masked.replaceAll(/\D/g, '')).toBe(number.slice(-4))
        },
      ),
    )
  })
})

describe('what is none', () => {
  test.each([
    '010-1234-5678',
    '계좌는 110-123-456789 신한은행',
    '농협 302-1234-5678-91',
    '주문 261126-7KQ2',
    '4111 1111 1111 1112',
    '12345678901234567890',
    '0000 0000 0000 0000',
    // Two numbers, together sixteen digits that would pass.
    '1588-0000, 1588-0004',
  ])('stays as it is: %s', (text) => {
    expect(maskCardNumbers(text)).toBe(text)
  })

  test('and no text grows or fails', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(maskCardNumbers(text)).toHaveLength(text.length)
      }),
    )
  })
})

const SPOKEN = [...'공일이삼사오육칠팔구']
/** As it is dictated: words, numerals, or both, in groups. */
const dictated = fc
  .tuple(
    fc.oneof(digits(14), digits(15)).filter((all) => all.some((digit) => digit > 0)),
    fc.oneof(
      fc.constantFrom(Array<boolean>(16).fill(false), Array<boolean>(16).fill(true)),
      fc.array(fc.boolean(), { minLength: 16, maxLength: 16 }),
    ),
    fc.constantFrom('', ' ', '에 ', ', ', ' 다시 '),
  )
  .map(([all, inWords, between]) => {
    const number = cardNumber(all)
    const letters = [...number].map((digit, index) =>
      inWords[index] ? (SPOKEN[Number(digit)] ?? '') : digit,
    )
    const groups = [0, 4, 8, 12].map((from) => letters.slice(from, from + 4).join(''))
    return { number, text: groups.join(between) }
  })

describe('a card number in words', () => {
  test.each([
    ['네 사일일일 일일일일 일일일일 일일일일입니다', '네 •••• •••• •••• 일일일일입니다'],
    ['사일일일에 일일일일에 일일일일에 일일일일이에요', '••••에 ••••에 ••••에 일일일일이에요'],
    ['4111, 1111, 1111, 1111', '••••, ••••, ••••, 1111'],
    ['삼칠팔이 팔이이사육삼 일공공공오 요', '•••• •••••• •공공공오 요'],
  ])('in "%s" leaves its last four digits', (text, masked) => {
    expect(maskCardNumbers(text)).toBe(masked)
  })

  test('of any digits is masked, however it is dictated, and was suspected before it was complete', () => {
    fc.assert(
      fc.property(
        dictated,
        fc.constantFrom('입니다', '', '이에요', ' 맞나요'),
        ({ number, text }, ending) => {
          const masked = maskCardNumbers(`번호는 ${text}${ending}`)
          expect([...masked].filter((letter) => letter === '•')).toHaveLength(number.length - 4)
          if (/^[2-69]/.test(number)) expect(mayTellCardNumber(`번호는 ${text}`)).toBe(true)
        },
      ),
    )
  })
})

test.each([
  '카드번호 불러 드릴게요',
  '카드 번호를 말씀해 주세요',
  '사일일일 일일',
  '5555 55',
  'my card number is',
])('while somebody says "%s" nothing is recorded', (words) => {
  expect(mayTellCardNumber(words)).toBe(true)
})

test.each([
  '',
  '서울아산병원 장례식장 특2호실로 보내 주세요',
  '공일공 일이삼사 오육칠팔이에요',
  '010-1234-5678',
  '삼가 고인의 명복을 빕니다',
  '이 일은 사실 오늘 오후 세 시까지예요',
  '2026년 11월 26일 15시',
  '카드로 결제할게요',
  '110-123-456789 신한은행',
])('"%s" is about no card', (words) => {
  expect(mayTellCardNumber(words)).toBe(false)
})
