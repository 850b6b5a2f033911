/** The scenarios that leave each other alone: several at once on one system, as customers call and write. */
import { afterAll, beforeAll, describe, it } from 'vitest'
import {
  expectToPassOn,
  planScenarios,
  SCENARIO_LIMIT_MS,
  type ScenarioSystem,
  startScenarioSystem,
} from '../support/scenario.ts'

describe.each(planScenarios().shared)('on one system with $settings', ({ settings, names }) => {
  let system: ScenarioSystem | undefined
  let failures = 0
  beforeAll(async () => {
    system = await startScenarioSystem(settings)
  })
  afterAll(() => system?.target.stop({ keepData: failures > 0 }))

  it.concurrent.each([...names])(
    '%s',
    async (name) => {
      if (system === undefined) throw new Error('the system did not start')
      try {
        await expectToPassOn(system, name)
      } catch (error) {
        failures += 1
        throw error
      }
    },
    SCENARIO_LIMIT_MS,
  )
})
