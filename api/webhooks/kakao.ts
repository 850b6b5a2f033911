/**
 * The skill webhook of our Kakao channel. Kakao waits five seconds for an answer: it comes in time, or Kakao is told
 * that it follows at the callback, or the customer is told the truth. The message itself is kept in any case.
 */
import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type ArrivedMessage, inboundTaken, keepInboundMessage } from '../../db/queries/chat-inbound.ts'
import {
  type ChatAnswer,
  type ChatCallback,
  type InboundChatMessage,
  KAKAO_CALLBACK_LIFE_MS,
} from '../../domain/chat.ts'
import { chatLanguage, holdingText } from '../../domain/chat-texts.ts'
import { type KakaoAnswer, kakaoText, kakaoUseCallback } from '../../domain/kakao-skill.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import type { ThreadAddress } from '../chat-workflows.ts'
import type { ApiEnv } from '../context.ts'
import type { ApiDependencies } from '../dependencies.ts'
import type { ApiMetrics } from '../metrics.ts'
import type { ApiRouter } from '../routing.ts'
import { kakaoThread, messageIdOf } from './chat-addresses.ts'
import { createReception } from './reception.ts'
import { equalInConstantTime } from './signatures.ts'

const skillSchema = z.looseObject({
  userRequest: z.looseObject({
    utterance: z.string(),
    user: z.looseObject({
      id: z.string().min(1).max(200),
      properties: z.looseObject({ botUserKey: z.string().min(1).max(200).optional() }).optional(),
    }),
    params: z
      .looseObject({ media: z.looseObject({ type: z.string(), url: z.url().max(2_000) }).optional() })
      .nullish(),
    callbackUrl: z.url().max(2_000).nullish(),
  }),
})

const PARTY = 'kakao'
const MAX_TEXT = 4_000
/** Of Kakao's five seconds; the rest is for the way back. */
const ANSWER_LIMIT_MS = 4_300
const CLOCK_SLACK_MS = 500
/** Kakao gives messages no id: without a callback the same words within this are one doubled request. */
const DOUBLED_WITHIN_MS = 10_000

/** Adds the webhook. */
export function addKakao(router: ApiRouter, deps: ApiDependencies, metrics: ApiMetrics): void {
  const { settings, database, chats, logger } = deps
  const { note, refuse, read } = createReception(logger, metrics)

  router.declarePlain('webhook', 'post', '/webhooks/kakao', async (c: Context<ApiEnv>) => {
    const askedAt = deps.now().getTime()
    const token = c.req.header('x-kakao-skill-token') ?? ''
    if (!equalInConstantTime(token, settings.kakao.skillToken)) refuse(PARTY)
    const { userRequest } = read(PARTY, skillSchema, await c.req.text())
    const { thread, arrived, callback } = arrivedOf(userRequest, askedAt)
    const language = chatLanguage(arrived.text)

    let message: InboundChatMessage
    try {
      message = (await keepInboundMessage(database, settings.dataKey, arrived, callback)).message
    } catch (error) {
      logger.error({ err: error }, 'a Kakao message could not be kept')
      return c.json(kakaoText(holdingText('lost', language)))
    }
    try {
      const leftMs = ANSWER_LIMIT_MS - (deps.now().getTime() - askedAt)
      const answer = await chats.answer(thread, message, leftMs)
      await inboundTaken(database, message.messageId)
      note(PARTY, 'passed_on', { threadId: thread.threadId })
      return c.json(answerFor(answer, callback, language))
    } catch (error) {
      return c.json(withoutAnswer(thread, message, askedAt, error))
    }
  })

  /** Either the thread is slow, and has the message, or nobody can be reached, and it is kept. */
  function withoutAnswer(
    thread: ThreadAddress,
    message: InboundChatMessage,
    askedAt: number,
    error: unknown,
  ): KakaoAnswer {
    const language = chatLanguage(message.text)
    if (deps.now().getTime() - askedAt < ANSWER_LIMIT_MS - CLOCK_SLACK_MS) {
      note(PARTY, 'kept', { threadId: thread.threadId })
      logger.warn({ err: error, threadId: thread.threadId }, 'a Kakao message waits for the workflow engine')
      return kakaoText(holdingText('away', language))
    }
    // After the answer to Kakao: the thread must not come first.
    setImmediate(() => {
      handOver(thread, message).catch((failure: unknown) => {
        logger.warn({ err: failure, threadId: thread.threadId }, 'a slow thread could not be told')
      })
    })
    note(PARTY, 'passed_on', { threadId: thread.threadId, slow: true })
    return answerFor({ kind: 'later' }, message.callback, language)
  }

  async function handOver(thread: ThreadAddress, message: InboundChatMessage): Promise<void> {
    await chats.receive(thread, message)
    await chats.notDelivered(thread, message.messageId)
    await inboundTaken(database, message.messageId)
  }

  function arrivedOf(
    request: z.infer<typeof skillSchema>['userRequest'],
    atMs: number,
  ): { thread: ThreadAddress; arrived: ArrivedMessage; callback: ChatCallback | null } {
    const { utterance, user, params, callbackUrl } = request
    const thread = kakaoThread(user.properties?.botUserKey ?? user.id, settings.dataKey)
    const picture = params?.media?.type === 'image' ? params.media.url : undefined
    // Of a picture the words are its address.
    const text = utterance === picture ? '' : utterance.slice(0, MAX_TEXT)
    const carrierId = callbackUrl ?? `${Math.floor(atMs / DOUBLED_WITHIN_MS)}\n${utterance}`
    const arrived = {
      ...thread,
      messageId: messageIdOf(thread.threadId, carrierId),
      toNumber: '',
      text,
      receivedAt: new Date(atMs),
      attachments: picture === undefined ? [] : [{ url: picture, name: '' }],
    }
    const until = koreanIso(atMs + KAKAO_CALLBACK_LIFE_MS)
    const callback = callbackUrl === null || callbackUrl === undefined ? null : { url: callbackUrl, until }
    return { thread, arrived, callback }
  }
}

function answerFor(
  answer: ChatAnswer,
  callback: ChatCallback | null,
  language: ReturnType<typeof chatLanguage>,
): KakaoAnswer {
  switch (answer.kind) {
    case 'reply':
      return kakaoText(answer.text)
    case 'merged':
      return kakaoText(holdingText('merged', language))
    case 'person':
    case 'later': {
      const text = holdingText(answer.kind, language)
      return callback === null ? kakaoText(text) : kakaoUseCallback(text)
    }
  }
}
