/** An alarm about long waits closes when its period is over, also where nobody calls any more: workers judge only what is recorded. */
import type { Logger } from 'pino'
import { judgeLatency, openLatencyAlarm } from '../db/queries/turn-latency.ts'
import type { ApiDependencies } from './dependencies.ts'

const LOOK_EVERY_MS = 15_000

type Deps = Pick<ApiDependencies, 'database' | 'settings' | 'now'> & {
  readonly logger: Pick<Logger, 'debug'>
}

/** Several copies of the API may do it at once: one of them closes it. */
export function watchLatencyAlarm(deps: Deps): { readonly stop: () => Promise<void> } {
  let looking: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    looking = looking.then(() => judgeOpenAlarm(deps))
  }, LOOK_EVERY_MS)
  return {
    async stop() {
      clearInterval(timer)
      await looking
    },
  }
}

/** Never fails: what can't be judged now is judged the next time. */
export async function judgeOpenAlarm({ database, settings, now, logger }: Deps): Promise<void> {
  try {
    if ((await openLatencyAlarm(database)) === undefined) return
    await judgeLatency(database, settings.latencyAlarm, now().getTime())
  } catch (error) {
    logger.debug({ err: error }, 'the latency alarm waits on')
  }
}
