import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  asked,
  asksFrom,
  type Breaker,
  CLOSED,
  failed,
  MAX_RETRY_AFTER_MS,
  mayAsk,
  released,
  succeeded,
} from '../../activities/providers/circuit-breaker.ts'

const POLICY = { failures: 3, windowMs: 10_000, openMs: 5_000 }

describe('a breaker', () => {
  it('opens after so many failures within the window, and not by older ones', () => {
    const twice = failed(failed(CLOSED, 0, POLICY), 1_000, POLICY)
    expect(mayAsk(twice, 1_000)).toBe(true)
    expect(failed(twice, 2_000, POLICY)).toEqual({ kind: 'open', until: 7_000 })
    expect(failed(twice, 10_500, POLICY)).toEqual({ kind: 'closed', failures: [1_000, 10_500] })
  })

  it('lets one request find out, and is closed or opened by it', () => {
    const open: Breaker = { kind: 'open', until: 7_000 }
    expect(mayAsk(open, 6_999)).toBe(false)
    expect(mayAsk(open, 7_000)).toBe(true)
    const probing = asked(open, 7_000, POLICY)
    expect(mayAsk(probing, 7_001)).toBe(false)
    expect(succeeded(probing)).toEqual(CLOSED)
    expect(failed(probing, 8_000, POLICY)).toEqual({ kind: 'open', until: 13_000 })
    expect(mayAsk(released(probing, 8_000), 8_000)).toBe(true)
    // Whoever asked was lost: the next one finds out.
    expect(mayAsk(probing, 12_000)).toBe(true)
  })

  it('waits as long as the service asks for, within reason', () => {
    expect(failed(CLOSED, 0, POLICY, 2_000)).toEqual({ kind: 'open', until: 2_000 })
    expect(failed(CLOSED, 0, POLICY, 0)).toEqual({ kind: 'closed', failures: [0] })
    expect(failed(CLOSED, 0, POLICY, 3_600_000)).toEqual({ kind: 'open', until: MAX_RETRY_AFTER_MS })
  })

  it('is not closed by a late answer to an old request', () => {
    const open: Breaker = { kind: 'open', until: 7_000 }
    expect(succeeded(open)).toBe(open)
  })
})

const step = fc.record({
  /** ms since the step before. */
  after: fc.integer({ min: 0, max: 20_000 }),
  does: fc.constantFrom('ask', 'succeed', 'fail', 'refuse', 'release'),
  retryAfterMs: fc.integer({ min: 0, max: 200_000 }),
})
const policies = fc.record({
  failures: fc.integer({ min: 1, max: 6 }),
  windowMs: fc.integer({ min: 1, max: 30_000 }),
  openMs: fc.integer({ min: 1, max: 30_000 }),
})

describe('whatever happens', () => {
  it('it never stays shut, closes only by success, and opens only by failures enough or a named wait', () => {
    fc.assert(
      fc.property(policies, fc.array(step, { maxLength: 60 }), (policy, steps) => {
        let breaker: Breaker = CLOSED
        let now = 0
        const failures: number[] = []
        for (const { after, does, retryAfterMs } of steps) {
          now += after
          const before = breaker
          switch (does) {
            case 'ask':
              if (mayAsk(breaker, now)) breaker = asked(breaker, now, policy)
              break
            case 'succeed':
              breaker = succeeded(breaker)
              break
            case 'fail':
            case 'refuse':
              failures.push(now)
              breaker = failed(breaker, now, policy, does === 'refuse' ? retryAfterMs : null)
              break
            case 'release':
              breaker = released(breaker, now)
              break
          }
          expect(asksFrom(breaker)).toBeLessThanOrEqual(now + Math.max(policy.openMs, MAX_RETRY_AFTER_MS))
          if (breaker.kind === 'closed') {
            expect(mayAsk(breaker, now)).toBe(true)
            expect(breaker.failures.length).toBeLessThan(policy.failures)
            if (before.kind !== 'closed') expect(does).toBe('succeed')
          }
          if (breaker.kind === 'open' && before.kind === 'closed') {
            const recent = failures.filter((at) => at > now - policy.windowMs).length
            expect(does === 'refuse' || (does === 'fail' && recent >= policy.failures)).toBe(true)
          }
          if (breaker.kind === 'probing' && before.kind !== 'probing') expect(does).toBe('ask')
        }
      }),
    )
  })

  it('one request at a time finds out', () => {
    fc.assert(
      fc.property(policies, fc.integer({ min: 0, max: 100_000 }), (policy, opened) => {
        const now = opened + policy.openMs
        const probing = asked({ kind: 'open', until: now }, now, policy)
        expect(mayAsk(probing, now)).toBe(false)
        expect(mayAsk(probing, now + policy.openMs - 1)).toBe(false)
      }),
    )
  })
})
