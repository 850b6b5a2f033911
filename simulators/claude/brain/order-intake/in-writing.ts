/** The order intake in a chat: everything that is missing is asked for at once, the order is repeated line by line. */
import type { OrderField, OrderFields } from '../../../../domain/order.ts'
import { asObject, koreanPhone, koreanTime, koreanWon } from '../spoken-korean.ts'
import type { Phrases } from './phrases.ts'
import { ENGLISH } from './phrases-en.ts'
import { KOREAN } from './phrases-ko.ts'

const LABELS: Readonly<Record<OrderField, string>> = {
  orderer: '보내시는 분',
  recipient: '받으시는 분',
  destination: '장소',
  room: '호실',
  message: '리본 문구',
  deliver_by: '도착 희망',
  phone: '연락처',
}
const WANTED_KO: Readonly<Record<OrderField, string>> = {
  ...LABELS,
  orderer: '보내시는 분 성함',
  recipient: '고인이나 받으시는 분 성함',
  destination: '장례식장 이름',
  deliver_by: '도착 희망 시간',
}
const WANTED_EN: Readonly<Record<OrderField, string>> = {
  orderer: 'your name',
  recipient: 'the name of the deceased',
  destination: 'the funeral hall',
  room: 'the room number',
  message: 'the ribbon text',
  deliver_by: 'by when it should arrive',
  phone: 'your phone number',
}

function shown(field: OrderField, order: OrderFields, now: string): string {
  const value = order[field] ?? ''
  if (field === 'phone') return koreanPhone(value)
  return field === 'deliver_by' ? `${koreanTime(value, now)}까지` : value
}

const linesOf = (fields: readonly OrderField[], order: OrderFields, now: string): string =>
  fields.map((field) => `${LABELS[field]}: ${shown(field, order, now)}`).join('\n')

const WRITTEN_KO: Phrases = {
  ...KOREAN,
  askOwnNumber: ['연락처는 지금 문자 주신 번호로 할까요?', '연락은 문자 주신 번호로 드리면 될까요?'],
  readBack: (order, now, priceWon) =>
    `주문 내용을 확인해 드리겠습니다.\n${linesOf(Object.keys(LABELS) as OrderField[], order, now)}\n` +
    `금액: ${koreanWon(priceWon)}\n모두 맞으신가요?`,
  readBackChanged: (changed, order, now) =>
    `네, 이렇게 고치겠습니다.\n${linesOf(changed, order, now)}\n이제 모두 맞으신가요?`,
  // The result of the tool says what is to be written.
  confirming: ['', ''],
  systemRefused:
    '죄송합니다, 지금 저희 시스템에 문제가 있어 처리하지 못했습니다. 담당자가 곧 연락드리겠습니다.',
  askAnythingElse: [
    '더 필요하신 것이 있으면 언제든 메시지를 보내 주십시오.',
    '궁금하신 점은 언제든 메시지로 보내 주십시오.',
  ],
  goodbyePlaced: ['네, 정성껏 준비하겠습니다. 감사합니다.', '네, 이용해 주셔서 감사합니다.'],
  goodbyeOpen: [
    '네, 알겠습니다. 언제든 다시 메시지 주십시오.',
    '네, 감사합니다. 언제든 다시 메시지 주십시오.',
  ],
  goodbyeCancelled: '네, 알겠습니다. 주문은 진행하지 않겠습니다.',
  goodbyeIncomplete: '그럼 확인하신 뒤 다시 메시지 주십시오. 보내 주신 내용은 남겨 두겠습니다.',
  notUnderstood: ['죄송합니다, 잘 이해하지 못했습니다.', '죄송합니다, 무슨 말씀인지 알기 어렵습니다.'],
  ownNumberUnknown: '죄송합니다, 여기에서는 고객님의 번호를 알 수 없습니다.',
  waiting: '네, 천천히 확인하시고 보내 주십시오.',
  warnAbuse: '그런 말씀을 계속하시면 상담을 마치겠습니다.',
  goodbyeAbuse: '상담을 마치겠습니다.',
}

const WRITTEN_EN: Phrases = {
  ...ENGLISH,
  askOwnNumber: [
    'Shall we use the number you are using now?',
    'Can we reach you at the number you are using?',
  ],
  confirming: ['', ''],
}

/** The words of a language, written instead of spoken. */
export const inWriting = (phrases: Phrases): Phrases => (phrases === ENGLISH ? WRITTEN_EN : WRITTEN_KO)

export interface AskInWriting {
  readonly missing: readonly OrderField[]
  readonly english: boolean
  /** The number they write from is known and has not been offered yet. */
  readonly offerOwnNumber: string | null
}

/** One question for all of it; a single field is asked for as on the telephone (undefined). */
export function askInWriting({ missing, english, offerOwnNumber }: AskInWriting): string | undefined {
  const asked = offerOwnNumber === null ? missing : missing.filter((field) => field !== 'phone')
  if (asked.length === 0) return offerOwnNumber ?? undefined
  if (asked.length === 1 && asked.length === missing.length) return undefined
  const names = asked.map((field) => (english ? WANTED_EN : WANTED_KO)[field]).join(', ')
  const question = english ? `Could you please tell us ${names}?` : `${asObject(names)} 알려 주세요.`
  return missing.includes('phone') && offerOwnNumber !== null ? `${question} ${offerOwnNumber}` : question
}

/** What was read from a picture, to be checked by who sent it. */
export function pictureRead(
  fields: readonly OrderField[],
  order: OrderFields,
  now: string,
  english: boolean,
): string {
  return english
    ? `From your picture I read: ${fields.map((field) => order[field]).join(', ')}. Please say so if anything is different.`
    : `보내 주신 사진에서 이렇게 읽었습니다.\n${linesOf(fields, order, now)}\n다른 점이 있으면 말씀해 주십시오.`
}

export const pictureUnreadable = (english: boolean): string =>
  english ? 'I am sorry, I could not read your picture.' : '죄송합니다, 보내 주신 사진을 읽지 못했습니다.'
