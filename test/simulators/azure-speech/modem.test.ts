/** The voice that carries its text: what comes through a telephone line, and what doesn't. */
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { VoiceActivity, type VoiceEvent } from '../../../media-gateway/legs/voice-activity.ts'
import { loadVoiceDetector, type VoiceDetector } from '../../../media-gateway/legs/voice-detector.ts'
import { decodeG711, encodeG711 } from '../../../media-gateway/rtp/index.ts'
import { compress, expand } from '../../../simulators/azure-speech/g711.ts'
import { DAMAGED, type DecodedChar, SpeechDecoder } from '../../../simulators/azure-speech/modem/decode.ts'
import { encodeSpeech } from '../../../simulators/azure-speech/modem/encode.ts'
import { syllableOf, TAILS, tonesOf } from '../../../simulators/azure-speech/modem/voice.ts'
import { seededRandom } from '../../../simulators/people/on-the-phone.ts'

const SENTENCE = '안녕하세요. 근조화환 하나 보내려고요, 서울대학교병원 장례식장 특2호실이에요!'
const FRAME = 160

const silence = (ms: number) => new Int16Array(ms * 8)
const joined = (...parts: Int16Array[]) => Int16Array.from(parts.flatMap((part) => [...part]))

function hear(pcm: Int16Array, piece = FRAME): DecodedChar[] {
  const decoder = new SpeechDecoder()
  const heard: DecodedChar[] = []
  const all = joined(pcm, silence(250))
  for (let i = 0; i < all.length; i += piece) heard.push(...decoder.push(all.subarray(i, i + piece)))
  return heard
}

const textOf = (chars: readonly DecodedChar[]) => chars.map(({ char }) => char).join('')
const heardText = (pcm: Int16Array, piece?: number) => textOf(hear(pcm, piece))

/** Normal noise of a standard deviation (Box-Muller). */
function noise(samples: number, deviation: number, seed = 'noise'): Int16Array {
  const random = seededRandom(seed)
  return Int16Array.from({ length: samples }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()))
    return radius * Math.cos(2 * Math.PI * random()) * deviation
  })
}

const mixed = (a: Int16Array, b: Int16Array) => a.map((sample, i) => sample + (b[i] ?? 0))

describe('what comes through', () => {
  it('any text, in pieces of any size, wherever it begins', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.string({ unit: fc.constantFrom(...'가힣뷁 .,?!-~"\nabcXYZ0189'), maxLength: 16 }),
    )
    fc.assert(
      fc.property(
        text,
        fc.integer({ min: 0, max: 700 }),
        fc.integer({ min: 1, max: 2_000 }),
        (words, lead, piece) => {
          const line = joined(new Int16Array(lead), encodeSpeech(words).pcm)
          expect(heardText(line, piece)).toBe(words.toWellFormed().normalize('NFC'))
        },
      ),
      { numRuns: 60 },
    )
  })

  it.each(['PCMU', 'PCMA'] as const)('%s', (law) => {
    const { pcm } = encodeSpeech(SENTENCE)
    expect(heardText(decodeG711(law, encodeG711(law, pcm)))).toBe(SENTENCE)
  })

  it.each([
    ['PCMU', 'mulaw'],
    ['PCMA', 'alaw'],
  ] as const)('%s is the same to the gateway and to the speech service', (law, own) => {
    const codes = Uint8Array.from({ length: 256 }, (_, code) => code)
    const values = expand(own, codes)
    expect(values).toEqual(decodeG711(law, codes))
    for (const [i, value] of expand(own, compress(own, values)).entries()) expect(value).toBe(values[i])
    expect(heardText(expand(own, compress(own, encodeSpeech(SENTENCE).pcm)))).toBe(SENTENCE)
  })

  it.each([4, 5, 6.2, 7])('a pace of %f syllables a second', (pace) => {
    const { pcm } = encodeSpeech(SENTENCE, { pace, pitch: 100 })
    expect(heardText(pcm)).toBe(SENTENCE)
  })

  it.each([0.05, 0.2, 0.5, 1.6])('a level of %f', (level) => {
    const codes = encodeG711('PCMU', encodeSpeech(SENTENCE, { level }).pcm)
    expect(heardText(decodeG711('PCMU', codes))).toBe(SENTENCE)
  })

  it.each([20, 10, 6])('noise %i dB below the voice', (below) => {
    const { pcm } = encodeSpeech(SENTENCE)
    expect(heardText(mixed(pcm, noise(pcm.length, 4_300 / 10 ** (below / 20))))).toBe(SENTENCE)
  })

  it('characters with their places, as they become complete', () => {
    const { pcm, marks } = encodeSpeech('네 맞아요 abc.')
    const decoder = new SpeechDecoder()
    let lateness = 0
    const all = joined(pcm, silence(100))
    const heard: DecodedChar[] = []
    for (let i = 0; i < all.length; i += FRAME) {
      const chars = decoder.push(all.subarray(i, i + FRAME))
      const last = chars.at(-1)
      if (last !== undefined) lateness = Math.max(lateness, i + FRAME - last.endSample)
      heard.push(...chars)
    }
    expect(lateness).toBeLessThanOrEqual(2 * FRAME)
    for (const [index, { char, startSample }] of marks.entries()) {
      expect(heard[index]?.char).toBe(char)
      expect(Math.abs((heard[index]?.startSample ?? 0) - startSample)).toBeLessThan(FRAME)
    }
  })

  it('takes as long as speech does', () => {
    const korean = encodeSpeech('서울대학교병원장례식장').pcm.length / 8_000
    expect(korean).toBeGreaterThan(1.5)
    expect(korean).toBeLessThan(2.2)
    const english = encodeSpeech('I would like to order a condolence wreath').pcm.length / 8_000
    expect(english).toBeGreaterThan(2)
    expect(english).toBeLessThan(4)
  })
})

describe('what does not come through', () => {
  it('a lost packet costs at most the characters in it', () => {
    const { pcm, marks } = encodeSpeech(SENTENCE)
    const whole = [...SENTENCE]
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Math.floor(pcm.length / FRAME) - 1 }), (packet) => {
        const line = pcm.slice()
        line.fill(0, packet * FRAME, (packet + 1) * FRAME)
        const touched = new Set(
          marks.flatMap(({ startSample }, i) => {
            const end = marks[i + 1]?.startSample ?? pcm.length
            return startSample < (packet + 1) * FRAME && end > packet * FRAME ? [i] : []
          }),
        )
        // Space and punctuation travel with the syllable before them.
        const spared = whole.filter(
          (char, i) => !touched.has(i) && !TAILS.includes(char as (typeof TAILS)[number]),
        )
        const heard = [...heardText(line)]
        let at = 0
        for (const char of spared) {
          at = heard.indexOf(char, at) + 1
          expect(at, `packet ${packet}: ${heard.join('')}`).toBeGreaterThan(0)
        }
        for (const char of heard) expect([...whole, DAMAGED]).toContain(char)
      }),
      { numRuns: 80 },
    )
  })

  it('longer losses cut holes, and the rest is understood', () => {
    const { pcm, marks } = encodeSpeech('가나다라마바사아자차')
    const line = pcm.slice()
    line.fill(0, (marks[3]?.startSample ?? 0) - 40, (marks[6]?.startSample ?? 0) - 40)
    expect(heardText(line).replaceAll(DAMAGED, '')).toBe('가나다사아자차')
  })

  it('a syllable spoilt in the middle is reported as damaged', () => {
    const { pcm, marks } = encodeSpeech('가나다')
    const line = pcm.slice()
    const from = (marks[1]?.startSample ?? 0) + 300
    line.set(noise(320, 6_000), from)
    expect(heardText(line)).toBe(`가${DAMAGED}다`)
  })

  it('cut audio gives cut text', () => {
    const { pcm, marks } = encodeSpeech('가나다라마')
    expect(heardText(pcm.subarray((marks[2]?.startSample ?? 0) - 200))).toBe('다라마')
    expect(heardText(pcm.subarray(0, (marks[3]?.startSample ?? 0) + 500)).replaceAll(DAMAGED, '')).toBe(
      '가나다',
    )
  })

  it('silence, noise, tones and music are no text', () => {
    const seconds = 20
    const wave = (hz: readonly number[]) =>
      Int16Array.from({ length: seconds * 8_000 }, (_, i) =>
        hz.reduce((sum, f) => sum + 4_000 * Math.sin((2 * Math.PI * f * i) / 8_000), 0),
      )
    const chords = Int16Array.from({ length: seconds * 8_000 }, (_, i) => {
      const root = [262, 330, 392, 440][Math.floor(i / 2_000) % 4] ?? 262
      return [1, 1.26, 1.5, 2, 4].reduce(
        (sum, k) => sum + 2_500 * Math.sin((2 * Math.PI * root * k * i) / 8_000),
        0,
      )
    })
    const others = [
      silence(seconds * 1_000),
      noise(seconds * 8_000, 300),
      noise(seconds * 8_000, 6_000),
      wave([1_000]),
      wave([440, 480]),
      wave([770, 1_336]),
      wave([400, 1_720, 2_440]),
      chords,
    ]
    for (const other of others) expect(heardText(other, 800)).toBe('')
  })

  it('random tones are hardly ever a syllable', () => {
    const random = seededRandom('tones')
    let syllables = 0
    for (let i = 0; i < 20_000; i++) {
      const tones = Array.from({ length: 12 }, () => Math.floor(random() * 8))
      if (syllableOf(tones) !== undefined) syllables++
    }
    expect(syllables).toBeLessThan(40)
  })

  it('every syllable and every tail has tones of its own', () => {
    for (const text of ['가', '힣', 'a', 'xyz', '0', '\u{1f642}']) {
      for (let tail = 0; tail < TAILS.length; tail++) {
        expect(syllableOf(tonesOf({ text, tail }))).toEqual({ text, tail })
      }
    }
  })
})

describe('to other ears', () => {
  let makeDetector: () => VoiceDetector

  beforeAll(async () => {
    makeDetector = await loadVoiceDetector()
  })

  it.each([
    ['네.', 'PCMU'],
    ['네.', 'PCMA'],
    ['아니요.', 'PCMU'],
    [SENTENCE, 'PCMU'],
    [SENTENCE, 'PCMA'],
    ['네, 알겠습니다. 보내시는 분 성함이 어떻게 되세요? Yes. 010-1234-5678이요.', 'PCMU'],
  ] as const)('"%s" is one stretch of speech, %s', (text, law) => {
    for (const pace of [4, 5, 6.2, 7]) {
      const events: VoiceEvent[] = []
      const activity = new VoiceActivity((event) => events.push(event))
      const detector = makeDetector()
      const spoken = encodeSpeech(text, { pace }).pcm
      const line = decodeG711(law, encodeG711(law, joined(silence(1_000), spoken, silence(1_000))))
      for (let i = 0; i + FRAME <= line.length; i += FRAME) {
        activity.push(detector.isVoice(line.subarray(i, i + FRAME)), i)
      }
      detector.close()
      expect(
        events.map(({ type }) => type),
        `pace ${pace}`,
      ).toEqual(['speech.start', 'speech.end'])
      expect(Math.abs((events[0]?.cursor ?? 0) - 8_000)).toBeLessThan(800)
      expect(Math.abs((events[1]?.cursor ?? 0) - 8_000 - spoken.length)).toBeLessThan(1_600)
    }
  })

  it('is not taken for a key of the telephone', () => {
    // Goertzel as a receiver does it (ITU-T Q.24): both tones strong, and little beside them, for 40 ms.
    const { pcm } = encodeSpeech(SENTENCE)
    const power = (frame: Int16Array, hz: number) => {
      let [re, im] = [0, 0]
      for (const [i, sample] of frame.entries()) {
        re += sample * Math.cos((2 * Math.PI * hz * i) / 8_000)
        im += sample * Math.sin((2 * Math.PI * hz * i) / 8_000)
      }
      return (2 * (re * re + im * im)) / frame.length ** 2
    }
    let run = 0
    let longest = 0
    for (let i = 0; i + FRAME <= pcm.length; i += FRAME) {
      const frame = pcm.subarray(i, i + FRAME)
      const energy = frame.reduce((sum, sample) => sum + sample * sample, 0) / FRAME
      const row = Math.max(...[697, 770, 852, 941].map((hz) => power(frame, hz)))
      const column = Math.max(...[1209, 1336, 1477, 1633].map((hz) => power(frame, hz)))
      const isKey =
        energy > 1_000 && row > 0.1 * energy && column > 0.1 * energy && row + column > 0.6 * energy
      run = isKey ? run + 1 : 0
      longest = Math.max(longest, run)
    }
    expect(longest).toBe(0)
  })

  it('twenty streams take little of one core', () => {
    const { pcm } = encodeSpeech(SENTENCE.repeat(3))
    const decoders = Array.from({ length: 20 }, () => new SpeechDecoder())
    const before = process.cpuUsage()
    for (let i = 0; i < pcm.length; i += FRAME) {
      for (const decoder of decoders) decoder.push(pcm.subarray(i, i + FRAME))
    }
    const spentMs = process.cpuUsage(before).user / 1_000
    expect(spentMs).toBeLessThan((pcm.length / 8) * 0.5)
  })
})
