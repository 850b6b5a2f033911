/** What the outside may ask of a running ticket. Each handler refuses before it changes anything. */
import { condition, setHandler } from '@temporalio/workflow'
import { holdsMoney, isEditable, nextMove, type Ticket } from '../domain/ticket.ts'
import * as messages from './ticket-messages.ts'
import { handleBank, handlePayments } from './ticket-payment-handlers.ts'
import { followWantedTime } from './ticket-payment-time.ts'
import { change, mustBeOpen, refuse, rules } from './ticket-refusals.ts'
import { handleRemedies } from './ticket-remedy-handlers.ts'
import { bySystem, now, type TicketRun } from './ticket-run.ts'
import { handleSameOrder } from './ticket-same-order.ts'
import { send } from './ticket-text-steps.ts'

/** Registers everything; must run before the workflow first waits. */
export function handleMessages(run: TicketRun): void {
  handleOrder(run)
  handleIssues(run)
  handlePayments(run)
  handleBank(run)
  handleReports(run)
  handleLinks(run)
  handleRemedies(run)
  handleSameOrder(run)
}

function handleOrder(run: TicketRun): void {
  const receipt = async (): Promise<messages.TicketReceipt> => {
    await run.project()
    return { version: run.data.version }
  }
  const orderNow = (): messages.SetFieldsResult => ({
    order: run.data.order,
    missing: run.ticket.missing,
    possibleDuplicateOf: run.data.possibleDuplicateOf,
  })

  setHandler(messages.snapshot, () => run.data)
  setHandler(messages.whenOpened, receipt)

  setHandler(
    messages.setFields,
    async (input) => {
      const tell = editsAreTold(run)
      const { deliver_by: wantedBefore } = run.data.order
      change(run, (ticket) => ticket.setFields({ ...input, callId: input.callId ?? null, tell, at: now() }))
      followWantedTime(run, wantedBefore)
      await run.project()
      return orderNow()
    },
    { validator: (_input: messages.SetFieldsInput) => mustBeEditable(run.ticket) },
  )

  setHandler(
    messages.editOrder,
    async ({ fields, evidence = {}, actor, channel = 'operator' }) => {
      const refusals = run.editRefusals
      const tell = editsAreTold(run)
      const { deliver_by: wantedBefore } = run.data.order
      change(run, (ticket) =>
        ticket.setFields({ fields, evidence, actor, channel, callId: null, tell, at: now() }),
      )
      followWantedTime(run, wantedBefore)
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
      validator: ({ reason, actor, onlyUnpaid = false }) => {
        if (onlyUnpaid && holdsMoney(run.data)) refuse('already_paid', 'The order is paid.')
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

/** From the confirmation on the customer gets a text about each edit; tickets that began before that go on without. */
const editsAreTold = (run: TicketRun): boolean => run.data.confirmationSent && run.since(1, 'tell-edits')

function mustBeEditable(ticket: Ticket): void {
  mustBeOpen(ticket)
  if (!isEditable(ticket.data)) refuse('not_allowed_now', 'The order can no longer be changed.')
}

/** Tickets whose delivery was followed by the rules of before stand still beneath every Issue. */
function holdsWhateverItsKind(run: TicketRun): { readonly holds?: true } {
  return run.data.purchaseOrder === null || run.since(1, 'issues-beneath-delivery') ? {} : { holds: true }
}

function handleIssues(run: TicketRun): void {
  setHandler(
    messages.raiseIssue,
    async ({ evidence = [], ...input }) => {
      const holds = holdsWhateverItsKind(run)
      change(run, (ticket) => ticket.raiseIssue({ ...input, evidence, step: null, at: now(), ...holds }))
      await run.project()
      return { version: run.data.version }
    },
    {
      validator: ({ kind }: messages.RaiseIssueInput) => {
        mustBeOpen(run.ticket)
        const open = [run.data.issue, ...run.data.waitingIssues]
        if (open.some((issue) => issue?.kind === kind && issue.step === null)) {
          refuse('issue_open', 'The ticket has an open Issue of this kind already.')
        }
      },
    },
  )

  setHandler(
    messages.addIssueEvidence,
    async (input) => {
      change(run, (ticket) => ticket.addIssueEvidence({ ...input, at: now() }))
      await run.project()
      return { version: run.data.version }
    },
    { validator: (input) => rules(() => run.ticket.addIssueEvidence({ ...input, at: now() })) },
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

function handleReports(run: TicketRun): void {
  setHandler(messages.deliveryChanged, () => {
    run.vendorHasNews = true
  })

  setHandler(messages.messageReported, async ({ messageKey, status, at, reason }) => {
    const known = () => run.data.messages.some(({ key }) => key === messageKey)
    // The carrier may report before our own call to it has come back.
    await condition(() => known() || run.sendingKey !== messageKey)
    const failure = status === 'delivered' ? null : (reason ?? 'unknown')
    // Where the ticket is stays as it was: Temporal's lists have nothing new to tell.
    run.change((ticket) => ticket.messageReported({ actor: 'system', at, key: messageKey, failure }))
    await run.project()
  })
}
