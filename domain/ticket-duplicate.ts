/** The rules of an order that was told twice: suspected, ruled out, or made one. */
import { changesOf, maskChange } from './field-changes.ts'
import type { OrderNo } from './ids.ts'
import { type Channel, missingFields, type OrderEvidence, type OrderFields } from './order.ts'
import type { Deed } from './ticket-events.ts'
import { TicketRemedies } from './ticket-remedies.ts'
import { TicketRuleError } from './ticket-rule-error.ts'
import { holdsMoney, isEditable } from './ticket-steps.ts'

/** What a ticket that is closed gives to the one that goes on. */
export interface MergedOrder {
  readonly from: OrderNo
  readonly channel: Channel
  readonly order: OrderFields
  readonly evidence: OrderEvidence
}

/** The part of `Ticket` that speaks of other tickets. */
export abstract class TicketDuplicate extends TicketRemedies {
  /** Another order of the customer looks like this one. What was ruled out once is not suspected again. */
  suspectDuplicate(suspected: Deed & { readonly of: OrderNo }): this {
    const { possibleDuplicateOf, notSameAs, closing, outcome } = this.data
    if (outcome !== null || closing !== null || possibleDuplicateOf !== null) return this
    if (suspected.of === this.data.orderNo || notSameAs.includes(suspected.of)) return this
    return this.change({ possibleDuplicateOf: suspected.of }, suspected, {
      kind: 'possible_duplicate',
      data: { order_no: suspected.of },
    })
  }

  /** They are two orders. */
  keepBoth(kept: Deed & { readonly other: OrderNo }): this {
    this.mustBeOpen()
    if (this.data.notSameAs.includes(kept.other)) return this
    const possibleDuplicateOf =
      this.data.possibleDuplicateOf === kept.other ? null : this.data.possibleDuplicateOf
    return this.change({ possibleDuplicateOf, notSameAs: [...this.data.notSameAs, kept.other] }, kept, {
      kind: 'not_same_order',
      data: { order_no: kept.other },
    })
  }

  /** The other ticket goes on with this order; this one is closed and gives it what it lacks. */
  mergeInto(merged: Deed & { readonly into: OrderNo }): this {
    this.mustBeOpen()
    const { orderNo, subState, closing, issue } = this.data
    if (merged.into === orderNo) {
      throw new TicketRuleError('not_allowed_now', "An order can't be merged with itself.")
    }
    if (issue !== null) throw new TicketRuleError('issue_open', 'The Issue must be resolved first.')
    if (closing !== null) throw new TicketRuleError('not_allowed_now', 'The ticket is being closed already.')
    if (holdsMoney(this.data) || (subState !== 'order_received' && subState !== 'awaiting_payment')) {
      throw new TicketRuleError('already_paid', "An order that is paid can't be merged into another.")
    }
    const { into, actor } = merged
    const reason = `${into} 주문과 같은 주문입니다.`
    return this.change(
      { closing: { cause: 'merged', reason, actor }, mergedInto: into, possibleDuplicateOf: null },
      merged,
      { kind: 'merged_into', data: { order_no: into } },
    )
  }

  /** The other ticket knows of the merge. */
  mergeTold(): this {
    return this.change({ mergeTold: true })
  }

  /** Another ticket was this order: takes what it lacks, with the evidence. Told twice it changes nothing. */
  takeMerged(merged: Deed & MergedOrder): this {
    const { mergedFrom, possibleDuplicateOf, outcome, order, purchaseOrder } = this.data
    if (outcome !== null || mergedFrom.includes(merged.from)) return this
    // Once the vendor has it, an order is complete.
    const lacks = isEditable(this.data) && purchaseOrder === null ? missingFields(order) : []
    const given = Object.fromEntries(lacks.map((field) => [field, merged.order[field]]))
    const changes = changesOf(order, given)
    const evidence = { ...this.data.evidence }
    for (const { field } of changes) {
      const known = merged.evidence[field]
      if (known !== undefined) evidence[field] = known
    }
    return this.change(
      {
        order: { ...order, ...Object.fromEntries(changes.map(({ field, to }) => [field, to])) },
        evidence,
        mergedFrom: [...mergedFrom, merged.from],
        possibleDuplicateOf: possibleDuplicateOf === merged.from ? null : possibleDuplicateOf,
      },
      merged,
      {
        kind: 'merged_from',
        data: { order_no: merged.from, channel: merged.channel, changes: changes.map(maskChange) },
      },
    )
  }
}
