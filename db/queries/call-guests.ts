/** People who joined calls, and what was left out of recordings. */
import type { GuestRecord } from '../../domain/call-guests.ts'
import type { CallId } from '../../domain/ids.ts'
import type { RecordingPause } from '../../domain/leg-operations.ts'
import type { Database, DatabaseTransaction } from '../database.ts'
import { notifyScreens } from './notify.ts'

/** Writes it anew: a later one knows more. */
export async function recordGuest(database: Database, guest: GuestRecord): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('call_guests')
      .values({
        call_id: guest.callId,
        leg_id: guest.legId,
        user_id: guest.personId,
        person_name: guest.personName,
        mode: guest.mode,
        asked_at: guest.askedAt,
        joined_at: guest.joinedAt,
        left_at: guest.leftAt,
      })
      .onConflict((conflict) =>
        conflict.column('leg_id').doUpdateSet({ joined_at: guest.joinedAt, left_at: guest.leftAt }),
      )
      .execute()
    await notifyScreens(transaction, { type: 'call_changed', call_id: guest.callId })
  })
}

/** @param input `personName` has begun or ended the last pause; null: nobody of ours. */
export async function recordPauses(
  database: Database,
  input: {
    readonly callId: CallId
    readonly pauses: readonly RecordingPause[]
    readonly personName: string | null
  },
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await writePauses(transaction, input.callId, input.pauses, input.personName)
    await notifyScreens(transaction, { type: 'call_changed', call_id: input.callId })
  })
}

export async function writePauses(
  transaction: DatabaseTransaction,
  callId: CallId,
  pauses: readonly RecordingPause[],
  personName: string | null,
): Promise<void> {
  for (const [index, { fromMs, toMs }] of pauses.entries()) {
    const by = index === pauses.length - 1 ? personName : null
    const ended = toMs === null ? {} : { to_ms: Math.round(toMs), ...(by === null ? {} : { resumed_by: by }) }
    await transaction
      .insertInto('call_recording_pauses')
      .values({
        call_id: callId,
        from_ms: Math.round(fromMs),
        to_ms: toMs === null ? null : Math.round(toMs),
        paused_by: toMs === null ? by : null,
        resumed_by: toMs === null ? null : by,
      })
      .onConflict((conflict) =>
        toMs === null
          ? conflict.columns(['call_id', 'from_ms']).doNothing()
          : conflict.columns(['call_id', 'from_ms']).doUpdateSet(ended),
      )
      .execute()
  }
}
