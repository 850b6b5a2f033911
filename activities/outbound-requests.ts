/** Brings the row of a requested call up to date. */
import type { Database } from '../db/database.ts'
import type { DataKeys } from '../db/encryption.ts'
import { recordOutbound } from '../db/queries/outbound-requests.ts'
import type { OutboundRequestActivities } from './outbound-request-types.ts'

export const createOutboundRequestActivities = (db: Database, keys: DataKeys): OutboundRequestActivities => ({
  recordOutbound: (snapshot) => recordOutbound(db, keys, snapshot),
})
