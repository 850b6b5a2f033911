/** Each Issue of a ticket gets an alarm of its own, which is told when the Issue is over. */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common'
import {
  condition,
  getExternalWorkflowHandle,
  log,
  ParentClosePolicy,
  startChild,
} from '@temporalio/workflow'
import { issueAlarmWorkflowId } from '../domain/ids.ts'
import { openIssues } from '../domain/ticket.ts'
import type { issueAlarm } from './issue-alarm.ts'
import { ISSUE_ALARM_WORKFLOW, issueResolved } from './issue-alarm-messages.ts'
import type { TicketRun } from './ticket-run.ts'

/** Histories from before Issues had alarms. */
const WITH_ALARMS = 'issue-alarm'

/** Watches a run's Issues beside its steps: an alarm never holds the ticket up. */
export class TicketAlarms {
  readonly #run: TicketRun
  /** Issues whose alarm has been started by this run. */
  readonly #ringing = new Set<string>()
  #starting = false
  #off = false

  constructor(run: TicketRun) {
    this.#run = run
    void this.#watch()
  }

  /** An alarm is to be started or told: a run that ended now would cut that off. */
  get busy(): boolean {
    return !this.#off && (this.#starting || this.#new !== undefined || this.#over !== undefined)
  }

  /** An open Issue without an alarm. */
  get #new() {
    return openIssues(this.#run.data).find(({ id }) => !this.#ringing.has(id))
  }

  /** An alarm whose Issue is over. */
  get #over(): string | undefined {
    const open = openIssues(this.#run.data)
    return [...this.#ringing].find((ringing) => open.every(({ id }) => id !== ringing))
  }

  async #watch(): Promise<void> {
    for (;;) {
      await condition(() => this.#new !== undefined || this.#over !== undefined)
      // Once it is refused, never again: a history that has an Issue without an alarm goes on without alarms.
      if (!this.#run.since(1, WITH_ALARMS)) {
        this.#off = true
        return
      }
      this.#starting = true
      const [fresh, over] = [this.#new, this.#over]
      if (fresh !== undefined) await this.#start(fresh.id, fresh.issue.raisedAt)
      else if (over !== undefined) await this.#tellResolved(over)
      this.#starting = false
    }
  }

  async #start(issueId: string, raisedAt: string): Promise<void> {
    this.#ringing.add(issueId)
    try {
      await startChild<typeof issueAlarm>(ISSUE_ALARM_WORKFLOW, {
        workflowId: issueAlarmWorkflowId(issueId),
        args: [{ issueId, orderNo: this.#run.data.orderNo, raisedAt }],
        // It outlives the run: the ticket may continue as new while it rings.
        parentClosePolicy: ParentClosePolicy.ABANDON,
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        staticSummary: `이슈 ${issueId}`,
      })
    } catch (error) {
      // An earlier run of this ticket started it. Whatever else it is, the ticket goes on.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError))
        log.warn('an Issue has no alarm', { issueId, error: String(error) })
    }
  }

  async #tellResolved(issueId: string): Promise<void> {
    this.#ringing.delete(issueId)
    try {
      await getExternalWorkflowHandle(issueAlarmWorkflowId(issueId)).signal(issueResolved)
    } catch {
      // It went quiet before: somebody had seen the Issue, or every way had been tried.
    }
  }
}
