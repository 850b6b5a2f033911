/** A number that somebody of ours dials by hand. */
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { joinCall } from '../../workflows/call-messages.ts'
import { createTimeSkippingEnvironment } from '../support/temporal.ts'
import { playAgentCall, type ScriptedAgentCall } from './agent-call-harness.ts'
import { recordHistory } from './record-history.ts'
import { prepareEnvironment } from './ticket-harness.ts'

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await prepareEnvironment(createTimeSkippingEnvironment)
})
afterAll(() => env?.teardown())

const OUTSIDE = { kind: 'outside', number: '01098765432' } as const
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 30_000, interval: 20 })
const connected = (call: ScriptedAgentCall) =>
  eventually(() => expect(call.conferences.at(-1)?.members).toHaveLength(2))

test('a customer is called with the number of the company, connected, recorded, and the record names who called', async () => {
  const { call, result } = await playAgentCall(env, {
    target: OUTSIDE,
    story: async (call) => {
      await connected(call)
      call.end(call.calleeLeg)
      call.end(call.input.legId)
    },
  })
  expect(result).toEqual({ end: 'talked' })
  expect(call.asked).toEqual([{ extension: '1001', dialled: '01098765432' }])
  expect(call.dialled).toEqual([
    {
      kind: 'dial',
      legId: call.calleeLeg,
      callId: call.input.callId,
      callerNumber: '15880000',
      calleeNumber: '01098765432',
      ringTimeoutMs: 45_000,
    },
  ])
  expect(call.answered).toEqual([call.input.legId])
  expect(call.conferences[0]).toMatchObject({
    conferenceId: call.input.callId,
    whenPartyEnds: 'hang_up_others',
    members: [
      { legId: call.calleeLeg, role: 'party' },
      { legId: call.input.legId, role: 'party' },
    ],
  })
  expect(call.records).toMatchObject([
    {
      direction: 'outbound',
      fromNumber: '15880000',
      toNumber: '01098765432',
      placedBy: { personId: 'person-1', personName: '이상담' },
      answeredAt: null,
    },
    { answeredAt: '2026-11-21T05:00:09.000Z' },
  ])
  expect(call.guests.at(-1)).toMatchObject({
    personId: 'person-1',
    mode: 'talk',
    joinedAt: '2026-11-21T05:00:09.000Z',
    leftAt: expect.any(String),
  })
  expect(call.finished).toMatchObject([{ report: { legId: call.calleeLeg } }])
  await recordHistory(env, call.handle.workflowId, 'agent-call')
})

test.each([
  ['busy', 486],
  ['no_answer', 480],
  ['rejected', 603],
  ['failed', 503],
] as const)(
  '%s is told to the telephone that dialled as %i, which was never answered',
  async (outcome, code) => {
    const { call, result } = await playAgentCall(env, {
      target: OUTSIDE,
      callees: { '01098765432': outcome },
      story: async () => {},
    })
    expect(result).toEqual({ end: 'not_answered' })
    expect(call.answered).toEqual([])
    expect(call.hungUp[0]).toEqual({ legId: call.input.legId, afterPlayoutMs: 0, refusal: code })
    expect(call.conferences.flatMap(({ members }) => members)).toEqual([])
    if (outcome === 'busy') await recordHistory(env, call.handle.workflowId, 'agent-call-busy')
  },
)

test.each([403, 404, 480] as const)(
  'a number that may not be dialled is refused with %i, and nobody is called',
  async (sipCode) => {
    const { call, result } = await playAgentCall(env, {
      target: { kind: 'refused', sipCode },
      story: async () => {},
    })
    expect(result).toEqual({ end: 'refused' })
    expect(call.dialled).toEqual([])
    expect(call.hungUp[0]).toEqual({ legId: call.input.legId, afterPlayoutMs: 0, refusal: sipCode })
    expect(call.finished).toMatchObject([{ report: null }])
  },
)

test('who gives up while it rings does not leave the other side ringing', async () => {
  const { call, result } = await playAgentCall(env, {
    target: OUTSIDE,
    callees: { '01098765432': 'rings' },
    story: async (call) => {
      await eventually(() => expect(call.held).toHaveLength(2))
      call.end(call.input.legId)
    },
  })
  expect(result).toEqual({ end: 'given_up' })
  expect(call.answered).toEqual([])
  expect(call.finished).toMatchObject([{ report: { legId: call.calleeLeg, outcome: 'cancelled' } }])
})

test('a colleague is called by their extension, at the gateway where they are, and that is not recorded', async () => {
  const { call } = await playAgentCall(env, {
    target: {
      kind: 'phone',
      extension: '1002',
      gatewayHost: '',
      personId: 'person-2',
      personName: '박상담',
    },
    story: async (call) => {
      await connected(call)
      call.end(call.input.legId)
    },
  })
  expect(call.dialled).toMatchObject([
    { callerNumber: '1001', calleeNumber: '1002', via: 'phones', recorded: false },
  ])
  // Who is left alone is hung up, too.
  expect(call.hungUp.map(({ legId }) => legId)).toContain(call.calleeLeg)
})

test('calls of our people are not recorded where the owner wants none', async () => {
  const { call } = await playAgentCall(env, {
    target: OUTSIDE,
    isRecorded: false,
    story: async (call) => {
      await connected(call)
      call.end(call.input.legId)
    },
  })
  expect(call.dialled).toMatchObject([{ recorded: false }])
})

test('a supervisor whispers to a colleague in a call of their own', async () => {
  const { call } = await playAgentCall(env, {
    target: OUTSIDE,
    story: async (call) => {
      await connected(call)
      await call.ask(joinCall, {
        personId: 'person-9',
        personName: '김팀장',
        mode: 'whisper',
        extension: '1009',
        gatewayHost: call.input.gatewayHost,
      })
      await eventually(() => expect(call.conferences.at(-1)?.members).toHaveLength(3))
      call.end(call.input.legId)
    },
  })
  expect(call.conferences.find(({ members }) => members.length === 3)?.members.at(-1)).toMatchObject({
    role: 'coach',
    coaches: [call.input.legId],
  })
})
