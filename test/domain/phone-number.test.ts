import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatPhone, isMobile, maskName, maskPhone, normalizePhone } from '../../domain/phone-number.ts'

test.each([
  ['010-1234-5678', '01012345678'],
  ['010 1234 5678', '01012345678'],
  ['(010) 1234.5678', '01012345678'],
  ['+82 10-1234-5678', '01012345678'],
  ['+82 (0)10-1234-5678', '01012345678'],
  ['0082-10-1234-5678', '01012345678'],
  ['821012345678', '01012345678'],
  ['02-123-4567', '021234567'],
  ['+82-2-1234-5678', '0212345678'],
  ['031-123-4567', '0311234567'],
  ['070-1234-5678', '07012345678'],
  ['0507-1234-5678', '050712345678'],
  ['1588-0000', '15880000'],
  ['+82 1588 0000', '15880000'],
  ['011-123-4567', '0111234567'],
])('%s is %s', (text, digits) => {
  expect(normalizePhone(text)).toBe(digits)
})

test.each([
  '',
  '010-123-4567', // ten digits: a 010 number has eleven
  '010-1234-56789',
  '1588-000',
  '1588-00000',
  '02-12-3456',
  '039-123-4567',
  '+1 212 555 0100',
  '공일공 일이삼사',
  '010-1234-567a',
])('"%s" is no Korean number', (text) => {
  expect(normalizePhone(text)).toBeNull()
})

test.each([
  ['01012345678', '010-1234-5678', '010-****-5678'],
  ['0111234567', '011-123-4567', '011-***-4567'],
  ['021234567', '02-123-4567', '02-***-4567'],
  ['0212345678', '02-1234-5678', '02-****-5678'],
  ['0311234567', '031-123-4567', '031-***-4567'],
  ['050712345678', '0507-1234-5678', '0507-****-5678'],
  ['07012345678', '070-1234-5678', '070-****-5678'],
  ['15880000', '1588-0000', '1588-****'],
])('%s is shown as %s and masked as %s', (digits, shown, masked) => {
  expect(formatPhone(digits)).toBe(shown)
  expect(maskPhone(digits)).toBe(masked)
})

test('what is no number known to us is still masked', () => {
  expect(maskPhone('123456')).toBe('****56')
  expect(formatPhone('123456')).toBe('123456')
})

test.each([
  ['김철수', '김*수'],
  ['김수', '김*'],
  ['남궁민수', '남**수'],
  ['김', '*'],
  ['', ''],
])('the name %s is masked as %s', (name, masked) => {
  expect(maskName(name)).toBe(masked)
})

describe('every mobile number', () => {
  const mobile = fc.stringMatching(/^010\d{8}$/)
  test('comes back from its printed form', () => {
    fc.assert(
      fc.property(mobile, (digits) => {
        expect(normalizePhone(formatPhone(digits))).toBe(digits)
      }),
    )
  })
  test('hides its middle and takes texts', () => {
    fc.assert(
      fc.property(mobile, (digits) => {
        expect(maskPhone(digits)).toBe(`010-****-${digits.slice(-4)}`)
        expect(isMobile(digits)).toBe(true)
      }),
    )
  })
})
