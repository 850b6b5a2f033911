/**
 * `bench ear`: whom the gateway takes for a person, with sounds that were not there when its thresholds were chosen. No
 * sockets and no clock: as fast as it goes.
 */
import { parseArgs } from 'node:util'
import { FRAME_SAMPLES, SAMPLES_PER_MS } from '../../domain/media-socket.ts'
import { PersonJudge } from '../../media-gateway/legs/person/person-judge.ts'
import { readSpeechWeights } from '../../media-gateway/legs/person/speech-model.ts'
import { loadVoiceDetector } from '../../media-gateway/legs/voice-detector.ts'
import { silentProgress } from '../../scripts/setup/progress.ts'
import { ensureSpeechModel } from '../../scripts/setup/speech-model.ts'
import type { Benchmark, Cell, Table } from '../result.ts'
import { type Ears, echoOf, type Heard, type Line, lineOf, listen } from './hearing.ts'
import { lossCost } from './loss.ts'
import {
  joined,
  noises,
  RECORDED,
  recordedMusic,
  recordedPeople,
  type Sound,
  type Speaker,
  standIns,
  syntheticMusic,
  syntheticPeople,
} from './sounds.ts'

/** Speech that begins later than this has lost its first sound. */
const LATE_MS = 100
/** Shorter sayings need not stop us. */
const LONG_ENOUGH_MS = 800
/** Loud for so long outside of what was taken for speech: a piece is missing. */
const MISSED_MS = 200
const LOUD_RMS = 500
const LOST_SHARE = 0.05
const ECHO_DELAYS_MS = [30, 90, 170, 260, 410]
const ECHO_GAINS = [0.35, 0.2, 0.1]

export const benchEar: Benchmark = async (options, tell) => {
  const { values } = parseArgs({
    args: [...options],
    options: {
      recorded: { type: 'string', default: RECORDED },
      sayings: { type: 'string', default: '40' },
      seconds: { type: 'string', default: '60' },
      judge: { type: 'boolean', default: false },
    },
  })
  const seconds = Number(values.seconds)
  const weights = values.judge ? readSpeechWeights(await ensureSpeechModel(silentProgress)) : undefined
  const ears: Ears = {
    newVoiceDetector: await loadVoiceDetector(),
    newPersonJudge: weights && (() => new PersonJudge(weights)),
  }
  tell('people')
  const recorded = recordedPeople(values.recorded, Number(values.sayings))
  if (recorded.length === 0) tell(`no recorded people in ${values.recorded}`)
  const people = [...recorded, ...syntheticPeople()]
  const all = [...people, ...standIns()]
  const voices = all.map((speaker, index) => {
    tell(speaker.name)
    // Somebody else's words, so that nothing of it can be an echo.
    const other = all[(index + 1) % all.length] as Speaker
    return voiceRow(speaker, joined(other.sayings), ears)
  })
  tell('music and noise')
  const pieces = [
    ...recordedMusic(values.recorded, seconds),
    ...syntheticMusic(seconds / 3),
    ...noises(seconds / 3),
  ]
  const others = pieces.map((sound) => soundRow(sound, ears))
  tell('echo')
  const echoes = all.map((speaker) => echoRow(speaker, ears))
  tell('lost packets')
  const losses = all.map((speaker) => lossRow(speaker))
  return [voiceTable(voices), soundTable(others), echoTable(echoes), lossTable(losses)]
}

function voiceRow(speaker: Speaker, other: Int16Array, ears: Ears): Cell[] {
  const line = lineOf(speaker.sayings)
  const alone = listen(line.pcm, ears)
  const over = listen(line.pcm, ears, other)
  const { late, missedMs, loudMs, pieces } = coverage(line, alone)
  const breaks = [bargeIns(line, alone), bargeIns(line, over)]
  return [
    speaker.name,
    line.loud.length,
    (1 - missedMs / loudMs) * 100,
    late,
    pieces,
    ...breaks.flatMap(({ p50, p95, missing }) => [p50, p95, missing]),
  ]
}

/** What of a line was taken for speech. */
function coverage({ pcm, loud }: Line, { speech }: Heard) {
  const covered = (ms: number) => speech.some(({ fromMs, toMs }) => ms >= fromMs - 20 && ms < toMs + 20)
  let loudMs = 0
  let missedMs = 0
  let missedRun = 0
  let pieces = 0
  for (let at = 0; at + FRAME_SAMPLES <= pcm.length; at += FRAME_SAMPLES) {
    const ms = at / SAMPLES_PER_MS
    if (covered(ms)) {
      missedRun = 0
      if (rms(pcm.subarray(at, at + FRAME_SAMPLES)) >= LOUD_RMS) loudMs += 20
      continue
    }
    if (rms(pcm.subarray(at, at + FRAME_SAMPLES)) < LOUD_RMS) continue
    loudMs += 20
    missedMs += 20
    missedRun += 20
    if (missedRun === MISSED_MS) pieces++
  }
  const late = loud.filter(({ fromMs, toMs }) => {
    const first = speech.find((each) => each.toMs > fromMs && each.fromMs < toMs)
    return first === undefined || first.fromMs > fromMs + LATE_MS
  }).length
  return { late, missedMs, loudMs, pieces }
}

/** From the first sound of each saying that is long enough. */
function bargeIns({ loud }: Line, { bargeInsMs }: Heard) {
  const long = loud.filter(({ fromMs, toMs }) => toMs - fromMs >= LONG_ENOUGH_MS)
  const times = long.flatMap(({ fromMs, toMs }) => {
    const first = bargeInsMs.find((ms) => ms >= fromMs && ms <= toMs)
    return first === undefined ? [] : [first + 20 - fromMs]
  })
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null
  return { p50: at(0.5), p95: at(0.95), missing: long.length - times.length }
}

function soundRow({ name, pcm }: Sound, ears: Ears): Cell[] {
  const heard = listen(lineOf([pcm]).pcm, ears)
  const lengthMs = pcm.length / SAMPLES_PER_MS
  const speechMs = heard.speech.reduce((sum, { fromMs, toMs }) => sum + Math.min(toMs, lengthMs) - fromMs, 0)
  return [name, lengthMs / 1_000, (heard.bargeInsMs.length / lengthMs) * 60_000, (speechMs / lengthMs) * 100]
}

function echoRow({ name, sayings }: Speaker, ears: Ears): Cell[] {
  const ours = joined(sayings.slice(0, 12))
  const counts = ECHO_GAINS.map((gain) =>
    ECHO_DELAYS_MS.reduce((sum, delayMs) => {
      const line = echoOf(ours, delayMs, gain).map((sample, i) => sample + ((i * 7_919) % 41) - 20)
      return sum + listen(line, ears, ours).bargeInsMs.length
    }, 0),
  )
  const minutes = (ours.length / SAMPLES_PER_MS / 60_000) * ECHO_DELAYS_MS.length
  return [name, ...counts.map((count) => count / minutes)]
}

function lossRow({ name, sayings }: Speaker): Cell[] {
  const { lostFrames, silenceDb, concealedDb } = lossCost(joined(sayings), LOST_SHARE)
  return [name, lostFrames, silenceDb, concealedDb]
}

function rms(frame: Int16Array): number {
  return Math.sqrt(frame.reduce((sum, sample) => sum + sample * sample, 0) / frame.length)
}

const voiceTable = (rows: Cell[][]): Table => ({
  title: 'People',
  columns: [
    'who',
    'sayings',
    'heard %',
    'begun late',
    'pieces missed',
    'breaks in p50 ms',
    'p95 ms',
    'never',
    'over our voice p50 ms',
    'p95 ms',
    'never',
  ],
  rows,
  notes: [
    `Heard: of what is louder than -36 dBFS. Late: the first ${LATE_MS} ms are lost. A piece: ${MISSED_MS} ms and more. Breaking in: sayings of ${LONG_ENOUGH_MS} ms and more, from their first sound.`,
  ],
})

const soundTable = (rows: Cell[][]): Table => ({
  title: 'No people',
  columns: ['what', 'seconds', 'breaks in a minute', 'taken for speech %'],
  rows,
  notes: [],
})

const echoTable = (rows: Cell[][]): Table => ({
  title: 'Our own voice that comes back',
  columns: [
    'whose',
    ...ECHO_GAINS.map((gain) => `breaks in a minute, ${Math.round(-20 * Math.log10(gain))} dB quieter`),
  ],
  rows,
  notes: [`At delays of ${ECHO_DELAYS_MS.join(', ')} ms, each as a call of its own.`],
})

const lossTable = (rows: Cell[][]): Table => ({
  title: `Lost packets, ${LOST_SHARE * 100} %`,
  columns: ['whose', 'frames of sound lost', 'silence instead: spectral distance dB', 'concealed: dB'],
  rows,
  notes: [
    'The stand-in is nearer to itself, too, but no ear listens to it: each 25 ms of its voice carry 9 bits of their own, without redundancy, and tones that go on from the ones before outvote what is left of them.',
  ],
})
