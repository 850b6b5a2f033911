/** How the Temporal development server is started. */

/**
 * Out of the box one shard polls its queues 20 times a second, which adds 70 ms to each step; and
 * priority and fairness need the new matcher, with a single partition where the order must be exact.
 */
const DYNAMIC_CONFIG = {
  'history.transferProcessorMaxPollRPS': '2000',
  'history.transferProcessorMaxPollHostRPS': '3000',
  'history.timerProcessorMaxPollRPS': '2000',
  'matching.useNewMatcher': 'true',
  'matching.enableFairness': 'true',
  'matching.numTaskqueueReadPartitions': '1',
  'matching.numTaskqueueWritePartitions': '1',
  'frontend.enableUpdateWorkflowExecution': 'true',
  'frontend.enableUpdateWorkflowExecutionAsyncAccepted': 'true',
  'frontend.enableExecuteMultiOperation': 'true',
}

export interface TemporalServerOptions {
  readonly host: string
  readonly port: number
  /** null: without the Web UI. */
  readonly uiPort: number | null
  /** SQLite file that keeps the state; null: in memory. */
  readonly stateFile: string | null
  /** Path at which the Web UI is shown behind another server, e.g. "/temporal". */
  readonly uiPath: string
  /**
   * Where the Web UI decrypts payloads: an address, or a path beside `uiPath`. A path matters: the Web UI
   * sends cookies along to its own origin only, and the development server can't be told otherwise.
   */
  readonly codecUrl: string | null
}

/** Arguments of the program `temporal`. */
export function temporalServerArguments(options: TemporalServerOptions): string[] {
  const args = [
    'server',
    'start-dev',
    '--ip',
    options.host,
    '--port',
    String(options.port),
    '--log-level',
    'error',
  ]
  if (options.uiPort === null) args.push('--headless')
  else args.push('--ui-port', String(options.uiPort), '--ui-public-path', options.uiPath)
  if (options.stateFile !== null) args.push('--db-filename', options.stateFile)
  if (options.codecUrl !== null) args.push('--ui-codec-endpoint', options.codecUrl)
  for (const [key, value] of Object.entries(DYNAMIC_CONFIG))
    args.push('--dynamic-config-value', `${key}=${value}`)
  return args
}
