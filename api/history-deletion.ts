/** Histories of erased requests are deleted in the workflow engine; while it is away they wait for it. */
import type { Logger } from 'pino'
import { countLeft, type Left, markErased, readLeft } from '../db/queries/left-to-erase.ts'
import type { ApiDependencies } from './dependencies.ts'

/** Found by one query, of which the engine allows few a second. */
const PAGE = 50
/** The engine is away, or wants no more. */
const MOST_FAILURES = 3

/**
 * Goes through all that is due.
 * @param isEnough asked before each page.
 * @returns workflows whose runs are all deleted now, and those that are left. What goes wrong is only logged.
 */
export async function deleteHistories(
  {
    database,
    outbound,
    now,
    logger,
  }: Pick<ApiDependencies, 'database' | 'outbound' | 'now'> & { readonly logger: Pick<Logger, 'error'> },
  isEnough: () => boolean = () => false,
): Promise<{ readonly deleted: number; readonly waiting: number }> {
  let deleted = 0
  let failures = 0
  let after: Left | null = null
  do {
    const page: Left[] = await readLeft(database, 'histories_to_delete', { now: now(), after, limit: PAGE })
    const names = page.map(({ name }) => name)
    try {
      await outbound.forget(names)
      await markErased(database, 'histories_to_delete', names)
      deleted += names.length
      failures = 0
    } catch (error) {
      failures += 1
      logger.error({ err: error }, 'histories of erased requests could not be deleted yet')
    }
    after = page.at(-1) ?? null
  } while (after !== null && failures < MOST_FAILURES && !isEnough())
  return { deleted, waiting: await countLeft(database, 'histories_to_delete') }
}
