/** 현금영수증: whom the receipt of a bank transfer is for. */
import { normalizePhone } from './phone-number.ts'

/** `income_deduction` 소득공제 goes to a person's phone number, `business_expense` 지출증빙 to a business number. */
export interface CashReceipt {
  readonly kind: 'income_deduction' | 'business_expense'
  /** Digits only. */
  readonly number: string
}

/** Toss Payments' words for the kinds. */
export const CASH_RECEIPT_TYPES: Readonly<Record<CashReceipt['kind'], string>> = {
  income_deduction: '소득공제',
  business_expense: '지출증빙',
}

const BUSINESS_WEIGHTS = [1, 3, 7, 1, 3, 7, 1, 3, 5] as const

/** Ten digits of which the last checks the others (국세청 사업자등록번호). */
export function isBusinessNumber(digits: string): boolean {
  if (!/^\d{10}$/.test(digits)) return false
  const at = (i: number) => Number(digits[i])
  const sum = BUSINESS_WEIGHTS.reduce((total, weight, i) => total + weight * at(i), 0)
  return (10 - ((sum + Math.floor((at(8) * 5) / 10)) % 10)) % 10 === at(9)
}

/** The receipt with its number in digits; null when the number is none of its kind. */
export function checkCashReceipt(told: CashReceipt): CashReceipt | null {
  if (told.kind === 'business_expense') {
    const digits = told.number.replace(/[\s-]/g, '')
    return isBusinessNumber(digits) ? { kind: told.kind, number: digits } : null
  }
  const phone = normalizePhone(told.number)
  return phone !== null && /^01[016789]\d{7,8}$/.test(phone) ? { kind: told.kind, number: phone } : null
}

/** As it was kept: JSON of a `CashReceipt`; null for anything else. */
export function parseCashReceipt(kept: string): CashReceipt | null {
  try {
    const { kind, number } = JSON.parse(kept)
    return kind in CASH_RECEIPT_TYPES && typeof number === 'string' ? { kind, number } : null
  } catch {
    return null
  }
}
