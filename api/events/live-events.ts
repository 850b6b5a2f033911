/** Turns notifications into live events: gathers what changed in a moment, reads it once, tells all listeners. */
import type { Logger } from 'pino'
import type { Database } from '../../db/database.ts'
import type { OutboundEvent } from '../../domain/outbound-events.ts'
import { findCalls, findTurns } from '../queries/calls.ts'
import { findIssues } from '../queries/issues.ts'
import { findOutbounds } from '../queries/outbound.ts'
import { findTickets } from '../queries/tickets.ts'
import type { LiveEvent } from '../schemas/live-events.ts'
import { viewCallSummary, viewTurn } from '../views/calls.ts'
import { viewIssueEvent } from '../views/issues.ts'
import { viewOutbound, viewOutboundEvent } from '../views/outbound.ts'
import { viewTicketSummary } from '../views/tickets.ts'
import type { ViewContext } from '../views/view-context.ts'
import { DatabaseListener, type Notification } from './listener.ts'

/** Receives each event as the text that goes over the wire: it is made once for all sockets. */
export type LiveEventListener = (message: string, type: LiveEvent['type']) => void

/**
 * `changed`: a session ended or a person changed. `deaf`: that would not be heard from now on. `hearing`: it will be
 * heard, and may have been missed before.
 */
export type SessionNews = 'changed' | 'deaf' | 'hearing'

/** The stream of what changes. */
export interface LiveEvents {
  /** @returns ends the subscription. */
  readonly subscribe: (listener: LiveEventListener) => () => void
  /** For who relies on sessions; told at once how things stand. @returns ends it. */
  readonly watchSessions: (listener: (news: SessionNews) => void) => () => void
  readonly stop: () => Promise<void>
}

export interface LiveEventsInput {
  readonly databaseUrl: string
  readonly database: Database
  readonly view: ViewContext
  readonly logger: Logger
}

type PlainEvent = 'money_changed' | 'vendors_changed' | 'latency_changed' | 'flows_changed'

/** Steps of one ticket that follow each other within this become one event. */
const GATHER_MS = 40

/** Starts to listen. */
export function createLiveEvents({ databaseUrl, database, view, logger }: LiveEventsInput): LiveEvents {
  const listeners = new Set<LiveEventListener>()
  const sessionWatchers = new Set<(news: SessionNews) => void>()
  let hearing = false
  const changed = {
    tickets: new Set<string>(),
    issues: new Set<string>(),
    calls: new Set<string>(),
    utterances: new Set<string>(),
    threads: new Set<string>(),
    outbound: new Set<string>(),
    campaigns: new Set<string>(),
  }
  /** What happened to requested calls, in its order. */
  const happened: (OutboundEvent & { readonly outbound_id: string })[] = []
  /** Those that tell no more than that there is something to read. */
  const plain = new Set<PlainEvent>()
  let timer: NodeJS.Timeout | undefined
  let flushing: Promise<void> = Promise.resolve()

  const send = (event: LiveEvent) => {
    const message = JSON.stringify(event)
    for (const listener of listeners) listener(message, event.type)
  }

  const tellOfSessions = (news: SessionNews) => {
    if (news !== 'changed') hearing = news === 'hearing'
    for (const watcher of sessionWatchers) watcher(news)
  }

  const take = (set: Set<string>): string[] => {
    const ids = [...set]
    set.clear()
    return ids
  }

  const flush = async () => {
    const [orderNos, issueIds, callIds, utteranceIds] = [
      take(changed.tickets),
      take(changed.issues),
      take(changed.calls),
      take(changed.utterances),
    ]
    const threadIds = take(changed.threads)
    const outboundIds = take(changed.outbound)
    const campaignIds = take(changed.campaigns)
    const outboundEvents = happened.splice(0)
    const told = [...plain]
    plain.clear()
    if (listeners.size === 0) return
    for (const type of told) send({ type })
    for (const thread_id of threadIds) send({ type: 'thread_changed', thread_id })
    for (const campaign_id of campaignIds) send({ type: 'campaign_changed', campaign_id })
    try {
      const [calls, turns, issues, outbound] = await Promise.all([
        findCalls(database, callIds),
        findTurns(database, utteranceIds),
        findIssues(database, issueIds),
        findOutbounds(database, outboundIds),
      ])
      const records = new Map(outbound.map((row) => [row.outbound_id, viewOutbound(row, view)]))
      for (const { outbound_id, ...event } of outboundEvents) {
        const record = records.get(outbound_id)
        if (record !== undefined) send(viewOutboundEvent(event, record))
      }
      for (const [outbound_id, call] of records) send({ type: 'outbound_changed', outbound_id, call })
      // A ticket shows whether a call about it is going on.
      const concerned = calls.flatMap((call) => (call.order_no === null ? [] : [call.order_no]))
      const tickets = await findTickets(database, [...new Set([...orderNos, ...concerned])])
      for (const row of tickets) send({ type: 'ticket_changed', ticket: viewTicketSummary(row, view) })
      for (const row of issues) send(viewIssueEvent(row))
      for (const row of calls) send({ type: 'call_changed', call: viewCallSummary(row, view) })
      for (const row of turns) {
        const { call_id, order_no } = row
        send({ type: 'transcript_line', call_id, order_no, line: viewTurn(row, view) })
      }
    } catch (error) {
      logger.warn({ err: error }, 'changes could not be read')
      send({ type: 'resync' })
    }
  }

  const onNotification = (notification: Notification) => {
    // Nobody's eyes: it is not gathered, and browsers don't get it.
    if (notification.type === 'sessions_changed') return tellOfSessions('changed')
    if (notification.type === 'ticket_changed') changed.tickets.add(notification.order_no)
    else if (notification.type === 'call_changed') changed.calls.add(notification.call_id)
    else if (notification.type === 'issue_changed') {
      changed.issues.add(notification.issue_id)
      // Its card shows who looks after it.
      changed.tickets.add(notification.order_no)
    } else if (notification.type === 'outbound_changed') {
      const { outbound_id, event } = notification
      changed.outbound.add(outbound_id)
      if (event !== null) happened.push({ ...event, outbound_id })
    } else if (notification.type === 'thread_changed') changed.threads.add(notification.thread_id)
    else if (notification.type === 'campaign_changed') changed.campaigns.add(notification.campaign_id)
    else if (notification.type === 'transcript_line') changed.utterances.add(notification.utterance_id)
    else plain.add(notification.type)
    timer ??= setTimeout(() => {
      timer = undefined
      // One after the other, so that an older reading never overtakes a newer one.
      flushing = flushing.then(flush)
    }, GATHER_MS)
  }

  const databaseListener = new DatabaseListener({
    databaseUrl,
    logger,
    onNotification,
    onListening: () => {
      tellOfSessions('hearing')
      send({ type: 'resync' })
    },
    onLost: () => tellOfSessions('deaf'),
  })

  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    watchSessions(listener) {
      sessionWatchers.add(listener)
      listener(hearing ? 'hearing' : 'deaf')
      return () => sessionWatchers.delete(listener)
    },
    async stop() {
      clearTimeout(timer)
      await databaseListener.stop()
      await flushing
    },
  }
}
