/** What the outside may ask of a running ticket. Each handler refuses before it changes anything. */
import { ApplicationFailure, condition, setHandler } from '@temporalio/workflow'
import {
  isEditable,
  nextMove,
  type Ticket,
  type TicketRefusalCode,
  TicketRuleError,
} from '../domain/ticket.ts'
import * as messages from './ticket-messages.ts'
import { bySystem, type Change, now, type TicketRun } from './ticket-run.ts'
import { paymentReference, send } from './ticket-steps.ts'

/** A payment page is good for 30 minutes at the gateway; an older one is replaced by a new payment. */
const PAYMENT_PAGE_LIFE_MS = 20 * 60_000

function refuse(code: TicketRefusalCode, message: string): never {
  throw ApplicationFailure.create({
    message,
    type: messages.TICKET_REFUSAL,
    details: [code],
    nonRetryable: true,
  })
}

/** Asks the rules; in a validator this leaves no trace of a refused update in the history. */
function rules(attempt: () => unknown): void {
  try {
    attempt()
  } catch (error) {
    if (error instanceof TicketRuleError) refuse(error.code, error.message)
    throw error
  }
}

/** Changes the ticket; what the rules refuse fails the update, never the workflow. */
function change(run: TicketRun, apply: Change): void {
  rules(() => run.change(apply))
}

function mustBeOpen(ticket: Ticket): void {
  if (ticket.data.outcome !== null) refuse('closed', 'The ticket is done.')
}

/** Registers everything; must run before the workflow first waits. */
export function handleMessages(run: TicketRun): void {
  handleOrder(run)
  handleIssues(run)
  handlePayments(run)
  handleReports(run)
  handleLinks(run)
}

function handleOrder(run: TicketRun): void {
  const receipt = async (): Promise<messages.TicketReceipt> => {
    await run.project()
    return { version: run.data.version }
  }
  const orderNow = (): messages.SetFieldsResult => ({ order: run.data.order, missing: run.ticket.missing })

  setHandler(messages.snapshot, () => run.data)
  setHandler(messages.whenOpened, receipt)

  setHandler(
    messages.setFields,
    async (input) => {
      change(run, (ticket) => ticket.setFields({ ...input, callId: input.callId ?? null, at: now() }))
      await run.project()
      return orderNow()
    },
    { validator: (_input: messages.SetFieldsInput) => mustBeEditable(run.ticket) },
  )

  setHandler(
    messages.editOrder,
    async ({ fields, actor, channel = 'operator' }) => {
      const refusals = run.editRefusals
      change(run, (ticket) =>
        ticket.setFields({ fields, evidence: {}, actor, channel, callId: null, at: now() }),
      )
      await run.project()
      await condition(() => nextMove(run.data) !== 'share_edit')
      if (run.editRefusals > refusals) refuse('already_made', 'The vendor can no longer change this order.')
      return orderNow()
    },
    { validator: (_input: messages.EditOrderInput) => mustBeEditable(run.ticket) },
  )

  setHandler(
    messages.confirmByCustomer,
    async ({ actor, callId = null }) => {
      const { missing } = run.ticket
      if (missing.length > 0) return { ok: false, missing }
      change(run, (ticket) => ticket.confirmByCustomer({ actor, callId, at: now() }))
      await run.project()
      return { ok: true, missing }
    },
    {
      validator: (_input: messages.ConfirmByCustomerInput) => {
        mustBeOpen(run.ticket)
        if (run.ticket.missing.length === 0) {
          rules(() => run.ticket.confirmByCustomer({ ...bySystem(), callId: null }))
        }
      },
    },
  )

  setHandler(
    messages.cancelOrder,
    async ({ reason, actor }) => {
      change(run, (ticket) => ticket.cancel({ cause: 'requested', reason, actor, at: now() }))
      return receipt()
    },
    {
      validator: ({ reason, actor }) => {
        if (run.data.issue !== null) refuse('issue_open', 'The Issue must be resolved first.')
        rules(() => run.ticket.cancel({ cause: 'requested', reason, actor, at: now() }))
      },
    },
  )
}

function handleLinks(run: TicketRun): void {
  setHandler(
    messages.sendOrderLink,
    async (_input) => {
      // The number of events so far makes each link a text of its own, also after the ticket was carried over.
      await send(run, 'order_link', `order_link:${run.data.eventCount}`)
      await run.project()
      return { version: run.data.version }
    },
    { validator: (_input: messages.SendOrderLinkInput) => mustBeOpen(run.ticket) },
  )
}

function mustBeEditable(ticket: Ticket): void {
  mustBeOpen(ticket)
  if (!isEditable(ticket.data)) refuse('not_allowed_now', 'The order can no longer be changed.')
}

function handleIssues(run: TicketRun): void {
  setHandler(
    messages.raiseIssue,
    async ({ kind, reason, actor }) => {
      change(run, (ticket) => ticket.raiseIssue({ kind, reason, actor, step: null, at: now() }))
      await run.project()
      return { version: run.data.version }
    },
    {
      validator: (_input: messages.RaiseIssueInput) => {
        mustBeOpen(run.ticket)
        if (run.data.issue !== null) refuse('issue_open', 'The ticket has an open Issue already.')
      },
    },
  )

  setHandler(
    messages.resolveIssue,
    async ({ action, note, actor }) => {
      change(run, (ticket) => ticket.resolveIssue({ action, note, actor, at: now() }))
      await run.project()
      return { version: run.data.version }
    },
    {
      validator: ({ action, note, actor }) =>
        rules(() => run.ticket.resolveIssue({ action, note, actor, at: now() })),
    },
  )
}

function handlePayments(run: TicketRun): void {
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
    change(run, (ticket) => ticket.requestPaymentReading(paymentKey))
  })
}

/** The page opened last, if it still takes money: one whose card was declined is dead at the gateway. */
async function openedPage(run: TicketRun): Promise<messages.OpenPaymentResult | undefined> {
  const last = run.data.openedPayments.at(-1)
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

function handleReports(run: TicketRun): void {
  setHandler(messages.deliveryChanged, () => {
    run.vendorHasNews = true
  })

  setHandler(messages.messageReported, async ({ messageKey, status, at, reason }) => {
    const known = () => run.data.messages.some(({ key }) => key === messageKey)
    // The carrier may report before our own call to it has come back.
    await condition(() => known() || run.sendingKey !== messageKey)
    const failure = status === 'delivered' ? null : (reason ?? 'unknown')
    change(run, (ticket) => ticket.messageReported({ actor: 'system', at, key: messageKey, failure }))
    await run.project()
  })
}
