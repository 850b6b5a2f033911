/**
 * Actions that wait a moment before they are sent, so that a slip can be taken back before anything happens
 * outside: money, texts, the vendor. Leaving the page sends them at once. Kept outside React, since they outlive
 * the page they were asked on.
 */
import { actOnTickets } from './board.ts'
import type { BulkRequest, BulkResult, TicketSummary } from './types.ts'

/** Time in which an action can be taken back. */
const UNDO_MS = 5_000
/** What was accepted is shown as expected so long, while the ticket gets there by itself. */
const SETTLING_MS = 4_000

export interface PendingAction {
  readonly id: string
  readonly tickets: readonly TicketSummary[]
  readonly action: BulkRequest['action']
  /** `waiting` can be taken back, `sent` waits for its answer, `accepted` for the ticket to move. */
  readonly phase: 'waiting' | 'sent' | 'accepted'
  /** Epoch in milliseconds at which it is sent. */
  readonly sendAt: number
}

/** An answer, to be read in peace. */
export interface BulkAnswer {
  readonly action: PendingAction
  readonly result: BulkResult
}

export interface PendingEvents {
  readonly onAnswer: (action: PendingAction, result: BulkResult) => void
  /** No answer: whether it was done is unknown. */
  readonly onFailure: (action: PendingAction, error: unknown) => void
}

/** `subscribe` and `list` have the shape of useSyncExternalStore. */
export class PendingActions {
  private actions: readonly PendingAction[] = []
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>()
  private readonly listeners = new Set<() => void>()
  private events: PendingEvents | null = null
  private readonly page: EventTarget

  /** @param page tells when it goes away: `window`. */
  constructor(page: EventTarget) {
    this.page = page
  }

  readonly list = (): readonly PendingAction[] => this.actions

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** @returns what ends it, sending what still waits. */
  start(events: PendingEvents): () => void {
    this.events = events
    this.page.addEventListener('pagehide', this.sendAllNow)
    return () => {
      this.sendAllNow()
      this.page.removeEventListener('pagehide', this.sendAllNow)
    }
  }

  submit(tickets: readonly TicketSummary[], action: BulkRequest['action']): void {
    const id = crypto.randomUUID()
    const sendAt = Date.now() + UNDO_MS
    this.set([...this.actions, { id, tickets, action, phase: 'waiting', sendAt }])
    this.timers.set(
      id,
      setTimeout(() => void this.send(id), UNDO_MS),
    )
  }

  /** The action as if it had never been asked; nothing when it was sent already. */
  undo(id: string): void {
    if (!this.timers.has(id)) return
    clearTimeout(this.timers.get(id))
    this.timers.delete(id)
    this.set(this.actions.filter((action) => action.id !== id))
  }

  private readonly sendAllNow = (): void => {
    for (const id of [...this.timers.keys()]) void this.send(id, true)
  }

  private async send(id: string, leaving = false): Promise<void> {
    clearTimeout(this.timers.get(id))
    this.timers.delete(id)
    const action = this.actions.find((each) => each.id === id)
    if (action === undefined) return
    this.set(this.actions.map((each) => (each.id === id ? { ...each, phase: 'sent' } : each)))
    const body = { order_nos: action.tickets.map((ticket) => ticket.order_no), action: action.action }
    try {
      const result = await actOnTickets(body, id, leaving)
      const accepted = new Set(result.results.filter(({ done }) => done).map(({ order_no }) => order_no))
      const tickets = action.tickets.filter((ticket) => accepted.has(ticket.order_no))
      this.events?.onAnswer(action, result)
      this.set(this.actions.map((each) => (each.id === id ? { ...each, tickets, phase: 'accepted' } : each)))
      setTimeout(() => this.forget(id), SETTLING_MS)
    } catch (error) {
      this.events?.onFailure(action, error)
      this.forget(id)
    }
  }

  private forget(id: string): void {
    this.set(this.actions.filter((each) => each.id !== id))
  }

  private set(actions: readonly PendingAction[]): void {
    this.actions = actions
    for (const listener of this.listeners) listener()
  }
}
