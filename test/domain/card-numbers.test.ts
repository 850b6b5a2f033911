import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskCardNumbers } from '../../domain/card-numbers.ts'

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
