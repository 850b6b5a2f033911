/**
 * Calls that were asked for while the workflow engine was away are begun once it is back; those whose number was put on the
 * do-not-call list meanwhile are called off instead.
 */
import type { Logger } from 'pino'
import { listedYetOpen } from '../db/queries/do-not-call.ts'
import { callOffListed } from './called-off.ts'
import type { ApiDependencies } from './dependencies.ts'
import { outboundInput } from './outbound-input.ts'
import { ApiProblem } from './problems.ts'
import { listUnbegun } from './queries/outbound.ts'
import { createViewContext } from './views/view-context.ts'

const LOOK_EVERY_MS = 5_000
const BATCH = 50

type Deps = Pick<ApiDependencies, 'database' | 'outbound' | 'settings'> & {
  readonly logger: Pick<Logger, 'info' | 'debug'>
}

/** Several copies of the API may do it at once: a workflow that runs is not started again. */
export function beginKeptOutbound(deps: Deps): { readonly stop: () => Promise<void> } {
  let running: Promise<void> = Promise.resolve()
  let stopped = false
  const timer = setInterval(() => {
    running = running.then(() => (stopped ? undefined : beginOnce(deps).then(() => undefined)))
  }, LOOK_EVERY_MS)
  return {
    async stop() {
      stopped = true
      clearInterval(timer)
      await running
    },
  }
}

/** @returns how many were begun. Never fails: what can't be begun now stays. */
export async function beginOnce({ database, outbound, settings, logger }: Deps): Promise<number> {
  const view = createViewContext(settings)
  let begun = 0
  // One that can not be called off just now keeps nobody else waiting.
  try {
    await callOffListed({ database, outbound, settings }, await listedYetOpen(database, BATCH))
  } catch (error) {
    logger.debug({ err: error, away: error instanceof ApiProblem }, 'listed numbers wait to be called off')
  }
  try {
    for (const row of await listUnbegun(database, BATCH)) {
      await outbound.start(outboundInput(row, settings, view))
      begun++
    }
  } catch (error) {
    logger.debug({ err: error, away: error instanceof ApiProblem }, 'requested calls wait on')
  }
  if (begun > 0) logger.info({ begun }, 'requested calls begun')
  return begun
}
