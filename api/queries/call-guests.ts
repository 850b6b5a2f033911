/** Reads what belongs to calls beside their words: who joined, what was left out of the recording, what they cost. */
import type { Database } from '../../db/database.ts'
import { readUsage } from '../../db/queries/call-usage.ts'

/** Of some calls, in the order in which it happened. */
export async function readCallEvents(database: Database, callIds: readonly string[]) {
  if (callIds.length === 0) return { guests: [], pauses: [], usage: [] }
  const [guests, pauses, usage] = await Promise.all([
    database.selectFrom('call_guests').selectAll().where('call_id', 'in', callIds).orderBy('id').execute(),
    database
      .selectFrom('call_recording_pauses')
      .selectAll()
      .where('call_id', 'in', callIds)
      .orderBy('from_ms')
      .execute(),
    readUsage(database, callIds),
  ])
  return { guests, pauses, usage }
}

export type CallEvents = Awaited<ReturnType<typeof readCallEvents>>
