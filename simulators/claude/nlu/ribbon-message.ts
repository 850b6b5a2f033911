/** The text on the ribbon. */
import { stripEndings, stripFillers } from './endings.ts'
import { type Found, found } from './found.ts'

/** What is written when the customer leaves the text to us. */
export const USUAL_MESSAGE = '삼가 고인의 명복을 빕니다'

const REQUESTED =
  /(?:리본\s*)?(?:문구|글귀|리본|조문)(?:에는|에다가|에|은|는|을|를|로는|가|이)?\s*["“'‘]?([^|]+?)["”'’]?\s*(?:이?라고|으?로|이렇게|이요|요)?\s*(?:좀\s*)?(?:해|써|적어|넣어|새겨|부탁|달아|바꿔|고쳐|변경)\s*(?:주세요?|주시면\s*(?:돼요|됩니다)|주십시오|주시고요?|주고요?|주시겠어요|줘요|드려요|드립니다|주실래요)/
const LABELLED = /(?:리본\s*)?(?:문구|글귀)(?:에는|은|는|이|가)\s*["“'‘]?([^|.!?]+)/
const QUOTED_REQUEST =
  /["“'‘]?([^|"“”'‘’.!?]{4,60}?)["”'’]?\s*(?:이?라고|으로|로)\s*(?:좀\s*)?(?:써|적어|새겨)\s*(?:주세요?|주시면|주십시오|주시고)/
const FORMULA =
  /(?:삼가\s*)?(?:(?:故人|고인|할머님|할아버님|어머님|아버님)의\s*)?(?:명복을\s*빕니다|조의를\s*표합니다|애도를\s*표합니다|영면을\s*기원합니다|추모합니다)|편히\s*(?:잠드소서|쉬소서|쉬세요)|영면하소서|근조(?!\s*화환|\s*[가-힣]*화환)|謹弔|부의(?=$|[\s|])/
const USUAL =
  /(?:기본|일반적인|보통|평범하게|무난하게|제일\s*많이|많이\s*쓰는|알아서|그냥\s*일반|아무거나|추천|usual|standard|default)/i
const ENGLISH =
  /\b(?:ribbon|message|text)\s+(?:should\s+(?:say|read)|says?|reads?|is|:)\s*["“]?([^|"”]+?)["”.]?$/i

/** @param asked the question was what to write (the whole answer counts), something else, or nothing particular. */
export function findRibbonMessage(text: string, asked: 'this' | 'other' | 'nothing'): Found | undefined {
  return (
    labelled(text, asked === 'other') ??
    formula(text, asked === 'this') ??
    (asked === 'this' ? wholeAnswer(text) : undefined)
  )
}

/** "…라고 적어 주세요" answers other questions as well: then it is no ribbon text. */
function labelled(text: string, otherAsked: boolean): Found | undefined {
  const quoted = otherAsked ? null : QUOTED_REQUEST.exec(text)
  const requested = REQUESTED.exec(text) ?? quoted
  const match = requested ?? ENGLISH.exec(text) ?? LABELLED.exec(text)
  if (match === null) return undefined
  // Before "…로 해 주세요" stands the text and nothing else.
  const value = requested === null ? clean(match[1] ?? '') : plain(match[1] ?? '')
  if (value.length < 2 || /^(?:뭐|무슨|어떻게|어떤|그렇게|그대로|그걸로|이대로)/.test(value)) return undefined
  if (USUAL.test(value)) return found(text, { index: match.index, words: match[0] }, USUAL_MESSAGE, 0.8)
  return found(text, { index: match.index, words: match[0] }, value, 0.95)
}

function formula(text: string, asked: boolean): Found | undefined {
  const match = FORMULA.exec(text)
  if (match === null) return undefined
  if (!asked) return found(text, { index: match.index, words: match[0] }, match[0], 0.9)
  // With a signature around it: "삼가 고인의 명복을 빕니다 한빛상사 임직원 일동".
  const piece = text.split('|').find((part) => part.includes(match[0])) ?? match[0]
  const value = clean(piece)
  return found(text, { index: text.indexOf(piece), words: piece }, value === '' ? match[0] : value, 0.95)
}

function wholeAnswer(text: string): Found | undefined {
  if (/^(?:네[\s,]*)?(?:그렇게|그대로|그걸로|이대로)/.test(text)) return undefined
  const piece = text
    .split('|')
    .map((part) => part.trim())
    .find((part) => clean(part).length >= 2)
  if (piece === undefined) return undefined
  if (USUAL.test(piece)) return found(text, { index: text.indexOf(piece), words: piece }, USUAL_MESSAGE, 0.8)
  return found(text, { index: text.indexOf(piece), words: piece }, clean(piece), 0.8)
}

function clean(words: string): string {
  const bare = withoutLabel(words)
  // "빕니다" closes the text itself; only what follows it is the request.
  const closed =
    /^(.*(?:빕니다|표합니다|기원합니다|추모합니다|소서))(?:이?라고|로|요|이요|입니다|예요)?(?:\s*(?:좀\s*)?(?:해|써|적어|넣어|부탁)\s*(?:주세요?|드려요|드립니다|줘요|주시면.*|주시고.*))?$/.exec(
      bare,
    )
  return plain(closed?.[1] ?? stripEndings(bare))
}

function withoutLabel(words: string): string {
  return stripFillers(words).replace(/^(?:리본\s*)?(?:문구|글귀|리본)(?:에는|에|은|는|을|를|이|가)?\s+/, '')
}

function plain(words: string): string {
  return withoutLabel(words)
    .replaceAll(/["“”'‘’]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
