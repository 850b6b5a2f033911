/** Reads who joined calls, and what was left out of their recordings. */
import type { Database } from '../../db/database.ts'

/** Of some calls, in the order in which it happened. */
export async function readCallEvents(database: Database, callIds: readonly string[]) {
  if (callIds.length === 0) return { guests: [], pauses: [] }
  const [guests, pauses] = await Promise.all([
    database.selectFrom('call_guests').selectAll().where('call_id', 'in', callIds).orderBy('id').execute(),
    database
      .selectFrom('call_recording_pauses')
      .selectAll()
      .where('call_id', 'in', callIds)
      .orderBy('from_ms')
      .execute(),
  ])
  return { guests, pauses }
}

export type CallEvents = Awaited<ReturnType<typeof readCallEvents>>
