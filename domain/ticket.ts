/** The rules by which a ticket changes: an immutable value whose methods return the next one. */

import { changesOf, maskChange, vendorNumberIn } from './field-changes.ts'
import type { MessageKind } from './notification.ts'
import {
  type Channel,
  missingFields,
  type OrderEvidence,
  type OrderField,
  type OrderFields,
  RIBBON_FIELDS,
} from './order.ts'
import { dueNotice, oweEdit, withoutEdits } from './owed-notices.ts'
import type { MessageType } from './text-message.ts'
import {
  LATER_FIELDS,
  newTicketData,
  type TicketClosing,
  type TicketData,
  type TicketOpening,
} from './ticket-data.ts'
import { TicketDuplicate } from './ticket-duplicate.ts'
import type { Deed, TicketEvent } from './ticket-events.ts'
import { isPartRefund, isRefundOfOrder, moneyToReturn, surplusInReach } from './ticket-money.ts'
import { TicketRuleError } from './ticket-rule-error.ts'
import { ISSUE_KINDS, type ResolvingAction, type TicketOutcome, type TicketStep } from './ticket-states.ts'
import { isCancellable, isEditable, nextMove } from './ticket-steps.ts'
import { unsharedAfterEdit } from './unshared-edits.ts'

export type * from './ticket-data.ts'
export { isHeld, openIssueId, openIssues, refundableWon, ticketState } from './ticket-data.ts'
export type * from './ticket-events.ts'
export type { IssueRaised } from './ticket-issues.ts'
export { missingWon, openAccount } from './ticket-money.ts'
export type * from './ticket-money-data.ts'
export { type TicketRefusalCode, TicketRuleError } from './ticket-rule-error.ts'
export type * from './ticket-states.ts'
export { ISSUE_KINDS, NEXT_SUB_STATE, STATE_OF, SUB_STATES } from './ticket-states.ts'
export {
  allowedActions,
  holdsMoney,
  isEditable,
  isOwedStep,
  missedTheDoor,
  type NextMove,
  nextMove,
} from './ticket-steps.ts'

export interface FieldsTold extends Deed {
  readonly fields: Partial<OrderFields>
  readonly evidence: OrderEvidence
  readonly channel: Channel
  readonly callId: string | null
  /** The customer gets a text about it once the order has been confirmed to them. */
  readonly tell?: boolean
}

/** One ticket. */
export class Ticket extends TicketDuplicate {
  /** A ticket as it was carried over, with events that may not have been projected yet. */
  static from(data: TicketData, events: readonly TicketEvent[] = []): Ticket {
    return new Ticket({ ...LATER_FIELDS, ...data }, events)
  }

  static open(opening: TicketOpening, deed: Deed): Ticket {
    return new Ticket(newTicketData(opening, deed.at), []).change({}, deed, {
      kind: 'opened',
      data: { channel: opening.channel, call_id: opening.callId },
    })
  }

  get missing(): OrderField[] {
    return missingFields(this.data.order)
  }

  protected override next(data: TicketData, events: readonly TicketEvent[]): this {
    // `this` is a Ticket: nothing extends it.
    return new Ticket(data, events) as this
  }

  // --- the order -------------------------------------------------------------------------------------

  /** Takes values the customer or a person gave; what the vendor must hear of is kept in `unshared`. */
  setFields(told: FieldsTold): this {
    this.#mustBeEditable()
    const changes = changesOf(this.data.order, told.fields)
    if (changes.length === 0) return this
    const order = { ...this.data.order, ...Object.fromEntries(changes.map((c) => [c.field, c.to])) }
    const evidence = { ...this.data.evidence }
    for (const { field } of changes) {
      const given = told.evidence[field]
      if (given === undefined) delete evidence[field]
      else evidence[field] = given
    }
    const inWindow = this.data.editWindowEndsAt !== null && this.data.subState === 'paid'
    const patch: Partial<TicketData> = {
      order,
      evidence,
      ...(this.data.customerPhone === '' && order.phone !== null ? { customerPhone: order.phone } : {}),
      ...(inWindow ? { editsInWindow: this.data.editsInWindow + 1 } : {}),
      ...(this.data.purchaseOrder === null
        ? {}
        : { unshared: unsharedAfterEdit(this.data.unshared, changes) }),
      // Another wanted time is late by itself only.
      ...(changes.some(({ field }) => field === 'deliver_by') ? { lateChecks: [], expectedBy: null } : {}),
      ...(told.tell === true && this.data.confirmationSent
        ? oweEdit(
            this.data,
            changes.map(({ field }) => field),
            told.at,
          )
        : {}),
    }
    const shown = changes.map(maskChange)
    return this.change(
      patch,
      told,
      this.data.subState === 'order_received'
        ? { kind: 'fields_set', data: { channel: told.channel, call_id: told.callId, changes: shown } }
        : { kind: 'order_edited', data: { channel: told.channel, changes: shown } },
    )
  }

  /** The customer agreed to the complete order: payment is asked for. */
  confirmByCustomer(deed: Deed & { readonly callId: string | null }): this {
    this.mustBeOpen()
    if (this.data.subState !== 'order_received') return this
    if (this.data.issue !== null) throw new TicketRuleError('issue_open', 'The Issue must be resolved first.')
    if (this.missing.length > 0) {
      throw new TicketRuleError('not_allowed_now', `The order still misses: ${this.missing.join(', ')}.`)
    }
    return this.change({}, deed, {
      kind: 'confirmed_by_customer',
      data: { call_id: deed.callId },
    }).moveTo('awaiting_payment', deed)
  }

  // --- edit window -----------------------------------------------------------------------------------

  /** The customer was asked to check the order; from now on the edit window runs. */
  confirmationSent(deed: Deed & { readonly endsAt: string }): this {
    return this.change({ confirmationSent: true, editWindowEndsAt: deed.endsAt }, deed, {
      kind: 'edit_window_opened',
      data: { ends_at: deed.endsAt },
    })
  }

  /** A person has spoken with the customer: no window is left to wait for. */
  confirmationGiven(deed: Deed): this {
    return this.change({ confirmationSent: true, editWindowEndsAt: deed.at })
  }

  editWindowClosed(deed: Deed): this {
    return this.change({}, deed, {
      kind: 'edit_window_closed',
      data: { edits: this.data.editsInWindow },
    }).moveTo('message_confirmed', deed)
  }

  /**
   * The wreath is made as it was: the order says again what the vendor has, and an Issue asks for a person. What is
   * printed on the ribbon is a matter of its text, anything else of where the wreath goes.
   */
  editRefused(refused: Deed & { readonly code: string; readonly reason: string }): this {
    const { unshared } = this.data
    const order = { ...this.data.order, ...unshared }
    const kind = RIBBON_FIELDS.some((field) => field in unshared) ? 'message_typo' : 'admin_required'
    const changed = Object.keys(unshared) as OrderField[]
    const wanted = Object.fromEntries(changed.map((field) => [field, this.data.order[field]]))
    const evidence = [{ kind: 'vendor_answer' as const, code: refused.code, reason: refused.reason }]
    const notices = withoutEdits(this.data.notices, changed)
    return this.change({ order, unshared: {}, notices }, refused, {
      kind: 'edit_refused',
      data: { code: refused.code, reason: refused.reason },
    }).raiseIssue({
      ...refused,
      kind,
      step: null,
      evidence,
      wanted,
      cause: { code: 'vendor_refused_edit', params: { code: refused.code, detail: refused.reason } },
    })
  }

  // --- messages --------------------------------------------------------------------------------------

  /** A text was handed to the carrier. */
  messageSent(
    sent: Deed & {
      readonly kind: MessageKind
      readonly key: string
      readonly messageId: string
      readonly type?: MessageType
    },
  ): this {
    const { kind, key, messageId, type } = sent
    const channel = type === 'ATA' ? 'kakao' : 'sms'
    const others = this.data.messages.filter((message) => message.key !== key)
    return this.change({ messages: [...others, { kind, key, messageId, report: null }] }, sent, {
      kind: 'message_sent',
      data: { message: kind, channel, message_id: messageId, ...(type === undefined ? {} : { type }) },
    })
  }

  /** The carrier reported; only the first report of a text counts. */
  messageReported(report: Deed & { readonly key: string; readonly failure: string | null }): this {
    const message = this.data.messages.find(({ key }) => key === report.key)
    if (message === undefined || message.report !== null || this.data.outcome !== null) return this
    const { kind, messageId } = message
    const outcome = report.failure === null ? 'delivered' : 'failed'
    return this.change(
      { messages: this.data.messages.map((m) => (m === message ? { ...m, report: outcome } : m)) },
      report,
      report.failure === null
        ? { kind: 'message_delivered', data: { message: kind, message_id: messageId } }
        : { kind: 'message_failed', data: { message: kind, message_id: messageId, reason: report.failure } },
    )
  }

  /** The customer has heard how it ended. */
  customerNotified(): this {
    return this.change(
      this.data.closing === null ? { deliveredNoticeSent: true } : { closingNoticeSent: true },
    )
  }

  // --- issues ----------------------------------------------------------------------------------------

  /** A person resolved the Issue: the ticket is again at the sub-state it left. */
  resolveIssue(resolved: Deed & { readonly action: ResolvingAction; readonly note: string }): this {
    this.mustBeOpen()
    const { issue } = this.data
    if (issue === null) throw new TicketRuleError('no_issue', 'The ticket has no open Issue.')
    const { action, note } = resolved
    if (!issue.actions.includes(action)) {
      throw new TicketRuleError('not_allowed_now', `This Issue can't be resolved by ${action}.`)
    }
    if (action === 'complete_by_hand' && note.trim() === '') {
      throw new TicketRuleError('evidence_required', 'Completing by hand takes evidence.')
    }
    const { step } = issue
    if (action === 'complete_by_hand' && step !== null) {
      const ending = { action, note }
      return this.issueOverAfter(resolved, ending, (open) => open.#byHand(step, note, resolved))
    }
    const open = this.issueOver(resolved, { action, note })
    if (action === 'refund_and_close') {
      // What else was open is settled by that, too.
      return open
        .cancel({ ...resolved, cause: 'requested', reason: note })
        .issuesOver(resolved, ISSUE_KINDS, { action, note: '' })
    }
    return open
  }

  /** Takes a step as done because a person vouches for it. */
  #byHand(step: TicketStep, evidence: string, deed: Deed): this {
    switch (step) {
      case 'send_payment_link':
        return this.paymentLinkGiven()
      case 'confirm_payment':
      case 'read_payment':
        if (this.data.subState === 'order_received') return this.paymentRead()
        return this.paid(
          { paymentKey: null, amountWon: this.data.amountWon, method: 'by_hand', paidAt: deed.at },
          deed,
        )
      case 'send_account':
        return this.accountTold()
      case 'send_deposit_part':
        return this.partTold()
      case 'send_reminder':
        return this.reminded()
      case 'renew_account':
      case 'close_virtual_account':
        return this.accountClosed()
      case 'return_surplus': {
        const paymentKey = surplusInReach(this.data)?.paymentKey ?? ''
        return this.surplusSettled({ ...deed, paymentKey, state: 'returned' })
      }
      case 'send_confirmation':
        return this.confirmationGiven(deed)
      case 'check_payment':
        return this.paymentChecked()
      case 'place_purchase_order':
        return this.purchaseOrderPlaced({
          ...deed,
          reference: this.nextReference,
          erpOrderId: vendorNumberIn(evidence),
          found: false,
          order: this.data.order,
        })
      case 'share_edit':
        return this.editShared({ ...deed, fields: this.data.order })
      case 'follow_delivery':
        return this.delivered({ ...deed, deliveredAt: deed.at, photoUrl: null })
      case 'fetch_photo':
        return this.photoFetched(null)
      case 'cancel_purchase_order':
        return this.purchaseOrderCancelled()
      case 'refund':
        return this.refunded(deed)
      case 'refund_part':
        return this.partRefunded(deed)
      case 'send_notice':
        return this.noticeSent(dueNotice(this.data)?.key ?? '')
      case 'tell_merge':
        return this.mergeTold()
      case 'send_delivered':
      case 'send_cancelled':
        return this.customerNotified()
    }
  }

  // --- the end ---------------------------------------------------------------------------------------

  /** Begins to close the ticket before delivery: vendor, money and customer follow step by step. */
  cancel(closing: Deed & { readonly cause: TicketClosing['cause']; readonly reason: string }): this {
    this.mustBeOpen()
    if (!isCancellable(this.data) && this.data.subState !== 'delivered') {
      throw new TicketRuleError('not_allowed_now', 'The ticket is being closed already.')
    }
    const { cause, reason, actor } = closing
    return this.change(
      {
        closing: { cause, reason, actor },
        // A confirmation that was begun may have taken the money: the gateway is asked before the ticket ends.
        paymentToRead: this.data.paymentToConfirm,
        alsoToRead: [],
        paymentToConfirm: null,
        // Of the rest the customer needs to hear no more.
        notices: this.data.notices.filter(
          ({ kind }) => kind === 'part_refunded' || kind === 'refund_account',
        ),
      },
      closing,
      {
        kind: 'cancel_requested',
        data: { cause, reason },
      },
    ).tellReturns(this, closing)
  }

  purchaseOrderCancelled(): this {
    return this.change({ purchaseOrderCancelled: true, purchaseOrderSent: null }).askForAccount()
  }

  /** The order's own payment goes back by that, and the Issue that waited for it is over. */
  override returnedByHand(deed: Deed & { readonly key: string; readonly note?: string }): this {
    const { key, note = '' } = deed
    if (!isRefundOfOrder(key)) return super.returnedByHand(deed)
    if (!moneyToReturn(this.data).some((due) => due.key === key)) {
      throw new TicketRuleError('not_allowed_now', 'This money is not for a person to return.')
    }
    const step = isPartRefund(key) ? 'refund_part' : 'refund'
    if (this.data.issue?.step === step) {
      return this.resolveIssue({ ...deed, action: 'complete_by_hand', note: note.trim() === '' ? key : note })
    }
    return step === 'refund' ? this.refunded(deed) : this.partRefunded(deed)
  }

  /** Everything is done that had to be done. */
  finish(deed: Deed): this {
    if (nextMove(this.data) !== 'finish') {
      throw new TicketRuleError('not_allowed_now', 'The ticket has steps left.')
    }
    const outcome = this.#outcome()
    const { closing } = this.data
    const closed =
      closing === null
        ? this
        : this.change({}, closing.actor === 'system' ? deed : { ...deed, actor: closing.actor }, {
            kind: 'cancelled',
            data: { reason: closing.reason },
          })
    return closed.changeState({ outcome }, deed, { kind: 'done', data: { outcome } })
  }

  #outcome(): TicketOutcome {
    if (this.data.closing === null) return 'delivered'
    return this.data.payment === null ? 'cancelled' : 'refunded'
  }

  #mustBeEditable(): void {
    this.mustBeOpen()
    if (!isEditable(this.data)) {
      throw new TicketRuleError('not_allowed_now', 'The order can no longer be changed.')
    }
  }
}
