/** Rooms of a funeral hall: "특2호실", "이 호실", "301호", "VIP실", "지하 1층 3호실". */
import { type Found, found } from './found.ts'
import { parseNumber, SINO_NUMBER } from './korean-number.ts'

const FLOOR = `(?:(?:지하\\s*)?(?:\\d{1,2}|${SINO_NUMBER})층|B\\d)\\s*`
const KIND = '(?:특|일반|귀빈|VIP|브이아이피|제|본관|별관|신관|[A-Z])'
/** A number in words begins a word, or follows the kind of room: not the name in "김영호". */
const IN_WORDS = `(?:(?<![가-힣])|(?<=${KIND}\\s*))(?:${SINO_NUMBER}|한|두|세|네)`
const NUMBERED = new RegExp(
  `(${FLOOR})?(${KIND})?\\s*(?:제)?(\\d{1,4}|${IN_WORDS})\\s*(호실|호(?!선|텔|수|국)|분향실|분향소|빈소|번\\s*방|번방|번실)`,
  'i',
)
const NAMED = new RegExp(`(${FLOOR})?(특실|VIP실|브이아이피실|귀빈실|영결식장)`, 'i')
const ENGLISH =
  /\broom\s+(?:number\s+)?(?:(vip|special)\s+)?([A-Z]?\d{1,4}|one|two|three|four|five|six|seven|eight|nine)\b/i
const ENGLISH_NUMBERS: Readonly<Record<string, string>> = {
  one: '1',
  two: '2',
  three: '3',
  four: '4',
  five: '5',
  six: '6',
  seven: '7',
  eight: '8',
  nine: '9',
}
const TAIL = /^(?:이에요|예요|입니다|이고요|이요|요|으로|로)?/

/** @example findRoom('특 이 호실이요') // value '특2호실' */
export function findRoom(text: string): Found | undefined {
  return numbered(text) ?? named(text) ?? english(text)
}

function numbered(text: string): Found | undefined {
  const match = NUMBERED.exec(text)
  const number = parseNumber(match?.[3] ?? '')
  if (match === null || number === undefined || number < 1 || isName(match)) return undefined
  const floor = (match[1] ?? '').trim()
  const kind = normalKind(match[2])
  const unit = match[4]?.startsWith('분향') || match[4] === '빈소' ? match[4] : '호실'
  return found(text, withTail(text, match), `${floor === '' ? '' : `${floor} `}${kind}${number}${unit}`, 0.95)
}

/** "이호입니다": a number in words before a bare 호 is more often a name. */
function isName([, floor, kind, number = '', unit]: RegExpExecArray): boolean {
  return unit === '호' && !/\d/.test(number) && floor === undefined && kind === undefined
}

function named(text: string): Found | undefined {
  const match = NAMED.exec(text)
  if (match === null) return undefined
  const name = (match[2] ?? '').replace('브이아이피', 'VIP').toUpperCase()
  return found(text, withTail(text, match), `${match[1] ?? ''}${name}`, 0.9)
}

function english(text: string): Found | undefined {
  const match = ENGLISH.exec(text)
  const number = match?.[2]
  if (match === null || number === undefined) return undefined
  const kind = match[1]?.toLowerCase() === 'vip' ? 'VIP' : match[1] === undefined ? '' : '특'
  const value = ENGLISH_NUMBERS[number.toLowerCase()] ?? number.toUpperCase()
  return found(text, { index: match.index, words: match[0] }, `${kind}${value}호실`, 0.9)
}

/** "제2호실" is room 2. */
function normalKind(kind: string | undefined): string {
  if (kind === undefined || kind === '제') return ''
  return kind === '브이아이피' ? 'VIP' : kind.toUpperCase()
}

function withTail(text: string, match: RegExpExecArray): { index: number; words: string } {
  const tail = TAIL.exec(text.slice(match.index + match[0].length))?.[0] ?? ''
  return { index: match.index, words: match[0] + tail }
}
