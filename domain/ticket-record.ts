/** How a ticket changes at all: an immutable value, a growing version, and a gapless timeline. */
import { isHeld, type TicketData, ticketState } from './ticket-data.ts'
import type { Deed, TicketEvent, TicketEventBody } from './ticket-events.ts'
import { TicketRuleError } from './ticket-rule-error.ts'
import { NEXT_SUB_STATE, type TicketSubState } from './ticket-states.ts'

/** State and timeline beneath the rules of `Ticket`. */
export abstract class TicketRecord {
  readonly data: TicketData
  /** Those brought forth since the ticket was read, for the projection. */
  readonly events: readonly TicketEvent[]

  protected constructor(data: TicketData, events: readonly TicketEvent[]) {
    this.data = data
    this.events = events
  }

  protected abstract next(data: TicketData, events: readonly TicketEvent[]): this

  /** The same ticket after its events up to `seq` have been projected. */
  projected(seq: number): this {
    return this.next(
      this.data,
      this.events.filter((event) => event.seq > seq),
    )
  }

  protected mustBeOpen(): void {
    if (this.data.outcome !== null) throw new TicketRuleError('closed', 'The ticket is done.')
  }

  protected moveTo(subState: TicketSubState, deed: Deed): this {
    if (NEXT_SUB_STATE[this.data.subState] !== subState || isHeld(this.data)) {
      throw new TicketRuleError('not_allowed_now', `No way from ${this.data.subState} to ${subState}.`)
    }
    return this.changeState({ subState }, { ...deed, actor: 'system' })
  }

  /** A change of what the board shows: the event that caused it, then the new state if it is another one. */
  protected changeState(patch: Partial<TicketData>, deed: Deed, ...causes: TicketEventBody[]): this {
    const next = { ...this.data, ...patch }
    const data = {
      from_state: ticketState(this.data),
      from_sub_state: this.data.subState,
      state: ticketState(next),
      sub_state: next.subState,
    }
    const moved = data.state !== data.from_state || data.sub_state !== data.from_sub_state
    return this.change(patch, deed, ...causes, ...(moved ? [{ kind: 'state_changed', data } as const] : []))
  }

  /** The one way to change: without a deed it leaves no line in the timeline. */
  protected change(patch: Partial<TicketData>, deed?: Deed, ...bodies: TicketEventBody[]): this {
    this.mustBeOpen()
    const { eventCount, version } = this.data
    const events =
      deed === undefined
        ? []
        : bodies.map(
            (body, i): TicketEvent => ({
              ...body,
              seq: eventCount + i + 1,
              at: deed.at,
              actor: deed.actor,
            }),
          )
    return this.next(
      { ...this.data, ...patch, version: version + 1, eventCount: eventCount + events.length },
      [...this.events, ...events],
    )
  }
}
