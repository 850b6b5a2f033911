import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LineNoise } from '../../../media-gateway/legs/line-noise.ts'

const noiseAfter = (loudness: readonly number[], first = 100) => {
  const noise = new LineNoise(first)
  for (const rms of loudness) noise.push(rms)
  return noise.rms
}

describe('the noise of a line', () => {
  test('is known once it has lasted 1.5 s, however loud, and forgotten as soon as it is quiet', () => {
    expect(noiseAfter(Array(60).fill(5_000))).toBe(100)
    expect(noiseAfter(Array(76).fill(5_000))).toBe(5_000)
    expect(noiseAfter([...Array(200).fill(5_000), 30])).toBe(30)
  })

  test('is not raised by speech, which falls silent between syllables', () => {
    const syllable = [3_000, 4_000, 3_500, 2_000, 1_000, 40]
    expect(noiseAfter(Array(100).fill(syllable).flat())).toBe(40)
  })

  test('is never louder than anything of the last second', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 32_000 }), { minLength: 60, maxLength: 300 }),
        (loudness) => {
          expect(noiseAfter(loudness)).toBeLessThanOrEqual(Math.min(...loudness.slice(-50)))
        },
      ),
    )
  })
})
