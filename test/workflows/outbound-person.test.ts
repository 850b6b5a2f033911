/** A requested call is put through to a person: by the AI, by somebody of ours, to a number and to the desk, in vain too. */
import { WorkflowUpdateFailedError } from '@temporalio/client'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TransferTarget } from '../../activities/person-transfer-types.ts'
import type { TakeTurnInput, TakeTurnResult } from '../../domain/dialogue.ts'
import type { PersonTransferPolicy } from '../../domain/outbound-policy.ts'
import { joinCall } from '../../workflows/call-messages.ts'
import { putThrough } from '../../workflows/outbound-request-messages.ts'
import { createTimeSkippingEnvironment } from '../support/temporal.ts'
import { hears, says } from './inbound-call-harness.ts'
import { playRequest, type ScriptedRequest, talksOn } from './outbound-request-harness.ts'
import { recordHistory } from './record-history.ts'
import { prepareEnvironment } from './ticket-harness.ts'

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await prepareEnvironment(createTimeSkippingEnvironment)
})
afterAll(() => env?.teardown())

const HOST = 'host-out'
const COLLEAGUE: TransferTarget = {
  kind: 'phone',
  extension: '1001',
  gatewayHost: HOST,
  personId: 'person-1',
  personName: '김상담',
}
const SECOND: TransferTarget = { ...COLLEAGUE, extension: '1002', personId: 'person-2', personName: '이상담' }
const OUTSIDE: TransferTarget = { kind: 'outside', number: '01055556666' }
const desk = (mode: PersonTransferPolicy['mode']) => ({
  transfer: { to: 'desk', mode, ringTimeoutSeconds: 20 },
})

let asked = 0
const greets = (input: TakeTurnInput) => says(input, '안녕하세요, ABC 주식회사 AI 비서입니다.')
const bids = (input: TakeTurnInput) => says(input, '확인 감사합니다.')
const reports = (questions: readonly object[], more: object = {}): Partial<TakeTurnResult> => ({
  toolCalls: [{ id: `toolu_r${asked++}`, name: 'report_task_state', input: { questions, ...more } }],
})
const ATTENDS = { id: 'q1', status: 'answered', answer: '참석 가능', confidence: 0.95 }
const STAYS = { id: 'q2', status: 'answered', answer: '장소 변경 불필요', confidence: 0.92 }
const connects = (input: TakeTurnInput): Partial<TakeTurnResult> => ({
  ...hears('담당자 바꿔 주세요'),
  ...says(input, '네, 담당자를 연결해 드리겠습니다.'),
  toolCalls: [{ id: `toolu_c${asked++}`, name: 'connect_person', input: { reason: '견적을 묻고 싶음' } }],
})
const answersFirst = (input: TakeTurnInput) => ({
  ...hears('네, 참석 가능합니다.'),
  ...says(input, '장소는요?'),
  ...reports([ATTENDS]),
})
const refusalOf = (wish: Promise<unknown>): Promise<unknown> =>
  wish.then(
    () => 'accepted',
    (error: unknown) => {
      if (!(error instanceof WorkflowUpdateFailedError)) throw error
      return error.cause?.message
    },
  )
const isConnected = (world: ScriptedRequest) => () =>
  world.transfers.some(({ state }) => state === 'connected')

describe('who asks for a person', () => {
  test('hears music, the colleague hears what it is about, then they talk and the AI is gone', async () => {
    const { world, progress } = await playRequest(
      env,
      {
        policy: desk('warm'),
        people: [{ target: COLLEAGUE, answers: true }],
        calls: [{ turns: [greets, answersFirst, connects] }],
      },
      async (world) => {
        await world.comesTo(isConnected(world))
        world.hangUp()
      },
    )
    expect(progress).toMatchObject({ state: 'completed', attemptCount: 1 })
    expect(world.transferStates).toEqual(['ringing', 'briefing', 'connected'])
    expect(world.transfers.at(-1)).toMatchObject({
      outboundId: world.workflowId,
      to: 'desk',
      mode: 'warm',
      askedBy: 'callee',
      reason: '견적을 묻고 싶음',
      attempts: 1,
      personId: 'person-1',
      personName: '김상담',
      connectedAt: expect.any(String),
      endedAt: expect.any(String),
    })
    const [ring] = world.rung
    expect(ring).toMatchObject({
      calleeNumber: '1001',
      callerNumber: '01098765432',
      via: 'phones',
      recorded: false,
      ringTimeoutMs: 20_000,
    })
    expect(world.briefings).toMatchObject([{ legId: ring?.legId, opening: 'tell', afterHello: true }])
    const briefing = world.briefings[0]?.message?.join(' ')
    expect(briefing).toContain('내일 오후 2시 미팅 일정 확인')
    expect(briefing).toContain('참석 가능 여부: 참석 가능.')
    expect(briefing).toContain('견적을 묻고 싶음')
    const together = world.conferences.find(({ members }) => members.length > 0)
    expect(together).toMatchObject({
      whenPartyEnds: 'hang_up_others',
      members: [
        { legId: world.dialled[0]?.legId, role: 'party' },
        { legId: ring?.legId, role: 'party', mediaSocketUrl: `ws://people/${ring?.legId}` },
      ],
    })
    // Music, our silence from then on, and no music.
    expect(world.audio.map(({ hold, silencesUs }) => hold ?? silencesUs ?? null)).toEqual([
      'music',
      true,
      null,
    ])
    expect(world.guests.at(-1)).toMatchObject({
      personId: 'person-1',
      mode: 'talk',
      leftAt: expect.any(String),
    })
    expect(world.events.at(-1)?.type).toBe('outbound_ended')
    expect(world.snapshots.at(-1)?.task.questions[0]?.answer).toBe('참석 가능')
    await recordHistory(env, world.workflowId, 'outbound-request-put-through')
  })

  test('is put through to a number at once where that is wanted', async () => {
    const { world } = await playRequest(
      env,
      {
        policy: { transfer: { to: '010-5555-6666', mode: 'blind', ringTimeoutSeconds: 20 } },
        people: [{ target: OUTSIDE, answers: true }],
        calls: [{ turns: [greets, connects] }],
      },
      async (world) => {
        await world.comesTo(isConnected(world))
        world.hangUpPerson(world.rung[0]?.legId ?? '')
        await world.comesTo(() => world.transfers.some(({ endedAt }) => endedAt !== null))
        world.hangUp()
      },
    )
    expect(world.briefings).toEqual([])
    expect(world.rung).toMatchObject([{ calleeNumber: '01055556666', callerNumber: '07012345678' }])
    expect(world.rung[0]?.via).toBeUndefined()
    expect(world.transferStates).toEqual(['ringing', 'connected'])
    expect(world.transfers.at(-1)).toMatchObject({ personId: null, personName: '010-****-6666' })
  })

  test('goes on with the AI where nobody answers: two are rung, it apologises and asks on', async () => {
    const { world, progress } = await playRequest(env, {
      policy: desk('warm'),
      people: [
        { target: COLLEAGUE, answers: false },
        { target: SECOND, answers: false },
      ],
      calls: [
        {
          turns: [
            greets,
            answersFirst,
            connects,
            (input) =>
              says(input, '죄송합니다, 지금 받을 수 있는 담당자가 없습니다. 장소 변경 필요 여부는요?'),
            (input) => ({
              ...hears('바꾸지 않아도 됩니다. 나중에 담당자가 전화 주세요.'),
              ...says(input, '네, 담당자가 전화드리겠습니다.'),
              ...reports([STAYS], { call_back: true }),
            }),
            bids,
          ],
        },
      ],
    })
    expect(progress).toMatchObject({ state: 'completed', failureReason: null })
    expect(world.rung.map(({ calleeNumber }) => calleeNumber)).toEqual(['1001', '1002'])
    expect(world.transferStates).toEqual(['ringing', 'no_answer'])
    expect(world.transfers.at(-1)).toMatchObject({
      attempts: 2,
      connectedAt: null,
      endedAt: expect.any(String),
    })
    const back = world.turns.find(({ opening }) => opening === 'continue')
    expect(back?.toolResults).toMatchObject([
      { ok: false, mustTell: true, content: '{"connected":false,"why":"nobody answers"}' },
    ])
    expect(world.audio.map(({ hold }) => hold)).toEqual(['music', null])
    expect(world.conferences.flatMap(({ members }) => members)).toEqual([])
    expect(world.snapshots.at(-1)?.task).toMatchObject({ callBackWanted: true })
    expect(world.events.at(-1)).toEqual({ type: 'outbound_completed', task_completed: true })
    await recordHistory(env, world.workflowId, 'outbound-request-nobody-there')
  })

  test('hangs up while it rings: nobody is connected, the telephone stops', async () => {
    const { world, progress } = await playRequest(
      env,
      {
        policy: desk('warm'),
        people: [{ target: COLLEAGUE, answers: true }],
        calls: [{ turns: [greets, connects] }],
      },
      async (world) => {
        await world.comesTo(() => world.briefings.length > 0)
        world.hangUp()
      },
    )
    expect(progress.state).toBe('completed')
    expect(world.transferStates.at(-1)).toBe('given_up')
    expect(world.conferences.flatMap(({ members }) => members)).toEqual([])
    expect(world.guests.at(-1)?.leftAt).toEqual(expect.any(String))
  })

  test.each(['ringing', 'connected'] as const)(
    'is called off while the colleague is %s: both telephones stop, and all of it is written down',
    async (moment) => {
      const { world, progress } = await playRequest(
        env,
        {
          policy: desk('blind'),
          people: [{ target: COLLEAGUE, answers: moment === 'connected' || 'rings' }],
          calls: [{ turns: [greets, answersFirst, connects] }],
        },
        async (world) => {
          await world.comesTo(() => world.rung.length > 0 && world.transferStates.includes(moment))
          await world.cancel()
        },
      )
      expect(progress.state).toBe('cancelled')
      expect(world.transfers.at(-1)?.endedAt).toEqual(expect.any(String))
      expect(world.guests.at(-1)?.leftAt).toEqual(expect.any(String))
      expect(world.snapshots.at(-1)?.task.questions[0]?.answer).toBe('참석 가능')
    },
  )

  test('is told so where nobody may be rung', async () => {
    const { world } = await playRequest(env, {
      calls: [
        {
          turns: [
            greets,
            connects,
            (input) => ({
              ...hears('그럼 참석해요'),
              ...says(input, '장소는요?'),
              ...reports([ATTENDS, STAYS]),
            }),
            bids,
          ],
        },
      ],
    })
    expect(world.turns[0]?.context).not.toHaveProperty('connectsPerson')
    expect(world.transfers).toEqual([])
    expect(world.turns[2]?.toolResults).toMatchObject([{ ok: false, content: 'there is no such tool' }])
  })
})

describe('somebody of ours', () => {
  const wish = { askedBy: 'agent@example.com', reason: '직접 설명하겠습니다' }

  test('has the other side put through: that is said first; a second wish meanwhile is refused', async () => {
    const { world } = await playRequest(
      env,
      {
        policy: desk('blind'),
        people: [{ target: OUTSIDE, answers: true }],
        calls: [{ turns: [greets, talksOn, (input) => says(input, '담당자를 연결해 드리겠습니다.')] }],
      },
      async (world) => {
        await world.talks(2)
        await world.ask(putThrough, { ...wish, to: '01055556666', mode: 'warm' })
        await world.comesTo(isConnected(world))
        expect(await refusalOf(world.ask(putThrough, wish))).toBe('somebody_talks')
        world.hangUp()
      },
    )
    expect(world.turns[2]).toMatchObject({
      opening: 'tell',
      message: ['담당자를 연결해 드리겠습니다.', '잠시만 기다려 주세요.'],
    })
    expect(world.transfers.at(-1)).toMatchObject({
      to: '01055556666',
      mode: 'warm',
      askedBy: 'agent@example.com',
      reason: '직접 설명하겠습니다',
    })
    await recordHistory(env, world.workflowId, 'outbound-request-put-through-by-us')
  })

  test('is refused before the answer', async () => {
    await playRequest(env, { calls: [{ stays: 'ringing' }] }, async (world) => {
      await world.reaches(({ progress: { state } }) => state === 'ringing')
      expect(await refusalOf(world.ask(putThrough, wish))).toBe('not_live')
      await world.cancel()
    })
  })

  test('listens in on a requested call and takes it over: the AI is silent, what was found out is kept', async () => {
    const me = { personId: 'person-1', personName: '김상담', extension: '1001', gatewayHost: HOST }
    const { world, progress } = await playRequest(
      env,
      {
        people: [
          { target: COLLEAGUE, answers: true },
          { target: SECOND, answers: true },
        ],
        calls: [{ turns: [greets, answersFirst, talksOn] }],
      },
      async (world) => {
        await world.talks(3)
        await world.ask(joinCall, { ...me, mode: 'listen' })
        await world.comesTo(() => world.conferences.at(-1)?.members.length === 2)
        await world.ask(joinCall, { ...me, personId: 'person-2', extension: '1002', mode: 'talk' })
        await world.comesTo(() => world.audio.length > 0)
        world.hangUp()
      },
    )
    expect(world.conferences[0]?.members.map(({ role }) => role)).toEqual(['party', 'listener'])
    expect(
      world.conferences.find(({ members }) => members.length === 3)?.members.map(({ role }) => role),
    ).toEqual(['party', 'listener', 'party'])
    expect(world.audio).toMatchObject([{ silencesUs: true }])
    expect(progress.state).toBe('completed')
    expect(world.turns).toHaveLength(3)
    expect(world.snapshots.at(-1)?.task.questions[0]?.answer).toBe('참석 가능')
    await recordHistory(env, world.workflowId, 'outbound-request-taken-over')
  })
})
