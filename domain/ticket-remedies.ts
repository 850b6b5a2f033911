/** The rules of what follows the purchase order: late wreaths, amends to the customer, a second wreath. */
import { changesOf, maskChange } from './field-changes.ts'
import type { IssueCause } from './issue-cause.ts'
import { promisedTime } from './lateness.ts'
import type { MessageKind } from './notification.ts'
import type { OrderFields } from './order.ts'
import { type NewNotice, owe } from './owed-notices.ts'
import {
  type LateCheck,
  openIssueId,
  type PartRefund,
  refundableWon,
  type TicketData,
} from './ticket-data.ts'
import type { Deed } from './ticket-events.ts'
import { type IssueRaised, TicketIssues } from './ticket-issues.ts'
import { TicketRuleError } from './ticket-rule-error.ts'
import type { IssueAction, TicketIssue } from './ticket-states.ts'
import { issueActions } from './ticket-steps.ts'

/** All that is known of a wreath at the vendor, as it is before one is ordered. */
const NO_WREATH: Pick<
  TicketData,
  | 'purchaseOrder'
  | 'purchaseOrderSent'
  | 'unshared'
  | 'vendorStatus'
  | 'vendorAsked'
  | 'lateChecks'
  | 'expectedBy'
  | 'deliveredAt'
  | 'photoUrl'
  | 'photoKey'
  | 'photoSettled'
  | 'deliveredNoticeSent'
> = {
  purchaseOrder: null,
  purchaseOrderSent: null,
  unshared: {},
  vendorStatus: null,
  vendorAsked: null,
  lateChecks: [],
  expectedBy: null,
  deliveredAt: null,
  photoUrl: null,
  photoKey: null,
  photoSettled: false,
  deliveredNoticeSent: false,
}

/** The part of `Ticket` that speaks of lateness and amends. */
export abstract class TicketRemedies extends TicketIssues {
  // --- texts that are owed -----------------------------------------------------------------------------

  /** The text is about to be handed to the carrier: what comes up now is told by the next one. */
  noticeBegun(key: string): this {
    const notices = this.data.notices.map((notice) =>
      notice.key === key ? ({ ...notice, sending: true } as const) : notice,
    )
    return this.change({ notices })
  }

  noticeSent(key: string): this {
    return this.change({ notices: this.data.notices.filter((notice) => notice.key !== key) })
  }

  protected owed(notice: NewNotice): Pick<TicketData, 'notices' | 'noticeCount'> {
    return owe(this.data, notice)
  }

  // --- lateness ----------------------------------------------------------------------------------------

  /** The wreath has not left, or is not there, when it should. Each check finds that once. */
  foundLate(
    late: Deed & { readonly check: LateCheck; readonly reason: string; readonly cause: IssueCause },
  ): this {
    const lateChecks = [...this.data.lateChecks, late.check]
    const wanted = promisedTime(this.data)
    const evidence =
      wanted === null ? [] : [{ kind: 'timing' as const, wanted, status: this.data.vendorStatus }]
    const { actor, at, reason, cause } = late
    const raised = { actor, at, reason, cause, kind: 'delivery_delay', step: null, evidence } as const
    return this.change({ lateChecks }).#stillLate(raised).raiseIssue(raised)
  }

  /** Who has not looked yet reads the newer reason. */
  #stillLate({ reason, cause, evidence = [] }: Pick<IssueRaised, 'reason' | 'cause' | 'evidence'>): this {
    const worse = (issue: TicketIssue): TicketIssue =>
      issue.kind === 'delivery_delay' && issue.raisedBy === 'system'
        ? {
            ...issue,
            reason,
            ...(cause === undefined ? {} : { cause }),
            evidence: [...(issue.evidence ?? []), ...evidence],
          }
        : issue
    const { issue, waitingIssues } = this.data
    return this.change({
      issue: issue === null ? null : worse(issue),
      waitingIssues: waitingIssues.map(worse),
    })
  }

  /** A person knows when it comes: the customer hears of it, and from now on that time counts. */
  tellDelay(told: Deed & { readonly expectedBy: string }): this {
    this.mustOffer('tell_delay')
    const { expectedBy } = told
    const patch = {
      ...this.owed({ kind: 'delay_notice', expectedBy }),
      expectedBy,
      lateChecks: ['departure'] as const,
    }
    return this.issueOver(told, { action: 'tell_delay', note: '' }, patch, {
      kind: 'delay_told',
      data: { expected_by: expectedBy },
    })
  }

  // --- amends ------------------------------------------------------------------------------------------

  /** Part of the money is to go back; the Issue stays open, and offers it only once. */
  refundPart(asked: Deed & { readonly amountWon: number }): this {
    const issue = this.mustOffer('partial_refund')
    const amountWon = Math.min(asked.amountWon, refundableWon(this.data))
    const issueId = openIssueId(this.data) ?? ''
    const partRefunds = [...this.data.partRefunds, { issueId, amountWon, done: false }]
    const actions = issueActions({ ...this.data, partRefunds }, { ...issue, id: issueId })
    return this.change({ partRefunds, issue: { ...issue, actions } }, asked, {
      kind: 'part_refund_asked',
      data: { amount: amountWon },
    }).askForAccount()
  }

  /** The money has moved; the customer hears of it with our apology. */
  partRefunded(deed: Deed): this {
    const pending = this.data.partRefunds.find(({ done }) => !done)
    if (pending === undefined) return this
    const { amountWon } = pending
    const partRefunds = this.data.partRefunds.map(
      (part): PartRefund => (part === pending ? { ...part, done: true } : part),
    )
    return this.change({ partRefunds, ...this.owed({ kind: 'part_refunded', amountWon }) }, deed, {
      kind: 'part_refunded',
      data: { amount: amountWon },
    })
  }

  /**
   * Another wreath is made, as the customer wanted it: the ticket is again before the purchase order. What becomes
   * of the first one is no news any more.
   * @param again.fields what else the order is to say, already checked.
   */
  reorder(again: Deed & { readonly fields: Partial<OrderFields> }): this {
    const issue = this.mustOffer('reorder')
    const { purchaseOrder, replacedOrders } = this.data
    if (purchaseOrder === null) throw new TicketRuleError('not_allowed_now', 'There is no purchase order.')
    const changes = changesOf(this.data.order, { ...issue.wanted, ...again.fields })
    const order = { ...this.data.order, ...Object.fromEntries(changes.map(({ field, to }) => [field, to])) }
    const patch: Partial<TicketData> = {
      ...NO_WREATH,
      order,
      replacedOrders: [...replacedOrders, purchaseOrder],
      subState: 'message_confirmed',
      ...this.owed({ kind: 'reordered' }),
    }
    // A second wreath can't be late by the first one's time before it is ordered.
    return this.issueOver(again, { action: 'reorder', note: '' }, patch, {
      kind: 'reordered',
      data: { replaces: purchaseOrder.reference, changes: changes.map(maskChange) },
    }).issuesOver(again, ['delivery_delay'], { action: 'reorder', note: '' })
  }

  /** @throws TicketRuleError when the Issue on top does not offer it. */
  protected mustOffer(action: IssueAction): TicketIssue {
    this.mustBeOpen()
    const { issue } = this.data
    if (issue === null) throw new TicketRuleError('no_issue', 'The ticket has no open Issue.')
    if (!issue.actions.includes(action)) {
      throw new TicketRuleError('not_allowed_now', `This Issue does not offer ${action}.`)
    }
    return issue
  }
}

/** Key of the text that tells of the delivery: a second wreath is told of as well. */
export function deliveredNoticeName({ replacedOrders }: Pick<TicketData, 'replacedOrders'>): string {
  const kind: MessageKind = 'delivered'
  return replacedOrders.length === 0 ? kind : `${kind}:${replacedOrders.length + 1}`
}
