/** `bench failover`: what a caller notices when a process dies, or is replaced, at a random moment of their call. */
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { runScenario, type ScenarioResult } from '../../scripts/scenario/runner.ts'
import { ownTarget, type Target } from '../../scripts/scenario/target.ts'
import { silentProgress } from '../../scripts/setup/progress.ts'
import type { Benchmark, Cell, Table } from '../result.ts'
import { CHECKS, FIELDS, orderByPhone } from './order.ts'

/** From our first sentence on, a call of `orderByPhone` goes on for longer than this. */
const MOMENTS_MS = 30_000
/** What was struck has to serve again before the next customer calls. */
const RECOVERY_MS = 5_000

/** What happens to the system during a call. */
interface Blow {
  readonly name: string
  strike(target: Target): Promise<void> | void
}

const BLOWS: readonly Blow[] = [
  { name: 'nothing (to compare)', strike: () => undefined },
  { name: 'dialogue worker, kill -9', strike: ({ crash }) => crash?.('dialogue-worker') },
  { name: 'dialogue worker, new build', strike: ({ replace }) => replace?.('dialogue-worker') },
  { name: 'workflow worker, kill -9', strike: ({ crash }) => crash?.('worker') },
  { name: 'Temporal, kill -9', strike: ({ crash }) => crash?.('temporal') },
]

/** One call and what came of it. */
interface Struck {
  readonly blow: Blow
  /** After our first sentence; null where the call was over before. */
  readonly atMs: number | null
  readonly result: ScenarioResult
}

export const benchFailover: Benchmark = async (options, tell) => {
  const { values } = parseArgs({
    args: [...options],
    options: { calls: { type: 'string', default: '4' } },
  })
  const rounds = Number(values.calls)
  const target = await ownTarget({ EDIT_WINDOW_SECONDS: '1', STEP_RETRY_SECONDS: '1' }, silentProgress, {
    onLine: () => undefined,
    onRestart: () => undefined,
    onGaveUp: (name, reason) => tell(`${name} gave up: ${reason}`),
  })
  const all: Struck[] = []
  try {
    for (let round = 0; round < rounds; round++) {
      for (const blow of BLOWS) {
        // Spread over the call, and random within its part: few calls meet early and late moments alike.
        const struck = await strikeDuring(target, blow, ((round + Math.random()) / rounds) * MOMENTS_MS)
        all.push(struck)
        tell(story(struck))
        await delay(RECOVERY_MS)
      }
    }
  } finally {
    await target.stop({ keepData: false })
  }
  return [tableOf(all)]
}

async function strikeDuring(target: Target, blow: Blow, momentMs: number): Promise<Struck> {
  let atMs: number | null = null
  let blowOver: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  const result = await runScenario(orderByPhone(), target, ({ source }) => {
    if (source !== 'call' || timer !== undefined) return
    timer = setTimeout(() => {
      atMs = momentMs
      blowOver = Promise.resolve(blow.strike(target))
      blowOver.catch(() => undefined) // thrown when the call is over
    }, momentMs)
  })
  clearTimeout(timer)
  await blowOver
  return { blow, atMs, result }
}

const found = ({ result }: Struck, what: string): string =>
  result.checks.find((check) => check.what === what)?.actual ?? ''
const silenceMs = (struck: Struck): number => Number(found(struck, CHECKS.silence))
const saidTwice = (struck: Struck): number => struck.result.checks.filter(failed(CHECKS.twice)).length
const fieldsLost = ({ result }: Struck): number =>
  FIELDS.filter((field) => result.checks.some(failed(CHECKS.field(field)))).length
const notOnce = (struck: Struck): number => struck.result.checks.filter(failed(CHECKS.vendorOrders)).length
const failed = (name: string) => (check: ScenarioResult['checks'][number]) =>
  check.what === name && !check.passed

function story(struck: Struck): string {
  const { blow, atMs, result } = struck
  const moment = atMs === null ? 'after the call' : `at ${(atMs / 1000).toFixed(1)} s`
  const wrong = result.checks.filter(({ passed }) => !passed).map(({ what, actual }) => `${what}: ${actual}`)
  return [`${blow.name} ${moment}: silent for ${silenceMs(struck)} ms`, result.error, ...wrong]
    .filter((part) => part !== null)
    .join('; ')
}

function tableOf(all: readonly Struck[]): Table {
  const row = (blow: Blow): readonly Cell[] => {
    const struck = all.filter((each) => each.blow === blow && each.atMs !== null)
    const silences = struck.map(silenceMs).sort((a, b) => a - b)
    const at = (share: number) => silences[Math.floor((silences.length - 1) * share)] ?? null
    const sum = (of: (each: Struck) => number) => struck.reduce((total, each) => total + of(each), 0)
    return [blow.name, struck.length, at(0.5), at(0.95), at(1), sum(saidTwice), sum(fieldsLost), sum(notOnce)]
  }
  return {
    title: 'A process dies, or is replaced, at a random moment of a call',
    columns: [
      'what',
      'calls',
      'longest silence, ms: p50',
      'p95',
      'max',
      'said twice',
      'fields lost or wrong',
      'orders not placed once',
    ],
    rows: BLOWS.map(row),
    notes: [
      `A whole system with real SIP, RTP, Temporal and Postgres; customers order by voice, one call after the other. ` +
        `The moment is drawn from the ${MOMENTS_MS / 1000} s after our first sentence. Silence is what the caller’s phone ` +
        `heard of either side, their own pauses to think and our waiting for the end of a turn included: the first row ` +
        `tells how long it is anyway. Of ${FIELDS.length} fields a call.`,
    ],
  }
}
