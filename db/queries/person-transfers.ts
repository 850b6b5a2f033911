/** The rows of transfers from the AI to a person. */

import { TRANSFER_TO_DESK } from '../../domain/outbound-policy.ts'
import type { PersonTransferRecord } from '../../domain/person-transfer.ts'
import type { Database } from '../database.ts'
import { type DataKeys, encryptText } from '../encryption.ts'
import { notifyScreens } from './notify.ts'

/** Writes it anew: a later one knows more. They come one after the other. */
export async function recordPersonTransfer(
  db: Database,
  keys: DataKeys,
  record: PersonTransferRecord,
): Promise<void> {
  const changing = {
    state: record.state,
    attempts: record.attempts,
    user_id: record.personId,
    person_name: record.personName,
    answered_at: record.answeredAt,
    connected_at: record.connectedAt,
    ended_at: record.endedAt,
  }
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('person_transfers')
      .values({
        transfer_id: record.transferId,
        call_id: record.callId,
        outbound_id: record.outboundId,
        mode: record.mode,
        target: encryptText(record.to, keys),
        is_desk: record.to === TRANSFER_TO_DESK,
        asked_by: record.askedBy,
        reason: record.reason === '' ? null : encryptText(record.reason, keys),
        asked_at: record.askedAt,
        ...changing,
      })
      .onConflict((conflict) => conflict.column('transfer_id').doUpdateSet(changing))
      .execute()
    await notifyScreens(trx, { type: 'outbound_changed', outbound_id: record.outboundId, event: null })
  })
}
