/**
 * What was heard with little confidence does not count before the customer has agreed to it: it is read back, names
 * spelled and numbers digit by digit. The model says the sentence; when it is due, and what settles it, is decided here.
 */
import { confidenceOf, type HeardWord } from './heard-words.ts'
import { spellKorean } from './korean-spelling.ts'
import type { OrderField } from './order.ts'
import { formatPhone, normalizePhone } from './phone-number.ts'
import type { TalkLanguage } from './talk-language.ts'

/** Below it, words may well have been other words. 0 to 1. */
export const UNSURE_BELOW = 0.6

/** Those that a voice can get wrong without anybody noticing; a wanted time is told in words of its own, with the whole order. */
const READ_BACK_FIELDS = ['orderer', 'recipient', 'destination', 'room', 'message', 'phone'] as const
type ReadBackField = (typeof READ_BACK_FIELDS)[number]
const isReadBack = (field: OrderField): field is ReadBackField =>
  (READ_BACK_FIELDS as readonly OrderField[]).includes(field)

/** A value as it was heard. */
export interface Heard {
  readonly value: string
  /** The customer's own words. */
  readonly words: string
  /** 0-1: of the recogniser and of the model, whichever is less sure. */
  readonly confidence: number
  readonly atMs?: number
}

/** What the recogniser tells of a turn. */
export interface Hearing {
  /** Of all that was said, 0-1; null where nothing was recognised (a key, a text). */
  readonly confidence: number | null
  /** Of single words, where it tells. */
  readonly heard?: readonly HeardWord[]
}

/** Values that were heard in doubt and not agreed to since. */
export type Doubts = Readonly<Partial<Record<OrderField, Heard>>>

export type Judgement<Told extends Heard> =
  /** It counts as it is. */
  | { readonly kind: 'sure'; readonly told: Told }
  /** It was in doubt and was agreed to: it keeps the words and the confidence of its first hearing. */
  | { readonly kind: 'confirmed'; readonly told: Told }
  | { readonly kind: 'unsure'; readonly told: Told }

/**
 * The words that the value rests on tell how surely it was heard; all that was said in the turn tells only where nobody knows of
 * single words, so that a mumbled "저기요" does not put a clear name in doubt, nor clear words hide a mumbled name.
 * @param told what was understood now. @param turn what was recognised.
 */
export function judgeHearing<Told extends Heard>(
  field: OrderField,
  told: Told,
  turn: Hearing,
  doubts: Doubts,
): Judgement<Told> {
  const confidence = Math.min(told.confidence, confidenceIn(turn, told) ?? 1)
  const before = doubts[field]
  if (before !== undefined && isSame(field, before.value, told.value)) {
    // A clear yes, or the same heard again by itself: an unclear yes may have been a no.
    if (confidence >= UNSURE_BELOW || saysIt(field, told)) {
      const { words, confidence: first, atMs } = before
      const moment = atMs === undefined ? {} : { atMs }
      return {
        kind: 'confirmed',
        told: { ...told, value: before.value, words, confidence: first, ...moment },
      }
    }
  }
  const heard = { ...told, confidence }
  return confidence < UNSURE_BELOW && isReadBack(field)
    ? { kind: 'unsure', told: heard }
    : { kind: 'sure', told: heard }
}

/** @returns null where nothing was recognised. */
export const confidenceIn = (
  { confidence, heard = [] }: Hearing,
  { value, words }: Pick<Heard, 'value' | 'words'>,
): number | null => confidenceOf(value, words, heard) ?? confidence

const plain = (field: OrderField, value: string): string =>
  field === 'phone'
    ? (normalizePhone(value) ?? value.replace(/\D/g, ''))
    : value
        .normalize('NFC')
        .replace(/[\s\p{P}]/gu, '')
        .toLowerCase()

function isSame(field: OrderField, one: string, other: string): boolean {
  const plainly = plain(field, one)
  return one === other || (plainly !== '' && plainly === plain(field, other))
}

function saysIt(field: OrderField, { value, words }: Heard): boolean {
  const wanted = plain(field, value)
  return wanted !== '' && plain(field, words).includes(wanted)
}

/** The doubts that are left after a judgement. */
export function doubtsAfter(doubts: Doubts, field: OrderField, judgement: Judgement<Heard>): Doubts {
  const { [field]: _, ...others } = doubts
  if (judgement.kind !== 'unsure') return others
  const { value, words, confidence, atMs } = judgement.told
  return { ...others, [field]: { value, words, confidence, ...(atMs === undefined ? {} : { atMs }) } }
}

/** Longer ones are no names any more: spelling them would take minutes. Syllables or letters. */
const MAX_SPELLED = 6

const KOREAN_SUBJECT: Readonly<Record<ReadBackField, string>> = {
  orderer: '보내시는 분 성함을 확인하겠습니다.',
  recipient: '받으시는 분 성함을 확인하겠습니다.',
  destination: '장례식장을 확인하겠습니다.',
  room: '호실을 확인하겠습니다.',
  message: '리본 문구를 확인하겠습니다.',
  phone: '전화번호를 확인하겠습니다.',
}
const NAMES: Readonly<Record<Exclude<TalkLanguage, 'ko'>, Readonly<Record<ReadBackField, string>>>> = {
  en: {
    orderer: "the sender's name",
    recipient: "the recipient's name",
    destination: 'the funeral hall',
    room: 'the room',
    message: 'the ribbon text',
    phone: 'the phone number',
  },
  ja: {
    orderer: 'ご注文の方のお名前',
    recipient: 'お届け先のお名前',
    destination: '葬儀場',
    room: 'お部屋',
    message: 'リボンの文字',
    phone: 'お電話番号',
  },
  zh: {
    orderer: '送花人的姓名',
    recipient: '收花人的姓名',
    destination: '殡仪馆',
    room: '房间号',
    message: '挽联文字',
    phone: '电话号码',
  },
}

const digits = (value: string): string => formatPhone(normalizePhone(value) ?? value)

/** Name, spelled where it is short enough: "홍길동 님: 홍수 할 때 홍, …". */
function koreanName(value: string): string {
  const name = value.replace(/^(고|故|상주)\s+/, '')
  const length = [...name].filter((character) => /[가-힣\p{Script=Latin}]/u.test(character)).length
  return length > 0 && length <= MAX_SPELLED ? `${spellKorean(name)}, ${value} 님` : `${value} 님`
}

/**
 * Sentences that read a value back and ask whether it is right, as somebody on the telephone says them.
 * @example readBackSentence('phone', '01012345678', 'ko') // '전화번호를 확인하겠습니다. 010-1234-5678, 맞으세요?'
 */
export function readBackSentence(field: OrderField, value: string, language: TalkLanguage): string {
  const spoken = field === 'phone' ? digits(value) : value
  // Never in doubt by itself (`judgeHearing`): said as it is.
  if (!isReadBack(field)) return spoken
  switch (language) {
    case 'ko': {
      const isName = field === 'orderer' || field === 'recipient'
      return `${KOREAN_SUBJECT[field]} ${isName ? koreanName(value) : spoken}, 맞으세요?`
    }
    case 'en':
      return `Let me check ${NAMES.en[field]}: ${latinSpelled(spoken)}. Is that correct?`
    case 'ja':
      return `${NAMES.ja[field]}を確認いたします。${spoken}、でよろしいでしょうか?`
    case 'zh':
      return `我确认一下${NAMES.zh[field]}:${spoken},对吗?`
  }
}

/** "John Kim, J, O, H, N, K, I, M" for a short name in Latin letters; numbers are read by their digits anyway. */
function latinSpelled(text: string): string {
  if (/^[\d\s-]+$/.test(text)) return [...text].filter((char) => /\d/.test(char)).join(' ')
  const letters = [...text].filter((character) => /\p{Script=Latin}/u.test(character))
  const isName = letters.length > 0 && letters.length <= 2 * MAX_SPELLED && !/\d/.test(text)
  return isName ? `${text}, ${letters.join(', ').toUpperCase()}` : text
}

/** One sentence of all that is in doubt, for the model. */
export const readBacks = (doubts: Doubts, language: TalkLanguage) =>
  READ_BACK_FIELDS.flatMap((field) => {
    const heard = doubts[field]
    return heard === undefined
      ? []
      : [{ field, value: heard.value, say: readBackSentence(field, heard.value, language) }]
  })
