/** The rules of a ticket's money: asked for, authenticated, received, checked, given back. */
import { owe, withoutPaymentTime } from './owed-notices.ts'
import { isAnotherEnd, isDueTooSoon } from './payment-time.ts'
import { type OpenedPayment, type ReceivedPayment, refundableWon, type TicketData } from './ticket-data.ts'
import type { Deed } from './ticket-events.ts'
import { openAccount } from './ticket-money.ts'
import { TicketRecord } from './ticket-record.ts'

/** The part of `Ticket` that speaks of payments. */
export abstract class TicketPayment extends TicketRecord {
  /** The payment link is out; from now on the time to pay runs. */
  paymentLinkSent(deed: Deed & { readonly expiresAt: string; readonly seconds?: number }): this {
    const { expiresAt: paymentExpiresAt, seconds: paymentSeconds = null } = deed
    return this.change({ paymentLinkSent: true, paymentExpiresAt, paymentSeconds }, deed, {
      kind: 'payment_ready',
      data: { amount: this.data.amountWon, expires_at: deed.expiresAt },
    })
  }

  /** The customer has until then, ISO 8601. */
  payableUntil(paymentExpiresAt: string): this {
    return this.change({ paymentExpiresAt })
  }

  /**
   * The time to pay ends earlier or later than the customer was told: they are told, where it is worth a text. An
   * account that is replaced brings a text of its own.
   * @param moved.remindLater the time to remind of the new end is still to come: the text itself is no reminder.
   */
  paymentTimeMoved(
    moved: Deed & { readonly endsAt: string; readonly seconds: number; readonly remindLater: boolean },
  ): this {
    const { endsAt, seconds, remindLater } = moved
    const { paymentExpiresAt, notices, noticeCount, reminder } = this.data
    const time = { paymentExpiresAt: endsAt, paymentSeconds: seconds, lastLook: false }
    if (paymentExpiresAt !== null && !isAnotherEnd(Date.parse(endsAt), Date.parse(paymentExpiresAt))) {
      return this.change(time)
    }
    const account = openAccount(this.data)
    const isReplaced = account !== null && isDueTooSoon(account.virtualAccount.dueAt, endsAt)
    const others = { notices: withoutPaymentTime(notices), noticeCount }
    return this.change(
      {
        ...time,
        reminder: remindLater ? null : reminder === 'due' ? reminder : 'sent',
        ...(isReplaced ? others : owe(others, { kind: 'payment_until' })),
      },
      moved,
      { kind: 'payment_time_moved', data: { expires_at: endsAt } },
    )
  }

  /** A person gave the customer the link; the time to pay begins with the wait for it. */
  paymentLinkGiven(): this {
    return this.change({ paymentLinkSent: true })
  }

  /** A payment page was opened at the gateway. */
  paymentOpened(payment: OpenedPayment): this {
    if (this.data.openedPayments.some(({ paymentKey }) => paymentKey === payment.paymentKey)) return this
    return this.change({
      paymentsOpened: this.data.paymentsOpened + 1,
      openedPayments: [...this.data.openedPayments, payment],
    })
  }

  /** The customer authenticated a payment: it is to be confirmed. */
  requestConfirmation(paymentKey: string): this {
    this.mustBeOpen()
    return this.change({ paymentToConfirm: paymentKey })
  }

  /** A webhook spoke of a payment: it is to be read again. Nothing to do once the money goes back. */
  requestPaymentReading(paymentKey: string): this {
    if (this.data.outcome !== null || this.data.closing !== null) return this
    return this.change({ paymentToRead: paymentKey })
  }

  /**
   * The same, but none is lost: one that is told while another (or an older state of the same) is being read
   * is read after it.
   */
  queuePaymentReading(paymentKey: string): this {
    const { outcome, closing, paymentToRead, alsoToRead } = this.data
    if (outcome !== null || closing !== null) return this
    if (paymentToRead === null) return this.change({ paymentToRead: paymentKey })
    if (alsoToRead.includes(paymentKey)) return this
    return this.change({ alsoToRead: [...alsoToRead, paymentKey] })
  }

  /** The payment was read and nothing follows from it. */
  paymentRead(): this {
    return this.data.paymentToRead === null ? this : this.change(this.nextReading())
  }

  /** What is to be read once the present reading is over. */
  protected nextReading(): Pick<TicketData, 'paymentToRead' | 'alsoToRead'> {
    const [paymentToRead = null, ...alsoToRead] = this.data.alsoToRead
    return { paymentToRead, alsoToRead }
  }

  /** The gateway or bank said no to this payment; another one may be under way. A second notice changes nothing. */
  paymentRefused(
    deed: Deed & { readonly paymentKey: string; readonly code: string; readonly reason: string },
  ): this {
    const { openedPayments, paymentToConfirm, paymentToRead } = this.data
    const { paymentKey, code, reason } = deed
    const done = {
      paymentToConfirm: paymentToConfirm === paymentKey ? null : paymentToConfirm,
      ...(paymentToRead === paymentKey ? this.nextReading() : {}),
    }
    const known = openedPayments.some((opened) => opened.paymentKey === paymentKey && opened.refused === true)
    if (known) return this.change(done)
    const marked = openedPayments.map((opened) =>
      opened.paymentKey === paymentKey ? ({ ...opened, refused: true } as const) : opened,
    )
    return this.change({ ...done, openedPayments: marked }, deed, {
      kind: 'payment_refused',
      data: { code, reason },
    })
  }

  /** The money is there; a second notice of it changes nothing. */
  paid(payment: ReceivedPayment, deed: Deed): this {
    const handled = { paymentToConfirm: null, ...this.nextReading() }
    if (this.data.payment !== null) return this.change(handled)
    const notices = withoutPaymentTime(this.data.notices)
    const paid = this.change({ payment, notices, ...handled }, deed, {
      kind: 'paid',
      data: { amount: payment.amountWon, method: payment.method, paid_at: payment.paidAt },
    })
    return paid.data.subState === 'awaiting_payment' ? paid.moveTo('paid', deed) : paid
  }

  /** Checked right before the purchase order: the money is still there. */
  paymentChecked(): this {
    return this.change({ paymentChecked: true })
  }

  refunded(deed: Deed): this {
    return this.change({ refunded: true }, deed, {
      kind: 'refunded',
      // Part refunds have been told when they were made.
      data: { amount: refundableWon(this.data) },
    })
  }
}
