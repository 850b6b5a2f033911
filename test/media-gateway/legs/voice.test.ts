import { describe, expect, test } from 'vitest'
import { FRAME_SAMPLES } from '../../../domain/media-socket.ts'
import {
  BARGE_IN_MS,
  BargeInDetector,
  type BargeInFrame,
  VoiceActivity,
  type VoiceEvent,
} from '../../../media-gateway/legs/voice-activity.ts'
import { loadVoiceDetector } from '../../../media-gateway/legs/voice-detector.ts'
import { decodeG711, encodeG711 } from '../../../media-gateway/rtp/index.ts'
import { encodeSpeech } from '../../../simulators/azure-speech/modem/encode.ts'

/** `x` voice, `.` none, 20 ms each; events with the frame number. */
function hear(frames: string) {
  const events: string[] = []
  const activity = new VoiceActivity(({ type, cursor }) => events.push(`${type} ${cursor / FRAME_SAMPLES}`))
  for (const [i, frame] of [...frames].entries()) activity.push(frame === 'x', i * FRAME_SAMPLES)
  return { events, activity }
}

describe('voice activity', () => {
  test('speech begins at its first voiced frame and ends at its last', () => {
    expect(hear(`${'.'.repeat(20)}${'x'.repeat(10)}${'.'.repeat(10)}`).events).toEqual([
      'speech.start 20',
      'speech.end 30',
    ])
  })

  test('80 ms of voice are not speech, 100 ms are', () => {
    expect(hear(`..xxxx${'.'.repeat(20)}`).events).toEqual([])
    expect(hear(`..xxxxx${'.'.repeat(20)}`).events).toEqual(['speech.start 2', 'speech.end 7'])
  })

  test('single voiced frames far apart never add up', () => {
    expect(hear('x..'.repeat(50)).events).toEqual([])
  })

  test('a pause under 200 ms belongs to the speech', () => {
    expect(hear(`xxxxxx${'.'.repeat(9)}xxx${'.'.repeat(10)}`).events).toEqual([
      'speech.start 0',
      'speech.end 18',
    ])
  })

  test('the end is told once 200 ms were silent, not before', () => {
    expect(hear(`xxxxxx${'.'.repeat(9)}`).events).toEqual(['speech.start 0'])
    expect(hear(`xxxxxx${'.'.repeat(9)}`).activity.lastVoiceCursor).toBe(6 * FRAME_SAMPLES)
  })
})

describe('barge-in', () => {
  const count = (frames: readonly BargeInFrame[]) => {
    const detector = new BargeInDetector()
    return frames.map((frame) => detector.push(frame)).filter(Boolean).length
  }
  const voice = { voiced: true, tonal: true, person: true, speaking: true, playing: true }

  test('takes 250 ms of voice over ours', () => {
    expect(BARGE_IN_MS).toBe(250)
    expect(count(Array(12).fill(voice))).toBe(0)
    expect(count(Array(13).fill(voice))).toBe(1)
  })

  test('voice before we began does not count, nor does a cough', () => {
    expect(count([...Array(50).fill({ ...voice, playing: false }), ...Array(12).fill(voice)])).toBe(0)
    const cough = [
      ...Array(4).fill({ ...voice, speaking: false }),
      { ...voice, voiced: false, speaking: false },
    ]
    expect(count(Array(20).fill(cough).flat())).toBe(0)
  })

  test('what has no vowel in it, wind or breath, is not enough', () => {
    expect(count(Array(100).fill({ ...voice, tonal: false }))).toBe(0)
    expect(count([...Array(40).fill({ ...voice, tonal: false }), ...Array(3).fill(voice)])).toBe(1)
  })

  test('waits for as long as it is not taken for a person', () => {
    expect(count(Array(100).fill({ ...voice, person: false }))).toBe(0)
    expect(count([...Array(40).fill({ ...voice, person: false }), voice])).toBe(1)
  })

  test('gaps inside speech do not start the count anew', () => {
    expect(count([...Array(8).fill(voice), { ...voice, voiced: false }, ...Array(5).fill(voice)])).toBe(1)
  })
})

describe('the voice detector', async () => {
  const newDetector = await loadVoiceDetector()

  function detect(pcm: Int16Array, leadSamples = 8_000): readonly VoiceEvent[] {
    const line = new Int16Array(leadSamples + pcm.length + 8_000)
    line.set(pcm, leadSamples)
    const events: VoiceEvent[] = []
    const activity = new VoiceActivity((event) => events.push(event))
    const detector = newDetector()
    for (let cursor = 0; cursor + FRAME_SAMPLES <= line.length; cursor += FRAME_SAMPLES) {
      const frame = encodeG711('PCMU', line.subarray(cursor, cursor + FRAME_SAMPLES))
      activity.push(detector.isVoice(decodeG711('PCMU', frame)), cursor)
    }
    detector.close()
    expect(detector.isVoice(new Int16Array(FRAME_SAMPLES))).toBe(false)
    return events
  }

  test.each([['네.'], ['네, 근조화환 하나 보내려고요.'], ['서울성모장례식장 3호실입니다.'], ['Hello there']])(
    'hears "%s" from edge to edge',
    (text) => {
      const { pcm } = encodeSpeech(text)
      const loud = [...pcm.keys()].filter((i) => Math.abs(pcm[i] ?? 0) > 500)
      const events = detect(pcm)
      expect(events.map(({ type }) => type)).toEqual(['speech.start', 'speech.end'])
      expect(Math.abs((events[0]?.cursor ?? 0) - 8_000 - (loud[0] ?? 0))).toBeLessThanOrEqual(
        2 * FRAME_SAMPLES,
      )
      expect(Math.abs((events[1]?.cursor ?? 0) - 8_000 - (loud.at(-1) ?? 0))).toBeLessThanOrEqual(
        2 * FRAME_SAMPLES,
      )
    },
  )

  test('hears quiet speech, and speech over a noisy line', () => {
    const { pcm } = encodeSpeech('잠깐만요, 다시 말씀해 주세요.')
    const quiet = pcm.map((sample) => sample / 6)
    let seed = 1
    const noisy = pcm.map((sample) => {
      seed = (seed * 16_807) % 2_147_483_647
      return sample + ((seed % 401) - 200)
    })
    for (const speech of [quiet, noisy])
      expect(detect(speech).map(({ type }) => type)).toEqual(['speech.start', 'speech.end'])
  })

  test('takes silence, hum, noise and a click for nothing', () => {
    let seed = 1
    const noise = Int16Array.from({ length: 24_000 }, () => {
      seed = (seed * 16_807) % 2_147_483_647
      return (seed % 2_001) - 1_000
    })
    const hum = Int16Array.from({ length: 24_000 }, (_, i) => 80 * Math.sin((2 * Math.PI * 60 * i) / 8_000))
    const click = Int16Array.from({ length: 400 }, (_, i) => 9_000 * Math.sin(i))
    for (const sound of [new Int16Array(24_000), noise, hum, click]) expect(detect(sound)).toEqual([])
  })
})
