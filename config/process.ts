/** What every process of Daeri does alike: one logger, a ready signal to the supervisor, a watchdog, an orderly end. */
import { type Logger, pino } from 'pino'
import { loadSettings, type Settings, SettingsError } from './settings.ts'
import { watchThisThread } from './watchdog.ts'

/** What a process hands back once it serves. */
export interface RunningProcess {
  /** Ends in peace: finish what is under way, then release everything. Called once. */
  readonly stop: () => Promise<void>
  /** Told to stop a second time: `stop` need not wait for anybody any more. */
  readonly hurry?: () => void
  /** What `stop` may take before the process ends all the same; default 15 s. */
  readonly stopLimitMs?: number
  /** Told to the supervisor with the ready signal, e.g. the ports that were bound. */
  readonly details?: Readonly<Record<string, unknown>>
}

/** The message a process sends its supervisor over IPC once it serves. */
export interface ReadyMessage {
  readonly type: 'ready'
  readonly name: string
  readonly details: Readonly<Record<string, unknown>>
  /** What it may take to end, in ms: who ends it waits for so long before it kills it. */
  readonly stopLimitMs: number
}

/** Fields that hold personal data or secrets wherever they appear in a log line. */
const REDACTED = [
  'phone',
  'fromNumber',
  'toNumber',
  'callerNumber',
  'calleeNumber',
  'customerPhone',
  'words',
  'text',
  'body',
  'authorization',
  'password',
  'token',
]

/** A logger that writes JSON lines with personal data redacted. */
export function createLogger(name: string, level: string): Logger {
  const paths = REDACTED.flatMap((field) => [field, `*.${field}`, `*.*.${field}`])
  return pino({ name, level, redact: { paths, censor: '[redacted]' } })
}

const STOP_LIMIT_MS = 15_000
const stopLimitMs = (running: RunningProcess): number => running.stopLimitMs ?? STOP_LIMIT_MS

/**
 * Runs `start` with checked settings and keeps the process until SIGTERM, SIGINT or the supervisor's end.
 * Exit code 78 (EX_CONFIG) tells the supervisor that a restart will not help.
 */
export async function runProcess(
  name: string,
  start: (settings: Settings, logger: Logger) => Promise<RunningProcess>,
): Promise<void> {
  let settings: Settings
  try {
    settings = loadSettings()
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(78)
  }
  const logger = createLogger(name, settings.logLevel)
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'uncaught exception')
    process.exit(1)
  })
  process.on('unhandledRejection', (error) => {
    logger.fatal({ err: error }, 'unhandled rejection')
    process.exit(1)
  })
  let running: RunningProcess | undefined
  let stopping = false
  const stop = (reason: string) => {
    if (stopping) return running?.hurry?.()
    stopping = true
    logger.info({ reason }, 'stopping')
    // What has not begun to serve has nothing to finish; its start may wait for a server that never comes.
    if (running === undefined) process.exit(0)
    setTimeout(() => process.exit(1), stopLimitMs(running)).unref()
    running.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'stop failed')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', () => stop('SIGTERM'))
  process.on('SIGINT', () => stop('SIGINT'))
  process.on('disconnect', () => stop('supervisor gone'))
  running = await start(settings, logger)
  const { details = {} } = running
  const ready: ReadyMessage = { type: 'ready', name, details, stopLimitMs: stopLimitMs(running) }
  process.send?.(ready)
  logger.info(ready.details, 'ready')
  watchThisThread()
}
