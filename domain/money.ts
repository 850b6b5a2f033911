/** Won: whole numbers, never fractions. */

export type Language = 'ko' | 'en'

const grouped = (won: number): string => String(Math.trunc(won)).replace(/\B(?=(\d{3})+(?!\d))/g, ',')

/** "80,000원" or "KRW 80,000". */
export function formatWon(won: number, language: Language = 'ko'): string {
  return language === 'ko' ? `${grouped(won)}원` : `KRW ${grouped(won)}`
}
