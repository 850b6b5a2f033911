import { ActivityFailure, ApplicationFailure, CancelledFailure, TimeoutFailure } from '@temporalio/common'
import { TimeoutType } from '@temporalio/common/lib/failure.js'
import { MockActivityEnvironment } from '@temporalio/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDialogueActivities, TURN_INTERRUPTED } from '../../activities/dialogue/activities.ts'
import type { TurnProgress } from '../../domain/dialogue.ts'
import { progressOf } from '../../workflows/call-turn.ts'
import { type DialogueHarness, openDialogue } from './harness.ts'

let dialogue: DialogueHarness

beforeEach(async () => {
  dialogue = await openDialogue()
})
afterEach(() => dialogue.close())

const PROGRESS: TurnProgress = {
  caller: { words: '화환 하나 보내 주세요.', confidence: 0.9, startMs: 0, endMs: 1_000 },
  silent: false,
  heardUntil: 8_000,
  sentences: ['네, 알겠습니다.', '누가 보내시나요?'],
  toolCalls: [{ id: 'toolu_1', name: 'set_order_fields', input: {} }],
  decided: true,
  fault: false,
}

const failureOf = (running: Promise<unknown>) =>
  running.then(
    () => null,
    (error: unknown) => error,
  )

test('an attempt goes on from the heartbeat of the one before', async () => {
  const leg = await dialogue.legs.answered()
  const { takeTurn } = createDialogueActivities(dialogue.worker())
  const environment = new MockActivityEnvironment({ heartbeatDetails: PROGRESS })
  const result = await environment.run(takeTurn, dialogue.input(leg, 1))
  expect(result).toMatchObject({ caller: PROGRESS.caller, toolCalls: PROGRESS.toolCalls, cursor: 8_000 })
  await dialogue.heardOut(leg)
  expect(dialogue.heard()).toContain('누가 보내시나요?')
})

test('a worker that stops hands over how far the turn came; a cancelled turn stays cancelled', async () => {
  const leg = await dialogue.legs.answered()
  const { takeTurn } = createDialogueActivities(dialogue.worker())
  const stopping = new MockActivityEnvironment()
  const stopped = failureOf(stopping.run(takeTurn, dialogue.input(leg, 1)))
  await dialogue.phone.hear(20)
  stopping.cancel('WORKER_SHUTDOWN')
  const failure = await stopped
  expect(failure).toBeInstanceOf(ApplicationFailure)
  expect(failure).toMatchObject({
    type: TURN_INTERRUPTED,
    nonRetryable: false,
    details: [{ heardUntil: null }],
  })

  const cancelling = new MockActivityEnvironment()
  const cancelled = failureOf(cancelling.run(takeTurn, dialogue.input(leg, 2)))
  await dialogue.phone.hear(20)
  cancelling.cancel('CANCELLED')
  expect(await cancelled).toBeInstanceOf(CancelledFailure)
})

test('a worker that leaves gives up listening at once, and the next one hears the same words', async () => {
  const leg = await dialogue.legs.answered()
  const leaving = new AbortController()
  const old = createDialogueActivities(dialogue.worker({ leaving: leaving.signal }))
  const given = failureOf(new MockActivityEnvironment().run(old.takeTurn, dialogue.input(leg, 1)))
  const spoken = dialogue.say('화환 하나 보내 주세요.')
  // In the middle of what they say.
  await dialogue.phone.until(() => (leg.media?.edge ?? 0) > 8_000)
  leaving.abort()
  const failure = await given
  expect(failure).toMatchObject({ type: TURN_INTERRUPTED, nonRetryable: false })
  const next = createDialogueActivities(dialogue.worker())
  const [progress] = (failure as ApplicationFailure).details as [TurnProgress]
  const result = new MockActivityEnvironment().run(next.takeTurn, { ...dialogue.input(leg, 1), progress })
  await spoken
  expect(await result).toMatchObject({ caller: { words: '화환 하나 보내 주세요.' } })
})

test('a worker that leaves finishes the answer it has begun, and is not asked for the next turn', async () => {
  const leg = await dialogue.legs.answered()
  const leaving = new AbortController()
  const reached: TurnProgress[] = []
  const environment = new MockActivityEnvironment()
  environment.on('heartbeat', (progress: TurnProgress) => {
    reached.push(progress)
    if (progress.heardUntil !== null) leaving.abort()
  })
  const { takeTurn } = createDialogueActivities(dialogue.worker({ leaving: leaving.signal }))
  const result = environment.run(takeTurn, dialogue.input(leg, 1))
  await dialogue.say('화환 하나 보내 주세요.')
  expect(await result).toMatchObject({ caller: { words: '화환 하나 보내 주세요.' }, workerQueue: null })
  await dialogue.heardOut(leg)
  expect(dialogue.heard().length).toBeGreaterThan(5)
})

test('a wrong secret is not tried again', async () => {
  const leg = await dialogue.legs.answered()
  const { takeTurn } = createDialogueActivities(dialogue.worker({ secret: 'not the right secret' }))
  const failure = await failureOf(new MockActivityEnvironment().run(takeTurn, dialogue.input(leg, 1)))
  expect(failure).toMatchObject({ nonRetryable: true })
})

test('the workflow finds the progress in a lost heartbeat and in an interrupted turn', () => {
  const failure = (cause: Error) =>
    new ActivityFailure('failed', 'takeTurn', '1', 'NON_RETRYABLE_FAILURE', 'w', cause)
  const lost = new TimeoutFailure('lost', PROGRESS, TimeoutType.HEARTBEAT)
  const stopped = ApplicationFailure.create({ type: TURN_INTERRUPTED, details: [PROGRESS] })
  expect(progressOf(failure(lost))).toEqual(PROGRESS)
  expect(progressOf(failure(stopped))).toEqual(PROGRESS)
  expect(progressOf(failure(new TimeoutFailure('none', undefined, TimeoutType.SCHEDULE_TO_START)))).toBeNull()
  expect(progressOf(new Error('other'))).toBeNull()
})
