/** Who breaks in: a person, or what sounds like one. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, describe, expect, test } from 'vitest'
import { FRAME_SAMPLES, SAMPLES_PER_MS } from '../../../domain/media-socket.ts'
import { CallerEar } from '../../../media-gateway/legs/caller-ear.ts'
import { SpeechModelFileError } from '../../../media-gateway/legs/person/model-file.ts'
import { loadPersonJudge, PersonJudge } from '../../../media-gateway/legs/person/person-judge.ts'
import {
  CHUNK_SAMPLES,
  readSpeechWeights,
  SpeechModel,
  type SpeechWeights,
} from '../../../media-gateway/legs/person/speech-model.ts'
import { loadVoiceDetector } from '../../../media-gateway/legs/voice-detector.ts'
import { encodeG711 } from '../../../media-gateway/rtp/index.ts'
import { fetchedSpeechModel } from '../../../scripts/setup/speech-model.ts'
import {
  espeak,
  framesOf,
  hasEspeak,
  join as inARow,
  music,
  pause,
  randomFrom,
  withNoise,
} from '../tones/sounds.ts'

const newDetector = await loadVoiceDetector()
const file = fetchedSpeechModel()
if (file === undefined)
  console.info('the model of speech could not be fetched (npm run speech-model): nobody judges here')
const weights = file === undefined ? undefined : readSpeechWeights(file)

function newJudge(): PersonJudge {
  if (weights === undefined) throw new Error('skipped without the model')
  return new PersonJudge(weights)
}

/** Syllables of a throat: a pitch that glides, three formants that move, four times a second. */
function syllables(samples: number): Int16Array {
  let phase = 0
  return Int16Array.from({ length: samples }, (_, i) => {
    const seconds = i / 8_000
    const turning = (hz: number) => Math.sin(2 * Math.PI * hz * seconds)
    const pitch = 140 + 25 * turning(1.3)
    phase += (2 * Math.PI * pitch) / 8_000
    const formants = [
      { hz: 650 + 150 * turning(2), width: 90, height: 1 },
      { hz: 1_200 + 400 * turning(3), width: 120, height: 0.5 },
      { hz: 2_500, width: 200, height: 0.25 },
    ]
    let sum = 0
    for (let harmonic = 1; harmonic * pitch < 3_400; harmonic++) {
      const gain = formants.reduce(
        (total, { hz, width, height }) => total + height / (1 + ((harmonic * pitch - hz) / width) ** 2),
        0,
      )
      sum += gain * Math.sin(harmonic * phase)
    }
    return Math.round(2_500 * Math.max(0, turning(4)) ** 0.5 * sum)
  })
}

describe.runIf(weights)('the model of speech', () => {
  test('says of every chunk what the original says', () => {
    // By onnxruntime-node 1.30 with silero_vad_v6.onnx.
    const original = [
      0.384, 0.383, 0.212, 0.739, 0.936, 0.954, 0.907, 0.948, 0.988, 0.973, 0.971, 0.99, 0.992, 0.993, 0.975,
      0.985, 0.998, 0.995, 0.994, 0.992, 0.994, 0.992, 0.946, 0.996,
    ]
    const pcm = syllables(original.length * CHUNK_SAMPLES)
    const model = new SpeechModel(weights as SpeechWeights)
    for (let again = 0; again < 2; again++) {
      for (const [chunk, wanted] of original.entries()) {
        const from = chunk * CHUNK_SAMPLES
        expect(model.push(pcm.subarray(from, from + CHUNK_SAMPLES))).toBeCloseTo(wanted, 2)
      }
      model.reset()
    }
  })
})

function judged(pcm: Int16Array, judge: PersonJudge = newJudge()): boolean[] {
  return framesOf(pcm).map((frame) => {
    judge.push(frame)
    return judge.isPerson
  })
}

describe('the file of the model', () => {
  const here = mkdtempSync(join(tmpdir(), 'daeri-speech-model-'))
  afterAll(() => rmSync(here, { recursive: true }))
  const asked = (speechModelFile: string | undefined, judgesPersons = true) =>
    loadPersonJudge({ judgesPersons, speechModelFile }, pino({ enabled: false }))

  test('that is missing, or another, stops the start with what to do', () => {
    const other = join(here, 'other.onnx')
    writeFileSync(other, 'not a model')
    for (const wrong of [other, join(here, 'nothing.onnx')])
      expect(() => asked(wrong)).toThrow(/npm run speech-model/)
    writeFileSync(other, '')
    expect(() => asked(other)).toThrow(SpeechModelFileError)
  })

  test('is read only where a model is to be asked; without one nobody judges', () => {
    expect(asked(undefined)).toBeUndefined()
    expect(asked(join(here, 'nothing.onnx'), false)).toBeUndefined()
  })
})

describe.runIf(weights)('the judge', () => {
  test('takes syllables for a person soon, and forgets them once they are over', () => {
    const judge = newJudge()
    expect(judged(syllables(300 * SAMPLES_PER_MS), judge).at(-1)).toBe(true)
    expect(judged(withNoise(pause(700), 20), judge).at(-1)).toBe(false)
    judged(syllables(300 * SAMPLES_PER_MS), judge)
    judge.reset()
    expect(judge.isPerson).toBe(false)
  })

  test('takes music and noise for nobody', () => {
    const random = randomFrom(9)
    const sounds = [
      music(6_000, 2),
      music(6_000, 8),
      withNoise(pause(4_000), 3_000, random),
      withNoise(pause(4_000), 300, random),
    ]
    for (const sound of sounds) expect(judged(sound).filter(Boolean).length).toBeLessThan(10)
  })
})

/** ms at which something broke in, over our silence that counts as speech. */
function breaksIn(pcm: Int16Array, personJudge: PersonJudge | undefined): readonly number[] {
  const times: number[] = []
  const ear = new CallerEar({
    codec: 'PCMU',
    voiceDetector: newDetector(),
    personJudge,
    onVoice: () => {},
    onTone: () => {},
    onDigit: () => {},
  })
  for (let at = 0; at + FRAME_SAMPLES <= pcm.length; at += FRAME_SAMPLES) {
    ear.said(undefined)
    if (ear.hear(encodeG711('PCMU', pcm.subarray(at, at + FRAME_SAMPLES)), at, true))
      times.push(at / SAMPLES_PER_MS)
  }
  ear.close()
  return times
}

describe.runIf(weights)('breaking in, with a judge', () => {
  const line = withNoise(pause(1_000), 20)

  test('what glides and comes in bursts but is no person does not stop us', () => {
    // A bird, or a toy: the detectors take it for a voice.
    const chirps = Int16Array.from({ length: 24_000 }, (_, i) => {
      const t = (i % 1_600) / 8_000
      return t > 0.15
        ? 0
        : 6_000 * Math.sin(2 * Math.PI * (900 * t + 2_500 * t * t)) * Math.sin((Math.PI * t) / 0.15)
    })
    expect(breaksIn(inARow(line, chirps), undefined).length).toBeGreaterThan(0)
    expect(breaksIn(inARow(line, chirps), newJudge())).toEqual([])
  })

  if (!hasEspeak) console.info('espeak-ng and sox are not installed: nobody speaks here')
  test.runIf(hasEspeak).each(['ko', 'ko+m3', 'ko+f2', 'en+f3'])(
    'a person stops us as fast as without one (%s)',
    (voice) => {
      const said = inARow(line, espeak('네, 잠깐만요. 그게 아니라 서울성모장례식장 삼호실이에요.', voice))
      const [without = 0] = breaksIn(said, undefined)
      const [withJudge = 1e9] = breaksIn(said, newJudge())
      expect(without).toBeGreaterThan(1_000)
      expect(withJudge - without).toBeLessThanOrEqual(120)
    },
  )
})
