/** What a person does about a wreath that is wrong or late. Each is accepted once: the Issue then offers it no more. */
import { setHandler } from '@temporalio/workflow'
import { TYPO_REFUND_WON } from '../domain/order-policy.ts'
import type { Ticket } from '../domain/ticket.ts'
import * as messages from './ticket-messages.ts'
import { change, rules } from './ticket-refusals.ts'
import { now, type TicketRun } from './ticket-run.ts'

/** Registers the handlers; must run before the workflow first waits. */
export function handleRemedies(run: TicketRun): void {
  const accept = async (apply: (ticket: Ticket) => Ticket): Promise<messages.TicketReceipt> => {
    change(run, apply)
    await run.project()
    return { version: run.data.version }
  }

  const refunding = ({ actor }: messages.PartialRefundInput) => {
    const amountWon = run.input.policy.typoRefundWon ?? TYPO_REFUND_WON
    return (ticket: Ticket) => ticket.refundPart({ actor, amountWon, at: now() })
  }
  setHandler(messages.partialRefund, (input) => accept(refunding(input)), {
    validator: (input) => rules(() => refunding(input)(run.ticket)),
  })

  const reordering =
    ({ actor, fields = {} }: messages.ReorderInput) =>
    (ticket: Ticket) =>
      ticket.reorder({ actor, fields, at: now() })
  setHandler(messages.reorder, (input) => accept(reordering(input)), {
    validator: (input) => rules(() => reordering(input)(run.ticket)),
  })

  const telling =
    ({ actor, expectedBy }: messages.TellDelayInput) =>
    (ticket: Ticket) =>
      ticket.tellDelay({ actor, expectedBy, at: now() })
  setHandler(messages.tellDelay, (input) => accept(telling(input)), {
    validator: (input) => rules(() => telling(input)(run.ticket)),
  })
}
