/** Brings the row of a requested call up to date, and notes what another program has to be told of its end. */
import type { Database } from '../db/database.ts'
import type { DataKeys } from '../db/encryption.ts'
import { recordOutbound } from '../db/queries/outbound-requests.ts'
import { noteWebhook } from '../db/queries/webhook-deliveries.ts'
import type { OutboundRequestActivities } from './outbound-request-types.ts'

/** @param isTold whether another program hears of results. */
export const createOutboundRequestActivities = (
  db: Database,
  keys: DataKeys,
  isTold: boolean,
): OutboundRequestActivities => ({
  async recordOutbound(snapshot) {
    await recordOutbound(db, keys, snapshot)
    const { outboundId, version, isOver, event } = snapshot
    // What follows its end without an event, e.g. the summary of a call that was hung up, is read when it is told.
    if (isTold && isOver && event !== null)
      await noteWebhook(db, {
        kind: 'outbound_result',
        subjectId: outboundId,
        subjectVersion: version,
        at: new Date(),
      })
  },
})
