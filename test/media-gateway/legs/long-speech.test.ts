/** Who speaks for half a minute is heard to the end, whatever they say and however their packets come. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FRAME_SAMPLES, SAMPLES_PER_MS } from '../../../domain/media-socket.ts'
import { CallerEar } from '../../../media-gateway/legs/caller-ear.ts'
import { loadVoiceDetector } from '../../../media-gateway/legs/voice-detector.ts'
import { decodeG711, encodeG711 } from '../../../media-gateway/rtp/index.ts'
import { ReceiveTimeline } from '../../../media-gateway/rtp/receive-timeline.ts'
import { SpeechDecoder } from '../../../simulators/azure-speech/modem/decode.ts'
import { encodeSpeech } from '../../../simulators/azure-speech/modem/encode.ts'
import { join, pause, randomFrom, withNoise } from '../tones/sounds.ts'

const newDetector = await loadVoiceDetector()
const SPOKEN_SAMPLES = 30_000 * SAMPLES_PER_MS
const LEAD_MS = 600
/** The same half minutes each time; 250 others, and 1,500 pairs, were heard without a flaw. */
const SEED = 20_261_126
/** 50 ms. */
const CLOSE = 400

/** What is read back: names, dates, amounts, and digits that are the same again and again. */
const word = fc.oneof(
  fc.constantFrom(
    '네, ',
    '보내는 분 ',
    '한빛상사 ',
    '대표 권도현, ',
    '받는 분 고 권오성, ',
    '서울대학교병원 장례식장 ',
    '특2호실, ',
    '리본 문구 ',
    '삼가 고인의 명복을 빕니다. ',
    '11월 27일 금요일 ',
    '오후 10시 54분, ',
    '금액 4만 원, ',
    '아아아 ',
    'AB-12 ',
  ),
  fc.integer({ min: 0, max: 9 }).map((digit) => `${String(digit).repeat(4)} `),
  fc.integer({ min: 0, max: 99_999_999 }).map((number) => `010-${String(number).padStart(8, '0')}, `),
)
const text = fc
  .array(word, { minLength: 20, maxLength: 60 })
  .map((words) => `${words.join('').repeat(3).trim()}.`.normalize('NFC'))
const voice = fc.record({
  pitch: fc.integer({ min: 90, max: 260 }),
  pace: fc.double({ min: 4, max: 7, noNaN: true }),
  level: fc.double({ min: 0.2, max: 1.2, noNaN: true }),
})

/** Half a minute of it, cut in the silence after a syllable. */
function halfAMinute(said: string, options: { pitch: number; pace: number; level: number }): Int16Array {
  const { pcm, marks } = encodeSpeech(said, options)
  // Letters share a burst: only what is none begins one, or follows it.
  const last = marks.findLast(
    ({ char, startSample }) => startSample <= SPOKEN_SAMPLES && !/[A-Za-z]/.test(char),
  )
  return pcm.subarray(0, last?.startSample ?? pcm.length)
}

/** How the network treats each packet: on time, late, or stopped on the way with all that follow. */
const weather = fc.record({
  jitterMs: fc.integer({ min: 0, max: 55 }),
  stallMs: fc.integer({ min: 0, max: 900 }),
  everyMs: fc.integer({ min: 3_000, max: 9_000 }),
  phase: fc.integer({ min: 0, max: FRAME_SAMPLES - 1 }),
  seed: fc.integer({ min: 1, max: 1_000_000 }),
})

interface Weather {
  readonly jitterMs: number
  readonly stallMs: number
  readonly everyMs: number
  readonly phase: number
  readonly seed: number
}

function hear(pcm: Int16Array, { jitterMs, stallMs, everyMs, phase, seed }: Weather) {
  const events: string[] = []
  let start = Number.NaN
  let end = Number.NaN
  const ear = new CallerEar({
    codec: 'PCMU',
    voiceDetector: newDetector(),
    onVoice: ({ type, cursor }) => {
      events.push(type)
      if (type === 'speech.start') start = cursor
      else end = cursor
    },
    onTone: ({ tone }) => events.push(tone),
    onDigit: ({ digit }) => events.push(digit),
  })
  ear.readsKeys = true
  const decoder = new SpeechDecoder()
  let heard = ''
  const timeline = new ReceiveTimeline('PCMU', (frame, cursor) => {
    ear.hear(frame, cursor, false)
    for (const { char } of decoder.push(decodeG711('PCMU', frame))) heard += char
  })
  const random = randomFrom(seed)
  const codes = encodeG711(
    'PCMU',
    withNoise(join(pause(LEAD_MS), new Int16Array(phase), pcm, pause(1_500)), 25, random),
  )
  const arrivals = Array.from({ length: Math.floor(codes.length / FRAME_SAMPLES) }, (_, index) => {
    const sentMs = (index + 1) * 20
    const heldUntilMs = Math.floor(sentMs / everyMs) * everyMs + stallMs
    const held = sentMs > everyMs && sentMs < heldUntilMs ? heldUntilMs : sentMs
    return { index, atMs: held + random() * jitterMs }
  }).toSorted((a, b) => a.atMs - b.atMs)
  let settledMs = 0
  for (const { index, atMs } of arrivals) {
    for (; settledMs + 20 <= atMs; settledMs += 20) timeline.settle(settledMs * SAMPLES_PER_MS)
    const from = index * FRAME_SAMPLES
    const packet = { sequence: index, timestamp: from, ssrc: 1 }
    timeline.push(
      { packet, audio: codes.subarray(from, from + FRAME_SAMPLES) },
      Math.round(atMs * SAMPLES_PER_MS),
    )
  }
  ear.close()
  return { events, startLate: start - LEAD_MS * SAMPLES_PER_MS - phase, end, heard }
}

describe('half a minute of speech', () => {
  test('is one stretch, never music, a tone or a key, in every pitch and pace, and nothing of it is lost', () => {
    fc.assert(
      fc.property(text, voice, weather, (said, options, sky) => {
        const pcm = halfAMinute(said, options)
        const { events, startLate, heard } = hear(pcm, sky)
        expect(events).toEqual(['speech.start', 'speech.end'])
        expect(Math.abs(startLate)).toBeLessThanOrEqual(CLOSE)
        expect(heard).not.toContain('\ufffd')
        expect(said.startsWith(heard.trimEnd())).toBe(true)
        expect(heard.length).toBeGreaterThan(Math.min(said.length, 60) * 0.9)
      }),
      { numRuns: 25, seed: SEED, endOnFailure: true },
    )
  })

  test('may begin a second time with any sound: what was before is not held against it', () => {
    fc.assert(
      fc.property(word, word, voice, (first, second, options) => {
        const [one, two] = [first, second].map((said) => encodeSpeech(`${said}네.`, options).pcm)
        const line = join(one ?? pause(0), pause(900), two ?? pause(0))
        const { events } = hear(line, { jitterMs: 0, stallMs: 0, everyMs: 9_000, phase: 0, seed: 5 })
        expect(events).toEqual(['speech.start', 'speech.end', 'speech.start', 'speech.end'])
      }),
      { numRuns: 60, seed: SEED, endOnFailure: true },
    )
  })
})
