import { describe, expect, test } from 'vitest'
import { checkRefundAccount, maskAccount } from '../../domain/banks.ts'
import { checkCashReceipt, isBusinessNumber } from '../../domain/cash-receipt.ts'

describe('what customers type', () => {
  test.each([
    ['1248100998', true],
    ['2208162517', true],
    ['1248100999', false],
    ['124810099', false],
  ])('business number %s: %s', (digits, right) => {
    expect(isBusinessNumber(digits)).toBe(right)
  })

  test('a cash receipt goes to a mobile number or a business number', () => {
    expect(checkCashReceipt({ kind: 'income_deduction', number: '010-1234-5678' })).toEqual({
      kind: 'income_deduction',
      number: '01012345678',
    })
    expect(checkCashReceipt({ kind: 'business_expense', number: '124-81-00998' })).toEqual({
      kind: 'business_expense',
      number: '1248100998',
    })
    expect(checkCashReceipt({ kind: 'income_deduction', number: '02-123-4567' })).toBeNull()
    expect(checkCashReceipt({ kind: 'business_expense', number: '010-1234-5678' })).toBeNull()
  })

  test('a refund account has a bank, digits and a holder', () => {
    const told = { bankCode: '88', accountNumber: '110-123-456789', holder: ' 김철수 ' }
    expect(checkRefundAccount(told)).toEqual({
      bankCode: '88',
      accountNumber: '110123456789',
      holder: '김철수',
    })
    expect(maskAccount({ bankCode: '88', accountNumber: '110123456789' })).toBe('신한은행 ****6789')
    expect(checkRefundAccount({ ...told, bankCode: '99' })).toBeNull()
    expect(checkRefundAccount({ ...told, accountNumber: '12-34' })).toBeNull()
    expect(checkRefundAccount({ ...told, accountNumber: '110-A23-456789' })).toBeNull()
    expect(checkRefundAccount({ ...told, holder: ' ' })).toBeNull()
  })
})
