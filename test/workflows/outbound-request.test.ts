/** A requested call from the queue to its result, on a server that skips time. */
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TakeTurnInput, TakeTurnResult } from '../../domain/dialogue.ts'
import type { FlowEdition } from '../../domain/flow-content.ts'
import { SHIPPED_FLOWS } from '../../domain/flow-defaults.ts'
import { newProgress, type OutboundState } from '../../domain/outbound-request.ts'
import { newTask, readReport } from '../../domain/question-answers.ts'
import { createTimeSkippingEnvironment } from '../support/temporal.ts'
import { hears, says } from './inbound-call-harness.ts'
import { playRequest, type RequestScript, type ScriptedCall, talksOn } from './outbound-request-harness.ts'
import { recordHistory } from './record-history.ts'
import { prepareEnvironment } from './ticket-harness.ts'

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await prepareEnvironment(createTimeSkippingEnvironment)
})
afterAll(() => env?.teardown())

interface Reported {
  readonly id: string
  readonly status: string
  readonly answer?: string
  readonly confidence?: number
}
let reported = 0
const reports = (questions: readonly Reported[], more: object = {}): Partial<TakeTurnResult> => ({
  toolCalls: [{ id: `toolu_${reported++}`, name: 'report_task_state', input: { questions, ...more } }],
})
const greets = (input: TakeTurnInput) => says(input, '안녕하세요, ABC 주식회사 AI 비서입니다.')
const bids = (input: TakeTurnInput) => says(input, '확인 감사합니다.')
const ATTENDS = { id: 'q1', status: 'answered', answer: '참석 가능', confidence: 0.95 }
const STAYS = { id: 'q2', status: 'answered', answer: '장소 변경 불필요', confidence: 0.92 }

/** Both questions answered, one after the other. */
const SURVEY: ScriptedCall = {
  turns: [
    greets,
    (input) => ({ ...hears('네, 참석 가능합니다.'), ...says(input, '장소는요?'), ...reports([ATTENDS]) }),
    (input) => ({
      ...hears('아니요, 기존 장소로 괜찮습니다.'),
      ...says(input, '감사합니다.'),
      ...reports([STAYS]),
    }),
    bids,
  ],
}

test('asks all and ends: each thing is told when it is so, the answers are kept word for word', async () => {
  const { world, progress } = await playRequest(env, { calls: [SURVEY] })
  expect(progress).toMatchObject({
    state: 'completed',
    attemptCount: 1,
    failureReason: null,
    nextTryAt: null,
  })
  expect(world.states).toEqual(['queued', 'dialing', 'ringing', 'connected', 'completed'])
  expect(world.events).toEqual([
    { type: 'outbound_queued' },
    { type: 'outbound_dialing', attempt: 1 },
    { type: 'outbound_ringing' },
    { type: 'outbound_connected', answered_at: progress.answeredAt },
    { type: 'outbound_progress', progress: { total: 2, completed: 1 } },
    { type: 'outbound_progress', progress: { total: 2, completed: 2 } },
    { type: 'outbound_completed', task_completed: true },
  ])
  expect(world.dialled).toMatchObject([
    {
      kind: 'dial',
      callerNumber: '07012345678',
      calleeNumber: '01098765432',
      callerDisplayName: 'ABC 주식회사',
      ringTimeoutMs: 30_000,
      headers: { 'X-Outbound-Call-ID': world.workflowId },
      sipCallIdPrefix: `outbound-${world.workflowId}`,
    },
  ])
  expect(world.turns.map(({ opening, closing }) => closing ?? opening)).toEqual([
    'greet',
    'listen',
    'listen',
    'all_asked',
  ])
  const last = world.snapshots.at(-1)
  expect(last).toMatchObject({ isOver: true, summary: '참석 가능, 장소 변경 불필요.' })
  expect(last?.sipCallId).toBe(`outbound-${world.workflowId}-0000cafe`)
  expect(last?.task.questions).toMatchObject([
    { answer: '참석 가능', words: '네, 참석 가능합니다.', confidence: 0.95 },
    { answer: '장소 변경 불필요', words: '아니요, 기존 장소로 괜찮습니다.', confidence: 0.92 },
  ])
  expect(world.snapshots.map(({ version }) => version)).toEqual(world.snapshots.map((_, index) => index + 1))
  expect(world.hungUp).toMatchObject([{ afterPlayoutMs: 20_000 }])
  await recordHistory(env, world.workflowId, 'outbound-request-survey')
})

test('each call is spoken in the version that is live when it is made, and its record names it', async () => {
  const version = (number: number): FlowEdition => ({
    version: number,
    content: { ...SHIPPED_FLOWS.outbound_request, persona: `버전 ${number}의 말투` },
  })
  const { world } = await playRequest(env, {
    editions: [version(3), version(2)],
    calls: [{ unanswered: 'no_answer' }, SURVEY],
  })
  expect(world.turns.map(({ context }) => context.edition?.version)).toEqual([2, 2, 2, 2])
  const named = world.records.flatMap(({ flow }) => (flow === undefined ? [] : [flow]))
  expect(named).toEqual([{ name: 'outbound_request', version: 2 }])
  await recordHistory(env, world.workflowId, 'outbound-request-version')
})

test('an unclear answer is asked again, a refusal is accepted', async () => {
  const { world, progress } = await playRequest(env, {
    calls: [
      {
        turns: [
          greets,
          (input) => ({
            ...hears('글쎄요'),
            ...says(input, '다시 여쭙겠습니다.'),
            ...reports([{ id: 'q1', status: 'unclear', confidence: 0.3 }]),
          }),
          (input) => ({
            ...hears('네 갑니다, 장소는 말씀드리기 어려워요'),
            ...says(input, '네, 괜찮습니다.'),
            ...reports([ATTENDS, { id: 'q2', status: 'refused' }, { id: 'q9', ...{ status: 'answered' } }]),
          }),
          bids,
        ],
      },
    ],
  })
  expect(progress.state).toBe('completed')
  const asked = world.turns[2]?.context
  expect(asked?.flow === 'outbound_request' && asked.task.questions[0]?.status).toBe('unclear')
  expect(world.events.at(-1)).toEqual({ type: 'outbound_completed', task_completed: true })
  expect(world.snapshots.at(-1)?.task.questions.map(({ status }) => status)).toEqual(['answered', 'refused'])
})

test('an answer that was hardly heard is read back at once, and counts when they agree', async () => {
  const mumbles = hears('네, 참석 가능합니다.', 0.4)
  const { world } = await playRequest(env, {
    calls: [
      {
        turns: [
          greets,
          (input) => ({ ...mumbles, ...says(input, '네, 장소는요?'), ...reports([ATTENDS, STAYS]) }),
          (input) => says(input, '참석 가능, 맞으세요?'),
          (input) => ({ ...hears('네 맞아요'), ...says(input, '감사합니다.'), ...reports([ATTENDS, STAYS]) }),
          bids,
        ],
      },
    ],
  })
  expect(world.turns.map(({ opening, closing }) => closing ?? opening)).toEqual([
    'greet',
    'listen',
    'continue',
    'listen',
    'all_asked',
  ])
  expect(JSON.parse(world.turns[2]?.toolResults[0]?.content ?? '')).toMatchObject({
    completed: 0,
    read_back: [
      { id: 'q1', say: '잘 들리지 않아 확인하겠습니다. 참석 가능, 맞으세요?' },
      { id: 'q2', answer: '장소 변경 불필요' },
    ],
  })
  expect(world.snapshots.at(-1)?.task.questions).toMatchObject([
    { status: 'answered', words: '네, 참석 가능합니다.' },
    { status: 'answered' },
  ])
})

test('who hangs up on a doubtful answer leaves it unclear, with its confidence', async () => {
  const { world } = await playRequest(env, {
    calls: [
      {
        turns: [
          greets,
          (input, scripted) => {
            scripted.hangUp()
            return {
              ...hears('네, 참석 가능합니다.', 0.4),
              ...says(input, '장소는요?'),
              ...reports([ATTENDS]),
              end: 'leg_ended',
            }
          },
        ],
      },
    ],
  })
  const [answer] = world.snapshots.at(-1)?.task.questions ?? []
  expect(answer).toMatchObject({ status: 'unclear', answer: '참석 가능', confidence: 0.4 })
  expect(world.events.at(-1)).toEqual({ type: 'outbound_ended' })
})

test('who hangs up in the middle leaves a partial result', async () => {
  const { world, progress } = await playRequest(env, {
    calls: [
      {
        turns: [
          greets,
          (input) => ({
            ...hears('네, 참석 가능합니다.'),
            ...says(input, '장소는요?'),
            ...reports([ATTENDS]),
          }),
          (_input, scripted) => {
            scripted.hangUp()
            return { end: 'leg_ended' }
          },
        ],
      },
    ],
  })
  expect(progress).toMatchObject({ state: 'completed', attemptCount: 1 })
  expect(world.events.at(-1)).toEqual({ type: 'outbound_ended' })
  expect(world.snapshots.at(-1)?.task.questions.map(({ status }) => status)).toEqual(['answered', 'pending'])
  expect(world.dialled).toHaveLength(1)
  await recordHistory(env, world.workflowId, 'outbound-request-hung-up')
})

test('who is busy is left alone after an apology; nobody calls again', async () => {
  const { world, progress } = await playRequest(env, {
    calls: [
      {
        turns: [
          greets,
          (input) => ({
            ...hears('지금 바빠요'),
            ...says(input, '죄송합니다.'),
            ...reports([], { should_end_call: true }),
          }),
          bids,
        ],
      },
    ],
  })
  expect(progress.state).toBe('completed')
  expect(world.turns.at(-1)).toMatchObject({ opening: 'close', closing: 'declined' })
  expect(world.events.at(-1)).toEqual({ type: 'outbound_completed', task_completed: false })
})

test('nobody answers: called again after the interval, twice, with what is known; then it failed', async () => {
  const { world, progress } = await playRequest(env, {
    calls: [
      { unanswered: 'no_answer', sipCode: 487 },
      { unanswered: 'busy', sipCode: 486, rings: false },
      { unanswered: 'no_answer', sipCode: 487 },
    ],
  })
  expect(progress).toMatchObject({
    state: 'no_answer',
    attemptCount: 3,
    failureReason: 'SIP 487',
    nextTryAt: null,
  })
  expect(world.states).toEqual([
    'queued',
    ...['dialing', 'ringing', 'no_answer', 'queued'],
    ...['dialing', 'busy', 'queued'],
    ...['dialing', 'ringing', 'no_answer'],
  ])
  expect(world.events.map(({ type }) => type)).toEqual([
    'outbound_queued',
    'outbound_dialing',
    'outbound_ringing',
    'outbound_dialing',
    'outbound_dialing',
    'outbound_ringing',
    'outbound_failed',
  ])
  expect(world.events.at(-1)).toEqual({ type: 'outbound_failed', reason: 'SIP 487' })
  const begun = world.snapshots.filter(({ event }) => event?.type === 'outbound_dialing')
  const gaps = begun.slice(1).map(({ progress: at }, index) => {
    const before = begun[index]?.progress.startedAt ?? ''
    return Date.parse(at.startedAt ?? '') - Date.parse(before)
  })
  for (const gapMs of gaps) expect(gapMs).toBeGreaterThanOrEqual(300_000)
  expect(new Set(world.dialled.map(({ legId }) => legId)).size).toBe(3)
  await recordHistory(env, world.workflowId, 'outbound-request-retried')
})

test('who is cut off by the loss of a gateway is called again, and only asked for the rest', async () => {
  const { world, progress } = await playRequest(env, {
    calls: [
      {
        turns: [
          greets,
          (input) => ({
            ...hears('네, 참석 가능합니다.'),
            ...says(input, '장소는요?'),
            ...reports([ATTENDS]),
          }),
          (_, call) => {
            call.loseGateway()
            return { end: 'leg_ended' }
          },
        ],
      },
      {
        turns: [
          greets,
          (input) => ({ ...hears('괜찮습니다'), ...says(input, '감사합니다.'), ...reports([STAYS]) }),
          bids,
        ],
      },
    ],
  })
  expect(progress).toMatchObject({ state: 'completed', attemptCount: 2, failureReason: null })
  expect(world.states).toEqual([
    'queued',
    ...['dialing', 'ringing', 'connected', 'failed', 'queued'],
    ...['dialing', 'ringing', 'connected', 'completed'],
  ])
  const again = world.turns.find(({ legId }) => legId === world.dialled[1]?.legId)?.context
  expect(again?.flow === 'outbound_request' && again.task.questions[0]?.answer).toBe('참석 가능')
  expect(world.events.at(-1)).toEqual({ type: 'outbound_completed', task_completed: true })
})

test('the second call goes on with what an earlier one has found out', async () => {
  const task = readReport(newTask(['참석 가능 여부', '장소 변경 필요 여부']), { questions: [ATTENDS] }, null)
  const progress = { ...newProgress('ob-0000beef' as never), state: 'failed' as const, attemptCount: 3 }
  const { world } = await playRequest(env, {
    before: { progress, task, version: 17 },
    calls: [
      {
        turns: [
          greets,
          (input) => ({
            ...hears('괜찮습니다'),
            ...says(input, '감사합니다.'),
            ...reports([STAYS]),
          }),
          bids,
        ],
      },
    ],
  })
  const context = world.turns[0]?.context
  expect(context?.flow === 'outbound_request' && context.task.questions[0]?.answer).toBe('참석 가능')
  expect(world.snapshots[0]).toMatchObject({ version: 18, progress: { state: 'queued', attemptCount: 3 } })
  expect(world.events.at(-1)).toEqual({ type: 'outbound_completed', task_completed: true })
})

test.each([
  [{ unanswered: 'rejected', sipCode: 603 }, 'rejected', 'SIP 603'],
  [{ unanswered: 'failed', sipCode: 404, rings: false }, 'failed', 'SIP 404'],
  [
    { refused: 'Cannot resolve outbound target: 01098765432' },
    'failed',
    'Cannot resolve outbound target: 01098765432',
  ],
] as const)('%o ends as %s without another call', async (call, state, reason) => {
  const { world, progress } = await playRequest(env, { calls: [call] })
  expect(progress).toMatchObject({ state, failureReason: reason })
  expect(world.events.at(-1)).toEqual({ type: 'outbound_failed', reason })
  expect(world.dialled).toHaveLength(1)
})

describe('a machine answers', () => {
  const machine = (): Partial<TakeTurnResult> => ({
    ...hears('삐 소리 후 메시지를 남겨 주세요'),
    answeredBy: 'machine',
  })
  const machineMessage = '{display_name}입니다. {purpose} 건으로 전화드렸습니다.'

  test('and is called again as if nobody had: a person then is talked to', async () => {
    const { world, progress } = await playRequest(env, {
      policy: { machine: 'retry', machineMessage },
      calls: [
        { turns: [machine] },
        {
          ...SURVEY,
          turns: [(input) => ({ ...greets(input), answeredBy: 'person' }), ...SURVEY.turns.slice(1)],
        },
      ],
    })
    expect(progress).toMatchObject({ state: 'completed', attemptCount: 2, failureReason: null })
    const first = world.snapshots.find(({ progress: at }) => at.state === 'no_answer')
    expect(first?.progress.failureReason).toBe('voicemail')
    expect(world.turns.filter(({ opening }) => opening === 'greet').map((turn) => turn.judgesAnswer)).toEqual(
      [true, true],
    )
    expect(world.events.at(-1)).toEqual({ type: 'outbound_completed', task_completed: true })
  })

  test('and is left a message, after which nobody calls again', async () => {
    const { world, progress } = await playRequest(env, {
      policy: { machine: 'leave_message', machineMessage },
      calls: [{ turns: [machine, (input) => says(input, 'ABC 주식회사입니다.')] }],
    })
    expect(progress).toMatchObject({
      state: 'no_answer',
      attemptCount: 1,
      failureReason: 'voicemail, message left',
      nextTryAt: null,
    })
    expect(world.turns[1]).toMatchObject({
      opening: 'message',
      message: ['ABC 주식회사입니다.', expect.stringMatching(/건으로 전화드렸습니다\.$/)],
    })
    expect(world.dialled).toHaveLength(1)
    await recordHistory(env, world.workflowId, 'outbound-request-message-left')
  })

  test('that takes none, or a fax, is called again while the request wants it', async () => {
    const { progress } = await playRequest(env, {
      request: { maxRetries: 1 },
      policy: { machine: 'leave_message', machineMessage },
      calls: [{ turns: [machine, () => ({})] }, { turns: [() => ({ answeredBy: 'fax' })] }],
    })
    expect(progress).toMatchObject({ state: 'no_answer', attemptCount: 2, failureReason: 'fax' })
  })
})

test('no other call where the request does not want one', async () => {
  const { progress } = await playRequest(env, {
    request: { retryOnNoAnswer: false },
    calls: [{ unanswered: 'no_answer', sipCode: 487 }],
  })
  expect(progress).toMatchObject({ state: 'no_answer', attemptCount: 1 })
})

test('the time is over: we say so and hang up, what was found out is kept', async () => {
  const { world, progress } = await playRequest(env, {
    // This server does not skip time while somebody talks.
    request: { maxDuration: 1 },
    calls: [
      {
        turns: [
          greets,
          (input) => ({
            ...hears('네, 참석 가능합니다.'),
            ...says(input, '장소는요?'),
            ...reports([ATTENDS]),
          }),
          talksOn,
          bids,
        ],
      },
    ],
  })
  expect(progress.state).toBe('completed')
  expect(world.turns.at(-1)).toMatchObject({ opening: 'close', closing: 'time_limit' })
  expect(world.events.at(-1)).toEqual({ type: 'outbound_completed', task_completed: false })
  expect(world.hungUp).toHaveLength(1)
})

test('so many turns and no more', async () => {
  const { world } = await playRequest(env, {
    policy: { maxTurns: 2 },
    calls: [{ turns: [greets, (input) => ({ ...hears('음'), ...says(input, '네?') }), bids] }],
  })
  expect(world.turns.at(-1)).toMatchObject({ opening: 'close', closing: 'time_limit' })
  expect(world.events.at(-1)).toEqual({ type: 'outbound_completed', task_completed: false })
})

test('nobody can talk for us: it failed by our fault', async () => {
  const { world, progress } = await playRequest(env, { calls: [{ turns: [] }] })
  expect(progress).toMatchObject({ state: 'failed', failureReason: 'system error' })
  expect(world.events.at(-1)).toEqual({ type: 'outbound_failed', reason: 'system error' })
})

test('what is not to be kept is not: words and recording', async () => {
  const { world } = await playRequest(env, {
    policy: { saveTranscript: false, saveRecording: false, generateSummary: false },
    calls: [SURVEY],
  })
  expect(world.dialled).toMatchObject([{ recorded: false }])
  expect(world.notes).toEqual(['finished completed_by_us'])
  expect(world.snapshots.at(-1)?.summary).toBeNull()
})

test('a scheduled call waits for its moment, whatever zone it is told in', async () => {
  const atMs = (await env.currentTimeMs()) + 2_000
  const scheduledAt = new Date(atMs).toISOString().replace('Z', '+00:00')
  const { progress } = await playRequest(env, { request: { scheduledAt }, calls: [SURVEY] })
  expect(Date.parse(progress.startedAt ?? '')).toBeGreaterThanOrEqual(atMs)
})

describe('campaign-opt-out: who does not want to be called any more', () => {
  test('says so, and is written down at once, before the goodbye', async () => {
    const { world, progress } = await playRequest(env, {
      takesOptOut: true,
      calls: [
        {
          turns: [
            greets,
            (input) => ({
              ...hears('앞으로 전화하지 마세요'),
              ...says(input, '네, 다시 연락드리지 않겠습니다.'),
              ...reports([], { opt_out: true }),
            }),
            bids,
          ],
        },
      ],
    })
    expect(progress).toMatchObject({ state: 'completed', attemptCount: 1 })
    expect(world.optedOut).toEqual([
      { outboundId: world.workflowId, calleeNumber: '01098765432', by: 'voice' },
    ])
    expect(world.turns.at(-1)?.closing).toBe('declined')
    expect(world.snapshots.at(-1)?.task.optedOut).toBe(true)
    await recordHistory(env, world.workflowId, 'outbound-request-opt-out-voice')
  })

  test('is not called again where the gateway is lost during the goodbye', async () => {
    const { world, progress } = await playRequest(env, {
      takesOptOut: true,
      calls: [
        {
          turns: [
            greets,
            (input) => ({
              ...hears('앞으로 전화하지 마세요'),
              ...says(input, '네, 다시 연락드리지 않겠습니다.'),
              ...reports([], { opt_out: true }),
            }),
            (_, call) => {
              call.loseGateway()
              return { end: 'leg_ended' }
            },
          ],
        },
      ],
    })
    expect(progress).toMatchObject({ state: 'failed', attemptCount: 1, nextTryAt: null })
    expect(world.dialled).toHaveLength(1)
    expect(world.optedOut).toMatchObject([{ by: 'voice' }])
  })

  test('presses 9: the turn is given up, they hear a goodbye', async () => {
    const { world } = await playRequest(
      env,
      { takesOptOut: true, calls: [{ turns: [greets, talksOn, bids, bids] }] },
      async (request) => {
        await request.talks(2)
        await request.press('9')
      },
    )
    expect(world.optedOut).toMatchObject([{ by: 'digit' }])
    expect(world.turns.at(-1)?.closing).toBe('declined')
    expect(world.snapshots.at(-1)?.task.optedOut).toBe(true)
    await recordHistory(env, world.workflowId, 'outbound-request-opt-out-digit')
  })

  test('other keys mean nothing', async () => {
    const { world } = await playRequest(
      env,
      { takesOptOut: true, calls: [{ turns: [greets, talksOn] }] },
      async (request) => {
        await request.talks(2)
        await request.press('1')
        await request.cancel()
      },
    )
    expect(world.optedOut).toEqual([])
  })
})

describe('called off', () => {
  const LATER = '2099-01-01T09:00:00+09:00'
  const moments: [string, RequestScript, OutboundState][] = [
    ['while it waits for its time', { request: { scheduledAt: LATER }, calls: [] }, 'queued'],
    ['while it is dialled', { calls: [{ stays: 'dialing' }] }, 'dialing'],
    ['while it rings', { calls: [{ stays: 'ringing' }] }, 'ringing'],
    ['while they talk', { calls: [{ turns: [greets, talksOn] }] }, 'connected'],
    [
      'while it waits for another try',
      {
        policy: { retry: { enabled: true, intervalSeconds: 9e8, on: ['no_answer'] } },
        calls: [{ unanswered: 'no_answer' }],
      },
      'no_answer',
    ],
  ]
  test.each(moments)('%s', async (_when, script, state) => {
    const { world, progress } = await playRequest(env, script, async (scripted) => {
      await scripted.reaches(({ progress: at }) => at.state === state)
      // The greeting is over, they talk.
      if (state === 'connected') await scripted.talks(2)
      const cancelled = await scripted.cancel('they told us by mail')
      expect(cancelled.state).toBe('cancelled')
    })
    expect(progress).toMatchObject({ state: 'cancelled', nextTryAt: null, failureReason: null })
    expect(progress.completedAt).not.toBeNull()
    expect(world.events.at(-1)).toEqual({ type: 'outbound_cancelled', reason: 'they told us by mail' })
    if (state === 'connected') expect(world.hungUp).toMatchObject([{ afterPlayoutMs: 0 }])
    if (state === 'ringing') await recordHistory(env, world.workflowId, 'outbound-request-cancelled')
  })

  test('what is over can’t be called off', async () => {
    await playRequest(env, { calls: [SURVEY] }, async (world) => {
      await world.reaches(({ isOver }) => isOver)
      await expect(world.cancel()).rejects.toThrow()
    })
  })
})
