/** Temporal's own words in our log: one format, our level. */
import { DefaultLogger, Runtime } from '@temporalio/worker'
import type { Logger } from 'pino'

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'debug', WARN: 'warn', ERROR: 'error' } as const

/** Call once, before the first connection or worker of the process is made. */
export function logTemporalTo(logger: Logger): void {
  const temporal = logger.child({ part: 'temporal' })
  const forward = new DefaultLogger('DEBUG', ({ level, message, meta }) => {
    temporal[LEVELS[level]]({ detail: message, ...meta }, 'temporal')
  })
  Runtime.install({ logger: forward })
}
