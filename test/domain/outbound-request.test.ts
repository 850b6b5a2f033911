/** How a requested call stands, and what each answer of the network makes of it. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LegOutcome, LegReport } from '../../domain/call.ts'
import { makeLegId, makeOutboundId } from '../../domain/ids.ts'
import type { RetryPolicy } from '../../domain/outbound-policy.ts'
import * as rules from '../../domain/outbound-request.ts'

const AT = '2026-11-26T14:00:30+09:00'
const POLICY: RetryPolicy = { enabled: true, intervalSeconds: 300, on: ['no_answer', 'busy'] }
const WANTS = { retryOnNoAnswer: true, maxRetries: 2 }
const started = rules.dialing(rules.newProgress(makeOutboundId('0123abcd')), '2026-11-26T14:00:00+09:00')

const reported = (outcome: LegOutcome, sipCode: number | null): LegReport => ({
  legId: makeLegId('0123456789ab'),
  outcome,
  sipCode,
  answeredAt: null,
  endedAt: AT,
  recordingKey: null,
  quality: null,
  codec: null,
  durationMs: 30_000,
  startedAt: '2026-11-26T14:00:00+09:00',
  latencies: [],
})
const endedBy = (outcome: LegOutcome, sipCode: number | null) =>
  rules.callEnded(started, {
    report: reported(outcome, sipCode),
    failure: null,
    answered: false,
    broken: false,
    at: AT,
  })

describe('what the network answers', () => {
  test.each([
    // Each answer as a gateway reports it.
    ['busy', 486, 'busy'],
    ['rejected', 603, 'rejected'],
    ['no_answer', 487, 'no_answer'],
    ['busy', 600, 'failed'],
    ['rejected', 403, 'failed'],
    ['rejected', 607, 'failed'],
    ['no_answer', 408, 'failed'],
    ['no_answer', 480, 'failed'],
    ['failed', 404, 'failed'],
    ['failed', 488, 'failed'],
    ['failed', 500, 'failed'],
    ['failed', 503, 'failed'],
    ['failed', 604, 'failed'],
  ] as const)('%s with %i makes it %s', (outcome, code, state) => {
    expect(endedBy(outcome, code)).toMatchObject({ state, failureReason: `SIP ${code}`, completedAt: AT })
  })

  test('every other code of 4xx to 6xx is a failure that names it', () => {
    for (let code = 400; code < 700; code++) {
      if (code === 486 || code === 603) continue
      expect(endedBy('failed', code)).toMatchObject({ state: 'failed', failureReason: `SIP ${code}` })
    }
  })

  test('an older run goes on with what it took an answer for', () => {
    const ended = {
      report: reported('no_answer', 480),
      failure: null,
      answered: false,
      broken: false,
      at: AT,
    }
    expect(rules.callEnded(started, { ...ended, byCode: false }).state).toBe('no_answer')
  })

  test('nothing dialled is a failure with its reason', () => {
    const ended = { report: null, answered: false, broken: false, at: AT }
    const failure = 'Cannot resolve outbound target: 01012345678'
    expect(rules.callEnded(started, { ...ended, failure })).toMatchObject({
      state: 'failed',
      failureReason: failure,
    })
    expect(rules.callEnded(started, { ...ended, failure: null }).failureReason).toBe('gateway lost')
  })
})

describe('another call', () => {
  const codes = fc.constantFrom<readonly [LegOutcome, number | null]>(
    ['busy', 486],
    ['rejected', 603],
    ['no_answer', 487],
    ['failed', 404],
    ['no_answer', 480],
  )
  const policies = fc.record({
    enabled: fc.boolean(),
    intervalSeconds: fc.integer({ min: 1, max: 86_400 }),
    on: fc.subarray(['no_answer', 'busy', 'rejected', 'failed'] as const),
  })
  test('is made only while the request and the policy want it, and never more often than they say', () => {
    fc.assert(
      fc.property(
        policies,
        fc.boolean(),
        fc.integer({ min: 0, max: 5 }),
        fc.array(codes, { minLength: 1, maxLength: 10 }),
        (policy, retryOnNoAnswer, maxRetries, calls) => {
          let progress = rules.newProgress(makeOutboundId('0123abcd'))
          for (const [outcome, code] of calls) {
            progress = rules.callEnded(rules.dialing(progress, AT), {
              report: reported(outcome, code),
              failure: null,
              answered: false,
              broken: false,
              at: AT,
            })
            const next = rules.nextTryMs(progress, { retryOnNoAnswer, maxRetries }, policy, 0)
            const isWanted =
              policy.enabled &&
              retryOnNoAnswer &&
              policy.on.some((state) => state === progress.state) &&
              progress.attemptCount <= maxRetries
            expect(next).toBe(isWanted ? policy.intervalSeconds * 1_000 : null)
            if (next === null) return
            progress = rules.queuedAgain(progress)
          }
        },
      ),
    )
  })

  test('with the defaults there are three calls to a busy line', () => {
    let progress = started
    const tries: (number | null)[] = []
    for (let call = 1; call <= 3; call++) {
      progress = rules.callEnded(call === 1 ? started : rules.dialing(rules.queuedAgain(progress), AT), {
        report: reported('busy', 486),
        failure: null,
        answered: false,
        broken: false,
        at: AT,
      })
      tries.push(rules.nextTryMs(progress, WANTS, POLICY, 0))
    }
    expect(tries).toEqual([300_000, 300_000, null])
    expect(progress.attemptCount).toBe(3)
  })
})
