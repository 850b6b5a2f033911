import { ApplicationFailure } from '@temporalio/common'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CallerConcern } from '../../domain/caller-concerns.ts'
import { makeAttachmentId } from '../../domain/ids.ts'
import { takeOver, textFailed, writeAsPerson } from '../../workflows/chat-thread-messages.ts'
import { ORDER } from '../domain/order-fixture.ts'
import { createTimeSkippingEnvironment } from '../support/temporal.ts'
import { settled } from '../support/workflow-rest.ts'
import {
  asksFor,
  DAY_MS,
  fails,
  NUMBER,
  ORDER_NO,
  type ScriptedChat,
  says,
  setsFields,
  withChat,
} from './chat-thread-harness.ts'
import { prepareEnvironment } from './ticket-harness.ts'

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await prepareEnvironment(createTimeSkippingEnvironment)
})
afterAll(() => env?.teardown())

const BOSS = 'owner@example.com'
const FIELDS = { orderer: '한빛상사', recipient: '고 박영자', destination: '서울대학교병원 장례식장' }
const bodies = (chat: ScriptedChat) => chat.texts.map(({ body }) => body)

describe('by text message', () => {
  test('an order: gathered, stored once under keys, confirmed, answered in one piece each', async () => {
    const turns = [
      setsFields('네, 몇 호실인가요?', FIELDS),
      asksFor('잠시만요.', 'confirm_order'),
      says('주문이 접수되었습니다.'),
    ]
    await withChat(env, { turns }, async (chat) => {
      const first = await chat.text('화환 보내주세요')
      const second = await chat.text('고 박영자, 서울대병원')
      await chat.until(() => chat.texts.length === 1)
      expect(chat.turns[0]?.newest?.words).toBe('화환 보내주세요\n고 박영자, 서울대병원')
      expect(chat.opened).toEqual([
        {
          source: { kind: 'chat', threadId: chat.input.threadId, channel: 'sms', messageId: second },
          customerPhone: NUMBER,
        },
      ])
      expect(first).not.toBe(second)
      expect(chat.stored[0]).toMatchObject({
        orderNo: ORDER_NO,
        key: `${chat.workflowId}:toolu_${chat.input.threadId}-t0`,
        fields: { recipient: { value: '고 박영자', words: '고 박영자', confidence: 0.9 } },
      })
      expect(chat.linked).toMatchObject([
        { orderNo: ORDER_NO, since: '2026-11-21T12:00:00+09:00', phone: NUMBER },
      ])
      expect(bodies(chat)[0]).toMatch(/AI가 답해 드립니다.*네, 몇 호실인가요\?$/s)

      await chat.text('네 맞아요')
      await chat.until(() => chat.texts.length === 2)
      expect(bodies(chat)[1]).toBe('주문이 접수되었습니다.')
      expect(chat.confirmed).toHaveLength(1)
      expect(chat.turns.map((turn) => [turn.newest?.words ?? null, turn.toolResults.length])).toEqual([
        ['화환 보내주세요\n고 박영자, 서울대병원', 0],
        ['네 맞아요', 1],
        [null, 1],
      ])
      expect(chat.texts.map(({ to, channel, author }) => [to, channel, author])).toEqual([
        [NUMBER, 'sms', 'ai'],
        [NUMBER, 'sms', 'ai'],
      ])
      expect(new Set(chat.texts.map(({ key }) => key)).size).toBe(2)
    })
  })

  test('doubled and reordered webhooks: each message is answered once, later ones in the next answer', async () => {
    let release: () => void = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const slow = async () => {
      await held
      return { text: '첫 답' }
    }
    const turns = [slow, says('둘째 답')]
    await withChat(env, { turns }, async (chat) => {
      const first = chat.message('하나')
      const second = chat.message('둘')
      await chat.signal(first)
      await chat.signal(first)
      await chat.until(() => chat.turns.length === 1)
      await chat.signal(second)
      await chat.signal(first)
      release()
      await chat.until(() => chat.texts.length === 2)
      await chat.signal(second)
      await env.sleep('1 minute')
      expect(chat.turns.map((turn) => turn.newest?.words)).toEqual(['하나', '둘'])
      expect(chat.texts).toHaveLength(2)
    })
  })

  test('a model that fails for good is admitted, and a person finds an Issue', async () => {
    await withChat(env, { turns: [fails, says('다시 됩니다.')] }, async (chat) => {
      await chat.text('안녕하세요')
      await chat.until(() => chat.callBacks.length === 1)
      await chat.until(() => chat.texts.length === 1)
      expect(bodies(chat)[0]).toContain('답변을 드리지 못했습니다')
      expect(chat.opened).toHaveLength(1)
      expect(chat.callBacks[0]).toMatchObject({
        orderNo: ORDER_NO,
        reason: expect.stringContaining('답해 주세요'),
      })
      await chat.text('여보세요?')
      await chat.until(() => chat.texts.length === 2)
      expect(bodies(chat)[1]).toBe('다시 됩니다.')
    })
  })

  test('an emergency and abuse that goes on are answered by policy and told to a person once', async () => {
    const answers = (text: string, concern: CallerConcern) => () => ({ text, concern })
    const turns = [
      answers('119로 전화해 주세요.', 'emergency'),
      answers('알리겠습니다.', 'abuse'),
      answers('알렸습니다.', 'abuse'),
      answers('알렸습니다.', 'abuse'),
    ]
    await withChat(env, { turns }, async (chat) => {
      for (const [index, words] of ['불이 났어요', '씨발', '씨발', '씨발'].entries()) {
        await chat.text(words)
        await chat.until(() => chat.texts.length === index + 1)
      }
      expect(chat.turns.map(({ warned }) => warned)).toEqual([undefined, undefined, true, true])
      expect(chat.callBacks.map(({ cause }) => cause)).toEqual(['chat_emergency', 'chat_abuse'])
    })
  })

  test('a text that did not arrive while danger is answered: both are told to a person, danger first', async () => {
    const written = Promise.withResolvers<void>()
    const danger = async () => {
      await written.promise
      return { text: '119로 전화해 주세요.', concern: 'emergency' as const }
    }
    await withChat(env, { turns: [says('네.'), danger] }, async (chat) => {
      await chat.text('안녕하세요')
      await chat.until(() => chat.texts.length === 1)
      await chat.text('불이 났어요')
      await chat.until(() => chat.turns.length === 2)
      await chat.handle.signal(textFailed, { key: chat.texts[0]?.key ?? '' })
      written.resolve()
      await chat.until(() => chat.callBacks.length === 2)
      expect(chat.callBacks.map(({ cause }) => cause)).toEqual(['chat_emergency', 'chat_not_sent'])
      expect(new Set(chat.callBacks.map(({ key }) => key)).size).toBe(2)
    })
  })

  test('a model that is away for a moment is asked again', async () => {
    let tries = 0
    const flaky = () => {
      if (++tries < 3) throw new Error('overloaded')
      return { text: '네.' }
    }
    await withChat(env, { turns: [flaky] }, async (chat) => {
      await chat.text('안녕하세요')
      await chat.until(() => chat.texts.length === 1)
      expect([tries, chat.callBacks.length]).toEqual([3, 0])
    })
  })

  test('a tool that the system refuses: the customer hears it, a person gets an Issue', async () => {
    const activities = {
      openTicket: async () => {
        throw ApplicationFailure.nonRetryable('no')
      },
    }
    const turns = [setsFields('네.', FIELDS), says('죄송합니다. 담당자가 연락드리겠습니다.')]
    await withChat(env, { turns, activities }, async (chat) => {
      await chat.text('고 박영자')
      await chat.until(() => chat.texts.length === 1)
      expect(chat.turns[1]?.toolResults[0]).toMatchObject({
        ok: false,
        content: expect.stringContaining('not done'),
      })
    })
  })

  test('a text that the carrier refuses becomes an Issue', async () => {
    const activities = {
      sendChatText: async () => {
        throw ApplicationFailure.nonRetryable('수신거부')
      },
    }
    await withChat(env, { activities }, async (chat) => {
      await chat.text('안녕하세요')
      await chat.until(() => chat.callBacks.length === 1)
      expect(chat.callBacks[0]?.reason).toContain('답장을 보내지 못했습니다')
    })
  })

  test('a text that did not arrive becomes an Issue, once however often that is told', async () => {
    await withChat(env, {}, async (chat) => {
      await chat.text('안녕하세요')
      await chat.until(() => chat.texts.length === 1)
      const key = chat.texts[0]?.key ?? ''
      await chat.handle.signal(textFailed, { key: 'of another thread' })
      await chat.handle.signal(textFailed, { key: `${key}:2` })
      await chat.handle.signal(textFailed, { key })
      await chat.until(() => chat.callBacks.length === 1)
      expect(chat.callBacks[0]?.reason).toContain('답장을 보내지 못했습니다')
      await env.sleep('10m')
      expect(chat.callBacks).toHaveLength(1)
      expect(chat.texts).toHaveLength(1)
    })
  })

  test('a text that did not arrive goes to the other number of the order; if that fails too, a person is asked', async () => {
    await withChat(env, {}, async (chat) => {
      chat.context = { orderNo: ORDER_NO, fields: { ...ORDER, phone: '01077778888' }, confirmed: true }
      await chat.text('언제 도착하나요?')
      await chat.until(() => chat.texts.length === 1)
      const [first] = chat.texts
      await chat.handle.signal(textFailed, { key: first?.key ?? '' })
      await chat.until(() => chat.texts.length === 2)
      expect(chat.texts[1]).toMatchObject({
        to: '01077778888',
        body: first?.body,
        key: `${first?.key}:other`,
      })
      expect(chat.callBacks).toEqual([])
      await chat.handle.signal(textFailed, { key: `${first?.key}:other` })
      await chat.until(() => chat.callBacks.length === 1)
      expect(chat.texts).toHaveLength(2)
    })
  })

  test('a picture is fetched once and shown to the model; one that can not be had is told', async () => {
    await withChat(env, {}, async (chat) => {
      const message = chat.message('부고입니다')
      const attachmentId = makeAttachmentId(message.messageId, 0)
      await chat.signal({ ...message, attachments: [attachmentId] })
      await chat.until(() => chat.texts.length === 1)
      expect(chat.turns[0]?.newest?.photos).toEqual([
        { attachmentId, fileKey: `${attachmentId}.jpg`, problem: null },
      ])
    })
    const activities = {
      keepAttachments: async () => {
        throw ApplicationFailure.nonRetryable('gone')
      },
    }
    await withChat(env, { activities }, async (chat) => {
      const message = chat.message('')
      await chat.signal({ ...message, attachments: [makeAttachmentId(message.messageId, 0)] })
      await chat.until(() => chat.texts.length === 1)
      expect(chat.turns[0]?.newest?.photos).toMatchObject([{ fileKey: null, problem: 'unreachable' }])
    })
  })

  test('a new text after the order is done begins another one; an order of another channel is gone on with', async () => {
    await withChat(
      env,
      { turns: [setsFields('네.', FIELDS), says('네.'), setsFields('네.', FIELDS)] },
      async (chat) => {
        await chat.text('고 박영자')
        await chat.until(() => chat.texts.length === 1)
        chat.context = null
        await chat.text('또 주문할게요')
        await chat.until(() => chat.texts.length === 2)
        expect(chat.turns[1]).toMatchObject({ messages: [], context: { order: { recipient: null } } })
        const message = await chat.text('고 김철수')
        await chat.until(() => chat.texts.length === 3)
        expect(chat.opened.map(({ source }) => (source.kind === 'chat' ? source.messageId : ''))[1]).toBe(
          message,
        )
      },
    )
    await withChat(env, {}, async (chat) => {
      chat.context = { orderNo: ORDER_NO, fields: { ...chat.order, ...FIELDS }, confirmed: false }
      await chat.text('아까 전화로 주문했어요')
      await chat.until(() => chat.texts.length === 1)
      expect(chat.turns[0]?.context.order.recipient).toBe('고 박영자')
      expect(chat.linked).toMatchObject([{ orderNo: ORDER_NO }])
      expect(chat.opened).toEqual([])
    })
  })

  test('without a word for a week the thread ends; the next text starts it anew with answers of its own', async () => {
    await withChat(env, {}, async (chat) => {
      await chat.text('안녕하세요')
      await chat.until(() => chat.texts.length === 1)
      await env.sleep(8 * DAY_MS)
      expect(await chat.handle.result()).toEqual({ threadId: chat.input.threadId, orderNo: null })
      await chat.text('안녕하세요')
      await chat.until(() => chat.texts.length === 2)
      expect(new Set(chat.texts.map(({ key }) => key)).size).toBe(2)
      expect(bodies(chat)[1]).toContain('AI가 답해 드립니다')
    })
  })

  test('continues as new with all it knows', async () => {
    const turns = [setsFields('네, 몇 호실인가요?', FIELDS)]
    await withChat(env, { turns, input: { continueAfterEvents: 10 } }, async (chat) => {
      const first = chat.message('고 박영자')
      await chat.signal(first)
      await chat.until(() => chat.texts.length === 1)
      const { runId } = await chat.handle.describe()
      await chat.signal(first)
      // The server that skips time loses a signal that crosses with continuing as new; Temporal itself does not.
      await settled(chat.handle)
      for (const text of ['특2호실', '네', '감사합니다']) {
        const sent = chat.texts.length
        await chat.text(text)
        await chat.until(() => chat.texts.length === sent + 1)
      }
      expect((await chat.handle.describe()).runId).not.toBe(runId)
      expect(bodies(chat).slice(1)).toEqual(['(특2호실)', '(네)', '(감사합니다)'])
      expect(new Set(chat.texts.map(({ key }) => key)).size).toBe(4)
      expect(chat.opened).toHaveLength(1)
      const last = chat.turns.at(-1)
      expect(last?.messages.map((m) => (m.role === 'caller' ? m.words : m.heard))).toEqual([
        '고 박영자',
        '네, 몇 호실인가요?',
        '특2호실',
        '(특2호실)',
        '네',
        '(네)',
      ])
      expect(last?.context.order.recipient).toBe('고 박영자')
    })
  })
})

describe('a person', () => {
  test('writes on the same channel and has the word until it is given back', async () => {
    await withChat(env, {}, async (chat) => {
      await chat.text('안녕하세요')
      await chat.until(() => chat.texts.length === 1)
      await chat.handle.executeUpdate(writeAsPerson, { args: [{ text: '제가 도와드리겠습니다.', by: BOSS }] })
      expect(chat.noted.at(-1)).toMatchObject({ author: BOSS, body: '[상담원] 제가 도와드리겠습니다.' })
      await chat.until(() => chat.texts.length === 2)
      expect(chat.texts[1]).toMatchObject({ author: BOSS, to: NUMBER })
      await chat.text('네, 부탁드려요')
      await env.sleep('5 minutes')
      expect([chat.turns.length, chat.takenOver]).toEqual([1, [BOSS]])
      await chat.handle.executeUpdate(takeOver, { args: [{ by: null }] })
      await chat.until(() => chat.texts.length === 3)
      expect(chat.turns[1]?.newest?.words).toBe('네, 부탁드려요')
      expect(bodies(chat)[2]).toBe('[AI 상담원] (네, 부탁드려요)')
    })
  })
})
