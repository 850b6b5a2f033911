/** The scenarios that come with Daeri, each on a system of its own: every process, real sockets, the outside world. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadScenario, scenarioFile, scenarioNames } from '../../scripts/scenario/schema.ts'
import { ROOT } from '../../scripts/supervisor/processes.ts'
import { expectScenarioToPass, KILLING_SCENARIOS, SCENARIO_LIMIT_MS } from '../support/scenario.ts'

const FOLDER = join(ROOT, 'scenarios')
/** Played by `npm start`; the same story as order-by-phone. The killing ones are in test/chaos. */
const ELSEWHERE = ['demonstration', ...KILLING_SCENARIOS]

describe('scenario files', () => {
  it.each(scenarioNames(FOLDER))('%s says what it shows and bears its file name', (name) => {
    const scenario = loadScenario(scenarioFile(FOLDER, name))
    expect(scenario.name).toBe(name)
    expect(scenario.shows).toMatch(/\.$/)
  })
})

describe('scenarios', () => {
  it.each(scenarioNames(FOLDER).filter((name) => !ELSEWHERE.includes(name)))(
    '%s',
    expectScenarioToPass,
    SCENARIO_LIMIT_MS,
  )
})
