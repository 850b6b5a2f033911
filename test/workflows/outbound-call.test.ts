import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TakeTurnResult } from '../../domain/dialogue.ts'
import { createTimeSkippingEnvironment } from '../support/temporal.ts'
import { endsCall, hears, says } from './inbound-call-harness.ts'
import { ALARM_CALL, playOutboundCall, VENDOR_CALL } from './outbound-call-harness.ts'
import { recordHistory } from './record-history.ts'
import { prepareEnvironment } from './ticket-harness.ts'

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await prepareEnvironment(createTimeSkippingEnvironment)
})
afterAll(() => env?.teardown())

const ORDER_NO = VENDOR_CALL.brief.orderNo
const reports = (input: Record<string, unknown>): Partial<TakeTurnResult> => ({
  toolCalls: [
    { id: 'toolu_report', name: 'report_result', input },
    ...(endsCall('task_done').toolCalls ?? []),
  ],
})

test('a vendor who takes the order: dialled from any gateway, recorded, hung up after the goodbye', async () => {
  const { call, result } = await playOutboundCall(env, {
    call: VENDOR_CALL,
    turns: [
      (input) => ({ ...hears('네, 꽃마을입니다'), ...says(input, '안녕하세요.') }),
      (input) => ({
        ...hears('접수번호는 B261121-0001입니다'),
        ...says(input, '감사합니다.'),
        ...reports({ status: 'placed', order_number: 'b261121-0001', words: '접수했습니다' }),
      }),
    ],
  })
  expect(result).toEqual({
    outcome: 'completed_by_us',
    answered: true,
    result: {
      status: 'placed',
      found: false,
      erpOrderId: 'B261121-0001',
      vendorStatus: null,
      words: '접수했습니다',
    },
  })
  expect(call.dialled).toMatchObject([
    { kind: 'dial', callerNumber: '15880000', calleeNumber: '0311112222', ringTimeoutMs: 30_000 },
  ])
  expect(call.records.map(({ direction, answeredAt }) => [direction, answeredAt])).toEqual([
    ['outbound', null],
    ['outbound', '2026-11-21T05:00:01.000Z'],
  ])
  expect(call.turns.map(({ opening, context }) => [opening, context.flow])).toEqual([
    ['greet', 'vendor_order'],
    ['listen', 'vendor_order'],
  ])
  expect(call.hungUp).toMatchObject([{ afterPlayoutMs: 20_000 }])
  expect(call.notes).toEqual([
    `order ${ORDER_NO}`,
    'turn 0',
    'turn 1',
    'finished completed_by_us',
    `주문 ${ORDER_NO}: 외주업체가 발주를 접수했습니다 (접수번호 B261121-0001).`,
  ])
  await recordHistory(env, call.workflowId, 'outbound-call-vendor-order')
})

test('an order without a number is not placed', async () => {
  const { result } = await playOutboundCall(env, {
    call: VENDOR_CALL,
    turns: [(input) => says(input, '안녕하세요.'), () => reports({ status: 'placed', words: '네네' })],
  })
  expect(result.result).toMatchObject({ status: 'unclear', erpOrderId: null })
})

test('a vendor who hangs up in the middle has settled nothing', async () => {
  const { call, result } = await playOutboundCall(env, {
    call: VENDOR_CALL,
    turns: [
      (input) => says(input, '안녕하세요.'),
      (_input, scripted) => {
        scripted.hangUp()
        return { end: 'leg_ended' }
      },
    ],
  })
  expect(result).toEqual({ outcome: 'completed_by_remote', answered: true, result: null })
  expect(call.notes.at(-1)).toContain('결론 없이')
})

test.each(['no_answer', 'busy', 'rejected', 'failed'] as const)('%s is a result', async (outcome) => {
  const { call, result } = await playOutboundCall(env, { call: VENDOR_CALL, unanswered: outcome })
  expect(result).toEqual({ outcome, answered: false, result: null })
  expect(call.turns).toEqual([])
  expect(call.hungUp).toEqual([])
  if (outcome === 'no_answer') await recordHistory(env, call.workflowId, 'outbound-call-no-answer')
})

test('the owner takes note in words', async () => {
  const { result } = await playOutboundCall(env, {
    call: ALARM_CALL,
    turns: [
      (input) => says(input, '안녕하세요.'),
      (input) => ({
        ...hears('네 확인했어요'),
        ...says(input, '감사합니다.'),
        toolCalls: [
          { id: 'toolu_a', name: 'acknowledge', input: {} },
          ...(endsCall('task_done').toolCalls ?? []),
        ],
      }),
    ],
  })
  expect(result).toMatchObject({ answered: true, result: { acknowledged: true } })
})

test('the owner takes note with a key: the turn is given up for the goodbye', async () => {
  const { call, result } = await playOutboundCall(env, {
    call: ALARM_CALL,
    turns: [
      (input) => says(input, '안녕하세요.'),
      async (_input, scripted) => {
        await scripted.presses('5')
        await scripted.presses('1')
        return new Promise<never>(() => {})
      },
      (input) => says(input, '확인되었습니다.'),
    ],
  })
  expect(result).toMatchObject({ answered: true, result: { acknowledged: true } })
  expect(call.turns.at(-1)).toMatchObject({ opening: 'close', closing: 'acknowledged' })
  await recordHistory(env, call.workflowId, 'outbound-call-alarm')
})

test('an owner who says nothing has not taken note', async () => {
  const { result } = await playOutboundCall(env, {
    call: ALARM_CALL,
    turns: Array.from({ length: 5 }, () => () => ({ silent: true })),
  })
  expect(result).toMatchObject({ answered: true, result: { acknowledged: false } })
})
