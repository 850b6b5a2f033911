/** The one order by phone that `npm start` plays, told as it happens. */
import { join } from 'node:path'
import type { Settings } from '../config/settings.ts'
import { timelineText, verdictText } from './scenario/report.ts'
import { runScenario } from './scenario/runner.ts'
import { loadScenario, scenarioFile } from './scenario/schema.ts'
import { runningTarget } from './scenario/target.ts'
import { ROOT } from './supervisor/processes.ts'

/** Never throws: a demonstration that fails is told, and the system goes on. */
export async function playDemonstration(settings: Settings, print: (text: string) => void): Promise<void> {
  const target = runningTarget()
  if (target === undefined) return
  print(`A customer phones now; watch it on the board: ${settings.publicUrl}  (DEMO=false turns this off)\n`)
  try {
    const scenario = loadScenario(scenarioFile(join(ROOT, 'scenarios'), 'demonstration'))
    const result = await runScenario(scenario, { ...target, settings }, (line) => print(timelineText(line)))
    print(`\n${verdictText(result)}\n`)
  } catch (error) {
    print(`The demonstration could not be played: ${error instanceof Error ? error.message : String(error)}`)
  }
}
