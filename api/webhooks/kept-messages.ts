/** Messages that came while the workflow engine was away are given to their threads once it is back. */
import type { Logger } from 'pino'
import { inboundTaken, keptMessages } from '../../db/queries/chat-inbound.ts'
import type { ApiDependencies } from '../dependencies.ts'

const LOOK_EVERY_MS = 5_000
/** Younger ones are still being passed on by their webhook. */
const LEAVE_ALONE_MS = 10_000
const BATCH = 50

export interface KeptMessages {
  readonly stop: () => Promise<void>
}

/** Several copies of the API may do it at once: a message that a thread has changes nothing. */
export function passKeptMessagesOn(
  deps: Pick<ApiDependencies, 'database' | 'chats' | 'settings' | 'logger' | 'now'>,
): KeptMessages {
  let running: Promise<void> = Promise.resolve()
  let stopped = false
  const timer = setInterval(() => {
    running = running.then(() => (stopped ? undefined : passOnce(deps).then(() => undefined)))
  }, LOOK_EVERY_MS)
  return {
    async stop() {
      stopped = true
      clearInterval(timer)
      await running
    },
  }
}

/** @returns how many were passed on. Never fails: what can't be passed on now stays. */
export async function passOnce({
  database,
  chats,
  settings,
  logger,
  now,
}: Pick<ApiDependencies, 'database' | 'chats' | 'settings' | 'now'> & {
  readonly logger: Pick<Logger, 'info' | 'debug'>
}): Promise<number> {
  let passed = 0
  try {
    const before = new Date(now().getTime() - LEAVE_ALONE_MS)
    for (const { message, ...thread } of await keptMessages(database, settings.dataKey, before, BATCH)) {
      await chats.receive(thread, message)
      await inboundTaken(database, message.messageId)
      passed++
    }
  } catch (error) {
    logger.debug({ err: error }, 'kept messages wait on')
  }
  if (passed > 0) logger.info({ passed }, 'kept messages passed on')
  return passed
}
