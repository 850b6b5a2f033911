/** What dropping a card on a column means, or why nothing can be meant by it. */
import { stateOfStep } from '../../api/expected-ticket.ts'
import type { TicketAction, TicketState, TicketSummary } from '../../api/types.ts'

export type DropAction = Extract<TicketAction, 'retry_step' | 'raise_issue' | 'cancel'>
type DropRefusal =
  | 'done_is_final'
  | 'pays_first'
  | 'already_paid'
  | 'issue_first'
  | 'delivers_first'
  | 'back_to_todo'
  | 'back_to_progress'
  | 'not_now'

export type Drop =
  | { readonly kind: 'stay' }
  | { readonly kind: 'action'; readonly action: DropAction }
  | { readonly kind: 'refused'; readonly why: DropRefusal }

const refused = (why: DropRefusal): Drop => ({ kind: 'refused', why })

export function dropOn(ticket: TicketSummary, target: TicketState): Drop {
  if (ticket.state === target) return { kind: 'stay' }
  if (ticket.state === 'done') return refused('done_is_final')
  if (ticket.state === 'issue') return resolve(ticket, target)
  switch (target) {
    case 'issue':
      return allowed(ticket, 'raise_issue')
    case 'done':
      return ticket.state === 'todo' ? allowed(ticket, 'cancel') : refused('delivers_first')
    case 'in_progress':
      return refused('pays_first')
    case 'todo':
      return refused('already_paid')
  }
}

/** An Issue goes back to where it was. */
function resolve(ticket: TicketSummary, target: TicketState): Drop {
  if (target === 'done') return refused('issue_first')
  const home = stateOfStep(ticket.sub_state)
  if (home !== target) return refused(home === 'todo' ? 'back_to_todo' : 'back_to_progress')
  return allowed(ticket, 'retry_step')
}

const allowed = (ticket: TicketSummary, action: DropAction): Drop =>
  ticket.quick_actions.includes(action) ? { kind: 'action', action } : refused('not_now')

/** Cards dropped together must all mean the same; the first refusal is told. */
export function dropAllOn(tickets: readonly TicketSummary[], target: TicketState): Drop {
  const drops = tickets.map((ticket) => dropOn(ticket, target))
  const refusal = drops.find((drop) => drop.kind === 'refused')
  if (refusal !== undefined) return refusal
  const actions = new Set(drops.map((drop) => (drop.kind === 'action' ? drop.action : 'stay')))
  return actions.size > 1 ? refused('not_now') : (drops[0] ?? { kind: 'stay' })
}
