/** One run of a ticket: its state, how a change reaches the screens, and how a step that fails becomes an Issue. */
import {
  ActivityFailure,
  ApplicationFailure,
  condition,
  isCancellation,
  proxyLocalActivities,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import type { ProjectionActivities } from '../activities/activity-types.ts'
import { koreanIso } from '../domain/korean-time.ts'
import { type Deed, type NextMove, nextMove, Ticket, type TicketStep, ticketState } from '../domain/ticket.ts'
import { ISSUE_KIND, ORDER_NO, TICKET_STATE, TICKET_SUB_STATE } from '../temporal/search-attributes.ts'
import { createTicketActivities, type TicketStepActivities } from './ticket-activities.ts'
import { describeTicket, failureSentence } from './ticket-details.ts'
import type { CarriedTicket, TicketInput } from './ticket-messages.ts'

/** Database only, so it goes on until the database answers. */
const { projectTicket } = proxyLocalActivities<ProjectionActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
})

/** A change to a ticket, applied where it is sure that no Issue is open. */
export type Change = (ticket: Ticket) => Ticket

/** Now, in the name of the system. */
export const bySystem = (): Deed => ({ actor: 'system', at: now() })
export const byVendor = (): Deed => ({ actor: 'vendor', at: now() })
/** Workflow time, Korean. */
export const now = (): string => koreanIso(Date.now())

/** State and surroundings of one run. */
export class TicketRun {
  readonly input: TicketInput
  readonly activities: TicketStepActivities
  /** A webhook told of news from the vendor: the next poll is due at once. */
  vendorHasNews = false
  /** Key of the text that is being handed to the carrier. */
  sendingKey: string | null = null
  /** How often the vendor has refused an edit. */
  editRefusals = 0
  /** Why the last payment was refused, for the customer's page. */
  lastRefusal: { readonly paymentKey: string; readonly reason: string } | null = null
  #ticket: Ticket
  #projectedVersion: number
  #projecting: Promise<void> | null = null
  #shownState = ''

  constructor(input: TicketInput) {
    this.input = input
    this.activities = createTicketActivities(input.policy)
    const { carried } = input
    this.#ticket =
      carried === undefined ? Ticket.open(input, bySystem()) : Ticket.from(carried.ticket, carried.events)
    this.#projectedVersion = carried === undefined || carried.events.length > 0 ? 0 : carried.ticket.version
    this.#show()
  }

  get ticket(): Ticket {
    return this.#ticket
  }
  get data(): Ticket['data'] {
    return this.#ticket.data
  }
  /** Idempotency key towards the outside world: workflow and step, never the attempt. */
  key(step: string): string {
    return `${workflowInfo().workflowId}:${step}`
  }

  /** Changes the ticket; `project` makes it seen. */
  change(change: Change): void {
    this.#ticket = change(this.#ticket)
    this.#show()
  }

  /**
   * Returns once the screens can show the ticket as it is now, or newer. One projection runs at a time:
   * two local activities at once may resume in another order when the history is replayed.
   */
  async project(): Promise<void> {
    const { version } = this.data
    while (this.#projectedVersion < version) {
      this.#projecting ??= this.#projectOnce()
      await this.#projecting
    }
  }

  async #projectOnce(): Promise<void> {
    try {
      const { data, events } = this.#ticket
      await projectTicket({ workflowId: workflowInfo().workflowId, ticket: data, events })
      this.#projectedVersion = data.version
      this.#ticket = this.#ticket.projected(data.eventCount)
    } finally {
      this.#projecting = null
    }
  }

  /**
   * Waits as long as nothing but this move is to be made.
   * @returns false when `limitMs` ran out first.
   */
  async waitWhile(move: NextMove, limitMs?: number, summary = ''): Promise<boolean> {
    const over = () => nextMove(this.data) !== move
    if (limitMs === undefined) {
      await condition(over)
      return true
    }
    if (limitMs <= 0) return over()
    return await condition(over, limitMs, { summary })
  }

  /** Takes a step; when it fails for good, a person is asked. */
  async take(step: TicketStep, act: () => Promise<Change>): Promise<void> {
    let change: Change
    try {
      change = await act()
    } catch (error) {
      if (isCancellation(error)) throw error
      const reason = failureSentence(step, causeOf(error))
      this.change((ticket) => ticket.raiseIssue({ ...bySystem(), kind: 'admin_required', reason, step }))
      return
    }
    // A person may have raised an Issue meanwhile: the sub-state it left stays until it is resolved.
    if (this.data.issue !== null) {
      await this.project()
      await condition(() => this.data.issue === null)
    }
    this.change(change)
  }

  carry(): CarriedTicket {
    return { ticket: this.#ticket.data, events: this.#ticket.events }
  }

  /** Temporal's own screens tell the same as ours. */
  #show(): void {
    const { data } = this.#ticket
    setCurrentDetails(describeTicket(data))
    const shown = [ticketState(data), data.subState, data.issue?.kind].join()
    if (shown === this.#shownState) return
    this.#shownState = shown
    upsertSearchAttributes([
      { key: ORDER_NO, value: data.orderNo },
      { key: TICKET_STATE, value: ticketState(data) },
      { key: TICKET_SUB_STATE, value: data.subState },
      { key: ISSUE_KIND, value: data.issue?.kind ?? null },
    ])
  }
}

/** The message of what really went wrong, beneath the SDK's wrappers. */
function causeOf(error: unknown): string {
  const cause = error instanceof ActivityFailure ? error.cause : error
  if (cause instanceof ApplicationFailure) return cause.message
  return cause instanceof Error ? cause.message : String(cause)
}
