import fc from 'fast-check'
import { expect, it } from 'vitest'
import { alarmStep, LATENCY_PARTS, sharesOf } from '../../domain/turn-latency.ts'

const POLICY = { limitMs: 2_000, windowMinutes: 15 }

it.each([
  ['slow', { turns: 20, p95Ms: 2_001 }, null, 'raise'],
  ['slow, but few', { turns: 19, p95Ms: 9_000 }, null, 'none'],
  ['slower than before', { turns: 30, p95Ms: 3_000 }, 2_500, 'worsen'],
  ['slow as before', { turns: 30, p95Ms: 2_400 }, 2_500, 'none'],
  ['fast again', { turns: 20, p95Ms: 2_000 }, 2_500, 'clear'],
  ['few, but fast, while one is open', { turns: 3, p95Ms: 100 }, 2_500, 'clear'],
  ['few and slow, while one is open', { turns: 3, p95Ms: 9_000 }, 2_500, 'none'],
  ['nobody since', { turns: 0, p95Ms: null }, 2_500, 'clear'],
  ['nobody at all', { turns: 0, p95Ms: null }, null, 'none'],
] as const)('%s', (_, recent, worstMs, step) => {
  expect(alarmStep(recent, POLICY, worstMs)).toBe(step)
})

it('without a limit nothing is raised, and what is open is cleared', () => {
  const none = { limitMs: 0, windowMinutes: 15 }
  expect(alarmStep({ turns: 99, p95Ms: 60_000 }, none, null)).toBe('none')
  expect(alarmStep({ turns: 99, p95Ms: 60_000 }, none, 3_000)).toBe('clear')
})

it('an alarm is raised only where none is open, cleared only where one is', () => {
  const recent = fc.record({ turns: fc.nat(50), p95Ms: fc.option(fc.nat(5_000)) })
  fc.assert(
    fc.property(recent, fc.option(fc.nat(5_000)), fc.nat(3_000), (now, worstMs, limitMs) => {
      const step = alarmStep(now, { limitMs, windowMinutes: 1 }, worstMs)
      if (step === 'raise') expect(worstMs).toBeNull()
      if (step === 'clear' || step === 'worsen') expect(worstMs).not.toBeNull()
    }),
  )
})

it('shares are of the whole', () => {
  const sums = fc.record({
    decision: fc.nat(9_000),
    first_token: fc.nat(9_000),
    first_audio: fc.nat(9_000),
    first_packet: fc.nat(9_000),
  })
  fc.assert(
    fc.property(sums, (given) => {
      const shares = sharesOf(given)
      const whole = LATENCY_PARTS.reduce((sum, part) => sum + shares[part], 0)
      const nothing = LATENCY_PARTS.every((part) => given[part] === 0)
      expect(whole).toBeCloseTo(nothing ? 0 : 1, 9)
      for (const part of LATENCY_PARTS) expect(shares[part]).toBeGreaterThanOrEqual(0)
    }),
  )
})
