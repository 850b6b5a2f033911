/** Runs a scenario of `scenarios/` on a system of its own and fails with its whole story. */
import { join } from 'node:path'
import { expect } from 'vitest'
import { timelineText, verdictText } from '../../scripts/scenario/report.ts'
import { runScenario } from '../../scripts/scenario/runner.ts'
import { loadScenario, scenarioFile } from '../../scripts/scenario/schema.ts'
import { ownTarget } from '../../scripts/scenario/target.ts'
import { silentProgress } from '../../scripts/setup/progress.ts'
import { ROOT } from '../../scripts/supervisor/processes.ts'

/** What a scenario may take at most, its system's start and end included. */
export const SCENARIO_LIMIT_MS = 420_000

/** Scenarios that kill processes. */
export const KILLING_SCENARIOS = ['worker-killed', 'temporal-killed-midcall', 'gateway-killed-midcall']

export async function expectScenarioToPass(name: string): Promise<void> {
  const scenario = loadScenario(scenarioFile(join(ROOT, 'scenarios'), name))
  const told: string[] = []
  const target = await ownTarget(scenario.settings, silentProgress, {
    onLine: () => undefined,
    onRestart: (process, reason) => told.push(`  [${process}] ${reason}; started again`),
    onGaveUp: (process, reason) => told.push(`  [${process}] ${reason}; gave up`),
  })
  let passed = false
  try {
    const result = await runScenario(scenario, target)
    passed = result.passed
    const story = [
      ...result.timeline.map(timelineText),
      ...told,
      verdictText(result),
      `logs: ${target.dataDir}`,
    ].join('\n')
    expect(passed, `${scenario.shows}\n${story}`).toBe(true)
  } finally {
    await target.stop({ keepData: !passed })
  }
}
