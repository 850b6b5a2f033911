import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addUsage,
  billedCharacters,
  type CallUsage,
  modelCostWon,
  NO_USAGE,
  type ServicePrices,
  speechCostWon,
} from '../../domain/call-usage.ts'

const PRICES: ServicePrices = {
  models: { haiku: { input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 } },
  recognitionUsdPerHour: 1,
  voiceUsdPerMillion: 15,
  wonPerUsd: 1_400,
}
const count = fc.nat({ max: 1_000_000 })
const use = fc.record({
  model: fc.constantFrom('haiku', 'sonnet', 'other'),
  inputTokens: count,
  outputTokens: count,
  cacheReadTokens: count,
  cacheWriteTokens: count,
})
const usage: fc.Arbitrary<CallUsage> = fc
  .record({ models: fc.array(use, { maxLength: 4 }), recognitionMs: count, characters: count })
  .map((raw) => addUsage(NO_USAGE, raw))

const costOf = (given: CallUsage): number =>
  given.models.reduce((sum, one) => sum + modelCostWon(one, PRICES), speechCostWon(given, PRICES))

describe('what a call took', () => {
  it('costs what its parts cost', () => {
    const million = { inputTokens: 1e6, outputTokens: 1e6, cacheReadTokens: 1e6, cacheWriteTokens: 1e6 }
    expect(modelCostWon({ model: 'haiku', ...million }, PRICES)).toBeCloseTo(7.35 * 1_400)
    expect(modelCostWon({ model: 'other', ...million }, PRICES)).toBe(0)
    expect(speechCostWon({ recognitionMs: 3_600_000, characters: 1e6 }, PRICES)).toBeCloseTo(16 * 1_400)
  })

  it('is added up in any order, each model once, and costs as much as its parts together', () => {
    fc.assert(
      fc.property(usage, usage, usage, (a, b, c) => {
        const sum = addUsage(addUsage(a, b), c)
        const other = addUsage(a, addUsage(b, c))
        expect(new Set(sum.models.map(({ model }) => model)).size).toBe(sum.models.length)
        expect(other).toEqual(sum)
        expect(costOf(sum)).toBeCloseTo(costOf(a) + costOf(b) + costOf(c), 3)
        expect(addUsage(a, NO_USAGE)).toEqual(a)
      }),
    )
  })

  it('is billed by the character: markup as written, ideographs twice', () => {
    expect(billedCharacters('안녕하세요')).toBe(5)
    expect(billedCharacters('謹弔')).toBe(4)
    expect(billedCharacters('<sub alias="삼">3</sub>')).toBe(22)
  })
})
