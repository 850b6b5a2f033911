import { expect, it } from 'vitest'
import { flowOf } from '../../activities/dialogue/flows.ts'
import type { DialogueContext, OrderIntakeContext } from '../../domain/dialogue.ts'
import type { FlowContent } from '../../domain/flow-content.ts'
import { FLOW_TOOLS, SHIPPED_FLOWS } from '../../domain/flow-defaults.ts'
import { makeOrderNo } from '../../domain/ids.ts'
import { EMPTY_ORDER } from '../../domain/order.ts'
import { NOT_UNDERSTOOD } from '../../domain/talk-misses.ts'

const order: OrderIntakeContext = {
  flow: 'order_intake',
  companyName: '한빛 화환',
  language: 'ko',
  callerNumber: '01012345678',
  now: '2026-11-21T14:00:00+09:00',
  priceWon: 80_000,
  order: EMPTY_ORDER,
}
const alarm: DialogueContext = {
  flow: 'issue_alarm',
  companyName: '한빛 화환',
  language: 'ko',
  now: '2026-11-21T14:00:00+09:00',
  brief: { orderNo: makeOrderNo('261121', [0, 0, 0, 0]), kind: 'complaint', reason: '꽃이 시들었습니다.' },
}
const vendor: DialogueContext = {
  flow: 'vendor_order',
  companyName: '한빛 화환',
  language: 'ko',
  now: '2026-11-21T14:00:00+09:00',
  brief: {
    task: { kind: 'place' },
    orderNo: makeOrderNo('261121', [0, 0, 0, 0]),
    reference: '261121-2222-1',
    erpOrderId: null,
    order: EMPTY_ORDER,
    priceWon: 40_000,
  },
}
const pinned = (change: Partial<FlowContent>): OrderIntakeContext => ({
  ...order,
  edition: { version: 3, content: { ...SHIPPED_FLOWS.order_call, ...change } },
})
const toolNames = (context: DialogueContext) => flowOf(context).tools.map(({ name }) => name)

it('a version says its own words and, in a language that it lacks, those that were shipped', () => {
  const context = pinned({
    phrases: { disclosure: { ko: '{company} 인공지능입니다.' }, fault: { ko: '다시 한번요.' } },
  })
  expect(flowOf(context).greeting()).toEqual({
    disclosure: ['한빛 화환 인공지능입니다.', '통화는 녹음됩니다.'],
    question: '무엇을 도와드릴까요?',
  })
  expect(flowOf(context).fault()).toEqual(['다시 한번요.'])
  expect(flowOf({ ...context, language: 'en' }).greeting().disclosure).toEqual([
    'Hello, this is the AI assistant of 한빛 화환.',
    'This call is recorded.',
  ])
})

it('a version tells the model who it is and what it may tell, after the rules', () => {
  const knowledge = [{ title: '영업', text: '{company}은(는) 24시간 합니다.' }]
  const { system } = flowOf(pinned({ persona: '밝게 말합니다.', knowledge }))
  expect(system.startsWith('# Flow: order_intake\n')).toBe(true)
  expect(system).toContain('밝게 말합니다.')
  expect(system).toContain('### 영업\n한빛 화환은(는) 24시간 합니다.')
  expect(system.indexOf('밝게')).toBeGreaterThan(system.indexOf('## You are on the telephone'))
  expect(flowOf(order).system).not.toContain('## What you may tell')
})

it('a version leaves tools out, adds none, and never those that an order needs', () => {
  const tools = ['look_up_order', 'refund', 'report_result']
  expect(toolNames(pinned({ tools }))).toEqual([
    'set_order_fields',
    'confirm_order',
    'look_up_order',
    'hand_over',
    NOT_UNDERSTOOD,
    'end_call',
  ])
})

it.each([
  ['order_call', order],
  ['order_chat', { ...order, medium: 'text' as const }],
  ['vendor_order', vendor],
  ['issue_alarm', alarm],
] as const)('what may be chosen in %s are the tools that there are', (flow, context) => {
  expect(toolNames(context).filter((name) => name !== NOT_UNDERSTOOD)).toEqual(FLOW_TOOLS[flow].permitted)
})

it('calls that we place say who calls, that it is recorded, and what for', () => {
  expect(flowOf(alarm).greeting().disclosure).toEqual([
    '안녕하세요, 한빛 화환 AI 비서입니다.',
    '통화는 녹음됩니다.',
    expect.stringContaining('컴플레인'),
    '꽃이 시들었습니다.',
  ])
  expect(flowOf(vendor).greeting().disclosure[0]).toBe('안녕하세요, 한빛 화환 AI 발주 담당입니다.')
  expect(flowOf(alarm).closing('acknowledged')).toEqual([
    '확인되었습니다. 이 주문은 화면에서 기다리고 있습니다. 감사합니다.',
  ])
  expect(flowOf(order).closing('silence')).toHaveLength(2)
})
