/** Files at gateways that have to go are deleted there; a gateway that is away is asked again later. */
import { z } from '@hono/zod-openapi'
import { askGateway } from '../activities/gateway-phones.ts'
import { countLeft, type Left, markErased, readLeft } from '../db/queries/left-to-erase.ts'
import { keptFilePath } from '../domain/kept-files.ts'
import type { ApiDependencies } from './dependencies.ts'

const deletedSchema = z.object({ deleted: z.number() })
const PAGE = 500
/** A gateway that leaves so many questions in a row unanswered is away: this time it is asked no more. */
const MOST_MISSES = 3

/**
 * Goes through all that is due.
 * @param isEnough asked before each file.
 * @returns files that were deleted now, and names that are left: of gateways that did not answer, or not due yet.
 */
export async function deleteKeptFiles(
  { database, settings, now }: Pick<ApiDependencies, 'database' | 'settings' | 'now'>,
  isEnough: () => boolean = () => false,
): Promise<{ readonly deleted: number; readonly waiting: number }> {
  const misses = new Map(settings.gateways.map((address) => [address, 0]))
  /** @returns null: no answer. */
  const ask = async (address: string, name: string): Promise<number | null> => {
    const missed = misses.get(address) ?? 0
    if (missed >= MOST_MISSES) return null
    const answer = await askGateway(settings, address, keptFilePath(name), deletedSchema, 'DELETE')
    misses.set(address, answer === null ? missed + 1 : 0)
    return answer?.deleted ?? null
  }
  let deleted = 0
  let after: Left | null = null
  do {
    const page: Left[] = await readLeft(database, 'files_to_delete', { now: now(), after, limit: PAGE })
    for (const { name } of page) {
      if (isEnough()) break
      // A call may have had legs at several.
      const answers = await Promise.all(settings.gateways.map((address) => ask(address, name)))
      deleted += answers.reduce<number>((sum, answer) => sum + (answer ?? 0), 0)
      if (!answers.includes(null)) await markErased(database, 'files_to_delete', [name])
    }
    after = page.at(-1) ?? null
  } while (after !== null && !isEnough())
  return { deleted, waiting: await countLeft(database, 'files_to_delete') }
}
