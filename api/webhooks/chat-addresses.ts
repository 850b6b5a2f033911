/** From what a channel calls somebody to the ids of their thread and messages. */
import { createHash } from 'node:crypto'
import { type DataKeys, decryptText, keyedHash, phoneHash } from '../../db/encryption.ts'
import {
  type MessageId,
  makeMessageId,
  makeThreadId,
  parseThreadId,
  type ThreadId,
} from '../../domain/ids.ts'
import type { ThreadAddress } from '../chat-workflows.ts'
import { chatChannelSchema } from '../schemas/chats.ts'

/** @param number national digits. */
export const smsThread = (number: string, keys: DataKeys): ThreadAddress => ({
  threadId: makeThreadId('sms', phoneHash(number, keys)),
  channel: 'sms',
  address: number,
})

/** @param userKey the bot's key of the user: the same person has another one with another bot. */
export const kakaoThread = (userKey: string, keys: DataKeys): ThreadAddress => ({
  threadId: makeThreadId('kakao', keyedHash('kakao user', userKey, keys)),
  channel: 'kakao',
  address: userKey,
})

/** Of a row of `chat_threads`. */
export const threadAddress = (
  row: { readonly thread_id: string; readonly channel: string; readonly address: string },
  keys: DataKeys,
): ThreadAddress => ({
  threadId: parseThreadId(row.thread_id),
  channel: chatChannelSchema.parse(row.channel),
  address: decryptText(row.address, keys),
})

/** The same for a doubled webhook. @param carrierId whatever names the message at its sender. */
export const messageIdOf = (threadId: ThreadId, carrierId: string): MessageId =>
  makeMessageId(createHash('sha256').update(`${threadId}\n${carrierId}`).digest('hex'))
