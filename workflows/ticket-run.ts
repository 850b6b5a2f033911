/** One run of a ticket: its state, how a change reaches the screens, and how a step that fails becomes an Issue. */
import {
  CancellationScope,
  condition,
  isCancellation,
  patched,
  proxyLocalActivities,
  setCurrentDetails,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import type { ProjectionActivities } from '../activities/activity-types.ts'
import type { OrderNo } from '../domain/ids.ts'
import { koreanIso } from '../domain/korean-time.ts'
import {
  allowedActions,
  type Deed,
  isHeld,
  isOwedStep,
  type NextMove,
  nextMove,
  openIssues,
  Ticket,
  type TicketStep,
  ticketState,
} from '../domain/ticket.ts'
import { ISSUE_KIND, ORDER_NO, TICKET_STATE, TICKET_SUB_STATE } from '../temporal/search-attributes.ts'
import { failureOf } from './step-failure.ts'
import { createTicketActivities, type TicketStepActivities } from './ticket-activities.ts'
import { describeTicket, failureSentence } from './ticket-details.ts'
import type { CarriedTicket, TicketInput } from './ticket-messages.ts'

/** Database only, so it goes on until the database answers. */
const { projectTicket } = proxyLocalActivities<ProjectionActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
})

/** Most tries answer within this: then there is nothing to end. */
const LAST_TRY_MS = 2_000

/** Patch: tickets remind of payments and read each payment that a webhook speaks of. */
export const MONEY_IN_FULL = 'money-in-full'

/** Revision since which a projection is made only when it changes what the screens show. */
const PROJECTS_NEWS = 1

/** Revision since which tickets are started with search attributes. */
const STARTS_WITH_ATTRIBUTES = 1

/** Revision since which search attributes tell of what lasts, not of what is over in a moment. */
const ATTRIBUTES_OF_WHAT_LASTS = 2

/**
 * Revision since which the time to pay moves with the wanted time, what an Issue takes of it is given back also where
 * an account was opened, and the customer is told of either.
 */
export const MOVES_PAYMENT_TIME = 3

/** Revision since which a call to the vendor that settled nothing is followed by one that clears it up. */
export const CLEARS_CALLS = 3

/** Revision since which customers are asked where money that came through a bank goes back to. */
const ASKS_FOR_ACCOUNT = 3

/** What the screens show of a ticket besides its timeline. */
function visiblePart(data: Ticket['data']): string {
  const { paymentExpiresAt, editWindowEndsAt, customerPhone, possibleDuplicateOf } = data
  return JSON.stringify([
    allowedActions(data),
    paymentExpiresAt,
    editWindowEndsAt,
    customerPhone,
    possibleDuplicateOf,
    openIssues(data),
  ])
}

/** A change to a ticket, applied where it is sure that no Issue holds it. */
export type Change = (ticket: Ticket) => Ticket
/** What each step does; it says how the ticket changes by it. */
export type Steps = Readonly<Record<TicketStep, (run: TicketRun) => Promise<Change>>>

/** Nothing follows from the step. */
export const unchanged: Change = (ticket) => ticket

/** What the search attributes tell. */
const shownState = (data: Ticket['data']): string =>
  [ticketState(data), data.subState, data.issue?.kind].join()

/** The same, as this run was started. */
function startedAs(): string {
  const { typedSearchAttributes: attributes } = workflowInfo()
  return [attributes.get(TICKET_STATE), attributes.get(TICKET_SUB_STATE), attributes.get(ISSUE_KIND)].join()
}

/** Now, in the name of the system. */
export const bySystem = (): Deed => ({ actor: 'system', at: now() })
export const byVendor = (): Deed => ({ actor: 'vendor', at: now() })
/** Workflow time, Korean. */
export const now = (): string => koreanIso(Date.now())

/** A time in which an Issue held the ticket. */
export interface Hold {
  /** Milliseconds since 1970, workflow time. */
  readonly fromMs: number
  /** The wanted time of delivery as it was then. */
  readonly wantedBefore: string | null
}

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
  /** An Issue that was raised while a step was under way, and held the ticket after it; the main loop takes it. */
  heldInStep: Hold | null = null
  /** The timer that tells when a wreath becomes late. */
  lateTimer: { readonly atMs: number; readonly scope: CancellationScope; due: boolean } | null = null
  #ticket: Ticket
  #projectedVersion: number
  #projectedPart = ''
  #projecting: Promise<void> | null = null
  #shownState = ''

  constructor(input: TicketInput) {
    this.input = input
    this.activities = createTicketActivities(input.policy)
    const { carried } = input
    this.#ticket =
      carried === undefined
        ? Ticket.open({ ...input, asksForAccount: this.isSince(ASKS_FOR_ACCOUNT) }, bySystem())
        : Ticket.from(carried.ticket, carried.events)
    this.#projectedVersion = carried === undefined || carried.events.length > 0 ? 0 : carried.ticket.version
    if (this.#projectedVersion > 0) this.#projectedPart = visiblePart(this.data)
    // Who starts a ticket gives it its first search attributes, and a run hands them to the next.
    if (this.isSince(STARTS_WITH_ATTRIBUTES)) this.#shownState = startedAs()
    this.#show()
  }

  /**
   * Whether a change of the rules counts for this ticket. One that was opened since needs no mark in its history.
   * @param patch names the change in the histories of older ones.
   */
  since(revision: number, patch: string): boolean {
    return this.isSince(revision) || patched(patch)
  }

  /** Whether the ticket was opened under this revision or a later one. */
  isSince(revision: number): boolean {
    return (this.input.revision ?? 0) >= revision
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
   * Temporal's lists tell where the ticket is from now on. A step that takes but a moment is passed over: it would
   * cost an action and be outdated before anybody reads it.
   */
  tellState(): void {
    if (this.isSince(ATTRIBUTES_OF_WHAT_LASTS)) this.#upsertState()
  }

  /**
   * Returns once the screens can show the ticket as it is now, or newer. One projection runs at a time:
   * two local activities at once may resume in another order when the history is replayed.
   */
  async project(): Promise<void> {
    const { version } = this.data
    while (this.#projectedVersion < version && this.#hasNews) {
      this.#projecting ??= this.#projectOnce()
      await this.#projecting
    }
  }

  /** Bookkeeping alone, e.g. that a payment was checked, is told with the next change that anybody can see. */
  get #hasNews(): boolean {
    if (!this.isSince(PROJECTS_NEWS)) return true
    return this.#ticket.events.length > 0 || visiblePart(this.data) !== this.#projectedPart
  }

  async #projectOnce(): Promise<void> {
    try {
      const looksLike = await this.#write()
      if (looksLike === null) return
      const { version } = this.data
      this.change((ticket) => ticket.suspectDuplicate({ ...bySystem(), of: looksLike }))
      if (this.data.version > version) await this.#write()
    } finally {
      this.#projecting = null
    }
  }

  /** @returns another open order of the customer that looks like this one. */
  async #write(): Promise<OrderNo | null> {
    const { data, events } = this.#ticket
    // Shared by all who wait for it: a step that is called off must not take it along.
    const known = await CancellationScope.nonCancellable(() =>
      projectTicket({ workflowId: workflowInfo().workflowId, ticket: data, events }),
    )
    this.#projectedVersion = data.version
    this.#projectedPart = visiblePart(data)
    this.#ticket = this.#ticket.projected(data.eventCount)
    return known?.looksLike ?? null
  }

  /**
   * Waits as long as nothing but this move is to be made, and nothing ends it early.
   * @returns false when `limitMs` ran out first.
   */
  async waitWhile(move: NextMove, limitMs?: number, summary = '', ended = () => false): Promise<boolean> {
    this.tellState()
    const over = () => nextMove(this.data) !== move || ended()
    if (limitMs === undefined) {
      await condition(over)
      return true
    }
    if (limitMs <= 0) return over()
    const woken = await condition(over, limitMs, { summary })
    // A message that came at the very end of the limit may have been handled before we go on.
    return woken || over()
  }

  /**
   * Takes a step; when it fails for good, a person is asked. A ticket that is called off meanwhile does not
   * wait for further tries: what is uncertain then, the closing steps find out.
   */
  async take(step: TicketStep, steps: Steps): Promise<void> {
    if (step === 'follow_delivery') this.tellState()
    const replaced = this.data.replacedOrders.length
    const wantedBefore = this.data.order.deliver_by
    const tries = new CancellationScope()
    const watch = new CancellationScope()
    // Following a delivery and the steps that close a ticket need no watch: they end by themselves.
    if (this.data.closing === null && step !== 'follow_delivery') this.#endWhenCalledOff(tries, watch)
    let change: Change
    try {
      change = await tries.run(() => steps[step](this))
    } catch (error) {
      if (tries.consideredCancelled && this.data.closing !== null) return
      if (isCancellation(error)) throw error
      const { text, cause, evidence } = failureOf(error)
      const reason = failureSentence(step, text)
      this.change((ticket) =>
        ticket.raiseIssue({ ...bySystem(), kind: 'admin_required', reason, step, cause, evidence }),
      )
      return
    } finally {
      watch.cancel()
    }
    // A person may have raised an Issue meanwhile: the sub-state it left stays until it is resolved.
    if (isHeld(this.data) && !isOwedStep(step)) {
      const holding = openIssues(this.data).filter(({ issue }) => issue.holds !== false)
      const raisedAt = holding.map(({ issue }) => Date.parse(issue.raisedAt))
      this.heldInStep = { fromMs: Math.min(...raisedAt), wantedBefore }
      await this.project()
      await this.#untilNothingHolds(steps)
    }
    // What was found out about a wreath does not count for the one ordered in its place.
    if (this.data.replacedOrders.length !== replaced && !isOwedStep(step)) return
    this.change(change)
  }

  /** Money and texts that are owed go out meanwhile. */
  async #untilNothingHolds(steps: Steps): Promise<void> {
    this.tellState()
    while (isHeld(this.data)) {
      const owed = () => isOwedStep(nextMove(this.data))
      await condition(() => !isHeld(this.data) || owed())
      const move = nextMove(this.data)
      if (!isHeld(this.data) || !isOwedStep(move)) continue
      await this.take(move, steps)
      await this.project()
    }
  }

  /** Ends the wait for a further try; a try that is running is always waited for. */
  #endWhenCalledOff(tries: CancellationScope, watch: CancellationScope): void {
    const watching = watch.run(async () => {
      await condition(() => this.data.closing !== null)
      await sleep(LAST_TRY_MS, { summary: '진행 중인 시도 대기' })
      tries.cancel()
    })
    // The step was over first.
    watching.catch(() => {})
  }

  carry(): CarriedTicket {
    return { ticket: this.#ticket.data, events: this.#ticket.events }
  }

  /** Temporal's own screens tell the same as ours. */
  #show(): void {
    const { data } = this.#ticket
    setCurrentDetails(describeTicket(data))
    if (!this.isSince(ATTRIBUTES_OF_WHAT_LASTS)) this.#upsertState()
  }

  #upsertState(): void {
    const { data } = this
    const shown = shownState(data)
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
