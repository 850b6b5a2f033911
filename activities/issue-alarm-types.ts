/** Signatures of the activities around Issues and the owner's morning: all that workflows know of them. */
import type { CallId } from '../domain/ids.ts'
import type { MorningCounts } from '../domain/morning.ts'
import type { IssueAlarmBrief } from '../domain/outbound-call.ts'

/** How the owner hears of an Issue, as it is set now. Seconds. */
export interface AlarmPolicy {
  readonly gatherSeconds: number
  /** From the raising to the first call. */
  readonly callAfterSeconds: number
  readonly callRepeatSeconds: number
  /** 0 without a number to call. */
  readonly maxCalls: number
}

/** A call to be made now. */
export interface PlannedAlarmCall {
  readonly calleeNumber: string
  readonly brief: IssueAlarmBrief
  /** Everything it tells of. */
  readonly issueIds: readonly string[]
}

export interface IssueAlarmActivities {
  readAlarmPolicy(): Promise<AlarmPolicy>
  /** Texts the owner of everything that waits unseen, once for Issues that belong together. */
  textOwner(input: { readonly issueId: string }): Promise<void>
  /** Null: nobody has to be called now. Asked again for the same call it gives the same. */
  planAlarmCall(input: {
    readonly issueId: string
    readonly callId: CallId
  }): Promise<PlannedAlarmCall | null>
  /** The owner took note on the phone; the other alarms of these Issues are told. */
  acknowledgeByCall(input: { readonly issueIds: readonly string[] }): Promise<void>
}

export interface IssueAdviceActivities {
  /** Keeps what is suggested for an Issue; falls back to a rule when the model gives nothing of use. */
  adviseOnIssue(input: { readonly issueId: string }): Promise<void>
}

export interface MorningActivities {
  /**
   * Counts the orders of the night that ended on this day and texts the owner, once a day.
   * @param input.day `YYYY-MM-DD`; null: today in Korea.
   */
  sendMorningDigest(input: { readonly day: string | null }): Promise<{
    readonly day: string
    readonly counts: MorningCounts
    /** False: it had been sent before, or the owner has no number. */
    readonly sent: boolean
  }>
}
