/** What was heard badly, and callers who are not understood. */
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { NOT_UNDERSTOOD } from '../../domain/talk-misses.ts'
import { createTimeSkippingEnvironment } from '../support/temporal.ts'
import {
  asksFor,
  endsCall,
  hears,
  ORDER_NO,
  playCall,
  type ScriptedTurn,
  says,
  setsFields,
} from './inbound-call-harness.ts'
import { prepareEnvironment } from './ticket-harness.ts'

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await prepareEnvironment(createTimeSkippingEnvironment)
})
afterAll(() => env?.teardown())

const greet: ScriptedTurn = (input) => says(input, '안녕하세요. 무엇을 도와드릴까요?')
const speaksOn: ScriptedTurn = (input) => says(input, '네.')
const bye: ScriptedTurn = (input) => ({
  ...hears('됐어요'),
  ...says(input, '네.'),
  ...endsCall('caller_request'),
})

const contentOf = (content: string | undefined): unknown => JSON.parse(content ?? 'null')

test('a name that was heard in doubt is read back, and counts once the caller agrees', async () => {
  const { call } = await playCall(env, {
    turns: [
      greet,
      (input) => ({
        ...hears('홍길동이요', 0.4),
        ...says(input, '네, 어느 장례식장인가요?'),
        ...setsFields('toolu_1', { orderer: '홍길동' }),
      }),
      speaksOn,
      (input) => ({ ...hears('접수해 주세요'), ...says(input, '네.'), ...asksFor('confirm_order') }),
      speaksOn,
      (input) => ({
        ...hears('네 맞아요'),
        ...says(input, '네.'),
        ...setsFields('toolu_2', { orderer: '홍길동' }),
      }),
      bye,
    ],
  })
  expect(call.stored.map(({ fields }) => fields.orderer)).toEqual([
    { value: '홍길동', words: '홍길동', confidence: 0.4, confirmed: false, atMs: 1_500 },
    { value: '홍길동', words: '홍길동', confidence: 0.4, confirmed: true, atMs: 1_500 },
  ])
  const say =
    '보내시는 분 성함을 확인하겠습니다. 홍수 할 때 홍, 길거리 할 때 길, 동쪽 할 때 동, 홍길동 님, 맞으세요?'
  const due = [{ field: 'orderer', value: '홍길동', say }]
  expect(call.turns[2]?.input).toMatchObject({ opening: 'continue', context: { doubts: { orderer: {} } } })
  expect(contentOf(call.turns[2]?.input.toolResults[0]?.content)).toMatchObject({ ok: true, read_back: due })
  // Placing waits for it.
  expect(call.confirmed).toEqual([])
  expect(contentOf(call.turns[4]?.input.toolResults[0]?.content)).toEqual({ ok: false, read_back: due })
  expect(call.turns[6]?.input).toMatchObject({ opening: 'listen' })
  expect(call.turns[6]?.input.context).not.toHaveProperty('doubts')
})

test('the words of the value tell whether it is in doubt, not the rest of the turn', async () => {
  const heard = (name: number, rest: number) => [
    { text: '저기', confidence: rest },
    { text: '홍길동이요.', confidence: name },
  ]
  const tells = (confidence: number, words: ReturnType<typeof heard>): ScriptedTurn => {
    const { caller } = hears('저기 홍길동이요.', confidence)
    return (input) => ({
      caller: caller === undefined || caller === null ? null : { ...caller, heard: words },
      ...says(input, '네.'),
      ...setsFields(`toolu_${confidence}`, { orderer: '홍길동' }),
    })
  }
  const { call } = await playCall(env, {
    turns: [greet, tells(0.7, heard(0.3, 0.95)), speaksOn, tells(0.5, heard(0.9, 0.1)), bye],
  })
  expect(call.stored.map(({ fields }) => fields.orderer)).toMatchObject([
    { confidence: 0.3, confirmed: false },
    { confidence: 0.3, confirmed: true },
  ])
  expect(call.turns[2]?.input.opening).toBe('continue')
})

test('a placed order is not changed on words that may have been others', async () => {
  const { call } = await playCall(env, {
    turns: [
      greet,
      (input) => ({
        ...hears('주문이요'),
        ...says(input, '네.'),
        ...setsFields('toolu_1', { room: '3호실' }),
      }),
      (input) => ({ ...hears('네'), ...says(input, '네.'), ...asksFor('confirm_order') }),
      speaksOn,
      (input) => ({
        ...hears('오호실로요', 0.3),
        ...says(input, '네.'),
        ...setsFields('toolu_2', { room: '5호실' }),
      }),
      speaksOn,
      (input) => ({ ...hears('네'), ...says(input, '네.'), ...setsFields('toolu_3', { room: '5호실' }) }),
      speaksOn,
      bye,
    ],
    service: {
      editPlacedOrder: async ({ fields }) => {
        edits.push(fields.room)
        return { status: 'refused', code: 'already_made' }
      },
    },
  })
  expect(contentOf(call.turns[5]?.input.toolResults[0]?.content)).toMatchObject({
    ok: false,
    read_back: [{ field: 'room', value: '5호실' }],
  })
  expect(edits).toEqual([{ value: '5호실', words: '5호실', confidence: 0.3, confirmed: true, atMs: 1_500 }])
})
const edits: unknown[] = []

test('two answers that were not understood offer a person, and a yes has one call back', async () => {
  const { call } = await playCall(env, {
    turns: [
      greet,
      (input) => ({
        ...hears('어버버'),
        ...says(input, '보내시는 분 성함이 어떻게 되세요?'),
        ...asksFor(NOT_UNDERSTOOD),
        miss: 'not_understood',
      }),
      (input) => ({ ...hears('츠즈', 0.2), ...says(input, '한 번만 더요.'), miss: 'low_confidence' }),
      (input) => says(input, '상담원과 통화하시겠어요?'),
      (input) => ({ ...hears('네'), ...says(input, '네.'), ...asksFor('hand_over') }),
      speaksOn,
      bye,
    ],
  })
  expect(call.turns.map(({ input }) => [input.opening, input.streak.misses])).toEqual([
    ['greet', undefined],
    ['listen', 0],
    ['listen', 1],
    ['offer_person', 2],
    ['listen', 0],
    ['continue', 0],
    ['listen', 0],
  ])
  expect(call.callBacks).toMatchObject([{ orderNo: ORDER_NO, cause: 'call_person_wanted' }])
})

test('a person is offered once in a turn that met silence, and an answer begins the count anew', async () => {
  const silence = { silent: true, miss: 'silence' } as const
  const { call } = await playCall(env, {
    turns: [
      greet,
      (input) => ({ ...silence, ...says(input, '여보세요?') }),
      (input) => ({ ...silence, ...says(input, '상담원과 통화하시겠어요?'), personOffered: true }),
      (input) => ({ ...hears('아니요 한빛상사요'), ...says(input, '네.') }),
      (input) => ({ ...silence, ...says(input, '여보세요?') }),
      bye,
    ],
  })
  expect(call.turns.map(({ input }) => input.streak.misses)).toEqual([undefined, 0, 1, 0, 0, 1])
  expect(call.turns.map(({ input }) => input.opening)).not.toContain('offer_person')
})
