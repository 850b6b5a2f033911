/** Brings what is written in a chat to the customer: by text message, or to Kakao's callback. */
import { activityInfo } from '@temporalio/activity'
import type { Settings } from '../config/settings.ts'
import type { Database } from '../db/database.ts'
import type { DataKeys } from '../db/encryption.ts'
import { openChatMessage, settleKakaoAnswered, tellThread } from '../db/queries/chat-outgoing.ts'
import { kakaoText } from '../domain/kakao-skill.ts'
import { PARTIES } from '../domain/parties.ts'
import { LMS_MAX_BYTES, splitToBytes } from '../domain/text-message.ts'
import type { ChatMessageInput } from './chat.ts'
import { callJson, PartyError } from './http.ts'
import type { SolapiClient } from './solapi-client.ts'
import { createTextSender } from './text-sender.ts'

export interface PostCallbackInput extends ChatMessageInput {
  readonly url: string
  /** ISO 8601: Kakao takes nothing later. */
  readonly until: string
}

/** The activities of this file, for `proxyActivities` in workflows. */
export interface ChatDeliveryActivities {
  /** Sends it once; a long text goes in several messages. Fails for good when the carrier refuses. */
  sendChatText(input: ChatMessageInput): Promise<void>
  /** Posts it once to the address that Kakao gave with the request. */
  postKakaoCallback(input: PostCallbackInput): Promise<'posted' | 'too_late'>
}

export interface ChatDeliveryDependencies {
  readonly db: Database
  readonly keys: DataKeys
  readonly solapi: Pick<SolapiClient, 'send' | 'find'>
  readonly company: Settings['company']
  /** As of Date.now(). */
  readonly now?: () => number
}

const CALLBACK_TIMEOUT_MS = 10_000

export function createChatDeliveryActivities(deps: ChatDeliveryDependencies): ChatDeliveryActivities {
  const { db, keys, solapi, company } = deps
  const now = deps.now ?? Date.now
  const sendText = createTextSender({ db, solapi, from: company.phone })

  return {
    async sendChatText(input) {
      const parts = splitToBytes(input.body, LMS_MAX_BYTES)
      for (const [index, body] of parts.entries()) {
        const key = index === 0 ? input.key : `${input.key}:${index + 1}`
        const row = await openChatMessage(db, keys, { ...input, key, body }, input)
        if (row.status === 'sent' || row.status === 'delivered') continue
        try {
          await sendText(row, { key, to: input.to, body, subject: company.name })
        } finally {
          await tellThread(db, row.threadRow)
        }
      }
    },

    async postKakaoCallback(input) {
      const row = await openChatMessage(db, keys, input, input)
      if (row.status === 'delivered') return 'posted'
      if (Date.parse(input.until) <= now()) return 'too_late'
      try {
        await callJson<unknown>({
          party: PARTIES.kakao,
          method: 'POST',
          url: input.url,
          headers: {},
          body: kakaoText(input.body),
          timeoutMs: CALLBACK_TIMEOUT_MS,
        })
      } catch (error) {
        if (!(error instanceof PartyError) || error.retryable) throw error
        // Kakao takes one post: refused after a try whose answer was lost, that one has arrived.
        if (activityInfo().attempt === 1) return 'too_late'
      }
      await settleKakaoAnswered(db, row.id, row.threadRow)
      return 'posted'
    },
  }
}
