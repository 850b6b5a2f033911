/** The rules of a ticket's Issues: which one is on top, which wait beneath it, and what ends them. */
import type { IssueCause } from './issue-cause.ts'
import type { OrderFields } from './order.ts'
import { isHeld, openIssueId, type TicketData } from './ticket-data.ts'
import type { Deed, TicketEventBody } from './ticket-events.ts'
import { TicketRuleError } from './ticket-rule-error.ts'
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

  /**
   * More to the open Issue of this kind, e.g. further words of the customer, also while it waits beneath another;
   * the same again changes nothing.
   */
  addIssueEvidence(added: Deed & { readonly kind: IssueKind; readonly evidence: IssueEvidence }): this {
    this.mustBeOpen()
    const { issue, waitingIssues } = this.data
    const isMeant = (open: TicketIssue | null) => open?.kind === added.kind && open.step === null
    const meant = [issue, ...waitingIssues].find(isMeant)
    if (meant == null) throw new TicketRuleError('no_issue', 'The ticket has no open Issue of this kind.')
    if (meant.evidence?.some((known) => sameEvidence(known, added.evidence)) === true) return this
    const withMore = { ...meant, evidence: [...(meant.evidence ?? []), added.evidence] }
    const changed = (open: TicketIssue) => (open === meant ? withMore : open)
    const patch = { issue: issue === null ? null : changed(issue), waitingIssues: waitingIssues.map(changed) }
    return this.change(patch, added, {
      kind: 'issue_evidence_added',
      data: { issue: added.kind, evidence: added.evidence.kind },
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

  /** The Issue on top is over; the next one comes up. */
  protected issueOver(
    deed: Deed,
    ending: IssueEnding,
    patch: Partial<TicketData> = {},
    ...causes: TicketEventBody[]
  ): this {
    const { issue, waitingIssues } = this.data
    if (issue === null) return this.changeState(patch, deed, ...causes)
    const next = { ...this.data, ...patch, issue: null, waitingIssues }
    return this.changeState(
      { ...patch, ...broughtUp(next), resolvedIssues: this.#kept([issue], deed, ending) },
      deed,
      ...causes,
      { kind: 'issue_resolved', data: { issue: issue.kind, ...ending } },
    )
  }

  /** The same while something is still to be done in between, which an Issue that comes up could hold. */
  protected issueOverAfter(deed: Deed, ending: IssueEnding, act: (ticket: this) => this): this {
    const { issue } = this.data
    if (issue === null) return act(this)
    const over = this.changeState({ issue: null, resolvedIssues: this.#kept([issue], deed, ending) }, deed, {
      kind: 'issue_resolved',
      data: { issue: issue.kind, ...ending },
    })
    const after = act(over)
    return after.data.waitingIssues.length === 0 ? after : after.changeState(broughtUp(after.data), deed)
  }

  /** One that resolved itself is simply no longer there. */
  #kept(issues: readonly TicketIssue[], { actor, at }: Deed, ending: IssueEnding): readonly ResolvedIssue[] {
    const { resolvedIssues } = this.data
    const { action, note } = ending
    if (action === 'arrived' || action === 'payment_came_back') return resolvedIssues
    const over = issues.map((issue): ResolvedIssue => {
      const id = issue.id ?? openIssueId(this.data) ?? ''
      return { ...issue, id, resolvedAt: at, resolvedBy: actor, action, note }
    })
    return [...resolvedIssues, ...over].slice(-KEPT_RESOLVED_ISSUES)
  }

  /** Issues of these kinds that no step raised are over, wherever they wait. */
  protected issuesOver(deed: Deed, kinds: readonly IssueKind[], ending: IssueEnding): this {
    const isOver = ({ kind, step }: TicketIssue) => step === null && kinds.includes(kind)
    const over = this.data.waitingIssues.filter(isOver)
    const waitingIssues = this.data.waitingIssues.filter((issue) => !isOver(issue))
    const beneath =
      over.length === 0
        ? this
        : this.change(
            { waitingIssues, resolvedIssues: this.#kept(over, deed, ending) },
            deed,
            ...over.map(
              ({ kind }): TicketEventBody => ({ kind: 'issue_resolved', data: { issue: kind, ...ending } }),
            ),
          )
    const { issue } = beneath.data
    return issue !== null && isOver(issue) ? beneath.issueOver(deed, ending) : beneath
  }
}

/** The first Issue that waits comes up, with what it can offer now. */
function broughtUp(ticket: TicketData): Pick<TicketData, 'issue' | 'waitingIssues'> {
  const [next, ...waitingIssues] = ticket.waitingIssues
  if (next === undefined) return { issue: null, waitingIssues }
  return { issue: { ...next, actions: issueActions(ticket, next) }, waitingIssues }
}

/** Whatever order its properties are in. */
function sameEvidence(a: IssueEvidence, b: IssueEvidence): boolean {
  const sorted = (evidence: IssueEvidence) => JSON.stringify(Object.entries(evidence).sort())
  return sorted(a) === sorted(b)
}
