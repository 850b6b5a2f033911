/** Calls that nobody could answer. */
import type { MissedCall } from '../../domain/call.ts'
import { normalizePhone } from '../../domain/phone-number.ts'
import type { Database } from '../database.ts'
import { type DataKeys, encryptText, phoneHash } from '../encryption.ts'
import { notifyScreens } from './notify.ts'

/** Notes the call once; the screens list calls of state `missed` as calls to return. */
export async function recordMissedCall(
  db: Database,
  keys: DataKeys,
  call: MissedCall,
  workflowId: string,
): Promise<void> {
  const digits = normalizePhone(call.fromNumber) ?? call.fromNumber
  await db.transaction().execute(async (trx) => {
    const customer = await trx
      .selectFrom('customers')
      .select('id')
      .where('phone_hash', '=', phoneHash(digits, keys))
      .executeTakeFirst()
    await trx
      .insertInto('call_records')
      .values({
        call_id: call.callId,
        customer_id: customer?.id ?? null,
        direction: 'inbound',
        state: 'missed',
        from_number: encryptText(digits, keys),
        to_number: call.toNumber,
        called_at: call.receivedAt,
        workflow_id: workflowId,
      })
      .onConflict((conflict) => conflict.column('call_id').doNothing())
      .execute()
    await notifyScreens(trx, { type: 'call_changed', call_id: call.callId })
  })
}
