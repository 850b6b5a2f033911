/** Banks as Toss Payments numbers them, and accounts as people write them. */

/** Code -> name that customers know. */
export const BANKS = {
  '39': '경남은행',
  '34': '광주은행',
  '45': '새마을금고',
  '11': 'NH농협은행',
  '31': 'iM뱅크(대구)',
  '32': '부산은행',
  '07': 'Sh수협은행',
  '88': '신한은행',
  '48': '신협',
  '20': '우리은행',
  '71': '우체국예금보험',
  '37': '전북은행',
  '35': '제주은행',
  '90': '카카오뱅크',
  '89': '케이뱅크',
  '92': '토스뱅크',
  '81': '하나은행',
  '06': 'KB국민은행',
  '03': 'IBK기업은행',
  '23': 'SC제일은행',
} as const

export type BankCode = keyof typeof BANKS

/** Banks that issue virtual accounts, the most used first. */
export const VIRTUAL_ACCOUNT_BANKS = [
  '06',
  '88',
  '11',
  '20',
  '03',
  '81',
  '45',
  '71',
  '32',
  '31',
  '39',
  '34',
  '37',
  '07',
] as const satisfies readonly BankCode[]

export const isBankCode = (code: string): code is BankCode => Object.hasOwn(BANKS, code)

/** Name of a bank; an unknown code is shown as it is. */
export const bankName = (code: string): string => (isBankCode(code) ? BANKS[code] : code)

/** Where a customer wants money sent back to. */
export interface RefundAccount {
  readonly bankCode: BankCode
  /** Digits only. */
  readonly accountNumber: string
  /** 예금주. */
  readonly holder: string
}

/** A refund account as it was typed or told. */
export interface RefundAccountTold {
  readonly bankCode: string
  readonly accountNumber: string
  readonly holder: string
}

const MIN_ACCOUNT_DIGITS = 8
const MAX_ACCOUNT_DIGITS = 20
const MAX_HOLDER_LENGTH = 60

/** The account in its normal form; null when bank, number or holder can't be right. */
export function checkRefundAccount(told: RefundAccountTold): RefundAccount | null {
  const accountNumber = told.accountNumber.replace(/[\s-]/g, '')
  const holder = told.holder.trim()
  const digits = /^\d+$/.test(accountNumber) ? accountNumber.length : 0
  if (!isBankCode(told.bankCode) || digits < MIN_ACCOUNT_DIGITS || digits > MAX_ACCOUNT_DIGITS) return null
  if (holder === '' || holder.length > MAX_HOLDER_LENGTH) return null
  return { bankCode: told.bankCode, accountNumber, holder }
}

/** "KB국민은행 ****1234": enough to recognise one's own account, useless to others. */
export function maskAccount(account: Pick<RefundAccount, 'bankCode' | 'accountNumber'>): string {
  return `${bankName(account.bankCode)} ****${account.accountNumber.slice(-4)}`
}
