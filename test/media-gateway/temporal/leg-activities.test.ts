import { join } from 'node:path'
import { ActivityCancellationDetails, ApplicationFailure, CancelledFailure } from '@temporalio/common'
import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { HoldLegInput, LegEvent, LegReport } from '../../../domain/call.ts'
import type { Leg } from '../../../media-gateway/legs/leg.ts'
import { SILENCE } from '../../../media-gateway/rtp/index.ts'
import { createLegActivities, type LegActivities } from '../../../media-gateway/temporal/leg-activities.ts'
import { gatewayLegsQueue, TASK_QUEUES } from '../../../temporal/task-queues.ts'
import { type LegHarness, openLegs } from '../legs/harness.ts'

let harness: LegHarness
let activities: LegActivities
let told: LegEvent[]
let unreachable = 0
let draining = false
beforeEach(async () => {
  harness = await openLegs()
  told = []
  unreachable = 0
  draining = false
  activities = createLegActivities({
    host: harness.host,
    legs: harness.legs,
    logger: pino({ level: 'silent' }),
    channels: 2,
    apologyFile: join(harness.folder, 'apology.mulaw'),
    sendLegEvent: async (_, event) => {
      if (unreachable-- > 0) throw new Error('not now')
      told.push(event)
    },
    gatewayHost: 'test-host',
    mediaSocketUrl: (legId) => `ws://gateway/legs/${legId}`,
    isStopping: () => false,
    isDraining: () => draining,
    orphanGraceMs: 300,
  })
})
afterEach(() => harness.close())

/** One attempt of `holdLeg`. */
function attempt(input: HoldLegInput, info: object = {}) {
  const environment = new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR', () => {}) })
  const result = environment.run(activities.holdLeg, input) as Promise<LegReport>
  result.catch(() => {})
  return { environment, result }
}

const answer = (leg: Leg): HoldLegInput => ({ kind: 'answer', legId: leg.legId, callId: leg.callId })
const loudFrames = () =>
  harness.phone.heard.filter((frame) => frame.some((code) => code !== SILENCE.PCMU)).length
const gone = new ActivityCancellationDetails({ notFound: true })

async function answeredLeg() {
  const calling = harness.phone.call(harness.sip.port)
  const leg = await harness.arrival()
  const first = attempt(answer(leg))
  await calling
  return { leg, first }
}

describe('an attempt that the server has given up', () => {
  test('leaves its leg to the next attempt', async () => {
    const { leg, first } = await answeredLeg()
    first.environment.cancel('NOT_FOUND', gone)
    const second = attempt(answer(leg), { attempt: 2 })
    await expect(first.result).rejects.toThrow(CancelledFailure)
    expect(leg.state).toBe('live')
    await harness.phone.dialog?.bye()
    expect(await second.result).toMatchObject({ outcome: 'completed_by_remote' })
    expect(told.map(({ type }) => type)).toEqual(['answered', 'ended'])
  })

  test('apologises and ends its leg when no other comes', async () => {
    const { leg, first } = await answeredLeg()
    first.environment.cancel('NOT_FOUND', gone)
    expect(await leg.ended).toMatchObject({ outcome: 'failed' })
    await first.result
    expect(loudFrames()).toBeGreaterThan(40)
  })
})

test('whom nobody can say goodbye to hears the announcement before we hang up, once', async () => {
  const { leg, first } = await answeredLeg()
  const hangUp = { legId: leg.legId, afterPlayoutMs: 10_000, announce: 'apology' } as const
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR', () => {}) })
  await Promise.all([1, 2].map(() => environment.run(activities.hangUpLeg, hangUp)))
  expect(await first.result).toMatchObject({ outcome: 'completed_by_us' })
  // The tones that stand in for the recorded announcement, whole: seven of a third of a second.
  expect(loudFrames()).toBeGreaterThan(110)
  expect(loudFrames()).toBeLessThanOrEqual(125)
})

test('cancellation that was asked for hangs up and gives the report', async () => {
  const { first } = await answeredLeg()
  first.environment.cancel('CANCELLED', new ActivityCancellationDetails({ cancelRequested: true }))
  expect(await first.result).toMatchObject({ outcome: 'completed_by_us' })
  expect((await harness.phone.dialog?.ended)?.by).toBe('remote')
})

test('a leg that this gateway does not have is lost for good', async () => {
  const { leg } = await answeredLeg()
  const report = await leg.hangUp()
  expect(await attempt(answer(leg), { attempt: 2 }).result).toEqual(report)
  const unknown = { ...answer(leg), legId: leg.legId.replace(/.$/, 'x') } as HoldLegInput
  const failure = await attempt(unknown).result.catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(ApplicationFailure)
  expect(failure).toMatchObject({ type: 'LegLost', nonRetryable: true })
})

test('a call that an earlier attempt may have placed is not placed again', async () => {
  const dial: HoldLegInput = {
    kind: 'dial',
    legId: 'leg-000000000001' as Leg['legId'],
    callId: 'call-000000000001' as Leg['callId'],
    callerNumber: '15880000',
    calleeNumber: '01012345678',
    ringTimeoutMs: 500,
  }
  const failure = attempt(dial, { attempt: 2, heartbeatDetails: 'leg-000000000001' }).result
  await expect(failure).rejects.toMatchObject({ type: 'LegLost' })
  expect(harness.sip.stats().pendingCalls).toBe(0)
  const ring = harness.phone.ring()
  const first = attempt(dial, { attempt: 2 }) // the attempt before found no channel and sent no heartbeat
  const heartbeat = new Promise((resolve) => first.environment.on('heartbeat', resolve))
  ;(await ring).reject(486)
  expect(await heartbeat).toBe(dial.legId)
  expect(await first.result).toMatchObject({ outcome: 'busy' })
})

test('without a free channel the call may go to another gateway', async () => {
  await answeredLeg()
  await harness.dial()
  const dial = attempt({
    kind: 'dial',
    legId: 'leg-000000000002' as Leg['legId'],
    callId: 'call-000000000002' as Leg['callId'],
    callerNumber: '15880000',
    calleeNumber: '01012345678',
    ringTimeoutMs: 500,
  })
  await expect(dial.result).rejects.toMatchObject({ type: 'NoChannel', nonRetryable: false })
})

test('a gateway that drains leaves calls to the others; whom a talk of its own needs it still rings', async () => {
  draining = true
  const dial: HoldLegInput = {
    kind: 'dial',
    legId: 'leg-000000000003' as Leg['legId'],
    callId: 'call-000000000003' as Leg['callId'],
    callerNumber: '15880000',
    calleeNumber: '01012345678',
    ringTimeoutMs: 500,
  }
  for (const taskQueue of [TASK_QUEUES.legs, TASK_QUEUES.outboundLegs]) {
    const refused = attempt(dial, { taskQueue })
    await expect(refused.result).rejects.toMatchObject({ type: 'NoChannel', nonRetryable: false })
  }
  expect(harness.sip.stats().pendingCalls).toBe(0)
  const ring = harness.phone.ring()
  const own = attempt(dial, { taskQueue: gatewayLegsQueue('test-host') })
  ;(await ring).reject(486)
  expect(await own.result).toMatchObject({ outcome: 'busy' })
})

test('events wait in order until the workflow can be reached', async () => {
  unreachable = 2
  const { leg } = await answeredLeg()
  await harness.phone.rtp?.sendDigits('12', { durationMs: 60, gapMs: 40 })
  await harness.phone.hear(15)
  await leg.hangUp()
  while (told.length < 4) await harness.ticks(5)
  expect(told.map((event) => (event.type === 'digit' ? event.digit : event.type))).toEqual([
    'answered',
    '1',
    '2',
    'ended',
  ])
})
