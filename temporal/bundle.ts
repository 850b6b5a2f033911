/** The workflow code as Temporal runs it: one file, made once and shared by all workers of a process. */
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, type WorkflowBundleWithSourceMap } from '@temporalio/worker'
import type { Logger } from 'pino'
import { FAILURE_CONVERTER } from './connection.ts'

/** @param logger hears of what webpack complains about. */
export function bundleWorkflows(logger?: Logger): Promise<WorkflowBundleWithSourceMap> {
  return bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)),
    failureConverterPath: FAILURE_CONVERTER,
    logger: {
      log: (level, message) => logger?.debug({ level, detail: message }, 'workflow bundle'),
      trace: () => {},
      debug: () => {},
      info: () => {},
      warn: (message) => logger?.warn({ detail: message }, 'workflow bundle'),
      error: (message) => logger?.error({ detail: message }, 'workflow bundle'),
    },
  })
}
