/** A number that somebody of ours dials by hand. */
import { WorkflowFailedError } from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { joinCall } from '../../workflows/call-messages.ts'
import { createTimeSkippingEnvironment } from '../support/temporal.ts'
import { playAgentCall, type ScriptedAgentCall } from './agent-call-harness.ts'
import { ORDER_NO } from './inbound-call-harness.ts'
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

test('where nobody can tell whom they may call, their telephone is told so at once', async () => {
  const calls: ScriptedAgentCall[] = []
  const played = playAgentCall(env, {
    target: () => {
      throw ApplicationFailure.nonRetryable('no database')
    },
    story: async (call) => void calls.push(call),
  })
  await expect(played).rejects.toThrow(WorkflowFailedError)
  expect(calls[0]?.hungUp).toEqual([{ legId: calls[0]?.input.legId, afterPlayoutMs: 0, refusal: 503 }])
  expect(calls[0]?.dialled).toEqual([])
})

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

const COLLEAGUE = {
  kind: 'phone',
  extension: '1002',
  gatewayHost: '',
  personId: 'person-2',
  personName: '박상담',
} as const
/** The customer is called; whoever else is dialled is a colleague. */
const target = (dialled: string) => (dialled === '01098765432' ? OUTSIDE : COLLEAGUE)
const musicOf = (call: ScriptedAgentCall) =>
  call.audio.flatMap(({ hold }) => (hold === undefined ? [] : [hold]))

describe('a call is transferred', () => {
  test('to a colleague: the customer hears music until they answer, and then talks with them', async () => {
    const { call, result } = await playAgentCall(env, {
      target,
      story: async (call) => {
        await connected(call)
        await call.transfers()
        await eventually(() => expect(call.told).toHaveLength(1))
        await eventually(() => expect(call.guests.at(-1)?.leftAt).toEqual(expect.any(String)))
        call.end(call.calleeLeg)
      },
    })
    expect(result).toEqual({ end: 'talked' })
    const [, rung] = call.dialled
    expect(rung).toMatchObject({
      callerNumber: '01098765432',
      calleeNumber: '1002',
      via: 'phones',
      recorded: false,
    })
    expect(call.told).toEqual([{ legId: call.input.legId, transferId: '1', sipCode: 200 }])
    expect(musicOf(call)).toEqual(['music', null])
    // While it rings, nobody is hung up who should stay.
    expect(call.conferences.map(({ whenPartyEnds, members }) => [whenPartyEnds, members.length])).toEqual(
      expect.arrayContaining([
        ['hang_up_others', 2],
        ['free_others', 2],
      ]),
    )
    expect(call.conferences.at(-1)?.members.map(({ legId }) => legId)).not.toContain(call.input.legId)
    expect(call.guests.filter(({ legId }) => legId === rung?.legId).at(0)).toMatchObject({
      personId: 'person-2',
      personName: '박상담',
      mode: 'talk',
    })
    await recordHistory(env, call.handle.workflowId, 'agent-call-transferred')
  })

  test('to a number outside, which is called with the company’s and kept masked', async () => {
    const { call } = await playAgentCall(env, {
      target: (dialled) => ({ kind: 'outside', number: dialled }),
      story: async (call) => {
        await connected(call)
        await call.transfers({ number: '0311234567' })
        await eventually(() => expect(call.told).toHaveLength(1))
        call.end(call.calleeLeg)
      },
    })
    expect(call.dialled[1]).toMatchObject({ callerNumber: '15880000', calleeNumber: '0311234567' })
    expect(call.dialled[1]?.via).toBeUndefined()
    expect(call.guests.map(({ personName }) => personName)).toContain('031-***-4567')
    expect(call.told).toMatchObject([{ sipCode: 200 }])
  })

  test.each([
    ['busy', 486],
    ['no_answer', 480],
    ['rejected', 603],
  ] as const)('in vain where the colleague is %s: it goes on as before', async (outcome, sipCode) => {
    const { call, result } = await playAgentCall(env, {
      target,
      callees: { '1002': outcome },
      story: async (call) => {
        await connected(call)
        await call.transfers()
        await eventually(() => expect(call.told).toMatchObject([{ sipCode }]))
        await eventually(() => expect(call.conferences.at(-1)?.whenPartyEnds).toBe('hang_up_others'))
        call.end(call.input.legId)
      },
    })
    expect(result).toEqual({ end: 'talked' })
    expect(musicOf(call)).toEqual(['music', null])
    const last = call.conferences.findLast(({ members }) => members.length > 0)
    expect(last?.members.map(({ legId }) => legId)).toEqual([call.calleeLeg, call.input.legId])
  })

  test('to nobody where the rules exclude the number, or where it was not they who talk', async () => {
    const { call } = await playAgentCall(env, {
      target: (dialled) => (dialled === '01098765432' ? OUTSIDE : { kind: 'refused', sipCode: 403 }),
      story: async (call) => {
        await connected(call)
        await call.transfers({ number: '0601234567' })
        await eventually(() => expect(call.told).toHaveLength(1))
        // From the other side's leg: a colleague who was called may not give the call away.
        await call.transfers({ legId: call.calleeLeg, transferId: '2' })
        await eventually(() => expect(call.told).toHaveLength(2))
        call.end(call.input.legId)
      },
    })
    expect(call.told).toEqual([
      { legId: call.input.legId, transferId: '1', sipCode: 403 },
      { legId: call.calleeLeg, transferId: '2', sipCode: 603 },
    ])
    expect(call.dialled).toHaveLength(1)
    expect(musicOf(call)).toEqual([])
  })

  test('by one who hangs up at once: the customer waits, and is hung up only when nobody comes', async () => {
    const { call } = await playAgentCall(env, {
      target,
      callees: { '1002': 'rings' },
      story: async (call) => {
        await connected(call)
        await call.transfers()
        await eventually(() => expect(call.dialled).toHaveLength(2))
        await eventually(() => expect(call.conferences.at(-1)?.whenPartyEnds).toBe('free_others'))
        call.end(call.input.legId)
        await eventually(() =>
          expect(call.guests.some(({ legId, leftAt }) => legId === call.input.legId && leftAt !== null)).toBe(
            true,
          ),
        )
        expect(call.hungUp).toEqual([])
        const rung = call.dialled[1]?.legId
        if (rung !== undefined) call.end(rung, 'no_answer')
      },
    })
    expect(call.hungUp.map(({ legId }) => legId)).toContain(call.calleeLeg)
    // Somebody has to call them back.
    expect(call.opened).toEqual([
      { source: { kind: 'call', callId: call.input.callId }, customerPhone: '01098765432' },
    ])
    expect(call.linked).toEqual([ORDER_NO])
    expect(call.callBacks).toMatchObject([
      { orderNo: ORDER_NO, cause: 'call_transfer_lost', key: `${call.handle.workflowId}:call-back` },
    ])
    await recordHistory(env, call.handle.workflowId, 'agent-call-transfer-lost')
  })

  test('by one who hangs up at once: a customer who does not want to wait longer is called back, too', async () => {
    const { call } = await playAgentCall(env, {
      target,
      callees: { '1002': 'rings' },
      story: async (call) => {
        await connected(call)
        await call.transfers()
        await eventually(() => expect(call.dialled).toHaveLength(2))
        await eventually(() => expect(call.conferences.at(-1)?.whenPartyEnds).toBe('free_others'))
        call.end(call.input.legId)
        await eventually(() =>
          expect(call.guests.some(({ legId, leftAt }) => legId === call.input.legId && leftAt !== null)).toBe(
            true,
          ),
        )
        call.end(call.calleeLeg)
      },
    })
    expect(call.callBacks).toMatchObject([{ cause: 'call_transfer_lost' }])
  })

  test.each([
    ['a colleague', COLLEAGUE],
    ['a customer, who talks with the colleague', OUTSIDE],
  ])('of %s: nobody is called back', async (_who, first) => {
    const { call } = await playAgentCall(env, {
      target: (dialled) => (dialled === '01098765432' ? first : { ...COLLEAGUE, extension: dialled }),
      callees: first === COLLEAGUE ? { '1003': 'busy' } : {},
      story: async (call) => {
        await connected(call)
        await call.transfers({ number: '1003' })
        await eventually(() => expect(call.told).toHaveLength(1))
        call.end(first === COLLEAGUE ? call.input.legId : call.calleeLeg)
      },
    })
    expect(call.callBacks).toEqual([])
  })

  test('no further where the customer hangs up while it rings: the colleague’s telephone is silent again', async () => {
    const { call } = await playAgentCall(env, {
      target,
      callees: { '1002': 'rings' },
      story: async (call) => {
        await connected(call)
        await call.transfers()
        await eventually(() => expect(call.dialled).toHaveLength(2))
        call.end(call.calleeLeg)
      },
    })
    expect(call.hungUp.map(({ legId }) => legId)).toContain(call.dialled[1]?.legId)
    // They hung up on somebody who was there.
    expect(call.callBacks).toEqual([])
  })
})
