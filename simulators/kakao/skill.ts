/** The skill webhook of Kakao's chatbot: what is asked, and what may be answered. */
import { createHash } from 'node:crypto'
import { z } from 'zod'

/** Kakao waits so long for the one answer at the callback address. */
export const CALLBACK_LIMIT_MS = 60_000

const MAX_TEXT = 1_000
const MAX_OUTPUTS = 3
const MAX_QUICK_REPLIES = 10
const MAX_LABEL = 14

const outputSchema = z.union([
  z.strictObject({ simpleText: z.strictObject({ text: z.string().min(1).max(MAX_TEXT) }) }),
  z.strictObject({ simpleImage: z.strictObject({ imageUrl: z.url(), altText: z.string().max(MAX_TEXT) }) }),
])

const quickReplySchema = z.strictObject({
  label: z.string().min(1).max(MAX_LABEL),
  action: z.literal('message'),
  messageText: z.string().min(1).max(MAX_TEXT),
})

const templateSchema = z.strictObject({
  outputs: z.array(outputSchema).min(1).max(MAX_OUTPUTS),
  quickReplies: z.array(quickReplySchema).max(MAX_QUICK_REPLIES).optional(),
})

/** The answer itself: at once, or at the callback address. */
export const skillAnswerSchema = z.strictObject({ version: z.literal('2.0'), template: templateSchema })
export type SkillAnswer = z.infer<typeof skillAnswerSchema>

const laterSchema = z.strictObject({
  version: z.literal('2.0'),
  useCallback: z.literal(true),
  data: z.looseObject({ text: z.string().min(1).max(MAX_TEXT).optional() }).optional(),
})

/** What a skill server may answer with. */
export const skillResponseSchema = z.union([skillAnswerSchema, laterSchema])

export interface SkillRequestInput {
  /** Digits of the phone the person has KakaoTalk on; never told to the skill. */
  readonly number: string
  readonly utterance: string
  readonly pictureUrl: string | undefined
  readonly callbackUrl: string
}

const BLOCK = { id: '66f2c1d7a0b34e5f9c8d7e61', name: '폴백 블록' } as const
const BOT = { id: '66f2c1a4e81d2b3c4d5e6f70', name: '대리 화환 챗봇' } as const

/** Body of a skill request. A picture comes as the address of it, also in the words, as Kakao sends it. */
export function skillRequest({ number, utterance, pictureUrl, callbackUrl }: SkillRequestInput): object {
  const botUserKey = userKey('bot', number)
  const media = pictureUrl === undefined ? {} : { media: { type: 'image', url: pictureUrl } }
  return {
    intent: { ...BLOCK, extra: { reason: { code: 1, message: 'OK' } } },
    userRequest: {
      timezone: 'Asia/Seoul',
      block: BLOCK,
      utterance: pictureUrl ?? utterance,
      lang: 'ko',
      params: { surface: 'Kakaotalk.plusfriend', ...media },
      user: {
        id: botUserKey,
        type: 'botUserKey',
        properties: { botUserKey, plusfriendUserKey: userKey('plusfriend', number), isFriend: true },
      },
      callbackUrl,
    },
    bot: BOT,
    action: {
      id: '66f2c20bb1f24d6e8a9b0c12',
      name: '주문 상담',
      params: {},
      detailParams: {},
      clientExtra: {},
    },
  }
}

/** The same for the same person, without telling who it is. */
function userKey(kind: 'bot' | 'plusfriend', number: string): string {
  return createHash('sha256').update(`${kind} ${number}`).digest('hex').slice(0, 32)
}
