import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lossCost } from '../../../bench/ear/loss.ts'
import { comfortNoiseLevel } from '../../../media-gateway/rtp/comfort-noise.ts'
import { conceal } from '../../../media-gateway/rtp/concealment.ts'
import { espeak, hasEspeak } from '../tones/sounds.ts'

/** A vowel: harmonics of a pitch. */
const vowel = (pitchHz: number, samples: number) =>
  Int16Array.from({ length: samples }, (_, i) => {
    const phase = (2 * Math.PI * pitchHz * i) / 8_000
    return 4_000 * Math.sin(phase) + 2_500 * Math.sin(2 * phase + 1) + 1_500 * Math.sin(5 * phase + 2)
  })

const energy = (sound: Int16Array) => sound.reduce((sum, sample) => sum + sample ** 2, 0)

describe('concealment', () => {
  test.each([80, 120, 160, 190])('goes on with a voice of %i Hz so that the ear misses nothing', (pitch) => {
    const whole = vowel(pitch, 800)
    const gap = conceal(whole.subarray(0, 320), whole.subarray(480), 160)
    const error = gap.map((sample, i) => sample - (whole[320 + i] ?? 0))
    // 6 dB better than silence at least, for any pitch; a pitch of whole samples is met exactly.
    expect(energy(error)).toBeLessThan(energy(whole.subarray(320, 480)) / 4)
  })

  test('fades to silence within 60 ms where nothing follows', () => {
    const gap = conceal(vowel(100, 320), new Int16Array(0), 1_600)
    expect(energy(gap.subarray(0, 80))).toBeGreaterThan(0)
    expect(energy(gap.subarray(80, 240))).toBeGreaterThan(energy(gap.subarray(320, 480)))
    expect(energy(gap.subarray(480))).toBe(0)
  })

  test('silence stays silence, and nothing is ever louder than what was heard', () => {
    expect(energy(conceal(new Int16Array(320), new Int16Array(160), 480))).toBe(0)
    const pcm = fc.array(fc.integer({ min: -32_768, max: 32_767 }), { maxLength: 400 })
    fc.assert(
      fc.property(pcm, pcm, fc.nat(2_000), (before, after, samples) => {
        const loudest = Math.max(0, ...before.map(Math.abs), ...after.map(Math.abs))
        const gap = conceal(Int16Array.from(before), Int16Array.from(after), samples)
        expect(gap.length).toBe(samples)
        expect(gap.every((sample) => Math.abs(sample) <= loudest + 1)).toBe(true)
      }),
    )
  })
})

describe('what people say over a line that loses packets', () => {
  if (!hasEspeak) console.info('espeak-ng and sox are not installed: nobody speaks here')
  const said =
    '네, 보내는 분은 한빛상사 대표이사 권도현이고요, 서울대학교병원 장례식장 특이호실로 보내 주세요.'
  test.runIf(hasEspeak).each(['ko', 'ko+f2', 'ko+m3', 'en+f3'])(
    'is far nearer to what they said than with silence in its place (%s)',
    (voice) => {
      for (const share of [0.05, 0.1]) {
        const { lostFrames, silenceDb, concealedDb } = lossCost(espeak(said.repeat(3), voice), share)
        expect(lostFrames).toBeGreaterThan(20)
        expect(concealedDb).toBeLessThan(silenceDb / 2)
      }
    },
  )
})

test('the level of comfort noise is never that of a voice', () => {
  expect(comfortNoiseLevel(Uint8Array.of(55, 1, 2))).toBe(-55)
  expect(comfortNoiseLevel(Uint8Array.of(3))).toBe(-30)
  expect(comfortNoiseLevel(new Uint8Array(0))).toBeUndefined()
})
