/** How the owner hears of an Issue: texts, calls, and what they answer. */
import { type Client, WorkflowNotFoundError } from '@temporalio/client'
import type { Settings } from '../config/settings.ts'
import { gatherAlarmText, planAlarmCall } from '../db/queries/issue-alarm.ts'
import { acknowledgeIssues } from '../db/queries/issues.ts'
import { alarmLink } from '../domain/alarm-link.ts'
import { issueAlarmWorkflowId } from '../domain/ids.ts'
import { alarmText, spokenReason } from '../domain/owner-texts.ts'
import { issueAcknowledged } from '../workflows/issue-alarm-messages.ts'
import type { IssueAlarmActivities } from './issue-alarm-types.ts'
import type { OwnerTextDependencies, TextOwner } from './owner-texts.ts'

export interface IssueAlarmDependencies extends Pick<OwnerTextDependencies, 'db'> {
  readonly settings: OwnerTextDependencies['settings'] & Pick<Settings, 'alarm'>
  readonly textOwner: TextOwner
  readonly client: Client
}

export function createIssueAlarmActivities(deps: IssueAlarmDependencies): IssueAlarmActivities {
  const { db, settings, textOwner, client } = deps
  const { alarm, owner, company, publicUrl, secret } = settings
  return {
    async readAlarmPolicy() {
      const { gatherSeconds, callAfterSeconds, callRepeatSeconds, maxCalls } = alarm
      const reachable = owner.phone !== undefined
      return { gatherSeconds, callAfterSeconds, callRepeatSeconds, maxCalls: reachable ? maxCalls : 0 }
    },

    async textOwner({ issueId }) {
      const gathered = await gatherAlarmText(db, issueId, `${issueAlarmWorkflowId(issueId)}:text`)
      if (gathered === null) return
      const { key, firstId, issues } = gathered
      const link = alarmLink(publicUrl, firstId, secret)
      await textOwner({
        key,
        kind: 'issue_alarm',
        subject: '예외 알림',
        body: alarmText(company.name, issues, link),
      })
    },

    async planAlarmCall({ issueId, callId }) {
      if (owner.phone === undefined) return null
      const notWithinSeconds = alarm.callRepeatSeconds
      const issues = await planAlarmCall(db, { issueId, callId, notWithinSeconds })
      const first = issues.find(({ id }) => id === issueId)
      if (first === undefined) return null
      const { orderNo, kind, reason } = first
      return {
        calleeNumber: owner.phone,
        brief: { orderNo, kind, reason: spokenReason(reason, issues.length - 1) },
        issueIds: issues.map(({ id }) => id),
      }
    },

    async acknowledgeByCall({ issueIds }) {
      const acknowledged = await acknowledgeIssues(db, issueIds, { actor: 'owner', via: 'call' })
      for (const id of acknowledged) {
        try {
          await client.workflow.getHandle(issueAlarmWorkflowId(id)).signal(issueAcknowledged)
        } catch (error) {
          if (!(error instanceof WorkflowNotFoundError)) throw error
        }
      }
    },
  }
}
