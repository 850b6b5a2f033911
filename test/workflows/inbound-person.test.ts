/** A caller who wants a person, or was not understood: somebody at the desk is rung at once, a call back is for when nobody is there. */
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/patience.ts'
import { createTimeSkippingEnvironment } from '../support/temporal.ts'
import { settledBut } from '../support/workflow-rest.ts'
import {
  asks,
  endsCall,
  hears,
  ORDER_NO,
  playCall,
  type ScriptedCall,
  type ScriptedTurn,
  says,
} from './inbound-call-harness.ts'
import { recordHistory } from './record-history.ts'
import { prepareEnvironment } from './ticket-harness.ts'

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await prepareEnvironment(createTimeSkippingEnvironment)
})
afterAll(() => env?.teardown())

const greets: ScriptedTurn = (input) => says(input, '안녕하세요.')
const wantsPerson: ScriptedTurn = (input) => ({
  ...hears('상담원 바꿔 주세요'),
  ...says(input, '네, 상담원을 연결해 드리겠습니다.'),
  ...asks('toolu_person', 'hand_over', { reason: '세금계산서를 원합니다' }),
})
const tells: ScriptedTurn = (input) => says(input, '지금은 통화할 수 있는 상담원이 없습니다.')
const bye: ScriptedTurn = (input) => ({
  ...hears('됐어요'),
  ...says(input, '안녕히 계세요.'),
  ...endsCall('caller_request'),
})

/** Music, our silence from then on, and no music. */
const isConnected = (call: ScriptedCall) =>
  eventually(() =>
    expect(call.audio.map(({ hold, silencesUs }) => hold ?? silencesUs ?? null)).toEqual([
      'music',
      true,
      null,
    ]),
  )

/** Everything that follows from it is done, but for telephones. */
const rests = async ({ workflowId }: ScriptedCall) => {
  await settledBut(env.client.workflow.getHandle(workflowId), ['holdLeg', 'takeTurn'])
}
const talks = async (call: ScriptedCall) => {
  await isConnected(call)
  await rests(call)
}
const rings = async (call: ScriptedCall) => {
  await eventually(() => expect(call.dialled).toHaveLength(1))
  await rests(call)
}

/** The next word after the request is nobody's: the caller talks with a person, then hangs up. */
const withPerson = (check: (call: ScriptedCall) => Promise<void>): ScriptedTurn => {
  return (input, call) => {
    void check(call).finally(() => call.hangUp())
    return wantsPerson(input, call)
  }
}

test('who is at the desk is rung at once, the AI is silent, and nobody has to call back', async () => {
  const { call, result } = await playCall(env, { desk: ['1001'], turns: [greets, withPerson(talks)] })
  expect(result.end).toBe('taken_over')
  expect(call.turns).toHaveLength(2)
  expect(call.dialled).toMatchObject([
    {
      calleeNumber: '1001',
      callerNumber: '01012345678',
      via: 'phones',
      recorded: false,
      ringTimeoutMs: 20_000,
    },
  ])
  expect(call.conferences.find(({ members }) => members.length > 0)?.members).toMatchObject([
    { legId: call.input.legId, role: 'party' },
    { legId: call.dialled[0]?.legId, role: 'party' },
  ])
  expect(call.guests.at(-1)).toMatchObject({ personId: 'person-1', mode: 'talk', leftAt: expect.any(String) })
  expect(call.callBacks).toEqual([])
  await recordHistory(env, call.workflowId, 'inbound-call-person-at-once')
})

test('who hangs up the moment they are connected has had their talk', async () => {
  const { call } = await playCall(env, { desk: ['1001'], turns: [greets, withPerson(isConnected)] })
  expect(call.callBacks).toEqual([])
})

test('the second telephone is rung where the first does not answer', async () => {
  const { call, result } = await playCall(env, {
    desk: ['1001', '1002'],
    absent: '1001',
    turns: [
      greets,
      withPerson(async (call) => {
        await rings(call)
        call.hangUpGuest(call.dialled[0]?.legId ?? '', 'no_answer')
        await talks(call)
      }),
    ],
  })
  expect(result.end).toBe('taken_over')
  expect(call.dialled.map(({ calleeNumber }) => calleeNumber)).toEqual(['1001', '1002'])
  expect(call.callBacks).toEqual([])
})

test('where nobody is there the AI says so and goes on, and somebody calls back', async () => {
  const { call, result } = await playCall(env, { turns: [greets, wantsPerson, tells, bye] })
  expect(result.end).toBe('caller_request')
  const { toolResults = [], opening } = call.turns[2]?.input ?? {}
  expect(opening).toBe('continue')
  expect(JSON.parse(toolResults[0]?.content ?? '')).toEqual({
    ok: true,
    connected: false,
    message: 'a colleague gets in touch at the number they reach us from.',
  })
  // No music is left on.
  expect(call.audio.map(({ hold }) => hold)).toEqual(['music', null])
  expect(call.callBacks).toMatchObject([{ orderNo: ORDER_NO, cause: 'call_person_wanted' }])
})

test('who hangs up while it rings is called back', async () => {
  const { call, result } = await playCall(env, {
    desk: ['1001'],
    absent: '1001',
    turns: [greets, withPerson(rings)],
  })
  expect(result.end).toBe('caller_hung_up')
  expect(call.callBacks).toMatchObject([{ cause: 'call_person_wanted' }])
})
