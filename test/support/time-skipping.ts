/**
 * Keeps a server that skips time within the years it can count. Whenever somebody waits for a result and nothing is
 * left to do, it skips to the next timer, and the timeout of a workflow is one, also of those that ended long ago.
 * Without a timeout of its own a workflow gets ten years; after some twenty tests it is the year 2262, in which
 * nanoseconds no longer fit their 64 bits, and workers stand still.
 */
import type { TestWorkflowEnvironment } from '@temporalio/testing'

/** Longer than anything a test waits for. */
const TIMEOUT = '60 days'

/** Every workflow that is started from now on has a timeout. */
export function limitTimeouts({ client: { workflow } }: TestWorkflowEnvironment): void {
  const start = workflow.start.bind(workflow)
  workflow.start = (type, options) => start(type, { workflowExecutionTimeout: TIMEOUT, ...options })
  const execute = workflow.execute.bind(workflow)
  workflow.execute = (type, options) => execute(type, { workflowExecutionTimeout: TIMEOUT, ...options })
  const signalWithStart = workflow.signalWithStart.bind(workflow)
  workflow.signalWithStart = (type, options) =>
    signalWithStart(type, { workflowExecutionTimeout: TIMEOUT, ...options })
}
