/** Who has the right to which action; whether it is possible now is the ticket's affair. */
import type { Person } from './context.ts'
import type { TicketAction } from './schemas/tickets.ts'

/** Money goes back, and is spent on a second wreath, only by the owner's hand. */
const ADMIN_ACTIONS: readonly TicketAction[] = ['refund_and_close', 'partial_refund', 'reorder']

/** Open to everybody who has signed in. */
export const anybodyMay = (action: TicketAction): boolean => !ADMIN_ACTIONS.includes(action)

/** Open to this person. */
export const mayDo =
  (person: Person) =>
  (action: TicketAction): boolean =>
    person.role === 'admin' || anybodyMay(action)
