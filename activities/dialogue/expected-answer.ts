/** What kind of answer our last words ask for: it says how soon an answer can be whole. Pure. */
import { splitSentences } from '../claude/sentences.ts'

export type ExpectedAnswer =
  /** "네" is all that is needed. */
  | 'yes_no'
  /** The same, but a "no" says what is wrong: an order was read back. */
  | 'check'
  | 'name'
  /** A telephone number. */
  | 'number'
  /** A hall, or an address. */
  | 'place'
  | 'room'
  | 'time'
  /** Words to be written on a ribbon: sentences in themselves. */
  | 'text'
  /** Nothing was asked, or anything may be answered. */
  | 'open'

const IS_QUESTION =
  /\?$|(말씀|알려|불러|가르쳐)[가-힣\s]*(주세요|주십시오|주시겠어요)[.!]?$|^(please|may|could|can) .*(tell|give|have)\b/i
const ASKS_FOR_A_WORD =
  /무엇|무슨|뭐|뭘|어디|누구|언제|몇|어떻게|어느|어떤|성함|말씀|알려|불러|\b(what|which|who|whom|where|when|how)\b/i
const CHECK =
  /맞(으신|으세|으시|나요|습니까|을까요|죠|지요|는지|아요)|틀린\s*(곳|부분|점)|이대로|\bcorrect\?|\bright\?/i

/** The first that fits decides: "보내시는 분 연락처" is a number, "장례식장 몇 호실" a room. */
const KINDS: readonly (readonly [ExpectedAnswer, RegExp])[] = [
  ['number', /번호|연락처|\bnumber\b/i],
  ['text', /문구|리본|글귀|\bribbon\b|\bwording\b/i],
  ['room', /호실|몇\s*호|빈소|\broom\b/i],
  ['time', /언제|몇\s*시|시간|시각|\bwhen\b|\bwhat time\b/i],
  ['place', /장례식장|어디|주소|도착지|병원|\bwhere\b|\baddress\b|\bfuneral h/i],
  ['name', /성함|이름|누구|어느\s*분|\bname\b|\bwhom?\b/i],
]

/**
 * @param spoken what the caller heard of our last words; null when they cut them.
 * @example expectedAnswer('네, 알겠습니다. 연락처가 어떻게 되세요?') // 'number'
 */
export function expectedAnswer(spoken: string | null): ExpectedAnswer {
  const question = splitSentences(spoken ?? '').findLast((sentence) => IS_QUESTION.test(sentence))
  if (question === undefined) return 'open'
  if (CHECK.test(question)) return 'check'
  if (!ASKS_FOR_A_WORD.test(question)) return 'yes_no'
  return KINDS.find(([, cue]) => cue.test(question))?.[0] ?? 'open'
}
