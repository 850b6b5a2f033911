/** The rules of a ticket's Issues: which one is on top, which wait beneath it, and what ends them. */
import type { IssueCause } from './issue-cause.ts'
import type { OrderFields } from './order.ts'
import { isHeld, openIssueId, type TicketData } from './ticket-data.ts'
import type { Deed, TicketEventBody } from './ticket-events.ts'
import type {
  IssueEnding,
  IssueEvidence,
  IssueKind,
  ResolvedIssue,
  TicketIssue,
  TicketStep,
} from './ticket-states.ts'
import { issueActions, movesOnBeneath, nextMove } from './ticket-steps.ts'
import { TicketVendor } from './ticket-vendor.ts'

export interface IssueRaised extends Deed {
  readonly kind: IssueKind
  readonly reason: string
  readonly step: TicketStep | null
  readonly evidence?: readonly IssueEvidence[]
  readonly wanted?: Partial<OrderFields>
  readonly cause?: IssueCause
  /** The ticket stands still beneath it whatever its kind; absent: the kind decides. */
  readonly holds?: true
}

/** As many as can end before they are projected. */
const KEPT_RESOLVED_ISSUES = 6

const bySystemAt = ({ at }: Deed): Deed => ({ actor: 'system', at })

/** The part of `Ticket` that speaks of Issues. */
export abstract class TicketIssues extends TicketVendor {
  /** The wreath is there: that it was late needs nobody any more. */
  delivered(report: Deed & { readonly deliveredAt: string; readonly photoUrl: string | null }): this {
    return this.arrived(report).issuesOver(bySystemAt(report), ['delivery_delay'], {
      action: 'arrived',
      note: '',
    })
  }

  /**
   * Something needs a person. One Issue is on top: a step that failed, or what holds the ticket, comes above what
   * doesn't hold it; everything else waits its turn. What is open already is not raised again.
   */
  raiseIssue(raised: IssueRaised): this {
    this.mustBeOpen()
    const place = this.#placeOf(raised)
    if (place === null) return this
    const { kind, reason, step, evidence = [], wanted, cause } = raised
    const issueCount = this.data.issueCount + 1
    const id = `${this.data.orderNo}-I${issueCount}`
    const issue: TicketIssue = {
      id,
      kind,
      reason,
      step,
      raisedAt: raised.at,
      raisedBy: raised.actor,
      actions: issueActions(this.data, { ...raised, id }),
      evidence,
      ...(raised.holds === undefined && movesOnBeneath(this.data, raised) ? { holds: false } : {}),
      ...(wanted === undefined ? {} : { wanted }),
      ...(cause === undefined ? {} : { cause }),
    }
    const { issue: open, waitingIssues } = this.data
    const patch =
      place === 'behind'
        ? { waitingIssues: [...waitingIssues, issue] }
        : { issue, waitingIssues: open === null ? waitingIssues : [open, ...waitingIssues] }
    return this.changeState({ ...patch, issueCount }, raised, {
      kind: 'issue_raised',
      data: { issue: kind, reason, step, ...(cause === undefined ? {} : { cause }) },
    })
  }

  /** Null: it is known already, or the step that failed is tried again anyway once the open Issue is resolved. */
  #placeOf({ kind, step }: IssueRaised): 'top' | 'behind' | null {
    const { issue: open, waitingIssues } = this.data
    if (open === null) return 'top'
    if (step !== null) return !isHeld(this.data) || nextMove(this.data) === step ? 'top' : null
    const isKnown = [open, ...waitingIssues].some((other) => other.kind === kind && other.step === null)
    if (isKnown) return null
    return isHeld(this.data) || movesOnBeneath(this.data, { kind, step }) ? 'behind' : 'top'
  }

  /** The Issue on top is over; the next one comes up with what it can offer now. */
  protected issueOver(
    deed: Deed,
    ending: IssueEnding,
    patch: Partial<TicketData> = {},
    ...causes: TicketEventBody[]
  ): this {
    const { issue, waitingIssues } = this.data
    if (issue === null) return this.changeState(patch, deed, ...causes)
    const [next, ...waiting] = waitingIssues
    const up =
      next === undefined ? null : { ...next, actions: issueActions({ ...this.data, ...patch }, next) }
    const resolvedIssues = this.#kept(issue, deed, ending)
    return this.changeState(
      { ...patch, issue: up, waitingIssues: waiting, resolvedIssues },
      deed,
      ...causes,
      {
        kind: 'issue_resolved',
        data: { issue: issue.kind, ...ending },
      },
    )
  }

  /** One that resolved itself is simply no longer there. */
  #kept(issue: TicketIssue, { actor, at }: Deed, { action, note }: IssueEnding): readonly ResolvedIssue[] {
    const { resolvedIssues } = this.data
    if (action === 'arrived' || action === 'payment_came_back') return resolvedIssues
    const id = issue.id ?? openIssueId(this.data) ?? ''
    const over = { ...issue, id, resolvedAt: at, resolvedBy: actor, action, note }
    return [...resolvedIssues, over].slice(-KEPT_RESOLVED_ISSUES)
  }

  /** Issues of these kinds that no step raised are over, wherever they wait. */
  protected issuesOver(deed: Deed, kinds: readonly IssueKind[], ending: IssueEnding): this {
    const isOver = ({ kind, step }: TicketIssue) => step === null && kinds.includes(kind)
    const { waitingIssues } = this.data
    const over = waitingIssues.filter(isOver)
    const beneath =
      over.length === 0
        ? this
        : this.change(
            { waitingIssues: waitingIssues.filter((issue) => !isOver(issue)) },
            deed,
            ...over.map(
              ({ kind }): TicketEventBody => ({ kind: 'issue_resolved', data: { issue: kind, ...ending } }),
            ),
          )
    const { issue } = beneath.data
    return issue !== null && isOver(issue) ? beneath.issueOver(deed, ending) : beneath
  }
}
