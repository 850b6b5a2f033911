/** Temporal for tests: the run's development server, and environments that skip time. */
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { inject } from 'vitest'
import { keepSkipping } from './time-skipping.ts'

/** host:port of the development server that all tests of the run share: use task queues and ids of your own. */
export const getTemporalAddress = (): string => inject('temporalAddress')

/** A server that skips time while workflows only wait; tear it down after use. */
export async function createTimeSkippingEnvironment(): Promise<TestWorkflowEnvironment> {
  const path = inject('timeSkippingServer')
  const env = await TestWorkflowEnvironment.createTimeSkipping(
    path === null ? {} : { server: { executable: { type: 'existing-path', path } } },
  )
  keepSkipping(env)
  return env
}

/** A connected environment on the development server (real time). */
export function connectTestEnvironment(): Promise<TestWorkflowEnvironment> {
  return TestWorkflowEnvironment.createFromExistingServer({ address: getTemporalAddress() })
}
