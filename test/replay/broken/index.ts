/** A ticket that somebody changed without thinking of those that are running. */
import { sleep } from '@temporalio/workflow'
import { ticket as original } from '../../../workflows/ticket.ts'
import type { TicketInput, TicketResult } from '../../../workflows/ticket-messages.ts'

export async function ticket(input: TicketInput): Promise<TicketResult> {
  await sleep('1 second')
  return original(input)
}
