/** Temporal for tests: the run's development server, and environments that skip time. */
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { inject } from 'vitest'
import { limitTimeouts } from './time-skipping.ts'

/** host:port of the development server that all tests of the run share: use task queues and ids of your own. */
export const getTemporalAddress = (): string => inject('temporalAddress')

/** Its start is given up after 5 s, which a machine that does much else may need. */
const MOST_STARTS = 24

/** A server that skips time while workflows only wait; tear it down after use. */
export async function createTimeSkippingEnvironment(): Promise<TestWorkflowEnvironment> {
  const path = inject('timeSkippingServer')
  const options = path === null ? {} : { server: { executable: { type: 'existing-path' as const, path } } }
  for (let starts = 1; ; starts++) {
    try {
      const env = await TestWorkflowEnvironment.createTimeSkipping(options)
      limitTimeouts(env)
      return env
    } catch (error) {
      if (starts === MOST_STARTS) throw error
    }
  }
}

/** A connected environment on the development server (real time). */
export function connectTestEnvironment(): Promise<TestWorkflowEnvironment> {
  return TestWorkflowEnvironment.createFromExistingServer({ address: getTemporalAddress() })
}
