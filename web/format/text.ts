import type { Language } from './time.ts'

/** "80,000원", "₩80,000", "-₩80,000". */
export function formatWon(amount: number, language: Language): string {
  const digits = amount.toLocaleString('en-US')
  if (language === 'ko') return `${digits}원`
  return amount < 0 ? `-₩${digits.slice(1)}` : `₩${digits}`
}

/** "010-1234-5678" of digits; masked or foreign numbers stay as they are. */
export function formatPhone(number: string): string {
  if (!/^0\d{8,10}$/.test(number)) return /^1\d{7}$/.test(number) ? number.replace(/^(\d{4})/, '$1-') : number
  if (number.startsWith('02')) return number.replace(/^(02)(\d{3,4})(\d{4})$/, '$1-$2-$3')
  return number.replace(/^(0\d{2})(\d{3,4})(\d{4})$/, '$1-$2-$3')
}

/** Digits of what was typed, without hyphens and blanks, +82 turned into 0. */
export const toPhoneDigits = (typed: string): string => typed.replace(/[\s\-().]/g, '').replace(/^\+82/, '0')
