/** The rules of money that comes through a bank: virtual account, transfers to our own account, what goes back. */
import type { RefundAccount } from './banks.ts'
import type { IssueCause } from './issue-cause.ts'
import { owe } from './owed-notices.ts'
import { openIssueId, type ReceivedPayment } from './ticket-data.ts'
import type { Deed } from './ticket-events.ts'
import {
  BANK_TRANSFER,
  depositedWon,
  missingWon,
  moneyToReturn,
  openAccount,
  wonToUnknownAccount,
} from './ticket-money.ts'
import type { SurplusPayment, TicketDeposit, VirtualAccount } from './ticket-money-data.ts'
import { TicketPayment } from './ticket-payment.ts'
import { TicketRuleError } from './ticket-rule-error.ts'
import type { IssueEnding, IssueKind, TicketStep } from './ticket-states.ts'

/** The part of `Ticket` that speaks of banks. */
export abstract class TicketBank extends TicketPayment {
  abstract raiseIssue(
    raised: Deed & {
      readonly kind: IssueKind
      readonly reason: string
      readonly step: TicketStep | null
      readonly cause?: IssueCause
    },
  ): this
  protected abstract issueOver(deed: Deed, ending: IssueEnding): this

  // --- virtual account -------------------------------------------------------------------------------

  /** The gateway issued an account for this order; doing it again changes nothing. */
  accountOpened(
    opened: Deed & {
      readonly paymentKey: string
      readonly gatewayOrderId: string
      readonly virtualAccount: VirtualAccount
    },
  ): this {
    const { paymentKey, gatewayOrderId, virtualAccount, at } = opened
    if (this.data.openedPayments.some((known) => known.paymentKey === paymentKey)) return this
    const payment = { paymentKey, gatewayOrderId, checkoutUrl: null, openedAt: at, virtualAccount }
    return this.change({ openedPayments: [...this.data.openedPayments, payment] }, opened, {
      kind: 'account_opened',
      data: { bank: virtualAccount.bankCode, due_at: virtualAccount.dueAt },
    })
  }

  /** The gateway gave no other account for one that ends too soon: the customer hears how long any other way is open. */
  accountNotRenewed(): this {
    return this.accountClosed().change(owe(this.data, { kind: 'payment_until' }))
  }

  /** The customer has the number of the account. */
  accountTold(): this {
    return this.change({ accountTold: openAccount(this.data)?.paymentKey ?? null })
  }

  /** The gateway takes no more money for it; one that can't be closed is watched by the reconciliation. */
  accountClosed(): this {
    const account = openAccount(this.data)
    return this.change({
      openedPayments: this.data.openedPayments.map((opened) =>
        opened.paymentKey === (account?.paymentKey ?? this.data.payment?.paymentKey)
          ? { ...opened, refused: true }
          : opened,
      ),
      ...(account === null && this.data.fallenPayment !== null ? { payment: null, fallenPayment: null } : {}),
    })
  }

  /** The time to pay is over: before the order is given up the open account is read once more. */
  lookAgain(): this {
    return this.change({ lastLook: true, paymentToRead: openAccount(this.data)?.paymentKey ?? null })
  }

  /** Money that was there is not there any more; the order waits until it is back. */
  paymentFellBack(deed: Deed & { readonly reason: string; readonly cause?: IssueCause }): this {
    const reading = this.data.paymentToRead === null ? this : this.change(this.nextReading())
    const raised = reading
      .change({}, deed, { kind: 'payment_fell_back', data: { amount: this.data.payment?.amountWon ?? 0 } })
      .raiseIssue({ ...deed, kind: 'admin_required', step: 'check_payment' })
    const issueId = openIssueId(raised.data) ?? ''
    return raised.change({ fallenPayment: { issueId } })
  }

  /** The money is back: the Issue that told of its absence resolves itself. */
  paymentCameBack(deed: Deed): this {
    const { fallenPayment, payment } = this.data
    const handled = this.change({ ...this.nextReading(), fallenPayment: null }, deed, {
      kind: 'payment_came_back',
      data: { amount: payment?.amountWon ?? 0 },
    })
    if (fallenPayment === null || openIssueId(this.data) !== fallenPayment.issueId) return handled
    return handled.issueOver(deed, { action: 'payment_came_back', note: '' })
  }

  // --- transfers to our own account ------------------------------------------------------------------

  /**
   * Money on our account that belongs to this order. Each row of the bank counts once; what the order does not
   * need goes back (`moneyToReturn`).
   */
  depositReceived(received: Deed & { readonly deposit: TicketDeposit }): this {
    const { deposit } = received
    if (this.data.deposits.some(({ id }) => id === deposit.id)) return this
    if (!Number.isSafeInteger(deposit.amountWon) || deposit.amountWon <= 0) {
      throw new TicketRuleError('bad_amount', 'A deposit is a whole number of won above 0.')
    }
    if (this.data.subState === 'order_received' && this.data.closing === null) {
      throw new TicketRuleError('not_allowed_now', 'The customer has not confirmed this order yet.')
    }
    const deposits = [...this.data.deposits, deposit]
    const then = { ...this.data, deposits }
    return this.change({ deposits }, received, {
      kind: 'deposit_received',
      data: {
        amount: deposit.amountWon,
        received: depositedWon(then),
        missing: missingWon(then),
        deposit_id: deposit.id,
      },
    }).tellReturns(this, received)
  }

  override paid(payment: ReceivedPayment, deed: Deed): this {
    return super.paid(payment, deed).tellReturns(this, deed)
  }

  /** The transfers reach the amount: the order is paid by them. A card that was to be confirmed is read instead. */
  depositsTaken(deed: Deed): this {
    const { amountWon, deposits, paymentToConfirm } = this.data
    const paidAt = deposits.at(-1)?.receivedAt ?? deed.at
    const paid = this.paid({ paymentKey: null, amountWon, method: BANK_TRANSFER, paidAt }, deed)
    return paymentToConfirm === null ? paid : paid.queuePaymentReading(paymentToConfirm)
  }

  /** The customer knows what is still missing. */
  partTold(): this {
    return this.change({ partTold: depositedWon(this.data) })
  }

  // --- reminder --------------------------------------------------------------------------------------

  reminderDue(): this {
    return this.change({ reminder: 'due' })
  }

  reminded(): this {
    return this.change({ reminder: 'sent' })
  }

  // --- what goes back --------------------------------------------------------------------------------

  /** The gateway holds money for this order that the order does not need. */
  surplusFound(found: Deed & Omit<SurplusPayment, 'state'>): this {
    const { paymentKey, amountWon, method } = found
    const read = this.data.paymentToRead === paymentKey ? this.change(this.nextReading()) : this
    if (this.data.surplus.some((known) => known.paymentKey === paymentKey)) return read
    const surplus = [...this.data.surplus, { paymentKey, amountWon, method, state: 'to_return' as const }]
    return read
      .change({ surplus }, found, { kind: 'money_to_return', data: { amount: amountWon, method } })
      .askForAccount()
  }

  /** @param deed.state `by_hand`: the gateway refused, a person returns it. */
  surplusSettled(deed: Deed & { readonly paymentKey: string; readonly state: 'returned' | 'by_hand' }): this {
    const found = this.data.surplus.find(({ paymentKey }) => paymentKey === deed.paymentKey)
    if (found === undefined) return this
    const surplus = this.data.surplus.map((one) => (one === found ? { ...one, state: deed.state } : one))
    const { amountWon: amount, method } = found
    return deed.state === 'returned'
      ? this.change({ surplus }, deed, { kind: 'money_returned', data: { amount, method } })
      : this.change({ surplus })
  }

  /** A person sent it back by hand. Deposits on our own account go back no other way; their list says who did. */
  returnedByHand(deed: Deed & { readonly key: string; readonly note?: string }): this {
    const due = moneyToReturn(this.data).find(({ key }) => key === deed.key)
    if (due === undefined) {
      throw new TicketRuleError('not_allowed_now', 'This money is not for a person to return.')
    }
    const found = this.data.surplus.find(({ paymentKey }) => deed.key === `payment:${paymentKey}`)
    const event = { kind: 'money_returned' as const, data: { amount: due.amountWon, method: due.source } }
    if (found === undefined) return this.change({}, deed, event)
    const surplus = this.data.surplus.map((one) =>
      one === found ? { ...one, state: 'returned' as const } : one,
    )
    return this.change({ surplus }, deed, event)
  }

  /** Where the customer wants money sent back to; resolves an Issue that waited for it. */
  refundAccountSet(set: Deed & { readonly account: RefundAccount }): this {
    const { account } = set
    const { issue } = this.data
    const known = this.change({ refundAccount: account }, set, {
      kind: 'refund_account_set',
      data: { bank: account.bankCode },
    })
    if (issue === null || !issue.actions.includes('set_refund_account')) return known
    return known.issueOver(set, { action: 'set_refund_account', note: '' })
  }

  /** A line in the timeline for money that has to go back and did not have to before. */
  protected tellReturns(before: this, deed: Deed): this {
    const known = new Set(moneyToReturn(before.data).map(({ key }) => key))
    const due = moneyToReturn(this.data).filter(({ key }) => !known.has(key))
    if (due.length === 0) return this.askForAccount()
    return this.change(
      {},
      deed,
      ...due.map(({ amountWon, source }) => ({
        kind: 'money_to_return' as const,
        data: { amount: amountWon, method: source },
      })),
    ).askForAccount()
  }

  /** Once: where shall the money go? Whoever knows no answer to that can't send it back. */
  protected askForAccount(): this {
    const amountWon = wonToUnknownAccount(this.data)
    if (this.data.accountAsk !== 'not_yet' || amountWon === 0) return this
    return this.change({ accountAsk: 'asked', ...owe(this.data, { kind: 'refund_account', amountWon }) })
  }
}
