/** Recognises in the words of the last answer which question is open. */
import type { OrderField } from '../../../../domain/order.ts'

/**
 * `read_back`: is all this right? `which_part`: what shall be corrected? `own_number`: use the number you call
 * from? `anything_else`: after the order is placed.
 */
export type OpenQuestion = OrderField | 'own_number' | 'read_back' | 'which_part' | 'anything_else'

const MARKS: ReadonlyArray<readonly [OpenQuestion, RegExp]> = [
  ['anything_else', /더\s*(?:필요|도와|궁금|말씀)|anything else/i],
  ['which_part', /어느\s*부분|어떤\s*부분|which part/i],
  ['read_back', /맞으신가요|맞을까요|맞으실까요|is (?:that|everything|all of that) (?:right|correct)/i],
  ['own_number', /(?:(?:전화|문자)\s*(?:주신|거신)|거신)\s*번호|number you are (?:calling from|using)/i],
  ['phone', /전화번호|연락처|연락받|phone number/i],
  ['deliver_by', /언제까지|도착 희망 시간|몇\s*시까지|by when|what time/i],
  ['message', /문구|ribbon/i],
  ['room', /호실|which room|room number/i],
  ['destination', /장례식장|funeral hall/i],
  ['recipient', /고인|받으시는|받으실|deceased|recipient/i],
  ['orderer', /보내시는|주문하시는|your name|who is sending/i],
]
const READ_BACK_START = /확인해\s*드리겠습니다|let me read (?:it|that) back/i

/** The question at the end of what we said last; null for an open question or none. */
export function openQuestion(spoken: string): OpenQuestion | null {
  const sentences = spoken.split(/(?<=[.?!。])\s+/).filter((sentence) => /[가-힣A-Za-z]/.test(sentence))
  for (const sentence of sentences.reverse()) {
    const mark = MARKS.find(([, pattern]) => pattern.test(sentence))
    if (mark !== undefined)
      return READ_BACK_START.test(spoken) && mark[0] !== 'which_part' ? 'read_back' : mark[0]
    // Cut off in the middle of the read-back: it is still the read-back that is answered.
    if (READ_BACK_START.test(sentence)) return 'read_back'
  }
  return null
}

const FIELD_NAMES: ReadonlyArray<readonly [OrderField, RegExp]> = [
  ['room', /호실|방\s*번호|빈소|\broom\b/i],
  ['destination', /장례식장|병원|장소|주소|도착지|\b(?:hall|place|address)\b/i],
  ['message', /문구|리본|글귀|\bribbon|\bmessage\b/i],
  ['deliver_by', /시간|날짜|언제|도착|\b(?:time|date)\b/i],
  ['phone', /전화|연락처|번호|\b(?:phone|number)\b/i],
  ['recipient', /고인|받는|받으시는|수령|상주|\b(?:recipient|deceased)\b/i],
  ['orderer', /보내는|보내시는|주문자|제\s*이름|제\s*성함|\b(?:sender|my name)\b/i],
]

/** The field a caller names without a value: "호실이요". */
export function namedField(words: string): OrderField | undefined {
  return FIELD_NAMES.find(([, pattern]) => pattern.test(words))?.[0]
}

const DAY_IN_QUESTION =
  /(오늘|내일\s*모레|내일|모레|글피|\S*요일|\d+월 \d+일|today|tomorrow)(?=\s*(?:몇\s*시|,? what time))/i

/** "내일 몇 시까지…": the day that an answer without one refers to. */
export function dayInQuestion(spoken: string): string | undefined {
  return DAY_IN_QUESTION.exec(spoken)?.[1]
}
