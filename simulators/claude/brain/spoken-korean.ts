/** Times, prices and numbers the way they are said in Korean. */

const DAY_MS = 86_400_000
const KST_OFFSET_MS = 9 * 3_600_000
const WEEKDAYS = '일월화수목금토'

/** `2026-11-22T10:30:00+09:00` -> "내일 오전 10시 30분", farther away "11월 25일 수요일 오전 10시". */
export function koreanTime(iso: string, now: string): string {
  const at = Date.parse(iso)
  if (Number.isNaN(at)) return iso
  const korean = new Date(at + KST_OFFSET_MS)
  const hour = korean.getUTCHours()
  const minute = korean.getUTCMinutes()
  const clock = `${hour < 12 ? '오전' : '오후'} ${hour % 12 === 0 ? 12 : hour % 12}시${minute === 0 ? '' : ` ${minute}분`}`
  return `${dayName(korean, now)} ${clock}`
}

function dayName(korean: Date, now: string): string {
  const days = Math.floor(korean.getTime() / DAY_MS) - Math.floor((Date.parse(now) + KST_OFFSET_MS) / DAY_MS)
  const near = ['오늘', '내일', '모레'][days]
  if (near !== undefined) return near
  return `${korean.getUTCMonth() + 1}월 ${korean.getUTCDate()}일 ${WEEKDAYS[korean.getUTCDay()]}요일`
}

/** 80000 -> "8만 원", 85500 -> "8만 5,500원". */
export function koreanWon(won: number): string {
  const man = Math.floor(won / 10_000)
  const rest = won % 10_000
  if (man === 0) return `${won.toLocaleString('ko-KR')}원`
  return rest === 0 ? `${man}만 원` : `${man}만 ${rest.toLocaleString('ko-KR')}원`
}

/** "01012345678" -> "010-1234-5678". */
export function koreanPhone(digits: string): string {
  const match = /^(02|0\d{2})(\d{3,4})(\d{4})$/.exec(digits)
  return match === null ? digits : `${match[1]}-${match[2]}-${match[3]}`
}

const RIEUL = 8

/** "시간" -> "시간을", "연락처" -> "연락처를". */
export function asObject(text: string): string {
  return `${text}${finalConsonant(text) === 0 ? '를' : '을'}`
}

function finalConsonant(text: string): number {
  const code = text.codePointAt(text.length - 1) ?? 0
  return code >= 0xac00 && code <= 0xd7a3 ? (code - 0xac00) % 28 : 0
}

/** "3호실" -> "3호실로", "님" -> "님으로": the particle follows the last syllable's final consonant. */
export function withDirection(text: string): string {
  const final = finalConsonant(text)
  return `${text}${final === 0 || final === RIEUL ? '로' : '으로'}`
}
