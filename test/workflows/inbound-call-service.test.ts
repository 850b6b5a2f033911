/** Who may hear of what on the phone is decided by the call's workflow, whatever the model asks for. */
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ReportProblemInput, ServiceActivities } from '../../activities/service.ts'
import { makeOrderNo } from '../../domain/ids.ts'
import { EMPTY_ORDER } from '../../domain/order.ts'
import type { OrderInShort } from '../../domain/order-in-short.ts'
import { createTimeSkippingEnvironment } from '../support/temporal.ts'
import {
  asks,
  endsCall,
  hears,
  ORDER_NO,
  playCall,
  type ScriptedTurn,
  says,
  setsFields,
} from './inbound-call-harness.ts'
import { recordHistory } from './record-history.ts'
import { prepareEnvironment } from './ticket-harness.ts'

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await prepareEnvironment(createTimeSkippingEnvironment)
})
afterAll(() => env?.teardown())

const OWN: OrderInShort = {
  orderNo: makeOrderNo('261120', [0, 0, 0, 0]),
  recipient: '고 박영자',
  hall: '서울아산병원 장례식장 3호실',
  progress: 'delivered',
  deliveredAt: '2026-11-21T14:00:00+09:00',
  photo: true,
  mayChange: false,
  attention: false,
}
const THEIRS: OrderInShort = {
  ...OWN,
  orderNo: makeOrderNo('261120', [0.5, 0, 0, 0]),
  recipient: '고 이영희',
}

const greet: ScriptedTurn = (input) => says(input, '안녕하세요.')
const bye: ScriptedTurn = (input) => ({
  ...hears('네'),
  ...says(input, '안녕히 계세요.'),
  ...endsCall('nothing_more'),
})
/** The caller says something, the model asks for one tool; the next turn speaks on from its result. */
const turn =
  (
    words: string,
    name: string,
    input: Readonly<Record<string, unknown>>,
    id = `toolu_${name}`,
  ): ScriptedTurn =>
  () => ({
    ...hears(words),
    ...asks(id, name, input),
  })
const speaksOn: ScriptedTurn = (input) => says(input, '네.')

/** A scripted service that notes what it was asked for. */
function scripted(answers: Partial<ServiceActivities>) {
  const asked: { readonly name: string; readonly input: unknown }[] = []
  const noting = Object.fromEntries(
    Object.entries(answers).map(([name, answer]) => [
      name,
      async (input: never) => {
        asked.push({ name, input })
        return await answer(input)
      },
    ]),
  ) as Partial<ServiceActivities>
  return { service: noting, asked }
}

const resultsOf = (call: Awaited<ReturnType<typeof playCall>>['call']) =>
  call.turns.flatMap(({ input }) => input.toolResults.map(({ ok, content }) => ({ ok, content })))

test('a known caller: their orders are in the context, the photo link goes out once under its key', async () => {
  const { service, asked } = scripted({ sendPhotoLink: async () => ({ status: 'sent' }) })
  const { call } = await playCall(env, {
    policy: { orders: [OWN] },
    service,
    turns: [greet, turn('도착했나요?', 'send_photo_link', { order_no: OWN.orderNo }), speaksOn, bye],
  })
  expect(call.turns[1]?.input.context).toMatchObject({ orders: [OWN] })
  expect(asked).toEqual([
    {
      name: 'sendPhotoLink',
      input: { orderNo: OWN.orderNo, key: `${call.workflowId}:toolu_send_photo_link` },
    },
  ])
  expect(resultsOf(call)).toMatchObject([{ ok: true }])
  // No ticket was opened for a question.
  expect(call.opened).toEqual([])
  await recordHistory(env, call.workflowId, 'inbound-call-service')
})

test.each([
  ['send_photo_link', { order_no: THEIRS.orderNo }],
  ['cancel_order', { order_no: THEIRS.orderNo, words: '취소해 주세요' }],
  ['set_order_fields', { order_no: THEIRS.orderNo, room: { value: '5호실', words: '5호실', confidence: 1 } }],
  ['same_order', { order_no: THEIRS.orderNo, same: true }],
])('a stranger’s %s for an order of somebody else reaches nothing and tells nothing', async (name, input) => {
  const { service, asked } = scripted({
    sendPhotoLink: async () => ({ status: 'sent' }),
    cancelByCustomer: async () => ({ status: 'cancelled' }),
    editPlacedOrder: async () => ({ status: 'changed', order: EMPTY_ORDER, problems: [] }),
    settleSameOrder: async () => ({ status: 'two_orders' }),
  })
  const { call } = await playCall(env, {
    service,
    turns: [greet, turn('제 주문인데요', name, input), speaksOn, bye],
  })
  expect(asked).toEqual([])
  expect(call.stored).toEqual([])
  const told = JSON.stringify(resultsOf(call))
  expect(told).toContain('"ok":false')
  for (const secret of [THEIRS.orderNo, '이영희', '서울아산병원']) expect(told).not.toContain(secret)
})

test('number and name open an order for the rest of the call; wrong pairs are counted and then refused', async () => {
  const { service, asked } = scripted({
    lookUpOrder: async ({ orderNo, name }) =>
      orderNo === THEIRS.orderNo && name === '이영희'
        ? { status: 'found', orders: [THEIRS] }
        : { status: 'proof_wrong' },
    sendPhotoLink: async () => ({ status: 'sent' }),
  })
  const guess = (name: string, id: string) =>
    turn(name, 'look_up_order', { order_no: THEIRS.orderNo, name }, id)
  const proved = await playCall(env, {
    service,
    turns: [
      greet,
      guess('홍길동', 'toolu_1'),
      speaksOn,
      guess('이영희', 'toolu_2'),
      speaksOn,
      turn('사진 보내 주세요', 'send_photo_link', { order_no: THEIRS.orderNo.replace('-', ' ') }),
      speaksOn,
      bye,
    ],
  })
  expect(asked.map(({ name }) => name)).toEqual(['lookUpOrder', 'lookUpOrder', 'sendPhotoLink'])
  expect(resultsOf(proved.call).map(({ ok }) => ok)).toEqual([false, true, true])

  asked.length = 0
  const guesses = ['김철수', '박영자', '최민호', '이영희'].flatMap((name, i) => [
    guess(name, `toolu_g${i}`),
    speaksOn,
  ])
  const guessed = await playCall(env, { service, turns: [greet, ...guesses, bye] })
  // The fourth pair would have been right.
  expect(asked.map(({ name }) => name)).toEqual(['lookUpOrder', 'lookUpOrder', 'lookUpOrder'])
  expect(resultsOf(guessed.call).at(-1)).toMatchObject({
    ok: false,
    content: expect.stringContaining('too many'),
  })
})

test('what is told of a placed order is an edit of it, and a refusal is told with its reason', async () => {
  const { service, asked } = scripted({
    editPlacedOrder: async () => ({ status: 'refused', code: 'already_made' }),
  })
  const { call } = await playCall(env, {
    service,
    turns: [
      greet,
      () => ({
        ...hears('주문이요'),
        ...setsFields('toolu_1', { room: '3호실' }),
        ...says({ turnId: 't' } as never, '네'),
      }),
      turn('네 맞아요', 'confirm_order', {}),
      speaksOn,
      turn('5호실로 바꿔 주세요', 'set_order_fields', {
        room: { value: '5호실', words: '5호실', confidence: 0.8 },
      }),
      speaksOn,
      bye,
    ],
  })
  expect(call.stored).toHaveLength(1)
  expect(asked).toMatchObject([
    {
      name: 'editPlacedOrder',
      input: { orderNo: ORDER_NO, fields: { room: { value: '5호실', atMs: 1_500 } } },
    },
  ])
  expect(call.turns.at(-2)?.input.context).toMatchObject({ placedAs: ORDER_NO })
  expect(resultsOf(call).at(-1)).toMatchObject({
    ok: false,
    content: expect.stringContaining('production has begun'),
  })
})

test('after "new" a second order of the call has a ticket of its own', async () => {
  const { call } = await playCall(env, {
    turns: [
      greet,
      () => ({ ...hears('주문이요'), ...setsFields('toolu_1', { room: '3호실' }) }),
      turn('네 맞아요', 'confirm_order', {}),
      speaksOn,
      turn(
        '하나 더요',
        'set_order_fields',
        { order_no: 'new', room: { value: '7호실', words: '7호실', confidence: 1 } },
        'toolu_2',
      ),
      speaksOn,
      bye,
    ],
  })
  expect(call.opened.map(({ nth }) => nth)).toEqual([undefined, 1])
})

test('a complaint is never lost: without a verified order it is noted for the number alone', async () => {
  const reports: ReportProblemInput[] = []
  const { service } = scripted({
    reportProblem: async (input) => {
      reports.push(input)
      return { orderNo: ORDER_NO, added: reports.length > 1 }
    },
  })
  const { call } = await playCall(env, {
    service,
    turns: [
      greet,
      turn(
        '아직도 안 왔어요',
        'report_problem',
        { kind: 'delivery_delay', words: '아직도 안 왔어요', order_no: THEIRS.orderNo },
        'toolu_1',
      ),
      speaksOn,
      turn('화가 나네요', 'report_problem', { kind: 'rage', words: '화가 나네요' }, 'toolu_2'),
      speaksOn,
      bye,
    ],
  })
  expect(reports).toMatchObject([
    {
      orderNo: null,
      claimed: THEIRS.orderNo,
      kind: 'delivery_delay',
      words: '아직도 안 왔어요',
      atMs: 1_500,
      customerNumber: '01012345678',
    },
    // An unknown kind is a complaint; it goes to where the first words went.
    { orderNo: ORDER_NO, claimed: null, kind: 'complaint' },
  ])
  expect(JSON.stringify(resultsOf(call))).not.toContain(THEIRS.orderNo)
  expect(call.states).toContain(`order ${ORDER_NO}`)
})

test('the same order told before is asked about only when the caller is known, and made one on their word', async () => {
  const before: OrderInShort = { ...OWN, progress: 'awaiting_payment', deliveredAt: null, photo: false }
  const { service, asked } = scripted({
    settleSameOrder: async () => ({
      status: 'merged',
      into: before.orderNo,
      order: { ...EMPTY_ORDER, room: '3호실' },
      placed: true,
    }),
  })
  const { call, result } = await playCall(env, {
    policy: { orders: [before] },
    service,
    tickets: {
      setOrderFields: async () => ({
        ok: true,
        missing: [],
        order: EMPTY_ORDER,
        problems: [],
        possibleDuplicateOf: before.orderNo,
      }),
    },
    turns: [
      greet,
      (input) => ({
        ...hears('고 박영자요'),
        ...says(input, '네.'),
        ...setsFields('toolu_1', { recipient: '고 박영자' }),
      }),
      turn('네 같은 거예요', 'same_order', { order_no: before.orderNo, same: true }),
      speaksOn,
      bye,
    ],
  })
  expect(call.turns[2]?.input.context).toMatchObject({ maybeSameAs: before })
  expect(asked).toMatchObject([{ input: { orderNo: ORDER_NO, other: before.orderNo, same: true } }])
  expect(call.turns[3]?.input.context).toMatchObject({
    placedAs: before.orderNo,
    order: { room: '3호실' },
    maybeSameAs: null,
  })
  expect(result.orderNo).toBe(before.orderNo)
})

test('who asks for a person is called back, also after an order was placed', async () => {
  const { call } = await playCall(env, {
    turns: [
      greet,
      () => ({ ...hears('주문이요'), ...setsFields('toolu_1', { room: '3호실' }) }),
      turn('네 맞아요', 'confirm_order', {}),
      speaksOn,
      turn('담당자 바꿔 주세요', 'hand_over', { reason: '세금계산서를 원합니다' }),
      speaksOn,
      bye,
    ],
  })
  expect(call.callBacks).toMatchObject([
    { orderNo: ORDER_NO, cause: 'call_person_wanted', reason: expect.stringContaining('세금계산서') },
  ])
})

test('tools nobody offers, with names of the language itself, are refused', async () => {
  const { call } = await playCall(env, {
    turns: [
      greet,
      turn('네', 'constructor', {}),
      speaksOn,
      turn('네', 'refund_order', { amount: 80_000 }),
      speaksOn,
      bye,
    ],
  })
  expect(resultsOf(call).map(({ content }) => content)).toEqual([
    'there is no such tool',
    'there is no such tool',
  ])
})
