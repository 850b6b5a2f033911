/** References and order numbers as they are dictated on the phone. */

const LETTER_NAMES: Readonly<Record<string, string>> = {
  A: '에이',
  B: '비',
  C: '씨',
  D: '디',
  E: '이',
  F: '에프',
  G: '지',
  H: '에이치',
  I: '아이',
  J: '제이',
  K: '케이',
  L: '엘',
  M: '엠',
  N: '엔',
  O: '오',
  P: '피',
  Q: '큐',
  R: '알',
  S: '에스',
  T: '티',
  U: '유',
  V: '브이',
  W: '더블유',
  X: '엑스',
  Y: '와이',
  Z: '제트',
}

/**
 * Letters and digits are announced, since "이" is a letter and a digit; dashes are not said.
 * @example spokenCode('261126-AB3K-1') // '숫자 2 6 1 1 2 6, 영문 에이 비, 숫자 3, 영문 케이, 숫자 1'
 */
export function spokenCode(code: string): string {
  const groups = code.toUpperCase().match(/[A-Z]+|\d+/g) ?? []
  return groups
    .map((group) =>
      /\d/.test(group)
        ? `숫자 ${[...group].join(' ')}`
        : `영문 ${[...group].map((letter) => LETTER_NAMES[letter] ?? letter).join(' ')}`,
    )
    .join(', ')
}
