import { describe, expect, test } from 'vitest'
import { type DetectedTone, ToneDetector } from '../../../media-gateway/tones/tone-detector.ts'
import { encodeSpeech } from '../../../simulators/azure-speech/modem/encode.ts'
import { chord, espeak, framesOf, hasEspeak, join, music, pause, withNoise } from './sounds.ts'

function detect(pcm: Int16Array, shift = 0): { tone: string; hz: readonly number[]; atMs: number }[] {
  const told: (DetectedTone & { atMs: number })[] = []
  let at = 0
  const detector = new ToneDetector((tone) => told.push({ ...tone, atMs: at - 200 }))
  for (const frame of framesOf(join(pause(200), new Int16Array(shift), pcm, pause(400)))) {
    at += 20
    detector.push(frame)
  }
  return told
}
const kinds = (pcm: Int16Array, shift = 0) => detect(pcm, shift).map(({ tone }) => tone)

/** A cadence: tone and pause in turns. */
const cadence = (hz: readonly number[], onMs: number, offMs: number, times: number, amplitude?: number) =>
  join(...Array.from({ length: times }, () => [chord(hz, onMs, amplitude), pause(offMs)]).flat())

const NETWORK: readonly (readonly [string, string, () => Int16Array])[] = [
  ['ringing in Korea', 'ringback', () => cadence([440, 480], 1_000, 2_000, 2)],
  ['busy in Korea', 'busy', () => cadence([480, 620], 500, 500, 3)],
  ['congestion in Korea', 'congestion', () => cadence([480, 620], 300, 200, 4)],
  ['dial tone in Korea', 'dial', () => chord([350, 440], 3_000)],
  [
    'ringing in Britain',
    'ringback',
    () => join(cadence([400, 450], 400, 200, 1), cadence([400, 450], 400, 2_000, 1)),
  ],
  ['ringing in Europe', 'ringback', () => cadence([425], 1_000, 4_000, 2)],
  ['busy in Europe', 'busy', () => cadence([425], 500, 500, 3)],
  ['congestion in Europe', 'congestion', () => cadence([425], 250, 250, 4)],
  ['dial tone in Europe', 'dial', () => chord([425], 4_000)],
  ['busy in Japan', 'busy', () => cadence([400], 500, 500, 3)],
  [
    'a number out of reach',
    'special_information',
    () => join(chord([950], 330), chord([1_400], 330), chord([1_800], 330)),
  ],
  [
    'the same in America',
    'special_information',
    () => join(chord([985.2], 380), pause(4), chord([1_370.6], 274), pause(4), chord([1_776.7], 380)),
  ],
  ['a fax that calls', 'fax_calling', () => cadence([1_100], 500, 3_000, 2)],
  ['a fax that answers', 'fax_answer', () => chord([2_100], 2_600)],
  ['the beep of a mailbox', 'beep', () => chord([1_000], 400)],
  ['a short high beep', 'beep', () => chord([1_400], 150)],
]

describe.each(NETWORK)('%s', (_, expected, make) => {
  test('is told once, wherever in a frame it begins, quiet, loud and noisy', () => {
    for (const shift of [0, 37, 80, 131]) expect(kinds(make(), shift)).toEqual([expected])
    for (const gain of [0.25, 2]) expect(kinds(make().map((sample) => sample * gain))).toEqual([expected])
    expect(kinds(withNoise(make(), 300))).toEqual([expected])
  })

  test('is told after speech as well', () => {
    const { pcm } = encodeSpeech('삐 소리 후 말씀해 주세요.')
    expect(kinds(join(pcm, pause(600), make())).at(-1)).toBe(expected)
  })
})

test('a beep is told 160 ms after its end at the latest', () => {
  const [beep] = detect(chord([1_000], 400))
  expect(beep?.hz).toEqual([1_000])
  expect(beep?.atMs).toBeGreaterThan(400)
  expect(beep?.atMs).toBeLessThanOrEqual(560)
})

test('ringing, then busy: each is told', () => {
  expect(kinds(join(cadence([440, 480], 1_000, 2_000, 2), cadence([480, 620], 500, 500, 3)))).toEqual([
    'ringback',
    'busy',
  ])
})

test('a fax that answers may turn its phase round every 450 ms (V.8)', () => {
  const piece = chord([2_100], 450)
  expect(
    kinds(
      join(
        piece,
        piece.map((sample) => -sample),
        piece,
        piece.map((sample) => -sample),
      ),
    ),
  ).toEqual(['fax_answer'])
})

describe('what is no tone', () => {
  test('music, noise, hum and the digits of a phone', () => {
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8])
      expect([seed, kinds(music(15_000, seed))]).toEqual([seed, []])
    expect(kinds(withNoise(pause(20_000), 5_000))).toEqual([])
    expect(kinds(chord([60, 180], 3_000, 200))).toEqual([])
    expect(kinds(cadence([770, 1_336], 100, 100, 10))).toEqual([])
  })

  test("the stand-in's voice", () => {
    expect(
      kinds(encodeSpeech('네, 근조화환 하나 서울성모장례식장 3호실로 보내려고 하는데요. 감사합니다.').pcm),
    ).toEqual([])
  })

  test.skipIf(!hasEspeak)('people of several voices', () => {
    const text =
      '안녕하세요. 근조화환을 하나 주문하려고 합니다. 음, 어, 아, 서울성모장례식장 삼호실로 보내 주세요. 네에.'
    for (const variant of ['', '+m1', '+m3', '+m7', '+f1', '+f2', '+f4', '+f5'])
      expect([variant, kinds(espeak(text, `ko${variant}`))]).toEqual([variant, []])
  })
})
