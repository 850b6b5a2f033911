/** The rules by which a ticket changes: an immutable value whose methods return the next one. */

import { changesOf, maskChange, vendorNumberIn } from './field-changes.ts'
import type { MessageKind } from './notification.ts'
import {
  type Channel,
  missingFields,
  ORDER_FIELDS,
  type OrderEvidence,
  type OrderField,
  type OrderFields,
} from './order.ts'
import {
  newTicketData,
  type OpenedPayment,
  type ReceivedPayment,
  type TicketClosing,
  type TicketData,
  type TicketOpening,
  ticketState,
} from './ticket-data.ts'
import type { Actor, FieldChange, TicketEvent, TicketEventBody } from './ticket-events.ts'
import { TicketRuleError } from './ticket-rule-error.ts'
import {
  type IssueAction,
  type IssueKind,
  NEXT_SUB_STATE,
  type TicketOutcome,
  type TicketStep,
  type TicketSubState,
} from './ticket-states.ts'
import { isCancellable, isEditable, issueActions, nextMove } from './ticket-steps.ts'

export type * from './ticket-data.ts'
export { ticketState } from './ticket-data.ts'
export type * from './ticket-events.ts'
export { type TicketRefusalCode, TicketRuleError } from './ticket-rule-error.ts'
export type * from './ticket-states.ts'
export { NEXT_SUB_STATE, STATE_OF, SUB_STATES } from './ticket-states.ts'
export {
  allowedActions,
  ISSUE_KINDS,
  isEditable,
  issueActions,
  type NextMove,
  nextMove,
} from './ticket-steps.ts'

/** Who does something, and when (ISO 8601 +09:00). */
export interface Deed {
  readonly actor: Actor
  readonly at: string
}

export interface FieldsTold extends Deed {
  readonly fields: Partial<OrderFields>
  readonly evidence: OrderEvidence
  readonly channel: Channel
  readonly callId: string | null
}

/** One ticket. `events` are those it brought forth since `from`, for the projection. */
export class Ticket {
  readonly data: TicketData
  readonly events: readonly TicketEvent[]

  private constructor(data: TicketData, events: readonly TicketEvent[]) {
    this.data = data
    this.events = events
  }

  /** A ticket as it was carried over, with events that may not have been projected yet. */
  static from(data: TicketData, events: readonly TicketEvent[] = []): Ticket {
    return new Ticket(data, events)
  }

  static open(opening: TicketOpening, deed: Deed): Ticket {
    return new Ticket(newTicketData(opening, deed.at), []).#change({}, deed, {
      kind: 'opened',
      data: { channel: opening.channel, call_id: opening.callId },
    })
  }

  get missing(): OrderField[] {
    return missingFields(this.data.order)
  }

  /** The same ticket after its events up to `seq` have been projected. */
  projected(seq: number): Ticket {
    return new Ticket(
      this.data,
      this.events.filter((event) => event.seq > seq),
    )
  }

  // --- the order -------------------------------------------------------------------------------------

  /** Takes values the customer or a person gave; what the vendor must hear of is kept in `unshared`. */
  setFields(told: FieldsTold): Ticket {
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
      ...(this.data.purchaseOrder === null ? {} : { unshared: this.#unsharedWith(changes) }),
    }
    const shown = changes.map(maskChange)
    return this.#change(
      patch,
      told,
      this.data.subState === 'order_received'
        ? { kind: 'fields_set', data: { channel: told.channel, call_id: told.callId, changes: shown } }
        : { kind: 'order_edited', data: { channel: told.channel, changes: shown } },
    )
  }

  #unsharedWith(changes: readonly FieldChange[]): TicketData['unshared'] {
    const unshared = { ...this.data.unshared }
    for (const { field, from, to } of changes) {
      const vendorHas = field in unshared ? (unshared[field] ?? null) : from
      if (vendorHas === to) delete unshared[field]
      else unshared[field] = vendorHas
    }
    return unshared
  }

  /** The customer agreed to the complete order: payment is asked for. */
  confirmByCustomer(deed: Deed & { readonly callId: string | null }): Ticket {
    this.#mustBeOpen()
    if (this.data.subState !== 'order_received') return this
    if (this.data.issue !== null) throw new TicketRuleError('issue_open', 'The Issue must be resolved first.')
    if (this.missing.length > 0) {
      throw new TicketRuleError('not_allowed_now', `The order still misses: ${this.missing.join(', ')}.`)
    }
    return this.#change({}, deed, {
      kind: 'confirmed_by_customer',
      data: { call_id: deed.callId },
    }).#moveTo('awaiting_payment', deed)
  }

  // --- money -----------------------------------------------------------------------------------------

  /** The payment link is out; from now on the time to pay runs. */
  paymentLinkSent(deed: Deed & { readonly expiresAt: string }): Ticket {
    return this.#change({ paymentLinkSent: true, paymentExpiresAt: deed.expiresAt }, deed, {
      kind: 'payment_ready',
      data: { amount: this.data.amountWon, expires_at: deed.expiresAt },
    })
  }

  /** A payment page was opened at the gateway. */
  paymentOpened(payment: OpenedPayment): Ticket {
    if (this.data.openedPayments.some(({ paymentKey }) => paymentKey === payment.paymentKey)) return this
    return this.#change({
      paymentsOpened: this.data.paymentsOpened + 1,
      openedPayments: [...this.data.openedPayments, payment],
    })
  }

  /** The customer authenticated a payment: it is to be confirmed. */
  requestConfirmation(paymentKey: string): Ticket {
    this.#mustBeOpen()
    return this.#change({ paymentToConfirm: paymentKey })
  }

  /** A webhook spoke of a payment: it is to be read again. Nothing to do once the money goes back. */
  requestPaymentReading(paymentKey: string): Ticket {
    if (this.data.outcome !== null || this.data.closing !== null) return this
    return this.#change({ paymentToRead: paymentKey })
  }

  /** The payment was read and nothing follows from it. */
  paymentRead(): Ticket {
    return this.data.paymentToRead === null ? this : this.#change({ paymentToRead: null })
  }

  paymentRefused(deed: Deed & { readonly code: string; readonly reason: string }): Ticket {
    return this.#change({ paymentToConfirm: null, paymentToRead: null }, deed, {
      kind: 'payment_refused',
      data: { code: deed.code, reason: deed.reason },
    })
  }

  /** The money is there; a second notice of it changes nothing. */
  paid(payment: ReceivedPayment, deed: Deed): Ticket {
    if (this.data.payment !== null) return this.#change({ paymentToConfirm: null, paymentToRead: null })
    const paid = this.#change({ payment, paymentToConfirm: null, paymentToRead: null }, deed, {
      kind: 'paid',
      data: { amount: payment.amountWon, method: payment.method, paid_at: payment.paidAt },
    })
    return paid.data.subState === 'awaiting_payment' ? paid.#moveTo('paid', deed) : paid
  }

  /** Checked right before the purchase order: the money is still there. */
  paymentChecked(): Ticket {
    return this.#change({ paymentChecked: true })
  }

  // --- edit window -----------------------------------------------------------------------------------

  /** The customer was asked to check the order; from now on the edit window runs. */
  confirmationSent(deed: Deed & { readonly endsAt: string }): Ticket {
    return this.#change({ confirmationSent: true, editWindowEndsAt: deed.endsAt }, deed, {
      kind: 'edit_window_opened',
      data: { ends_at: deed.endsAt },
    })
  }

  editWindowClosed(deed: Deed): Ticket {
    return this.#change({}, deed, {
      kind: 'edit_window_closed',
      data: { edits: this.data.editsInWindow },
    }).#moveTo('message_confirmed', deed)
  }

  // --- vendor ----------------------------------------------------------------------------------------

  /** Reference of the purchase order that comes next. */
  get nextReference(): string {
    return `${this.data.orderNo}-${this.data.purchaseOrders + 1}`
  }

  /**
   * The vendor has the order.
   * @param placed.order what was sent: edits made meanwhile are still to be shared.
   */
  purchaseOrderPlaced(
    placed: Deed & {
      readonly reference: string
      readonly erpOrderId: string | null
      readonly found: boolean
      readonly order: OrderFields
    },
  ): Ticket {
    const unshared = Object.fromEntries(
      ORDER_FIELDS.filter((field) => placed.order[field] !== this.data.order[field]).map((field) => [
        field,
        placed.order[field],
      ]),
    )
    return this.#change(
      {
        purchaseOrder: { reference: placed.reference, erpOrderId: placed.erpOrderId },
        purchaseOrders: this.data.purchaseOrders + 1,
        unshared,
      },
      placed,
      {
        kind: 'po_placed',
        data: { reference: placed.reference, erp_order_id: placed.erpOrderId, found: placed.found },
      },
    ).#moveTo('po_placed', placed)
  }

  purchaseOrderRefused(
    refused: Deed & { readonly reference: string; readonly code: string; readonly reason: string },
  ): Ticket {
    const { reference, code, reason } = refused
    return this.#change({}, refused, { kind: 'po_refused', data: { reference, code, reason } })
  }

  /** The vendor took the edits that were sent; later ones stay unshared. */
  editShared(shared: Deed & { readonly fields: Partial<OrderFields> }): Ticket {
    const unshared = { ...this.data.unshared }
    for (const [field, value] of Object.entries(shared.fields) as [OrderField, string | null][]) {
      if (this.data.order[field] === value) delete unshared[field]
      else unshared[field] = value
    }
    return this.#change({ unshared }, shared, {
      kind: 'edit_shared',
      data: { erp_order_id: this.data.purchaseOrder?.erpOrderId ?? null },
    })
  }

  /** The wreath is made as it was: the order says again what the vendor has, and an Issue asks for a person. */
  editRefused(refused: Deed & { readonly code: string; readonly reason: string }): Ticket {
    const order = { ...this.data.order, ...this.data.unshared }
    const kind = 'message' in this.data.unshared ? 'message_typo' : 'admin_required'
    return this.#change({ order, unshared: {} }, refused, {
      kind: 'edit_refused',
      data: { code: refused.code, reason: refused.reason },
    }).raiseIssue({ ...refused, kind, step: null })
  }

  /** What the vendor says of the order now. */
  vendorReported(report: Deed & { readonly status: string; readonly departed: boolean }): Ticket {
    const reported =
      report.status === this.data.vendorStatus
        ? this
        : this.#change({ vendorStatus: report.status }, report, {
            kind: 'vendor_status',
            data: { status: report.status },
          })
    return report.departed && reported.data.subState === 'po_placed'
      ? reported.#moveTo('in_delivery', report)
      : reported
  }

  delivered(report: Deed & { readonly deliveredAt: string; readonly photoUrl: string | null }): Ticket {
    const departed = this.data.subState === 'po_placed' ? this.#moveTo('in_delivery', report) : this
    return departed
      .#change(
        {
          deliveredAt: report.deliveredAt,
          photoUrl: report.photoUrl,
          photoSettled: report.photoUrl === null,
        },
        report,
        {
          kind: 'delivered',
          data: { delivered_at: report.deliveredAt, photo: report.photoUrl !== null },
        },
      )
      .#moveTo('delivered', report)
  }

  /** @param photoKey of our copy; null: the ticket goes on without a photo. */
  photoFetched(photoKey: string | null): Ticket {
    return this.#change({ photoKey, photoSettled: true })
  }

  // --- messages --------------------------------------------------------------------------------------

  /** A text was handed to the carrier. */
  messageSent(
    sent: Deed & { readonly kind: MessageKind; readonly key: string; readonly messageId: string },
  ): Ticket {
    const { kind, key, messageId } = sent
    const others = this.data.messages.filter((message) => message.key !== key)
    return this.#change({ messages: [...others, { kind, key, messageId, report: null }] }, sent, {
      kind: 'message_sent',
      data: { message: kind, channel: 'sms', message_id: messageId },
    })
  }

  /** The carrier reported; only the first report of a text counts. */
  messageReported(report: Deed & { readonly key: string; readonly failure: string | null }): Ticket {
    const message = this.data.messages.find(({ key }) => key === report.key)
    if (message === undefined || message.report !== null || this.data.outcome !== null) return this
    const { kind, messageId } = message
    const outcome = report.failure === null ? 'delivered' : 'failed'
    return this.#change(
      { messages: this.data.messages.map((m) => (m === message ? { ...m, report: outcome } : m)) },
      report,
      report.failure === null
        ? { kind: 'message_delivered', data: { message: kind, message_id: messageId } }
        : { kind: 'message_failed', data: { message: kind, message_id: messageId, reason: report.failure } },
    )
  }

  /** The customer has heard how it ended. */
  customerNotified(): Ticket {
    return this.#change(
      this.data.closing === null ? { deliveredNoticeSent: true } : { closingNoticeSent: true },
    )
  }

  // --- issues ----------------------------------------------------------------------------------------

  /** Something needs a person. While an Issue is open a second one changes nothing. */
  raiseIssue(
    raised: Deed & { readonly kind: IssueKind; readonly reason: string; readonly step: TicketStep | null },
  ): Ticket {
    this.#mustBeOpen()
    if (this.data.issue !== null) return this
    const { kind, reason, step } = raised
    const issue = {
      kind,
      reason,
      step,
      raisedAt: raised.at,
      raisedBy: raised.actor,
      actions: issueActions(this.data, step),
    }
    return this.#changeState({ issue }, raised, { kind: 'issue_raised', data: { issue: kind, reason, step } })
  }

  /** A person resolved the Issue: the ticket is again at the sub-state it left. */
  resolveIssue(resolved: Deed & { readonly action: IssueAction; readonly note: string }): Ticket {
    this.#mustBeOpen()
    const { issue } = this.data
    if (issue === null) throw new TicketRuleError('no_issue', 'The ticket has no open Issue.')
    const { action, note } = resolved
    if (!issue.actions.includes(action)) {
      throw new TicketRuleError('not_allowed_now', `This Issue can't be resolved by ${action}.`)
    }
    if (action === 'complete_by_hand' && note.trim() === '') {
      throw new TicketRuleError('evidence_required', 'Completing by hand takes evidence.')
    }
    const open = this.#changeState({ issue: null }, resolved, {
      kind: 'issue_resolved',
      data: { issue: issue.kind, action, note },
    })
    if (action === 'complete_by_hand' && issue.step !== null) return open.#byHand(issue.step, note, resolved)
    if (action === 'refund_and_close') return open.cancel({ ...resolved, cause: 'requested', reason: note })
    return open
  }

  /** Takes a step as done because a person vouches for it. */
  #byHand(step: TicketStep, evidence: string, deed: Deed): Ticket {
    switch (step) {
      case 'send_payment_link':
        return this.#change({ paymentLinkSent: true })
      case 'confirm_payment':
      case 'read_payment':
        return this.paid(
          { paymentKey: null, amountWon: this.data.amountWon, method: 'by_hand', paidAt: deed.at },
          deed,
        )
      case 'send_confirmation':
        // The person has spoken with the customer: no window is left to wait for.
        return this.#change({ confirmationSent: true, editWindowEndsAt: deed.at })
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
      case 'send_delivered':
        return this.#change({ deliveredNoticeSent: true })
      case 'cancel_purchase_order':
        return this.purchaseOrderCancelled()
      case 'refund':
        return this.refunded({ ...deed })
      case 'send_cancelled':
        return this.#change({ closingNoticeSent: true })
    }
  }

  // --- the end ---------------------------------------------------------------------------------------

  /** Begins to close the ticket before delivery: vendor, money and customer follow step by step. */
  cancel(closing: Deed & { readonly cause: TicketClosing['cause']; readonly reason: string }): Ticket {
    this.#mustBeOpen()
    if (!isCancellable(this.data) && this.data.subState !== 'delivered') {
      throw new TicketRuleError('not_allowed_now', 'The ticket is being closed already.')
    }
    const { cause, reason, actor } = closing
    return this.#change(
      { closing: { cause, reason, actor }, paymentToConfirm: null, paymentToRead: null },
      closing,
      {
        kind: 'cancel_requested',
        data: { cause, reason },
      },
    )
  }

  purchaseOrderCancelled(): Ticket {
    return this.#change({ purchaseOrderCancelled: true })
  }

  refunded(deed: Deed): Ticket {
    return this.#change({ refunded: true }, deed, {
      kind: 'refunded',
      data: { amount: this.data.payment?.amountWon ?? 0 },
    })
  }

  /** Everything is done that had to be done. */
  finish(deed: Deed): Ticket {
    if (nextMove(this.data) !== 'finish') {
      throw new TicketRuleError('not_allowed_now', 'The ticket has steps left.')
    }
    const outcome = this.#outcome()
    const { closing } = this.data
    const closed =
      closing === null
        ? this
        : this.#change({}, closing.actor === 'system' ? deed : { ...deed, actor: closing.actor }, {
            kind: 'cancelled',
            data: { reason: closing.reason },
          })
    return closed.#changeState({ outcome }, deed, { kind: 'done', data: { outcome } })
  }

  #outcome(): TicketOutcome {
    if (this.data.closing === null) return 'delivered'
    return this.data.payment === null ? 'cancelled' : 'refunded'
  }

  // --- the one way to change -------------------------------------------------------------------------

  #mustBeOpen(): void {
    if (this.data.outcome !== null) throw new TicketRuleError('closed', 'The ticket is done.')
  }

  #mustBeEditable(): void {
    this.#mustBeOpen()
    if (!isEditable(this.data)) {
      throw new TicketRuleError('not_allowed_now', 'The order can no longer be changed.')
    }
  }

  #moveTo(subState: TicketSubState, deed: Deed): Ticket {
    if (NEXT_SUB_STATE[this.data.subState] !== subState || this.data.issue !== null) {
      throw new TicketRuleError('not_allowed_now', `No way from ${this.data.subState} to ${subState}.`)
    }
    return this.#changeState({ subState }, { ...deed, actor: 'system' })
  }

  /** A change of what the board shows: the event that caused it, then the new state. */
  #changeState(patch: Partial<TicketData>, deed: Deed, cause?: TicketEventBody): Ticket {
    const next = { ...this.data, ...patch }
    return this.#change(patch, deed, ...(cause === undefined ? [] : [cause]), {
      kind: 'state_changed',
      data: {
        from_state: ticketState(this.data),
        from_sub_state: this.data.subState,
        state: ticketState(next),
        sub_state: next.subState,
      },
    })
  }

  #change(patch: Partial<TicketData>, deed?: Deed, ...bodies: TicketEventBody[]): Ticket {
    this.#mustBeOpen()
    const { eventCount, version } = this.data
    const events =
      deed === undefined
        ? []
        : bodies.map(
            (body, i): TicketEvent => ({
              ...body,
              seq: eventCount + i + 1,
              at: deed.at,
              actor: deed.actor,
            }),
          )
    return new Ticket(
      { ...this.data, ...patch, version: version + 1, eventCount: eventCount + events.length },
      [...this.events, ...events],
    )
  }
}
