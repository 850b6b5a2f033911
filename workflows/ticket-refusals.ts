/** How an update of a ticket is refused: with a code, in a way that fails the update and never the workflow. */
import { ApplicationFailure } from '@temporalio/workflow'
import { type Ticket, type TicketRefusalCode, TicketRuleError } from '../domain/ticket.ts'
import { TICKET_REFUSAL } from './ticket-messages.ts'
import type { Change, TicketRun } from './ticket-run.ts'

export function refuse(code: TicketRefusalCode, message: string): never {
  throw ApplicationFailure.create({
    message,
    type: TICKET_REFUSAL,
    details: [code],
    nonRetryable: true,
  })
}

/** Asks the rules; in a validator this leaves no trace of a refused update in the history. */
export function rules(attempt: () => unknown): void {
  try {
    attempt()
  } catch (error) {
    if (error instanceof TicketRuleError) refuse(error.code, error.message)
    throw error
  }
}

/** Changes the ticket by what somebody outside said; what the rules refuse fails the update, never the workflow. */
export function change(run: TicketRun, apply: Change): void {
  rules(() => run.change(apply))
  run.tellState()
}

export function mustBeOpen(ticket: Ticket): void {
  if (ticket.data.outcome !== null) refuse('closed', 'The ticket is done.')
}
