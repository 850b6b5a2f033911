/** The scenarios that need a system of their own: every process, real sockets, the outside world. */
import { describe, expect, it } from 'vitest'
import { scenarioNames } from '../../scripts/scenario/schema.ts'
import {
  expectScenarioToPass,
  load,
  planScenarios,
  SCENARIO_FOLDER,
  SCENARIO_LIMIT_MS,
} from '../support/scenario.ts'

describe('scenario files', () => {
  it.each(scenarioNames(SCENARIO_FOLDER))('%s says what it shows and bears its file name', (name) => {
    const scenario = load(name)
    expect(scenario.name).toBe(name)
    expect(scenario.shows).toMatch(/\.$/)
  })
})

describe('scenarios', () => {
  it.each(planScenarios().alone)('%s', expectScenarioToPass, SCENARIO_LIMIT_MS)
})
