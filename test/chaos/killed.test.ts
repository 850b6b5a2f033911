/** Scenarios in which processes are killed with -9 or replaced; they run beside test/e2e. */
import { it } from 'vitest'
import { expectScenarioToPass, planScenarios, SCENARIO_LIMIT_MS } from '../support/scenario.ts'

it.each(planScenarios().killing)('%s', expectScenarioToPass, SCENARIO_LIMIT_MS)
