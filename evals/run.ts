/**
 * `npm run evals [-- CALLER…] [--calls N] [--at-once N] [--small] [--text] [--minds rules|claude] [--running]`
 * Simulated callers phone a system of its own (or, with --running, the one that runs), over real SIP and RTP, or with
 * --text in writing. Each call is graded by what the database holds at its end. With ANTHROPIC_API_KEY the callers and the
 * agent are Claude's. Exit code 0: all passed, and nothing got worse since the last calls that were made alike.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readEnvironment } from '../config/settings.ts'
import { createDatabase, type Database } from '../db/database.ts'
import { timelineText } from '../scripts/scenario/report.ts'
import { runScenario, type ScenarioResult } from '../scripts/scenario/runner.ts'
import { loadScenario, type Scenario, scenarioFile, scenarioNames } from '../scripts/scenario/schema.ts'
import { ownTarget, runningTarget, type Target } from '../scripts/scenario/target.ts'
import { consoleProgress } from '../scripts/setup/progress.ts'
import { ROOT } from '../scripts/supervisor/processes.ts'
import { callFigures } from './call-figures.ts'
import { keepReport, keptReports } from './kept-reports.ts'
import {
  baselineOf,
  type EvalCall,
  type EvalConditions,
  type EvalReport,
  exitCodeOf,
  figuresOf,
  regressionsOf,
  reportText,
} from './report.ts'
import { openTextTarget } from './text/text-target.ts'

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
      text: { type: 'boolean', default: false },
      minds: { type: 'string' },
      running: { type: 'boolean', default: false },
    },
  })
  const known = scenarioNames(CALLERS)
  const unknown = positionals.filter((name) => !known.includes(name))
  if (unknown.length > 0)
    throw new Error(`no such caller: ${unknown.join(', ')}. There are: ${known.join(', ')}`)
  const names = positionals.length > 0 ? positionals : values.small ? SMALL : known
  const callsEach = Number(values.calls ?? (values.small ? 1 : DEFAULT_CALLS))
  if (values.text && values.running) throw new Error('--text needs a system of its own: leave --running out')
  const key = claudeKeys()
  const minds = values.minds ?? (key === null ? 'rules' : 'claude')
  if (minds !== 'rules' && minds !== 'claude') throw new Error('--minds is rules or claude')
  const callers = names.map((name) => withMind(loadScenario(scenarioFile(CALLERS, name)), minds))
  const queue = callers.flatMap((caller) => Array.from({ length: callsEach }, () => caller))
  const target = await openTarget(values, key ?? {})
  const conditions: EvalConditions = {
    medium: values.text ? 'text' : 'voice',
    minds,
    model: target.settings.standIns.claude ? 'stand-in' : target.settings.claude.model,
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void target.stop({ keepData: false }).finally(() => process.exit(130)))
  let ok = false
  try {
    const played = values.text ? queue.map((caller) => ({ ...caller, faults: [] })) : queue
    const calls = await playAll(played, target, Number(values['at-once']))
    const before = baselineOf(keptReports(REPORTS), conditions)
    const report: EvalReport = {
      at: new Date().toISOString(),
      ...conditions,
      callers: figuresOf(calls),
      calls,
    }
    const regressions = regressionsOf(before, report)
    tell(`\n${reportText(report, regressions)}`)
    tell(`\n${keepReport(REPORTS, report)}`)
    const code = exitCodeOf(report, regressions)
    ok = code === 0
    return code
  } finally {
    await target.stop({ keepData: !ok })
    if (!ok) tell(`logs and data: ${target.dataDir}`)
  }
}

/** What a system of its own is told of Claude, from the environment and `.env`; null: there is no key. */
function claudeKeys(): Record<string, string> | null {
  const environment = readEnvironment(ROOT)
  if (environment.ANTHROPIC_API_KEY === undefined) return null
  const names = ['ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL', 'CLAUDE_MODEL', 'CLAUDE_FALLBACK_MODEL']
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = environment[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

function withMind(caller: Scenario, mind: 'rules' | 'claude'): Scenario {
  const people = Object.entries(caller.people).map(
    ([name, person]) => [name, { ...person, persona: { ...person.persona, mind } }] as const,
  )
  return { ...caller, people: Object.fromEntries(people) }
}

async function openTarget(
  { running, text }: { readonly running: boolean; readonly text: boolean },
  settings: Readonly<Record<string, string>>,
): Promise<Target> {
  if (running) {
    const target = runningTarget()
    if (target === undefined) throw new Error('no system is running')
    return target
  }
  const progress = consoleProgress((line) => tell(line.trimEnd()))
  if (text) return await openTextTarget(settings, progress)
  return await ownTarget(settings, progress, { onLine: () => {}, onRestart: () => {}, onGaveUp: () => {} })
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
    seconds: result.seconds,
    ...(result.passed ? {} : { story: result.timeline.map(timelineText) }),
    ...(await callFigures(database, settings.dataKey, number)),
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(2)
  },
)
