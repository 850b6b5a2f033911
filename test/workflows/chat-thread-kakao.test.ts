import { WithStartWorkflowOperation } from '@temporalio/client'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ChatAnswer, InboundChatMessage } from '../../domain/chat.ts'
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
  /** Gives the line once the thread has the message. */
  const holdLine = (chat: ScriptedChat, message: InboundChatMessage) =>
    env.client.workflow.startUpdateWithStart(answerMessage, {
      startWorkflowOperation: new WithStartWorkflowOperation(CHAT_THREAD_WORKFLOW, {
        ...chat.startOptions,
        workflowIdConflictPolicy: 'USE_EXISTING',
      }),
      waitForStage: 'ACCEPTED',
      args: [message],
      updateId: message.messageId,
    })
  const ask = async (chat: ScriptedChat, message: InboundChatMessage) =>
    (await holdLine(chat, message)).result()
  const patient = { pace: { quietMs: 50, answerWithinMs: 30_000, idleMs: 7 * DAY_MS } }
  /** Long enough for an answer that is not held up, shorter than the model of `away` is waited for. */
  const brief = { pace: { quietMs: 50, answerWithinMs: 8_000, idleMs: 7 * DAY_MS } }
  const callback = { url: 'https://kakao.example/callback/1', until: '2126-01-01T00:00:00+09:00' }

  test('an answer in time goes out on the line; a doubled request gets the same', async () => {
    await withChat(
      env,
      { channel: 'kakao', input: patient, turns: [says('네, 화환 보내 드릴게요.')] },
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
    const input = { pace: { quietMs: 10_000, answerWithinMs: 60_000, idleMs: DAY_MS } }
    await withChat(env, { channel: 'kakao', input }, async (chat) => {
      const lines = [await holdLine(chat, chat.message('하나')), await holdLine(chat, chat.message('둘'))]
      await chat.until(() => chat.turns.length === 1)
      const answers = await Promise.all(lines.map((line) => line.result()))
      expect(answers.map((answer) => answer.kind).sort()).toEqual(['merged', 'reply'])
      expect(chat.turns).toHaveLength(1)
    })
  })

  /** A model that can't be reached until it is back: time passes between the six tries of a turn, 15 s in all. */
  const away = () => {
    let isBack = false
    return {
      comeBack: () => {
        isBack = true
      },
      turn: () => {
        if (!isBack) throw new Error('away')
        return { text: '늦은 답입니다.' }
      },
    }
  }
  /** Asks, and lets time pass until the line is given up. */
  const askInVain = async (chat: ScriptedChat, message: InboundChatMessage) => {
    const line = await holdLine(chat, message)
    let answer: ChatAnswer | undefined
    const answered = line.result().then((given) => {
      answer = given
    })
    await chat.until(() => answer !== undefined)
    await answered
    return answer
  }

  test('a late one is posted to the callback, once', async () => {
    const model = away()
    await withChat(env, { channel: 'kakao', input: brief, turns: [model.turn] }, async (chat) => {
      expect(await askInVain(chat, chat.message('화환이요', { callback }))).toEqual({ kind: 'later' })
      model.comeBack()
      await chat.until(() => chat.callbacks.length === 1)
      expect(chat.callbacks[0]).toMatchObject({ ...callback, body: expect.stringContaining('늦은 답') })
      expect(chat.texts).toEqual([])
    })
  })

  test('one that comes too late for the callback goes by text, once a number is known', async () => {
    const model = away()
    const activities = { postKakaoCallback: async () => 'too_late' as const }
    const turns = [setsFields('네.', { phone: NUMBER }), model.turn]
    await withChat(env, { channel: 'kakao', input: brief, activities, turns }, async (chat) => {
      await ask(chat, chat.message('연락처는 010-1234-5678'))
      await chat.until(() => chat.stored.length === 1)
      expect(await askInVain(chat, chat.message('화환이요', { callback }))).toEqual({ kind: 'later' })
      model.comeBack()
      await chat.until(() => chat.texts.length === 1)
      expect(chat.texts[0]).toMatchObject({
        to: NUMBER,
        channel: 'sms',
        body: expect.stringContaining('늦은 답'),
      })
    })
  })

  test('one that went by text and did not arrive is given with the next answer, and a person is asked', async () => {
    const model = away()
    const activities = { postKakaoCallback: async () => 'too_late' as const }
    const turns = [setsFields('네.', { phone: NUMBER }), model.turn, says('둘째 답')]
    await withChat(env, { channel: 'kakao', input: brief, activities, turns }, async (chat) => {
      await ask(chat, chat.message('연락처는 010-1234-5678'))
      await chat.until(() => chat.stored.length === 1)
      expect(await askInVain(chat, chat.message('화환이요', { callback }))).toEqual({ kind: 'later' })
      model.comeBack()
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
    const model = away()
    await withChat(
      env,
      { channel: 'kakao', input: brief, turns: [model.turn, says('둘째 답')] },
      async (chat) => {
        expect(await askInVain(chat, chat.message('하나'))).toEqual({ kind: 'later' })
        model.comeBack()
        await chat.until(() => chat.noted.length === 1)
        const answer = await ask(chat, chat.message('둘'))
        expect(answer).toMatchObject({
          kind: 'reply',
          text: expect.stringMatching(/늦은 답입니다\.\n\n둘째 답$/),
        })
        await chat.until(() => chat.answered.length === 2)
        expect(chat.texts).toEqual([])
      },
    )
  })

  test('an answer whose line was gone finds another way under the same key', async () => {
    await withChat(env, { channel: 'kakao', input: patient, turns: [says('네.')] }, async (chat) => {
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
    await withChat(env, { channel: 'kakao', input: patient }, async (chat) => {
      await ask(chat, chat.message('안녕하세요'))
      await chat.handle.executeUpdate(takeOver, { args: [{ by: BOSS }] })
      expect(await ask(chat, chat.message('사람 있어요?', { callback }))).toEqual({ kind: 'person' })
      await chat.handle.executeUpdate(writeAsPerson, { args: [{ text: '네, 있습니다.', by: BOSS }] })
      await chat.until(() => chat.callbacks.length === 1)
      expect(chat.callbacks[0]).toMatchObject({ author: BOSS, body: '[상담원] 네, 있습니다.' })
    })
  })

  test('what a person wrote after the minute is the answer to the next message, once', async () => {
    await withChat(env, { channel: 'kakao', input: patient }, async (chat) => {
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
