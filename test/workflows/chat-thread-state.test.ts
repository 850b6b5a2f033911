import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ChatContext, ChatTurnResult, InboundChatMessage } from '../../domain/chat.ts'
import type { ToolResult } from '../../domain/dialogue.ts'
import { SHIPPED_FLOWS } from '../../domain/flow-defaults.ts'
import { makeAttachmentId, makeMessageId, makeOrderNo, makeThreadId } from '../../domain/ids.ts'
import { EMPTY_ORDER } from '../../domain/order.ts'
import { type ChatStep, newChatThread } from '../../workflows/chat-thread-data.ts'
import { ChatThreadState } from '../../workflows/chat-thread-state.ts'

const THREAD = makeThreadId('sms', 'a1b2c3d4e5f6')
const FACTS = {
  threadId: THREAD,
  ownNumber: '01012345678',
  pace: { quietMs: 2_000, answerWithinMs: 3_000, idleMs: 86_400_000 },
}
const ORDER_NO = makeOrderNo('261121', [0.1, 0.2, 0.3, 0.4])
const CONTEXT: ChatContext = { companyName: '대리 화환', language: 'ko', priceWon: 80_000, order: null }
const NOW = '2026-11-21T12:00:00+09:00'

const idOf = (n: number) => makeMessageId(n.toString(16).padStart(16, '0'))
const message = (n: number, text: string, more: Partial<InboundChatMessage> = {}): InboundChatMessage => ({
  messageId: idOf(n),
  text,
  attachments: [],
  receivedAt: NOW,
  callback: null,
  ...more,
})
const thread = (facts = FACTS) => new ChatThreadState(facts, newChatThread(facts, 0))
const answer = (text: string, ...names: string[]): ChatTurnResult => ({
  text,
  toolCalls: names.map((name, i) => ({ id: `toolu_${name}_${i}`, name, input: { i } })),
  usage: { inputTokens: 1, outputTokens: 1 },
})
const result = (id: string, mustTell = false): ToolResult => ({
  toolCallId: id,
  ok: true,
  content: '{}',
  mustTell,
})
/** Takes up what is there and lets the model answer. */
function turn(state: ChatThreadState, given: ChatTurnResult, context = CONTEXT): void {
  state.begin()
  state.contextRead(context)
  state.turnInput(NOW)
  state.turnTaken(given)
}
const steps = (state: ChatThreadState, nowMs: number): ChatStep['do'] => state.next(nowMs).do

describe('gathering', () => {
  test('three short texts are one turn, after a quiet time', () => {
    const state = thread()
    state.receive(message(1, '안녕하세요'), 1_000)
    state.receive(message(2, '화환이요'), 2_000)
    expect(state.next(2_500)).toEqual({ do: 'wait', untilMs: 4_000 })
    state.receive(message(3, '고 박영자'), 3_000)
    expect(state.next(4_500)).toEqual({ do: 'wait', untilMs: 5_000 })
    expect(state.next(5_000)).toEqual({ do: 'context' })
    state.begin()
    state.contextRead(CONTEXT)
    expect(state.turnInput(NOW).newest).toEqual({ words: '안녕하세요\n화환이요\n고 박영자', photos: [] })
  })

  test('who never stops writing is answered all the same', () => {
    const state = thread()
    for (let n = 0; n < 20; n++) state.receive(message(n, 'ㅋ'), n * 1_000)
    expect(steps(state, 19_500)).toBe('context')
  })

  test('a picture is waited for, and is part of what is answered', () => {
    const state = thread()
    const attachmentId = makeAttachmentId(idOf(1), 0)
    state.receive(message(1, '', { attachments: [attachmentId] }), 0)
    expect(state.next(60_000)).toEqual({ do: 'wait', untilMs: Infinity })
    expect(state.isQuiet).toBe(false)
    const photo = { attachmentId, fileKey: 'a.jpg', problem: null }
    state.photosKept(idOf(1), [photo])
    expect(steps(state, 60_000)).toBe('context')
    turn(state, answer('사진을 확인했습니다.'))
    expect(state.data.history[0]).toEqual({ role: 'caller', words: '', toolResults: [], photos: [photo] })
  })

  test('a doubled message is one, also after it was answered', () => {
    const state = thread()
    expect(state.receive(message(1, '안녕하세요'), 0)).toBe(true)
    expect(state.receive(message(1, '안녕하세요'), 10)).toBe(false)
    turn(state, answer('네.'))
    state.takeReply(5_000)
    expect(state.receive(message(1, '안녕하세요'), 6_000)).toBe(false)
    expect(state.isQuiet).toBe(true)
  })

  test('what comes while a turn runs is answered next', () => {
    const state = thread()
    state.receive(message(1, '얼마예요?'), 0)
    state.begin()
    state.contextRead(CONTEXT)
    state.receive(message(2, '그리고 언제 와요?'), 100)
    state.turnTaken(answer('8만 원입니다.'))
    expect(state.takeReply(200)?.answers.map((m) => m.text)).toEqual(['얼마예요?'])
    expect(steps(state, 5_000)).toBe('context')
    state.begin()
    expect(state.turnInput(NOW).newest?.words).toBe('그리고 언제 와요?')
  })
})

describe('answers', () => {
  test('the first one says who speaks, later ones do not repeat it', () => {
    const state = thread()
    state.receive(message(1, '안녕하세요'), 0)
    turn(state, answer('무엇을 도와드릴까요?'))
    const first = state.takeReply(1)
    expect(first?.text).toMatch(/AI 상담원.*상담원"이라고.*\n\n무엇을/s)
    state.receive(message(2, '화환이요'), 2)
    turn(state, answer('네.'))
    expect(state.takeReply(3)).toMatchObject({ index: 1, text: '네.' })
  })

  test('somebody who writes English is greeted in English', () => {
    const state = thread()
    state.receive(message(1, 'Hello, I need a wreath'), 0)
    turn(state, answer('Of course.'))
    expect(state.takeReply(1)?.text).toContain('an AI answers you here')
  })

  test('results that need no answer are told with the next message', () => {
    const state = thread()
    state.receive(message(1, '고 박영자'), 0)
    turn(state, answer('네, 몇 호실인가요?', 'set_order_fields'))
    expect(state.next(1)).toMatchObject({ do: 'tools' })
    state.toolsDone([result('toolu_set_order_fields_0')])
    expect(state.takeReply(1)?.text).toContain('몇 호실')
    state.receive(message(2, '특2호실'), 2)
    state.begin()
    state.contextRead(CONTEXT)
    expect(state.turnInput(NOW).toolResults).toEqual([result('toolu_set_order_fields_0')])
    state.turnTaken(answer('네.'))
    expect(state.data.history.map((m) => [m.role, m.role === 'caller' ? m.toolResults.length : 0])).toEqual([
      ['caller', 0],
      ['assistant', 0],
      ['caller', 1],
      ['assistant', 0],
    ])
  })

  test('what was written before results that must be told does not go out', () => {
    const state = thread()
    state.receive(message(1, '네 맞아요'), 0)
    turn(state, answer('잠시만요.', 'confirm_order'))
    state.toolsDone([result('toolu_confirm_order_0', true)])
    expect(steps(state, 1)).toBe('turn')
    expect(state.turnInput(NOW)).toMatchObject({
      newest: null,
      toolResults: [result('toolu_confirm_order_0', true)],
    })
    state.turnTaken(answer('주문이 접수되었습니다.'))
    const reply = state.takeReply(2)
    expect(reply?.text).toContain('접수되었습니다')
    expect(reply?.text).not.toContain('잠시만요')
    expect(state.data.history.filter((m) => m.role === 'assistant').map((m) => m.heard)).toEqual([
      '',
      '주문이 접수되었습니다.',
    ])
  })

  test('a model that only asks for tools is stopped some time', () => {
    const state = thread()
    state.receive(message(1, '?'), 0)
    turn(state, answer('', 'look_up_order'))
    let rounds = 0
    while (state.next(1).do !== 'reply') {
      if (state.next(1).do === 'tools') state.toolsDone([result('toolu_look_up_order_0', true)])
      else state.turnTaken(answer('', 'look_up_order'))
      if (++rounds > 50) throw new Error('no end')
    }
    expect(state.takeReply(2)?.text).toContain('담당자가 확인하고')
    expect(state.data.handOver).toBe('model_failed')
  })

  test('a model that fails is admitted, and a person is asked for', () => {
    const state = thread()
    state.receive(message(1, '안녕하세요'), 0)
    state.begin()
    state.contextRead(CONTEXT)
    state.turnFailed()
    expect(state.data.handOver).toBe('model_failed')
    expect(state.takeReply(1)?.text).toContain('담당자가 확인하고')
  })
})

describe('orders', () => {
  const fields = { ...EMPTY_ORDER, recipient: '고 박영자', phone: '01012345678' }

  test('the open order of the customer is gone on with', () => {
    const state = thread()
    state.receive(message(1, '안녕하세요'), 0)
    turn(state, answer('네.'), { ...CONTEXT, order: { orderNo: ORDER_NO, fields, confirmed: false } })
    expect([state.orderNo, state.order.recipient]).toEqual([ORDER_NO, '고 박영자'])
  })

  test('one that is done makes room for the next: nothing of it is left', () => {
    const state = thread()
    state.receive(message(1, '화환이요'), 0)
    turn(state, answer('네.'), { ...CONTEXT, order: { orderNo: ORDER_NO, fields, confirmed: true } })
    state.takeReply(1)
    const later = '2026-11-23T12:00:00+09:00'
    state.receive(message(2, '또 주문할게요', { receivedAt: later }), 10)
    state.begin()
    state.contextRead(CONTEXT)
    expect(state.orderNo).toBeNull()
    expect(state.orderConfirmed).toBe(false)
    expect(state.order).toEqual(EMPTY_ORDER)
    expect(state.turnInput(NOW).messages).toEqual([])
    expect(state.data.since).toBe(later)
  })

  test('a Kakao user is reached by text once they told a number, an SMS sender by their own', () => {
    const kakao = thread({ ...FACTS, ownNumber: '' })
    expect(kakao.data.phone).toBe('')
    kakao.order = fields
    expect(kakao.data.phone).toBe('01012345678')
    const sms = thread()
    sms.order = { ...fields, phone: '01099998888' }
    expect(sms.data.phone).toBe('01012345678')
  })
})

describe('a person takes over', () => {
  test('the AI is silent, the person is told apart, and what is unanswered is answered after it', () => {
    const state = thread()
    state.receive(message(1, '화환이요'), 0)
    turn(state, answer('네.'))
    state.takeReply(1)
    state.pause('owner@example.com')
    state.receive(message(2, '사람 있어요?'), 2)
    expect(state.next(100_000).do).toBe('wait')
    const reply = state.personWrote('네, 말씀하세요.', 3)
    expect(reply.text).toBe('[상담원] 네, 말씀하세요.')
    expect(reply.answers.map((m) => m.text)).toEqual(['사람 있어요?'])
    state.receive(message(3, '취소할게요'), 4)
    state.pause(null)
    expect(steps(state, 10_000)).toBe('context')
    turn(state, answer('정말 취소할까요?'))
    expect(state.takeReply(11_000)?.text).toBe('[AI 상담원] 정말 취소할까요?')
    expect(state.data.history.map((m) => (m.role === 'caller' ? m.words : m.heard))).toEqual([
      '화환이요',
      '네.',
      '사람 있어요?',
      '네, 말씀하세요.',
      '취소할게요',
      '정말 취소할까요?',
    ])
  })

  test('an answer under way at that moment does not go out', () => {
    const state = thread()
    state.receive(message(1, '화환이요'), 0)
    turn(state, answer('네, 어디로 보낼까요?'))
    state.pause('owner@example.com')
    expect(state.takeReply(1)).toBeNull()
    expect(state.data.history.at(-1)).toMatchObject({ role: 'assistant', heard: '' })
  })
})

test('a thread without a word for long ends', () => {
  const state = thread()
  state.receive(message(1, '안녕하세요'), 1_000)
  turn(state, answer('네.'))
  state.takeReply(2_000)
  expect(state.next(3_000)).toEqual({ do: 'wait', untilMs: 2_000 + FACTS.pace.idleMs })
  expect(state.next(2_000 + FACTS.pace.idleMs)).toEqual({ do: 'end' })
})

type Deed = 'message' | 'double' | 'step' | 'pause' | 'give_back' | 'person' | 'later'

test('whatever happens: nothing is answered twice or forgotten, and a thread carried over goes on alike', () => {
  const deeds = fc.array(
    fc.constantFrom<Deed>(
      'message',
      'double',
      'step',
      'step',
      'step',
      'pause',
      'give_back',
      'person',
      'later',
    ),
    { maxLength: 120 },
  )
  fc.assert(
    fc.property(deeds, fc.array(fc.nat(3), { minLength: 120, maxLength: 120 }), (acts, luck) => {
      let state = thread()
      let nowMs = 0
      let count = 0
      const answered: string[] = []
      const play = (step: ChatStep, dice: number) => {
        if (step.do === 'context') {
          if (state.data.phase === 'idle') state.begin()
          state.contextRead(CONTEXT)
        } else if (step.do === 'turn') {
          if (dice === 0) state.turnFailed()
          else state.turnTaken(dice === 1 ? answer('네', 'set_order_fields') : answer('네'))
        } else if (step.do === 'tools') state.toolsDone(step.calls.map((c) => result(c.id, dice > 1)))
        else if (step.do === 'reply')
          answered.push(...(state.takeReply(nowMs)?.answers ?? []).map((m) => m.text))
      }
      acts.forEach((act, i) => {
        nowMs += 100
        if (act === 'message') state.receive(message(count, `m${count++}`), nowMs)
        else if (act === 'double' && count > 0) state.receive(message(count - 1, 'double'), nowMs)
        else if (act === 'pause') state.pause('owner@example.com')
        else if (act === 'give_back') state.pause(null)
        else if (act === 'person') answered.push(...state.personWrote('네', nowMs).answers.map((m) => m.text))
        else if (act === 'later') nowMs += 20_000
        else play(state.next(nowMs), luck[i] ?? 2)
        // Continue-as-new at any moment: plain JSON is all there is.
        state = new ChatThreadState(FACTS, JSON.parse(JSON.stringify(state.data)))
      })
      state.pause(null)
      for (let i = 0; i < 60; i++) {
        nowMs += 20_000
        if (!state.isQuiet) play(state.next(nowMs), 2)
        if (state.data.handOver !== null) state.handedOver()
      }
      expect(new Set(answered).size).toBe(answered.length)
      // An answer that a take-over stopped leaves its messages to the person who took over.
      expect(answered.length).toBeLessThanOrEqual(count)
      expect(state.isQuiet).toBe(true)
      const told = state.data.history.flatMap((m) => (m.role === 'caller' ? m.words.split('\n') : []))
      expect(told.filter((text) => text !== '')).toEqual(
        Array.from({ length: count }, (_, n) => `m${n}`).slice(-told.filter((t) => t !== '').length),
      )
      expect(state.data.history.length).toBeLessThanOrEqual(80)
    }),
  )
})

test('a thread keeps the version that it began with', () => {
  const edition = (version: number) => ({ version, content: SHIPPED_FLOWS.order_chat })
  const state = thread()
  state.receive(message(1, '안녕하세요'), 0)
  expect(state.data.edition).toBeUndefined()
  turn(state, answer('네.'), { ...CONTEXT, edition: edition(2) })
  state.takeReply(0)
  state.receive(message(2, '화환이요'), 10_000)
  state.begin()
  state.contextRead({ ...CONTEXT, edition: edition(3) })
  expect(state.turnInput(NOW).context.edition?.version).toBe(2)
})

test('a thread that began as it was shipped stays so', () => {
  const state = thread()
  state.receive(message(1, '안녕하세요'), 0)
  turn(state, answer('네.'))
  state.takeReply(0)
  expect(state.data.edition).toBeNull()
  state.receive(message(2, '화환이요'), 10_000)
  state.begin()
  state.contextRead({ ...CONTEXT, edition: { version: 1, content: SHIPPED_FLOWS.order_chat } })
  expect(state.turnInput(NOW).context.edition).toBeUndefined()
})

describe('what no model decides about', () => {
  const HOUR = 3_600_000
  const danger = { ...answer('119로 전화해 주세요.'), concern: 'emergency' } as const
  /** @returns what a person is told. */
  function writes(state: ChatThreadState, n: number, atMs: number, given: ChatTurnResult = danger) {
    state.receive(message(n, '불이 났어요'), atMs)
    turn(state, given)
    state.takeReply(atMs)
    const told = state.mustHandOver ? [state.data.handOver, state.data.nextHandOver] : []
    state.handedOver()
    return told.filter((reason) => reason !== null)
  }

  test('is told to a person once an hour, also by what was carried over', () => {
    const state = thread()
    expect(writes(state, 1, 1_000)).toEqual(['emergency'])
    expect(writes(state, 2, 2_000)).toEqual([])
    const carried = new ChatThreadState(FACTS, JSON.parse(JSON.stringify(state.data)))
    expect(writes(carried, 3, HOUR)).toEqual([])
    expect(writes(carried, 4, 1_001 + HOUR)).toEqual(['emergency'])
    expect(writes(carried, 5, 2_000 + HOUR)).toEqual([])
    expect(writes(carried, 6, 3_000 + HOUR, { ...danger, concern: 'self_harm' })).toEqual(['self_harm'])
  })

  test('is told anew by a thread that kept only its name', () => {
    const state = new ChatThreadState(FACTS, { ...newChatThread(FACTS, 0), concerns: ['emergency'] })
    expect(writes(state, 1, 1_000)).toEqual(['emergency'])
    expect(writes(state, 2, 2_000)).toEqual([])
  })

  test('goes before what else a person must know, and does not replace it', () => {
    const state = thread()
    state.receive(message(1, '불이 났어요'), 1_000)
    state.begin()
    state.contextRead(CONTEXT)
    state.notSent()
    state.turnTaken(danger)
    state.takeReply(1_000)
    expect(state.mustHandOver).toBe(true)
    expect(state.data).toMatchObject({ handOver: 'emergency', nextHandOver: 'not_sent' })
    state.handedOver()
    expect(state.isQuiet).toBe(true)
  })
})
