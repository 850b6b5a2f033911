/** Temporal's own log lines in the process's log. */
import { DefaultLogger, type LogEntry, type Logger as TemporalLogger } from '@temporalio/worker'
import type { Logger } from 'pino'

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'debug', WARN: 'warn', ERROR: 'error' } as const

/** Its everyday news (workers starting and stopping) counts as `debug` here. */
export function temporalLogger(logger: Logger): TemporalLogger {
  return new DefaultLogger('INFO', ({ level, message, meta }: LogEntry) =>
    logger[LEVELS[level]](meta ?? {}, message),
  )
}
