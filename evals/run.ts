/**
 * `npm run evals [-- CALLER…] [--calls N] [--at-once N] [--small] [--running]`
 * Simulated callers phone a system of its own (or, with --running, the one that runs), over real SIP and RTP. Each call is
 * graded by what the database holds at its end. Exit code 0: all passed, and nothing got worse since the last run.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createDatabase, type Database } from '../db/database.ts'
import { runScenario, type ScenarioResult } from '../scripts/scenario/runner.ts'
import { loadScenario, type Scenario, scenarioFile, scenarioNames } from '../scripts/scenario/schema.ts'
import { ownTarget, runningTarget, type Target } from '../scripts/scenario/target.ts'
import { consoleProgress } from '../scripts/setup/progress.ts'
import { ROOT } from '../scripts/supervisor/processes.ts'
import { callFigures } from './call-figures.ts'
import { type EvalCall, type EvalReport, exitCodeOf, figuresOf, regressionsOf, reportText } from './report.ts'

const CALLERS = join(ROOT, 'evals', 'callers')
/** Not committed: what was measured on this machine. */
const REPORTS = join(ROOT, 'data', 'evals')
/** Few, quick and different: an order told in one breath, a change, and nobody. */
const SMALL = ['dictates-fast', 'changes-their-mind', 'silent']
const DEFAULT_CALLS = 3
/** More at once measure the machine, not the conversation. */
const DEFAULT_AT_ONCE = 2

const tell = (text: string): void => void process.stdout.write(`${text}\n`)

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      calls: { type: 'string' },
      'at-once': { type: 'string', default: String(DEFAULT_AT_ONCE) },
      small: { type: 'boolean', default: false },
      running: { type: 'boolean', default: false },
    },
  })
  const known = scenarioNames(CALLERS)
  const unknown = positionals.filter((name) => !known.includes(name))
  if (unknown.length > 0)
    throw new Error(`no such caller: ${unknown.join(', ')}. There are: ${known.join(', ')}`)
  const names = positionals.length > 0 ? positionals : values.small ? SMALL : known
  const callsEach = Number(values.calls ?? (values.small ? 1 : DEFAULT_CALLS))
  const queue = names.flatMap((name) =>
    Array.from({ length: callsEach }, () => loadScenario(scenarioFile(CALLERS, name))),
  )
  const kind = values.small ? 'small' : 'full'
  const target = await openTarget(values.running)
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void target.stop({ keepData: false }).finally(() => process.exit(130)))
  let ok = false
  try {
    const calls = await playAll(queue, target, Number(values['at-once']))
    const report: EvalReport = { at: new Date().toISOString(), kind, callers: figuresOf(calls), calls }
    const regressions = regressionsOf(lastReport(kind), report)
    tell(`\n${reportText(report, regressions)}`)
    tell(`\n${keep(report)}`)
    const code = exitCodeOf(report, regressions)
    ok = code === 0
    return code
  } finally {
    await target.stop({ keepData: !ok })
    if (!ok) tell(`logs and data: ${target.dataDir}`)
  }
}

async function openTarget(running: boolean): Promise<Target> {
  if (!running) {
    const events = { onLine: () => {}, onRestart: () => {}, onGaveUp: () => {} }
    return await ownTarget(
      {},
      consoleProgress((text) => tell(text.trimEnd())),
      events,
    )
  }
  const target = runningTarget()
  if (target === undefined) throw new Error('no system is running')
  return target
}

/** Callers whose lines are bad phone alone: faults are the world's, not a caller's. */
async function playAll(queue: readonly Scenario[], target: Target, atOnce: number): Promise<EvalCall[]> {
  const database = createDatabase(target.settings.databaseUrl, 2)
  const calls: EvalCall[] = []
  const play = async (scenario: Scenario) => {
    const result = await runScenario(scenario, target)
    const call = await graded(result, database, target)
    calls.push(call)
    tell(`${call.passed ? '✓' : '✗'} ${call.caller} (${Math.round(result.seconds)} s, ${call.turns} turns)`)
  }
  try {
    const together = queue.filter(({ faults }) => faults.length === 0)
    const lanes = Array.from({ length: Math.max(1, atOnce) }, async () => {
      for (let next = together.shift(); next !== undefined; next = together.shift()) await play(next)
    })
    await Promise.all(lanes)
    for (const scenario of queue) if (scenario.faults.length > 0) await play(scenario)
    return calls
  } finally {
    await database.destroy()
  }
}

async function graded(result: ScenarioResult, database: Database, { settings }: Target): Promise<EvalCall> {
  const failed = result.checks
    .filter(({ passed }) => !passed)
    .map(({ what, expected, actual }) => `${what}: expected ${expected}, found ${actual}`)
  const number = result.numbers.customer ?? ''
  return {
    caller: result.name,
    passed: result.passed,
    problems: result.error === null ? failed : [result.error, ...failed],
    ...(await callFigures(database, settings.dataKey, number)),
  }
}

function lastReport(kind: EvalReport['kind']): EvalReport | null {
  mkdirSync(REPORTS, { recursive: true })
  const last = readdirSync(REPORTS)
    .filter((file) => file.endsWith(`-${kind}.json`))
    .sort()
    .at(-1)
  return last === undefined ? null : (JSON.parse(readFileSync(join(REPORTS, last), 'utf8')) as EvalReport)
}

/** @returns where it is kept. */
function keep(report: EvalReport): string {
  const file = join(REPORTS, `${report.at.replaceAll(':', '-')}-${report.kind}.json`)
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`)
  return file
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(2)
  },
)
