/** Checks messages as Solapi does at acceptance: what is wrong with one does not hold up the others. */
import { z } from 'zod'
import type { MessagePicture } from '../live-events.ts'
import { type AlimTalk, alimTalk, kakaoOptionsSchema } from './alimtalk.ts'

/** Bytes in EUC-KR, in which the carriers take a text. */
const SMS_BYTES = 90
const LMS_BYTES = 2_000
const MAX_MESSAGES = 10_000

export const sendRequestSchema = z.looseObject({
  messages: z.array(z.looseObject({})).min(1).max(MAX_MESSAGES),
  allowDuplicates: z.boolean().optional(),
  showMessageList: z.boolean().optional(),
  scheduledDate: z.unknown().optional(),
})

const messageSchema = z.looseObject({
  to: z.string(),
  from: z.string().optional(),
  text: z.string().optional(),
  subject: z.string().optional(),
  type: z.enum(['SMS', 'LMS', 'MMS', 'ATA']).optional(),
  imageId: z.string().optional(),
  customFields: z.record(z.string(), z.string()).optional(),
  kakaoOptions: kakaoOptionsSchema.optional(),
})

export type MessageType = 'SMS' | 'LMS' | 'MMS' | 'ATA'

export interface CheckedMessage {
  readonly to: string
  readonly from: string
  readonly text: string
  readonly type: MessageType
  readonly customFields: Readonly<Record<string, string>> | undefined
  /** Of an MMS. */
  readonly picture?: MessagePicture
  /** Of an ATA. */
  readonly alimTalk?: AlimTalk
  /** `2000` when accepted. */
  readonly statusCode: string
  readonly statusMessage: string
}

export const ACCEPTED = '2000'
export const DELIVERED = '4000'
/** Delivery failed: the number is not in use. */
export const UNREACHABLE = '3104'
/** Delivery failed: the phone or its carrier does not take the picture. */
export const MMS_REFUSED = '3054'
/** Kakao could not deliver: no KakaoTalk on this phone, or the channel is blocked. */
export const ATA_REFUSED = '3103'

/** What checking needs to know of the account. */
export interface SendingAccount {
  /** Numbers registered as senders, digits only. */
  readonly senders: readonly string[]
  /** An uploaded picture. */
  readonly pictureOf: (imageId: string) => MessagePicture | undefined
}

/** Length in EUC-KR: one byte for ASCII, two for everything else. */
export function eucKrBytes(text: string): number {
  let bytes = 0
  for (const char of text) bytes += (char.codePointAt(0) ?? 0) < 0x80 ? 1 : 2
  return bytes
}

export function checkMessage(message: unknown, account: SendingAccount): CheckedMessage {
  const parsed = messageSchema.safeParse(message)
  if (!parsed.success) {
    const to = z.looseObject({ to: z.string() }).safeParse(message)
    return refuse(
      { to: to.success ? to.data.to : '', from: '', text: '', type: 'SMS', customFields: undefined },
      '1010',
      '필수 입력 값이 입력되지 않았거나 형식이 올바르지 않습니다.',
    )
  }
  const { to, from = '', text = '', imageId, kakaoOptions, customFields } = parsed.data
  const bytes = eucKrBytes(text)
  const type = parsed.data.type ?? detectType(bytes, imageId !== undefined, kakaoOptions !== undefined)
  const base = { to, from, text, type, customFields }
  const isRegistered = account.senders.includes(from)
  if (!/^0\d{8,11}$/.test(to)) return refuse(base, '1013', '수신번호 형식이 올바르지 않습니다.')
  if (type === 'ATA') {
    const talk = kakaoOptions === undefined ? 'kakaoOptions가 필요합니다.' : alimTalk(kakaoOptions)
    if (typeof talk === 'string') return refuse(base, '1010', talk)
    // Only the text that makes a failure good is sent from a number.
    if (talk.fallsBack && !isRegistered) return refuse(base, '1062', '등록되지 않은 발신번호입니다.')
    return accept({ ...base, alimTalk: talk })
  }
  if (!isRegistered) return refuse(base, '1062', '등록되지 않은 발신번호입니다.')
  if (text.trim() === '') return refuse(base, '1010', '메시지 내용이 없습니다.')
  if (type === 'SMS' && bytes > SMS_BYTES)
    return refuse(base, '1026', `SMS는 ${SMS_BYTES}바이트까지 보낼 수 있습니다.`)
  if (bytes > LMS_BYTES) return refuse(base, '1026', `메시지는 ${LMS_BYTES}바이트까지 보낼 수 있습니다.`)
  if (type !== 'MMS') return accept(base)
  const picture = imageId === undefined ? undefined : account.pictureOf(imageId)
  return picture === undefined
    ? refuse(base, '1024', 'MMS에 넣을 이미지를 찾을 수 없습니다.')
    : accept({ ...base, picture })
}

/** How the text goes that makes a failed AlimTalk good. */
export function fallbackOf(message: CheckedMessage): { readonly type: MessageType; readonly text: string } {
  const text = message.text.trim() === '' ? (message.alimTalk?.text ?? '') : message.text
  return { type: eucKrBytes(text) > SMS_BYTES ? 'LMS' : 'SMS', text }
}

function detectType(bytes: number, hasImage: boolean, hasTemplate: boolean): MessageType {
  if (hasTemplate) return 'ATA'
  if (hasImage) return 'MMS'
  return bytes > SMS_BYTES ? 'LMS' : 'SMS'
}

const accept = (base: Omit<CheckedMessage, 'statusCode' | 'statusMessage'>): CheckedMessage => ({
  ...base,
  statusCode: ACCEPTED,
  statusMessage: '정상 접수(이통사로 접수 예정)',
})

function refuse(
  base: Omit<CheckedMessage, 'statusCode' | 'statusMessage'>,
  statusCode: string,
  statusMessage: string,
): CheckedMessage {
  return { ...base, statusCode, statusMessage }
}

const CHARGE_TYPES = [
  'sms',
  'lms',
  'mms',
  'ata',
  'cta',
  'cti',
  'nsa',
  'rcs_sms',
  'rcs_lms',
  'rcs_mms',
  'rcs_tpl',
] as const

/** `groupInfo` of the answer. */
export function groupInfo(groupId: string, at: string, messages: readonly CheckedMessage[]): object {
  const failed = messages.filter((message) => message.statusCode !== ACCEPTED).length
  const charged = Object.fromEntries(CHARGE_TYPES.map((type) => [type, {} as Record<string, number>]))
  for (const message of messages) {
    if (message.statusCode !== ACCEPTED) continue
    const byCountry = charged[message.type.toLowerCase()]
    if (byCountry !== undefined) byCountry['82'] = (byCountry['82'] ?? 0) + 1
  }
  return {
    groupId,
    accountId: 'STANDIN',
    apiVersion: '4',
    status: 'SENDING',
    dateSent: at,
    dateCompleted: null,
    dateCreated: at,
    dateUpdated: at,
    isRefunded: false,
    allowDuplicates: false,
    flagUpdated: false,
    count: {
      total: messages.length,
      sentTotal: 0,
      sentFailed: 0,
      sentSuccess: 0,
      sentPending: 0,
      sentReplacement: 0,
      refund: 0,
      registeredFailed: failed,
      registeredSuccess: messages.length - failed,
    },
    countForCharge: charged,
    balance: { requested: 0, replacement: 0, refund: 0, sum: 0 },
    point: { requested: 0, replacement: 0, refund: 0, sum: 0 },
    app: { profit: {}, appId: null },
    log: [],
  }
}
