/**
 * Keeps the server that skips time from standing still. It counts who holds the time, and loses count
 * (temporal-test-server 1.31): what an activity holds that is cancelled before a worker has fetched it, it never
 * gives back. From then on waits take as long as they say. Here somebody looks after each wait.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { childrenOf, restOf } from './workflow-rest.ts'

const LOOK_EVERY_MS = 100
/** So often in a row everybody must be found at rest, and no time skipped, before the hold counts as lost. */
const LOOKS_AT_REST = 10
/** The clock of the server went on by more than the wall's. */
const SKIPPED_MS = 50

/** Looks after every `sleep` and every wait for a result, from now on. */
export function keepSkipping(env: TestWorkflowEnvironment): void {
  const started = new Set<string>()
  const { workflow } = env.client
  const waited = <Result>(wait: Promise<Result>): Promise<Result> => whileSkipping(env, started, wait)

  const sleep = env.sleep.bind(env)
  env.sleep = (duration) => waited(sleep(duration))

  const result = workflow.result.bind(workflow)
  workflow.result = (...args) => waited(result(...args))

  const start = workflow.start.bind(workflow)
  workflow.start = (type, options) => start(type, noted(started, options))
  const execute = workflow.execute.bind(workflow)
  workflow.execute = (type, options) => execute(type, noted(started, options))
  const signalWithStart = workflow.signalWithStart.bind(workflow)
  workflow.signalWithStart = (type, options) => signalWithStart(type, noted(started, options))
}

function noted<Options extends { readonly workflowId: string }>(
  started: Set<string>,
  options: Options,
): Options {
  started.add(options.workflowId)
  return options
}

async function whileSkipping<Result>(
  env: TestWorkflowEnvironment,
  started: Set<string>,
  wait: Promise<Result>,
): Promise<Result> {
  const over = new AbortController()
  const watch = unlockWhenLost(env, started, over.signal)
  try {
    return await wait
  } finally {
    over.abort()
    await watch
  }
}

async function unlockWhenLost(
  env: TestWorkflowEnvironment,
  started: Set<string>,
  over: AbortSignal,
): Promise<void> {
  let looks = 0
  for (let before = await clocks(env); await isStillAwaited(over); ) {
    const now = await clocks(env)
    const hasSkipped = now.server - before.server - (now.wall - before.wall) > SKIPPED_MS
    before = now
    looks = !hasSkipped && (await areAllAtRest(env, started)) ? looks + 1 : 0
    if (looks < LOOKS_AT_REST || over.aborted) continue
    looks = 0
    // Refused when nobody holds the time: then the test waits for what never comes, and says so by itself.
    await env.connection.testService?.unlockTimeSkipping({}).catch(() => undefined)
  }
}

/** After a while; at once when the wait is over. */
async function isStillAwaited(over: AbortSignal): Promise<boolean> {
  await pause(LOOK_EVERY_MS, undefined, { signal: over }).catch(() => undefined)
  return !over.aborted
}

async function clocks(env: TestWorkflowEnvironment): Promise<{ server: number; wall: number }> {
  return { server: await env.currentTimeMs(), wall: performance.now() }
}

/** Of all that was started and has not ended; what has ended is looked at no more. */
async function areAllAtRest(env: TestWorkflowEnvironment, started: Set<string>): Promise<boolean> {
  for (const workflowId of started) {
    const rest = await restOf(env.client.workflow.getHandle(workflowId))
    if (rest === 'busy') return false
    for (const child of await childrenOf(env, workflowId)) {
      if ((await restOf(env.client.workflow.getHandle(child))) === 'busy') return false
    }
    if (rest === 'ended') started.delete(workflowId)
  }
  return true
}
