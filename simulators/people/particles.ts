/** Korean particles that depend on how the word before them ends. */

/** Digits whose Korean reading ends with a consonant: 영, 일, 삼, 육, 칠, 팔. */
const DIGITS_WITH_FINAL = '013678'
const DIGITS_WITH_RIEUL = '178'
const RIEUL = 8

/** 0: none; 8: ㄹ; another number: another consonant. */
function finalOf(word: string): number {
  const last = [...word].at(-1) ?? ''
  const code = last.codePointAt(0) ?? 0
  if (code >= 0xac00 && code <= 0xd7a3) return (code - 0xac00) % 28
  if (DIGITS_WITH_RIEUL.includes(last)) return RIEUL
  return DIGITS_WITH_FINAL.includes(last) ? 1 : 0
}

/** "홍길동이요", "박영자요". */
export const withYo = (word: string): string => `${word}${finalOf(word) === 0 ? '요' : '이요'}`
/** "홍길동이에요", "박영자예요". */
export const withCopula = (word: string): string => `${word}${finalOf(word) === 0 ? '예요' : '이에요'}`
/** "장례식장으로", "호텔로". */
export function withDirection(word: string): string {
  const final = finalOf(word)
  return `${word}${final === 0 || final === RIEUL ? '로' : '으로'}`
}
