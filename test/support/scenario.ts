/** Runs scenarios of `scenarios/` on systems of their own, or several on one, and fails with the whole story. */
import { join } from 'node:path'
import { expect } from 'vitest'
import { timelineText, verdictText } from '../../scripts/scenario/report.ts'
import { runScenario } from '../../scripts/scenario/runner.ts'
import { loadScenario, type Scenario, scenarioFile, scenarioNames } from '../../scripts/scenario/schema.ts'
import { ownTarget, type Target } from '../../scripts/scenario/target.ts'
import { silentProgress } from '../../scripts/setup/progress.ts'
import { ROOT } from '../../scripts/supervisor/processes.ts'

export const SCENARIO_FOLDER = join(ROOT, 'scenarios')

/** What a scenario may take at most, its system's start and end included. */
export const SCENARIO_LIMIT_MS = 420_000

export const load = (name: string): Scenario => loadScenario(scenarioFile(SCENARIO_FOLDER, name))

/** Kills or replaces processes: played in test/chaos. */
export const killsProcesses = (scenario: Scenario): boolean =>
  scenario.steps.some((step) => 'kill' in step || 'replace' in step)

/** Nothing it does to the outside world reaches other people's orders: several may be played on one system. */
function canShare({ own_system, faults, steps }: Scenario): boolean {
  const forAll = ['kill', 'replace', 'fault', 'clear_faults', 'erp_layout', 'trigger']
  return !own_system && faults.length === 0 && !steps.some((step) => forAll.some((name) => name in step))
}

/** Scenarios that can be played on one system, which has the settings they agree on. */
export interface SharedSystem {
  readonly settings: Scenario['settings']
  readonly names: readonly string[]
}

/** All scenarios that come with Daeri, but the one that `npm start` plays: together where that is possible. */
export function planScenarios(): {
  readonly shared: readonly SharedSystem[]
  readonly alone: readonly string[]
  readonly killing: readonly string[]
} {
  const all = scenarioNames(SCENARIO_FOLDER).filter((name) => name !== 'demonstration')
  const groups = Map.groupBy(all, (name) => {
    const scenario = load(name)
    if (killsProcesses(scenario)) return 'killing'
    return canShare(scenario) ? JSON.stringify(Object.entries(scenario.settings).sort()) : 'alone'
  })
  const { killing = [], alone = [], ...others } = Object.fromEntries(groups)
  const shared = Object.values(others).filter((names): names is string[] => (names?.length ?? 0) > 1)
  const single = Object.values(others).flatMap((names) => (names?.length === 1 ? names : []))
  return {
    shared: shared.map((names) => ({ settings: load(names[0] ?? '').settings, names })),
    alone: [...alone, ...single].sort(),
    killing,
  }
}

/** A system, and what its supervisor had to say of processes that ended. */
export interface ScenarioSystem {
  readonly target: Target
  readonly told: readonly string[]
}

export async function startScenarioSystem(settings: Scenario['settings']): Promise<ScenarioSystem> {
  const told: string[] = []
  const target = await ownTarget(settings, silentProgress, {
    onLine: () => undefined,
    onRestart: (process, reason) => told.push(`  [${process}] ${reason}; started again`),
    onGaveUp: (process, reason) => told.push(`  [${process}] ${reason}; gave up`),
  })
  return { target, told }
}

/** Plays it on a running system. */
export async function expectToPassOn({ target, told }: ScenarioSystem, name: string): Promise<void> {
  const scenario = load(name)
  const result = await runScenario(scenario, target, () => undefined, { judgesTimes: false })
  const story = [
    ...result.timeline.map(timelineText),
    ...told,
    verdictText(result),
    `logs: ${target.dataDir}`,
  ]
  expect(result.passed, `${scenario.shows}\n${story.join('\n')}`).toBe(true)
}

/** Plays it on a system of its own, whose data are kept when it fails. */
export async function expectScenarioToPass(name: string): Promise<void> {
  const system = await startScenarioSystem(load(name).settings)
  let passed = false
  try {
    await expectToPassOn(system, name)
    passed = true
  } finally {
    await system.target.stop({ keepData: !passed })
  }
}
