/** Funeral halls: names that end in 장례식장, 병원 and the like, or that a label announces. */
import { stripEndings } from './endings.ts'
import { type Found, found } from './found.ts'

const SUFFIX =
  '(?:장례식장|장례문화원|장례문화센터|장례원|의료원|병원|추모공원|메모리얼파크|요양원|성당|교회)'
const HALL = new RegExp(`[가-힣A-Za-z0-9·()]*${SUFFIX}(?:\\s*(?:장례식장|본원|본관|별관|신관))*`)
const ENGLISH =
  /\b((?:[A-Z][A-Za-z'&-]*\s+)+(?:Hospital|Medical Center|Funeral Hall|Funeral Home|University Hospital)(?:\s+Funeral (?:Hall|Home))?)/
/** "장례식장은 …": the word is a label, the name follows. */
const LABELLED =
  /(?:장례식장\s*(?:이름|위치)?|장례식|빈소\s*위치|장소|도착지|배송지|배달\s*장소|보낼\s*곳|보내실\s*곳|주소)(?:은|는|이|가)\s*([^|.,!?\n]+)/
/** Words before the name that belong to it: places, universities, organisations. */
const PLACE =
  /^(?:서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충북|충남|전북|전남|경북|경남|제주|수원|성남|분당|일산|고양|용인|안양|부천|평촌|신촌|강남|강동|강북|강서|송파|목동|여의도|삼성동|상계|천안|청주|전주|창원|포항|춘천|원주|의정부|순천향|연세|고려|한양|이화|건국|아주|서울대|[가-힣]{1,6}(?:특별시|광역시|시|구|군|동|읍|면|대학교|대학|대|병원|의료원|의대|재단|성모))$/
/** Fillers, labels and words with a particle or ending. */
const NOT_OF_THE_NAME =
  /^(?:네|예|아니요|그|이|저|음|어|여기|거기|그냥|근처|어느|무슨|일단|안녕하세요|혹시|지금)$|(?:은|는|이|가|을|를|에|에서|요|고|님|도|까지|으로|하고|랑|다|죠|데)$/
/** Bare words that are no hall by themselves. */
const NO_NAME = /^(?:그|이|저|어느|무슨|대학|종합|요양|큰|근처)?(?:장례식장|병원|의료원)$/

/** @param asked the question was where to send it: any name counts. */
export function findFuneralHall(text: string, asked: boolean): Found | undefined {
  return bySuffix(text) ?? byLabel(text) ?? english(text) ?? (asked ? bare(text) : undefined)
}

function bySuffix(text: string): Found | undefined {
  const labelled = /장례식장(?=(?:은|는|이|가)\s)/.exec(text)
  const from = labelled === null ? 0 : labelled.index + '장례식장'.length
  const match = HALL.exec(text.slice(from))
  if (match === null) return undefined
  const start = expandLeft(
    text,
    NO_NAME.test(match[0]) ? nameBefore(text, from + match.index) : from + match.index,
  )
  const words = text.slice(start, from + match.index + match[0].length)
  const value = words
    .trim()
    .replace(/^(?:은|는|이|가)\s*/, '')
    .replaceAll(/\s+/g, ' ')
  if (NO_NAME.test(value)) return undefined
  const tail =
    /^(?:이라는\s*곳|으로|로|에|이에요|예요|입니다|이고요|고요|이요|요)*/.exec(
      text.slice(start + words.length),
    )?.[0] ?? ''
  return found(text, { index: start, words: words + tail }, value, 0.95)
}

/** "세브란스 장례식장": the name is the word before, unless that is of another clause. */
function nameBefore(text: string, end: number): number {
  const before = /(?:^|[\s|])([가-힣A-Za-z0-9]{2,})\s+$/.exec(text.slice(0, end))
  const word = before?.[1]
  if (before === null || word === undefined || NOT_OF_THE_NAME.test(word)) return end
  return end - before[0].trimStart().length
}

function expandLeft(text: string, end: number): number {
  let start = end
  for (let taken = 0; taken < 2; taken += 1) {
    const before = /(\S+)\s+$/.exec(text.slice(0, start))
    const word = before?.[1]
    if (before === null || word === undefined || !PLACE.test(word)) return start
    start = before.index
  }
  return start
}

function byLabel(text: string): Found | undefined {
  const match = LABELLED.exec(text)
  const name = match?.[1] === undefined ? '' : stripEndings(match[1])
  if (match === null || name.length < 2 || NO_NAME.test(name)) return undefined
  return found(text, { index: match.index, words: match[0] }, name, 0.85)
}

function english(text: string): Found | undefined {
  const match = ENGLISH.exec(text)
  const name = match?.[1]
  if (match === null || name === undefined) return undefined
  return found(
    text,
    { index: match.index, words: match[0] },
    name.replace(/^(?:At|To|The|It|Is)\s+/i, ''),
    0.9,
  )
}

function bare(text: string): Found | undefined {
  const first = text
    .split('|')
    .map((piece) => stripEndings(piece))
    .find((piece) => piece.length >= 2)
  if (first === undefined || first.length > 40 || NO_NAME.test(first)) return undefined
  return found(text, { index: text.indexOf(first), words: first }, first.replace(/(?:에|으로|로)$/, ''), 0.7)
}
