import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { digitFrames } from '../../../media-gateway/legs/inband-digits.ts'
import { DtmfDetector } from '../../../media-gateway/tones/dtmf-detector.ts'
import { encodeSpeech } from '../../../simulators/azure-speech/modem/encode.ts'
import { chord, espeak, framesOf, hasEspeak, join, music, pause, withNoise } from './sounds.ts'

const KEYS = '123A456B789C*0#D'
const LOW = [697, 770, 852, 941]
const HIGH = [1_209, 1_336, 1_477, 1_633]
const tonesOf = (digit: string): [number, number] => {
  const at = KEYS.indexOf(digit)
  return [LOW[Math.floor(at / 4)] ?? 0, HIGH[at % 4] ?? 0]
}

interface Shape {
  readonly ms?: number
  readonly gapMs?: number
  readonly amplitude?: number
  /** High against low, dB. */
  readonly twistDb?: number
  readonly detune?: number
}

function dial(
  digits: string,
  { ms = 80, gapMs = 80, amplitude = 4_000, twistDb = 0, detune = 0 }: Shape = {},
) {
  return join(
    ...[...digits].flatMap((digit) => {
      const hz = tonesOf(digit).map((each) => each * (1 + detune))
      return [chord(hz, ms, [amplitude, amplitude * 10 ** (twistDb / 20)]), pause(gapMs)]
    }),
  )
}

/** @param shiftSamples where in a frame it begins. */
function detect(pcm: Int16Array, shiftSamples = 0) {
  const heard: { digit: string; durationMs: number }[] = []
  const detector = new DtmfDetector((digit) => heard.push(digit))
  for (const frame of framesOf(join(new Int16Array(800 + shiftSamples), pcm, pause(100))))
    detector.push(frame)
  return heard
}
const digitsIn = (pcm: Int16Array, shift = 0) =>
  detect(pcm, shift)
    .map(({ digit }) => digit)
    .join('')

const texts = fc.string({ unit: fc.constantFrom(...KEYS), minLength: 1, maxLength: 10 })
const shifts = fc.nat(159)

describe('what ITU-T Q.24 wants to be heard', () => {
  test('any digits, wherever in a frame they begin, from 40 ms on', () => {
    fc.assert(
      fc.property(
        texts,
        shifts,
        fc.integer({ min: 40, max: 300 }),
        fc.integer({ min: 45, max: 200 }),
        (text, shift, ms, gapMs) => {
          expect(digitsIn(dial(text, { ms, gapMs }), shift)).toBe(text)
        },
      ),
      { numRuns: 200 },
    )
  })

  test('1.5 % off the frequency, 4 dB of twist either way and 8 the usual one, quiet and loud', () => {
    fc.assert(
      fc.property(
        texts,
        shifts,
        fc.double({ min: -0.015, max: 0.015, noNaN: true }),
        fc.double({ min: -8, max: 4, noNaN: true }),
        fc.integer({ min: 1_400, max: 9_000 }),
        (text, shift, detune, twistDb, amplitude) => {
          expect(digitsIn(dial(text, { detune, twistDb, amplitude }), shift)).toBe(text)
        },
      ),
      { numRuns: 200 },
    )
  })

  test('over a noisy line (15 dB)', () => {
    // Two tones of 4000 have 16e6; noise of 1200 evenly distributed a thirtieth of it.
    fc.assert(
      fc.property(texts, shifts, (text, shift) => {
        expect(digitsIn(withNoise(dial(text), 1_200), shift)).toBe(text)
      }),
    )
  })

  test('the length is right within 20 ms, and a break of 10 ms belongs to the digit', () => {
    const [digit] = detect(dial('5', { ms: 200 }))
    expect(Math.abs((digit?.durationMs ?? 0) - 200)).toBeLessThanOrEqual(20)
    expect(digitsIn(join(dial('5', { ms: 60, gapMs: 8 }), dial('5', { ms: 60 })))).toBe('5')
  })

  test('the digits that we send ourselves', () => {
    expect(digitsIn(join(...[...'0123456789*#'].flatMap((digit) => digitFrames(digit, 80))))).toBe(
      '0123456789*#',
    )
  })
})

describe('what is no digit', () => {
  test('tones that are too short, off by 3.5 %, alone, or too unlike', () => {
    fc.assert(
      fc.property(texts, shifts, (text, shift) => {
        expect(digitsIn(dial(text, { ms: 20 }), shift)).toBe('')
        expect(digitsIn(dial(text, { detune: 0.035 }), shift)).toBe('')
        expect(digitsIn(dial(text, { detune: -0.035 }), shift)).toBe('')
        expect(digitsIn(dial(text, { twistDb: -14 }), shift)).toBe('')
        expect(digitsIn(dial(text, { twistDb: 12 }), shift)).toBe('')
      }),
    )
    expect(digitsIn(chord([770], 500))).toBe('')
  })

  test('the tones of a telephone network', () => {
    for (const hz of [[350, 440], [440, 480], [480, 620], [425], [1_100], [2_100], [950], [1_400], [1_800]])
      expect(digitsIn(chord(hz, 1_000))).toBe('')
  })

  test('music and noise for minutes, at any loudness', () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) expect(digitsIn(music(20_000, seed))).toBe('')
    expect(digitsIn(withNoise(pause(60_000), 6_000))).toBe('')
  })

  test("the stand-in's voice", () => {
    const text =
      '네, 근조화환 하나 서울성모장례식장 3호실로 보내려고 하는데요. 리본에는 삼가 고인의 명복을 빕니다. 연락처는 010 1234 5678입니다.'
    for (const pitch of [90, 150, 200, 260]) expect(digitsIn(encodeSpeech(text, { pitch }).pcm)).toBe('')
  })

  test.skipIf(!hasEspeak)('people of several voices, for two minutes', () => {
    const said: Record<string, string> = {
      ko: '안녕하세요. 근조화환을 하나 주문하려고 합니다. 서울성모장례식장 삼호실로 보내 주세요. 리본 문구는 삼가 고인의 명복을 빕니다로 부탁드립니다.',
      en: 'Hello, I would like to order a wreath for a funeral this evening. Please send it to the hall on the third floor, as soon as you can.',
    }
    for (const [language, text] of Object.entries(said))
      for (const variant of ['', '+m1', '+m3', '+m7', '+f1', '+f2', '+f4', '+f5'])
        expect([variant, digitsIn(espeak(text, language + variant))]).toEqual([variant, ''])
  })
})
