/** Order of servers, limits and numbers: pure rules. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { longestPrefix, matchesAny, nationalNumber } from '../../../media-gateway/trunks/number-pattern.ts'
import { isWorthAnotherWay } from '../../../media-gateway/trunks/routed-call.ts'
import { inServerOrder } from '../../../media-gateway/trunks/server-order.ts'
import { TrunkLimits } from '../../../media-gateway/trunks/trunk-limits.ts'

const server = fc.record({ priority: fc.integer({ min: 0, max: 3 }), weight: fc.integer({ min: 0, max: 5 }) })
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe('the order of servers', () => {
  it('has each once, and the priorities ascend', () => {
    fc.assert(
      fc.property(fc.array(server), fc.infiniteStream(chance), (servers, chances) => {
        const order = inServerOrder(servers, () => chances.next().value)
        expect(order).toHaveLength(servers.length)
        expect(new Set(order)).toEqual(new Set(servers))
        expect(order.map(({ priority }) => priority)).toEqual(
          order.map(({ priority }) => priority).toSorted((a, b) => a - b),
        )
      }),
    )
  })

  it('shares calls in proportion to weight', () => {
    const servers = [
      { name: 'a', priority: 1, weight: 3 },
      { name: 'b', priority: 1, weight: 1 },
    ]
    let state = 1
    // A small generator of the same numbers each time (Numerical Recipes).
    const random = () => {
      state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
      return state / 2 ** 32
    }
    const firsts = Array.from({ length: 4_000 }, () => inServerOrder(servers, random)[0]?.name)
    const share = firsts.filter((name) => name === 'a').length / firsts.length
    // RFC 2782 draws from 0 to the sum, both included.
    expect(share).toBeGreaterThan(0.7)
    expect(share).toBeLessThan(0.85)
  })
})

describe('the limits of a trunk', () => {
  it('never let more calls begin than the bucket and the time since allow', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 }),
        (callsPerSecond, gaps) => {
          let now = 0
          const limits = new TrunkLimits({ channels: 1_000, callsPerSecond, now: () => now })
          let begun = 0
          for (const gap of gaps) {
            now += gap
            if (limits.acquire().kind === 'channel') begun += 1
            expect(begun).toBeLessThanOrEqual(callsPerSecond + (now / 1_000) * callsPerSecond + 1e-6)
          }
        },
      ),
    )
  })

  it('say when the next call may begin, and then it may', () => {
    let now = 0
    const limits = new TrunkLimits({ channels: 10, callsPerSecond: 2, now: () => now })
    expect([limits.acquire().kind, limits.acquire().kind]).toEqual(['channel', 'channel'])
    const later = limits.acquire()
    expect(later).toEqual({ kind: 'later', afterMs: 500 })
    now += 500
    expect(limits.acquire().kind).toBe('channel')
  })

  it('count both ways together, and a channel is given back once', () => {
    const limits = new TrunkLimits({ channels: 2, callsPerSecond: 100, now: () => 0 })
    const theirs = limits.acquireInbound()
    const ours = limits.acquire()
    expect(limits.acquireInbound()).toBeNull()
    expect(limits.acquire()).toEqual({ kind: 'later', afterMs: Number.POSITIVE_INFINITY })
    theirs?.release()
    theirs?.release()
    expect(limits.channelsInUse).toBe(1)
    if (ours.kind === 'channel') ours.channel.release()
    expect(limits.channelsInUse).toBe(0)
  })

  it('let one call begin where there may be less than one in a second', () => {
    const limits = new TrunkLimits({ channels: 2, callsPerSecond: 0.2, now: () => 0 })
    expect(limits.acquire().kind).toBe('channel')
    expect(limits.acquire()).toEqual({ kind: 'later', afterMs: 5_000 })
  })
})

it('numbers are compared as national digits', () => {
  expect(['+821012345678', '01012345678', '82-10-1234-5678'].map(nationalNumber)).toEqual(
    Array(3).fill('01012345678'),
  )
  expect(matchesAny(['0701234*', '15880000'], '07012349999')).toBe(true)
  expect(matchesAny(['0701234*', '15880000'], '158800001')).toBe(false)
  expect(longestPrefix(['', '010', '01'], '01012345678')).toBe(3)
  expect(longestPrefix(['02'], '01012345678')).toBe(-1)
})

it.each([
  ['response', 503, true],
  ['response', 408, true],
  ['timeout', 408, true],
  ['transport', 503, true],
  ['response', 486, false],
  ['response', 603, false],
  ['response', 404, false],
  ['response', 500, false],
  ['cancelled', 487, false],
] as const)('%s %i is worth another way: %s', (cause, code, isWorth) => {
  expect(isWorthAnotherWay({ kind: 'failed', cause, code, reason: '' })).toBe(isWorth)
})
