/** Codes as they were dictated ("숫자 2 6, 영문 에이 비"), read back into what they stand for. */

const LETTERS: Readonly<Record<string, string>> = {
  에이치: 'H',
  더블유: 'W',
  에이: 'A',
  에프: 'F',
  아이: 'I',
  제이: 'J',
  케이: 'K',
  에스: 'S',
  브이: 'V',
  엑스: 'X',
  와이: 'Y',
  제트: 'Z',
  비: 'B',
  씨: 'C',
  디: 'D',
  이: 'E',
  지: 'G',
  엘: 'L',
  엠: 'M',
  엔: 'N',
  오: 'O',
  피: 'P',
  큐: 'Q',
  알: 'R',
  티: 'T',
  유: 'U',
}
const LETTER = Object.keys(LETTERS).join('|')
const GROUP = new RegExp(
  `(숫자)((?:\\s*\\d)+)|(영문)((?:\\s*(?:${LETTER}|[A-Za-z])(?=[\\s,.]|$|이|입|맞|번))+)`,
  'g',
)
const SHORTEST = 4

/**
 * The first code in a text. Groups of digits that follow each other are parted by a dash.
 * @example readSpokenCode('접수번호는 영문 비, 숫자 2 6 1 1, 숫자 0 7입니다') // 'B2611-07'
 */
export function readSpokenCode(text: string): string | null {
  let code = ''
  let wasDigits = false
  let end: number | null = null
  for (const match of text.matchAll(GROUP)) {
    // What comes after other words is another code.
    if (end !== null && /[^\s,]/.test(text.slice(end, match.index))) break
    end = match.index + match[0].length
    const digits = match[2]?.replace(/\s/g, '')
    const letters = (match[4]?.match(new RegExp(`${LETTER}|[A-Za-z]`, 'g')) ?? [])
      .map((name) => LETTERS[name] ?? name.toUpperCase())
      .join('')
    if (digits !== undefined && wasDigits) code += '-'
    code += digits ?? letters
    wasDigits = digits !== undefined
  }
  return code.replace('-', '').length < SHORTEST ? null : code
}
