/** What the outside may ask of a ticket's money: pages and accounts to pay, confirmations, deposits. */
import { condition, setHandler } from '@temporalio/workflow'
import { checkRefundAccount, isBankCode, VIRTUAL_ACCOUNT_BANKS } from '../domain/banks.ts'
import { checkCashReceipt } from '../domain/cash-receipt.ts'
import { missingWon, nextMove, openAccount } from '../domain/ticket.ts'
import { depositedWon, returnedOfDeposit } from '../domain/ticket-money.ts'
import * as messages from './ticket-messages.ts'
import { issueAccount, paymentReference } from './ticket-money-steps.ts'
import { change, mustBeOpen, refuse, rules } from './ticket-refusals.ts'
import { MONEY_IN_FULL, now, type TicketRun } from './ticket-run.ts'

/** A payment page is good for 30 minutes at the gateway; an older one is replaced by a new payment. */
const PAYMENT_PAGE_LIFE_MS = 20 * 60_000

export function handlePayments(run: TicketRun): void {
  setHandler(messages.openPayment, async (): Promise<messages.OpenPaymentResult> => {
    if (run.data.payment !== null) return { status: 'already_paid', checkoutUrl: null }
    if (run.data.subState !== 'awaiting_payment' || run.data.closing !== null || run.data.outcome !== null) {
      return { status: 'closed', checkoutUrl: null }
    }
    const open = await openedPage(run)
    if (open !== undefined) return open
    const gatewayOrderId = `${run.data.orderNo}-P${run.data.paymentsOpened + 1}`
    const created = await run.activities.createPayment({
      orderNo: run.data.orderNo,
      gatewayOrderId,
      key: run.key(gatewayOrderId),
      amountWon: run.data.amountWon,
    })
    if (run.data.closing !== null || run.data.outcome !== null) return { status: 'closed', checkoutUrl: null }
    change(run, (ticket) => ticket.paymentOpened({ ...created, gatewayOrderId, openedAt: now() }))
    return { status: 'ready', checkoutUrl: created.checkoutUrl }
  })

  setHandler(
    messages.confirmPayment,
    async ({ paymentKey }) => {
      // One at a time: a second payment of the same order is never taken.
      await condition(() => run.data.paymentToConfirm === null || run.data.paymentToConfirm === paymentKey)
      if (run.data.payment === null && run.data.closing === null && run.data.outcome === null) {
        if (run.data.paymentToConfirm === null)
          change(run, (ticket) => ticket.requestConfirmation(paymentKey))
        await condition(() => run.data.paymentToConfirm !== paymentKey || run.data.issue !== null)
      }
      return paymentAnswer(run, paymentKey)
    },
    {
      validator: ({ paymentKey, amount }) => {
        if (amount !== run.data.amountWon) refuse('amount_mismatch', 'The amount is not the order’s.')
        if (!run.data.openedPayments.some((opened) => opened.paymentKey === paymentKey)) {
          refuse('unknown_payment', 'This payment was not opened for this order.')
        }
      },
    },
  )

  setHandler(messages.paymentChanged, ({ paymentKey }) => {
    if (!run.data.openedPayments.some((opened) => opened.paymentKey === paymentKey)) return
    const everyOne = run.since(1, MONEY_IN_FULL)
    change(run, (ticket) =>
      everyOne ? ticket.queuePaymentReading(paymentKey) : ticket.requestPaymentReading(paymentKey),
    )
  })
}

/** Money that comes through a bank. */
export function handleBank(run: TicketRun): void {
  setHandler(
    messages.openVirtualAccount,
    async ({ bankCode, cashReceipt }): Promise<messages.OpenVirtualAccountResult> => {
      if (run.data.payment !== null) return { status: 'already_paid', account: null }
      if (!takesPayments(run)) return { status: 'closed', account: null }
      // One that ends too soon is just being replaced.
      await condition(() => nextMove(run.data) !== 'renew_account')
      const open = openAccount(run.data)
      if (open !== null) return { status: 'ready', account: open.virtualAccount }
      if (!isBankCode(bankCode)) refuse('bad_bank', 'This bank issues no virtual accounts.')
      const receipt = cashReceipt === undefined ? null : checkCashReceipt(cashReceipt)
      const issued = await issueAccount(run, bankCode, { cashReceipt: receipt })
      // Also when the order was called off meanwhile: the account has to be closed then.
      if (run.data.outcome === null) change(run, issued)
      await run.project()
      if (run.data.payment !== null) return { status: 'already_paid', account: null }
      const account = openAccount(run.data)?.virtualAccount ?? null
      return account === null || !takesPayments(run)
        ? { status: 'closed', account: null }
        : { status: 'ready', account }
    },
    {
      validator: ({ bankCode, cashReceipt }) => {
        mustBeOpen(run.ticket)
        if (!(VIRTUAL_ACCOUNT_BANKS as readonly string[]).includes(bankCode)) {
          refuse('bad_bank', 'This bank issues no virtual accounts.')
        }
        if (cashReceipt !== undefined && checkCashReceipt(cashReceipt) === null) {
          refuse('bad_cash_receipt', 'The number is neither a mobile number nor a business number.')
        }
      },
    },
  )

  setHandler(
    messages.setRefundAccount,
    async ({ actor, ...told }) => {
      const account = checkRefundAccount(told)
      if (account === null) refuse('bad_refund_account', 'Bank, number or holder is wrong.')
      change(run, (ticket) => ticket.refundAccountSet({ actor, at: now(), account }))
      await run.project()
      return { version: run.data.version }
    },
    {
      validator: ({ actor: _actor, ...told }) => {
        mustBeOpen(run.ticket)
        if (checkRefundAccount(told) === null)
          refuse('bad_refund_account', 'Bank, number or holder is wrong.')
      },
    },
  )

  setHandler(
    messages.moneyReturned,
    async (input) => {
      change(run, (ticket) => ticket.returnedByHand({ ...input, at: now() }))
      await run.project()
      return { version: run.data.version }
    },
    {
      validator: (input) => {
        mustBeOpen(run.ticket)
        rules(() => run.ticket.returnedByHand({ ...input, at: now() }))
      },
    },
  )

  const received = ({ depositId, amountWon, receivedAt, actor }: messages.DepositReceivedInput) =>
    run.ticket.depositReceived({ actor, at: now(), deposit: { id: depositId, amountWon, receivedAt } })
  setHandler(
    messages.depositReceived,
    async (input): Promise<messages.DepositReceivedResult> => {
      change(run, () => received(input))
      await run.project()
      return {
        receivedWon: depositedWon(run.data),
        missingWon: missingWon(run.data),
        toReturnWon: returnedOfDeposit(run.data, input.depositId),
      }
    },
    {
      validator: (input) => {
        mustBeOpen(run.ticket)
        rules(() => received(input))
      },
    },
  )
}

const takesPayments = ({ data }: TicketRun): boolean =>
  data.subState === 'awaiting_payment' && data.closing === null && data.outcome === null

/** The page opened last, if it still takes money: one whose card was declined is dead at the gateway. */
async function openedPage(run: TicketRun): Promise<messages.OpenPaymentResult | undefined> {
  const last = run.data.openedPayments.findLast(({ checkoutUrl }) => checkoutUrl !== null)
  if (last === undefined || last.refused === true) return undefined
  if (Date.now() - Date.parse(last.openedAt) >= PAYMENT_PAGE_LIFE_MS) return undefined
  const reading = await run.activities.readPayment(paymentReference(run, last.paymentKey))
  if (reading.status === 'open') return { status: 'ready', checkoutUrl: last.checkoutUrl }
  // Whatever the gateway says, the ticket takes it up as if a webhook had told it.
  change(run, (ticket) => ticket.requestPaymentReading(last.paymentKey))
  return reading.status === 'paid' ? { status: 'already_paid', checkoutUrl: null } : undefined
}

function paymentAnswer(run: TicketRun, paymentKey: string): messages.ConfirmPaymentResult {
  if (run.data.payment !== null) return { status: 'paid', reason: null }
  if (run.data.closing !== null || run.data.outcome !== null) return { status: 'closed', reason: null }
  if (run.data.paymentToConfirm === paymentKey) return { status: 'pending', reason: null }
  const refusal = run.lastRefusal?.paymentKey === paymentKey ? run.lastRefusal.reason : null
  return { status: 'refused', reason: refusal }
}
