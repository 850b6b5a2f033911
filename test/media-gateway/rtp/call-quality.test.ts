import fc from 'fast-check'
import { expect, test } from 'vitest'
import { meanOpinionScore, ratingFactor } from '../../../media-gateway/rtp/call-quality.ts'

const perfect = { delayMs: 0, lossPercent: 0, burstRatio: 1 }

test('the rating of ITU-T G.107 with all its defaults, and its opinion score', () => {
  expect(ratingFactor(perfect)).toBeCloseTo(93.2, 1)
  expect(meanOpinionScore(perfect)).toBe(4.41)
})

test('delay hurts from 150 ms on', () => {
  const at = (delayMs: number) => ratingFactor({ ...perfect, delayMs })
  expect(at(0) - at(150)).toBeLessThan(4)
  expect(at(0) - at(300)).toBeGreaterThan(15)
})

test('loss as ITU-T G.113 has it for concealed G.711: 1 % costs 3.6, 5 % costs 15.8', () => {
  expect(93.2 - ratingFactor({ ...perfect, lossPercent: 1 })).toBeCloseTo(3.6, 1)
  expect(93.2 - ratingFactor({ ...perfect, lossPercent: 5 })).toBeCloseTo(15.8, 1)
})

test('never better by more delay, more loss or longer bursts, and always between 1 and 4.5', () => {
  const input = fc.record({
    delayMs: fc.double({ min: 0, max: 5_000, noNaN: true }),
    lossPercent: fc.double({ min: 0, max: 100, noNaN: true }),
    burstRatio: fc.double({ min: 1, max: 50, noNaN: true }),
  })
  fc.assert(
    fc.property(input, fc.double({ min: 0, max: 20, noNaN: true }), (a, more) => {
      const score = meanOpinionScore(a)
      expect(score).toBeGreaterThanOrEqual(1)
      expect(score).toBeLessThanOrEqual(4.5)
      for (const worse of [
        { ...a, lossPercent: a.lossPercent + more },
        { ...a, burstRatio: a.burstRatio + more },
        { ...a, delayMs: Math.max(100, a.delayMs) + more * 50 },
      ])
        expect(ratingFactor(worse)).toBeLessThanOrEqual(ratingFactor(a) + 1e-9)
    }),
  )
})
