/** Requests whose time is over are erased by themselves; files and histories that had to wait, too. */
import type { Logger } from 'pino'
import { type Erased, eraseOldRequests, forgetNeverCalled } from '../db/queries/erase-outbound.ts'
import type { ApiDependencies } from './dependencies.ts'
import { deleteHistories } from './history-deletion.ts'
import { deleteKeptFiles } from './kept-file-deletion.ts'

const DAY_MS = 86_400_000
/** Days are long: nobody waits for it, and a copy that was just replaced has its turn soon. */
const EVERY_MS = 3_600_000
const FIRST_MS = 60_000

type Deps = Pick<ApiDependencies, 'database' | 'settings' | 'outbound' | 'now'> & {
  readonly logger: Pick<Logger, 'info' | 'error'>
}

/** Several copies of the API may do it at once: rows that one is erasing are left to it. */
export function keepOutboundRetention(deps: Deps): { readonly stop: () => Promise<void> } {
  let running: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  const next = (ms: number) => {
    if (isStopped) return
    timer = setTimeout(() => {
      running = sweepOnce(deps, () => isStopped).then(
        () => next(EVERY_MS),
        (error: unknown) => {
          deps.logger.error({ err: error }, 'requests whose time is over could not be erased')
          next(EVERY_MS)
        },
      )
    }, ms)
    timer.unref()
  }
  next(FIRST_MS)
  return {
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await running
    },
  }
}

/** @param isStopped asked between batches. @returns how much was erased. */
export async function sweepOnce(
  deps: Deps,
  isStopped: () => boolean = () => false,
): Promise<Pick<Erased, 'requests' | 'calls'>> {
  const { database, settings, logger, now } = deps
  const { requestDays } = settings.retention
  const total = { requests: 0, calls: 0 }
  const before = new Date(now().getTime() - requestDays * DAY_MS)
  while (requestDays > 0 && !isStopped()) {
    const erased = await eraseOldRequests(database, settings.dataKey, before, now())
    if (erased.requests === 0) break
    total.requests += erased.requests
    total.calls += erased.calls
    logger.info({ ...total }, 'requested calls whose time is over are being erased')
  }
  while (requestDays > 0 && !isStopped())
    if ((await forgetNeverCalled(database, settings.dataKey, before)) === 0) break
  const files = await deleteKeptFiles(deps, isStopped)
  if (files.deleted > 0 || files.waiting > 0) logger.info(files, 'files of erased calls were deleted')
  const histories = await deleteHistories(deps, isStopped)
  if (histories.deleted > 0 || histories.waiting > 0)
    logger.info(histories, 'histories of erased calls were deleted')
  return total
}
