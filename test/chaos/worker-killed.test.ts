import { it } from 'vitest'
import { expectScenarioToPass, SCENARIO_LIMIT_MS } from '../support/scenario.ts'

it(
  'survives kill -9 of every kind of process during one order',
  () => expectScenarioToPass('worker-killed'),
  SCENARIO_LIMIT_MS,
)
