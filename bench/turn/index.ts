/** `bench turn`: how long a caller waits for an answer on the wire, and how much of that is ours. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { END_SILENCE_MS } from '../../activities/dialogue/endpointing.ts'
import type { MeasuredTurn } from '../gateway/messages.ts'
import { BenchProcess } from '../gateway/process.ts'
import type { Benchmark, Cell } from '../result.ts'

const GATEWAY_CORE = 0
const OTHERS_CORE = 1
const SETTLE_MS = 6_000
/** Silence that is chosen before a "네" counts as the whole answer. */
const CHOSEN_MS = END_SILENCE_MS.answer

type Part = readonly [name: string, of: (turn: MeasuredTurn) => number]

const PARTS: readonly Part[] = [
  ['caller’s last voice to first packet', ({ wireMs }) => wireMs],
  ['chosen silence', () => CHOSEN_MS],
  ['own share: all the rest', ({ wireMs }) => wireMs - CHOSEN_MS],
  ['of that hearing and deciding', ({ endOfTurnMs }) => endOfTurnMs - CHOSEN_MS],
  ['decision to first token', ({ firstTokenMs }) => firstTokenMs],
  ['first token to first audio', ({ firstAudioMs }) => firstAudioMs],
  [
    'first audio to first packet',
    ({ wireMs, endOfTurnMs, firstTokenMs, firstAudioMs }) =>
      wireMs - endOfTurnMs - firstTokenMs - firstAudioMs,
  ],
]

export const benchTurn: Benchmark = async (options, tell) => {
  const { values } = parseArgs({
    args: [...options],
    options: { calls: { type: 'string', default: '50' }, seconds: { type: 'string', default: '30' } },
  })
  const calls = Number(values.calls)
  const folder = await mkdtemp(join(tmpdir(), 'bench-turn-'))
  const processes: BenchProcess[] = []
  try {
    const gateway = await BenchProcess.start('subject.ts', GATEWAY_CORE, [folder])
    processes.push(gateway)
    const { sipPort, mediaSocketPort } = gateway.ready
    const callers = await BenchProcess.start('caller.ts', OTHERS_CORE, [String(sipPort)])
    processes.push(callers)
    const dialogue = await BenchProcess.start('../turn/dialogue.ts', OTHERS_CORE, [String(mediaSocketPort)])
    processes.push(dialogue)
    tell(`${calls} calls`)
    await callers.ask({ type: 'scale', calls }, 'scaled')
    await dialogue.ask({ type: 'scale', calls }, 'scaled')
    await sleep(SETTLE_MS)
    for (const each of [gateway, callers, dialogue]) each.send({ type: 'measure' })
    await sleep(Number(values.seconds) * 1_000)
    const { turns } = await dialogue.ask({ type: 'report' }, 'turns')
    const { report } = await callers.ask({ type: 'report' }, 'caller')
    return [
      {
        title: `A turn on the wire, ${calls} calls`,
        columns: ['ms', 'p50', 'p95', 'p99'],
        rows: PARTS.map(([name, of]) => [name, ...quantiles(turns.map(of))]),
        notes: [
          `${turns.length} turns. Real: SIP, RTP, voice activity, media socket, end of turn, playout. Model, ear and voice ` +
            `answer at once, so everything beyond the chosen silence of ${CHOSEN_MS} ms is ours. Turns of the callers’ ` +
            `long sentence end at a pause in it, too. The wire is the gateway’s own clock, silence is counted in the caller’s ` +
            `samples: packets that come late and together make the first shorter. The callers themselves were late by ` +
            `${report.loopDelayP99Ms.toFixed(1)} ms (p99).`,
        ],
      },
    ]
  } finally {
    for (const each of processes.toReversed()) await each.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** p50, p95, p99. */
function quantiles(values: readonly number[]): readonly Cell[] {
  const sorted = values.toSorted((a, b) => a - b)
  return [0.5, 0.95, 0.99].map((share) => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
    return value === undefined ? null : Math.round(value * 10) / 10
  })
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
