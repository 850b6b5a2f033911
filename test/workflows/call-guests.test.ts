/** Supervisors who listen in, agents who take a call over, and pauses of the recording, asked of a live call. */
import { WorkflowUpdateFailedError } from '@temporalio/client'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { GuestMode, JoinCallInput } from '../../domain/call-guests.ts'
import { joinCall, leaveCall, setCallRecording } from '../../workflows/call-messages.ts'
import { eventually } from '../support/patience.ts'
import { createTimeSkippingEnvironment } from '../support/temporal.ts'
import {
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

const wish = (call: ScriptedCall, mode: GuestMode, personId = 'person-1'): JoinCallInput => ({
  personId,
  personName: '김팀장',
  mode,
  extension: '1001',
  gatewayHost: call.phonesHost,
})
const greets: ScriptedTurn = (input) => says(input, '안녕하세요.')
const endsPolitely: ScriptedTurn = (input) => ({
  ...hears('됐어요'),
  ...says(input, '안녕히 계세요.'),
  ...endsCall('caller_request'),
})
const refusalOf = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => 'accepted',
    (error: unknown) => {
      if (!(error instanceof WorkflowUpdateFailedError)) throw error
      return error.cause?.message
    },
  )

describe('a supervisor', () => {
  test('listens in: their telephone rings, they hear the call, and it goes on when they leave', async () => {
    const { call, result } = await playCall(env, {
      turns: [
        greets,
        async (input, call) => {
          await call.ask(joinCall, wish(call, 'listen'))
          await eventually(() => expect(call.conferences).toHaveLength(1))
          expect(await refusalOf(call.ask(joinCall, wish(call, 'listen')))).toBe('already_there')
          expect(await refusalOf(call.ask(joinCall, wish(call, 'whisper', 'person-2')))).toBe('nobody_talks')
          expect(await refusalOf(call.ask(leaveCall, { personId: 'person-2' }))).toBe('not_there')
          await call.ask(leaveCall, { personId: 'person-1' })
          await eventually(() => expect(call.conferences).toHaveLength(2))
          return says(input, '네, 말씀하세요.')
        },
        endsPolitely,
      ],
    })
    expect(result.end).toBe('caller_request')
    const [dialled] = call.dialled
    expect(dialled).toMatchObject({
      calleeNumber: '1001',
      callerNumber: '01012345678',
      via: 'phones',
      recorded: false,
      callId: call.input.callId,
    })
    expect(call.conferences).toMatchObject([
      {
        conferenceId: call.input.callId,
        revision: 1,
        whenPartyEnds: 'hang_up_others',
        members: [
          { legId: call.input.legId, role: 'party' },
          { legId: dialled?.legId, role: 'listener', mediaSocketUrl: `ws://phones/legs/${dialled?.legId}` },
        ],
      },
      { revision: 2, members: [] },
    ])
    expect(call.audio).toEqual([])
    expect(call.guests.at(0)).toMatchObject({ mode: 'listen', joinedAt: null, leftAt: null })
    expect(call.guests.at(-1)).toMatchObject({
      personId: 'person-1',
      personName: '김팀장',
      legId: dialled?.legId,
      joinedAt: '2026-11-21T05:00:20.000Z',
      leftAt: expect.any(String),
    })
    await recordHistory(env, call.workflowId, 'inbound-call-listened-in')
  })

  test('who does not answer is noted, and nothing else happens', async () => {
    const { call, result } = await playCall(env, {
      guestsAnswer: false,
      turns: [
        greets,
        async (input, call) => {
          await call.ask(joinCall, wish(call, 'listen'))
          await eventually(() => expect(call.guests.at(-1)?.leftAt).toEqual(expect.any(String)))
          return says(input, '네.')
        },
        endsPolitely,
      ],
    })
    expect(result.end).toBe('caller_request')
    expect(call.guests.at(-1)).toMatchObject({ joinedAt: null })
    expect(call.conferences.flatMap(({ members }) => members)).toEqual([])
  })

  test('who hears nothing, because the gateway can not bring them together, is hung up', async () => {
    const { call, result } = await playCall(env, {
      conference: false,
      turns: [
        greets,
        async (input, call) => {
          await call.ask(joinCall, wish(call, 'talk'))
          await eventually(() => expect(call.guests.at(-1)?.leftAt).toEqual(expect.any(String)))
          return says(input, '네.')
        },
        endsPolitely,
      ],
    })
    expect(result.end).toBe('caller_request')
    expect(call.audio).toEqual([])
  })
})

describe('an agent', () => {
  test('takes the call over: the AI is silent, a supervisor whispers, and the call ends with the caller', async () => {
    const { call, result } = await playCall(env, {
      turns: [
        greets,
        async (_input, call) => {
          await call.ask(joinCall, wish(call, 'talk'))
          await eventually(() => expect(call.audio).toHaveLength(1))
          expect(await refusalOf(call.ask(joinCall, wish(call, 'talk', 'person-2')))).toBe('somebody_talks')
          await call.ask(joinCall, wish(call, 'whisper', 'person-2'))
          await eventually(() => expect(call.conferences.at(-1)?.members).toHaveLength(3))
          call.hangUp()
          // The turn was given up: nobody waits for what it says.
          return {}
        },
      ],
    })
    expect(result.end).toBe('taken_over')
    const [agent, supervisor] = call.dialled.map(({ legId }) => legId)
    expect(call.audio).toEqual([{ legId: call.input.legId, silencesUs: true }])
    expect(call.conferences.at(-1)?.members).toMatchObject([
      { legId: call.input.legId, role: 'party' },
      { legId: agent, role: 'party' },
      { legId: supervisor, role: 'coach', coaches: [agent] },
    ])
    expect(
      call.guests
        .filter(({ leftAt }) => leftAt !== null)
        .map(({ legId }) => legId)
        .toSorted(),
    ).toEqual([agent, supervisor].toSorted())
    expect(call.callBacks).toEqual([])
    expect(call.states.at(-1)).toBe('ended')
    await recordHistory(env, call.workflowId, 'inbound-call-taken-over')
  })

  test('passes it on to nobody and is gone: the caller is called back', async () => {
    const { call, result } = await playCall(env, {
      absent: '1002',
      turns: [
        greets,
        async (_input, call) => {
          await call.ask(joinCall, wish(call, 'talk'))
          await eventually(() => expect(call.audio).toHaveLength(1))
          const agent = call.dialled[0]?.legId
          if (agent === undefined) throw new Error('nobody was rung')
          await call.transfers(agent, '1002')
          await eventually(() => expect(call.conferences.at(-1)?.whenPartyEnds).toBe('free_others'))
          await eventually(() => expect(call.dialled).toHaveLength(2))
          call.hangUpGuest(agent)
          await eventually(() =>
            expect(call.guests.some(({ legId, leftAt }) => legId === agent && leftAt !== null)).toBe(true),
          )
          expect(call.hungUp).toEqual([])
          call.hangUpGuest(call.dialled[1]?.legId ?? '', 'no_answer')
          return {}
        },
      ],
    })
    expect(result.end).toBe('taken_over')
    expect(call.hungUp.map(({ legId }) => legId)).toContain(call.input.legId)
    expect(call.callBacks).toMatchObject([
      { orderNo: ORDER_NO, cause: 'call_transfer_lost', key: `${call.workflowId}:call-back` },
    ])
    // No text that would tell of an order they had begun.
    expect(call.texts).toEqual([])
    await recordHistory(env, call.workflowId, 'inbound-call-transfer-lost')
  })
})

test('a recording is paused and goes on, and the record tells who did that', async () => {
  const { call } = await playCall(env, {
    turns: [
      greets,
      async (input, call) => {
        await call.ask(setCallRecording, { paused: true, personName: '이상담' })
        await call.ask(setCallRecording, { paused: false, personName: '박상담' })
        return says(input, '네.')
      },
      endsPolitely,
    ],
  })
  const { callId } = call.input
  expect(call.pauses).toEqual([
    { callId, pauses: [{ fromMs: 4_000, toMs: null }], personName: '이상담' },
    { callId, pauses: [{ fromMs: 4_000, toMs: 9_000 }], personName: '박상담' },
  ])
})
