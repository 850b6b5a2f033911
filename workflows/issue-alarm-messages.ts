/** What the outside says to the alarm of an Issue, and what starts it. */
import { defineSignal } from '@temporalio/workflow'
import type { OrderNo } from '../domain/ids.ts'

/** Start input of the workflow `issueAlarm`. */
export interface IssueAlarmInput {
  readonly issueId: string
  readonly orderNo: OrderNo
  /** ISO 8601 +09:00. */
  readonly raisedAt: string
}

/** Why an alarm went quiet. `unheard`: everything was tried. */
export type IssueAlarmResult = 'acknowledged' | 'resolved' | 'unheard'

/** Type of the workflow that is one alarm. */
export const ISSUE_ALARM_WORKFLOW = 'issueAlarm'

/** Somebody has seen the Issue. */
export const issueAcknowledged = defineSignal('issueAcknowledged')
/** The Issue is over. */
export const issueResolved = defineSignal('issueResolved')
