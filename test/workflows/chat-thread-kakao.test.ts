import { WithStartWorkflowOperation } from '@temporalio/client'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { InboundChatMessage } from '../../domain/chat.ts'
import {
  answerMessage,
  answerNotDelivered,
  CHAT_THREAD_WORKFLOW,
  takeOver,
  textFailed,
  writeAsPerson,
} from '../../workflows/chat-thread-messages.ts'
import { createTimeSkippingEnvironment } from '../support/temporal.ts'
import { DAY_MS, NUMBER, type ScriptedChat, says, setsFields, withChat } from './chat-thread-harness.ts'
import { prepareEnvironment } from './ticket-harness.ts'

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await prepareEnvironment(createTimeSkippingEnvironment)
})
afterAll(() => env?.teardown())

const BOSS = 'owner@example.com'

describe('by Kakao', () => {
  const ask = (chat: ScriptedChat, message: InboundChatMessage) =>
    env.client.workflow.executeUpdateWithStart(answerMessage, {
      startWorkflowOperation: new WithStartWorkflowOperation(CHAT_THREAD_WORKFLOW, {
        ...chat.startOptions,
        workflowIdConflictPolicy: 'USE_EXISTING',
      }),
      args: [message],
      updateId: message.messageId,
    })
  const quick = { pace: { quietMs: 50, answerWithinMs: 5_000, idleMs: 7 * DAY_MS } }
  const impatient = { pace: { quietMs: 50, answerWithinMs: 300, idleMs: 7 * DAY_MS } }
  const callback = { url: 'https://kakao.example/callback/1', until: '2126-01-01T00:00:00+09:00' }

  test('an answer in time goes out on the line; a doubled request gets the same', async () => {
    await withChat(
      env,
      { channel: 'kakao', input: quick, turns: [says('네, 화환 보내 드릴게요.')] },
      async (chat) => {
        const message = chat.message('화환이요')
        const [one, two] = await Promise.all([ask(chat, message), ask(chat, message)])
        expect(one).toMatchObject({ kind: 'reply', text: expect.stringContaining('네, 화환 보내 드릴게요.') })
        expect(two).toEqual(one)
        await chat.until(() => chat.answered.length === 1)
        expect([chat.turns.length, chat.texts.length, chat.callbacks.length]).toEqual([1, 0, 0])
      },
    )
  })

  test('messages answered together: the newest gets the answer', async () => {
    const input = { pace: { quietMs: 400, answerWithinMs: 5_000, idleMs: DAY_MS } }
    await withChat(env, { channel: 'kakao', input }, async (chat) => {
      const answers = await Promise.all([ask(chat, chat.message('하나')), ask(chat, chat.message('둘'))])
      expect(answers.map((answer) => answer.kind).sort()).toEqual(['merged', 'reply'])
      expect(chat.turns).toHaveLength(1)
    })
  })

  const slow = (release: Promise<void>) => async (): Promise<{ text: string }> => {
    await release
    return { text: '늦은 답입니다.' }
  }
  const gate = () => {
    let open: () => void = () => {}
    const opened = new Promise<void>((resolve) => {
      open = resolve
    })
    return { open: () => open(), opened }
  }

  test('a late one is posted to the callback, once', async () => {
    const { open, opened } = gate()
    await withChat(env, { channel: 'kakao', input: impatient, turns: [slow(opened)] }, async (chat) => {
      expect(await ask(chat, chat.message('화환이요', { callback }))).toEqual({ kind: 'later' })
      open()
      await chat.until(() => chat.callbacks.length === 1)
      expect(chat.callbacks[0]).toMatchObject({ ...callback, body: expect.stringContaining('늦은 답') })
      expect(chat.texts).toEqual([])
    })
  })

  test('one that comes too late for the callback goes by text, once a number is known', async () => {
    const { open, opened } = gate()
    const activities = { postKakaoCallback: async () => 'too_late' as const }
    const turns = [setsFields('네.', { phone: NUMBER }), slow(opened)]
    await withChat(env, { channel: 'kakao', input: impatient, activities, turns }, async (chat) => {
      await ask(chat, chat.message('연락처는 010-1234-5678'))
      await chat.until(() => chat.stored.length === 1)
      expect(await ask(chat, chat.message('화환이요', { callback }))).toEqual({ kind: 'later' })
      open()
      await chat.until(() => chat.texts.length === 1)
      expect(chat.texts[0]).toMatchObject({
        to: NUMBER,
        channel: 'sms',
        body: expect.stringContaining('늦은 답'),
      })
    })
  })

  test('one that went by text and did not arrive is given with the next answer, and a person is asked', async () => {
    const { open, opened } = gate()
    const activities = { postKakaoCallback: async () => 'too_late' as const }
    const turns = [setsFields('네.', { phone: NUMBER }), slow(opened), says('둘째 답')]
    await withChat(env, { channel: 'kakao', input: impatient, activities, turns }, async (chat) => {
      await ask(chat, chat.message('연락처는 010-1234-5678'))
      await chat.until(() => chat.stored.length === 1)
      await ask(chat, chat.message('화환이요', { callback }))
      open()
      await chat.until(() => chat.texts.length === 1)
      await chat.handle.signal(textFailed, { key: chat.texts[0]?.key ?? '' })
      await chat.until(() => chat.callBacks.length === 1)
      expect(await ask(chat, chat.message('여보세요'))).toMatchObject({
        kind: 'reply',
        text: expect.stringMatching(/늦은 답입니다\.\n\n.*둘째 답$/),
      })
      expect(chat.texts).toHaveLength(1)
    })
  })

  test('without any way it is given with the next answer', async () => {
    const { open, opened } = gate()
    const input = { pace: { quietMs: 50, answerWithinMs: 1_500, idleMs: DAY_MS } }
    await withChat(env, { channel: 'kakao', input, turns: [slow(opened), says('둘째 답')] }, async (chat) => {
      expect(await ask(chat, chat.message('하나'))).toEqual({ kind: 'later' })
      open()
      await chat.until(() => chat.noted.length === 1)
      const answer = await ask(chat, chat.message('둘'))
      expect(answer).toMatchObject({
        kind: 'reply',
        text: expect.stringMatching(/늦은 답입니다\.\n\n둘째 답$/),
      })
      await chat.until(() => chat.answered.length === 2)
      expect(chat.texts).toEqual([])
    })
  })

  test('an answer whose line was gone finds another way under the same key', async () => {
    await withChat(env, { channel: 'kakao', input: quick, turns: [says('네.')] }, async (chat) => {
      const message = chat.message('화환이요', { callback })
      await ask(chat, message)
      await chat.until(() => chat.answered.length === 1)
      await chat.handle.signal(answerNotDelivered, { messageId: message.messageId })
      await chat.handle.signal(answerNotDelivered, { messageId: message.messageId })
      await chat.until(() => chat.callbacks.length === 1)
      expect(chat.unanswered).toEqual([chat.answered[0]?.key])
      expect(chat.callbacks[0]?.key).toBe(chat.answered[0]?.key)
    })
  })

  test('a person has taken over: Kakao is told at once, and what they write goes to the open callback', async () => {
    await withChat(env, { channel: 'kakao', input: quick }, async (chat) => {
      await ask(chat, chat.message('안녕하세요'))
      await chat.handle.executeUpdate(takeOver, { args: [{ by: BOSS }] })
      expect(await ask(chat, chat.message('사람 있어요?', { callback }))).toEqual({ kind: 'person' })
      await chat.handle.executeUpdate(writeAsPerson, { args: [{ text: '네, 있습니다.', by: BOSS }] })
      await chat.until(() => chat.callbacks.length === 1)
      expect(chat.callbacks[0]).toMatchObject({ author: BOSS, body: '[상담원] 네, 있습니다.' })
    })
  })

  test('what a person wrote after the minute is the answer to the next message, once', async () => {
    await withChat(env, { channel: 'kakao', input: quick }, async (chat) => {
      await ask(chat, chat.message('안녕하세요'))
      for (const text of ['늦어서 죄송합니다.', '주문 도와드릴까요?'])
        await chat.handle.executeUpdate(writeAsPerson, { args: [{ text, by: BOSS }] })
      await chat.until(() => chat.noted.length === 4)
      const next = chat.message('아직 계세요?', { callback })
      expect(await ask(chat, next)).toEqual({
        kind: 'reply',
        text: '[상담원] 늦어서 죄송합니다.\n\n주문 도와드릴까요?',
      })
      await chat.until(() => chat.answered.length === 3)
      expect(chat.answered.slice(1).map(({ author, body }) => [author, body])).toEqual([
        [BOSS, '[상담원] 늦어서 죄송합니다.'],
        [BOSS, '주문 도와드릴까요?'],
      ])
      expect(await ask(chat, chat.message('여보세요?', { callback }))).toEqual({ kind: 'person' })
      // Was the line gone after all, both wait for the next one again.
      await chat.handle.signal(answerNotDelivered, { messageId: next.messageId })
      await chat.until(() => chat.unanswered.length === 2)
      expect(await ask(chat, chat.message('네?', { callback }))).toMatchObject({ kind: 'reply' })
    })
  })
})
