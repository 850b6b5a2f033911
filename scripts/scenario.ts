/**
 * `npm run scenario -- NAME… [--file scenario.yaml] [--own] [--json] [--keep]`
 * Runs scenarios on the running system, or on one of its own (none running, --own, or the scenario needs it).
 * Exit code 0: all passed.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { timelineText, verdictText } from './scenario/report.ts'
import { runScenario, type ScenarioResult } from './scenario/runner.ts'
import {
  loadScenario,
  type Scenario,
  ScenarioFileError,
  scenarioFile,
  scenarioNames,
} from './scenario/schema.ts'
import { ownTarget, runningTarget } from './scenario/target.ts'
import { SetupError } from './setup/command.ts'
import { consoleProgress } from './setup/progress.ts'
import type { ChildEvents } from './supervisor/child.ts'
import { ROOT } from './supervisor/processes.ts'

const FOLDER = join(ROOT, 'scenarios')
const USAGE = `npm run scenario -- NAME… [--file scenario.yaml] [--own] [--json] [--keep]
  --own   on a system of its own, even if one is running
  --keep  keep that system's data and logs (always kept when a scenario fails)
Names: ${scenarioNames(FOLDER).join(', ')}, all`

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      file: { type: 'string' },
      own: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
    },
  })
  const names = positionals.includes('all') ? scenarioNames(FOLDER) : positionals
  const files = [
    ...names.map((name) => scenarioFile(FOLDER, name)),
    ...(values.file === undefined ? [] : [values.file]),
  ]
  const unknown = files.filter((file) => !existsSync(file))
  if (files.length === 0 || unknown.length > 0) {
    throw new ScenarioFileError(`${unknown.map((file) => `no such scenario: ${file}\n`).join('')}${USAGE}`)
  }
  const scenarios = files.map(loadScenario)
  const tell = values.json
    ? (text: string) => process.stderr.write(`${text}\n`)
    : (text: string) => process.stdout.write(`${text}\n`)
  const results: ScenarioResult[] = []
  for (const scenario of scenarios) results.push(await playOne(scenario, values, tell))
  if (values.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`)
  process.exitCode = results.every((result) => result.passed) ? 0 : 1
}

async function playOne(
  scenario: Scenario,
  options: { own: boolean; keep: boolean },
  tell: (text: string) => void,
): Promise<ScenarioResult> {
  tell(`\n${scenario.name}: ${scenario.shows}`)
  const running = options.own || scenario.own_system ? undefined : runningTarget()
  const wanted = Object.entries(scenario.settings).map(([name, value]) => `${name}=${value}`)
  if (running !== undefined && wanted.length > 0)
    tell(
      `  It asks for a system with ${wanted.join(' ')}; the running one may be another: --own starts one of its own.`,
    )
  const progress = consoleProgress((text) => tell(text.trimEnd()))
  const target = running ?? (await ownTarget(scenario.settings, progress, events(tell)))
  let failed = true
  const interrupted = async () => {
    await target.stop({ keepData: options.keep })
    process.exit(130)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupted)
  try {
    const result = await runScenario(scenario, target, (line) => tell(timelineText(line)))
    tell(verdictText(result))
    failed = !result.passed
    return result
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupted)
    await target.stop({ keepData: failed || options.keep })
    if (failed || options.keep) tell(`  logs and data: ${target.dataDir}`)
  }
}

const events = (tell: (text: string) => void): ChildEvents => ({
  onLine: () => undefined,
  onRestart: (name, reason) => tell(`  [${name}] ${reason}; started again`),
  onGaveUp: (name, reason) => tell(`  [${name}] ${reason}; gave up`),
})

main().then(
  () => process.exit(),
  (error: unknown) => {
    const expected = error instanceof ScenarioFileError || error instanceof SetupError
    process.stderr.write(
      `${expected ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
    )
    process.exit(2)
  },
)
