/** The API's way to the alarms of Issues: they go quiet when somebody has said to have seen the Issue. */
import type { Client } from '@temporalio/client'
import type { Logger } from 'pino'
import { issueAlarmWorkflowId } from '../domain/ids.ts'
import { issueAcknowledged } from '../workflows/issue-alarm-messages.ts'

export interface IssueAlarms {
  /**
   * The Issues were acknowledged and the database says so. Never fails: an alarm that could not be told reads
   * the database before it rings again.
   */
  readonly acknowledged: (issueIds: readonly string[]) => Promise<void>
}

/** A person waits; the database has it anyway. */
const SIGNAL_LIMIT_MS = 1_500

export function createIssueAlarms(client: Client, logger: Logger): IssueAlarms {
  return {
    async acknowledged(issueIds) {
      await Promise.all(
        issueIds.map(async (issueId) => {
          try {
            await client.withDeadline(Date.now() + SIGNAL_LIMIT_MS, () =>
              client.workflow.getHandle(issueAlarmWorkflowId(issueId)).signal(issueAcknowledged),
            )
          } catch (error) {
            logger.info({ err: error, issueId }, 'the alarm could not be told of an acknowledgement')
          }
        }),
      )
    },
  }
}
