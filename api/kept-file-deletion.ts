/** Files at gateways that have to go are deleted there; a gateway that is away is asked again later. */
import { z } from '@hono/zod-openapi'
import { askGateway, type GatewaySettings } from '../activities/gateway-phones.ts'
import type { Database } from '../db/database.ts'
import { keptFilePath } from '../domain/kept-files.ts'

const deletedSchema = z.object({ deleted: z.number() })
const BATCH = 500

/** @returns files that were deleted now, and names that wait for a gateway that did not answer. */
export async function deleteKeptFiles(
  database: Database,
  settings: GatewaySettings,
): Promise<{ readonly deleted: number; readonly waiting: number }> {
  const names = await database
    .selectFrom('files_to_delete')
    .select('name')
    .orderBy('asked_at')
    .limit(BATCH)
    .execute()
  let deleted = 0
  let waiting = 0
  for (const { name } of names) {
    // A call may have had legs at several.
    const answers = await Promise.all(
      settings.gateways.map((address) =>
        askGateway(settings, address, keptFilePath(name), deletedSchema, 'DELETE'),
      ),
    )
    deleted += answers.reduce((sum, answer) => sum + (answer?.deleted ?? 0), 0)
    if (answers.includes(null)) waiting += 1
    else await database.deleteFrom('files_to_delete').where('name', '=', name).execute()
  }
  return { deleted, waiting }
}
