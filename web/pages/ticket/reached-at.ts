import type { TicketDetail, TicketSubState } from '../../api/types.ts'

/** When each sub-state was entered for the first time, from the timeline. */
export function reachedAt(
  ticket: Pick<TicketDetail, 'timeline' | 'created_at'>,
): Partial<Record<TicketSubState, string>> {
  const times: Partial<Record<TicketSubState, string>> = { order_received: ticket.created_at }
  for (const event of ticket.timeline) {
    if (event.kind !== 'state_changed') continue
    const entered = event.data.sub_state as TicketSubState
    times[entered] ??= event.at
  }
  return times
}
