/** Local activities that write what workflows know for the screens. */
import { activityInfo } from '@temporalio/activity'
import type { Database } from '../db/database.ts'
import type { DataKeys } from '../db/encryption.ts'
import { recordMissedCall } from '../db/queries/missed-calls.ts'
import { projectTicket } from '../db/queries/ticket-projection.ts'
import type { ProjectionActivities } from './activity-types.ts'

export function createProjectionActivities(db: Database, keys: DataKeys): ProjectionActivities {
  return {
    projectTicket: (projection) => projectTicket(db, keys, projection),
    recordMissedCall: (call) =>
      recordMissedCall(db, keys, call, activityInfo().workflowExecution?.workflowId ?? ''),
  }
}
